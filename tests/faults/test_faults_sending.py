"""What servers do to mail that goes out: every reply ends sent, visibly waiting, or before a person, and no customer
gets one twice."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from tests.faults.support import TIMES, FilingSmtp, add_account, copies, desk_on, mail, password
from tests.servers import HOST, ImapServer, SmtpServer
from tests.servers.smtp import Faults

FAULTS = {
    "dropped before": Faults(drop_before=True),
    "dropped after": Faults(drop_after=True),
    "4xx after": Faults(answer_after="451 4.3.0 try again"),
    "5xx after": Faults(answer_after="550 5.0.0 no"),
    "421 after": Faults(answer_after="421 4.3.2 shutting down"),
    "nonsense after": Faults(answer_after="999 what"),
    "half-open": Faults(slow=30),
    "busy": Faults(data="452 4.3.1 later"),
    "too many": Faults(mail="450 4.7.0 slow down, retry in 999999999 s"),
    "at the door": Faults(greeting="421 4.3.2 not now"),
}


def test_a_provider_that_fails_at_any_step_delivers_each_reply_once(tmp_path: Path) -> None:
    """Every kind of failure in turn. Lost otherwise: an answer, or a customer's trust when it comes twice."""
    failing_provider(tmp_path, rounds=TIMES.sendings)


def failing_provider(folder: Path, *, rounds: int) -> None:
    """Replies are handed over while the server fails; then it works, and the record it keeps settles every doubt."""
    with password(), ImapServer() as imap, FilingSmtp(imap, late=0.0) as smtp:
        desk, _url = desk_on(folder)
        add_account(desk, imap, smtp, server_files_sent="1", settle_seconds="0.05", timeout="0.25")
        replies = rounds * len(FAULTS)
        waiting = _asked(desk, imap, replies)
        states: dict[str, Counter[str]] = {}
        for kind, faults in FAULTS.items():
            smtp.faults = faults
            mine, waiting = waiting[:rounds], waiting[rounds:]
            keys = {desk.replies.send(one, f"It left, {one}.", now=True).key for one in mine}
            desk.sync.once()
            smtp.settle()
            states[kind] = Counter(row.state for row in desk.outbox.list(limit=None) if row.key in keys)
        print(states)
        refused = {row.key for row in desk.outbox.list(limit=None) if row.state == "failed"}
        smtp.faults = Faults()
        _until_quiet(desk)
        smtp.settle()
        rows = desk.outbox.list(limit=None)
        delivered = copies([each.raw for each in smtp.accepted])
        assert len(rows) == replies
        assert max(delivered.values()) == 1, "a customer got an answer twice"
        assert {row.key for row in rows if row.state == "failed"} == refused
        assert len(refused) == rounds, "only what the server refused for good is failed"
        assert {row.state for row in rows if row.key not in refused} == {"sent"}
        assert {row.key for row in rows if row.state == "sent"} <= delivered.keys()
        desk.close()


def _asked(desk: Desk, imap: ImapServer, count: int) -> list[int]:
    for number in range(1, count + 1):
        imap.add(mail(number))
    desk.sync.once()
    return [row.id for row in desk.inbox.page(limit=count).rows]


def _until_quiet(desk: Desk, rounds: int = 40) -> None:
    """A person presses retry, and the look-ups come due, until nothing waits."""
    for _ in range(rounds):
        for row in desk.outbox.list(states=("queued",), limit=None):
            desk.outbox.retry(row.id)
        threading.Event().wait(0.06)
        desk.sync.once()
        if not desk.outbox.list(states=("queued", "sending", "uncertain")):
            return
    raise AssertionError(f"it does not come to rest: {desk.outbox.counts()}")


def test_a_server_that_refuses_the_sign_in_in_mid_batch_leaves_the_rest_waiting(tmp_path: Path) -> None:
    """401 after some mails: what is left waits with the reason. Lost otherwise: replies marked failed for good."""
    with password(), ImapServer() as imap, SmtpServer(auth=True) as smtp:
        desk, _url = desk_on(tmp_path)
        add_account(desk, imap, smtp)
        waiting = _asked(desk, imap, TIMES.refusals)
        for at, one in enumerate(waiting):
            smtp.faults.auth = "" if at % 2 == 0 else "535 5.7.8 not any more"
            desk.replies.send(one, f"It left, {one}.", now=True)
            desk.sync.once()
        counts = Counter(row.state for row in desk.outbox.list(limit=None))
        assert counts == {"sent": (len(waiting) + 1) // 2, "queued": len(waiting) // 2}
        assert all("password" in row.error for row in desk.outbox.list(states=("queued",)))
        smtp.faults.auth = ""
        _until_quiet(desk)
        assert desk.outbox.counts() == {"sent": len(waiting)}
        assert set(copies([each.raw for each in smtp.accepted]).values()) == {1}
        desk.close()


@contextmanager
def slow_reader(taken: int) -> Iterator[int]:
    """An SMTP server that takes that many bytes of a mail's text and then no more; gives its port."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        door.bind((HOST, 0))
        door.listen()
        lines: list[socket.socket] = []
        thread = threading.Thread(target=_read_slowly, args=(door, taken, lines), daemon=True)
        thread.start()
        yield int(door.getsockname()[1])
        door.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        for line in lines:
            line.close()


def _read_slowly(door: socket.socket, taken: int, lines: list[socket.socket]) -> None:
    while True:
        try:
            line, _who = door.accept()
        except OSError:
            return
        lines.append(line)
        line.settimeout(5)
        with suppress(OSError), line.makefile("rwb", buffering=0) as talk:
            talk.write(b"220 slow\r\n")
            while said := talk.readline():
                talk.write(b"354 go on\r\n" if said.upper().startswith(b"DATA") else b"250 ok\r\n")
                if said.upper().startswith(b"DATA"):
                    talk.read(taken)
                    break


@pytest.mark.parametrize("taken", [1, 200_000])
def test_a_line_that_dries_up_within_a_mail_ends_and_says_so(tmp_path: Path, taken: int) -> None:
    """A big mail and a server that stops reading. Lost otherwise: the whole outbox behind it, or the mail."""
    big = tmp_path / "photo.bin"
    big.write_bytes(b"x" * 6_000_000)
    with password(), ImapServer() as imap, SmtpServer() as smtp, slow_reader(taken) as port:
        desk, _url = desk_on(tmp_path)
        add_account(desk, imap, smtp, smtp=f"smtp://127.0.0.1:{port}", timeout="0.4")
        (one,) = _asked(desk, imap, 1)
        desk.replies.send(one, "See the photo.", attachments=(str(big),), now=True)
        desk.sync.once()
        (row,) = desk.outbox.list()
        assert row.state in ("queued", "uncertain")
        assert row.error
        assert "Unexpected" not in row.error
        desk.close()
