"""The language of filters: words, and `key:value` terms that restrict a view and order it. Pure.

parcel tag:vip -tag:late from:ana lang:es account:support assigned:me is:unread after:3d before:2026-11-01
in:waiting sort:oldest "re: two words"
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from csdesk.domain.views import VIEWS
from csdesk.errors import Usage
from csdesk.i18n import _

KEYS = ("tag", "from", "lang", "account", "assigned", "is", "in", "before", "after", "sort")
IS = ("unread", "read", "waiting", "failed", "draft")
SORTS = ("due", "newest", "oldest", "unanswered")
"""due: who has to be answered first. newest: the last message first. oldest: who waits longest. unanswered: whose last
word stands longest without an answer. The last two show only where a customer waits."""
NOBODY, ME = "nobody", "me"

_TERM = re.compile(r'-?[A-Za-z]+:"[^"]*"|"[^"]*"|\S+')
_KEYED = re.compile(r"(-?)([A-Za-z]+):(?!//)(.*)", re.DOTALL)
_AGO = re.compile(r"(\d{1,4})([hdw])")
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """What a text means. `words` have to occur in what was said; all else restricts conversations. Instants are aware
    UTC; '' and () restrict nothing. `sort` is one of SORTS, '' for the view's own order."""

    words: str = ""
    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    sender: str = ""
    language: str = ""
    account: str = ""
    assigned: str = ""
    unread: bool | None = None
    waiting: bool = False
    failed: bool = False
    draft: bool = False
    before: datetime | None = None
    after: datetime | None = None
    view: str = ""
    sort: str = ""


def parse(text: str, now: datetime, here: tzinfo | None = None) -> Filter:
    """The filter that a text means; dates are days in the zone `here` (None: the machine's). Raises Usage with a
    sentence that helps."""
    if len(text) > _LONGEST:
        raise Usage(_("A filter has at most {n} characters.").format(n=_LONGEST))
    words: list[str] = []
    tags: list[str] = []
    without: list[str] = []
    found: dict[str, object] = {}
    for term in _TERM.findall(text):
        keyed = _KEYED.fullmatch(term)
        if keyed is None:
            words.append(term.strip('"'))
            continue
        minus, key, value = keyed[1], keyed[2].lower(), keyed[3].strip('"').strip()
        _check(key, minus, value, term)
        if key == "tag":
            (without if minus else tags).append(value.lstrip("#").lower())
        else:
            _put(found, key, value, now, here)
    return Filter(" ".join(filter(None, words)), tuple(tags), tuple(without), **found)  # type: ignore[arg-type]


def _check(key: str, minus: str, value: str, term: str) -> None:
    if key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, n=1)
        words = (
            _(
                "A filter knows no {key}:; did you mean {near}:? To look for the word itself, put it in quotes."
            )
            if near
            else _(
                "A filter knows no {key}:. It knows {known}; to look for the word itself, put it in quotes."
            )
        )
        known = ", ".join(f"{one}:" for one in KEYS)
        raise Usage(words.format(key=key[:20], near=near[0] if near else "", known=known))
    if minus and key != "tag":
        raise Usage(_("Only tags can be left out with a minus: -tag:late."))
    if not value:
        raise Usage(
            _("Nothing stands behind {term}; write it without a space, as in tag:vip.").format(term=term[:20])
        )


def _put(found: dict[str, object], key: str, value: str, now: datetime, here: tzinfo | None) -> None:
    if key == "is":
        kind = _one_of(value, IS, key)
        found.update({"unread": kind == "unread"} if kind in ("unread", "read") else {kind: True})
    elif key == "in":
        found["view"] = _one_of(value, VIEWS, key)
    elif key == "sort":
        found["sort"] = _one_of(value, SORTS, key)
    elif key in ("before", "after"):
        found[key] = _instant(value, key, now, here)
    else:
        name = {"from": "sender", "lang": "language"}.get(key, key)
        found[name] = value.lower() if key == "lang" else value


def _one_of(value: str, known: tuple[str, ...], key: str) -> str:
    if value.lower() in known:
        return value.lower()
    words = _("{key}:{value} is not known; there are {known}.")
    raise Usage(words.format(key=key, value=value[:20], known=", ".join(f"{key}:{one}" for one in known)))


def _instant(value: str, key: str, now: datetime, here: tzinfo | None) -> datetime:
    """'3d' is three days ago, 'today' and a date are the beginning of that day."""
    ago = _AGO.fullmatch(value.lower())
    if ago:
        unit = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[ago[2]]
        return now - int(ago[1]) * unit
    this = now.astimezone(here).date()
    day = {"today": this, "yesterday": this - timedelta(days=1)}.get(value.lower())
    try:
        day = day or date.fromisoformat(value.replace("/", "-"))
        begin = datetime.combine(day, time())
        return (begin.replace(tzinfo=here) if here else begin.astimezone()).astimezone(UTC)
    except (ValueError, OverflowError):
        words = _("{key}:{value} is no day; write {key}:3d, {key}:today or {key}:2026-11-25.")
        raise Usage(words.format(key=key, value=value[:20])) from None
