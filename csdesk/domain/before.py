"""What is doubtful about a reply before it is sent: its language, its numbers, its tone, its promises. Pure.

Says why, where, and what to write instead where that is certain. Decides nothing: what stops can be sent all the same
by a person who has read the reason. Languages are ISO 639-1, '' where not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from csdesk.domain import before_words as words
from csdesk.domain.lexicon import Entry, hits
from csdesk.domain.orders import Order
from csdesk.domain.protect import added_numbers, find
from csdesk.i18n import _, language

STOPS, WARNS = "stops", "warns"
CODES = ("language", "untranslated", "lost_number", "new_number", "word", "register", "shouting", "promise",
         "unverified", "term")  # fmt: skip
LONGEST = 20_000
"""Characters that are looked at; nobody writes more."""
MOST = 5
"""Findings of one kind; more of the same help nobody."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it would leave, and what it is judged by. `language` is the one it is meant to be in, `chosen` says
    that the person named it. `own` is what the agent wrote when `text` is its translation, else ''. `asked` is what
    the customer wrote last. `orders` are the linked ones. `names` are words that may stand in capitals."""

    text: str
    language: str = ""
    customer_language: str = ""
    chosen: bool = False
    own: str = ""
    asked: str = ""
    orders: tuple[Order, ...] = ()
    entries: tuple[Entry, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt. `code` is one of CODES, `level` STOPS or WARNS, `sentence` the reason for the agent. It stands at
    text[start:end]; what is missing has start == end. `fix` takes that place, None where nothing is certain."""

    code: str
    level: str
    sentence: str
    start: int
    end: int
    fix: str | None = None


def findings(reply: Reply) -> tuple[Finding, ...]:
    """All doubts about a reply: what stops first, then as they stand in the text."""
    if len(reply.text) > LONGEST:
        return ()
    written = _written(reply)
    found = [
        *_language(reply, written),
        *_untranslated(reply, written),
        *_numbers(reply),
        *_words(reply),
        *_register(reply.text, written),
        *_shouting(reply, written),
        *_promises(reply, written),
    ]
    return tuple(sorted(found, key=lambda one: (one.level != STOPS, one.start, one.end)))


def fixed(text: str, finding: Finding) -> str:
    """The text with a finding's fix in its place; as it is when there is none."""
    return text if finding.fix is None else text[: finding.start] + finding.fix + text[finding.end :]


def base(code: str) -> str:
    """'pt' of 'pt-BR'."""
    return code.replace("_", "-").partition("-")[0].lower()


# -- languages --------------------------------------------------------------------------------------------


@cache
def _script(name: str) -> re.Pattern[str]:
    return re.compile(f"[{dict(words.SCRIPTS)[name]}]")


@cache
def _expression(pattern: str, ignore: bool = True) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE if ignore else 0)


def letters(text: str) -> dict[str, int]:
    """How many letters of each script a text has."""
    return {name: count for name, _chars in words.SCRIPTS if (count := len(_script(name).findall(text)))}


def guess(text: str, least: int = 3, share: float = 0.2) -> str:
    """The language of a text where its script or its common words leave no doubt, else ''. Says nothing where it is
    not sure, unlike a model. `least` words of one language, and such a `share` of all, must be there."""
    plain = _without_pieces(text)
    counts = letters(plain)
    total = sum(counts.values())
    if not total:
        return ""
    eastern = counts.get("kana", 0) + counts.get("han", 0)
    # A Chinese or Japanese character says about as much as three letters.
    if eastern * 3 > total - eastern and eastern >= 4:
        if counts.get("kana", 0) * 5 >= counts.get("han", 0):
            return "ja"
        return "zh" if eastern >= 6 and not counts.get("kana") else ""
    script = max(counts, key=lambda name: counts[name])
    if counts[script] < 0.6 * total or counts[script] < 6:
        return ""
    if script == "ru":
        return "uk" if re.search("[іїєґ]", plain.lower()) else "ru"
    if script == "ar":
        return "fa" if re.search("[پچژگ]", plain) else "ar"
    return _by_words(plain, least, share) if script == "latin" else script


def _by_words(text: str, least: int, share: float) -> str:
    said = re.findall(r"[^\W\d_]+", text.lower())
    scores = {code: sum(word in known for word in said) for code, known in words.COMMON.items()}
    ranked = sorted(scores, key=lambda code: -scores[code])
    best, second = scores[ranked[0]], scores[ranked[1]]
    sure = best >= least and best >= share * len(said) and best >= 1.5 * second and best - second >= 2
    return ranked[0] if sure else ""


def _without_pieces(text: str) -> str:
    """A text without numbers, links, addresses: they are of no language."""
    out, at = [], 0
    for piece in find(text):
        out.append(text[at : piece.start])
        at = piece.end
    return " ".join([*out, text[at:]])


def _written(reply: Reply) -> str:
    """The language of the reply. Where it is mixed, the one that it should be in: the rest is left over."""
    found = guess(reply.text)
    for wanted in (base(reply.customer_language), base(reply.language)):
        if wanted and found != wanted and any(guess(one, 2) == wanted for _at, one in _sentences(reply.text)):
            return wanted
    return found or base(reply.language)


def _language(reply: Reply, written: str) -> Iterator[Finding]:
    wanted = base(reply.customer_language)
    if written and written != guess(reply.text):
        return
    if not wanted or not written or written == wanted or {wanted, written} <= {"no", "da", "sv"}:
        return
    said = _("This is written in {written}, and the customer writes in {wanted}.")
    level = WARNS if reply.chosen and base(reply.language) == written else STOPS
    yield Finding("language", level, said.format(written=written, wanted=wanted), 0, len(reply.text))


def _untranslated(reply: Reply, written: str) -> Iterator[Finding]:
    if not written or (base(reply.customer_language) not in ("", written) and not reply.own):
        return  # all of it is in another language: that is said once
    own = (
        {_bare(one) for _at, one in _sentences(reply.own)} if guess(reply.own) not in ("", written) else set()
    )
    asked = {_bare(one) for _at, one in _sentences(reply.asked[:LONGEST])}
    count = 0
    for start, sentence in _sentences(reply.text):
        if _bare(sentence) in asked or count == MOST:
            continue
        kept = len(_bare(sentence)) >= 8 and _bare(sentence) in own
        other = _other(sentence, written)
        if kept or other:
            count += 1
            said = _("This sentence stands as you wrote it, untranslated.")
            if not kept:
                said = _("This part is in {language}; the rest is in {written}.")
            sure = (
                kept or other in words.COMMON or bool(re.search("[。！？?!]|[的了是您]|です|ます", sentence))
            )
            said = said.format(language=other, written=written)
            yield Finding("untranslated", STOPS if sure else WARNS, said, start, start + len(sentence))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


_GAP = re.compile(r"(?<=[^\d\s][.!?…])\s+|(?<=[.!?…][\"'»”’)])\s+|(?<=[。！？])\s*|\n\s*")


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence and where it begins. Takes time by the length of the text alone, whatever stands in it; a day of
    the month (4. Dezember) ends none."""
    at = 0
    for gap in _GAP.finditer(text):
        if gap.start() > at:
            yield at, text[at : gap.start()]
        at = gap.end()
    if text[at:].strip():
        yield at, text[at:]


def _other(sentence: str, written: str) -> str:
    """The language of a sentence that is not in the language of the text, or ''."""
    plain = _without_pieces(sentence)
    counts = letters(plain)
    total = sum(counts.values())
    home = words.SCRIPT_OF.get(written, "latin")
    eastern = counts.get("han", 0) + counts.get("kana", 0)
    if home not in ("han", "kana") and eastern >= 4 and eastern >= 0.6 * total:
        return "ja" if counts.get("kana") else "zh"
    for script in ("ru", "ar", "ko"):
        if script != home and counts.get(script, 0) >= max(8, 0.6 * total):
            return script
    if home == "han" and counts.get("kana", 0) >= 4:
        return "ja"
    said = re.findall(r"[^\W\d_]+", plain.lower())
    if len(said) < 5:
        return ""
    other = _by_words(plain, 3, 0.35)
    return other if other not in ("", written) else ""


# -- numbers ----------------------------------------------------------------------------------------------


def _numbers(reply: Reply) -> Iterator[Finding]:
    if not reply.own:
        return
    new, lost = added_numbers(reply.own, reply.text), added_numbers(reply.text, reply.own)
    swap = lost[0] if len(new) == len(lost) == 1 and len(new[0]) == len(lost[0]) >= 2 else None
    for number in new:
        at = _expression(rf"(?<!\d){re.escape(number)}(?!\d)").search(reply.text)
        start, end = at.span() if at else (0, 0)
        said = _("{number} does not stand in what you wrote.").format(number=number)
        yield Finding("new_number", STOPS, said, start, end, swap if at else None)
    for number in lost if swap is None else ():
        said = _("{number} of what you wrote is missing.").format(number=number)
        yield Finding("lost_number", STOPS, said, len(reply.text), len(reply.text))


# -- tone -------------------------------------------------------------------------------------------------


def _words(reply: Reply) -> Iterator[Finding]:
    for hit in hits(reply.text, reply.entries)[: MOST * 2]:
        why, instead = hit.entry.said(language().startswith("zh"))
        said = _("“{words}”: {why} Rather: {instead}").format(
            words=reply.text[hit.start : hit.end].strip(), why=why, instead=instead
        )
        fix = _cased(hit.entry.fix, reply.text[hit.start : hit.end]) if hit.entry.fix else None
        yield Finding("word", hit.entry.level, said, hit.start, hit.end, fix)


def _cased(word: str, like: str) -> str:
    """A word with a capital where the other has one; never without one that it has."""
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def _register(text: str, written: str) -> Iterator[Finding]:
    if written not in words.FAMILIAR:
        return
    near = list(_expression(words.FAMILIAR[written], False).finditer(text))
    far = list(_expression(words.POLITE[written], False).finditer(text))
    if not near or not far:
        return
    polite = words.TO_POLITE.get(written, {})
    # Nobody is offended by too much politeness: the familiar words are the slips, unless they are the rule.
    for one in near[:MOST] if len(near) <= 2 * len(far) else far[:MOST]:
        said = _("Two forms of address stand in one text ({pair}): “{word}” does not go with the rest.")
        fix = polite.get(one[0].lower())
        if written == "zh" and text[one.end() : one.end() + 1] == "们":
            fix = None
        yield Finding(
            "register", WARNS, said.format(pair=words.PAIRS[written], word=one[0]), one.start(), one.end(),
            _cased(fix, one[0]) if fix else None,
        )  # fmt: skip


_MARKS = re.compile(r"[!！?？]{2,}")
_CAPITALS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?(?:[ ,]+[^\W\d_]+(?:['’][^\W\d_]+)?)*")


def _shouting(reply: Reply, written: str) -> Iterator[Finding]:
    marks = (one for one in _MARKS.finditer(reply.text) if len(one[0]) > 2 or not re.search("[?？]", one[0]))
    for one in list(marks)[:MOST]:
        calm = "？" if "？" in one[0] else "?" if "?" in one[0] else one[0][:1]
        said = _("“{marks}” reads as shouting; one mark is enough.").format(marks=one[0])
        yield Finding("shouting", WARNS, said, one.start(), one.end(), calm)
    known = {part for text in (*reply.names, *_titles(reply)) for part in text.upper().split()}
    known |= set(reply.asked.split()) | words.ACRONYMS
    for start, end in list(_loud(reply.text, known))[:MOST]:
        loud = reply.text[start:end]
        # A German noun keeps its capital, and only who knows it can put it back.
        fix = None if written in ("", "de") else _calm(reply.text, start, loud)
        said = _("“{words}” in capitals reads as shouting.").format(words=loud)
        yield Finding("shouting", WARNS, said, start, end, fix)


def _titles(reply: Reply) -> Iterator[str]:
    for order in reply.orders:
        yield from (order.customer_name, order.city, order.address)
        yield from (item.title for item in order.items)


def _loud(text: str, known: set[str]) -> Iterator[tuple[int, int]]:
    """Runs of two words and more in capitals; an address line, which holds a number, is none."""
    at = 0
    for line in text.split("\n"):
        if not any(char.isdigit() for char in line):
            for run in _CAPITALS.finditer(line):
                yield from _runs(run, at, known)
        at += len(line) + 1


def _runs(run: re.Match[str], at: int, known: set[str]) -> Iterator[tuple[int, int]]:
    parts = list(re.finditer(r"[^\W_]+(?:['’][^\W_]+)?", run[0]))
    first: int | None = None
    for number, part in enumerate([*parts, None]):
        if part is not None and part[0].isupper() and part[0] not in known:
            first = number if first is None else first
            continue
        if first is not None:
            held = parts[first:number]
            if len(held) > 1 and sum(len(one[0]) for one in held) >= 8:
                yield at + run.start() + held[0].start(), at + run.start() + held[-1].end()
        first = None


def _calm(text: str, start: int, loud: str) -> str:
    before = text[:start].rstrip(" ")
    calm = re.sub(r"\bi\b", "I", loud.lower()) if guess(text) in ("en", "") else loud.lower()
    return calm[:1].upper() + calm[1:] if not before or before[-1] in ".!?\n¡¿" else calm


# -- promises ---------------------------------------------------------------------------------------------


def _promises(reply: Reply, written: str) -> Iterator[Finding]:
    refund, arrival = words.REFUND.get(written), words.ARRIVAL.get(written)
    if not refund or not arrival:
        return
    for start, sentence in _sentences(reply.text):
        if (one := _expression(refund).search(sentence)) and not _refunds(reply.orders):
            said = _("A refund is promised, and no linked order says that there is one.")
            if not reply.orders:
                said = _("A refund is promised, and no order is linked here.")
        elif (one := _expression(arrival).search(sentence)) and _dated(sentence, written):
            if any(_has_date(order) for order in reply.orders):
                continue
            said = _("A date is promised, and no parcel of a linked order has one.")
            if not reply.orders:
                said = _("A date is promised, and no order is linked here.")
        else:
            continue
        yield Finding("promise", WARNS, said, start + one.start(), start + one.end())


def _dated(sentence: str, written: str) -> bool:
    """Whether a day is named and nothing says that it is only expected."""
    named = words.DATE.search(sentence) or _expression(words.DAY[written]).search(sentence)
    return bool(named) and not _expression(words.HEDGES[written]).search(sentence)


def _refunds(orders: tuple[Order, ...]) -> bool:
    return any(
        order.payment in ("part_refunded", "refunded")
        or order.after_sale not in ("none", "")
        or order.fulfilment == "cancelled"
        for order in orders
    )


def _has_date(order: Order) -> bool:
    return any(
        parcel.eta_to is not None or parcel.status in ("out_for_delivery", "delivered", "ready_for_pickup")
        for parcel in order.shipments
    )
