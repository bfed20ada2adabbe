"""Everything a person can do on the screen, once: id, keys, label, help, group and when it is not available.

Bindings, the footer, the palette, the `?` help and docs/keys.md are all made from here. Knows no screen library
and calls no service. The tables stand in csdesk/acts/, one file a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from csdesk import i18n, keys
from csdesk.acts import going, moving, orders, pinning, places, reading, triage, writing
from csdesk.acts.checks import status_word
from csdesk.acts.state import Action, State
from csdesk.i18n import _
from csdesk.keymaps import DESK, SETS
from csdesk.keys import bindings, is_letter, key_name, key_word

__all__ = [
    "FOOTERS",
    "Action",
    "State",
    "bindings",
    "grouped",
    "is_letter",
    "key_name",
    "key_word",
    "keys_markdown",
    "legend",
    "registry",
    "status_word",
    "with_keys",
]


def registry() -> tuple[Action, ...]:
    """Every action with its default keys, in the interface's language of now."""
    return _registry(i18n.language())


@lru_cache(maxsize=4)
def _registry(language: str) -> tuple[Action, ...]:
    tables = (moving, reading, pinning, going, triage, writing, orders, places)
    return tuple(action for table in tables for action in table.actions())


FOOTERS: Mapping[str, tuple[str, ...]] = {
    "queue": (
        "queue.open",
        "write.template",
        "write.reply",
        "write.note",
        "queue.snooze",
        "queue.close",
        "place.command",
        "place.help",
    ),
    "thread": (
        "write.reply",
        "write.note",
        "write.template",
        "queue.close",
        "queue.snooze",
        "thread.quotes",
        "thread.find",
        "pane.queue",
        "place.help",
    ),
    "pinned": ("pin.open", "pin.swap", "pin.leave", "thread.quotes", "pane.next", "place.help"),
    "side": ("pane.next", "order.confirm", "write.reply", "pane.queue", "place.help"),
    "composer": (
        "write.send",
        "write.insert",
        "write.attach",
        "write.cc",
        "write.leave",
        "write.later",
        "write.quote",
    ),
    "filter": ("queue.open", "pane.queue"),
}
"""Which actions a pane's footer names, most important first; a narrow footer shows as many as fit."""


def with_keys(
    own: Mapping[str, Iterable[str]], actions: Iterable[Action] | None = None, chosen: str = DESK
) -> tuple[tuple[Action, ...], tuple[str, ...]]:
    """The registry, or these actions, under the keys of a set and a person's own; see csdesk.keys."""
    return keys.with_keys(own, registry() if actions is None else actions, chosen)


def legend() -> tuple[tuple[str, str], ...]:
    """Signs of the screen and what they mean."""
    return (
        ("▌", _("the conversation under the cursor")),
        (
            _("0:42"),
            _("hours and minutes left until the first reply is due; amber under 4 hours, red under one"),
        ),
        (_("late 1:15"), _("the reply is overdue by so much")),
        (_("bold"), _("not read yet")),
        ("+", _("folded lines: quotes and signatures; nothing is cut")),
        ("(?)", _("a sentence whose translation is doubtful; why stands below the message")),
        (_("[yours]"), _("a sentence of a translated reply that you changed; it stays as you wrote it")),
        ("!", _("something about the sender of a mail does not fit; unfold to read it all")),
        (_("NOTE"), _("an internal note; it has its own background and never leaves")),
        (_("uncertain"), _("the line broke while sending: it may have been sent, a person decides")),
    )


def keys_markdown() -> str:
    """docs/keys.md: every action by group with its id, its keys in each set and what it does."""
    out = ["# " + _("Keys"), ""]
    said = _(
        "`keymap` in config.toml chooses a set: desk, vi or gmail; the screen behind `K` changes single keys."
    )
    out += [said, ""]
    out += [_("Your own keys go into config.toml under [keys], by the action's id."), ""]
    sets = {name: {one.id: one for one in with_keys({}, chosen=name)[0]} for name in SETS}
    for group, actions in grouped(registry()):
        heads = " | ".join(sets)
        out += [f"## {group}", "", f"| {heads} | {_('action')} | {_('what it does')} | {_('where')} |"]
        out.append("|---" * (len(sets) + 3) + "|")
        for one in actions:
            cells = " | ".join(_keys(known[one.id]) for known in sets.values())
            out.append(f"| {cells} | `{one.id}` | {_cell(one.help)} | {', '.join(sorted(one.where))} |")
        out.append("")
    out += ["## " + _("Signs"), "", f"| {_('sign')} | {_('meaning')} |", "|---|---|"]
    out += [f"| {_cell(sign)} | {_cell(meaning)} |" for sign, meaning in legend()]
    return "\n".join(out) + "\n"


def _keys(action: Action) -> str:
    return ", ".join(f"`{_cell(key_word(key))}`" for key in dict.fromkeys(map(key_name, action.keys)))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def grouped(actions: Iterable[Action]) -> list[tuple[str, list[Action]]]:
    """The actions by group, in the order in which groups and actions first appear."""
    out: dict[str, list[Action]] = {}
    for action in actions:
        out.setdefault(action.group, []).append(action)
    return list(out.items())
