"""The engines that translate, by command: how they are, and the key of a server."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from csdesk.errors import Usage
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.domain.translation import EngineHealth

LONGEST_KEY = 500


def register(commands: Commands) -> None:
    """engines list, key."""
    with commands.group("engines", _("who translates: engines and how they are")) as engines:
        engines.add(
            "list",
            run_list,
            _("ask every engine; exit code 1 when one that config.toml names does not answer"),
        )
        key = engines.add(
            "key", run_key, _("keep the key of the LibreTranslate server; from stdin, or asked for")
        )
        key.add_argument("--forget", action="store_true", help=_("forget the key"))


def run_list(call: Call) -> int:
    """Every engine, asked."""
    from csdesk.modelwords import used_for

    found = call.desk.engines.all()
    if call.out.json:
        for one in found:
            call.out.object(shape(one))
    else:
        rows = ((one.name, used_for(one), state(one), one.words) for one in found)
        call.out.table((_("engine"), _("pairs"), _("state"), ""), rows)
    return 0 if all(one.ok or not one.used for one in found) else 1


def shape(one: EngineHealth) -> dict[str, object]:
    """An engine for programs."""
    return {
        "engine": one.name, "used": one.used, "pairs": list(one.pairs), "ok": one.ok, "detail": one.words,
    }  # fmt: skip


def state(one: EngineHealth) -> str:
    """How it is, in a word."""
    if one.ok:
        return _("well")
    return _("NOT WELL") if one.used else _("not here")


def run_key(call: Call) -> None:
    """Take a key from stdin, or ask for it where somebody sits; it is never an argument, which others could see."""
    engines = call.desk.engines
    if call.args.forget:
        engines.keep_key("")
        call.out.done({"kept": ""}, _("The key is forgotten."))
        return
    key = _key().strip()
    if not key or len(key) > LONGEST_KEY or not key.isprintable() or not key.isascii():
        raise Usage(_("No key was given: it is one line of letters, digits and signs."), code="no_key")
    where = engines.keep_key(key)
    if engines.from_environment and not call.out.json:
        call.out.warn(_("CSDESK_LIBRETRANSLATE_KEY is set and goes before it."))
    words = (
        _("The key is kept in the keyring.") if where == "keyring" else _("The key is kept in secrets.json.")
    )
    call.out.done({"kept": where}, words)


def _key() -> str:
    if sys.stdin.isatty() and sys.stderr.isatty():
        import getpass

        return getpass.getpass(_("Key of the LibreTranslate server: "))
    return sys.stdin.buffer.readline(4 * LONGEST_KEY).decode("utf-8", "replace")
