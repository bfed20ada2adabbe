"""Docs that are made from the code: keys, configuration, commands, and the pictures in the READMEs.

python tools/docs.py            write them
python tools/docs.py --check    change nothing; exit 1 and name what is stale
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = "<!-- Made by `make docs` from the code. Edit the code instead. -->\n\n"
PICTURE = re.compile(r"(<!-- picture -->\n).*?(<!-- /picture -->)", re.DOTALL)
READMES = {"README.md": "en", "README.zh-CN.md": "zh"}
# A picture that is the same tomorrow and on every machine.
STILL = {
    "CSDESK_NOW": "2026-11-21T14:41:00+00:00",
    "TZ": "Asia/Shanghai",
    "CSDESK_AGENT": "Lin",
    "COLUMNS": "160",
}


def contrast() -> str:
    """docs/themes.md from the palettes."""
    from csdesk.themes.contrast import markdown

    return HEAD + markdown().strip() + "\n"


def keys() -> str:
    """docs/keys.md from the action registry."""
    from csdesk.actions import keys_markdown

    return HEAD + keys_markdown().strip() + "\n"


def configuration() -> str:
    """docs/configuration.md from the configuration's own descriptions."""
    from csdesk.config import describe

    lines = [
        "# Configuration",
        "",
        "`csdesk config path` says where your config.toml lies, `csdesk config check` what is",
    ]
    lines += [
        "wrong with it, `csdesk config show` what holds. A key that is not written has its default. The sample,"
    ]
    lines += ["[config.toml](../config.toml), has every key with its comment.", ""]
    lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
    for one in describe():
        lines.append(f"| `{one.key}` | {cell(one.type)} | `{cell(one.default)}` | {cell(one.comment)} |")
    return HEAD + "\n".join(lines) + "\n"


def cell(text: str) -> str:
    """A text that may stand in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def sample() -> str:
    """config.toml: every key with its comment, at its default."""
    from csdesk.config_sample import sample

    return sample()


def accounts() -> str:
    """docs/accounts.md from the table of an account's settings."""
    from csdesk.services.account_settings import markdown

    return HEAD + markdown().strip() + "\n"


def views() -> str:
    """docs/views.md from the views themselves."""
    from csdesk.db.migrations import VIEWS as version
    from csdesk.db.report_views import VIEWS

    lines = [
        "# Views for other programs",
        "",
        f"Version {version} of the set. A view gets new columns at its end and loses none; how to read them is told in",
    ]
    lines += ["[integration.md](integration.md). No view holds an internal note, a draft or a secret.", ""]
    for view in VIEWS:
        lines += [f"## {view.name}", "", f"{view.about}.", "", "| column | kind |", "|---|---|"]
        lines += [f"| `{one.name}` | {one.kind} |" for one in view.columns]
        lines.append("")
    return HEAD + "\n".join(lines).strip() + "\n"


def commands() -> str:
    """docs/commands.md from the command line's parser."""
    from csdesk.cli import build_parser

    os.environ["COLUMNS"] = "100"
    lines = [
        "# Commands",
        "",
        "`csdesk` alone opens the desk. The options of the first block stand before or after",
    ]
    lines += ["any command; every command takes `--json`.", ""]
    for name, parser in parsers(build_parser()):
        lines += [f"## {name}", "", "```", parser.format_help().strip(), "```", ""]
    return HEAD + "\n".join(lines).strip() + "\n"


def parsers(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The parser and those of its commands, depth first, each under its full name and once."""
    yield parser.prog, parser
    seen: set[int] = set()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                if id(child) not in seen:
                    seen.add(id(child))
                    yield from parsers(child)


def picture(language: str) -> str:
    """The sample shop's screen as text, in one language of the interface."""
    with tempfile.TemporaryDirectory(prefix="csdesk-docs-") as folder:
        homes = {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "csdesk",
                "demo",
                "--dump",
                "--size",
                "140x36",
                "--keys",
                "j j j j j j j j j j j j j j j j j j j enter",
            ],
            env={**os.environ, **STILL, **homes, "CSDESK_LANG": language, "PYTHONHASHSEED": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            cwd=ROOT,
        )
    if done.returncode:
        raise SystemExit(f"csdesk demo --dump failed: {done.stderr.strip()}")
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().split("\n"))


def readme(name: str) -> str:
    """A README with a fresh picture between its markers."""
    text = (ROOT / name).read_text("utf-8")
    shown = picture(READMES[name])
    return PICTURE.sub(lambda found: f"{found[1]}```text\n{shown}\n```\n{found[2]}", text)


MADE: dict[str, Callable[[], str]] = {
    "docs/keys.md": keys,
    "docs/themes.md": contrast,
    "docs/configuration.md": configuration,
    "docs/accounts.md": accounts,
    "docs/commands.md": commands,
    "docs/views.md": views,
    "config.toml": sample,
    "README.md": lambda: readme("README.md"),
    "README.zh-CN.md": lambda: readme("README.zh-CN.md"),
}


def main(words: list[str]) -> int:
    """Run as a command; the number is the exit code."""
    stale = []
    for name, make in MADE.items():
        path, text = ROOT / name, make()
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(name)
            if "--check" not in words:
                path.write_text(text, "utf-8")
                print(f"{name}: written")
    if stale and "--check" in words:
        print(f"Stale: {', '.join(stale)}. Run `make docs` and commit what it writes.")
        return 1
    return 0


if __name__ == "__main__":
    os.environ["CSDESK_LANG"] = "en"
    sys.exit(main(sys.argv[1:]))
