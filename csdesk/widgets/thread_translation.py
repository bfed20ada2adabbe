"""A message in the reader's language, in lines: in the original's place, beside it or below it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from csdesk.i18n import _, ngettext
from csdesk.languages import language_name
from csdesk.text import clean
from csdesk.widgets.cells import Line, Piece, fit, line, one_line, spread, wrap

if TYPE_CHECKING:
    from csdesk.domain.conversation import Message
    from csdesk.domain.translation import Sentence, Translation
    from csdesk.widgets.thread_lines import Reading

BESIDE = 120
"""From so many cells on, the original and its translation stand side by side."""
DOUBT = "(?)"
MOST_REASONS = 4


def shown_way(message: Message, reading: Reading) -> str:
    """What is shown of a message: 'original', 'translation' or 'both'. Words that are looked for are found in what was
    really said, so that is shown then too."""
    if message.id not in reading.translated:
        return "original"
    return "both" if reading.way == "translation" and reading.find else reading.way


def own_way(message: Message, reading: Reading) -> str:
    """What is shown of a reply that was written in another language than it left in: 'translation' is what was sent,
    'original' what the agent wrote. What left in the words in which it was written has no original."""
    if not message.own_text:
        return "translation"
    return "both" if reading.way != "translation" and reading.find else reading.way


def above(message: Message, width: int, reading: Reading) -> list[Line]:
    """The line above a message that is translated: from what into what, by whom; or why it is not."""
    if message.own_text:
        return [_written(message, width, reading)]
    made = reading.translated.get(message.id)
    if made is None:
        hint = reading.hints.get(message.id)
        return [] if not hint else [line((f" {part}", "soon")) for part in wrap(one_line(hint), width - 2)]
    way = _("{source} → {target}").format(
        source=language_name(made.source_language), target=language_name(made.target_language)
    )
    said = f" {way} · {one_line(engine_word(made))}"
    right: tuple[Piece, ...] = ((_("original"), "dim"), (" ", "")) if reading.way == "original" else ()
    if made.doubtful and reading.way != "original":
        right = ((f"{DOUBT} {len(made.doubtful)}", "soon"), (" ", ""))
    *parts, last = wrap(said, width - 2 - sum(len(text) + 1 for text, _ink in right))
    data = ("translation", message.id)
    first = [line((part if part.startswith(" ") else f" {part}", "faint"), data=data) for part in parts]
    last = last if last.startswith(" ") else f" {last}"
    return [*first, spread(((last, "faint"),), right, width, data=data)]


def _written(message: Message, width: int, reading: Reading) -> Line:
    """The line above a reply that left in another language than it was written in."""
    way = _("{source} → {target}").format(
        source=language_name(message.own_language), target=language_name(message.language)
    )
    words = {"original": _("as it was written"), "both": _("as it was written, and as it was sent")}
    right: tuple[Piece, ...] = ((words.get(own_way(message, reading), _("as it was sent")), "dim"), (" ", ""))
    return spread(((f" {way}", "faint"),), right, width, data=("translation", message.id))


def engine_word(made: Translation) -> str:
    """Who made a translation, for people."""
    name, instead = made.maker
    if made.engine == "memory":
        name = _("memory")
    if instead:
        name = _("{engine}, in place of {other}").format(engine=name, other=instead)
    if made.demo:
        name += f" ({_('demonstration model')})"
    remembered = sum(one.origin == "memory" for one in made.sentences)
    if remembered and made.engine != "memory":
        name += " + " + ngettext("{n} from memory", "{n} from memory", remembered).format(n=remembered)
    return name


def block(sentences: Sequence[Sentence], width: int, way: str) -> list[Line]:
    """Sentences of a translation in lines: alone, or both with the original."""
    if way == "translation":
        return _text(sentences, width - 2, " ")
    if width >= BESIDE:
        return _beside(sentences, width)
    return _below(sentences, width)


def reasons(made: Translation, width: int) -> list[Line]:
    """Why sentences are doubtful, a line each."""
    out: list[Line] = []
    for at in made.doubtful[:MOST_REASONS]:
        one = made.sentences[at]
        said = "; ".join(reason(flag, one.missing, one.added) for flag in one.flags)
        out += [line((f" {part}", "soon")) for part in wrap(f"{DOUBT} {one_line(said)}", width - 2)]
    if (more := len(made.doubtful) - MOST_REASONS) > 0:
        out.append(line((f" {DOUBT} " + _("+{n} more").format(n=more), "soon")))
    return out


def reason(flag: str, missing: Sequence[str], added: Sequence[str]) -> str:
    """What a flag of a sentence means, with the pieces that it is about."""
    pieces = {"lost": missing, "new_number": added}.get(flag, ())
    named = ", ".join(pieces)
    words = {
        "lost": _("lost: {pieces}").format(pieces=named),
        "new_number": _("not in the original: {pieces}").format(pieces=named),
        "cut": _("ends in the middle"),
        "repeated": _("repeats itself"),
        "untranslated": _("left as it was"),
    }
    return words.get(flag, flag)


def _text(sentences: Iterable[Sentence], width: int, indent: str, *, source: bool = False) -> list[Line]:
    """Sentences as running text, the doubtful ones in another ink and with a sign before them."""
    text, spans = "", list[tuple[int, int]]()
    for one in sentences:
        said = one.source if source else one.target
        if one.flags and not source:
            start = len(text)
            text += f"{DOUBT} {said}"
            spans.append((start, len(text)))
        else:
            text += said
        text += one.gap
    ink = "dim" if source else ""
    out: list[Line] = []
    base = 0
    for paragraph in clean(text).rstrip().split("\n"):
        begin = 0
        if paragraph.strip() or (out and out[-1].text.strip()):
            for part in wrap(paragraph, width):
                begin = max(paragraph.find(part, begin), begin) if part else begin
                out.append(Line(((indent, ""), *_inked(part, base + begin, spans, ink))))
                begin += len(part)
        base += len(paragraph) + 1
    return out


def _inked(part: str, at: int, spans: Sequence[tuple[int, int]], ink: str) -> list[Piece]:
    """A part of a text that begins at `at`, with the spans in the ink of what is doubtful."""
    out: list[Piece] = []
    done = 0
    for start, end in spans:
        low, high = max(start - at, done), min(end - at, len(part))
        if low < high:
            out += [(part[done:low], ink), (part[low:high], "soon")]
            done = high
    return [piece for piece in (*out, (part[done:], ink)) if piece[0]]


def _paragraphs(sentences: Iterable[Sentence]) -> list[list[Sentence]]:
    out: list[list[Sentence]] = [[]]
    for one in sentences:
        out[-1].append(one)
        if "\n" in one.gap:
            out.append([])
    return [part for part in out if part]


def _beside(sentences: Sequence[Sentence], width: int) -> list[Line]:
    """The original on the left, its translation on the right, paragraph by paragraph."""
    half = (width - 5) // 2
    out: list[Line] = []
    for part in _paragraphs(sentences):
        left = _text(part, half, "", source=True)
        right = _text(part, half, "")
        if any("\n\n" in one.gap for one in part[-1:]):
            left.append(Line())
        for at in range(max(len(left), len(right))):
            one = left[at].text if at < len(left) else ""
            pieces = right[at].pieces if at < len(right) else ()
            out.append(Line(((f" {fit(one, half)} ", "dim"), ("│ ", "rule"), *pieces)))
    return out


def _below(sentences: Sequence[Sentence], width: int) -> list[Line]:
    """Sentence by sentence, the original first."""
    out: list[Line] = []
    for one in sentences:
        if not one.source.strip() and not one.target.strip():
            continue
        out += _text((one,), width - 2, " ", source=True)
        if one.origin != "same":
            out += _text((one,), width - 4, "   ")
    return out
