"""Accounts and agents: through what the shop is written to, and who answers. A password is never an argument."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from csdesk.cli import login
from csdesk.cli.words import Parser, number
from csdesk.domain.sources import CARRIER_KINDS, PULLED, RENEWED, SHOP_KINDS
from csdesk.errors import DeskError, Usage
from csdesk.i18n import _
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


KINDS = ("imap", "maildir", "mbox", *PULLED)


def register(commands: Commands) -> None:
    """account add, list, set, test, pause, resume; agent add, list."""
    with commands.group("account", _("mailboxes, shops and carriers that the desk works with")) as account:
        add = account.add("add", run_add, _("connect a mailbox, a shop or a carrier"))
        add.add_argument("name", metavar=_("NAME"))
        add.add_argument("kind", choices=KINDS, metavar=_("KIND"), help=", ".join(KINDS))
        add.add_argument("path", nargs="?", metavar=_("PATH"), help=_("for maildir and mbox: where it lies"))
        _account_options(add)
        account.add("list", run_list, _("list the accounts"))
        change = account.add("set", run_set, _("change settings of an account; see docs/accounts.md"))
        change.add_argument("name", metavar=_("NAME"))
        change.add_argument(
            "pairs", nargs="+", metavar="KEY=VALUE", help=_("as many as you like; KEY= takes one back")
        )
        for name, run, help in (
            ("test", run_test, _("try every step of receiving and sending; changes nothing")),
            ("pause", run_pause, _("stop fetching and sending")),
            ("resume", run_resume, _("go on fetching and sending")),
        ):
            account.add(name, run, help).add_argument("name", metavar=_("NAME"))
        login.register(account)
    with commands.group("agent", _("the people who answer")) as agent:
        one = agent.add("add", run_agent_add, _("add a person who answers"))
        one.add_argument("name", metavar=_("NAME"))
        one.add_argument(
            "--languages", default="", metavar="es,en", help=_("languages this person reads, best first")
        )
        agent.add("list", run_agent_list, _("list the agents"))


def _account_options(add: Parser) -> None:
    add.add_argument("--imap", metavar="URL", help="imaps://user@host:port/FOLDER, imap+starttls://")
    add.add_argument("--smtp", metavar="URL", help="smtps://user@host:port, smtp+starttls://")
    add.add_argument("--address", default="", metavar="A", help=_("the address that replies come from"))
    add.add_argument("--from-name", default="", metavar=_("NAME"), help=_("the name that replies come from"))
    sent = add.add_mutually_exclusive_group()
    sent.add_argument("--sent", metavar=_("FOLDER"), help=_("where our copies are filed"))
    sent.add_argument("--server-files-sent", action="store_true", help=_("the server keeps a copy by itself"))
    add.add_argument("--password-env", metavar="VAR", help=_("the variable that holds the password"))
    add.add_argument("--refresh-env", metavar="VAR", help=_("the variable that holds a shop's refresh token"))
    add.add_argument(
        "--undo",
        type=number(lambda: _("seconds")),
        metavar=_("SECONDS"),
        help=_("how long a reply can be taken back"),
    )
    add.add_argument("--signature", default="", metavar="T", help=_("put under every reply"))
    add.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help=_("another setting; repeatable")
    )


def run_add(call: Call) -> None:
    """Connect a mailbox. Asks for a password only on a terminal, and only where one is needed."""
    from csdesk.cli import shapes

    args = call.args
    if args.undo is not None and args.undo > 600:
        raise Usage(_("--undo is at most 600 seconds."))
    settings = _settings(call)
    account = call.desk.accounts.add(
        args.name,
        args.kind,
        address=args.address,
        display_name=args.from_name,
        settings=settings,
        signature=args.signature,
        undo_seconds=args.undo,
        password=_password(call, settings),
        refresh=_refresh(call, settings),
    )
    words = _("Account {name} is connected; csdesk account test {name} tries it, csdesk sync --once fetches.")
    call.out.done(shapes.account(account), words.format(name=account.name))


def _settings(call: Call) -> dict[str, str]:
    args = call.args
    if args.kind == "imap" and args.path:
        raise Usage(_("An IMAP account takes --imap URL, not a path."))
    if args.kind in SHOP_KINDS and args.path:
        raise Usage(_("A shop takes its address as --set url=https://..., not as a path."))
    if args.kind in CARRIER_KINDS and args.path:
        raise Usage(_("A carrier takes no path; its key comes with --password-env VARIABLE."))
    found = _pairs(args.set)
    given = {
        "path": args.path,
        "imap": args.imap,
        "smtp": args.smtp,
        "sent": args.sent,
        "server_files_sent": "1" if args.server_files_sent else None,
        "password_env": args.password_env,
        "refresh_env": args.refresh_env,
    }
    return found | {key: value for key, value in given.items() if value}


def _pairs(given: list[str]) -> dict[str, str]:
    """Words such as key=value. Raises Usage."""
    found = {}
    for pair in given:
        key, sep, value = pair.partition("=")
        if not sep or not key:
            raise Usage(
                _("Write a setting as key=value, not {text!r}.").format(text=clean_line(pair, limit=60))
            )
        found[key.strip()] = value
    return found


def run_set(call: Call) -> None:
    """Change settings; all of them or none."""
    from csdesk.cli import shapes

    account = call.desk.accounts.set(call.args.name, _pairs(call.args.pairs))
    if (
        not call.args.json
        and account.settings.get("acknowledge") == "1"
        and not account.settings.get("hours")
    ):
        call.out.warn(_("acknowledge does nothing before hours are set."))
    call.out.done(shapes.account(account), _("Account {name} is changed.").format(name=account.name))


def _password(call: Call, settings: dict[str, str]) -> str:
    """Typed on a terminal, '' elsewhere and where no server asks for one."""
    from csdesk.channels.url import parse_url

    servers = [parse_url(settings[key], key) for key in ("imap", "smtp") if settings.get(key)]
    elsewhere = settings.get("password_env") or settings.get("oauth")
    wanted = call.args.kind in PULLED or any(server.user for server in servers)
    if elsewhere or call.args.json or not wanted:
        return ""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        words = _("No password was given; put it in a variable and name it with --password-env.")
        call.out.warn(words)
        return ""
    import getpass

    asked = _("The shop's secret or token (empty: none): ") if call.args.kind in SHOP_KINDS else ""
    if call.args.kind in CARRIER_KINDS:
        asked = _("The carrier's key or secret (empty: none): ")
    return getpass.getpass(asked or _("Password (empty: none): "))


def _refresh(call: Call, settings: dict[str, str]) -> str:
    """A marketplace's refresh token, typed on a terminal; '' elsewhere."""
    wanted = call.args.kind in RENEWED and not settings.get("refresh_env")
    if not wanted or call.args.json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return ""
    import getpass

    return getpass.getpass(_("Refresh token (empty: none): "))


def run_list(call: Call) -> None:
    """One line an account."""
    from csdesk.cli import shapes

    out = call.out
    accounts = call.desk.accounts.list()
    if out.json:
        for account in accounts:
            out.object(shapes.account(account))
        return
    if not accounts:
        out.say(_("There is no account yet. Add one: csdesk account add."))
        return
    heads = (_("name"), _("kind"), _("address"), _("last sync"), _("state"))
    rows = (
        (
            a.name,
            a.kind,
            a.address or "-",
            out.time(a.last_sync_at) or "-",
            a.health or (_("paused") if a.paused else _("works")),
        )
        for a in accounts
    )
    out.table(heads, rows)


class TestFailed(DeskError):
    """A step of trying an account failed."""

    exit_code = 5


def run_test(call: Call) -> None:
    """Every step with its result; exit code 5 when one fails."""
    from csdesk.cli import shapes

    out = call.out
    checks = call.desk.accounts.test(call.args.name)
    failed = next((check for check in checks if not check.ok), None)
    if out.json:
        out.object(
            {"account": call.args.name, "ok": failed is None, "checks": [shapes.check(c) for c in checks]}
        )
    else:
        out.table(
            (_("step"), _("result"), ""),
            ((c.step, _("passed") if c.ok else _("failed"), c.detail) for c in checks),
        )
    if failed is not None:
        raise TestFailed(failed.detail, code=failed.code or "failed")


def run_pause(call: Call) -> None:
    """Stop."""
    _pause(call, True, _("Account {name} is paused."))


def run_resume(call: Call) -> None:
    """Go on."""
    _pause(call, False, _("Account {name} works again."))


def _pause(call: Call, paused: bool, words: str) -> None:
    from csdesk.cli import shapes

    account = call.desk.accounts.pause(call.args.name, paused)
    call.out.done(shapes.account(account), words.format(name=account.name))


def run_agent_add(call: Call) -> None:
    """A new agent."""
    from csdesk.cli import shapes

    agent = call.desk.agents.add(call.args.name, call.args.languages.split(","))
    call.out.done(shapes.agent(agent), _("Agent {name} is added.").format(name=agent.name))


def run_agent_list(call: Call) -> None:
    """One line an agent."""
    from csdesk.cli import shapes

    out = call.out
    agents = call.desk.agents.list()
    if out.json:
        for agent in agents:
            out.object(shapes.agent(agent))
    elif agents:
        out.table((_("name"), _("languages")), ((a.name, ", ".join(a.languages) or "-") for a in agents))
    else:
        out.say(_("No agent yet; the first one who acts becomes one."))
