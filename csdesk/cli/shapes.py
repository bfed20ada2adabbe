"""The JSON shapes of results, which other programs rely on. Pure: dataclasses in, plain values out.

Instants become UTC ISO 8601 with a Z, money becomes a string, what is not known null.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from csdesk.domain.conversation import Attachment, Message, Note, QueueRow, Thread
from csdesk.domain.customer import Customer
from csdesk.domain.orders import Order, OrderLink, Shipment, stage
from csdesk.domain.outbox import OutboxRow
from csdesk.domain.people import Account, Agent
from csdesk.domain.ports import Check

if TYPE_CHECKING:
    from csdesk.services.search import Hit
    from csdesk.services.sync import SyncReport

Shape = dict[str, Any]


def instant(at: datetime | None) -> str | None:
    """2026-11-21T22:41:00Z."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def money(amount: Decimal | None) -> str | None:
    """An amount as it is written, so that no program rounds it."""
    return None if amount is None else str(amount)


def queue_row(row: QueueRow) -> Shape:
    """One conversation of the queue."""
    return {
        "id": row.id,
        "subject": row.subject,
        "customer": row.who,
        "customer_id": row.customer_id,
        "channel": row.channel,
        "account": row.account,
        "status": row.status,
        "language": row.language,
        "unread": row.unread,
        "assignee": row.assignee,
        "waiting_since": instant(row.waiting_since),
        "clocks": clocks(row.due_at if row.waiting_since else None),
        "tags": list(row.tags),
        "preview": row.preview,
        "messages": row.messages,
        "failed": row.failed,
        "draft": row.draft,
        "snoozed_until": instant(row.snoozed_until),
        "last_message_at": instant(row.last_message_at),
    }


def clocks(due: datetime | None) -> list[Shape]:
    """The deadlines that run now."""
    return [] if due is None else [{"kind": "platform", "due_at": instant(due)}]


def customer(card: Customer) -> Shape:
    """Who writes."""
    return {
        "id": card.id,
        "name": card.name,
        "identities": [
            {"channel": one.channel, "value": one.value, "name": one.name, "verified": one.verified}
            for one in card.identities
        ],
        "language": card.language,
        "country": card.country,
        "timezone": card.timezone,
        "since": instant(card.since),
        "notes": card.notes,
        "conversations": card.conversations,
    }


def attachment(file: Attachment) -> Shape:
    """A file; `id` is what `attachment save` takes."""
    return {"id": file.id, "name": file.name, "type": file.mime, "size": file.size, "inline": file.inline}


def message(one: Message) -> Shape:
    """A message that came or went."""
    return {
        "id": one.id,
        "direction": one.direction,
        "sender": str(one.sender),
        "to": [str(address) for address in one.to],
        "cc": [str(address) for address in one.cc],
        "subject": one.subject,
        "sent_at": instant(one.sent_at),
        "message_id": one.message_id,
        "text": one.text,
        "visible_text": one.visible_text,
        "language": one.language,
        "translation": None,
        "attachments": [attachment(file) for file in one.attachments],
        "state": one.state,
        "error": one.error or None,
        "agent": one.agent,
        "automatic": one.automatic or None,
        "broken": one.broken or None,
        "outbox_id": one.outbox_id,
        "findings": [{"level": level, "sentence": sentence} for level, sentence in one.findings],
        "protection": one.protection or None,
    }


def note(one: Note) -> Shape:
    """An internal note, in the place of a message."""
    return {
        "id": one.id,
        "direction": "note",
        "sender": one.agent,
        "sent_at": instant(one.created_at),
        "message_id": None,
        "text": one.text,
        "visible_text": one.text,
        "language": "",
        "translation": None,
        "attachments": [],
        "state": "kept",
        "agent": one.agent,
    }


def thread(one: Thread, who: Customer, links: tuple[OrderLink, ...], now: datetime) -> Shape:
    """A conversation whole, with who writes and which orders stand beside it."""
    return {
        "id": one.id,
        "subject": one.subject,
        "status": one.status,
        "account": one.account,
        "channel": one.channel,
        "assignee": one.assignee,
        "unread": one.unread,
        "language": one.language,
        "tags": list(one.tags),
        "waiting_since": instant(one.waiting_since),
        "clocks": clocks(one.due_at if one.waiting_since else None),
        "snoozed_until": instant(one.snoozed_until),
        "merged_into": one.merged_into,
        "rev": one.rev,
        "customer": customer(who),
        "orders": [{**order(link.order, now), "link": link.state} for link in links],
        "tickets": [],
        "messages": [message(e) if isinstance(e, Message) else note(e) for e in one.entries],
    }


def order(one: Order, now: datetime) -> Shape:
    """An order with its derived stage and its parcels."""
    return {
        "id": one.id,
        "source": one.source,
        "number": one.number,
        "stage": stage(one, now),
        "payment": one.payment,
        "fulfilment": one.fulfilment,
        "protection": one.protection,
        "protection_until": instant(one.protection_until),
        "after_sale": one.after_sale,
        "currency": one.currency,
        "total": money(one.total),
        "placed_at": instant(one.placed_at),
        "customer": one.customer_name,
        "email": one.email,
        "country": one.country,
        "city": one.city,
        "items": [
            {"title": item.title, "sku": item.sku, "quantity": item.quantity, "price": money(item.price)}
            for item in one.items
        ],
        "shipments": [shipment(parcel) for parcel in one.shipments],
    }


def shipment(parcel: Shipment) -> Shape:
    """A parcel; milestones newest first."""
    return {
        "number": parcel.number,
        "carrier": parcel.carrier,
        "status": parcel.status,
        "milestones": [
            {"at": instant(step.at), "status": step.status, "text": step.text, "place": step.place}
            for step in parcel.events
        ],
        "eta_from": instant(parcel.eta_from),
        "eta_to": instant(parcel.eta_to),
    }


def queued(row: OutboxRow) -> Shape:
    """What a reply became when it was handed over for sending."""
    return {
        "outbox_id": row.id,
        "state": row.state,
        "message_id": row.key,
        "conversation": row.conversation_id,
        "due_at": instant(row.due_at),
        "recipients": list(row.recipients),
    }


def outbox_row(row: OutboxRow) -> Shape:
    """A message in the outbox. A queued one that was never tried is next tried when its undo window ends."""
    waits = row.next_attempt_at or (row.due_at if row.state == "queued" else None)
    return {
        "id": row.id,
        "conversation": row.conversation_id,
        "state": row.state,
        "attempts": row.attempts,
        "next_attempt_at": instant(waits if row.state in ("queued", "uncertain") else None),
        "error": row.error or None,
        "account": row.account,
        "message_id": row.key,
        "recipients": list(row.recipients),
        "subject": row.subject,
        "agent": row.agent,
        "due_at": instant(row.due_at),
        "created_at": instant(row.created_at),
    }


def sync_report(report: SyncReport) -> Shape:
    """One round of fetching and sending."""
    return {
        "accounts": [
            {
                "name": one.name,
                "fetched": one.fetched,
                "stored": one.stored,
                "duplicates": one.duplicates,
                "failed": one.failed,
                "error": one.error or None,
                "code": one.code or None,
                "busy": one.busy,
            }
            for one in report.accounts
        ],
        "outbox": {state: report.outbox.get(state, 0) for state in ("sent", "failed", "uncertain", "queued")},
    }


def account(one: Account) -> Shape:
    """A configured mailbox; its settings hold no password."""
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind,
        "address": one.address,
        "display_name": one.display_name,
        "settings": dict(one.settings),
        "signature": one.signature,
        "undo_seconds": one.undo_seconds,
        "paused": one.paused,
        "last_sync_at": instant(one.last_sync_at),
        "error": one.health or None,
    }


def check(one: Check) -> Shape:
    """One step of trying an account."""
    return {"step": one.step, "ok": one.ok, "detail": one.detail, "code": one.code or None}


def agent(one: Agent) -> Shape:
    """A person who answers."""
    return {"id": one.id, "name": one.name, "languages": list(one.languages)}


def hit(one: Hit) -> Shape:
    """One find; `message` is null where an order number led to the conversation."""
    return {
        "conversation": one.conversation,
        "message": one.message,
        "score": one.score,
        "snippet": one.snippet,
        "subject": one.subject,
        "customer": one.who,
        "at": instant(one.at),
    }
