"""The command line: one file per command group. Imports stay lazy so that every command starts fast."""

from __future__ import annotations

from csdesk.cli.parser import build_parser
from csdesk.cli.run import main

__all__ = ["build_parser", "main"]
