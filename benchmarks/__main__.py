"""`python -m benchmarks`: measure everything and show one table. `--quick` takes small sizes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from benchmarks import beside, find, hour, intake, meanwhile, orders, pages, panel, pull, screen, translation
from benchmarks.seed import OUT
from benchmarks.table import Line, machine, markdown, save

FULL, QUICK = [10_000, 100_000, 1_000_000], [2_000, 10_000]
PARTS: dict[str, Callable[[list[int], bool], Iterator[Line]]] = {
    "screen": lambda sizes, quick: screen.measure(sizes, quick),
    "hour": lambda sizes, quick: hour.measure(sizes[-2], 4 if quick else 40),
    "pages": lambda sizes, quick: pages.measure(sizes),
    "search": lambda sizes, quick: find.measure(sizes[-1]),
    "beside": lambda sizes, quick: beside.measure(1_000 if quick else 10_000),
    "imap": lambda sizes, quick: pull.measure(300 if quick else 5_000),
    "translation": lambda sizes, quick: translation.measure(60 if quick else 1_000),
    "meanwhile": lambda sizes, quick: meanwhile.measure(sizes[0] if quick else sizes[1]),
    "panel": lambda sizes, quick: panel.measure(sizes[0], 5 if quick else 30),
    "orders": lambda sizes, quick: orders.measure(sizes[0], 5_000 if quick else 200_000),
    "mail": lambda sizes, quick: intake.measure(1_000 if quick else 10_000),
}


def main() -> int:
    """Run the parts that were asked for; all of them by default."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measures csdesk against its budgets."
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that it works, not how fast")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of: {', '.join(PARTS)}")
    args = parser.parse_args()
    if unknown := set(args.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    sizes = QUICK if args.quick else FULL
    lines: list[Line] = []
    for name in args.parts or PARTS:
        print(f"measuring {name} ...", file=sys.stderr)
        found = list(PARTS[name](sizes, args.quick))
        save(name, found, OUT / ("quick.json" if args.quick else "results.json"))
        lines += found
    print(machine())
    print(markdown(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
