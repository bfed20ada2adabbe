"""Which dictionary there is for a language: a pair NAME.aff and NAME.dic in the folders where systems keep them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

_CODE = re.compile(r"[a-z]{2,3}")
NO_SPACES = frozenset({"zh", "ja", "th"})
"""Languages without spaces between words; no dictionary of this kind can check them."""
USUAL = {
    "en": "US",
    "es": "ES",
    "de": "DE",
    "fr": "FR",
    "pt": "PT",
    "it": "IT",
    "ru": "RU",
    "nl": "NL",
    "pl": "PL",
}
"""The country whose dictionary is taken for a language when the customer's own country has none."""


def folders(own: Path, environment: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """Where dictionaries may lie, the person's own first."""
    env = os.environ if environment is None else environment
    home = Path(env.get("HOME", "~")).expanduser()
    shared = env.get("XDG_DATA_DIRS", "") or "/usr/local/share:/usr/share"
    named = [Path(one) for one in env.get("DICPATH", "").split(os.pathsep) if one]
    data = [Path(one) for one in shared.split(os.pathsep) if one]
    shared_by_all = [folder / kind for folder in data for kind in ("hunspell", "myspell", "myspell/dicts")]
    mac = [home / "Library/Spelling", Path("/Library/Spelling"), Path("/opt/homebrew/share/hunspell")]
    return (own, *named, home / ".local/share/hunspell", *shared_by_all, *mac)


def find(language: str, country: str, where: Iterable[Path]) -> Path | None:
    """The dictionary for a language as a path without its ending, or None. The customer's country goes first, then
    the usual one, then any of the language."""
    code, _dash, region = language.replace("_", "-").partition("-")
    code = code.lower()
    if not _CODE.fullmatch(code) or code in NO_SPACES:
        return None
    there: dict[str, Path] = {}
    for folder in where:
        try:
            names = sorted(path for path in folder.glob(f"{code}*.aff") if path.with_suffix(".dic").is_file())
        except OSError:
            continue
        for path in names:
            if re.fullmatch(rf"{code}(?:[_-][A-Za-z0-9_-]+)?", path.stem):
                there.setdefault(path.stem.replace("-", "_"), path.with_suffix(""))
    wanted = [f"{code}_{one.upper()}" for one in (region, country, USUAL.get(code, "")) if one]
    for name in (*wanted, code, *sorted(there)):
        if name in there:
            return there[name]
    return None
