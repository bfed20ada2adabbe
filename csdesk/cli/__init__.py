"""The command line: one file per command group. Imports stay lazy so that every command starts fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csdesk.cli.parser import build_parser
    from csdesk.cli.run import main

__all__ = ["build_parser", "main"]


def __getattr__(name: str) -> Any:
    if name == "build_parser":
        from csdesk.cli.parser import build_parser

        return build_parser
    if name == "main":
        from csdesk.cli.run import main

        return main
    raise AttributeError(name)
