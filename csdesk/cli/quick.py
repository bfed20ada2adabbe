"""The short way to the screen: `csdesk` with nothing but options of every command needs no parser.

Imports nothing that the first frame does not need. Whatever is doubtful goes the long way, by parser.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from argparse import Namespace

_NAMES = {"--config": "config", "--store": "store", "--as": "agent"}


def plain_start(words: Sequence[str]) -> Namespace | None:
    """What the parser would make of words that open the desk and surely do nothing else; None for all others."""
    given: dict[str, str | bool | None] = {"config": None, "store": None, "agent": None, "json": False}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if name not in _NAMES:
            return None
        if not equals:
            value = next(rest, "")
        if not value or value.startswith("-"):
            return None
        given[_NAMES[name]] = value
    return cast("Namespace", SimpleNamespace(**given))  # argparse takes longer to load than all of this
