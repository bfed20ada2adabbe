"""Beginning: the preferences file, the store and the first agent; and what the preferences say."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csdesk.errors import Refused
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


def register(commands: Commands) -> None:
    """init; config check, path, show."""
    commands.add("init", run_init, _("make the preferences file and the store; never overwrites"))
    with commands.group("config", _("your preferences")) as config:
        config.add("check", run_check, _("name every mistake by file, line and key"))
        config.add("path", run_path, _("say where the file belongs"))
        config.add("show", run_show, _("show what holds, defaults included"))


def _path(call: Call) -> Path:
    from csdesk import paths

    return Path(call.args.config).expanduser() if call.args.config else paths.config_file()


def run_init(call: Call) -> None:
    """Make what is not there yet, and say what to do next."""
    path = _path(call)
    made = _write_sample(path)
    desk = call.desk
    agent = desk.agent
    shown = shown_store(desk.store_url)
    if call.out.json:
        call.out.object({"config": str(path), "made": made, "store": shown, "agent": agent.name})
        return
    words = _("Preferences: {path} (new)") if made else _("Preferences: {path} (was there; left as it is)")
    for line in (
        words.format(path=path),
        _("Store: {store}").format(store=shown),
        _("You act as {name}.").format(name=agent.name),
        "",
        _("Next:"),
        _("  csdesk account add NAME imap --imap URL --smtp URL    connect a mailbox"),
        _("  csdesk account test NAME                              try it"),
        _("  csdesk                                                open the desk"),
    ):
        call.out.say(line)


def _write_sample(path: Path) -> bool:
    """Write the sample where no file is. Raises Refused."""
    from csdesk import paths
    from csdesk.config_sample import sample

    try:
        paths.private_dir(path.parent)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return False
    except OSError as error:
        words = _("{path} cannot be made: {reason}.")
        raise Refused(words.format(path=path, reason=error.strerror), code="file") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(sample())
    return True


def shown_store(url: str) -> str:
    """A store's URL without its password."""
    head, sep, rest = url.partition("://")
    user, at, place = rest.rpartition("@")
    if head == "sqlite" or not at:
        return url
    return f"{head}{sep}{user.partition(':')[0]}@{place}"


def run_check(call: Call) -> None:
    """Raises ConfigError with one line a mistake; keys that would do two things are mistakes here, while the desk
    gives each to the first and goes on."""
    from csdesk import config as configs
    from csdesk.actions import registry, with_keys
    from csdesk.errors import ConfigError

    path, out = _path(call), call.out
    found = configs.load(path, actions=[action.id for action in registry()])
    _actions, problems = with_keys(found.keys, chosen=found.keymap)
    mistakes = [f"{path}: {one}" for one in problems]
    if (folder := path.with_name("themes")).is_dir():
        from csdesk.themes import own

        mistakes += own.read(folder).problems
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    there = path.exists()
    words = _("{path} is right.") if there else _("There is no {path}; every preference has its default.")
    out.done({"path": str(path), "exists": there, "ok": True}, words.format(path=path))


def run_path(call: Call) -> None:
    """Where the file belongs; a broken one does not matter here."""
    path = _path(call)
    call.plain.done({"path": str(path), "exists": path.exists()}, str(path))


def run_show(call: Call) -> None:
    """Every key with what holds now."""
    values = _values(call.config)
    if call.out.json:
        call.out.object(values)
        return
    for key, value in _flat(values):
        call.out.say(f"{key} = {value}")


def _values(of: Any) -> dict[str, Any]:
    """A dataclass of preferences as plain values."""
    out = {}
    for one in fields(of):
        out[one.name] = _plain(getattr(of, one.name))
    return out


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return _values(value)
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _flat(values: dict[str, Any], at: str = "") -> list[tuple[str, Any]]:
    import json

    out: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict):
            out += _flat(value, f"{at}{key}.")
        else:
            out.append((at + key, json.dumps(value, ensure_ascii=False)))
    return out
