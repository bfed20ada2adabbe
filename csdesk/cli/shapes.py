"""The JSON shapes of results, which other programs rely on. Pure: dataclasses in, plain values out.

Instants become UTC ISO 8601 with a Z, money becomes a string, what is not known null.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from csdesk.domain.conversation import Attachment, Message, Note, QueueRow, Thread
from csdesk.domain.customer import Customer, Earlier
from csdesk.domain.orders import Dispute, Order, OrderLink, Return, Shipment, respond_by, stage
from csdesk.domain.outbox import OutboxRow
from csdesk.domain.parcels import milestones
from csdesk.domain.people import Account, Agent
from csdesk.domain.ports import Check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csdesk.domain.composed import Composed
    from csdesk.domain.translation import Translation
    from csdesk.services.parcels import ParcelView
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
        "tags": list(card.tags),
        "conversations": card.conversations,
    }


def earlier(one: Earlier) -> Shape:
    """A conversation in its customer's list."""
    return {
        "id": one.id,
        "subject": one.subject,
        "status": one.status,
        "last_message_at": instant(one.last_message_at),
    }


def attachment(file: Attachment) -> Shape:
    """A file; `id` is what `attachment save` takes."""
    return {"id": file.id, "name": file.name, "type": file.mime, "size": file.size, "inline": file.inline}


def translation(made: Translation | None) -> Shape | None:
    """A message in another language; `doubtful` are the sentences that may be wrong, and why."""
    if made is None:
        return None
    sentences = (made.sentences[at] for at in made.doubtful)
    return {
        "language": made.target_language,
        "text": made.text,
        "engine": made.engine,
        "demo": made.demo,
        "doubtful": [{"sentence": one.target, "flags": list(one.flags)} for one in sentences],
    }


def composed(made: Composed | None) -> Shape | None:
    """A reply in the customer's language, sentence by sentence. `origin` is model, memory, edited or same."""
    if made is None:
        return None
    return {
        "from": made.source_language,
        "language": made.target_language,
        "text": made.text,
        "engine": made.engine,
        "demo": made.demo,
        "sentences": [
            {
                "own": one.own,
                "text": one.text,
                "back": one.back or None,
                "origin": one.origin,
                "flags": list(one.flags),
                "missing": list(one.missing),
                "added": list(one.added),
                "memory": {"text": one.offer, "score": one.offered} if one.offer else None,
            }
            for one in made.sentences
            if one.own
        ],
    }


def message(one: Message, made: Translation | None = None) -> Shape:
    """A message that came or went, with its translation where there is one."""
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
        "translation": translation(made),
        "attachments": [attachment(file) for file in one.attachments],
        "state": one.state,
        "error": one.error or None,
        "agent": one.agent,
        "automatic": one.automatic or None,
        "broken": one.broken or None,
        "outbox_id": one.outbox_id,
        "findings": [{"level": level, "sentence": sentence} for level, sentence in one.findings],
        "protection": one.protection or None,
        "own_text": one.own_text or None,
        "own_language": one.own_language or None,
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


def thread(
    one: Thread,
    who: Customer,
    links: tuple[OrderLink, ...],
    now: datetime,
    translated: Mapping[int, Translation] | None = None,
) -> Shape:
    """A conversation whole, with who writes, which orders stand beside it, and translations by message."""
    made = translated or {}
    return {
        "id": one.id,
        "subject": one.subject,
        "status": one.status,
        "account": one.account,
        "channel": one.channel,
        "assignee": one.assignee,
        "unread": one.unread,
        "language": one.language,
        "language_chosen": one.language_chosen,
        "tags": list(one.tags),
        "waiting_since": instant(one.waiting_since),
        "clocks": clocks(one.due_at if one.waiting_since else None),
        "snoozed_until": instant(one.snoozed_until),
        "merged_into": one.merged_into,
        "rev": one.rev,
        "customer": customer(who),
        "orders": [{**order(link.order, now), "link": link.state} for link in links],
        "tickets": [],
        "messages": [message(e, made.get(e.id)) if isinstance(e, Message) else note(e) for e in one.entries],
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
            {
                "title": item.title,
                "sku": item.sku,
                "quantity": item.quantity,
                "price": money(item.price),
                "options": item.options,
            }
            for item in one.items
        ],
        "shipments": [shipment(parcel) for parcel in one.shipments],
        "source_id": one.source_id,
        "buyer_id": one.buyer_id,
        "changed_at": instant(one.changed_at),
        "respond_by": instant(respond_by(one)),
        "refunds": [
            {"amount": money(each.amount), "at": instant(each.at), "reason": each.reason}
            for each in one.refunds
        ],
        "returns": [case(each) for each in one.returns],
        "disputes": [
            {**case(each), "kind": each.kind, "amount": money(each.amount)} for each in one.disputes
        ],
        "tags": list(one.tags),
        "notes": [
            {"text": each.text, "author": each.author, "at": instant(each.at), "public": each.public}
            for each in one.notes
        ],
        "raw": dict(one.raw),
    }


def case(one: Return | Dispute) -> Shape:
    """Goods that come back, or a case that the buyer opened."""
    return {
        "id": one.id,
        "status": one.status,
        "raw_status": one.raw_status,
        "reason": one.reason,
        "respond_by": instant(one.respond_by),
    }


def shipment(parcel: Shipment, told: Mapping[str, Translation] | None = None) -> Shape:
    """A parcel; `milestones` are its events, newest first, `reached` how far it came and when. With `told`, what the
    carrier says in another language stands beside each."""
    return {
        "number": parcel.number,
        "carrier": parcel.carrier,
        "status": parcel.status,
        "reason": parcel.reason,
        "action_required": parcel.action_required,
        "raw_status": parcel.raw_status,
        "raw_substatus": parcel.raw_substatus,
        "milestones": [
            {
                "at": instant(step.at),
                "status": step.status,
                "text": step.text,
                "place": step.place,
                "milestone": step.milestone,
                **({} if not told else {"translation": translation(told.get(step.text))}),
            }
            for step in parcel.events
        ],
        "reached": {name: instant(at) for name, at in milestones(parcel.events).items()},
        "eta_from": instant(parcel.eta_from),
        "eta_to": instant(parcel.eta_to),
        "eta_source": parcel.eta_source,
        "shipped_at": instant(parcel.shipped_at),
        "origin": parcel.origin,
        "destination": parcel.destination,
        "last_event_at": instant(parcel.last_event_at),
        "last_polled_at": instant(parcel.polled_at),
    }


def recognised(view: ParcelView) -> Shape:
    """What a number says by itself, and where it can be looked up."""
    return {
        "carriers": [
            {"carrier": one.carrier, "proof": one.proof, "country": one.country, "service": one.service}
            for one in view.carriers
        ],
        "page": view.page,
        "usual_days": view.usual.median if view.usual else None,
        "usual_days_p90": view.usual.p90 if view.usual else None,
        "error": view.error,
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
    """One find; `message` is null where an internal note (`note`, by `agent`) or an order number led to the
    conversation."""
    noted = one.note is not None
    return {
        "conversation": one.conversation,
        "message": one.message,
        "note": one.note,
        "score": one.score,
        "snippet": one.snippet,
        "subject": one.subject,
        "customer": None if noted else one.who,
        "agent": one.who if noted else None,
        "at": instant(one.at),
    }
