"""Runs one command: parses its words, gives it a desk, and turns every failure into a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from csdesk import i18n
from csdesk.cli.call import Call
from csdesk.cli.out import Out, discard_output, prepare
from csdesk.errors import DeskError
from csdesk.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None, *, args: Namespace | None = None) -> int:
    """Run `csdesk` with these words (sys.argv's by default); returns the exit code. `args` is what quick.py made of
    words that open the desk."""
    words = list(sys.argv[1:] if argv is None else argv)
    prepare(sys.stdout)
    prepare(sys.stderr)
    out = Out(json="--json" in words)
    try:
        code = _run(words, out, args)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        discard_output()
        return 0


def _run(words: list[str], out: Out, args: Namespace | None) -> int:
    _speak(words)
    call: Call | None = None
    try:
        if args is None:
            from csdesk.cli.parser import build_parser

            args = build_parser(words).parse_args(words)
            run = args.run
        else:
            from csdesk.cli.screen import run_desk as run
        call = Call(args)
        code: int | None = run(call)
        return code or 0
    except DeskError as error:
        out.error(error.code, error.message)
        return error.exit_code
    except SystemExit as leaving:  # --help and --version
        return leaving.code if isinstance(leaving.code, int) else 0
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        return _unexpected(error, out)
    finally:
        if call is not None:
            call.close()


def _speak(words: list[str]) -> None:
    """The language for usage and help: the environment's, or the preferences' when help is asked for."""
    i18n.use(i18n.from_environment())
    if {"-h", "--help"} & set(words) and "CSDESK_LANG" not in os.environ:
        from csdesk.bootstrap import load_config

        with suppress(DeskError):
            load_config()


def _unexpected(error: Exception, out: Out) -> int:
    """A failure nobody foresaw: one sentence here, the trace in the log."""
    from csdesk.domain.ports import ChannelError

    if isinstance(error, ChannelError):
        out.error(error.code, error.message)
        return 5
    from csdesk import log

    path = log.failure(error)
    out.error(
        "internal",
        _("Something went wrong that should not; nothing more was done. The trace is in {path}.").format(
            path=path
        ),
    )
    return 1
