"""What the desk says about mail is read in the reader's language, whoever's background sync took the mail in. Lost
otherwise: a warning that its reader does not understand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from csdesk import i18n
from csdesk.bootstrap import Desk
from csdesk.domain.ports import NotSent
from tests.unit.services.both.shop import Channel, Shop

BROKEN = Path(__file__).parents[2] / "mail" / "corpus" / "wrong-boundary.eml"
pytestmark = pytest.mark.usefixtures("english_again")


@pytest.fixture
def english_again() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("en")


def test_warnings_about_the_sender(desk: Desk, shop: Shop) -> None:
    conversation = shop.asked(Reply_To="ana@elsewhere.example")
    english = desk.inbox.thread(conversation).messages[0].findings
    i18n.use("zh")
    chinese = desk.inbox.thread(conversation).messages[0].findings
    assert [level for level, _said in chinese] == [level for level, _said in english]
    assert "ana@elsewhere.example" in chinese[0][1]
    assert chinese[0][1] == i18n._("An answer goes to {other}, not to {sender}.").format(
        other="ana@elsewhere.example", sender="ana@buyer.example"
    )
    assert "answer" not in chinese[0][1]


def test_why_a_reply_came_back_or_waits(desk: Desk, shop: Shop) -> None:
    conversation = shop.asked()
    row = desk.replies.send(conversation, "On its way.", now=True)
    words = i18n._("{host} said no: {words}").format(host="mx.example", words="busy")
    shop.send(Channel(NotSent("unreachable", words)))
    assert desk.outbox.list()[0].error == words
    i18n.use("zh")
    assert desk.outbox.list()[0].error != words and "mx.example" in desk.outbox.list()[0].error
    i18n.use("en")
    shop.clock.forward(hours=1)
    shop.send(Channel())
    report = (
        "From: mailer-daemon@buyer.example\r\nTo: support@shop.example\r\nSubject: Undelivered\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nno\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; ana@buyer.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        f"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{row.key}>\r\n\r\nx\r\n--b--\r\n"
    )
    shop.receive(report.encode())
    said = i18n._("The mail to {address} did not arrive: {why}").format(
        address="ana@buyer.example", why=i18n._("the mailbox is full.")
    )
    assert desk.outbox.list()[0].error == said
    i18n.use("zh")
    assert desk.outbox.list()[0].error != said and "ana@buyer.example" in desk.outbox.list()[0].error
    assert "full" not in desk.inbox.thread(conversation).messages[1].error


def test_broken_mail_and_missing_subjects(desk: Desk, shop: Shop) -> None:
    (broken,) = shop.receive(BROKEN.read_bytes()).conversations
    (nothing,) = shop.receive(
        b"From: bo@x.example\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nhello"
    ).conversations
    english = desk.inbox.thread(broken).messages[0].broken, desk.inbox.row(nothing).subject
    assert english[0] and english[1] == "(no subject)"
    i18n.use("zh")
    chinese = desk.inbox.thread(broken).messages[0].broken, desk.inbox.row(nothing).subject
    assert chinese[0] != english[0] and chinese[1] == i18n._("(no subject)") != english[1]
    assert desk.inbox.page("open").rows


def test_how_an_account_fares(desk: Desk, shop: Shop) -> None:
    desk.sync.once()
    english = desk.accounts.get("support").health
    assert english
    i18n.use("zh")
    assert desk.accounts.get("support").health not in ("", english)


def test_an_answer_to_a_mail_without_subject_says_no_interface_words(desk: Desk, shop: Shop) -> None:
    (nothing,) = shop.receive(
        b"From: bo@x.example\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nhello"
    ).conversations
    row = desk.replies.send(nothing, "Hello.")
    assert b"no subject" not in shop.raw(row.raw_hash)
