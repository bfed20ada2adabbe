"""An argparse parser that takes its options anywhere and says what is wrong in the reader's language.

Knows no command. Mistakes come out as csdesk.errors.Usage, never as an exit.
"""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from csdesk.errors import Usage
from csdesk.i18n import _
from csdesk.text import clean_line

SIGNED = "\0"
"""Put before a word that begins with '-' and is none of our options; no argument can hold it by itself."""


def _wider(text: str) -> int:
    """By how many cells a text is wider than it has characters."""
    if text.isascii():
        return 0
    from rich.cells import cell_len

    return cell_len(text) - len(text)


class Help(argparse.HelpFormatter):
    """Help with our own heading, as wide as a page of the manual."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """The usage line under a heading in the reader's language."""
        super().add_usage(usage, actions, groups, _("usage: ") if prefix is None else prefix)

    def add_argument(self, action: argparse.Action) -> None:
        """Make room for it, counted in cells."""
        super().add_argument(action)
        if action.help is not argparse.SUPPRESS:
            head = self._format_action_invocation(action)
            room = len(head) + _wider(head) + self._current_indent
            self._action_max_length = max(self._action_max_length, room)

    def _format_action(self, action: argparse.Action) -> str:
        """argparse pads by characters; a wide one takes two cells, so as many spaces are too many."""
        head = self._format_action_invocation(action)
        return super()._format_action(action).replace(head + " " * _wider(head), head, 1)


class Parser(argparse.ArgumentParser):
    """A parser whose leaves take options before, between and behind their words.

    `signed` lets '-word' stand for a word (tags that go), `free` names options whose value may begin with '-'.
    """

    signed = False

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", Help)
        super().__init__(add_help=False, allow_abbrev=False, **settings)
        self._positionals.title = _("what to name")
        self._optionals.title = _("options")
        self.add_argument("-h", "--help", action="help", help=_("show this help"))

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As argparse does, with the options of a leaf brought to the front."""
        words = list(args or ())
        if self._subparsers is not None:
            return super().parse_known_args(words, namespace)
        found, unknown = super().parse_known_args(self._ordered(words), namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, []

    def _ordered(self, words: list[str]) -> list[str]:
        """Options first, each tied to its value, then '--', then the words. argparse itself gives up when an
        optional word stands behind an option, and takes a value that begins with '-' for an option."""
        options: list[str] = []
        named: list[str] = []
        left = iter(words)
        for word in left:
            if word == "--":
                named += left
            elif word == "-" or not word.startswith("-"):
                named.append(word)
            elif (action := self._option_string_actions.get(word)) is not None:
                value = next(left, None) if action.nargs is None else None
                if value == "--" or value in self._option_string_actions:
                    self.error(f"argument {word}: expected one argument")
                options.append(word if value is None else f"{word}={value}")
            elif self.signed and not word.startswith("--"):
                named.append(SIGNED + word)
            else:
                options.append(word)
        return [*options, "--", *named] if named else options

    def error(self, message: str) -> NoReturn:
        """Raise Usage with a sentence instead of leaving the process."""
        raise Usage(said(message, self.prog))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Name the nearest choice instead of listing forty commands."""
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        near = difflib.get_close_matches(str(value), known, 1, 0.6)
        shown = clean_line(str(value), limit=60)
        if near:
            words = _("{command} does not know {value!r}; did you mean {near}?")
            raise Usage(words.format(command=self.prog, value=shown, near=near[0]))
        if isinstance(action, argparse._SubParsersAction) and len(known) > 12:
            words = _("{command} has no command {value!r}; {command} --help lists them.")
            raise Usage(words.format(command=self.prog, value=shown))
        words = _("{command} does not know {value!r}; it knows: {known}.")
        raise Usage(words.format(command=self.prog, value=shown, known=", ".join(known)))


def _patterns() -> tuple[tuple[str, str], ...]:
    """argparse's sentences and ours for the same."""
    return (
        (
            r"the following arguments are required: (?P<what>.+)",
            _("{command} needs {what}; {command} --help says how."),
        ),
        (
            r"unrecognized arguments: (?P<what>.+)",
            _("{command} does not know {what}; {command} --help says what it takes."),
        ),
        (r"argument (?P<what>[^:]+): expected (?:at least )?one argument", _("{what} needs a value.")),
        (
            r"argument (?P<what>[^:]+): not allowed with argument (?P<other>.+)",
            _("Say {what} or {other}, not both."),
        ),
        (r"one of the arguments (?P<what>.+) is required", _("{command} needs one of {what}.")),
        (r"argument (?P<what>[^:]+): ignored explicit argument .+", _("{what} takes no value.")),
    )


def said(message: str, command: str) -> str:
    """What argparse found, as a sentence in the reader's language."""
    message = message.replace(SIGNED, "")
    for pattern, sentence in _patterns():
        if found := re.fullmatch(pattern, message, re.DOTALL):
            what = {name: clean_line(text, limit=120) for name, text in found.groupdict().items()}
            return sentence.format(command=command, **what)
    return clean_line(message, limit=300)


def number(what: Callable[[], str]) -> Callable[[str], int]:
    """A converter for ids: digits, with a leading '#' allowed. `what` names the thing in the sentence."""

    def convert(text: str) -> int:
        digits = text.removeprefix("#")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            raise Usage(
                _("{text!r} is not the number of {what}.").format(
                    text=clean_line(text, limit=40), what=what()
                )
            )
        return int(digits)

    return convert
