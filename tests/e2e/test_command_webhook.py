"""csdesk webhook: who is told what happens, and how that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import Run


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('[webhooks.erp]\nurl = "http://127.0.0.1:9/in"\nevents = ["order.changed"]\n')
    return path


def test_a_secret_is_made_kept_and_forgotten(desk: Run, config: Path) -> None:
    listed = desk("webhook", "list", "--config", config)
    assert listed.code == 1 and "add-secret" in listed.out and "erp" in listed.out
    made = desk("webhook", "add-secret", "erp", "--new", "--config", config, "--json").one
    assert made["secret"].startswith("whsec_") and made["kept"] in ("file", "keyring")
    (found,) = desk("webhook", "list", "--config", config, "--json").objects
    assert found["well"] and found["secret"] is True and made["secret"] not in str(found)
    assert desk("webhook", "add-secret", "erp", "--forget", "--config", config).code == 0
    assert desk("webhook", "list", "--config", config).code == 1


def test_pause_and_resume_are_told_everywhere(desk: Run, config: Path) -> None:
    assert "resume erp" in desk("webhook", "pause", "erp", "--config", config).out
    assert "paused by" in desk("status", "--config", config).out
    assert desk("status", "--config", config, "--json").one["webhooks"][0]["well"] is False
    assert "from now on" in desk("webhook", "resume", "erp", "--skip", "--config", config).out
    assert "paused by" not in desk("status", "--config", config).out


def test_mistakes_are_told(desk: Run, config: Path, tmp_path: Path) -> None:
    assert desk("webhook", "test", "epr", "--config", config).code == 3
    assert desk("webhook", "list").code == 0 and "no webhook" in desk("webhook", "list").out
    desk("webhook", "add-secret", "erp", "--new", "--config", config)
    gone = desk("webhook", "test", "erp", "--config", config)
    assert gone.code == 5 and "127.0.0.1" in gone.err
    wrong = tmp_path / "wrong.toml"
    for line, words in (
        ('[webhooks.erp]\nurl = "http://erp.example.com/"', "unencrypted"),
        ('[webhooks.erp]\nurl = "https://me:pw@erp.example.com/"', "secrets do not belong"),
        ("[webhooks.erp]\nenabled = true", "lacks url"),
        (
            '[webhooks.erp]\nurl = "https://e.example"\nevents = ["order.change"]',
            "did you mean order.changed",
        ),
        ('[webhooks.Erp]\nurl = "https://e.example"', "small letters"),
        ('[webhooks.erp]\nurl = "https://e.example"\nsecret = "x"', "there is no key"),
        ("[[webhooks]]\nurl = 1", "is a table"),
    ):
        wrong.write_text(line + "\n")
        done = desk("config", "check", "--config", wrong)
        assert done.code == 2 and words in done.err, (line, done.err)
