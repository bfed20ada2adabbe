"""What became of a mail, by the step at which the server failed. Each row is a way to lose or double an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from csdesk.domain.ports import ChannelError, MaybeSent, NotSent, Rejected, Submission
from csdesk.secrets import Secrets
from tests.channel_rigs import outgoing
from tests.servers import Faults, Scripted, SmtpServer
from tests.unit.channels.conftest import Open


def _fail(opened: Open, server: SmtpServer, faults: Faults, **settings: str) -> ChannelError:
    server.faults = faults
    channel = opened("imap", smtp=server.url(), **settings)
    with pytest.raises(ChannelError) as failure:
        channel.send(outgoing())
    return failure.value


@pytest.mark.parametrize(
    ("faults", "kind", "code", "taken"),
    [
        pytest.param(Faults(greeting="421 busy"), NotSent, "unreachable", 0, id="busy at the door"),
        pytest.param(Faults(greeting="554 no service"), Rejected, "refused", 0, id="turned away at the door"),
        pytest.param(Faults(mail="451 greylisted"), NotSent, "refused", 0, id="sender for now"),
        pytest.param(Faults(mail="550 not your address"), Rejected, "refused", 0, id="sender for good"),
        pytest.param(Faults(mail="452 disk full"), NotSent, "full", 0, id="disk full"),
        pytest.param(Faults(mail="552 too big"), Rejected, "full", 0, id="too big"),
        pytest.param(
            Faults(refuse={"ana@buyer.test": "450 later"}), NotSent, "refused", 0, id="recipient for now"
        ),
        pytest.param(
            Faults(refuse={"ana@buyer.test": "550 gone"}), Rejected, "refused", 0, id="recipient for good"
        ),
        pytest.param(Faults(data="554 spam"), Rejected, "refused", 0, id="mail refused for good"),
        pytest.param(Faults(data="451 try again"), MaybeSent, "protocol", 0, id="mail answered 4xx"),
        pytest.param(Faults(drop_before=True), MaybeSent, "unreachable", 0, id="line lost, not taken"),
        pytest.param(Faults(drop_after=True), MaybeSent, "unreachable", 1, id="line lost, taken"),
        pytest.param(Faults(answer_after="451 oops"), MaybeSent, "protocol", 1, id="taken, and 4xx"),
        pytest.param(Faults(slow=5), MaybeSent, "timeout", 1, id="taken, and silence"),
    ],
)
def test_outcome_of_each_failure(
    opened: Open, smtp: SmtpServer, faults: Faults, kind: type[ChannelError], code: str, taken: int
) -> None:
    """Else the outbox sends twice (a lost answer taken for 'not sent') or gives up (4xx taken for 5xx)."""
    failure = _fail(opened, smtp, faults, timeout="0.3")
    assert (type(failure), failure.code) == (kind, code)
    assert len(smtp.accepted) == taken
    assert "127.0.0.1" in failure.message or "ana@buyer.test" in failure.message


def test_the_servers_words_reach_the_agent(opened: Open, smtp: SmtpServer) -> None:
    """Else nobody knows what to change; and hostile words must not reach a terminal raw."""
    failure = _fail(opened, smtp, Faults(data="554 5.7.1 Blocked \x1b]52;c;x\x07see https://why.test"))
    assert "554 5.7.1 Blocked see https://why.test" in failure.message


def test_mixed_recipients(opened: Open, smtp: SmtpServer) -> None:
    """Else one bad address in CC holds back an answer for all."""
    smtp.faults.refuse = {"b@x.test": "550 gone", "c@x.test": "450 later"}
    receipt = opened("imap", smtp=smtp.url()).send(outgoing(to=("a@x.test", "b@x.test", "c@x.test")))
    assert [address for address, _words in receipt.refused] == ["b@x.test", "c@x.test"]
    assert smtp.accepted[0].recipients == ("a@x.test",)
    with pytest.raises(NotSent):
        opened("imap", smtp=smtp.url()).send(outgoing(to=("b@x.test", "c@x.test")))


def test_a_thin_line_carries_a_big_mail(opened: Open, smtp: SmtpServer) -> None:
    """Else large attachments end as 'may have been sent'; dots at line starts and long bodies arrive whole."""
    body = "\r\n".join([".", "..", "x" * 900] * 3000)
    submission = outgoing(body=body)
    assert not opened("imap", smtp=smtp.url()).send(submission).refused
    assert smtp.accepted[0].raw == submission.raw


def test_line_ends_are_made_right(opened: Open, smtp: SmtpServer) -> None:
    """Else servers refuse bare newlines (a smuggling defence) and the answer does not leave."""
    raw = b"Message-ID: <k@x>\nSubject: x\n\na\rb\nno end"
    opened("imap", smtp=smtp.url()).send(Submission("k@x", "s@shop.test", ("a@x.test",), raw))
    assert smtp.accepted[0].raw == b"Message-ID: <k@x>\r\nSubject: x\r\n\r\na\r\nb\r\nno end\r\n"


def test_eight_bits_and_other_letters(opened: Open, smtp: SmtpServer) -> None:
    """Else a customer with an address in their own script gets no answer."""
    raw = "Message-ID: <k@x>\r\nSubject: x\r\n\r\n你好\r\n".encode()
    opened("imap", smtp=smtp.url()).send(
        Submission("k@x", "s@shop.test", ("иван@почта.test", "li@例子.test", "a@x.test"), raw)
    )
    (taken,) = smtp.accepted
    assert taken.raw == raw
    assert taken.recipients == ("иван@почта.test", "li@xn--fsqu00a.test", "a@x.test")
    assert {"BODY=8BITMIME", "SMTPUTF8"} <= set(taken.options)


def test_a_server_without_other_letters_still_serves_the_rest(opened: Open) -> None:
    """Else one such address fails the whole message with an encoding error."""
    with SmtpServer(smtputf8=False) as server:
        receipt = opened("imap", smtp=server.url()).send(outgoing(to=("li@例子.test", "иван@x.test")))
        assert [address for address, _words in receipt.refused] == ["иван@x.test"]
        assert server.accepted[0].recipients == ("li@xn--fsqu00a.test",)


def test_wrong_password_is_final_and_never_shown(opened: Open, secrets: Secrets) -> None:
    """Else the desk hammers the server until it locks the account, or the password stands in a log."""
    secrets.set("shop", "hunter2-wrong")
    with SmtpServer(auth=True) as server:
        failure = _fail(opened, server, Faults())
        assert (type(failure), failure.code) == (Rejected, "wrong_password")
        assert server.user in failure.message
        assert "hunter2" not in failure.message
        server.faults = Faults(auth="535 you said hunter2-wrong")
        assert "hunter2" not in _fail(opened, server, server.faults).message


def test_a_password_of_its_own_for_sending(
    opened: Open, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else shops whose sending service differs from their mailbox cannot answer."""
    with SmtpServer(auth=True, password="geheim ñ") as server:
        secrets.set("shop/smtp", "geheim ñ")
        opened("imap", smtp=server.url()).send(outgoing())
        secrets.delete("shop/smtp")
        monkeypatch.setenv("SHOP_SMTP", "geheim ñ")
        opened("imap", smtp=server.url(), smtp_password_env="SHOP_SMTP").send(outgoing())
        assert len(server.accepted) == 2


def test_no_server_and_no_password_are_said(opened: Open, secrets: Secrets) -> None:
    """Else a half-finished account fails with words that help nobody."""
    with pytest.raises(NotSent, match="--smtp URL"):
        opened("imap").send(outgoing())
    secrets.delete("shop")
    with SmtpServer(auth=True) as server, pytest.raises(NotSent, match="SHOP_PASSWORD") as failure:
        opened("imap", smtp=server.url(), password_env="SHOP_PASSWORD").send(outgoing())
    assert failure.value.code == "not_configured"


@pytest.mark.parametrize(
    ("greeting", "answer", "kind"),
    [
        (b"220 hi\r\n", lambda line: None, NotSent),
        (b"no smtp here\r\n", lambda line: b"what\r\n", NotSent),
        (b"220 hi\r\n", lambda line: b"250 OK\r\n" if line[:4] != b"DATA" else b"250 no 354\r\n", NotSent),
        (b"220 hi\r\n", lambda line: b"250 OK\r\n" if line[:4] != b"DATA" else b"503 no\r\n", Rejected),
        (b"220 hi\r\n", lambda line: b"354 go\r\n" if line[:4] == b"DATA" else b"250 OK\r\n" if line[:4] in
         (b"ehlo", b"mail", b"rcpt") else b"\xff\xfe garbage\r\n", MaybeSent),
        (b"220 hi\r\n", lambda line: b"354 go\r\n" if line[:4] == b"DATA" else b"250 OK\r\n" if line[:4] in
         (b"ehlo", b"mail", b"rcpt") else b"354 more\r\n", MaybeSent),
    ],
    ids=["hangs up", "not SMTP", "no 354", "DATA refused", "garbage at the end", "3xx at the end"],
)  # fmt: skip
def test_servers_that_make_no_sense(
    opened: Open, greeting: bytes, answer: Callable[[bytes], bytes | None], kind: type[ChannelError]
) -> None:
    """Else a broken relay or a captive portal is taken for a sent mail."""
    with Scripted(greeting, answer) as server, pytest.raises(kind):
        opened("imap", smtp=f"smtp://127.0.0.1:{server.port}", timeout="1").send(outgoing())


def test_a_receipt_is_no_secret_and_check_sends_nothing(opened: Open) -> None:
    """Else `account test` writes to customers."""
    with SmtpServer(auth=True) as server:
        channel = opened("maildir", path="/nowhere", smtp=server.url())
        assert channel.send(outgoing()).detail == "OK queued as 4711"
        server.accepted.clear()
        channel.check()
        assert not server.accepted
