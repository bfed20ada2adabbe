"""Working the outbox of one account: send what is due, look up what is uncertain, file own copies.

The rule behind every line: a row that may have left is never sent again before a look-up proved that it did not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from csdesk.domain.outbox import MAX_ATTEMPTS, OutboxRow, backoff
from csdesk.domain.people import Account
from csdesk.domain.ports import Channel, ChannelError, MaybeSent, NotSent, Receipt, Rejected, Submission
from csdesk.errors import Conflict, DeskError, Refused, Usage
from csdesk.i18n import _
from csdesk.services import owners, writing
from csdesk.services.checks import state_word
from csdesk.services.context import Context
from csdesk.store import Store

LEASE = timedelta(minutes=5)
"""Longer than every timeout of one hand-over together, so that a slow server is not taken for a dead process."""

_OURS_TO_MEND = frozenset({"wrong_password", "not_configured", "certificate", "tls", "permission"})
"""Refusals that are about the account, not the message: it waits until somebody mends the account."""

SETTLE = timedelta(seconds=30)
"""How long a server may take to show an accepted message in its sent folder; absence counts only after that."""


class Outbox:
    """What an agent sees and decides of the outbox."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def list(self, *, states: Sequence[str] = (), limit: int | None = 500) -> tuple[OutboxRow, ...]:
        """Rows in these states, all by default, newest first; at most `limit`, None being all."""
        with self.store.read() as tx:
            return tx.outbox.rows(states, limit)

    def counts(self) -> dict[str, int]:
        """State to number of rows."""
        with self.store.read() as tx:
            return tx.outbox.counts()

    def retry(self, row: int) -> OutboxRow:
        """Try a failed message again, or a waiting one now. Raises Refused for what may have been sent."""
        with self.context.acting() as tx:
            found = tx.outbox.get(row)
            if found.state == "uncertain":
                raise Refused(
                    _(
                        "Message {id} may have been sent. Look in the mailbox, then say: "
                        "outbox resolve {id} --sent, --resend or --drop."
                    ).format(id=row),
                    code="uncertain",
                )
            if found.state == "queued":
                tx.outbox.hurry(row)
            else:
                tx.outbox.step(row, "queued", agent=self.context.agent.id, attempts=0, due_at=tx.now)
            return tx.outbox.get(row)

    def resolve(self, row: int, decision: str) -> OutboxRow:
        """A person decides what became of an uncertain or failed message: 'sent', 'resend' or 'drop'."""
        agent = self.context.agent.id
        with self.store.write() as tx:
            found = tx.outbox.get(row)
            if found.state not in ("uncertain", "failed", "queued"):
                raise Conflict(
                    _("Message {id} is {state}; there is nothing to decide.").format(
                        id=row, state=state_word(found.state)
                    ),
                    code="outbox_state",
                )
            if decision == "sent" and found.state == "uncertain":
                tx.outbox.step(row, "sent", agent=agent, filed=True)
            elif decision == "resend" and found.state != "queued":
                tx.outbox.step(row, "queued", agent=agent, attempts=0, due_at=tx.now)
            elif decision == "drop":
                writing.take_back(tx, found, agent)
            else:
                raise Usage(_("Decide with sent, resend or drop; 'sent' only fits an uncertain message."))
            return tx.outbox.get(row)


class Sender:
    """One account's outbox, worked by the process that holds the account's lease."""

    def __init__(self, store: Store, account: Account, channel: Channel, owner: str) -> None:
        self.store = store
        self.account = account
        self.channel = channel
        self.owner = owner
        settle = account.settings.get("settle_seconds", "")
        self.settle = timedelta(seconds=float(settle)) if settle else SETTLE

    def work(self, keep_going: Callable[[], bool] = lambda: True) -> None:
        """All that can be done now, or a part as long as `keep_going` says. Raises ChannelError only when a look-up
        or filing could not be done."""
        self._recover()
        while keep_going():
            with self.store.write() as tx:
                row = tx.outbox.claim(self.account.id, self.owner, LEASE)
            if row is None:
                break
            self._send(row)
        self._look_up()
        self._file(keep_going)

    def _recover(self) -> None:
        """Rows that a dead process left in the middle may have been sent."""
        with self.store.read() as tx:
            left = tx.outbox.abandoned(self.account.id, owners.is_dead)
        if not left:
            return
        with self.store.write() as tx:
            for row in tx.outbox.abandoned(self.account.id, owners.is_dead):
                words = _("csdesk was stopped while sending this message; it may have been sent.")
                tx.outbox.step(row, "uncertain", error=words)

    def _submission(self, row: OutboxRow) -> Submission:
        with self.store.read() as tx:
            return Submission(row.key, row.envelope_from, row.recipients, tx.blobs.get(row.raw_hash))

    def _send(self, row: OutboxRow) -> None:
        try:
            submission = self._submission(row)
        except DeskError as error:
            self._step(row, "failed", error=error.message)
            return
        try:
            receipt = self.channel.send(submission)
        except NotSent as error:
            self._again(row, error)
        except Rejected as error:
            if error.code in _OURS_TO_MEND:
                self._again(row, error, patient=True)
            else:
                self._step(row, "failed", error=error.message)
        except MaybeSent as error:
            self._step(row, "uncertain", error=error.message)
        except ChannelError as error:
            self._again(row, error)
        except Exception as error:
            # Whatever it was, the body may be out: only a look-up or a person may send it again.
            self._step(
                row, "uncertain", error=_("Unexpected failure while sending: {error}").format(error=error)
            )
            raise
        else:
            self._sent(row, receipt)

    def _sent(self, row: OutboxRow, receipt: Receipt) -> None:
        words = "; ".join(f"{address}: {reason}" for address, reason in receipt.refused)
        note = _("Not delivered to {refused}").format(refused=words) if words else ""
        self._step(row, "sent", error=note)

    def _again(self, row: OutboxRow, error: ChannelError, *, patient: bool = False) -> None:
        """Surely not sent: wait and try again, give up after the last attempt unless told to be patient."""
        if row.attempts >= MAX_ATTEMPTS and not patient:
            self._step(row, "failed", error=error.message)
            return
        with self.store.write() as tx:
            tx.outbox.step(
                row.id, "queued", error=error.message, next_attempt_at=tx.now + backoff(row.attempts)
            )

    def _step(self, row: OutboxRow, state: str, *, error: str = "") -> None:
        with self.store.write() as tx:
            tx.outbox.step(row.id, state, error=error)

    def _look_up(self) -> None:
        """Ask the provider what became of uncertain rows."""
        with self.store.read() as tx:
            rows = tx.outbox.uncertain(self.account.id)
        for row in rows:
            found = self.channel.find_sent(self._submission(row))
            with self.store.write() as tx:
                if tx.outbox.get(row.id).state != "uncertain":
                    continue
                if found is True:
                    tx.outbox.step(row.id, "sent")
                elif found is False and tx.now - tx.outbox.last_attempt(row.id) >= self.settle:
                    tx.outbox.step(row.id, "queued", due_at=tx.now)
                else:
                    wait = self.settle if found is False else timedelta(minutes=5)
                    tx.outbox.postpone(row.id, tx.now + wait)

    def _file(self, keep_going: Callable[[], bool]) -> None:
        """Own copies into the sent folder. Failing here never touches the message's fate."""
        while rows := self.store.reading(lambda tx: tx.outbox.unfiled(self.account.id)):
            for row in rows:
                self.channel.file_sent(self._submission(row))
                with self.store.write() as tx:
                    tx.outbox.mark_filed(row.id)
