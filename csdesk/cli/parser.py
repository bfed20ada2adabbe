"""The parser of all commands, put together from one file per command group. Imports nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import csdesk
from csdesk.cli.words import Parser
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call

Run = Callable[["Call"], "int | None"]


class Commands:
    """A level of commands; every group adds its own through it."""

    def __init__(self, parser: Parser, *, required: bool) -> None:
        self._actions = parser.add_subparsers(
            title=_("commands"),
            metavar=_("COMMAND"),
            required=required,
            dest=argparse.SUPPRESS,
            parser_class=Parser,
        )

    def add(self, name: str, run: Run, help: str, **more: Any) -> Parser:
        """A command that `run` carries out; gives its parser for the words it takes."""
        parser: Parser = self._actions.add_parser(name, help=help, description=help, **more)
        parser.set_defaults(run=run)
        _options_of_all(parser, argparse.SUPPRESS)
        return parser

    @contextmanager
    def group(self, name: str, help: str) -> Iterator[Commands]:
        """A command that only has commands below it."""
        parser: Parser = self._actions.add_parser(name, help=help, description=help)
        _options_of_all(parser, argparse.SUPPRESS)
        yield Commands(parser, required=True)


_WITH_VALUE = frozenset({"--config", "--store", "--as"})


def opens_screen(words: Sequence[str]) -> bool:
    """Whether these words surely open the screen: options of every command at most, or `demo` and what follows it.
    Help and anything doubtful is not for sure."""
    rest = iter(words)
    for word in rest:
        if word in _WITH_VALUE:
            if next(rest, "-").startswith("-"):
                return False
        elif word.partition("=")[0] not in _WITH_VALUE:
            return word == "demo" and not {"-h", "--help"} & set(rest)
    return True


def build_parser(words: Sequence[str] | None = None) -> Parser:
    """The command line, in the interface's language of now: the whole, or for `words` that open the screen only
    what they need. The other commands would cost the first frame a tenth of a second on a slow machine."""
    if words is not None and opens_screen(words):
        from csdesk.cli import screen

        return _with(screen, screen)
    from csdesk.cli import (
        account,
        activity,
        care,
        customers,
        drafts,
        engines,
        export,
        memory,
        notices,
        orders,
        outbox,
        queue,
        reply,
        report,
        screen,
        setup,
        spelling,
        sync,
        templates,
        translation,
        triage,
        webhook,
    )

    return _with(
        screen,
        screen,
        queue,
        customers,
        reply,
        drafts,
        triage,
        activity,
        outbox,
        templates,
        spelling,
        translation,
        engines,
        memory,
        notices,
        orders,
        sync,
        account,
        setup,
        care,
        export,
        report,
        webhook,
    )


def _with(screen: Any, *groups: Any) -> Parser:
    """A parser with the commands of these modules."""
    parser = Parser(
        prog="csdesk",
        description=_("A help desk that lives in the terminal. Without a command it opens the desk."),
    )
    parser.set_defaults(run=screen.run_desk)
    _options_of_all(parser, None)
    parser.add_argument(
        "--version", action="version", version=f"csdesk {csdesk.__version__}", help=_("show the version")
    )
    commands = Commands(parser, required=False)
    for group in groups:
        group.register(commands)
    return parser


def _options_of_all(parser: Parser, default: str | None) -> None:
    """The options that stand before or after any command. Below the top they set nothing unless they are given."""
    every = parser.add_argument_group(_("options of every command"))
    every.add_argument("--config", metavar=_("FILE"), default=default, help=_("another config.toml"))
    every.add_argument(
        "--store", metavar="URL", default=default, help=_("sqlite:///PATH or postgresql://...")
    )
    every.add_argument(
        "--as", dest="agent", metavar=_("AGENT"), default=default, help=_("the agent who acts")
    )
    every.add_argument(
        "--json",
        action="store_true",
        default=False if default is None else default,
        help=_("results as JSON, one object or one object a line"),
    )
