"""A small shop for the tests of the services: mails come in, a scripted channel takes mails out."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from csdesk.bootstrap import Desk, open_desk
from csdesk.domain.people import Account
from csdesk.domain.ports import Batch, Check, RawMail, Receipt, Submission
from csdesk.services.ingest import Taken, take
from csdesk.services.outbox import Sender
from tests.databases import SteppingClock

SUPPORT = "support@shop.example"


def mail(
    text: str = "Where is my order?",
    *,
    at: datetime,
    id: str = "",
    sender: str = "Ana <ana@buyer.example>",
    to: str = SUPPORT,
    subject: str = "Order",
    **headers: str,
) -> bytes:
    """Raw bytes of a mail; header names in `headers` are spelled with underscores."""
    lines = {"From": sender, "To": to, "Subject": subject, "Date": format_datetime(at)}
    if id:
        lines["Message-ID"] = f"<{id}>"
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


class Shop:
    """A desk whose account is filled by hand."""

    def __init__(self, desk: Desk, clock: SteppingClock, account: Account | None = None) -> None:
        self.desk = desk
        self.clock = clock
        self.account = account or self.add_account("support")
        self._numbers = itertools.count(1 if account is None else 1000)

    def add_account(self, name: str, **settings: str) -> Account:
        return self.desk.accounts.add(
            name,
            "maildir",
            address=f"{name}@shop.example",
            display_name="The Shop",
            settings={"path": "/nowhere", **settings},
            signature="Your Shop",
        )

    def receive(
        self,
        raw: bytes,
        *,
        account: Account | None = None,
        at: datetime | None = None,
        external: str = "",
        outbound: bool = False,
    ) -> Taken:
        """One mail comes in, received by the mailbox at `at` (now by default)."""
        found = RawMail(external or f"x{next(self._numbers)}", raw, at or self.clock.now(), outbound=outbound)
        return take(self.desk.store, account or self.account, Batch((found,), f"cursor {found.external_id}"))

    def asked(self, text: str = "Where is my order?", **fields: str) -> int:
        """A customer writes; returns the conversation."""
        at = self.clock.forward(minutes=1)
        fields.setdefault("id", f"ask{next(self._numbers)}@buyer.example")
        return self.receive(mail(text, at=at, **fields)).conversations[0]

    def desk_of(self, agent: str) -> Desk:
        """The same store in another agent's hands; the caller closes it."""
        return open_desk(self.desk.config, store=self.desk.store_url, agent=agent, clock=self.clock)

    def raw(self, blob: str) -> bytes:
        with self.desk.store.read() as tx:
            return tx.blobs.get(blob)

    def rebuilt(self) -> int:
        with self.desk.store.write() as tx:
            return tx.conversations.rebuild()

    def send(self, channel: Channel, owner: str = "somewhere|1|") -> None:
        self.clock.forward(seconds=30)
        Sender(self.desk.store, self.account, channel, owner).work()


class Channel:
    """A channel that does what the script says: for each hand-over an exception to raise, or a receipt."""

    kind = "fake"

    def __init__(self, *script: BaseException | Receipt, found: bool | Exception | None = None) -> None:
        self.script = list(script)
        self.found = found
        self.sent: list[Submission] = []
        self.filed: list[str] = []
        self.filing_fails: list[Exception] = []

    def send(self, submission: Submission) -> Receipt:
        self.sent.append(submission)
        step = self.script.pop(0) if self.script else Receipt()
        if isinstance(step, BaseException):
            raise step
        return step

    def find_sent(self, submission: Submission) -> bool | None:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    def file_sent(self, submission: Submission) -> None:
        if self.filing_fails:
            raise self.filing_fails.pop(0)
        self.filed.append(submission.key)

    def fetch(self, cursor: str, known: Callable[[Collection[str]], set[str]]) -> Iterator[Batch]:
        return iter(())

    def check(self) -> list[Check]:
        return []

    def close(self) -> None:
        pass


def orders_file(folder: Path, *rows: tuple[str, str]) -> Path:
    """A CSV of (number, mail address) orders."""
    path = folder / "orders.csv"
    lines = [f"{number},{email},2026-11-01T00:00:00Z,EUR,19.90,Lamp" for number, email in rows]
    path.write_text("\n".join(["number,email,placed_at,currency,total,item", *lines]), encoding="utf-8")
    return path


DAY = timedelta(days=1)
