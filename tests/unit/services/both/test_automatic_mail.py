"""What machines write and what the desk writes by a rule. A failure here answers robots without end, greets customers
twice, hides that a reply never arrived, or lets anybody say so who was never written to."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from csdesk.domain.mail import Address
from csdesk.domain.people import Account
from csdesk.mail.parse import parse
from csdesk.services.acknowledge import acknowledge
from csdesk.services.ingest import Taken
from tests.databases import SteppingClock
from tests.unit.services.both.shop import DAY, SUPPORT, Channel, Shop, mail

NIGHT = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)  # Friday; the shop opens on Monday


def switched_on(shop: Shop, **more: str) -> Account:
    shop.desk.accounts.set("support", {"hours": "mon-fri 8:00-18:00", "acknowledge": "1", **more})
    shop.account = shop.desk.accounts.get("support")
    return shop.account


def comes(shop: Shop, raw: bytes) -> tuple[Taken, int]:
    """A mail comes in as the sync takes it in; how many acknowledgements were queued."""
    taken = shop.receive(raw)
    return taken, acknowledge(shop.desk.inbox.context, shop.account)


@pytest.fixture
def night(shop: Shop, clock: SteppingClock) -> Shop:
    clock.at = NIGHT
    switched_on(shop)
    return shop


def test_at_night_a_customer_is_told_once_a_conversation_in_the_customers_language(
    desk: Desk, night: Shop
) -> None:
    question = "¿Dónde está mi pedido? Lo compré hace dos semanas y todavía no ha llegado a mi casa."
    taken, queued = comes(night, mail(question, at=night.clock.now(), id="q@buyer.example"))
    [conversation] = taken.conversations
    assert queued == 1
    [row] = desk.outbox.list()
    assert row.recipients == ("ana@buyer.example",)
    assert row.agent is None
    built = email.message_from_bytes(night.raw(row.raw_hash))
    assert built["Auto-Submitted"] == "auto-replied"
    assert built["In-Reply-To"] == "<q@buyer.example>"
    assert built["X-Csdesk-Loop"] == SUPPORT
    body = built.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "Hola" in body.decode() and "{" not in body.decode()
    assert (
        comes(night, mail("¿Hola?", at=night.clock.now(), id="r@x", In_Reply_To="<q@buyer.example>"))[1] == 0
    )
    night.clock.forward(days=1)  # Saturday night
    assert (
        comes(night, mail("¿Hola?", at=night.clock.now(), id="s@x", In_Reply_To="<q@buyer.example>"))[1] == 0
    )
    assert desk.inbox.row(conversation).messages == 4


def test_an_acknowledgement_answers_nobody(desk: Desk, night: Shop) -> None:
    first = night.receive(mail(at=night.clock.now(), id="q@x")).conversations[0]
    before, counts = desk.inbox.row(first), desk.inbox.counts()
    thread = desk.inbox.thread(first)
    assert acknowledge(desk.inbox.context, night.account) == 1
    night.send(Channel())
    after = desk.inbox.row(first)
    for name in ("waiting_since", "due_at", "status", "assignee", "unread", "preview", "last_message_at"):
        assert getattr(after, name) == getattr(before, name), name
    assert desk.inbox.counts() == counts
    assert [m.automatic for m in desk.inbox.thread(first).messages] == ["", "ack"]
    desk.replies.check(first, "It left today.", rev=thread.rev)  # nothing new was said meanwhile
    desk.inbox.close(first)
    desk.inbox.reopen(first)
    assert desk.inbox.row(first).waiting_since == before.waiting_since
    assert night.rebuilt() == 0


def test_while_somebody_is_there_or_nobody_asked_for_it_nothing_is_sent(
    desk: Desk, shop: Shop, clock: SteppingClock
) -> None:
    clock.at = NIGHT
    assert comes(shop, mail(at=NIGHT, id="a@x"))[1] == 0, "not switched on"
    switched_on(shop, acknowledge="0")
    assert comes(shop, mail(at=NIGHT, id="b@x"))[1] == 0, "switched off"
    switched_on(shop)
    clock.at = NIGHT + timedelta(days=3) - timedelta(hours=10)  # Monday noon
    assert comes(shop, mail(at=clock.now(), id="c@x"))[1] == 0, "in hours"
    switched_on(shop, hours_zone="Asia/Shanghai")
    assert comes(shop, mail(at=clock.now(), id="d@x", sender="d@buyer.example"))[1] == 1, "20:00 in Shanghai"


def test_a_customer_gets_one_a_day_however_many_conversations_are_begun(desk: Desk, night: Shop) -> None:
    assert [comes(night, mail(at=night.clock.now(), id=f"{n}@x"))[1] for n in range(4)] == [1, 0, 0, 0]
    assert comes(night, mail(at=night.clock.now(), id="bob@x", sender="bob@buyer.example"))[1] == 1
    night.clock.forward(hours=25)
    assert comes(night, mail(at=night.clock.now(), id="next@x"))[1] == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.shop.example>"},
        {"X_Auto_Response_Suppress": "All"},
        {"X_Loop": "yes"},
        {"Return_Path": "<>"},
        {"X_Spam_Flag": "YES"},
        {"sender": "no-reply@shop2.example"},
        {"sender": "noreply-orders@carrier.example"},
        {"sender": "Mail Delivery System <MAILER-DAEMON@mx.example>", "subject": "Undelivered Mail"},
        {"sender": "postmaster@mx.example"},
        {"sender": SUPPORT},
        {"sender": "bounces@mailing.example"},
        {"Reply_To": SUPPORT},
        {"Reply_To": "no-reply@buyer.example"},
        {"sender": "Etsy <conversations@mail.etsy.com>"},
        {"X_Csdesk_Loop": SUPPORT},
    ],
    ids=lambda fields: " ".join(f"{name}={value}" for name, value in fields.items()),
)
def test_machines_lists_nobodies_and_ourselves_get_none(
    desk: Desk, night: Shop, fields: dict[str, str]
) -> None:
    assert comes(night, mail(at=night.clock.now(), id="q@x", **fields))[1] == 0
    assert desk.outbox.list() == ()


def test_a_mailbox_that_is_connected_at_night_greets_nobody_of_last_week(desk: Desk, night: Shop) -> None:
    old = NIGHT - 7 * DAY
    taken = night.receive(mail(at=old, id="q@x"), at=old)
    assert acknowledge(desk.inbox.context, night.account) == 0
    assert desk.inbox.row(taken.conversations[0]).waiting_since == old


def test_what_a_killed_process_left_to_be_acknowledged_is_the_next_ones_work(desk: Desk, night: Shop) -> None:
    """The mail is stored and noted in one transaction, and written to in another; a kill comes between them."""
    taken = night.receive(mail(at=night.clock.now(), id="q@x"))
    night.receive(mail(at=night.clock.now(), id="r@x", sender="Bo <bo@buyer.example>"))
    assert desk.outbox.list() == ()
    desk.sync.once()  # the mailbox fails, and what was left is written all the same
    desk.sync.once()
    rows = desk.outbox.list()
    assert sorted(row.recipients for row in rows) == [("ana@buyer.example",), ("bo@buyer.example",)]
    with desk.store.read() as tx:
        assert tx.messages.to_acknowledge(night.account.id) == []
        assert tx.messages.acknowledged(taken.conversations[0], tx.now - DAY)


def test_who_is_looked_after_in_the_morning_is_not_told_that_nobody_is_there(desk: Desk, night: Shop) -> None:
    night.receive(mail(at=night.clock.now(), id="q@x"))
    night.clock.at = NIGHT + timedelta(days=2, hours=12)  # Monday, ten o'clock
    assert acknowledge(desk.inbox.context, night.account) == 0
    night.clock.at = NIGHT + timedelta(days=3)
    assert acknowledge(desk.inbox.context, night.account) == 0
    assert desk.outbox.list() == ()


def test_a_template_with_a_gap_is_not_sent_and_stops_no_mail(desk: Desk, night: Shop) -> None:
    gaps = [t.name for t in desk.templates.all() if desk.templates.render(t.name).missing]
    switched_on(night, acknowledge_template=gaps[0])
    taken, queued = comes(night, mail(at=night.clock.now(), id="q@x"))
    assert (taken.stored, queued, desk.outbox.list()) == (1, 0, ())


@pytest.fixture
def other(tmp_path: Path, clock: SteppingClock) -> Iterator[Shop]:
    """Another shop with a desk of its own, which is also closed."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    made = open_desk(replace(Config(), agent="Bo"), store=url, agent="Bo", clock=clock)
    shop = Shop(made, clock)
    shop.desk.accounts.set("support", {"address": "help@supplier.example"})
    switched_on(shop)
    yield shop
    made.close()


@pytest.mark.parametrize("marked", [True, False])
def test_two_desks_that_acknowledge_never_write_to_each_other_without_end(
    night: Shop, other: Shop, marked: bool
) -> None:
    """`marked` False: something between them takes the marks of automatic mail away."""
    sides = {SUPPORT: night, "help@supplier.example": other}
    first = night.desk.replies.new(
        "support", "help@supplier.example", "Lamps", "When do they come?", now=True
    )
    wire, sent = [night.raw(first.raw_hash)], {first.key}
    while wire:
        assert len(sent) < 10, "they write to each other without end"
        raw = wire.pop(0)
        if not marked:
            marks = (b"auto-submitted", b"x-auto", b"precedence", b"x-csdesk")
            raw = b"\r\n".join(line for line in raw.split(b"\r\n") if not line.lower().startswith(marks))
        side = sides[parse(raw).to[0].address]
        night.clock.forward(minutes=5)
        comes(side, raw)
        for row in side.desk.outbox.list():
            if row.key not in sent:
                sent.add(row.key)
                wire.append(side.raw(row.raw_hash))
    assert len(sent) == (2 if marked else 3), (
        "the letter, and one acknowledgement from each who may take it for one"
    )


REPORT = """From: Mail Delivery System <MAILER-DAEMON@mx.example>\r
To: {to}\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: <{id}@mx.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
\r
--b\r
Content-Type: text/plain\r
\r
I am sorry to tell you.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; ana@buyer.example\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: smtp; {code} {words}\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <{about}>\r
Subject: Re: Order\r
--b--\r
"""


def report(about: str, action: str = "failed", status: str = "5.1.1", id: str = "report") -> bytes:
    code, words = ("550", "User unknown") if status.startswith("5") else ("451", "Try later")
    fields = {"about": about, "action": action, "status": status, "id": id, "code": code, "words": words}
    return REPORT.format(to=SUPPORT, **fields).encode()


def _sent(desk: Desk, shop: Shop) -> tuple[int, str]:
    """A customer was answered and the answer left: conversation, key."""
    first = shop.asked(id="q@buyer.example")
    row = desk.replies.send(first, "On its way.", now=True)
    shop.send(Channel())
    assert desk.outbox.list()[0].state == "sent"
    return first, row.key


def test_a_bounce_marks_its_message_says_why_and_lets_the_customer_wait_again(desk: Desk, shop: Shop) -> None:
    since = desk.inbox.row(shop.asked("other", sender="bob@buyer.example")).waiting_since
    assert since is not None
    first, key = _sent(desk, shop)
    asked = desk.inbox.thread(first).messages[0].sent_at
    assert desk.inbox.row(first).waiting_since is None
    taken = shop.receive(report(key))
    assert taken.conversations == [first]
    row = desk.outbox.list()[0]
    assert row.state == "bounced"
    assert row.error
    [message] = [m for m in desk.inbox.thread(first).messages if m.direction == "out"]
    assert (message.state, message.error) == ("bounced", row.error)
    assert [r.id for r in desk.inbox.page("failed").rows] == [first]
    assert desk.inbox.row(first).waiting_since == asked
    assert desk.replies.recipients(first).to == (Address("ana@buyer.example", "Ana"),)
    shop.receive(report(key, id="again"))
    assert desk.inbox.counts()["failed"] == 1
    assert shop.rebuilt() == 0
    again = desk.outbox.retry(row.id)
    assert again.state == "queued"
    assert desk.inbox.counts()["failed"] == 0
    assert shop.rebuilt() == 0


def test_a_delay_is_only_noted_and_a_delivery_says_so(desk: Desk, shop: Shop) -> None:
    first, key = _sent(desk, shop)
    shop.receive(report(key, "delayed", "4.4.1", id="delay"))
    row = desk.outbox.list()[0]
    assert row.state == "sent"
    assert row.error
    assert (desk.inbox.row(first).waiting_since, desk.inbox.counts()["failed"]) == (None, 0)
    shop.receive(report(key, "delivered", "2.0.0", id="there"))
    row = desk.outbox.list()[0]
    assert (row.state, row.error) == ("delivered", "")
    assert (desk.inbox.row(first).waiting_since, desk.inbox.counts()["failed"]) == (None, 0)
    shop.receive(report(key, id="after all"))
    assert desk.outbox.list()[0].state == "bounced"
    assert shop.rebuilt() == 0


def test_a_bounce_about_what_never_left_or_is_not_ours_changes_nothing(desk: Desk, shop: Shop) -> None:
    first, _key = _sent(desk, shop)
    waiting = shop.asked("second", sender="bob@buyer.example", id="bob@buyer.example")
    queued = desk.replies.send(waiting, "Not yet gone.")
    before = (desk.inbox.row(first), desk.inbox.row(waiting).waiting_since, desk.inbox.counts()["failed"])
    states = [(row.id, row.state, row.error) for row in desk.outbox.list()]
    for number, about in enumerate(
        ("nobody@nowhere.example", "q@buyer.example", "bob@buyer.example", queued.key)
    ):
        shop.receive(report(about, id=f"forged{number}"))
    assert [(row.id, row.state, row.error) for row in desk.outbox.list()] == states
    after = (desk.inbox.row(first), desk.inbox.row(waiting).waiting_since, desk.inbox.counts()["failed"])
    assert (after[0].waiting_since, after[0].failed, *after[1:]) == (
        before[0].waiting_since,
        before[0].failed,
        *before[1:],
    )
    assert shop.rebuilt() == 0


def test_a_bounce_to_another_account_does_not_touch_this_ones_message(desk: Desk, shop: Shop) -> None:
    _first, key = _sent(desk, shop)
    shop.receive(report(key), account=shop.add_account("wholesale"))
    assert desk.outbox.list()[0].state == "sent"


def test_newsletters_have_a_view_of_their_own_until_somebody_answers(desk: Desk, shop: Shop) -> None:
    raw = mail(
        "Buy now", at=shop.clock.now(), id="n@news.example", sender="n@news.example", List_Id="<n.news>"
    )
    [news] = shop.receive(raw).conversations
    assert [row.id for row in desk.inbox.page("lists").rows] == [news]
    assert desk.inbox.page("open").rows == ()
    row = desk.inbox.row(news)
    assert (row.status, row.waiting_since) == ("lists", None)
    counts = desk.inbox.counts()
    assert (counts["lists"], counts["open"], counts["waiting"], counts["all"]) == (1, 0, 0, 1)
    desk.replies.send(news, "Please take us off your list.")
    assert desk.inbox.row(news).status == "open"
    question = shop.asked("from a list of our own", id="o@x", List_Id="<support.shop.example>")
    assert desk.inbox.row(question).status == "open"
    assert shop.rebuilt() == 0


def test_an_auto_reply_stops_no_clock_and_wakes_nobody(desk: Desk, shop: Shop) -> None:
    first = shop.asked(id="q@x")
    desk.replies.send(first, "On its way.", now=True)
    desk.inbox.close(first)
    before = desk.inbox.row(first)
    away = mail(
        "I am away", at=shop.clock.now(), id="away@x", In_Reply_To="<q@x>", Auto_Submitted="auto-replied"
    )
    assert shop.receive(away).conversations == [first]
    after = desk.inbox.row(first)
    assert (after.status, after.waiting_since, after.unread) == (before.status, None, False)
    kinds = {message.text.strip(): message.automatic for message in desk.inbox.thread(first).messages}
    assert kinds["I am away"] == "auto-reply"
