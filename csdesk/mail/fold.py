"""Which lines of a mail are quotes and signatures. Ranges only: nothing is ever cut, and a mail that would be
folded whole is not folded at all. The words are in fold_words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from csdesk.domain.mail import Quote
from csdesk.mail.fold_devices import is_device_line
from csdesk.mail.fold_labels import LABELS
from csdesk.mail.fold_words import FORWARDED, LOOSE, OPENED, ORIGINAL, VERB
from csdesk.mail.frames import fold_frames

MAX_LINES = 20_000
MAX_SIGNATURE = 25
MAX_LEVEL = 20
_LOOKED_AT = 600
_HEADER_BLOCK = 14
_QUOTED = re.compile(r"^ {0,3}[>|](?!From )(?![_.:;<=-][_<()]|\.<)|^ {0,3}＞")
_QUOTE_BEGINS = frozenset("> |＞")
_RULE = re.compile(r"^[\s>]*[_\-—=*]{5,}\s*$")
_SIGNATURE = re.compile(r"^(?:-- ?|— ?|――+|__)$")
_OPENERS = ("from", "sent")
_TOLD = re.compile(r"@|(?<![\d.])\d{1,2}[:.hH時点]\d\d(?!\d|\.\d{4})")
_OWN_WORDS = re.compile(
    r"\bI (?:\w+ )?wrote\b|\bschrieb ich\b|\b(?:jag|jeg) skrev\b|\bskrev (?:jag|jeg)\b|\bschreef ik\b|"
    r"我[^,，]{0,6}[写寫]|"
    r"\bя (?:\w+ )?пис|\bnapisałem\b|\bnapisałam\b|私[はが]",
)
"""The writer telling of an own mail: what follows is new, not quoted."""
_OPENED = tuple(pattern for patterns in OPENED.values() for pattern in patterns)
_LOOSE = tuple(pattern for patterns in LOOSE.values() for pattern in patterns)
_COMMON_LABELS = frozenset(
    label for roles in LABELS.values() for labels in roles.values() for label in labels
)
_ROLES: dict[str, frozenset[tuple[str, str]]] = {
    label: frozenset(
        (lang, role) for lang, roles in LABELS.items() for role, labels in roles.items() if label in labels
    )
    for label in _COMMON_LABELS
}


def fold(text: str, market: str = "") -> tuple[Quote, ...]:
    """Line ranges (text.split("\\n")) of quotes, signatures and frames, in order, not overlapping. `market` is
    relays.market_of() of the sender, whose frames are then known."""
    lines = text.split("\n", MAX_LINES)[:MAX_LINES]
    if len(lines) == 1:
        return ()
    kinds = [""] * len(lines)
    fold_frames(lines, kinds, text, market)
    framed = list(kinds)
    end = _fold_rest(lines, kinds)
    if ">" in text or "＞" in text:
        _fold_blocks(lines, kinds, end)
    _fold_signature(lines, kinds)
    _fold_device_lines(lines, kinds)
    if any(framed):
        _keep_frames(lines, kinds, framed)
    return _ranges(lines, kinds, text.count("\n") + 1)


def merge(text: str, found: Sequence[Quote], marked: Sequence[Quote]) -> tuple[Quote, ...]:
    """The ranges found in the words and those the markup shows, as one; () when nothing would be left. Where
    both together would leave nothing, those from the words alone stand."""
    if not marked:
        return tuple(found)
    lines = text.split("\n")
    kinds = [""] * len(lines)
    for quote in (*marked, *found):
        for number in range(max(0, quote.start), min(quote.end, len(lines))):
            kinds[number] = kinds[number] or quote.kind
    for quote in marked:
        above = quote.start - 1
        while above > 0 and not kinds[above] and (not lines[above] or lines[above] == "---"):
            above -= 1
        if quote.kind == "quote" and "---" in lines[above + 1 : quote.start]:
            # The rule that a mailer draws above what it answers.
            kinds[above + 1 : quote.start] = ["quote"] * (quote.start - above - 1)
    return _ranges(lines, kinds, len(lines)) or tuple(found)


def _keep_frames(lines: list[str], kinds: list[str], framed: list[str]) -> None:
    """Frames stand before what was found in them; what was found inside counts only if words remain."""
    kinds[:] = [frame or kind for frame, kind in zip(framed, kinds, strict=True)]
    if not any(line.strip() for line, kind in zip(lines, kinds, strict=True) if not kind):
        kinds[:] = framed


def levels(text: str) -> tuple[int, ...]:
    """The quote level of each line: 0 what was written now, 1 what that answers, 2 what was answered there ... A
    '>' mark counts one, and so does each attribution or header block whose message has no marks."""
    lines = text.split("\n")
    kinds = [""] * len(lines)
    for quote in fold(text):
        if quote.kind == "quote":
            kinds[quote.start : quote.end] = ["quote"] * (quote.end - quote.start)
    out: list[int] = []
    base = 0
    for number, line in enumerate(lines):
        marks = _marks(line)
        if not kinds[number]:
            base = 0
        elif not base:
            base = 0 if marks or _quote_follows(lines, number) else 1
        elif not marks and line and base < MAX_LEVEL and _opens_older(lines, number):
            base += 1
        out.append(base + marks if kinds[number] else marks)
        if kinds[number] and not out[-1]:
            out[-1] = 1
    return tuple(out)


def _marks(line: str) -> int:
    """How many '>' a line begins with, white space between them aside."""
    count = 0
    for char in line:
        if char in ">＞":
            count += 1
        elif not char.isspace():
            break
    return count


def _opens_older(lines: list[str], number: int) -> bool:
    """Whether an older message begins here inside an unmarked quote (not where the quote itself begins)."""
    if ORIGINAL.match(lines[number]):
        return not _recent(lines, number)
    if _opens_header_block(lines, number):
        return not _recent(lines, number)
    if lines[number].rstrip()[-1:] not in (":", "："):
        return False
    return _attribution(lines, number) is not None and not _recent(lines, number)


def _recent(lines: list[str], number: int) -> bool:
    """Whether a bar or another line of the same announcement stands in the lines just above."""
    above = [line for line in lines[max(0, number - 3) : number] if line.strip()]
    return any(ORIGINAL.match(line) or _roles(line) for line in above)


def _fold_rest(lines: list[str], kinds: list[str]) -> int:
    """Fold from the first mark that opens an answered message down to the end; the line where that begins."""
    for number, line in enumerate(lines):
        if not line or kinds[number] or (line[0] in _QUOTE_BEGINS and _quoted(line)):
            continue
        if line[0] in "-_=—* B" and _may_be_bar(line):
            if ORIGINAL.match(line):
                return _to_end(kinds, number)
            if FORWARDED.match(line):
                return number
        if (":" in line or "：" in line) and _opens_header_block(lines, number):
            start = number
            while start and (not lines[start - 1].strip() or _RULE.match(lines[start - 1])):
                start -= 1
            return _to_end(kinds, start if any(map(_RULE.match, lines[start:number])) else number)
        if line.rstrip()[-1:] in (":", "："):
            opened = _attribution(lines, number)
            told = opened is not None and _TOLD.search("".join(lines[opened : number + 1]))
            if (
                opened is not None
                and told
                and not _quote_follows(lines, number)
                and not _OWN_WORDS.search("".join(lines[opened : number + 1]))
            ):
                # A quote without '>' marks (HTML mailers, phones): all below the attribution is the old mail.
                # An address or a time of day tells it from the writer's own sentence.
                return _to_end(kinds, opened)
    return len(lines)


def _may_be_bar(line: str) -> bool:
    """A cheap look before the patterns: a bar has words, and is long only where it holds an address (Zoho)."""
    return len(line) < (400 if "@" in line else 160) and bool(line.strip("-_=—* >\t"))


def _to_end(kinds: list[str], start: int) -> int:
    kinds[start:] = ["quote"] * (len(kinds) - start)
    return start


def _fold_blocks(lines: list[str], kinds: list[str], end: int) -> None:
    """Fold each run of '>' lines with the attribution above it; what is written between stays visible."""
    number = 0
    while number < end:
        if not _quoted(lines[number]):
            number += 1
            continue
        stop = number + 1
        while stop < end and (
            _quoted(lines[stop]) or (not lines[stop].strip() and _quote_follows(lines, stop))
        ):
            stop += 1
        begin = _attribution_above(lines, number)
        kinds[begin:stop] = ["quote"] * (stop - begin)
        number = stop


def _quoted(line: str) -> bool:
    return line[:1] in _QUOTE_BEGINS and _QUOTED.match(line) is not None and line.lstrip()[:1] in ">＞"


def _quote_follows(lines: list[str], number: int) -> bool:
    """Whether the next line that says anything is a '>' line."""
    for line in lines[number + 1 : number + 5]:
        if line.strip():
            return _quoted(line)
    return False


def _attribution_above(lines: list[str], number: int) -> int:
    """The first line of the attribution that ends just above this line; the line itself when there is none."""
    above = number - 1
    while above >= 0 and number - above < 4 and not lines[above].strip():
        above -= 1
    if above < 0 or _quoted(lines[above]):
        return number
    start = _attribution(lines, above)
    return number if start is None else start


@lru_cache(maxsize=64)
def _announces(line: str) -> bool:
    return VERB.search(line) is not None


def _attribution(lines: list[str], last: int) -> int | None:
    """Where the attribution begins that ends on line `last`, over at most four wrapped lines; None if it is none."""
    if lines[last].rstrip()[-1:] not in (":", "：") or not _announces(lines[last]):
        return None
    joined = ""
    loose: int | None = None
    for start in range(last, max(-1, last - 4), -1):
        line = lines[start].strip()
        joined = f"{line} {joined}".strip()
        if not line or _quoted(line) or len(joined) > _LOOKED_AT or joined[-1] not in ":：":
            return loose
        if len(joined) < 10 or not ("@" in joined or any(char.isdigit() for char in joined)):
            continue
        if any(pattern.match(joined) for pattern in _OPENED):
            return start
        if loose is None and any(pattern.match(joined) for pattern in _LOOSE):
            loose = start
    return loose


def _roles(line: str) -> frozenset[tuple[str, str]]:
    """The (language, role) pairs of the label that a header-like line begins with."""
    head = line[:40].lstrip("*_ >\xa0").replace("：", ":")
    label, colon, _rest = head.partition(":")
    return _ROLES.get(label.strip("*_ \xa0").lower(), frozenset()) if colon else frozenset()


def _opens_header_block(lines: list[str], number: int) -> bool:
    """Whether a From or Sent line stands here with a date and a To or Subject line of the same language close below."""
    seen: dict[str, set[str]] = {
        language: {role} for language, role in _roles(lines[number]) if role in _OPENERS
    }
    if not seen:
        return False
    missed = 0
    for line in lines[number + 1 : number + _HEADER_BLOCK]:
        roles = _roles(line)
        missed = missed + 1 if not roles and line.strip() else missed
        if missed > 5:
            break
        for language, role in roles:
            if language in seen:
                seen[language].add(role)
    return any(
        len(roles) >= 3 and "from" in roles and ("sent" in roles or {"to", "subject"} <= roles)
        for roles in seen.values()
    )


def _fold_signature(lines: list[str], kinds: list[str]) -> None:
    """Fold from a '-- ' line to the next quote or the end, when what follows is short enough for a signature."""
    for number, line in enumerate(lines):
        if not line or kinds[number] or line[0] not in "-—―_" or not _SIGNATURE.match(line):
            continue
        stop = number + 1
        while stop < len(lines) and not kinds[stop]:
            stop += 1
        if stop - number <= MAX_SIGNATURE and any(before.strip() for before in lines[:number]):
            kinds[number:stop] = ["signature"] * (stop - number)
            return


def _fold_device_lines(lines: list[str], kinds: list[str]) -> None:
    """Fold 'Sent from my iPhone' and its kin where only folded or empty lines come behind."""
    number = len(lines) - 1
    while number >= 0:
        line = lines[number].strip()
        if line and not kinds[number]:
            if len(line) > 400 or not is_device_line(line):
                return
            kinds[number] = "signature"
        number -= 1


def _ranges(lines: list[str], kinds: list[str], total: int) -> tuple[Quote, ...]:
    """Runs of one kind; () when no line that says anything would stay. `total`: lines of the whole text, of which
    `lines` may be the beginning."""
    if not any(line and not line.isspace() for line, kind in zip(lines, kinds, strict=True) if not kind):
        return () if total <= len(lines) else _runs(kinds)
    return _runs(kinds)


def _runs(kinds: Iterable[str]) -> tuple[Quote, ...]:
    quotes: list[Quote] = []
    for number, kind in enumerate(kinds):
        if not kind:
            continue
        if quotes and quotes[-1].end == number and quotes[-1].kind == kind:
            quotes[-1] = Quote(quotes[-1].start, number + 1, kind)
        else:
            quotes.append(Quote(number, number + 1, kind))
    return tuple(quotes)
