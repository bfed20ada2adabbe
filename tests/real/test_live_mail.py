"""A whole desk on a real Dovecot and Postfix: heard at once, renumbered, answered by robots, killed in mid-work."""

from __future__ import annotations

import email
import json
import random
import re
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from csdesk.services import listening
from csdesk.translation.detect import warm_up
from tests.real.servers import PASSWORD, MailServers, eventually
from tests.real.test_mail import mail

pytestmark = pytest.mark.real

MAILS_EACH_WAY = 2_000


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> str:
    """A mailbox of the test's own."""
    return f"{request.node.name.removeprefix('test_')[:40]}@shop.example"


@pytest.fixture
def desk(servers: MailServers, shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("CSDESK_TEST_PASSWORD", PASSWORD)
    found = open_desk(Config(), store=f"sqlite:///{tmp_path / 'desk.db'}")
    found.agents.add("Ana")
    settings = {
        "imap": f"imap://{shop}@localhost:{servers.imap}/INBOX",
        "smtp": f"smtp://localhost:{servers.smtp}",
        "password_env": "CSDESK_TEST_PASSWORD",
        "timeout": "10",
    }
    found.accounts.add("shop", "imap", address=shop, settings=settings, undo_seconds=0)
    yield found
    found.close()


@contextmanager
def running(desk: Desk) -> Iterator[None]:
    """The background sync, in a thread."""
    stop = threading.Event()
    thread = threading.Thread(target=desk.sync.run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(15)
        assert not thread.is_alive()


def _count(desk: Desk, query: str = "SELECT count(*) FROM message") -> int:
    with desk.store.read() as tx:
        return int(tx.one(text(query))[0])


def _once(desk: Desk) -> None:
    report = desk.sync.once()
    assert [one.error for one in report.accounts] == [""]


def test_idle_brings_mail_in_three_seconds(desk: Desk, servers: MailServers, shop: str) -> None:
    """From the mailbox to the row in the store. Lost otherwise: the minute in which a customer leaves."""
    with running(desk):
        assert eventually(lambda: desk.standing.status().last_at)
        warm_up()  # as the sync does by itself after its first round
        time.sleep(1)
        for number in (1, 2, 3):
            servers.deliver(mail(shop, f"Urgent {number}"), shop)
            begun = time.monotonic()
            assert eventually(lambda number=number: _count(desk) == number, 10)  # type: ignore[misc]
            took = time.monotonic() - begun
            print(f"visible after {took:.2f} s")
            assert took < 3


def test_a_renumbered_mailbox_is_known_by_its_heads(desk: Desk, servers: MailServers, shop: str) -> None:
    """Lost otherwise: the provider's daily limit, for mail that is here already; or the queue, full of old mail."""
    big = "photo " * 20_000
    for number in range(12):
        servers.deliver(mail(shop, f"Broken #{number}", text=big), shop)
    _once(desk)
    for round_, validity in enumerate((777, 778), start=1):
        done = len(servers.sent_to_client(shop))
        servers.doveadm("mailbox", "update", "-u", shop, "--uid-validity", str(validity), "INBOX")
        servers.deliver(mail(shop, f"New {round_}"), shop)
        before = len(servers.sent_to_client(shop))
        _once(desk)
        assert eventually(lambda before=before: len(servers.sent_to_client(shop)) > before)  # type: ignore[misc]
        assert done <= before
        assert servers.sent_to_client(shop)[-1] < 30_000, "bodies were fetched again"
        assert _count(desk) == 12 + round_
    assert len(desk.inbox.page("open").rows) == 14
    assert _count(desk, "SELECT count(*) FROM receipt") == 12 + 13 + 14


def test_a_quiet_mailbox_costs_next_to_nothing(desk: Desk, servers: MailServers, shop: str) -> None:
    """CONDSTORE, which Dovecot offers after sign-in only. Lost otherwise: connections and bytes at every poll."""
    for number in range(40):
        servers.deliver(mail(shop, f"Question {number}"), shop)
    _once(desk)
    servers.deliver(mail(shop, "One more"), shop)
    _once(desk)
    with desk.store.read() as tx:
        assert json.loads(tx.accounts.cursor(1))["folders"]["INBOX"]["modseq"] > 0
    before = len(servers.sent_to_client(shop))
    _once(desk)
    assert eventually(lambda: len(servers.sent_to_client(shop)) > before)
    assert servers.sent_to_client(shop)[-1] < 4_000
    servers.doveadm("flags", "add", "-u", shop, "\\Seen", "mailbox", "INBOX", "ALL")
    _once(desk)
    assert _count(desk) == 41


def test_an_answer_from_a_phone_clears_the_waiting(desk: Desk, servers: MailServers, shop: str) -> None:
    """Lost otherwise: the time of the colleague who answers a second time."""
    question = mail(shop, "Where is it?")
    servers.deliver(question, shop)
    _once(desk)
    (row,) = desk.inbox.page("open").rows
    answer = mail("ana@buyer.example", "Re: Where is it?", shop, "It is on its way.")
    answer["In-Reply-To"] = question["Message-ID"]
    path = servers.run / "phone.eml"
    path.write_bytes(answer.as_bytes())
    servers.doveadm("save", "-u", shop, "-m", "Sent", str(path))
    _once(desk)
    assert desk.inbox.row(row.id).waiting_since is None
    assert len(desk.inbox.thread(row.id).entries) == 2


def test_robots_start_no_clock(desk: Desk, servers: MailServers, shop: str) -> None:
    """A real vacation reply and a real delivery report. Lost otherwise: an agent's time, for mails nobody waits on."""
    buyer = shop.replace("@shop.example", "@buyer.example")
    servers.on_vacation(buyer, "I am away until Monday.")
    desk.replies.new("shop", buyer, "Your order", "It left today.", now=True)
    desk.replies.new("shop", "someone@bounce.example", "Your order", "It left today.", now=True)
    _once(desk)
    assert eventually(lambda: len(servers.mails(shop)) == 2), servers.logs()
    _once(desk)
    with desk.store.read() as tx:
        found = dict(
            tx.rows(text("SELECT automatic, count(*) FROM message WHERE direction = 'in' GROUP BY 1"))
        )
    assert sum(found.values()) == 2 and "" not in found
    assert "bounce" in found
    assert _count(desk, "SELECT count(*) FROM conversation WHERE waiting_since IS NOT NULL") == 0


def _deliver(servers: MailServers, shop: str, count: int) -> None:
    """Customers' mails, each given again until Postfix says that it has it."""
    for number in range(count):
        raw = mail(shop, f"Question {number}", f"b{number}@buyer.example", f"Number {number}.").as_bytes()
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", servers.smtp, local_hostname="localhost", timeout=10) as smtp:
                    smtp.sendmail(f"b{number}@buyer.example", [shop], raw)
                break
            except (OSError, smtplib.SMTPException):
                time.sleep(0.2)


def _kill_at_random(servers: MailServers, enough: threading.Event, kills: list[str]) -> None:
    chance = random.Random(7)
    while not enough.wait(chance.uniform(3, 8)):
        name = ("dovecot", "postfix")[len(kills) % 2]
        servers.kill(name)
        time.sleep(chance.uniform(0.1, 0.5))
        servers.start_again(name)
        kills.append(name)


def _queue_ids(raw: bytes) -> frozenset[str]:
    """Under which number Postfix took a mail from us; a mail that it delivers twice itself has the same. Dovecot writes
    a line of its own above, with another number for each delivery."""
    lines = email.message_from_bytes(raw).get_all("Received", [])
    found = [
        re.findall(r"\bid ([0-9A-F]{6,}|[0-9B-Zb-z]{10,})", line) for line in lines if "(Postfix)" in line
    ]
    assert found and all(found), lines
    return frozenset(number for numbers in found for number in numbers)


def test_thousands_each_way_while_both_servers_are_killed(
    desk: Desk, servers: MailServers, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: a customer's mail, or one who gets the same answer twice. Some minutes."""
    monkeypatch.setattr(listening, "FIRST_PAUSE", timedelta(seconds=0.5))
    monkeypatch.setattr(listening, "LONGEST_PAUSE", timedelta(seconds=2))
    buyer = shop.replace("@shop.example", "@buyer.example")
    for number in range(MAILS_EACH_WAY):
        desk.replies.new("shop", buyer, f"Order {number}", f"Parcel {number} left.", now=True)
    enough, kills = threading.Event(), list[str]()
    workers = [
        threading.Thread(target=_deliver, args=(servers, shop, MAILS_EACH_WAY), daemon=True),
        threading.Thread(target=_kill_at_random, args=(servers, enough, kills), daemon=True),
    ]
    with running(desk):
        for worker in workers:
            worker.start()
        workers[0].join(200)
        assert eventually(lambda: not _left(desk), 150), desk.outbox.counts()
        enough.set()
        workers[1].join(30)
        wanted = "SELECT count(*) FROM message WHERE direction = 'in' AND automatic = ''"
        assert eventually(lambda: _count(desk, wanted) >= MAILS_EACH_WAY, 60), (
            _count(desk, wanted),
            len(_on_disk(servers, shop)),
            desk.accounts.get("shop").health,
        )
    assert not workers[0].is_alive() and len(kills) >= 5
    with desk.store.read() as tx:
        subjects = Counter(
            row[0]
            for row in tx.rows(text("SELECT subject FROM message WHERE direction = 'in' AND automatic = ''"))
        )
        outbox = {row[0]: row[1] for row in tx.rows(text("SELECT key, state FROM outbox"))}
    assert subjects == Counter(f"Question {number}" for number in range(MAILS_EACH_WAY))
    assert eventually(
        lambda: _arrived(servers, buyer) >= {k for k, state in outbox.items() if state == "sent"}, 60
    )
    copies: dict[str, set[frozenset[str]]] = {}
    for raw in _on_disk(servers, buyer):
        copies.setdefault(_key(raw), set()).add(_queue_ids(raw))
    assert all(len(ids) == 1 for ids in copies.values()), "handed over twice"
    assert set(outbox.values()) <= {"sent", "uncertain", "failed"}
    assert Counter(outbox.values())["sent"] >= MAILS_EACH_WAY * 0.98


def _left(desk: Desk) -> int:
    counts = desk.outbox.counts()
    return counts.get("queued", 0) + counts.get("sending", 0)


def _key(raw: bytes) -> str:
    return str(email.message_from_bytes(raw)["Message-ID"]).strip("<>")


def _arrived(servers: MailServers, buyer: str) -> set[str]:
    return {_key(raw) for raw in _on_disk(servers, buyer)}


def _on_disk(servers: MailServers, user: str) -> list[bytes]:
    """Every mail in a mailbox, read from its files: a killed Dovecot leaves locks that it waits for itself."""
    box = servers.run / "mail" / user / "Maildir"
    return [path.read_bytes() for part in ("new", "cur") for path in (box / part).glob("*")]
