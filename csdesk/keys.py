"""Names of keys, and which key does what in the end: a person's own before the chosen set's before the registry's.

Knows no screen library and no particular action.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from csdesk import keymaps
from csdesk.acts.state import Action
from csdesk.i18n import _, ngettext

_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_SHOWN = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "delete": "del"}
_TEXT = frozenset({"composer", "filter"})
TOLD = 2
"""So many sentences about a person's keys are said; of the rest the number."""


def key_name(key: str) -> str:
    """The name the keyboard driver gives a key: '/' is 'slash', 'E' is 'E', 'ctrl+s' stays. Of a sequence each."""
    if " " in key.strip():
        return " ".join(key_name(part) for part in key.split())
    if len(key) == 1 and not key.isalnum():
        name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
        return _NAMES.get(name, name)
    return key


def key_word(key: str) -> str:
    """How a key is written for people: 'slash' is '/', 'escape' is 'esc', 'g i' stays."""
    if " " in key.strip():
        return " ".join(key_word(part) for part in key.split())
    for plain in "/?:!]['\"-+.,;<>=@#$%&*()_\\|`~^{}":
        if key_name(plain) == key or plain == key:
            return plain
    head, plus, last = key.rpartition("+")
    return f"{head}{plus}{_SHOWN.get(last, last)}"


def is_letter(key: str) -> bool:
    """Whether a key writes something in a text field."""
    first = key_name(key).split()[0] if key.strip() else "space"
    return len(first) == 1 or ("+" not in first and first not in _SPECIAL and not first.startswith("f"))


_SPECIAL = frozenset(
    {"up", "down", "left", "right", "enter", "escape", "tab", "home", "end", "pageup", "pagedown", "insert", "delete",
     "backspace"}
)  # fmt: skip


def with_keys(
    own: Mapping[str, Iterable[str]], actions: Iterable[Action], chosen: str = keymaps.DESK
) -> tuple[tuple[Action, ...], tuple[str, ...]]:
    """The actions under the keys of a set and a person's own, and what is wrong with these: a sentence for each unknown
    action and each key that would do two things in one place (the first action keeps it). Whatever they say, the
    guarded keys stay, and an action that would be left without any key keeps its usual ones where they are free."""
    known = {action.id: action for action in actions}
    problems: list[str] = []
    if chosen not in keymaps.SETS:
        words = _("There is no set of keys {name}; there are {names}.")
        problems.append(words.format(name=chosen, names=", ".join(keymaps.SETS)))
        chosen = keymaps.DESK
    mine = {name: (keys,) if isinstance(keys, str) else tuple(keys) for name, keys in own.items()}
    problems += _unknown(mine, known)
    taken = Taken()
    kept: dict[str, list[str]] = {name: [] for name in known}
    for name, guarded in keymaps.GUARDED.items():
        if name in known:
            kept[name] += [key for key in guarded if taken.take(known[name], key) is None]
    for name in [one for one in known if one in mine]:
        for key in mine[name]:
            if (reason := _refusal(known[name], key, taken)) is None:
                kept[name].append(key)
            elif key_name(key) not in map(key_name, kept[name]):
                problems.append(reason)
    levels: tuple[Mapping[str, tuple[str, ...]], ...] = (
        keymaps.SETS[chosen],
        {name: one.keys for name, one in known.items() if name not in keymaps.SETS[chosen]},
    )
    for level in levels:
        for name, keys in level.items():
            left = [key for key in kept.get(name, ()) if key not in keymaps.GUARDED.get(name, ())]
            if name not in known or (name in mine and (left or not mine[name])):
                continue
            kept[name] += [key for key in keys if taken.take(known[name], key) is None]
    order = {name: (*mine.get(name, ()), *keymaps.SETS[chosen].get(name, known[name].keys)) for name in known}
    return (
        tuple(replace(one, keys=_sorted(kept[name], order[name])) for name, one in known.items()),
        tuple(problems),
    )


def _sorted(keys: list[str], order: tuple[str, ...]) -> tuple[str, ...]:
    """Each key once, in the order in which they were given; guarded ones that nobody named behind them."""
    names = [key_name(key) for key in order]
    fresh = list({key_name(key): key for key in keys}.values())
    return tuple(
        sorted(fresh, key=lambda key: names.index(key_name(key)) if key_name(key) in names else len(names))
    )


def _unknown(own: Mapping[str, object], known: Mapping[str, Action]) -> list[str]:
    out = []
    for name in own:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            words = (
                _("There is no action {name}; did you mean {near}?")
                if near
                else _("There is no action {name}.")
            )
            out.append(words.format(name=name, near=near[0] if near else ""))
    return out


def _refusal(action: Action, key: str, taken: Taken) -> str | None:
    """Take a person's key; the sentence why not."""
    if len(key.split()) > 2:
        return _("{key} is no key: a sequence has two, as in 'g i'.").format(key=key_word(key))
    if action.where <= _TEXT and is_letter(key):
        words = _("The key {key} cannot be {name}: where that works, it is a letter of the text.")
        return words.format(key=key_word(key), name=action.id)
    clash = taken.take(action, key)
    if clash is None:
        return None
    return _("The key {key} is {first} already; {second} does not get it.").format(
        key=key_word(key), first=clash, second=action.id
    )


class Taken:
    """Which keys are given away, and in which pane. The first key of a sequence is taken for all that begin so."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], str] = {}
        self._starts: dict[tuple[str, str], str] = {}

    def take(self, action: Action, key: str) -> str | None:
        """Take a key for an action; the id of the action that has it, or what begins with it, where one does."""
        name = key_name(key)
        start = name.split()[0]
        for pane in sorted(action.where):
            clash = self._keys.get((pane, name)) or (
                self._keys.get((pane, start)) if start != name else self._starts.get((pane, name))
            )
            if clash is not None and clash != action.id:
                return clash
        for pane in action.where:
            self._keys.setdefault((pane, name), action.id)
            if start != name:
                self._starts.setdefault((pane, start), action.id)
        return None


def bindings(actions: Iterable[Action]) -> dict[str, dict[str, str]]:
    """pane -> key name, or two with a space between -> action id."""
    out: dict[str, dict[str, str]] = {}
    for action in actions:
        for pane in action.where:
            for key in action.keys:
                out.setdefault(pane, {}).setdefault(key_name(key), action.id)
    return out


def in_short(problems: tuple[str, ...]) -> str:
    """What is wrong with a person's keys, as much as one line holds."""
    said = " ".join(problems[:TOLD])
    more = len(problems) - TOLD
    if more <= 0:
        return said
    words = ngettext("{n} more key of yours was left out.", "{n} more of your keys were left out.", more)
    return f"{said} {words.format(n=more)}"
