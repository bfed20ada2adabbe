"""`csdesk account test`: which step fails, by a code that programs can rely on. Lost otherwise: an evening, looking for
the wrong one of five mistakes."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from tests.e2e.commands import Run
from tests.servers import PASSWORD, ImapServer, SmtpServer


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with ImapServer() as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


def nobody() -> int:
    """A port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize(
    ("settings", "step", "code"),
    [
        ((), "", ""),
        (("password_env=WRONG",), "sign in", "wrong_password"),
        (("imap=imap://u@127.0.0.1:{nobody}",), "connect", "refused"),
        (("imap=imaps://u@no-such-host.invalid",), "connect", "name_not_found"),
        (("imap={imap}/Nowhere",), "folder", "no_such_folder"),
        (("smtp=smtp://127.0.0.1:{nobody}",), "send", "refused"),
    ],
)
def test_the_step_that_fails_is_named(
    desk: Run, imap: ImapServer, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch,
    settings: tuple[str, ...], step: str, code: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    monkeypatch.setenv("WRONG", "not it")
    made = desk(
        "account", "add", "shop", "imap", "--imap", imap.url(), "--smtp", smtp.url(), "--address", "s@shop.test",
        "--password-env", "SHOP_PASSWORD", "--set", "timeout=3",
    )  # fmt: skip
    assert made.code == 0, made
    places = {"nobody": nobody(), "imap": imap.url()}
    for pair in settings:
        assert desk("account", "set", "shop", pair.format(**places)).code == 0
    done = desk("account", "test", "shop", "--json")
    told = done.one
    assert told["ok"] is (code == "")
    assert done.code == (5 if code else 0), done
    failed = [(check["step"], check["code"]) for check in told["checks"] if not check["ok"]]
    assert failed[:1] == ([(step, code)] if code else [])
    if code:
        error = json.loads(done.err)["error"]
        assert error["code"] == code
        assert error["message"]
    else:
        assert {"connect", "tls", "sign in", "folder", "send"} <= {check["step"] for check in told["checks"]}
    assert imap.mails("INBOX") == []
    assert "passed" in desk("account", "test", "shop").out or code
