"""What mail that comes out of order needs to know: who awaits it, and whether it is stored under another id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from csdesk.db.tables import Awaited, Message, Receipt, table
from csdesk.db.tx import Tx

_AWAITED = table(Awaited)
_MSG = table(Message)
_RECEIPT = table(Receipt)
_PART = 500
_WANTED = select(_AWAITED.c.message_id, _AWAITED.c.conversation_id).where(
    _AWAITED.c.account_id == bindparam("account"), _AWAITED.c.message_id.in_(bindparam("ids", expanding=True))
)


class Strangers:
    """Queries for mails whose place is not clear by what is stored before them."""

    def __init__(self, tx: Tx, account: int) -> None:
        self.tx = tx
        self.account = account

    def awaiting(self, ids: Iterable[str]) -> dict[str, int]:
        """Message id -> conversation in which mails refer to it."""
        found: dict[str, int] = {}
        for part in _parts(ids):
            rows = self.tx.rows(_WANTED, {"account": self.account, "ids": part})
            found.update((row[0], row[1]) for row in rows)
        return found

    def await_(self, wanted: Mapping[str, int], come: Collection[str]) -> None:
        """Note what is referred to and not stored, and forget what came."""
        for part in _parts(come):
            self.tx.run(
                delete(_AWAITED).where(_AWAITED.c.account_id == self.account, _AWAITED.c.message_id.in_(part))
            )
        rows = [
            {"account_id": self.account, "message_id": one, "conversation_id": conversation}
            for one, conversation in wanted.items()
        ]
        if rows:
            self.tx.add_all(_AWAITED, rows)

    def acquainted(self, ids: Iterable[str]) -> dict[str, list[tuple[int, datetime]]]:
        """Message-ID -> (message, when it was received) of the stored messages that carry it."""
        found: dict[str, list[tuple[int, datetime]]] = {}
        for part in _parts(ids):
            query = select(_MSG.c.message_id, _MSG.c.id, _MSG.c.received_at).where(
                _MSG.c.account_id == self.account, _MSG.c.message_id.in_(part)
            )
            for row in self.tx.rows(query.order_by(_MSG.c.id)):
                found.setdefault(row[0], []).append((row[1], row[2]))
        return found

    def add_receipts(self, same: Iterable[tuple[str, int]]) -> int:
        """Further external ids of stored messages; those that are there already are left. Returns how many were
        new."""
        fresh = dict(same)
        for known in self.tx.messages.known(self.account, list(fresh)):
            del fresh[known]
        rows = [
            {"account_id": self.account, "external_id": one, "message_id": message}
            for one, message in fresh.items()
        ]
        if rows:
            self.tx.add_all(_RECEIPT, rows)
        return len(rows)


def _parts(ids: Iterable[str]) -> Iterable[list[str]]:
    wanted = list(dict.fromkeys(one for one in ids if one))
    return (wanted[start : start + _PART] for start in range(0, len(wanted), _PART))
