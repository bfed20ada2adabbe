"""Programs from npm, installed once into a cache outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

INSTALL = 600
"""Seconds that npm may take."""


def installed(name: str, package: str) -> tuple[Path | None, str]:
    """(the folder in which npm installed what this package.json names, why there is none)."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None, "not installed: node and npm"
    cache = Path(os.environ.get("CSDESK_TEST_CACHE", "") or Path.home() / ".cache" / "csdesk-tests")
    folder = cache / name
    done = folder / "installed"
    if not done.exists() or done.read_text("utf-8") != package:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(package, "utf-8")
        words = ("npm", "install", "--no-audit", "--no-fund", "--loglevel=error")
        try:
            ran = subprocess.run(
                words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=INSTALL,
                check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None, f"npm install took more than {INSTALL} s"
        if ran.returncode:
            return None, f"npm install failed: {ran.stderr.strip()[-300:]}"
        done.write_text(package, "utf-8")
    return folder, ""


def package(**versions: str) -> str:
    """A package.json for these programs."""
    return json.dumps({"private": True, "dependencies": versions})
