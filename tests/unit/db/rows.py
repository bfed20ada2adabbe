"""Rows for the tests of the database layer: an account, customers, conversations, queued messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from csdesk.domain.events import State
from csdesk.store import Store, Tx
from tests.databases import NOW


def account(tx: Tx, name: str = "support", **values: Any) -> int:
    fields: dict[str, Any] = {
        "kind": "maildir",
        "address": f"{name}@shop.example",
        "display_name": "Shop",
        "settings": {},
        "signature": "",
        "undo_seconds": 10,
        "first_reply_minutes": 60,
        "paused": False,
        "health": "",
    }
    return tx.accounts.add(name=name, **{**fields, **values}).id


def customer(tx: Tx, address: str) -> int:
    person = {
        "value": address,
        "name": address.partition("@")[0],
        "language": "en",
        "country": "",
        "timezone": "",
    }
    return tx.customers.add_all([{"channel": "mail", **person, "utc_offset": None, "created_at": NOW}])[0]


def conversation(tx: Tx, account: int, customer: int, at: datetime = NOW, **state: Any) -> int:
    """A conversation in which the customer waits since `at`, unless `state` says something else."""
    made = tx.conversations.allocate(1)[0]
    waiting = {
        "waiting_since": at,
        "due_at": at + timedelta(hours=1),
        "unread": True,
        "messages": 1,
        "rev": 1,
    }
    batch = tx.conversations.batch()
    batch.create(
        made,
        f"Subject {made}",
        "",
        State(
            account_id=account,
            customer_id=customer,
            created_at=at,
            last_message_at=at,
            **{**waiting, **state},
        ),
        data={},
    )
    batch.flush()
    return made


def message(tx: Tx, account: int, conversation: int, text: str = "hello", **values: Any) -> int:
    from csdesk.db.messages import search_id
    from csdesk.domain.tokens import index_words as prepare

    made = tx.messages.allocate(1)[0]
    at = values.get("sent_at", NOW)
    row: dict[str, Any] = {
        "id": made,
        "conversation_id": conversation,
        "account_id": account,
        "direction": "in",
        "message_id": f"{made}@buyer.example",
        "sender_name": "Ana",
        "sender_address": "ana@buyer.example",
        "recipients": {},
        "subject": "Subject",
        "text": text,
        "quotes": [],
        "language": "en",
        "sent_at": at,
        "received_at": at,
        "agent_id": None,
        "template": "",
        "automatic": "",
        "broken": "",
        "content_hash": "",
        "raw_hash": "",
        "search_id": search_id(at, made),
    }
    row.update(values)
    tx.messages.add_all([row])
    tx.search.add_all([(row["search_id"], prepare(text))])
    return made


def outgoing(tx: Tx, account: int, conversation: int, key: str, **values: Any) -> int:
    """A queued message that is due; returns its outbox row."""
    made = message(tx, account, conversation, direction="out", message_id=key)
    fields: dict[str, Any] = {"agent_id": None, "draft": {}, "due_at": tx.now}
    row = tx.outbox.add(
        conversation_id=conversation,
        message_id=made,
        account_id=account,
        key=key,
        envelope_from="support@shop.example",
        recipients=["ana@buyer.example"],
        raw_hash="",
        **{**fields, **values},
    )
    state = tx.conversations.state(conversation)
    tx.conversations.change(conversation, "queued", {"messages": state.messages + 1}, agent=None)
    return row


def desk(store: Store) -> tuple[int, int]:
    """An account and a customer; their ids."""
    with store.write() as tx:
        return account(tx), customer(tx, "ana@buyer.example")
