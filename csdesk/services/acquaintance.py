"""Whether a mail that a channel only showed the head of is stored already, so that its body need not be fetched.

The answer is no whenever there is doubt: then the whole mail is fetched, and ingest compares what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from csdesk.db.awaited import Strangers
from csdesk.domain.people import Account
from csdesk.domain.ports import Head, Recognise
from csdesk.mail.parse import parse
from csdesk.store import Store


def recogniser(store: Store, account: Account) -> Recognise:
    """For one fetch of one account.

    Mail that the shop wrote is known by its Message-ID. Mail from outside may carry a Message-ID that somebody
    else used, so it must have come in the same second too, under an id that one stored message alone has; and no
    stored message is taken for two mails.
    """
    taken: set[int] = set()

    def recognise(heads: Sequence[Head]) -> Mapping[str, int]:
        ids = {head.external_id: parse(head.header).message_id for head in heads if head.header}
        with store.read() as tx:
            stored = Strangers(tx, account.id).acquainted(ids.values())
        found: dict[str, int] = {}
        for head in heads:
            candidates = stored.get(ids.get(head.external_id, ""), [])
            if head.outbound:
                candidates = candidates[:1]
            elif len(candidates) != 1 or not _same_second(head, candidates[0][1]):
                continue
            if candidates and candidates[0][0] not in taken:
                found[head.external_id] = candidates[0][0]
                taken.add(candidates[0][0])
        return found

    return recognise


def _same_second(head: Head, received_at: datetime) -> bool:
    """Servers tell whole seconds."""
    return head.received_at is not None and int(head.received_at.timestamp()) == int(received_at.timestamp())
