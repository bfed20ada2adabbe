"""How a key of a TOML file is described and how such a file is read: every mistake with line, key, nearest key.

Knows no particular key; config.py and the templates say which there are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from csdesk.errors import ConfigError
from csdesk.i18n import _
from csdesk.patterns import pattern
from csdesk.text import clean_line


@dataclass(frozen=True, slots=True)
class Rule:
    """What a key may hold. `kind` is text, bool, int, number, choice, words, texts (paths), date,
    table, choices (a table whose values are choices, its names checked by `check`) or keys; `low` and
    `high` bound a number, both included; `check` says what is wrong with a text, or None."""

    kind: str
    comment: str
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = 0
    check: Callable[[Any], str | None] | None = None
    example: str = ""

    def type_name(self) -> str:
        """The type in words, as the manual shows it."""
        words = {"text": "text", "bool": "true or false", "texts": "list of texts", "date": "date"}
        words["words"] = words["texts"]
        words |= {"table": "table of texts", "keys": "table of lists of texts"}
        if self.kind == "choice":
            return " | ".join(self.choices)
        if self.kind == "choices":
            return f"table of: {' | '.join(self.choices)}"
        if self.kind in ("int", "number"):
            return f"{'whole number' if self.kind == 'int' else 'number'} from {self.low:g} to {self.high:g}"
        return words[self.kind]


class Reader:
    """One file being read; gathers every mistake before it complains. `data` is what tomllib made of it;
    `elsewhere` are the dotted names of all keys, to say in which table a misplaced one belongs; `actions`,
    where given, the only names allowed in a table of keys; `more` the choices that a key has beside its rule's."""

    def __init__(
        self,
        path: Path,
        text: str,
        *,
        elsewhere: Collection[str] = (),
        actions: Collection[str] | None = None,
        more: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.path = path
        self.more = more or {}
        self.elsewhere = elsewhere
        self.actions = actions
        self.mistakes: list[tuple[int, str]] = []
        self.lines: dict[tuple[str, ...], int] = {}
        self.data: dict[str, Any] = {}
        try:
            self.data = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            where = re.search(r"line (\d+)", str(error))
            line = int(where[1]) if where else len(text.splitlines()) or 1
            detail = clean_line(str(error), limit=200)
            self.mistakes.append((line, _("this is not TOML: {detail}").format(detail=detail)))
            self.finish()
        self.lines = lines_of(text)

    def finish(self) -> None:
        """Raise ConfigError, one line per mistake, when there were any."""
        if self.mistakes:
            found = [f"{self.path}:{line}: {sentence}" for line, sentence in sorted(self.mistakes)]
            raise ConfigError("\n".join(found))

    def wrong(self, key: tuple[str, ...], sentence: str) -> None:
        """Note a mistake at a key, or at the table around it."""
        line = next((self.lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.lines), 1)
        self.mistakes.append((line, sentence))

    def is_table(self, value: Any, key: tuple[str, ...]) -> bool:
        """Whether a value is a table; notes it where not."""
        if not isinstance(value, dict):
            self.wrong(key, _("'{key}' is a table: write [{key}] on its own line.").format(key=dotted(key)))
            return False
        return True

    def table(
        self, kind: type[Any], data: Mapping[str, Any], at: tuple[str, ...], extra: Collection[str] = ()
    ) -> dict[str, Any]:
        """The values of one table that are right, for a dataclass whose fields carry rules; the wrong ones are
        noted, and so are unknown names other than `extra`."""
        known: dict[str, Rule] = {f.name: f.metadata["rule"] for f in fields(kind) if "rule" in f.metadata}
        out: dict[str, Any] = {}
        for name, value in data.items():
            if name in known:
                right, kept = self.value(known[name], value, (*at, name))
                if right:
                    out[name] = kept
            elif name not in extra:
                self.unknown((*at, name), (*known, *extra))
        return out

    def unknown(self, key: tuple[str, ...], names: Collection[str]) -> None:
        """Note a key that does not exist, with the nearest that does: in this table, else in any."""
        near = nearest(key[-1], names)
        if near:
            near = dotted((*key[:-1], near))
        else:
            ends = {name.rpartition(".")[2]: name for name in self.elsewhere}
            near = ends.get(nearest(key[-1], ends), "")
        if near:
            sentence = _("there is no key '{key}'; did you mean '{near}'?").format(key=dotted(key), near=near)
        else:
            sentence = _("there is no key '{key}'.").format(key=dotted(key))
        self.wrong(key, sentence)

    def value(self, rule: Rule, value: Any, key: tuple[str, ...]) -> tuple[bool, Any]:
        """Whether a value is allowed, and as what it is kept; a wrong one is noted."""
        if rule.kind == "keys":
            return self.keys(value, key)
        if rule.kind == "choices":
            return self.choices(rule, value, key)
        if also := self.more.get(dotted(key)):
            rule = replace(rule, choices=(*rule.choices, *also))
        right = _fits(rule, value)
        if not right:
            self.wrong(key, _allowed(rule, value, key))
            return False, None
        kept = self.kept(rule, value)
        if rule.check and (complaint := rule.check(kept)):
            self.wrong(key, _("'{key}' cannot be that: {why}.").format(key=dotted(key), why=complaint))
            return False, None
        return True, kept

    def kept(self, rule: Rule, value: Any) -> Any:
        """A value in the form in which the dataclass holds it."""
        if rule.kind == "table":
            return {clean_line(name): clean_line(text) for name, text in value.items()}
        if rule.kind == "texts":
            return tuple(self.path.parent / Path(text).expanduser() for text in value)
        if rule.kind == "words":
            return tuple(clean_line(text) for text in value)
        return clean_line(value) if isinstance(value, str) else value

    def choices(self, rule: Rule, value: Any, key: tuple[str, ...]) -> tuple[bool, dict[str, str]]:
        """A table of names with one of the choices each."""
        out: dict[str, str] = {}
        if not self.is_table(value, key):
            return False, out
        one = replace(rule, kind="choice", check=None)
        for name, given in value.items():
            if rule.check and (complaint := rule.check(name)):
                words = _("'{key}' cannot be that: {why}.")
                self.wrong((*key, name), words.format(key=dotted((*key, name)), why=complaint))
            else:
                right, kept = self.value(one, given, (*key, name))
                out |= {name: kept} if right else {}
        return True, out

    def keys(self, value: Any, key: tuple[str, ...]) -> tuple[bool, dict[str, tuple[str, ...]]]:
        """A table of action names with their keys."""
        out: dict[str, tuple[str, ...]] = {}
        if not self.is_table(value, key):
            return False, out
        for parts, given in _leaves(value):
            action = ".".join(parts)
            pressed = [given] if isinstance(given, str) else given
            if not isinstance(pressed, list) or not all(isinstance(k, str) and k.strip() for k in pressed):
                text = _('the keys of \'{action}\' are a list of texts, such as ["e", "ctrl+e"].')
                self.wrong((*key, *parts), text.format(action=dotted(parts)))
            elif self.actions is not None and action not in self.actions:
                near = nearest(action, self.actions)
                text = _("there is no action '{action}'.")
                if near:
                    text = _("there is no action '{action}'; did you mean '{near}'?")
                self.wrong((*key, *parts), text.format(action=dotted(parts), near=near))
            else:
                out[action] = tuple(k.strip() for k in pressed)
        return True, out


def _fits(rule: Rule, value: Any) -> bool:
    match rule.kind:
        case "bool":
            return isinstance(value, bool)
        case "int" | "number":
            types = int if rule.kind == "int" else (int, float)
            return isinstance(value, types) and not isinstance(value, bool) and rule.low <= value <= rule.high
        case "date":
            return isinstance(value, date) and not isinstance(value, datetime)
        case "texts" | "words":
            return isinstance(value, list) and all(isinstance(v, str) and v and "\0" not in v for v in value)
        case "table":
            return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        case _:
            return isinstance(value, str) and (not rule.choices or value in rule.choices)


def _allowed(rule: Rule, value: Any, key: tuple[str, ...]) -> str:
    name, shown = dotted(key), clean_line(as_toml(value), limit=80)
    if rule.kind == "choice":
        near = nearest(value, rule.choices) if isinstance(value, str) else ""
        text = _("'{key}' is {value}; allowed are {choices}.")
        if near:
            text = _("'{key}' is {value}; did you mean '{near}'? Allowed are {choices}.")
        return text.format(
            key=name, value=shown, near=near, choices=", ".join(f"'{c}'" for c in rule.choices)
        )
    if rule.kind == "int":
        text = _("'{key}' is {value}; it is a whole number from {low} to {high}.")
    elif rule.kind == "number":
        text = _("'{key}' is {value}; it is a number from {low} to {high}.")
    elif rule.kind == "bool":
        text = _("'{key}' is {value}; it is true or false, without quotes.")
    elif rule.kind == "date":
        text = _("'{key}' is {value}; it is a date such as 2026-01-31, without quotes.")
    elif rule.kind in ("texts", "words"):
        text = _('\'{key}\' is {value}; it is a list of texts, such as ["one", "two"].')
    elif rule.kind == "table":
        text = _("'{key}' is a table of texts: write [{key}], and under it lines such as name = \"text\".")
    else:
        text = _("'{key}' is {value}; it is a text, in quotes.")
    return text.format(key=name, value=shown, low=f"{rule.low:g}", high=f"{rule.high:g}")


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that a mistyped one most likely means, or ''."""
    import difflib

    lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower().replace("-", "_"), list(lower), n=1, cutoff=0.6)
    return lower[found[0]] if found else ""


def dotted(key: tuple[str, ...]) -> str:
    """A key as people write it: sync.interval_seconds."""
    return clean_line(".".join(key), limit=80)


def _leaves(table: Mapping[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Leaves of a table; queue.close without quotes is a table in a table to TOML."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*at, name))
        else:
            yield (*at, name), value


_NAME = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_PATH = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = pattern(rf"\s*\[\[?\s*({_PATH})\s*\]\]?")
_ASSIGN = pattern(rf"\s*({_PATH})\s*=")


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """The line of every key and table of a valid TOML text, since tomllib keeps none. Of a key that comes
    twice (in an array of tables) the last."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    quote = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not quote:
            if header := _HEADER.match(line):
                table = _names(header[1])
                found[table] = number
            elif assigned := _ASSIGN.match(line):
                path = _names(assigned[1])
                for depth in range(1, len(path) + 1):
                    found[(*table, *path[:depth])] = number
        for mark in re.findall(r'"""|\'\'\'', line):
            quote = "" if quote == mark else quote or mark
    return found


def _names(path: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, path))


def as_toml(value: Any) -> str:
    """A value as TOML; tables that are not empty only as a hint."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + clean_line(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_toml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{...}" if value else "{}"
    return str(value)
