"""What a reply says in the customer's language, under the text that is being written: given sentences, it shows them.

Side by side with what it says in the agent's language again where there is room; else the translation alone. What does
not fit is scrolled so that the sentence under the cursor is in sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csdesk.i18n import _
from csdesk.languages import language_name
from csdesk.text import clean
from csdesk.widgets.bars import Bar
from csdesk.widgets.cells import Line, Piece, fit, line, one_line, spread, wrap
from csdesk.widgets.thread_translation import DOUBT

if TYPE_CHECKING:
    from csdesk.domain.composed import Composed, Said

BESIDE = 70
"""From so many cells on the translation and what it says again stand side by side."""
LOW, HIGH = 3, 7
"""Lines that it takes at most, on a low terminal and on a high one."""
TALL = 36
"""Rows from which a terminal is high."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be shown: the translation so far, whether a newer one is on its way, the sentence that is written
    now, a sentence for the person where there is no translation, and the key that goes through the sentences."""

    made: Composed | None = None
    pending: bool = False
    at: int = 0
    hint: str = ""
    target: str = ""
    key: str = ""


class ComposedView(Bar, can_focus=False):
    """The lines below the composer's text."""

    def show(self, shown: Shown | None, width: int, rows: int) -> None:
        """Show this, or nothing at all."""
        found = [] if shown is None else preview(shown, width, HIGH if rows >= TALL else LOW)
        self.display = bool(found)
        self.styles.height = max(len(found), 1)
        self.set_line(*found)


def preview(shown: Shown, width: int, most: int) -> list[Line]:
    """The lines, at most so many: a head, then the part of the translation in which the cursor stands."""
    made = shown.made
    if made is None or not made.own.strip():
        if shown.hint:
            return [line((f" {part}", "soon")) for part in wrap(one_line(shown.hint), width - 2)[:2]]
        if not shown.pending:
            return []
        return [line((f" {language_name(shown.target)}  ", "accent"), (_("is being translated …"), "dim"))]
    beside = width >= BESIDE and most > LOW and any(one.back for one in made.sentences)
    out: list[tuple[int, Line]] = []
    if beside:
        half = (width - 5) // 2
        for number, one in enumerate(made.sentences):
            out += [(number, part) for part in _row(one, half, shown.key)]
    else:
        out = _running(made, width - 2, shown.key)
    body = _window(out, shown.at, most - 1)
    return [_head(shown, made, width), *body]


def _head(shown: Shown, made: Composed, width: int) -> Line:
    left: list[Piece] = [(f" {language_name(made.target_language)} ", "accent")]
    if shown.hint:
        left.append((f" {one_line(shown.hint)}", "soon"))
    elif made.engine:
        left.append((f" {one_line(made.engine)}", "faint"))
        if made.demo:
            left.append((f" ({_('demonstration model')})", "faint"))
    right: list[Piece] = []
    if shown.key and not shown.hint:
        right.append((_("{key} change").format(key=shown.key) + "   ", "faint"))
    if shown.pending:
        right.append(("…", "dim"))
    elif made.doubtful:
        right.append((f"{DOUBT} {len(made.doubtful)}", "soon"))
    elif any(char.isdigit() for char in made.own):
        right.append((_("numbers ok"), "done"))
    return spread(tuple(left), (*right, (" ", "")), width)


def tag(one: Said, key: str = "") -> str:
    """Where a sentence came from, in a word or two; '' for what the model made. `key` is where an offer is taken."""
    if one.origin == "edited":
        return _("[yours]")
    if one.origin == "memory":
        return _("[memory {n} %]").format(n=100)
    if not one.offer:
        return ""
    if not key:
        return _("[memory {n} %]").format(n=one.offered)
    return _("[memory {n} %: {key}]").format(n=one.offered, key=key)


def _pieces(one: Said, key: str) -> list[Piece]:
    """A sentence with its signs."""
    ink = "soon" if one.flags else "dim" if one.origin == "same" else ""
    said = clean(one.text).replace("\n", " ")
    out: list[Piece] = [(f"{DOUBT} {said}" if one.flags else said, ink)]
    if word := tag(one, key):
        out.append((f" {word}", "accent" if one.offer and one.origin == "model" else "faint"))
    return out


def _row(one: Said, half: int, key: str) -> list[Line]:
    """A sentence on the left, on the right what it says again."""
    if not one.text.strip():
        return []
    left = wrapped(_pieces(one, key), half)
    right = wrap(clean(one.back).replace("\n", " "), half) if one.back else []
    out = []
    for at in range(max(len(left), len(right))):
        pieces = left[at] if at < len(left) else ()
        used = sum(line(piece).width for piece in pieces)
        pad: Piece = (" " * max(half - used, 0), "")
        again = fit(right[at], half) if at < len(right) else ""
        out.append(Line(((" ", ""), *pieces, pad, (" │ ", "rule"), (again, "dim"))))
    return out


def _running(made: Composed, width: int, key: str) -> list[tuple[int, Line]]:
    """The translation as running text, paragraph by paragraph; each line with the sentence that begins or goes on
    in it."""
    out: list[tuple[int, Line]] = []
    held: list[Piece] = []
    first = 0
    for number, one in enumerate(made.sentences):
        if not held:
            first = number
        if one.text:
            held += [*_pieces(one, key), (" ", "")]
        if "\n" in one.gap or number == len(made.sentences) - 1:
            rows = wrapped(held, width) if held else []
            for at, pieces in enumerate(rows):
                # Roughly: the lines of a paragraph are shared out among its sentences.
                place = first + (number - first) * at // max(len(rows) - 1, 1)
                out.append((place, Line(((" ", ""), *pieces))))
            held = []
    return out


def wrapped(pieces: Sequence[Piece], width: int) -> list[tuple[Piece, ...]]:
    """Pieces in lines of at most `width` cells, each part in its ink."""
    text = "".join(part for part, _ink in pieces)
    spans: list[tuple[int, int, str]] = []
    at = 0
    for part, ink in pieces:
        spans.append((at, at + len(part), ink))
        at += len(part)
    out: list[tuple[Piece, ...]] = []
    begin = 0
    for part in wrap(text, width):
        begin = max(text.find(part, begin), begin)
        end = begin + len(part)
        found = [
            (text[max(start, begin) : min(stop, end)], ink)
            for start, stop, ink in spans
            if start < end and stop > begin
        ]
        out.append(tuple(piece for piece in found if piece[0]))
        begin = end
    return out


def _window(lines: list[tuple[int, Line]], at: int, most: int) -> list[Line]:
    """At most so many of the lines, among them those of the sentence `at`."""
    if len(lines) <= most:
        return [one for _number, one in lines]
    last = max((place for place, (number, _one) in enumerate(lines) if number <= at), default=0)
    start = min(max(last - most + 1, 0), len(lines) - most)
    return [one for _number, one in lines[start : start + most]]
