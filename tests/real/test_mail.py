"""The mail channel against a real Dovecot and Postfix: what a small shop's own server will say to us."""

from __future__ import annotations

import email
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest

from csdesk.channels.registry import open_channel
from csdesk.domain.people import Account
from csdesk.domain.ports import Channel, RawMail, Rejected, Submission
from csdesk.secrets import Secrets
from tests.real.servers import PASSWORD, MailServers, eventually

pytestmark = pytest.mark.real

SCHEMES = [("imaps", "smtp+starttls"), ("imap+starttls", "smtp"), ("imap", "smtp")]


class Desk:
    """One channel of one fresh mailbox, and what a store would remember for it."""

    def __init__(self, servers: MailServers, user: str, settings: dict[str, str], folder: Path) -> None:
        account = Account(1, user.split("@")[0], "imap", user, settings=settings)
        self.user = user
        self.channel: Channel = open_channel(account, Secrets(folder, use_keyring=False))
        self.cursor = ""
        self.stored: dict[str, RawMail] = {}

    def sync(self) -> list[RawMail]:
        """Fetch as the sync does: store a batch, then believe its cursor."""
        new: list[RawMail] = []
        for batch in self.channel.fetch(self.cursor, self._known):
            for mail in batch.mails:
                if mail.external_id not in self.stored:
                    self.stored[mail.external_id] = mail
                    new.append(mail)
            self.cursor = batch.cursor
        return new

    def _known(self, ids: Collection[str]) -> set[str]:
        return set(ids) & self.stored.keys()


@pytest.fixture
def desk(
    servers: MailServers, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk on a mailbox of its own; a test may name (IMAP scheme, SMTP scheme) and more settings."""
    schemes, more = getattr(request, "param", (SCHEMES[0], {}))
    imap, smtp = schemes
    monkeypatch.setenv("CSDESK_TEST_PASSWORD", PASSWORD)
    user = (
        f"{request.node.name.split('[')[0].removeprefix('test_')[:40]}-{SCHEMES.index(schemes)}@shop.example"
    )
    port = servers.imaps if imap == "imaps" else servers.imap
    settings = {
        "imap": f"{imap}://{user}@localhost:{port}/INBOX",
        "smtp": f"{smtp}://localhost:{servers.smtp}",
        "password_env": "CSDESK_TEST_PASSWORD",
        "ca_file": str(servers.run / "cert.pem"),
        **more,
    }
    found = Desk(servers, user, settings, tmp_path)
    yield found
    found.channel.close()


def mail(
    to: str, subject: str, sender: str = "ana@buyer.example", text: str = "¿Dónde está mi paquete?"
) -> EmailMessage:
    """A buyer's mail, or ours."""
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = sender, to, subject
    written["Date"] = datetime.now(UTC)
    written["Message-ID"] = make_msgid(domain=sender.split("@")[1])
    written.set_content(text)
    return written


def submission(desk: Desk, subject: str, *recipients: str) -> Submission:
    """A reply of ours, frozen as the outbox freezes it."""
    written = mail(", ".join(recipients), subject, desk.user)
    return Submission(written["Message-ID"].strip("<>"), desk.user, recipients, written.as_bytes())


def subject_of(raw: bytes) -> str:
    """The subject of a mail."""
    return str(email.message_from_bytes(raw)["Subject"])


@pytest.mark.parametrize("desk", [(schemes, {}) for schemes in SCHEMES], indirect=True)
def test_every_step_of_a_good_account_passes(desk: Desk) -> None:
    """Lost otherwise: the first five minutes with a mailbox that works."""
    checks = desk.channel.check()
    assert [c for c in checks if not c.ok] == []
    assert "send" in {c.step for c in checks}


@pytest.mark.parametrize("desk", [(schemes, {}) for schemes in SCHEMES], indirect=True)
def test_what_was_delivered_is_fetched_once(desk: Desk, servers: MailServers) -> None:
    """Lost otherwise: a customer's mail, or a queue in which it stands twice."""
    for n in range(3):
        servers.deliver(mail(desk.user, f"Where is #{n}"), desk.user)
    assert [subject_of(m.raw) for m in desk.sync()] == ["Where is #0", "Where is #1", "Where is #2"]
    assert desk.sync() == []
    servers.deliver(mail(desk.user, "And #3"), desk.user)
    assert [subject_of(m.raw) for m in desk.sync()] == ["And #3"]
    assert all(abs((datetime.now(UTC) - m.received_at).total_seconds()) < 300 for m in desk.stored.values())


def test_reading_leaves_mail_unread_on_the_server(desk: Desk, servers: MailServers) -> None:
    """Lost otherwise: the unread marks of everybody who also reads this mailbox elsewhere."""
    servers.deliver(mail(desk.user, "Unread"), desk.user)
    assert len(desk.sync()) == 1
    flags = [
        p.name.rpartition(":2,")[2] for p in (servers.run / "mail" / desk.user / "Maildir").glob("*/*:2,*")
    ]
    assert not any("S" in f for f in flags)


def test_a_mailbox_that_was_numbered_anew_misses_nothing(desk: Desk, servers: MailServers) -> None:
    """UIDVALIDITY changes when a server is restored; everything comes again under other ids, the same bytes, for the
    store to recognise. Lost otherwise: the new mail whose number an old one had."""
    servers.deliver(mail(desk.user, "Before"), desk.user)
    (before,) = desk.sync()
    desk.channel.close()
    servers.doveadm("mailbox", "update", "-u", desk.user, "--uid-validity", "999", "INBOX")
    servers.deliver(mail(desk.user, "After"), desk.user)
    again, after = desk.sync()
    assert (again.raw, subject_of(after.raw)) == (before.raw, "After")
    assert len(desk.stored) == 3
    assert desk.sync() == []


@pytest.mark.parametrize("desk", [(schemes, {"sent": "Sent"}) for schemes in SCHEMES[:2]], indirect=True)
def test_a_reply_arrives_and_its_copy_is_filed_once(desk: Desk, servers: MailServers) -> None:
    """Lost otherwise: the answer, or the only trace of it that colleagues see."""
    buyer = desk.user.replace("@shop.example", "@buyer.example")
    reply = submission(desk, "Re: Where is my parcel?", buyer)
    receipt = desk.channel.send(reply)
    assert receipt.refused == ()
    arrived = eventually(lambda: servers.mails(buyer))
    assert [email.message_from_bytes(raw)["Message-ID"] for raw in arrived] == [f"<{reply.key}>"]
    desk.channel.file_sent(reply)
    desk.channel.file_sent(reply)
    assert [email.message_from_bytes(raw)["Message-ID"] for raw in servers.mails(desk.user, "Sent")] == [
        f"<{reply.key}>"
    ]
    assert desk.channel.find_sent(reply) is True


def test_the_sent_folder_is_found_by_its_mark(desk: Desk, servers: MailServers) -> None:
    """A server names it by SPECIAL-USE (RFC 6154) after sign-in only. Lost otherwise: copies in a second folder."""
    reply = submission(desk, "Copy", "ana@buyer.example")
    desk.channel.file_sent(reply)
    assert len(servers.mails(desk.user, "Sent")) == 1


def test_an_absent_copy_of_ours_proves_nothing(desk: Desk) -> None:
    """Lost otherwise: a customer who gets the same answer twice."""
    assert desk.channel.find_sent(submission(desk, "Never sent", "ana@buyer.example")) is None


def test_a_refused_recipient_is_named(desk: Desk, servers: MailServers) -> None:
    """Lost otherwise: the colleague in CC who never got it."""
    buyer = desk.user.replace("@shop.example", "@buyer.example")
    receipt = desk.channel.send(submission(desk, "Half", buyer, "nobody@buyer.example"))
    assert [address for address, _ in receipt.refused] == ["nobody@buyer.example"]
    assert len(eventually(lambda: servers.mails(buyer))) == 1
    with pytest.raises(Rejected, match=r"nobody@buyer\.example"):
        desk.channel.send(submission(desk, "None", "nobody@buyer.example"))


def test_a_delivery_report_comes_back(desk: Desk, servers: MailServers) -> None:
    """Lost otherwise: the news that an address does not exist."""
    desk.channel.send(submission(desk, "To nowhere", "someone@bounce.example"))
    assert eventually(lambda: servers.mails(desk.user))
    (report,) = desk.sync()
    assert email.message_from_bytes(report.raw).get_content_type() == "multipart/report"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password_env": "CSDESK_TEST_WRONG"}, "wrong_password"),
        ({"ca_file": ""}, "certificate"),
        ({"folder": "Nowhere"}, "no_such_folder"),
        ({"port": "1"}, "refused"),
    ],
)
def test_a_bad_account_is_told_what_is_wrong(
    servers: MailServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], code: str
) -> None:
    """Lost otherwise: an evening of guessing."""
    monkeypatch.setenv("CSDESK_TEST_PASSWORD", PASSWORD)
    monkeypatch.setenv("CSDESK_TEST_WRONG", "not it")
    user, port = "checks@shop.example", change.pop("port", str(servers.imaps))
    settings = {
        "imap": f"imaps://{user}@localhost:{port}/{change.pop('folder', 'INBOX')}",
        "smtp": f"smtp://localhost:{servers.smtp}",
        "password_env": "CSDESK_TEST_PASSWORD",
        "ca_file": str(servers.run / "cert.pem"),
        **change,
    }
    bad = Desk(servers, user, settings, tmp_path)
    last = bad.channel.check()[-1]
    bad.channel.close()
    assert (last.ok, last.code) == (False, code), last
    assert PASSWORD not in last.detail
