"""Regular expressions that are compiled when they are first used: dozens of them would hold up the first frame."""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    """Becomes the pattern as soon as one of its methods is asked for."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._source)
        for method in ("match", "fullmatch", "search", "sub", "split", "finditer", "findall", "pattern"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def pattern(source: str) -> re.Pattern[str]:
    """A pattern for text. Raises re.error, but only at first use: tests use each."""
    return cast("re.Pattern[str]", _Lazy(source))
