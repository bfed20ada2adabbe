"""From sentences to sentences in one step, with every protected piece proved: a sentence that a model spoils is tried
another way, up to five. Knows no process and no model: it is given a function that decodes.

The ways, in this order: the model's first answer; one of its other answers; another form of placeholder; the sentence
cut at its commas; the pieces carried around the model, which sees only what stands between them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from csdesk.domain import protect
from csdesk.domain.protect import Piece, Shielded
from csdesk.text import clean_line

CARRIED = 5
"""The last way."""
_WIDE = 6
_CLAUSE = re.compile(r"(?<=[,;:])\s+|(?<=[，；：、])|\s+(?=[–—-]\s)")
_WORD = re.compile(r"[^\W\d_]+")
_EDGE = re.compile(
    r"^([\s,;:.!?)\]}»”’\"'，。！？；：、–—-]*)(.*?)([\s,;:.!?(\[{«“‘\"'，。！？；：、–—-]*)$", re.DOTALL
)
_TAIL = re.compile(r"(?<=[:：])\s*$")


Texts = tuple[str, ...]


class Answers(NamedTuple):
    """Hypotheses for one sentence, the likeliest first, and whether each was stopped before its end."""

    texts: Sequence[str]
    cut: Sequence[bool]


class Decode(Protocol):
    """A model, whole batches at a time."""

    @property
    def forms(self) -> Sequence[str]:
        """The forms of placeholders, the one that it copies best first; see protect.FORMS."""
        ...

    def __call__(
        self, sentences: Sequence[str], *, beam: int, hypotheses: int, firm: bool = False
    ) -> Sequence[Answers]:
        """The answers in the order of the sentences. `firm` forbids to say one thing again and again."""
        ...


@dataclass(slots=True)
class Draft:
    """What became of a sentence; see domain.translation.Sentence."""

    source: str
    target: str = ""
    origin: str = "model"
    ways: int = 1
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    cut: bool = False
    repeated: bool = False
    spoilt: int = 0
    """Placeholders that the model wrote and nobody gave it, and clauses that lost something."""

    @property
    def fine(self) -> bool:
        """Whether nothing is to be said against it."""
        return not (self.missing or self.added or self.spoilt or self.cut or self.repeated) and bool(
            self.target
        )

    @property
    def badness(self) -> tuple[bool, int, int, bool, bool, int]:
        """What is worst counts first: nothing at all, a lost piece, a number nobody wrote, half a sentence."""
        return not self.target, len(self.missing), len(self.added), self.cut, self.repeated, self.spoilt

    @property
    def flags(self) -> tuple[str, ...]:
        """In the words of domain.translation.FLAGS."""
        same = self.origin == "model" and self.target == self.source and len(_WORD.findall(self.source)) >= 3
        named = (
            ("lost", bool(self.missing)), ("new_number", bool(self.added)), ("cut", self.cut or not self.target),
            ("repeated", self.repeated), ("untranslated", same),
        )  # fmt: skip
        return tuple(flag for flag, holds in named if holds)


@dataclass(slots=True)
class _Job:
    """A sentence on its way. `head` and `tail` never reach the model: emoji at the edges, a number behind a colon."""

    source: str
    pieces: tuple[Piece, ...]
    head: str
    core: str
    tail: str
    inner: tuple[Piece, ...]
    best: Draft = field(init=False)

    def __post_init__(self) -> None:
        self.best = Draft(self.source, "", missing=tuple(one.text for one in self.pieces))

    @property
    def open(self) -> bool:
        return not self.best.fine

    def take(
        self, core: str, ways: int, *, cut: bool, lost: Texts = (), spoilt: int = 0, doubled: Texts = ()
    ) -> None:
        """A candidate for the core; it stays if it is the best so far. `lost` are pieces whose placeholder is gone,
        even if the same letters stand elsewhere; `doubled` those that the model wrote twice: one of each is taken
        out, and nobody knows whether it was the right one."""
        target = f"{self.head}{core}{self.tail}" if core else ""
        draft = Draft(
            self.source,
            target,
            "model",
            ways,
            lost or protect.missing([one.text for one in self.pieces], target),
            tuple(dict.fromkeys((*protect.added_numbers(self.source, target), *doubled))),
            cut or too_short(self.core, core),
            repeats(core) and not repeats(self.core),
            spoilt,
        )
        if draft.badness < self.best.badness:
            self.best = draft


def translate(sentences: Sequence[str], decode: Decode, keep: Sequence[Collection[str]]) -> list[Draft]:
    """Each sentence in the other language. `keep` are the words to keep, for each sentence."""
    jobs = [_job(" ".join(one.split()), words) for one, words in zip(sentences, keep, strict=True)]
    _climb([job for job in jobs if job.open], decode, clauses=True)
    return [job.best for job in jobs]


def _job(source: str, keep: Collection[str]) -> _Job:
    pieces = protect.find(source, keep)
    start, end = 0, len(source)
    inner = list(pieces)
    while inner and inner[0].kind in ("emoji", "smiley") and not source[start : inner[0].start].strip():
        start = inner.pop(0).end
        start += len(source[start:]) - len(source[start:].lstrip())
    while inner and (
        (inner[-1].kind in ("emoji", "smiley") and not source[inner[-1].end : end].strip())
        or (source[inner[-1].end : end].strip(" .!") == "" and _TAIL.search(source[start : inner[-1].start]))
    ):
        end = inner.pop().start
        end -= len(source[start:end]) - len(source[start:end].rstrip())
    core = source[start:end]
    moved = tuple(one._replace(start=one.start - start, end=one.end - start) for one in inner)
    job = _Job(source, pieces, source[:start], core, source[end:], moved)
    if not protect.says_something(core, moved):
        job.best = Draft(source, source, "same")
    return job


def _climb(jobs: list[_Job], decode: Decode, *, clauses: bool) -> None:
    forms = tuple(decode.forms)
    few = [job for job in jobs if len(job.inner) <= protect.MOST]
    _try(few, decode, 1, forms[0], beam=2, hypotheses=1)
    _try(_open(few), decode, 2, forms[0], beam=_WIDE, hypotheses=_WIDE)
    _try([job for job in _open(few) if job.inner], decode, 3, forms[1], beam=4, hypotheses=4)
    # What repeats itself, or has numbers of its own, is not cured by moving pieces: it is held on a shorter lead.
    _try([job for job in _open(few) if not job.inner], decode, 3, forms[0], beam=4, hypotheses=4, firm=True)
    if clauses:
        _by_clauses(_open(jobs), decode)
    _carry([job for job in _open(jobs) if job.inner], decode)


def _open(jobs: Iterable[_Job]) -> list[_Job]:
    return [job for job in jobs if job.open]


def _try(
    jobs: Sequence[_Job],
    decode: Decode,
    ways: int,
    form: str,
    *,
    beam: int,
    hypotheses: int,
    firm: bool = False,
) -> None:
    if not jobs:
        return
    shielded = [protect.shield(job.core, job.inner, form) for job in jobs]
    found = decode([one.text for one in shielded], beam=beam, hypotheses=hypotheses, firm=firm)
    for job, one, answers in zip(jobs, shielded, found, strict=True):
        for text, cut in zip(answers.texts, answers.cut, strict=True):
            _restored(job, one, text, ways, cut)
            if not job.open:
                break


def _restored(job: _Job, shielded: Shielded, text: str, ways: int, cut: bool) -> None:
    back = protect.restore(clean_line(text).strip(), shielded)
    job.take(
        back.text.strip(), ways, cut=cut, lost=back.missing, spoilt=len(back.strange), doubled=back.doubled
    )


def _by_clauses(jobs: Sequence[_Job], decode: Decode) -> None:
    """Cut at commas, each clause by itself; only those that fail again are carried."""
    cut = [(job, parts) for job in jobs if len(parts := _clauses(job)) > 1]
    inner = [[_clause_job(job, text, start) for text, _gap, start in parts] for job, parts in cut]
    flat = [one for group in inner for one in group]
    _climb([one for one in flat if one.open], decode, clauses=False)
    for (job, parts), group in zip(cut, inner, strict=True):
        core = "".join(
            _as_clause(one.best.target, one.source, first=not at) + gap
            for at, (one, (_text, gap, _start)) in enumerate(zip(group, parts, strict=True))
        )
        ways = max(4, *(one.best.ways for one in group))
        doubled = tuple(number for one in group for number in one.best.added)
        cut_short = any(one.best.cut or not one.best.target for one in group)
        lost = tuple(piece for one in group for piece in one.best.missing)
        job.take(core.strip(), ways, cut=cut_short, lost=lost, doubled=doubled)


def _clauses(job: _Job) -> list[tuple[str, str, int]]:
    """Text, white space behind it, and place of each clause; no cut goes through a piece."""
    out: list[tuple[str, str, int]] = []
    at = 0
    for found in _CLAUSE.finditer(job.core):
        if any(one.start < found.end() and found.start() < one.end for one in job.inner):
            continue
        if found.start() > at:
            out.append((job.core[at : found.start()], found[0], at))
        at = found.end()
    return [*out, (job.core[at:], "", at)] if at < len(job.core) else out


def _clause_job(job: _Job, text: str, start: int) -> _Job:
    inner = tuple(
        one._replace(start=one.start - start, end=one.end - start)
        for one in job.inner
        if start <= one.start and one.end <= start + len(text)
    )
    made = _Job(text, inner, "", text, "", inner)
    if not protect.says_something(text, inner):
        made.best = Draft(text, text, "same")
    return made


def _carry(jobs: Sequence[_Job], decode: Decode) -> None:
    """The model sees what stands between the pieces, never them."""
    cores: list[str] = []
    plans: list[list[tuple[str, str, str] | str]] = []
    for job in jobs:
        plan: list[tuple[str, str, str] | str] = []
        for part in protect.around(job.core, job.inner):
            if isinstance(part, Piece):
                plan.append(part.text)
                continue
            edge = _EDGE.match(part)
            lead, core, trail = (edge[1], edge[2], edge[3]) if edge else ("", part, "")
            plan.append((lead, core, trail))
            if any(char.isalpha() for char in core):
                cores.append(core)
        plans.append(plan)
    unique = list(dict.fromkeys(cores))
    if not jobs:
        return
    small = [_Job(core, (), "", core, "", ()) for core in unique]
    _climb(small, decode, clauses=False)
    made = {job.source: job.best for job in small}
    for job, plan in zip(jobs, plans, strict=True):
        out, cut = [], False
        for at, step in enumerate(plan):
            if isinstance(step, str):
                out.append(step)
                continue
            lead, core, trail = step
            best = made.get(core)
            cut = cut or bool(best and (best.cut or not best.target))
            out.append(lead + (_as_clause(best.target, core, first=not at) if best else core) + trail)
        job.take("".join(out).strip(), CARRIED, cut=cut)


def _as_clause(target: str, source: str, *, first: bool) -> str:
    """A part of a sentence, without the full stop and the capital that models give to whole sentences."""
    if target[-1:] in ".!?。" and source[-1:] not in ".!?。,;:":
        target = target.rstrip(".!?。")
    elif target[-1:] in ".。" and source[-1:] in ",;:":
        target = target.rstrip(".。") + source[-1:]
    if not first and target[:1].isupper() and source[:1].islower() and not target[1:2].isupper():
        target = target[:1].lower() + target[1:]
    return target


def repeats(text: str) -> bool:
    """Whether it says one to six words three times in a row, or a few characters five times."""
    words = text.casefold().split()
    for size in range(1, 7):
        run = 1
        at = size
        while at + size <= len(words):
            if words[at] == words[at - size] and words[at : at + size] == words[at - size : at]:
                run += 1
                at += size
                if run >= 3:
                    return True
            else:
                run = 1
                at += 1
    return re.search(r"([^\s.\-_=*#~]{2,12})\1{4,}", text) is not None


def too_short(source: str, target: str) -> bool:
    """Whether so little came back that something must be missing; scripts that say much in a character aside."""
    if len(source) < 40 or len(target) * 4 >= len(source):
        return False
    return not any(ord(char) > 0x2E80 for char in target)
