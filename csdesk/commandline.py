"""The command line of the desk: its words, what they mean, and what may come next while one is typed. Pure: what
there is to choose from is given to it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csdesk.errors import Usage
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.actions import Action

MOST = 50
"""Completions that are offered at most."""

TAKES: Mapping[str, str] = {
    "goto": "conversation",
    "queue.tag": "tags",
    "queue.assign": "agent",
    "queue.snooze": "time",
    "queue.merge": "conversation",
    "queue.language": "language",
    "queue.filter": "filter",
    "view.choose": "view",
    "view.sort": "sort",
    "view.save": "words",
    "view.drop": "saved",
    "place.search": "words",
    "place.theme": "theme",
    "place.keys": "keymap",
}
"""Commands that take something, and what. All but `goto` are actions that ask for it when nothing is given."""

SHORT: Mapping[str, str] = {"view": "view.choose", "q": "place.quit"}
"""Words for commands besides their ids."""


@dataclass(frozen=True, slots=True)
class Command:
    """What a line means: a command's id and what was given with it."""

    name: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the line may become, and a word about it."""

    line: str
    hint: str = ""


@dataclass(slots=True)
class Vocabulary:
    """What can be said. `things` has, by kind (agent, view, theme ...), the words to choose from, with a hint each."""

    actions: Mapping[str, Action]
    things: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    def names(self) -> dict[str, str]:
        """Every word for a command -> its id: the id itself, and its last part where that is one command's alone or
        the first one's."""
        out = {"goto": "goto", **{word: name for word, name in SHORT.items() if name in self.actions}}
        for name in self.actions:
            out.setdefault(name.rpartition(".")[2], name)
        return out | {name: name for name in self.actions}

    def understand(self, text: str) -> Command:
        """The command that a line means. Raises Usage with the nearest one."""
        head, _space, given = text.strip().partition(" ")
        given = given.strip()
        if head.isdecimal() and not given:
            return Command("goto", head)
        names = self.names()
        if head not in names:
            near = difflib.get_close_matches(head, names, n=1)
            words = (
                _("There is no command {name}; did you mean {near}?")
                if near
                else _("There is no command {name}.")
            )
            raise Usage(words.format(name=head[:40], near=near[0] if near else ""))
        name = names[head]
        kind = TAKES.get(name)
        if given and kind is None:
            raise Usage(_("{name} takes nothing after it.").format(name=head))
        if name == "goto" and not given.isdecimal():
            raise Usage(_("Say which: goto 123."))
        if kind == "conversation" and given and not given.isdecimal():
            raise Usage(_("{text} is no conversation's number.").format(text=given[:40]))
        if kind in ("agent", "view", "theme", "keymap", "sort", "saved") and given:
            given = self._one_of(kind, given)
        return Command(name, given)

    def _one_of(self, kind: str, given: str) -> str:
        """The thing of a kind that was meant, whatever its letters' case. Raises Usage with all there are."""
        known = {word.casefold(): word for word, _hint in self.things.get(kind, ())}
        if given.casefold() in known:
            return known[given.casefold()]
        begun = [word for folded, word in known.items() if folded.startswith(given.casefold())]
        if len(begun) == 1:
            return begun[0]
        words = _("{text} is none of these: {names}.")
        raise Usage(words.format(text=given[:40], names=", ".join(list(known.values())[:20])))

    def complete(self, text: str) -> list[Offer]:
        """What the line may become: commands by any part of their name or label, then what they take."""
        head, space, rest = text.lstrip().partition(" ")
        name = self.names().get(head)
        if not space or name is None or name not in TAKES:
            return self._commands(text.strip())
        kind = TAKES[name]
        done, _space, last = rest.rpartition(" ")
        if kind in ("tags", "filter"):
            sign = last[:1] if last[:1] in ("-", "+") else ""
            before = f"{head} {done} " if done else f"{head} "
            return [Offer(f"{before}{sign}{one}", hint) for one, hint in self._begun(kind, last[len(sign) :])]
        found = [Offer(f"{head} {one}", hint) for one, hint in self._begun(kind, rest)]
        return found or [
            one for one in self._commands(text.strip()) if self._label(one).startswith(text.strip())
        ]

    def _label(self, offer: Offer) -> str:
        name = self.names().get(offer.line.strip(), "")
        return self.actions[name].label if name in self.actions else ""

    def _begun(self, kind: str, part: str) -> Iterable[tuple[str, str]]:
        folded = part.casefold()
        things = self.things.get(kind, ())
        return [one for one in things if one[0].casefold().startswith(folded) and one[0] != part][:MOST]

    def _commands(self, head: str) -> list[Offer]:
        """Those that begin with it first, the shortest of them before; nothing typed leaves the order of the tables."""
        folded = head.casefold()
        found: list[tuple[int, str, str]] = []
        short = {name: word for word, name in reversed(self.names().items()) if word != name}
        for name, one in self.actions.items():
            word = short.get(name, name)
            texts = (word, name, one.label.casefold(), one.help.casefold())
            place = next((n for n, text in enumerate(texts) if text.startswith(folded)), None)
            if place is None and folded in " ".join(texts):
                place = len(texts)
            if place is not None:
                found.append((place, word + (" " if name in TAKES else ""), one.help))
        if "goto".startswith(folded):
            found.append((0, "goto ", _("Open a conversation by its number")))
        if not folded:
            return [Offer(word, hint) for _place, word, hint in found[:MOST]]
        return [
            Offer(word, hint) for _place, word, hint in sorted(found, key=lambda one: (one[0], len(one[1])))
        ][:MOST]
