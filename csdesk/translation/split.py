"""A text as sentences with the white space between them, so that it joins again exactly. Pure: where sentences end
inside a paragraph is asked of a function, because the rules of languages are in a library that only the worker loads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from csdesk.domain import protect

LONGEST = 500
"""Characters of one sentence at most; longer ones are cut at white space, or anywhere in scripts without spaces."""
WRAPPED = 45
"""A line of so many characters or more that ends in the middle of a sentence goes on in the next one."""

Boundaries = Callable[[Sequence[str]], Sequence[Sequence[int]]]
"""Paragraphs to the lengths of their sentences, which together are the whole paragraph."""

_LINE = re.compile(r"[^\n]*\n?")
_BULLET = re.compile(r"(?:>[> ]*|[-*•–—·]|\(?\d{1,2}[.)]|[a-z]\))(?=\s)\s*")
_ENDS = re.compile(r"[.!?:;…。！？：；»”\"')\]]\s*$")
_ABBREVIATED = re.compile(
    r"(?:(?<!\w)(?:n|nr|no|núm|num|n\.[ºo]|z|z\. ?b|d\. ?h|u\. ?a|bzw|ca|art|ref|tel|sr|sra|srta|dr|dra|ud|uds|mr|mrs"
    r"|ms|st|str|inkl|evtl|ggf|usw|pág|av|avda|p\.ej|p\. ?ej|cód|exp|pos)\.|º)\s*$",
    re.IGNORECASE,
)
_SPACE_BEHIND = re.compile(r"\s*$")


class Part(NamedTuple):
    """A sentence, and the white space behind it. `fixed` is what is never translated: a bullet, a mark of a quote."""

    text: str
    gap: str
    fixed: bool = False


def split(text: str, boundaries: Boundaries, keep: Sequence[str] = ()) -> list[Part]:
    """The sentences of a text in order; joined with their gaps they are the text again. Lists, greetings and
    signatures stay line by line; lines that a mail program wrapped are one paragraph."""
    return split_all([text], boundaries, keep)[0]


def split_all(texts: Sequence[str], boundaries: Boundaries, keep: Sequence[str] = ()) -> list[list[Part]]:
    """Each text as its sentences; `boundaries` is asked once for all of them."""
    blocks = [_blocks(text) for text in texts]
    asked = [block for group in blocks for block, fixed in group if not fixed and block.strip()]
    answers = iter(boundaries(asked)) if asked else iter(())
    return [_parts(group, answers, keep) for group in blocks]


def _parts(
    blocks: Sequence[tuple[str, bool]], answers: Iterator[Sequence[int]], keep: Sequence[str]
) -> list[Part]:
    parts: list[Part] = []
    for block, fixed in blocks:
        if fixed or not block.strip():
            _add(parts, block, fixed)
            continue
        for sentence in _whole(block, list(next(answers)), keep):
            for piece in _cut(sentence):
                _add(parts, piece, False)
    return parts


def _add(parts: list[Part], piece: str, fixed: bool) -> None:
    """White space at the front goes to the gap of the part before, or to an empty part when there is none."""
    lead = len(piece) - len(piece.lstrip())
    if lead and parts:
        last = parts[-1]
        parts[-1] = last._replace(gap=last.gap + piece[:lead])
    elif lead:
        parts.append(Part("", piece[:lead], True))
    piece = piece[lead:]
    if piece:
        body = piece.rstrip()
        parts.append(Part(body, piece[len(body) :], fixed))


def _blocks(text: str) -> list[tuple[str, bool]]:
    """Paragraphs, each with whether it is never translated."""
    out: list[tuple[str, bool]] = []
    open_ = False
    for line in _LINE.findall(text):
        if not line:
            continue
        indent = len(line) - len(line.lstrip(" \t"))
        bullet = _BULLET.match(line, indent)
        if bullet and line[bullet.end() :].strip():
            out += [(line[: bullet.end()], True), (line[bullet.end() :], False)]
        elif open_ and line.strip() and not bullet and line.lstrip()[:1].isalnum():
            out[-1] = (out[-1][0] + line, False)
        else:
            out.append((line, False))
        open_ = len(line.strip()) >= WRAPPED and not _ENDS.search(line)
    return out


def _whole(block: str, lengths: Sequence[int], keep: Sequence[str]) -> list[str]:
    """The sentences of a block: no end lies inside of something to keep, nor behind an abbreviation."""
    if sum(lengths) != len(block):
        lengths = [len(block)]
    pieces = protect.find(block, keep) if len(lengths) > 1 else ()
    out: list[str] = []
    at = begin = 0
    for length in lengths:
        at += length
        sentence = block[begin:at]
        if at < len(block) and (
            any(one.start < at < one.end for one in pieces) or _goes_on(sentence, block[at:].lstrip()[:1])
        ):
            continue
        out.append(sentence)
        begin = at
    if begin < len(block):
        out.append(block[begin:])
    return out


def _goes_on(sentence: str, following: str) -> bool:
    return bool(_ABBREVIATED.search(sentence)) and (following.isdigit() or following.isalpha())


def _cut(sentence: str) -> list[str]:
    out = []
    while len(sentence) > LONGEST:
        place = max(sentence.rfind(mark, LONGEST // 2, LONGEST) for mark in " \n\t，、,；")
        place = place + 1 if place > 0 else LONGEST
        out.append(sentence[:place])
        sentence = sentence[place:]
    return [*out, sentence] if sentence else out
