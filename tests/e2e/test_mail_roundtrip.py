"""A shop's day on real servers: mail comes in, an answer goes out from the screen, the customer writes again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from csdesk.app import DeskApp
from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from csdesk.dump import press, screen_text, settle
from tests.servers import PASSWORD, ImapServer, SmtpServer

ROOT = Path(__file__).resolve().parents[2]
SHOP = "support@shop.test"
NOTE = "Careful: this customer complained to the bank."
THREADS = 30
WORDS = {
    "utf-8": "¿Dónde está mi paquete?", "gb18030": "我的包裹在哪里？请尽快回复。", "iso-2022-jp": "荷物はどこですか。",
    "iso-8859-1": "Où est mon colis, s'il vous plaît ?", "windows-1252": "Wo bleibt mein Paket – bitte?",
    "koi8-r": "Где моя посылка?", "big5": "我的包裹在哪裡？", "euc-kr": "제 소포는 어디에 있나요?",
}  # fmt: skip


def customer_mail(number: int, thread: int, answers: int | None, *, message_id: bool = True) -> bytes:
    """Mail number so-and-so, in the thread's own charset; it answers another one by References."""
    charset, words = list(WORDS.items())[thread % len(WORDS)]
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = f"Buyer {thread} <buyer{thread}@buyer.test>"
    mail["To"] = SHOP
    mail["Subject"] = ("Re: " if answers else "") + (f"Thread {thread}" if message_id else "Without an id")
    mail["Date"] = f"Sat, 21 Nov 2026 {8 + number // 60:02}:{number % 60:02}:00 +0000"
    if message_id:
        mail["Message-ID"] = f"<m{number}@buyer.test>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<m{answers}@buyer.test>"
    mail.set_content(
        f"{words} Mail {number}.", charset=charset, cte="8bit" if charset != "iso-2022-jp" else "7bit"
    )
    return bytes(mail)


def mailbox() -> list[bytes]:
    """200 deliveries: 30 threads, ten mails delivered twice, one without Message-ID, one broken."""
    mails = [customer_mail(number, number % THREADS, number - THREADS if number >= THREADS + 1 else None)
             for number in range(1, 189)]  # fmt: skip
    mails.append(customer_mail(189, 1, None, message_id=False))
    mails.append(b"\xff\xfe\x00 no header at all \x1b[31m\x00\x9b")
    return [copy for at, raw in enumerate(mails) for copy in [raw] * (2 if 20 <= at < 30 else 1)]


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ImapServer, SmtpServer]]:
    """A mailbox and a server to send through."""
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    with ExitStack() as stack:
        yield stack.enter_context(ImapServer()), stack.enter_context(SmtpServer(auth=True))


@pytest.fixture
def csdesk(tmp_path: Path) -> Callable[..., str]:
    """Runs a command as a process of its own and gives what it said."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"

    def call(*args: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "csdesk", *args], cwd=ROOT, capture_output=True, text=True, timeout=60,
            env={**os.environ, "CSDESK_STORE": url, "CSDESK_AGENT": "Ana"},
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return call


async def test_two_hundred_mails_and_an_answer(
    servers: tuple[ImapServer, SmtpServer], csdesk: Callable[..., str], tmp_path: Path
) -> None:
    """Everything that makes a desk: each mail once, each talk whole, the answer delivered and joined by the next."""
    imap, smtp = servers
    for raw in mailbox():
        imap.add(raw)
    csdesk("agent", "add", "Ana", "--languages", "en")
    csdesk("account", "add", "shop", "imap", "--imap", imap.url(), "--smtp", smtp.url(), "--address", SHOP,
           "--password-env", "SHOP_PASSWORD", "--undo", "0")  # fmt: skip
    assert '"stored": 190, "duplicates": 10' in csdesk("sync", "--once", "--json")
    assert '"stored": 0' in csdesk("sync", "--once", "--json"), "a second look must bring nothing"
    desk = open_desk(Config(), store=f"sqlite:///{tmp_path / 'desk.db'}", agent="Ana")
    try:
        _each_once_and_threaded(desk)
        conversation = _thread_of(desk, "Thread 7")
        desk.replies.note(conversation, NOTE)
        await _answer_on_the_screen(desk, "Thread 7")
        assert smtp.accepted == [], "what is queued leaves by sync, not by the screen"
        csdesk("sync", "--once")
        _arrived(imap, smtp, desk, conversation)
        _the_next_joins(imap, smtp, desk, conversation, csdesk)
        assert imap.seen() == [], "reading marked mail as read on the server"
    finally:
        desk.close()


def _each_once_and_threaded(desk: Desk) -> None:
    rows = desk.inbox.page("all", limit=200).rows
    threads = {row.id: desk.inbox.thread(row.id) for row in rows}
    inbound = [message for thread in threads.values() for message in thread.messages]
    found = Counter(int(n) for m in inbound for n in re.findall(r"Mail (\d+)\.", m.text))
    assert found == Counter(range(1, 190))
    assert len(inbound) == 190
    talks = {_base(thread.subject): thread for thread in threads.values() if "Thread" in thread.subject}
    assert len(talks) == THREADS
    for number in range(THREADS):
        numbers = [
            int(n) for m in talks[f"Thread {number}"].messages for n in re.findall(r"Mail (\d+)\.", m.text)
        ]
        expected = [n for n in range(1, 189) if n % THREADS == number]
        assert numbers == expected, f"thread {number} is torn apart or out of order"
        assert list(WORDS.values())[number % len(WORDS)] in talks[f"Thread {number}"].messages[0].text
    broken = [message for message in inbound if message.broken]
    assert len(broken) == 1
    assert broken[0].attachments, "the broken mail's raw source must be there to save"


def _base(subject: str) -> str:
    """A mailbox is read from its newest mail backwards, so a talk may be named after an answer in it."""
    return subject.removeprefix("Re: ")


def _thread_of(desk: Desk, subject: str) -> int:
    return next(row.id for row in desk.inbox.page("all", limit=200).rows if _base(row.subject) == subject)


async def _answer_on_the_screen(desk: Desk, subject: str) -> None:
    """Filter the queue, open the conversation, write and send, all by keys."""
    app = DeskApp(lambda: desk, config=desk.config, clock=desk.clock)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for key in ("f", f"text:{subject}", "enter", "enter", "r", "text:It left Madrid today", "ctrl+s"):
            await press(pilot, key)
            await settle(pilot)
        shown = screen_text(app)
    states = [row.state for row in desk.outbox.list()]
    assert states == ["queued"], f"{states}\n{shown}"


def _arrived(imap: ImapServer, smtp: SmtpServer, desk: Desk, conversation: int) -> None:
    """Who gets it, from whom, what it answers; and what is in it."""
    (accepted,) = smtp.accepted
    assert accepted.sender == SHOP
    assert accepted.recipients == ("buyer7@buyer.test",)
    mail = message_from_bytes(accepted.raw, policy=policy.default)
    ids = [f"<m{number}@buyer.test>" for number in range(1, 189) if number % THREADS == 7]
    assert mail["In-Reply-To"] == ids[-1]
    assert mail["References"].split() == ids
    assert mail["From"].addresses[0].addr_spec == SHOP
    assert [one.addr_spec for one in mail["To"].addresses] == ["buyer7@buyer.test"]
    assert mail["Subject"] == "Re: Thread 7"
    body = mail.get_body().get_content()  # type: ignore[union-attr]
    assert "It left Madrid today" in body
    assert NOTE not in accepted.raw.decode("utf-8", "replace")
    assert "bank" not in body
    assert [row.state for row in desk.outbox.list()] == ["sent"]
    copies = imap.mails("Sent")
    assert len(copies) == 1, "the copy in Sent is there exactly once"
    assert message_from_bytes(copies[0])["Message-ID"] == mail["Message-ID"]
    assert desk.inbox.thread(conversation).messages[-1].state == "sent"


def _the_next_joins(
    imap: ImapServer, smtp: SmtpServer, desk: Desk, conversation: int, csdesk: Callable[..., str]
) -> None:
    """The customer answers our answer; the mail is the last of the same conversation, and somebody waits again."""
    ours = message_from_bytes(smtp.accepted[0].raw)["Message-ID"]
    before = len(desk.inbox.thread(conversation).messages)
    answer = (
        f"From: buyer7@buyer.test\r\nTo: {SHOP}\r\nSubject: AW: Thread 7\r\nMessage-ID: <last@buyer.test>\r\n"
        f"In-Reply-To: {ours}\r\n\r\nThank you, it is here. Mail 500.\r\n\r\n> It left Madrid today\r\n"
    )
    imap.add(answer.encode())
    csdesk("sync", "--once")
    csdesk("sync", "--once")
    thread = desk.inbox.thread(conversation)
    assert len(thread.messages) == before + 1
    assert "Mail 500." in thread.messages[-1].text
    assert desk.inbox.row(conversation).unread
    assert len(imap.mails("Sent")) == 1
    assert len(smtp.accepted) == 1
