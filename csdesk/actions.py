"""Everything a person can do on the screen, once: id, keys, label, help, group and when it is not available.

Bindings, the footer, the palette, the `?` help and docs/keys.md are all made from here. Knows no screen library
and calls no service.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from csdesk import i18n
from csdesk.i18n import _, pgettext

DESK = frozenset({"queue", "thread", "side"})
ANYWHERE = DESK | {"composer", "filter"}


@dataclass(frozen=True, slots=True)
class State:
    """What decides whether an action is available now. `pane` is the place of the cursor: queue, thread, side,
    composer or filter. `status` and `assignee` are those of the conversation an action would touch."""

    pane: str = "queue"
    ready: bool = False
    target: int | None = None
    status: str = ""
    assignee: str | None = None
    agent: str = ""
    opened: bool = False
    composing: str = ""
    stale: bool = False
    sending: bool = False
    suggestions: int = 0
    orders: int = 0
    messages: int = 0
    attachments: int = 0
    quotes: int = 0


Check = Callable[[State], str | None]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `keys` are key names ('e', 'ctrl+s', 'enter', '/'); `where` the panes in which they
    work; `check` gives None or the sentence why not now."""

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    group: str
    where: frozenset[str]
    check: Check

    def available(self, state: State) -> str | None:
        """None when it can be done now, else the reason as a sentence."""
        return self.check(state)


def _always(state: State) -> str | None:
    return None


def _ready(state: State) -> str | None:
    return None if state.ready else _("The store is still being opened.")


def _target(state: State) -> str | None:
    if reason := _ready(state):
        return reason
    return None if state.target is not None else _("No conversation is chosen.")


def _opened(state: State) -> str | None:
    if reason := _ready(state):
        return reason
    return None if state.opened else _("No conversation is open.")


def _not_mine(state: State) -> str | None:
    if (reason := _target(state)) is None and state.assignee == state.agent:
        return _("It is yours already.")
    return reason


def _assigned(state: State) -> str | None:
    if (reason := _target(state)) is None and state.assignee is None:
        return _("Nobody has it.")
    return reason


def _not(*statuses: str) -> Check:
    def check(state: State) -> str | None:
        if (reason := _target(state)) is None and state.status in statuses:
            return _("It is {status} already.").format(status=status_word(state.status))
        return reason

    return check


def _is_shut(state: State) -> str | None:
    if (reason := _target(state)) is None and state.status == "open":
        return _("It is open already.")
    return reason


def _suggested(state: State) -> str | None:
    if (reason := _opened(state)) is None and not state.suggestions:
        return _("No order is suggested here.")
    return reason


def _has_attachments(state: State) -> str | None:
    if (reason := _opened(state)) is None and not state.attachments:
        return _("No message here has an attachment.")
    return reason


def _has_messages(state: State) -> str | None:
    if (reason := _opened(state)) is None and not state.messages:
        return _("No message is here yet.")
    return reason


def _has_quotes(state: State) -> str | None:
    if (reason := _opened(state)) is None and not state.quotes:
        return _("Nothing is folded here.")
    return reason


def _sending(state: State) -> str | None:
    return None if state.sending else _("Nothing is waiting to be sent that could be taken back.")


def _may_send(state: State) -> str | None:
    if not state.composing:
        return _("Nothing is being written.")
    if state.stale:
        return _("A newer message came. Press escape to read it; your draft is kept.")
    return None


def _may_send_reply(state: State) -> str | None:
    return _may_send(state) or _replying(state)


def _replying(state: State) -> str | None:
    if state.composing == "note":
        return _("A note has no recipients and no files.")
    return None if state.composing else _("Nothing is being written.")


def status_word(status: str) -> str:
    """The word for a conversation's status."""
    words = {
        "open": pgettext("status", "open"),
        "snoozed": _("snoozed"),
        "closed": _("closed"),
        "spam": _("spam"),
        "lists": _("list mail"),
        "merged": _("merged"),
    }
    return words.get(status, status)


def registry() -> tuple[Action, ...]:
    """Every action with its default keys, in the interface's language of now."""
    return _registry(i18n.language())


@lru_cache(maxsize=4)
def _registry(language: str) -> tuple[Action, ...]:
    return (*_moving(), *_triage(), *_answering(), *_beside(), *_places())


# fmt: off
def _moving() -> tuple[Action, ...]:
    group = _("Move and read")
    rows = frozenset({"queue"})
    return (
        Action("move.down", ("down", "j"), _("down"), _("Next conversation, or one line down"), group, DESK, _always),
        Action("move.up", ("up", "k"), _("up"), _("Previous conversation, or one line up"), group, DESK, _always),
        Action("move.page_down", ("pagedown", "space"), _("page"), _("A page down"), group, DESK, _always),
        Action("move.page_up", ("pageup",), _("page up"), _("A page up"), group, DESK, _always),
        Action("move.top", ("home", "g"), _("top"), _("To the first line"), group, DESK, _always),
        Action("move.bottom", ("end", "G"), _("end"), _("To the last line"), group, DESK, _always),
        Action("queue.open", ("enter",), _("open"), _("Open the conversation"), group, rows, _target),
        Action("view.next", ("]",), _("next view"), _("Next view of the queue"), group, DESK, _ready),
        Action("view.before", ("[",), _("previous view"), _("Previous view of the queue"), group, DESK, _ready),
        Action("view.choose", ("v",), _("view"), _("Choose a view"), group, DESK, _ready),
        Action("queue.filter", ("f",), _("filter"), _("Filter the queue as you type"), group, DESK, _ready),
        Action("queue.refresh", ("ctrl+r", "f5"), _("refresh"), _("Sort the queue anew and show what came"), group,
               DESK, _ready),
        Action("queue.next", ("N",), _("next"), _("Open the next conversation that waits"), group, DESK, _ready),
        Action("pane.next", ("tab",), _("panes"), _("Next pane"), group, DESK | {"composer"}, _always),
        Action("pane.before", ("shift+tab",), _("previous pane"), _("Previous pane"), group, DESK | {"composer"},
               _always),
        Action("pane.queue", ("escape",), _("queue"), _("Back to the queue"), group, DESK | {"filter"}, _always),
        Action("pane.side", ("p",), _("side panel"), _("Show or hide the side panel"), group, DESK, _always),
        Action("thread.quotes", ("q",), _("quotes"), _("Unfold or fold quoted lines, signatures and warnings"),
               group, DESK, _has_quotes),
        Action("thread.save", ("d",), _("save file"), _("Save an attachment"), group, DESK, _has_attachments),
        Action("thread.original", ("D",), _("original"), _("Save a message's original bytes as an .eml file"), group,
               DESK, _has_messages),
    )


def _triage() -> tuple[Action, ...]:
    group = _("Triage")
    return (
        Action("queue.mine", ("a",), _("assign to me"), _("Take the conversation"), group, DESK, _not_mine),
        Action("queue.unassign", ("A",), _("give back"), _("Take my name, or anybody's, off it"), group, DESK,
               _assigned),
        Action("queue.snooze", ("s",), _("snooze"), _("Put it away until a time"), group, DESK, _target),
        Action("queue.close", ("e",), _("close"), _("Close it; a new message opens it again"), group, DESK,
               _not("closed", "merged")),
        Action("queue.reopen", ("E",), _("reopen"), _("Put it back into the open ones"), group, DESK, _is_shut),
        Action("queue.tag", ("t",), _("tag"), _("Add and remove tags: vip -late"), group, DESK, _target),
        Action("queue.spam", ("!",), _("spam"), _("Mark it as spam"), group, DESK, _not("spam")),
        Action("queue.unread", ("m",), _("unread"), _("Mark it unread"), group, DESK, _target),
        Action("queue.merge", ("M",), _("merge"), _("Merge it into another conversation"), group, DESK, _target),
        Action("queue.undo", ("z",), _("undo"), _("Take back what you did last"), group, DESK, _ready),
    )


def _answering() -> tuple[Action, ...]:
    group = _("Write")
    composer = frozenset({"composer"})
    return (
        Action("write.reply", ("r",), _("reply"), _("Write to the customer"), group, DESK, _target),
        Action("reply.all", ("R",), _("reply to all"), _("Write to the customer and everyone who got the mail"),
               group, DESK, _target),
        Action("write.note", ("n",), _("note"), _("Write an internal note; it never leaves"), group, DESK, _target),
        Action("write.template", ("/",), _("template"), _("Choose a reply template"), group, DESK, _target),
        Action("write.send", ("ctrl+s",), _("send"), _("Send it, or keep the note; then the next that waits"),
               group, composer, _may_send),
        Action("write.send_stay", ("ctrl+o",), _("send and stay"), _("Send it and stay in the conversation"), group,
               composer, _may_send),
        Action("write.later", ("ctrl+n",), _("send later"), _("Send it at a time of your choice"), group, composer,
               _may_send_reply),
        Action("write.quote", ("ctrl+r",), _("quote"), _("Let the customer's last words stand below it, or not"),
               group, composer, _replying),
        Action("write.insert", ("ctrl+t",), _("template"), _("Put a template in at the cursor"), group, composer,
               _replying),
        Action("write.cc", ("ctrl+l",), _("cc"), _("Who else gets it"), group, composer, _replying),
        Action("write.attach", ("ctrl+g",), _("attach"), _("Attach a file by its path"), group, composer, _replying),
        Action("write.leave", ("escape",), _("leave"), _("Leave; the draft is kept"), group, composer, _always),
        Action("write.discard", ("ctrl+delete", "ctrl+b"), _("discard"), _("Throw the draft away"), group, composer,
               _always),
        Action("send.undo", ("u",), _("undo send"), _("Take back a message before it leaves"), group, DESK, _sending),
        Action("write.new", ("c",), _("new"), _("Write to somebody new"), group, DESK, _ready),
        Action("write.forward", ("F",), _("forward"), _("Forward the conversation, its notes left out"), group,
               DESK, _target),
    )


def _beside() -> tuple[Action, ...]:
    group = _("Orders")
    return (
        Action("order.confirm", ("y",), _("confirm"), _("The suggested order is this customer's"), group, DESK,
               _suggested),
        Action("order.reject", ("w",), _("wrong order"), _("The suggested order is somebody else's"), group, DESK,
               _suggested),
    )


def _places() -> tuple[Action, ...]:
    group = _("Places")
    return (
        Action("place.search", ("S", "ctrl+f"), _("search"), _("Search messages, customers, orders"), group, DESK,
               _ready),
        Action("place.outbox", ("x",), _("outbox"), _("What waits, failed or may have been sent"), group, DESK,
               _ready),
        Action("place.accounts", ("X",), _("accounts"), _("How the accounts are"), group, DESK, _ready),
        Action("place.theme", ("T",), _("colours"), _("Next theme: dark, light, the terminal's own"), group, DESK,
               _always),
        Action("place.palette", (":", "ctrl+p"), _("command"), _("Do anything by its name"), group, DESK |
               {"composer"}, _always),
        Action("place.help", ("?", "f1"), _("help"), _("All keys and what the words mean"), group, DESK, _always),
        Action("place.quit", ("ctrl+q", "Q"), _("quit"), _("Leave the desk; drafts are kept"), group, ANYWHERE,
               _always),
    )
# fmt: on


FOOTERS: Mapping[str, tuple[str, ...]] = {
    "queue": (
        "queue.open",
        "write.template",
        "write.reply",
        "write.note",
        "queue.snooze",
        "queue.close",
        "place.palette",
        "place.help",
    ),
    "thread": (
        "write.reply",
        "write.note",
        "write.template",
        "queue.close",
        "queue.snooze",
        "thread.quotes",
        "pane.queue",
        "place.help",
    ),
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

_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_SHOWN = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "delete": "del"}


def key_name(key: str) -> str:
    """The name the keyboard driver gives a key: '/' is 'slash', 'E' is 'E', 'ctrl+s' stays."""
    if len(key) == 1 and not key.isalnum():
        name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
        return _NAMES.get(name, name)
    return key


def key_word(key: str) -> str:
    """How a key is written for people: 'slash' is '/', 'escape' is 'esc'."""
    for plain in "/?:!]['\"-+.,;<>=@#$%&*()_\\|`~^{}":
        if key_name(plain) == key or plain == key:
            return plain
    head, plus, last = key.rpartition("+")
    return f"{head}{plus}{_SHOWN.get(last, last)}"


def with_keys(
    own: Mapping[str, Iterable[str]], actions: Iterable[Action] | None = None
) -> tuple[tuple[Action, ...], tuple[str, ...]]:
    """The actions under a person's own keys, and what is wrong with these: a sentence for each unknown action
    and each key that would do two things in one place (the first action keeps it)."""
    known = {action.id: action for action in (registry() if actions is None else actions)}
    problems: list[str] = []
    for name, keys in own.items():
        if name in known:
            known[name] = replace(known[name], keys=(keys,) if isinstance(keys, str) else tuple(keys))
            continue
        near = difflib.get_close_matches(name, known, n=1)
        problems.append(
            _("There is no action {name}; did you mean {near}?").format(name=name, near=near[0])
            if near
            else _("There is no action {name}.").format(name=name)
        )
    return _without_clashes(known, set(own), problems), tuple(problems)


def _without_clashes(known: dict[str, Action], own: set[str], problems: list[str]) -> tuple[Action, ...]:
    """A key that a person gave goes before a default one; of two that the person gave, the first wins."""
    taken: dict[tuple[str, str], str] = {}
    kept: dict[str, Action] = {}
    for action in sorted(known.values(), key=lambda one: one.id not in own):
        free: list[str] = []
        for key in action.keys:
            clash = next(
                (taken[p, key_name(key)] for p in sorted(action.where) if (p, key_name(key)) in taken), None
            )
            if clash is None:
                free.append(key)
                taken.update({(pane, key_name(key)): action.id for pane in action.where})
            elif action.id in own or not set(action.keys) - {key}:
                problems.append(
                    _("The key {key} is {first} already; {second} does not get it.").format(
                        key=key_word(key), first=clash, second=action.id
                    )
                )
        kept[action.id] = replace(action, keys=tuple(free))
    return tuple(kept[name] for name in known)


def bindings(actions: Iterable[Action]) -> dict[str, dict[str, str]]:
    """pane -> key name -> action id."""
    out: dict[str, dict[str, str]] = {}
    for action in actions:
        for pane in action.where:
            for key in action.keys:
                out.setdefault(pane, {}).setdefault(key_name(key), action.id)
    return out


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
        ("!", _("something about the sender of a mail does not fit; unfold to read it all")),
        (_("NOTE"), _("an internal note; it has its own background and never leaves")),
        (_("uncertain"), _("the line broke while sending: it may have been sent, a person decides")),
    )


def keys_markdown() -> str:
    """docs/keys.md: every action by group with its id, default keys and what it does."""
    out = ["# " + _("Keys"), "", _("Your own keys go into config.toml under [keys], by the action's id."), ""]
    for group, actions in grouped(registry()):
        out += [f"## {group}", "", f"| {_('keys')} | {_('action')} | {_('what it does')} | {_('where')} |"]
        out.append("|---|---|---|---|")
        for one in actions:
            keys = ", ".join(f"`{_cell(key_word(key))}`" for key in dict.fromkeys(map(key_name, one.keys)))
            out.append(f"| {keys} | `{one.id}` | {_cell(one.help)} | {', '.join(sorted(one.where))} |")
        out.append("")
    out += ["## " + _("Signs"), "", f"| {_('sign')} | {_('meaning')} |", "|---|---|"]
    out += [f"| {_cell(sign)} | {_cell(meaning)} |" for sign, meaning in legend()]
    return "\n".join(out) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def grouped(actions: Iterable[Action]) -> list[tuple[str, list[Action]]]:
    """The actions by group, in the order in which groups and actions first appear."""
    out: dict[str, list[Action]] = {}
    for action in actions:
        out.setdefault(action.group, []).append(action)
    return list(out.items())
