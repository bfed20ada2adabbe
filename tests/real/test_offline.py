"""The whole way without a network: Spanish in, English read, Spanish out, with every number. Lost otherwise: the
promise that translation needs none."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import ROOT

pytestmark = pytest.mark.real


def _cut() -> list[str]:
    """The command that takes the network away; skips where that is not allowed."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    words = ["unshare", "-rn"]
    if subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make a network namespace")
    return words


def test_spanish_in_and_spanish_out_without_a_network(tmp_path: Path) -> None:
    done = subprocess.run(
        [*_cut(), sys.executable, "-m", "tests.real.offline", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["reached"] is False
    shown = said["shown"]["translation"]
    assert shown["language"] == "en" and "4471-22" in shown["text"] and "12,50 EUR" in shown["text"]
    sent = email.message_from_string(said["raw"], policy=email.policy.default)
    body = sent.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    for piece in ("4471-22", "20/11/2026", "12.50 EUR", "RB123456785CN"):
        assert piece in text
    assert text.strip() != "" and "parcel" not in text
    assert said["before"] == 0, "nothing had left before it was sent"
    assert said["mails"] == 1, "once, however often the outbox is looked at"
    assert " ".join(one["own"] for one in said["draft"]["translation"]["sentences"]) == said["own"]
    mine = said["after"][-1]
    assert mine["own_text"] == said["own"], "the agent's own words are kept with the message"
