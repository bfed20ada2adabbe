"""config.toml: the preferences of one person on one machine, read into frozen dataclasses.

Knows no store and no screen. Accounts, agents and rules live in the store; secrets in neither.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from csdesk.errors import ConfigError
from csdesk.i18n import _
from csdesk.settings import Reader, Rule, as_toml, dotted

LANGUAGES = ("auto", "en", "zh")
THEMES = ("dark", "light", "ansi")
DENSITIES = ("comfortable", "compact")
BELLS = ("off", "waiting")
BIDI = ("terminal", "desk")
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


def _store_url(value: str) -> str | None:
    if value and not value.startswith(("sqlite:///", "postgresql://")):
        return _("write it as sqlite:///PATH or postgresql://USER@HOST/DATABASE")
    if re.match(r"postgresql://[^/@]*:[^/@]+@", value) or re.search(r"[?&]password=", value):
        return _(
            "it carries a password, and secrets do not belong in this file; use CSDESK_STORE or ~/.pgpass"
        )
    return None


def _zone(value: str) -> str | None:
    if value == "local":
        return None
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return _("write 'local' or an IANA name such as Europe/Madrid or Asia/Shanghai")
    return None


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
        "More folders with reply templates, looked through after the desk's own; a template of the same name\n"
        "replaces it. A relative path counts from this file's folder.",
        example='folders = ["~/templates"]',
    )


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop as customers know it."""

    name: str = _set("", "text", "The shop's name, as templates sign with it: {{ shop.name }}.")


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
        check=_store_url,
    )
    agent: str = _set(
        "", "text", "The agent you act as. CSDESK_AGENT and --as go before it; empty: see [os_users]."
    )
    language: str = _set(
        "auto",
        "choice",
        "Language of the screen and of messages; auto follows CSDESK_LANG and LANG.",
        choices=LANGUAGES,
    )
    timezone: str = _set(
        "local",
        "text",
        "Your time zone, an IANA name such as Asia/Shanghai, or local for the machine's.",
        check=_zone,
    )
    theme: str = _set("dark", "choice", "Colours. ansi uses the terminal's own sixteen.", choices=THEMES)
    density: str = _set(
        "comfortable", "choice", "Lines a conversation takes in the queue: two or one.", choices=DENSITIES
    )
    mouse: bool = _set(True, "bool", "Whether the mouse works; false leaves selecting to the terminal.")
    bell: str = _set(
        "waiting", "choice", "Ring the terminal's bell when a customer begins to wait.", choices=BELLS
    )
    title: bool = _set(True, "bool", "Whether the terminal's title shows how many wait.")
    bidi: str = _set(
        "terminal",
        "choice",
        "Who puts Arabic and Hebrew in order: the terminal, or the desk for terminals that cannot.",
        choices=BIDI,
    )
    animation: bool = _set(False, "bool", "Smooth scrolling. It costs bytes: leave it off on a thin line.")
    editor: str = _set(
        "", "text", "Program to write long replies in. Empty: VISUAL, then EDITOR.", example='editor = "nano"'
    )
    os_users: Mapping[str, str] = _set(
        {},
        "table",
        "Which agent a person of this machine is, by login name, when neither --as, CSDESK_AGENT nor agent says.",
        example='lin = "Lin"',
    )
    keys: Mapping[str, tuple[str, ...]] = _set(
        {},
        "keys",
        "Own keys for actions; docs/keys.md lists the actions. An action named here has only the keys given here.",
        example='"queue.close" = ["e", "ctrl+e"]',
    )
    sync: Sync = field(default_factory=Sync)
    send: Send = field(default_factory=Send)
    templates: Templates = field(default_factory=Templates)
    shop: Shop = field(default_factory=Shop)
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=lambda: presets())
    source: Path | None = None

    def target(self, kind: str, on: date) -> Target | None:
        """The target of a kind of channel that holds on a day (UTC), or None where nothing is set."""
        held = [t for t in self.targets.get(kind, ()) if t.since <= on]
        return held[-1] if held else None


SECTIONS: dict[str, type[Any]] = {"sync": Sync, "send": Send, "templates": Templates, "shop": Shop}
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
    reader = Reader(path, text, elsewhere=[one.key for one in describe()], actions=actions)
    values = _values(reader)
    reader.finish()
    return Config(**values, source=path)


def _values(reader: Reader) -> dict[str, Any]:
    data = reader.data
    values = reader.table(Config, data, (), extra=(*SECTIONS, "targets"))
    for name, kind in SECTIONS.items():
        inner = data.get(name, {})
        if reader.is_table(inner, (name,)):
            values[name] = kind(**reader.table(kind, inner, (name,)))
    targets = data.get("targets", {})
    if reader.is_table(targets, ("targets",)):
        values["targets"] = presets() | _targets(reader, targets, ("targets",))
    return values


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
    out: list[Described] = []
    for at, kind in (
        ("", Config),
        *((f"{name}.", kind) for name, kind in SECTIONS.items()),
        ("targets.KIND.", Target),
    ):
        for one in fields(kind):
            if rule := one.metadata.get("rule"):
                out.append(Described(at + one.name, rule.type_name(), as_toml(default_of(one)), rule.comment))
    return out
