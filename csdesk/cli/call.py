"""One call of a command: its words, where its results go, and the desk it works on, opened on first use."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.cli.out import Out, zone
from csdesk.errors import Refused, Usage
from csdesk.i18n import _
from csdesk.text import clean_line

if TYPE_CHECKING:
    import argparse

    from csdesk.bootstrap import Desk
    from csdesk.clock import Clock
    from csdesk.config import Config


class Call:
    """What every command is given. `args` has the command's own words and the global options."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.plain = Out(json=args.json)

    @cached_property
    def config(self) -> Config:
        """The preferences; also puts the interface's language to use. Raises ConfigError."""
        from csdesk.bootstrap import load_config

        return load_config(self.args.config)

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock, or the one CSDESK_NOW sets."""
        from csdesk import clock

        return clock.from_environment()

    @cached_property
    def desk(self) -> Desk:
        """The desk that --store, --config and --as mean."""
        from csdesk.bootstrap import open_desk

        return open_desk(self.config, store=self.args.store, agent=self.args.agent or "", clock=self.clock)

    @cached_property
    def out(self) -> Out:
        """Results and sentences, with times in the agent's zone."""
        return Out(json=self.args.json, where=zone(self.config.timezone))

    def close(self) -> None:
        """Close the desk if it was opened."""
        if "desk" in self.__dict__:
            self.desk.close()


def read_text(path: str) -> str:
    """A text from a file, '-' being stdin; UTF-8. Raises Refused."""
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).expanduser().read_bytes()
    except OSError as error:
        words = _("{path} cannot be read: {reason}.")
        raise Refused(words.format(path=path, reason=error.strerror or error), code="file") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = _("{path} is not UTF-8 text (byte {at}); save it as UTF-8.")
        raise Refused(words.format(path=path, at=error.start), code="file") from error


def files(paths: list[str]) -> tuple[str, ...]:
    """Attachments by their full paths, each known to be readable. Raises Refused naming the one that is not."""
    found = []
    for given in paths:
        path = Path(given).expanduser().absolute()
        if not path.is_file() or not os.access(path, os.R_OK):
            words = _("The attachment {path} is not a file that can be read.")
            raise Refused(words.format(path=path), code="attachment")
        found.append(str(path))
    return tuple(found)


def answers(pairs: list[str]) -> dict[str, str]:
    """--set variable=value, several times. Raises Usage."""
    found = {}
    for pair in pairs:
        name, sep, value = pair.partition("=")
        if not sep or not name.strip():
            raise Usage(
                _("Write --set as variable=value, not {text!r}.").format(text=clean_line(pair, limit=60))
            )
        found[name.strip()] = value
    return found
