"""What of a conversation is translated for a reader, and where a translation stands in the message. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from csdesk.domain.conversation import Message
from csdesk.domain.mail import Quote
from csdesk.domain.translation import Sentence, Translation

LONGEST = 30_000
"""Characters of one message that are translated unasked; a longer one is a log or a book."""
WAYS = ("translation", "both", "original")
"""What of a message is shown, in the order in which one key goes through them."""


@dataclass(frozen=True, slots=True)
class Translated:
    """For one reader: translations by message, the messages still to be translated (newest first), and by message a
    sentence that says why one stays as it is (a model is missing, the engine died)."""

    made: Mapping[int, Translation] = field(default_factory=dict)
    todo: tuple[int, ...] = ()
    hints: Mapping[int, str] = field(default_factory=dict)


def base(code: str) -> str:
    """A language without its country or script: 'pt-BR' is 'pt'."""
    return code.replace("_", "-").partition("-")[0].lower()


def targets(languages: Sequence[str], interface: str) -> tuple[str, ...]:
    """The languages an agent reads, the one to translate into first: that of the interface where the agent reads it,
    else the agent's first. Who named none reads the interface's."""
    own = tuple(dict.fromkeys(base(one) for one in languages if one)) or (interface,)
    return (interface, *(one for one in own if one != interface)) if interface in own else own


def foreign(message: Message, read: Collection[str]) -> bool:
    """Whether a message says something in a language that is not among those that are read. Only what came from
    outside is ever translated."""
    language = base(message.language)
    return (
        message.direction == "in"
        and language not in ("", *read)
        and any(char.isalpha() for char in message.visible_text[:LONGEST])
    )


def shown_lines(text: str, quotes: Sequence[Quote]) -> list[int]:
    """The numbers of the lines of a text that visible_text() joins, from its first that is not blank on; [] where
    everything is folded."""
    hidden = {line for quote in quotes for line in range(quote.start, quote.end)}
    lines = text.split("\n")
    kept = [number for number in range(len(lines)) if number not in hidden]
    said = [at for at, number in enumerate(kept) if lines[number].strip()]
    return kept[said[0] :] if said else []


def placed(message: Message, made: Translation) -> list[tuple[int, tuple[Sentence, ...]]]:
    """The sentences of a translation by the line of the message's text at which they begin: (line, sentences), one
    for each stretch of lines between two folds. In a message that answers between quoted lines every answer stays
    below what it answers."""
    kept = shown_lines(message.text, message.quotes)
    visible = message.visible_text
    if not kept or "".join(one.source + one.gap for one in made.sentences).strip() != visible:
        return [(kept[0] if kept else 0, made.sentences)]
    starts, at = [], 0
    for said in visible.split("\n"):
        starts.append(at)
        at += len(said) + 1
    out: list[tuple[int, list[Sentence]]] = []
    at = number = 0
    for one in made.sentences:
        while number + 1 < min(len(starts), len(kept)) and starts[number + 1] <= at:
            number += 1
        line = kept[number]
        run = next((first for first in reversed(_runs(kept)) if first <= line), line)
        if not out or out[-1][0] != run:
            out.append((run, []))
        out[-1][1].append(one)
        at += len(one.source) + len(one.gap)
    return [(line, tuple(sentences)) for line, sentences in out]


def _runs(kept: Sequence[int]) -> list[int]:
    """The first lines of the stretches."""
    return [line for at, line in enumerate(kept) if at == 0 or kept[at - 1] != line - 1]
