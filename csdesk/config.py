"""config.toml: the preferences of one person on one machine, read into frozen dataclasses.

Knows no store and no screen. Accounts, agents and rules live in the store; secrets in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from csdesk import keymaps
from csdesk.errors import ConfigError
from csdesk.i18n import _
from csdesk.settings import Reader, Rule, as_toml, dotted

if TYPE_CHECKING:
    from csdesk.config_webhooks import Webhook

SPOKEN = ("auto", "en", "zh")
WRITTEN = ("en", "zh", "es", "de", "fr", "ja", "pt", "it", "ru", "ar")
"""Languages of the reply templates."""
THEMES = ("dark", "light", "contrast", "colour-blind", "ansi")
DENSITIES = ("comfortable", "compact")
BELLS = ("off", "waiting", "burning")
NOTIFIERS = ("off", "auto", "osc9", "osc777", "osc99")
ENGINES = ("argos", "apertium", "libretranslate", "off")
KEYMAPS = tuple(keymaps.SETS)
BIDI = ("terminal", "desk")
EMOJI = ("steady", "whole")
PICTURES = ("auto", "off", "kitty", "sixel")
EVER = date(1970, 1, 1)
"""Since when a target holds that says no date."""


class Described(NamedTuple):
    """One key as the manual and the sample file show it; `default` is TOML."""

    key: str
    type: str
    default: str
    comment: str


def _set(default: Any, kind: str, comment: str, **rest: Any) -> Any:
    rule = {"rule": Rule(kind, comment, **rest)}
    if isinstance(default, dict):
        return field(default_factory=dict, metadata=rule)
    return field(default=default, metadata=rule)


def _check(name: str) -> Callable[[Any], str | None]:
    """A check of config_checks.py, which is loaded only where a file says something that it looks at: the first frame
    waits for what is imported here."""

    def check(value: Any) -> str | None:
        from csdesk import config_checks

        found: Callable[[Any], str | None] = getattr(config_checks, name)
        return found(value)

    return check


@dataclass(frozen=True, slots=True)
class Sync:
    """How mail is fetched and sent in the background."""

    interval_seconds: int = _set(
        60,
        "int",
        "Seconds between two looks into a mailbox that cannot tell us by itself.",
        low=5,
        high=86_400,
    )
    autostart: bool = _set(
        True,
        "bool",
        "Whether the screen starts the background sync when no other runs. Say false for a service.",
    )


@dataclass(frozen=True, slots=True)
class Send:
    """How replies leave."""

    undo_seconds: int = _set(
        10,
        "int",
        "Seconds in which a sent reply can still be taken back; an account may say otherwise.",
        low=0,
        high=600,
    )


@dataclass(frozen=True, slots=True)
class Templates:
    """Where reply templates lie."""

    folders: tuple[Path, ...] = _set(
        (),
        "texts",
        "The team's folders with reply templates, looked through after the desk's; a template of the same name\n"
        "replaces it. Your own, in the folder templates beside this file, go before both. A relative path counts\n"
        "from this file's folder.",
        example='folders = ["~/templates"]',
    )
    languages: tuple[str, ...] = _set(
        WRITTEN,
        "words",
        "Languages that every template must have; `csdesk templates check` names those that are missing.",
    )


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop as customers know it."""

    name: str = _set("", "text", "The shop's name, as templates sign with it: {{ shop.name }}.")


@dataclass(frozen=True, slots=True)
class LibreTranslate:
    """A server of the team's own that speaks LibreTranslate's API."""

    url: str = _set(
        "",
        "text",
        "Your server. What customers write is sent there: let it be one that you trust. Its key, if it wants one, is\n"
        "kept by `csdesk engines key`, or stands in CSDESK_LIBRETRANSLATE_KEY; never here.",
        check=_check("server_url"),
        example='url = "https://translate.example.com"',
    )
    timeout_seconds: float = _set(
        20, "number", "Seconds that one request may take; then the other engine does it.", low=0.5, high=300
    )
    batch: int = _set(32, "int", "Sentences in one request, at most.", low=1, high=500)


@dataclass(frozen=True, slots=True)
class Apertium:
    """Apertium, where your system has it (apt install apertium apertium-eng-spa)."""

    folder: str = _set("/usr/share/apertium", "text", "Where its pairs are installed.")
    timeout_seconds: float = _set(
        10, "number", "Seconds that one sentence may take; then it is ended.", low=0.5, high=300
    )
    memory_mb: int = _set(
        1000, "int", "Megabytes that each of its ten or so processes may have.", low=100, high=64_000
    )


@dataclass(frozen=True, slots=True)
class Translation:
    """Who translates what. Argos and Apertium need no network."""

    engine: str = _set(
        "argos",
        "choice",
        "What translates where [translation.pairs] does not say otherwise: Argos packages or Apertium, each in\n"
        "processes of their own on this machine; a LibreTranslate server; or nothing.",
        choices=ENGINES,
    )
    pairs: Mapping[str, str] = _set(
        {},
        "choices",
        "Who translates a pair, where it is not `engine`. *-en is every language into English, es-* Spanish into\n"
        "every language; a pair in full goes before them.",
        choices=ENGINES,
        check=_check("pair"),
        example='"es-pt" = "apertium"',
    )
    fallback: bool = _set(
        True, "bool", "Whether Argos translates, if it can, what the chosen engine cannot; it is marked so."
    )
    models: str = _set(
        "",
        "text",
        "The folder of the models. Empty: models in your data folder; `csdesk models list` says what is in it.",
        example='models = "/srv/csdesk/models"',
    )
    index: str = _set(
        "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json",
        "text",
        "Where `csdesk models available` looks: the Argos index, or a mirror of it; a URL, or the path of a file\n"
        "whose links may be relative to it. Nothing is fetched unless you ask for it.",
    )
    threads: int = _set(
        1,
        "int",
        "Processor cores that a batch may use. One is best where somebody works on the same machine.",
        low=1,
        high=64,
    )
    memory_mb: int = _set(
        1500,
        "int",
        "Megabytes in memory above which the translator lets its models go; they are loaded again when needed.",
        low=200,
        high=64_000,
    )
    libretranslate: LibreTranslate = field(default_factory=LibreTranslate)
    apertium: Apertium = field(default_factory=Apertium)

    @property
    def any(self) -> bool:
        """Whether anything is translated at all."""
        return {self.engine, *self.pairs.values()} != {"off"}

    def engine_of(self, source: str, target: str) -> str:
        """Which engine translates a pair of codes: one of ENGINES."""
        for pair in (f"{source}-{target}", f"*-{target}", f"{source}-*"):
            if pair in self.pairs:
                return self.pairs[pair]
        return self.engine


@dataclass(frozen=True, slots=True)
class Target:
    """A dated target of one kind of channel. It holds from `since` (a date in UTC) until a later one does."""

    first_reply_hours: float = _set(
        24,
        "number",
        "Hours after the customer's message in which the first reply is due, day and night.",
        low=0.1,
        high=720,
    )
    since: date = field(
        default=EVER,
        metadata={"rule": Rule("date", "From which day on; of several, the latest that has begun holds.")},
    )
    source: str = _set("", "text", "Who says so: a rule of the platform, its page or the shop's own promise.")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything config.toml can say. `source` is the file it came from, None where there was none.
    `targets` has, per kind of channel, its targets in the order of their dates."""

    store: str = _set(
        "",
        "text",
        "Where the desk's data lies: sqlite:///PATH, or postgresql://USER@HOST/DATABASE for a team.\n"
        "Empty: desk.db in your data folder. CSDESK_STORE and --store go before it.",
        check=_check("store_url"),
    )
    agent: str = _set(
        "", "text", "The agent you act as. CSDESK_AGENT and --as go before it; empty: see [os_users]."
    )
    language: str = _set(
        "auto",
        "choice",
        "Language of the screen and of messages; auto follows CSDESK_LANG and LANG.",
        choices=SPOKEN,
    )
    timezone: str = _set(
        "local",
        "text",
        "Your time zone, an IANA name such as Asia/Shanghai, or local for the machine's.",
        check=_check("zone"),
    )
    theme: str = _set(
        "dark",
        "choice",
        "Colours. contrast is for tired eyes, colour-blind keeps red and green apart by other hues, ansi uses the\n"
        "terminal's own sixteen; or the name of a file in the folder themes beside this one, which changes some of\n"
        "their colours. What is chosen on the screen goes before it.",
        choices=THEMES,
    )
    density: str = _set(
        "comfortable",
        "choice",
        "Lines a conversation takes in the queue: two or one. What is chosen on the screen goes before it.",
        choices=DENSITIES,
    )
    mouse: bool = _set(True, "bool", "Whether the mouse works; false leaves selecting to the terminal.")
    bell: str = _set(
        "waiting",
        "choice",
        "Ring the terminal's bell when a customer begins to wait, or only when a first reply is due within the hour.",
        choices=BELLS,
    )
    notify: str = _set(
        "off",
        "choice",
        "Notices on your desktop, through the terminal, while another window has the keyboard; they carry numbers, no\n"
        "customer's words. auto asks the terminal's name (kitty, foot, Ghostty, WezTerm, iTerm2) and stays silent\n"
        "inside tmux and screen; osc9, osc777 and osc99 name what your terminal understands.",
        choices=NOTIFIERS,
    )
    quiet_hours: tuple[str, ...] = _set(
        (),
        "words",
        "Spans of your own clock without bell and desktop notices; the title still counts.",
        check=_check("spans"),
        example='quiet_hours = ["22:00-07:00", "12:30-13:15"]',
    )
    title: bool = _set(True, "bool", "Whether the terminal's title shows how many wait.")
    bidi: str = _set(
        "terminal",
        "choice",
        "Who puts Arabic and Hebrew in order: the terminal, or the desk for terminals that cannot.",
        choices=BIDI,
    )
    emoji: str = _set(
        "steady",
        "choice",
        "How emoji of several parts (a heart in colour, a family, a skin tone) are drawn: steady shows their first\n"
        "sign in a fixed room, so that no terminal, tmux or screen moves a column; whole sends them as they are.",
        choices=EMOJI,
    )
    pictures: str = _set(
        "auto",
        "choice",
        "Whether pictures are shown when you look into one (not only described). auto asks the terminal's name and\n"
        "shows none inside tmux and screen; kitty and sixel name what your terminal understands.",
        choices=PICTURES,
    )
    animation: bool = _set(False, "bool", "Smooth scrolling. It costs bytes: leave it off on a thin line.")
    editor: str = _set(
        "", "text", "Program to write long replies in. Empty: VISUAL, then EDITOR.", example='editor = "nano"'
    )
    spelling: bool = _set(
        True,
        "bool",
        "Whether words that no dictionary knows are marked in replies, in the customer's language.",
    )
    opener: str = _set(
        "",
        "text",
        "Program that opens a link, %s standing for it. Empty: BROWSER, then xdg-open or open, on your own machine\n"
        "only; over SSH the link is shown and copied instead.",
        example='opener = "firefox --new-tab %s"',
    )
    os_users: Mapping[str, str] = _set(
        {},
        "table",
        "Which agent a person of this machine is, by login name, when neither --as, CSDESK_AGENT nor agent says.",
        example='lin = "Lin"',
    )
    keymap: str = _set(
        "desk",
        "choice",
        "The set of keys: the desk's own, vi's or Gmail's. Arrows work in all. What is chosen on the screen goes\n"
        "before it.",
        choices=KEYMAPS,
    )
    keys: Mapping[str, tuple[str, ...]] = _set(
        {},
        "keys",
        "Own keys for actions; docs/keys.md lists the actions. An action named here has only the keys given here;\n"
        "'g i' is a sequence of two. What is changed on the screen of keys stands in keys.toml and goes before it.",
        example='"queue.close" = ["e", "ctrl+e"]',
    )
    sync: Sync = field(default_factory=Sync)
    send: Send = field(default_factory=Send)
    templates: Templates = field(default_factory=Templates)
    shop: Shop = field(default_factory=Shop)
    translation: Translation = field(default_factory=Translation)
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=lambda: presets())
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    source: Path | None = None

    def target(self, kind: str, on: date) -> Target | None:
        """The target of a kind of channel that holds on a day (UTC), or None where nothing is set."""
        held = [t for t in self.targets.get(kind, ()) if t.since <= on]
        return held[-1] if held else None


SECTIONS: dict[str, type[Any]] = {
    "sync": Sync,
    "send": Send,
    "templates": Templates,
    "shop": Shop,
    "translation": Translation,
    "translation.libretranslate": LibreTranslate,
    "translation.apertium": Apertium,
}
_PRESETS = Path(__file__).parent / "targets.toml"


def load(
    path: Path | None = None, *, required: bool = False, actions: Collection[str] | None = None
) -> Config:
    """The preferences in a file; None means the place paths.config_file() names, a missing file the defaults.

    `required` makes a missing file an error. Where `actions` is given, only these may stand under [keys].
    Raises ConfigError with one line per mistake: file, line, key, what is allowed.
    """
    if path is None:
        from csdesk.paths import config_file

        path = config_file()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        if required:
            raise ConfigError(_("There is no file {path}.").format(path=path)) from None
        return Config()
    except UnicodeDecodeError as error:
        sentence = _("{path} is not UTF-8 text (byte {at}); save it as UTF-8.")
        raise ConfigError(sentence.format(path=path, at=error.start)) from error
    except OSError as error:
        sentence = _("{path} cannot be read: {reason}.")
        raise ConfigError(sentence.format(path=path, reason=error.strerror or error)) from error
    more = {"theme": _own_themes(path)}
    reader = Reader(path, text, elsewhere=[one.key for one in describe()], actions=actions, more=more)
    values = _values(reader)
    reader.finish()
    return Config(**values, source=path)


def _own_themes(path: Path) -> tuple[str, ...]:
    """The names of the themes in the folder beside the file; where it is missing nothing is loaded for it."""
    folder = path.with_name("themes")
    if not folder.is_dir():
        return ()
    from csdesk.themes import own

    return own.names(folder)


def _values(reader: Reader) -> dict[str, Any]:
    data = reader.data
    more = (*_inside(""), "targets", "webhooks")
    values = reader.table(Config, data, (), extra=more) | _sections(reader, data, ())
    targets = data.get("targets", {})
    if reader.is_table(targets, ("targets",)):
        values["targets"] = presets() | _targets(reader, targets, ("targets",))
    if "webhooks" in data:
        from csdesk.config_webhooks import read

        values["webhooks"] = read(reader, data["webhooks"])
    return values


def _inside(table: str) -> list[str]:
    """The names of the tables that stand in a table."""
    return [
        name[len(table) :] for name in SECTIONS if name.startswith(table) and "." not in name[len(table) :]
    ]


def _sections(reader: Reader, data: Mapping[str, Any], at: tuple[str, ...]) -> dict[str, Any]:
    """The tables in a table, and those in them."""
    out: dict[str, Any] = {}
    for name in _inside("".join(f"{one}." for one in at)):
        inner, key = data.get(name, {}), (*at, name)
        if reader.is_table(inner, key):
            kind, extra = SECTIONS[".".join(key)], _inside(".".join((*key, "")))
            out[name] = kind(**reader.table(kind, inner, key, extra=extra), **_sections(reader, inner, key))
    return out


def presets() -> dict[str, tuple[Target, ...]]:
    """The targets that come with the desk, per kind of channel."""
    reader = Reader(_PRESETS, _PRESETS.read_text("utf-8"))
    found = _targets(reader, reader.data, ())
    reader.finish()
    return found


def _targets(reader: Reader, data: Mapping[str, Any], at: tuple[str, ...]) -> dict[str, tuple[Target, ...]]:
    """Targets per kind; a kind is one table or, for several dates, an array of tables."""
    out: dict[str, tuple[Target, ...]] = {}
    for kind, given in data.items():
        key = (*at, kind)
        read: list[Target] = []
        for one in given if isinstance(given, list) and given else [given]:
            if reader.is_table(one, key):
                if "first_reply_hours" not in one:
                    reader.wrong(key, _("'{key}' lacks first_reply_hours.").format(key=dotted(key)))
                read.append(Target(**reader.table(Target, one, key)))
        out[kind] = tuple(sorted(read, key=lambda target: target.since))
    return out


def default_of(one: Field[Any]) -> Any:
    """The default of a field that carries a rule."""
    return one.default if one.default is not MISSING else {}


def describe() -> list[Described]:
    """Every key with its type, default (as TOML) and comment; the manual and the sample are made from it."""
    from csdesk.config_webhooks import Webhook

    out: list[Described] = []
    for at, kind in (
        ("", Config),
        *((f"{name}.", kind) for name, kind in SECTIONS.items()),
        ("targets.KIND.", Target),
        ("webhooks.NAME.", Webhook),
    ):
        for one in fields(kind):
            if rule := one.metadata.get("rule"):
                out.append(Described(at + one.name, rule.type_name(), as_toml(default_of(one)), rule.comment))
    return out
