"""The screen: the desk itself and the sample shop, on a terminal or as plain text."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from csdesk.errors import Usage
from csdesk.terminal import can_run_full_screen

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


def register(commands: Commands) -> None:
    """demo."""


def desk(call: Call) -> int:
    """Open the desk. Raises Usage where there is no terminal for it."""
    reason = can_run_full_screen(os.environ, sys.stdin, sys.stdout)
    if reason:
        raise Usage(reason, code="no_terminal")
    return 0
