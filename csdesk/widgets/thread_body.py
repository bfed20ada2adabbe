"""The words of one message in lines: quotes folded level by level, hits marked, no end to nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from csdesk.domain.translated import placed
from csdesk.i18n import _, ngettext
from csdesk.text import clean
from csdesk.widgets import words
from csdesk.widgets.cells import Line, Piece, line, wrap
from csdesk.widgets.thread_translation import block, own_way, reasons, shown_way

if TYPE_CHECKING:
    from csdesk.domain.conversation import Message
    from csdesk.domain.mail import Quote
    from csdesk.domain.reading import Key
    from csdesk.widgets.thread_lines import Reading

MOST_LINES = 400
"""Lines of one message that are shown before it is unfolded: a log of ten thousand must not bury the next message."""
MOST_CHARS = 60_000


class Marker:
    """The lines of a text wrapped, with the hits of the words looked for in their own ink. The data of a line in which
    a hit begins is ("hit", entry, number)."""

    def __init__(self, key: Key, text: str, reading: Reading) -> None:
        self.key, self.reading = key, reading
        self.texts = text.split("\n")
        self.hits: Sequence[tuple[int, int]] = ()
        if reading.find:
            from csdesk.domain.find import spans

            self.hits = spans(text, reading.find)
        self.starts: list[int] = []
        at = 0
        for one in self.texts:
            self.starts.append(at)
            at += len(one) + 1

    def lines(self, number: int, width: int, indent: str, ink: str = "", ground: str = "") -> list[Line]:
        """One line of the text on as many lines as it needs."""
        text, base = self.texts[number], self.starts[number]
        parts = wrap(text, width)
        local = [
            (at, max(first - base, 0), end - base)
            for at, (first, end) in enumerate(self.hits)
            if first < base + len(text) and end > base
        ]
        if not local:
            return [line((f"{indent}{part}", ink), ground=ground) for part in parts]
        out = []
        begin = 0
        for part in parts:
            begin = max(text.find(part, begin), begin) if part else begin
            data = next(
                (
                    ("hit", self.key, n)
                    for n, first, _end in local
                    if base + first == self.hits[n][0] and begin <= first < begin + max(len(part), 1)
                ),
                None,
            )
            out.append(Line(((indent, ink), *self._marked(part, begin, ink, local)), ground, data))
            begin += len(part)
        return out

    def _marked(self, part: str, begin: int, ink: str, local: list[tuple[int, int, int]]) -> list[Piece]:
        """A part of a line with its hits in another ink; the hit the reader is at has its own."""
        out: list[Piece] = []
        at = 0
        for number, first, end in local:
            low, high = max(first - begin, at), min(end - begin, len(part))
            if low >= high:
                continue
            here = self.reading.hit == (self.key, number)
            out += [(part[at:low], ink), (part[low:high], "hit" if here else "found")]
            at = high
        return [piece for piece in [*out, (part[at:], ink)] if piece[0]]


def body(message: Message, width: int, reading: Reading) -> list[Line]:
    """What a message says."""
    return _Writer(message, width, reading).write()


class _Writer:
    """One walk through the lines of a message."""

    def __init__(self, message: Message, width: int, reading: Reading) -> None:
        self.message, self.width, self.reading = message, width, reading
        self.marker = Marker(("message", message.id), clean(message.text), reading)
        self.texts, self.starts = self.marker.texts, self.marker.starts
        self.level = 99 if message.id in reading.whole else reading.level
        self.way = shown_way(message, reading)
        self.out: list[Line] = []

    def write(self) -> list[Line]:
        way = own_way(self.message, self.reading)
        if way != "translation":
            own = Marker(self.marker.key, clean(self.message.own_text), replace(self.reading, find=""))
            ink = "dim" if way == "both" else ""
            for number in range(len(own.texts)):
                self.out += own.lines(number, self.width - 2, " ", ink)
            if way == "original":
                return self.out
            self.out.append(Line())
        return self._sent()

    def _sent(self) -> list[Line]:
        """What came or left."""
        folds = {quote.start: quote for quote in self.message.quotes}
        translated = self._translated()
        at, end, blank = 0, self._end(), True
        while at < end:
            fold = folds.get(at)
            if fold is not None and fold.end > at and not _is_all(fold, self.texts):
                self._trim()
                self._folded(fold)
                at, blank = fold.end, False
                continue
            if translated is not None:
                self.out += translated.pop(at, ())
                at += 1
                continue
            if self.texts[at].strip() or not blank:
                self._paragraph(at, "", " ", 2)
            blank = not self.texts[at].strip()
            at += 1
        self._trim()
        if at < len(self.texts):
            self._rest(len(self.texts) - at)
        if translated is not None:
            for lines in translated.values():
                self.out += lines
            self.out += reasons(self.reading.translated[self.message.id], self.width)
        return self.out

    def _translated(self) -> dict[int, list[Line]] | None:
        """The lines that stand in place of those of the message, by the line where they begin; None where the message
        is shown as it came."""
        if self.way == "original":
            return None
        made = self.reading.translated[self.message.id]
        return {at: block(sentences, self.width, self.way) for at, sentences in placed(self.message, made)}

    def _end(self) -> int:
        """Behind the last line that is shown."""
        if self.level or (len(self.texts) <= MOST_LINES and self.starts[-1] <= MOST_CHARS):
            return len(self.texts)
        fit = sum(start <= MOST_CHARS for start in self.starts)
        return max(min(MOST_LINES, fit), 1)

    def _rest(self, left: int) -> None:
        said = ngettext("{n} more line", "{n} more lines", left).format(n=left)
        self.out.append(line((f"   + {said}", "faint"), data=("fold", self.message.id)))

    def _trim(self) -> None:
        while self.out and not self.out[-1].text.strip():
            self.out.pop()

    def _folded(self, fold: Quote) -> None:
        """One fold: the line that names it, and of its lines those of the levels that are open."""
        end = min(fold.end, len(self.texts))
        word = _("signature") if fold.kind == "signature" else words.lines_word(end - fold.start)
        sign = "-" if self.level else "+"
        self.out.append(line((f"   {sign} {word}", "faint"), data=("fold", self.message.id)))
        if not self.level:
            return
        for first, behind, shown in self._runs(fold.start, end):
            if shown:
                for number in range(first, behind):
                    self._paragraph(number, "dim", "   ", 4)
            else:
                deeper = words.lines_word(behind - first)
                self.out.append(line((f"     + {deeper}", "faint"), data=("fold", self.message.id)))

    def _runs(self, first: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Lines of a fold in runs: (first, behind the last, whether their level is open)."""
        levels = self.reading.levels.get(self.message.id, ())
        at = first
        while at < end:
            shown = _level(levels, at) <= self.level
            behind = at + 1
            while behind < end and (_level(levels, behind) <= self.level) == shown:
                behind += 1
            yield at, behind, shown
            at = behind

    def _paragraph(self, number: int, ink: str, indent: str, room: int) -> None:
        self.out += self.marker.lines(number, self.width - room, indent, ink)


def _level(levels: Sequence[int], number: int) -> int:
    return levels[number] or 1 if number < len(levels) else 1


def _is_all(fold: Quote, texts: list[str]) -> bool:
    """A message that is nothing but a quote is shown: else nothing would be left to read."""
    said = [n for n, text in enumerate(texts) if text.strip()]
    return bool(said) and said[0] >= fold.start and said[-1] < fold.end
