"""Webhooks, by command: list, test, add-secret, pause, resume."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from csdesk.errors import Usage
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.services.webhooks import Hook


def register(commands: Commands) -> None:
    """webhook list, test, add-secret, pause, resume."""
    with commands.group("webhook", _("tell other programs what happens")) as webhook:
        webhook.add("list", run_list, _("list the webhooks; exit code 1 when one is not well"))
        test = webhook.add("test", run_test, _("tell a webhook that this is a test"))
        secret = webhook.add(
            "add-secret", run_secret, _("keep the secret of a webhook; from stdin, or asked for")
        )
        secret.add_argument("--new", action="store_true", help=_("make one, keep it and print it once"))
        secret.add_argument("--forget", action="store_true", help=_("forget the secret"))
        pause = webhook.add("pause", run_pause, _("tell a webhook nothing until it is resumed"))
        resume = webhook.add("resume", run_resume, _("tell a paused webhook what it missed, and go on"))
        resume.add_argument("--skip", action="store_true", help=_("leave out what it missed"))
        for one in (test, secret, pause, resume):
            one.add_argument("name", metavar=_("NAME"))


def shape(one: Hook) -> dict[str, object]:
    """A webhook for programs."""
    from csdesk.cli.shapes import instant

    state = one.state
    return {
        "name": one.name, "url": one.config.url, "events": list(one.config.events),
        "enabled": one.config.enabled, "secret": one.secret, "well": one.well, "detail": one.words,
        "paused": bool(state and state.paused), "attempts": state.attempts if state else 0,
        "next_at": instant(state.next_at) if state else None,
        "delivered_at": instant(state.delivered_at) if state else None,
    }  # fmt: skip


def run_list(call: Call) -> int:
    """One line a webhook."""
    out, found = call.out, call.desk.webhooks.all()
    if out.json:
        for one in found:
            out.object(shape(one))
    elif not found:
        out.say(_("config.toml has no webhook."))
    else:
        rows = (
            (one.name, one.config.url, out.time(one.state.delivered_at if one.state else None), one.words)
            for one in found
        )
        out.table((_("webhook"), _("address"), _("last taken"), _("state")), rows)
    return 0 if all(one.well for one in found) else 1


def run_test(call: Call) -> None:
    """Exit code 5 when it was not taken."""
    name = call.args.name
    status = call.desk.webhooks.test(name)
    words = _("{name} took the test ({status}).")
    call.out.done({"webhook": name, "status": status}, words.format(name=name, status=status))


def run_secret(call: Call) -> None:
    """Take a secret from stdin, or ask for it where somebody sits; it is never an argument, which others could see."""
    hooks, out, name = call.desk.webhooks, call.out, call.args.name
    if call.args.forget:
        hooks.keep_secret(name, "")
        out.done({"kept": ""}, _("The secret is forgotten."))
        return
    made = ""
    if call.args.new:
        made, where = hooks.new_secret(name)
    else:
        secret = _secret().strip()
        if not secret:
            raise Usage(_("No secret was given; --new makes one."), code="no_secret")
        where = hooks.keep_secret(name, secret)
    if hooks.from_environment(name) and not out.json:
        out.warn(_("A variable of the environment says it as well and goes before it."))
    words = (
        _("The secret is kept in the keyring.")
        if where == "keyring"
        else _("The secret is kept in secrets.json.")
    )
    found = {"kept": where} | ({"secret": made} if made else {})
    out.done(found, f"{made}\n{words}" if made else words)


def _secret() -> str:
    if sys.stdin.isatty() and sys.stderr.isatty():
        import getpass

        return getpass.getpass(_("Secret of the webhook: "))
    return sys.stdin.buffer.readline(1000).decode("utf-8", "replace")


def run_pause(call: Call) -> None:
    """What happens meanwhile waits."""
    name = call.args.name
    call.desk.webhooks.pause(name)
    words = _("{name} is told nothing until: csdesk webhook resume {name}")
    call.out.done({"webhook": name, "paused": True}, words.format(name=name))


def run_resume(call: Call) -> None:
    """The sync process does the rest."""
    name = call.args.name
    call.desk.webhooks.resume(name, skip=call.args.skip)
    words = _("{name} is told what it missed by csdesk sync.")
    if call.args.skip:
        words = _("{name} is told what happens from now on.")
    call.out.done({"webhook": name, "paused": False}, words.format(name=name))
