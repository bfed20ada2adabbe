"""The words not to write, one TOML file a market: those that come with the desk, and own ones beside the config file.

A file with a mistake is left out, and the mistake is named with its entry; it never keeps a reply from being sent.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import csdesk
from csdesk.domain.lexicon import ANY, Entry, Market, compiled
from csdesk.i18n import _
from csdesk.text import clean_line

FOLDER = Path(csdesk.__file__).parent / "lexicon"
MAX_BYTES = 256_000
_TEXTS = ("language", "level", "pattern", "why", "why_zh", "instead", "instead_zh", "fix")
_LISTS = ("words", "countries")
_SLOW = re.compile(r"[+*}]\)[+*{]")
"""A repetition inside a repetition can take for ever on a long text."""


class Loaded(NamedTuple):
    """The markets, by code, and what is wrong with files, each as a sentence that names the file."""

    markets: tuple[Market, ...]
    problems: tuple[str, ...]


def load(*folders: Path) -> Loaded:
    """The markets of some folders; one of a later folder takes the place of one with its name."""
    found: dict[str, Market] = {}
    problems: list[str] = []
    for folder in folders or (FOLDER,):
        if not folder.is_dir():
            continue
        for file in sorted(folder.glob("*.toml")):
            market, wrong = load_file(file)
            problems += [f"{clean_line(file.name)}: {one}" for one in wrong]
            if market is not None:
                found[market.code] = market
    return Loaded(tuple(found.values()), tuple(problems))


def load_file(file: Path) -> tuple[Market | None, list[str]]:
    """The market in one file, or None and what is wrong with it."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            return None, [_("the file is larger than {limit} bytes.").format(limit=MAX_BYTES)]
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        return None, [_("the file cannot be read: {reason}.").format(reason=error.strerror or error)]
    except ValueError as error:  # no UTF-8, or no TOML
        return None, [_("the file cannot be read: {reason}.").format(reason=clean_line(str(error)))]
    wrong: list[str] = []
    entries: list[Entry] = []
    code = clean_line(file.stem, limit=40)
    given = data.get("entry", [])
    for number, one in enumerate(given if isinstance(given, list) else [], 1):
        mistakes = list(_mistakes(one)) if isinstance(one, dict) else [_("it is no table.")]
        wrong += [_("entry {number}: {what}").format(number=number, what=what) for what in mistakes]
        if not mistakes:
            entries.append(_entry(code, one))
    if not entries and not wrong:
        wrong.append(_("it holds no [[entry]]."))
    for key in data.keys() - {"name", "countries", "default_for", "entry"}:
        wrong.append(_("{key} is not known here.").format(key=clean_line(key)))
    if wrong:
        return None, wrong
    lists = {key: frozenset(map(str, data.get(key, ()))) for key in ("countries", "default_for")}
    return Market(code, clean_line(str(data.get("name", code))), **lists, entries=tuple(entries)), []


def _mistakes(one: dict[str, Any]) -> Iterator[str]:
    """What is wrong with an entry."""
    for key, value in one.items():
        if key not in (*_TEXTS, *_LISTS):
            yield _("{key} is not known here.").format(key=clean_line(key))
        elif key in _TEXTS and not isinstance(value, str):
            yield _("{key} must be a text.").format(key=key)
        elif key in _LISTS and not (
            isinstance(value, list) and value and all(isinstance(v, str) and v.strip() for v in value)
        ):
            yield _("{key} must be a list of texts.").format(key=key)
    if bool(one.get("words")) == bool(one.get("pattern")):
        yield _("give either words or a pattern.")
    for key in ("language", "why", "instead"):
        if not str(one.get(key, "")).strip():
            yield _("{key} is missing.").format(key=key)
    if one.get("language") != ANY and not re.fullmatch("[a-z]{2,3}", str(one.get("language", "xx"))):
        yield _("language must be a code such as de, or any.")
    if one.get("level", "warns") not in ("warns", "stops"):
        yield _("level must be warns or stops.")
    if pattern := one.get("pattern"):
        yield from _bad_pattern(str(pattern))


def _bad_pattern(pattern: str) -> Iterator[str]:
    try:
        found = re.compile(pattern)
    except re.error as error:
        yield _("the pattern is no regular expression: {reason}.").format(reason=error)
        return
    if found.search(""):
        yield _("the pattern matches where nothing stands.")
    if _SLOW.search(pattern):
        yield _("the pattern repeats a repetition, which can take very long.")


def _entry(code: str, one: dict[str, Any]) -> Entry:
    why, instead = clean_line(one["why"]), clean_line(one["instead"])
    entry = Entry(
        code,
        one["language"],
        one.get("level", "warns"),
        tuple(one.get("words", ())),
        one.get("pattern", ""),
        frozenset(one.get("countries", ())),
        (why, clean_line(one.get("why_zh", "")) or why),
        (instead, clean_line(one.get("instead_zh", "")) or instead),
        clean_line(one.get("fix", "")),
    )
    compiled(entry)
    return entry
