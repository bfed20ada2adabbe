"""Mail programs of the terminal on the same Maildir, where they are installed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks.terminal import Terminal

NAMES = ("aerc", "mutt", "neomutt")


@dataclass(frozen=True, slots=True)
class Program:
    """How a mail program is started on a Maildir, with a home folder of its own."""

    command: tuple[str, ...]
    env: dict[str, str]

    def terminal(self) -> Terminal:
        """It, on a terminal."""
        return Terminal(self.command, env=self.env)


def program(name: str, mail: Path, home: Path) -> Program | None:
    """None when it is not installed."""
    if shutil.which(name) is None:
        return None
    env = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    if name == "aerc":
        return Program(("aerc",), env | _aerc(mail, home))
    (home / "Mail").mkdir()  # or it asks whether to make one
    rc = home / "rc"
    rc.write_text(
        "set header_cache = ''\nset sort = reverse-date\nset read_inc = 0\nset status_format = '%?M?%M/?%m'\n"
    )
    return Program((name, "-n", "-F", str(rc), "-R", "-f", str(mail)), env)


def _aerc(mail: Path, home: Path) -> dict[str, str]:
    """aerc lists the folders below a root, follows no links, and wants its accounts private."""
    folder = home / ".config" / "aerc"
    folder.mkdir(parents=True)
    accounts = folder / "accounts.conf"
    accounts.write_text(
        f"[shop]\nsource = maildir://{mail.parent}\ndefault = {mail.name}\nfrom = Shop <support@shop.example>\n"
    )
    accounts.chmod(0o600)
    return {"XDG_DATA_HOME": str(home), "XDG_CACHE_HOME": str(home)}
