"""`csdesk` and `python -m csdesk`: hands over to the command line; the desk itself goes a shorter way there."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command that was typed; returns the exit code."""
    from csdesk.cli.quick import plain_start

    args = plain_start(sys.argv[1:])
    if args is not None:
        from csdesk import collector

        collector.pause()
    from csdesk.cli.run import main as run

    return run(args=args)


if __name__ == "__main__":
    sys.exit(main())
