"""Encryption is verified and never optional, and a failed check names which of the usual mistakes it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from csdesk.domain.ports import ChannelError, Check, NotSent
from csdesk.secrets import Secrets
from tests.channel_rigs import outgoing
from tests.servers import Certificate, ImapServer, Scripted, SmtpServer, free_port
from tests.unit.channels.conftest import Open

Certificates = dict[str, Certificate]


@contextmanager
def _servers(certificate: Certificate, *, implicit: bool) -> Iterator[tuple[ImapServer, SmtpServer]]:
    with ExitStack() as stack:
        yield (
            stack.enter_context(ImapServer(certificate=certificate, implicit_tls=implicit)),
            stack.enter_context(SmtpServer(auth=True, certificate=certificate, implicit_tls=implicit)),
        )


@pytest.mark.parametrize("implicit", [True, False], ids=["tls", "starttls"])
def test_mail_goes_in_and_out_encrypted(opened: Open, certificates: Certificates, implicit: bool) -> None:
    """Else nobody with a real provider can use the desk."""
    good = certificates["good"]
    with _servers(good, implicit=implicit) as (imap, smtp):
        imap.add(b"Subject: hi\n\nyes\n")
        channel = opened("imap", imap=imap.url(), smtp=smtp.url(), ca_file=str(good.cert))
        assert [(step.step, step.ok) for step in channel.check()] == [
            (name, True) for name in ("connect", "tls", "sign in", "folder", "send")
        ]
        assert sum(len(batch.mails) for batch in channel.fetch("", lambda ids: set())) == 1
        channel.send(outgoing())
        channel.file_sent(outgoing())
        assert len(smtp.accepted) == len(imap.mails("Sent")) == 1
        channel.close()


@pytest.mark.parametrize("implicit", [True, False], ids=["tls", "starttls"])
@pytest.mark.parametrize(
    ("which", "trusted", "words"),
    [("good", False, "self-signed"), ("other", True, "another host name"), ("expired", True, "expired")],
)
def test_a_bad_certificate_is_named_and_gets_no_password(
    opened: Open, certificates: Certificates, which: str, trusted: bool, words: str, implicit: bool
) -> None:
    """Else someone in the middle reads the shop's mail, or people switch the check off because it says nothing."""
    certificate = certificates[which]
    settings = {"ca_file": str(certificate.cert)} if trusted else {}
    with _servers(certificate, implicit=implicit) as (imap, smtp):
        channel = opened("imap", imap=imap.url(), smtp=smtp.url(), **settings)
        steps = channel.check()
        assert [(step.step, step.ok, step.code) for step in steps] == [
            ("connect", True, ""),
            ("tls", False, "certificate"),
        ]
        assert words in steps[-1].detail
        with pytest.raises(NotSent, match=words) as failure:
            channel.send(outgoing())
        assert failure.value.code == "certificate"
        assert not smtp.accepted


def test_starttls_is_not_optional(opened: Open) -> None:
    """Else a man in the middle strips the offer and gets password and mail in the clear."""
    lines = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"}

    def imap_answer(line: bytes) -> bytes | None:
        tag, command = line.split()[:2]
        return lines.get(command, b"TAG OK fine\r\n").replace(b"TAG", tag)

    with Scripted(b"* OK hello\r\n", imap_answer) as server:
        (failure,) = [
            step
            for step in opened("imap", imap=f"imap+starttls://a@127.0.0.1:{server.port}").check()
            if not step.ok
        ]
        assert (failure.step, failure.code) == ("tls", "tls")
        assert "STARTTLS" in failure.detail
        assert not any(b"LOGIN" in line for line in server.lines)
    with Scripted(b"220 hello\r\n", lambda line: b"250-me\r\n250 AUTH PLAIN\r\n") as server:
        with pytest.raises(NotSent) as refused:
            opened("imap", smtp=f"smtp+starttls://a@127.0.0.1:{server.port}").send(outgoing())
        assert refused.value.code == "tls"
        assert not any(b"AUTH" in line or b"mail" in line.lower() for line in server.lines)


def test_tls_against_a_plain_port(opened: Open, imap: ImapServer, smtp: SmtpServer) -> None:
    """Else the most usual mistake of all, the other port, is a riddle."""
    channel = opened("imap", imap=f"imaps://a@127.0.0.1:{imap.port}", smtp=f"smtps://a@127.0.0.1:{smtp.port}")
    last = channel.check()[-1]
    assert (last.step, last.code) == ("tls", "tls")
    assert "imap+starttls://" in last.detail
    with pytest.raises(NotSent, match=r"smtp\+starttls://"):
        channel.send(outgoing())


def _last(opened: Open, **settings: str) -> Check:
    return opened("imap", **settings).check()[-1]


def test_each_failure_of_a_test_is_exact(
    opened: Open, imap: ImapServer, smtp: SmtpServer, secrets: Secrets
) -> None:
    """Else people change what is right and leave what is wrong."""
    url, out = imap.url(), smtp.url()
    unknown = _last(opened, imap="imaps://a@no-such-host.invalid")
    assert (unknown.step, unknown.code) == ("connect", "name_not_found")
    assert "no-such-host.invalid" in unknown.detail
    refused = _last(opened, imap=f"imaps://a@127.0.0.1:{free_port()}")
    assert (refused.step, refused.code) == ("connect", "refused")
    assert "993" in refused.detail
    with Scripted(b"", lambda line: b"") as silent:
        late = _last(opened, imap=f"imap://a@127.0.0.1:{silent.port}", timeout="0.3")
    assert (late.step, late.code) == ("connect", "timeout")
    folder = _last(opened, imap=imap.url("Bestellungen"), smtp=out)
    assert (folder.step, folder.code) == ("folder", "no_such_folder")
    assert "Bestellungen" in folder.detail and "INBOX" in folder.detail
    sent = _last(opened, imap=url, smtp=out, sent="Gesendet")
    assert (sent.step, sent.code) == ("folder", "no_such_folder")
    send = _last(opened, imap=url, smtp=f"smtp://127.0.0.1:{free_port()}")
    assert (send.step, send.code) == ("send", "refused")
    missing = _last(opened, imap=url)
    assert (missing.step, missing.code) == ("send", "not_configured")
    typo = _last(opened, imap="imap://mail.shop.test")
    assert (typo.step, typo.code) == ("connect", "not_configured")
    secrets.set("shop", "hunter2-wrong")
    wrong = _last(opened, imap=url, smtp=out)
    assert (wrong.step, wrong.code) == ("sign in", "wrong_password")
    assert "hunter2" not in wrong.detail and imap.user in wrong.detail
    secrets.delete("shop")
    none = _last(opened, imap=url, smtp=out, password_env="SHOP_PASSWORD")
    assert (none.step, none.code) == ("sign in", "not_configured")
    assert "SHOP_PASSWORD" in none.detail


def test_an_unreadable_authority_is_a_sentence(opened: Open, imap: ImapServer) -> None:
    """Else a typo in ca_file ends in a traceback."""
    channel = opened("imap", imap=f"imaps://a@127.0.0.1:{imap.port}", ca_file="/nowhere.pem")
    with pytest.raises(ChannelError, match=r"/nowhere\.pem") as failure:
        list(channel.fetch("", lambda ids: set()))
    assert failure.value.code == "not_configured"
