"""From a real mailbox to the open screen: IDLE, the background sync, the store, and the desk in a terminal. Lost
otherwise: the minutes in which a customer who has just written could have been answered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from csdesk.bootstrap import open_desk
from csdesk.config import Config
from tests.faults.terminal import Terminal, living, none_lives
from tests.real.servers import PASSWORD, MailServers, eventually
from tests.real.test_mail import mail

pytestmark = pytest.mark.real

PROMISE = 3.0
"""Seconds from the mailbox to the screen."""
SHOP = "open-screen@shop.example"


@pytest.fixture
def terminal(servers: MailServers, tmp_path: Path) -> Iterator[Terminal]:
    """The desk in a terminal, one conversation open, its background sync listening."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    desk = open_desk(Config(), store=url)
    desk.agents.add("Ana")
    settings = {
        "imap": f"imap://{SHOP}@localhost:{servers.imap}/INBOX",
        "smtp": f"smtp://localhost:{servers.smtp}",
        "password_env": "CSDESK_TEST_PASSWORD",
    }
    desk.accounts.add("shop", "imap", address=SHOP, settings=settings)
    servers.deliver(_question("First question", 1), SHOP)
    env = {"CSDESK_STORE": url, "CSDESK_AGENT": "Ana", "CSDESK_TEST_PASSWORD": PASSWORD}
    with Terminal(env=env, size=(140, 40)) as opened:
        opened.wait_for("First question", 60)
        assert eventually(lambda: desk.standing.status().running and desk.standing.status().last_at)
        opened.press("enter")
        opened.wait_for("Words of mail 1", 20)
        assert eventually(lambda: servers.listening(SHOP)), servers.logs()
        assert eventually(lambda: _at_rest(opened, url), 60)
        yield opened
        opened.press("ctrl+q")
        assert opened.drain(10)
    desk.close()
    assert none_lives(url, 10) == []


def _at_rest(terminal: Terminal, url: str) -> bool:
    """Whether screen and background sync have started up and do nothing now."""

    def spent() -> float:
        return sum(sum(one.cpu_times()[:2]) for one in living(url))

    before = spent()
    terminal.read(1.0)
    return spent() - before < 0.1


def _question(subject: str, number: int) -> EmailMessage:
    written = mail(SHOP, subject, text=f"Words of mail {number}")
    del written["Message-ID"]
    written["Message-ID"] = f"<{number}@buyer.example>"
    if number > 1:
        written["In-Reply-To"] = "<1@buyer.example>"
    return written


def _shown_after(terminal: Terminal, words: str) -> float:
    begun = time.monotonic()
    terminal.wait_for(words, 30)
    took = time.monotonic() - begun
    print(f"{words!r} on the screen after {took:.2f} s")
    return took


def test_a_mail_is_on_the_open_screen_within_three_seconds(terminal: Terminal, servers: MailServers) -> None:
    """An answer in the open conversation, and a new conversation in the queue beside it."""
    servers.deliver(_question("Re: First question", 2), SHOP)
    assert _shown_after(terminal, "Words of mail 2") < PROMISE
    servers.deliver(mail(SHOP, "Second question", "bo@buyer.example"), SHOP, "bo@buyer.example")
    assert _shown_after(terminal, "Second question") < PROMISE
