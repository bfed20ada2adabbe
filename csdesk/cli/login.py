"""Signing an account in at its mail provider, with the person at the terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from csdesk.errors import Usage
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


def register(account: Commands) -> None:
    """account login."""
    login = account.add("login", run_login, _("sign in at Google, Microsoft or another provider"))
    login.add_argument("name", metavar=_("NAME"))
    ways = login.add_mutually_exclusive_group()
    ways.add_argument("--device", action="store_true", help=_("by a code typed on another device"))
    ways.add_argument("--browser", action="store_true", help=_("by a browser on this machine"))
    ways.add_argument("--paste", action="store_true", help=_("by an address pasted here; works over SSH"))


def run_login(call: Call) -> None:
    """Sign in; a terminal is needed, because a person has to do it."""
    from csdesk.cli import shapes

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Usage(_("Signing in needs a person at a terminal."))
    # Over SSH a browser here would open on a screen that nobody sees.
    remote = bool(os.environ.get("SSH_CONNECTION")) and not os.environ.get("DISPLAY")
    account = call.desk.accounts.login(call.args.name, Terminal(call), way=_way(call), remote=remote)
    call.out.done(shapes.account(account), _("Account {name} is signed in.").format(name=account.name))


def _way(call: Call) -> str:
    return next((way for way in ("device", "browser", "paste") if getattr(call.args, way)), "")


class Terminal:
    """The person at the terminal, as the sign-in talks to."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def tell(self, text: str) -> None:
        """Show a sentence beside the output, so that --json stays clean."""
        self._call.out.warn(text)

    def ask(self, question: str) -> str:
        """Read a line."""
        sys.stderr.write(question)
        sys.stderr.flush()
        return sys.stdin.readline()

    def browse(self, url: str) -> bool:
        """Open the system's browser; False when there is none."""
        import webbrowser

        try:
            return webbrowser.open(url)
        except webbrowser.Error:
            return False
