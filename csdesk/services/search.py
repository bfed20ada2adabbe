"""Search over messages, internal notes, customers and order numbers, newest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from csdesk.domain.tokens import normal, phrases
from csdesk.services.context import Context
from csdesk.store import Tx
from csdesk.text import clean_line, excerpt

SNIPPET = 120


@dataclass(frozen=True, slots=True)
class Hit:
    """One find: in a message, in the internal note `note` (then `who` is the colleague who wrote it), or neither
    when an order number led here. `score` is 1.0 for the newest and falls with the place in the list: newest first
    is the order, not relevance."""

    conversation: int
    message: int | None
    score: float
    snippet: str
    subject: str
    who: str
    at: datetime
    note: int | None = None


class Search:
    """Finds what was said."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def find(self, query: str, *, limit: int = 50) -> tuple[Hit, ...]:
        """Messages and notes that hold every word (the last Latin word of each may be a beginning), then
        conversations of customers whose order or parcel number begins so. Nothing in a query is syntax."""
        limit = max(1, min(limit, 1000))
        query = clean_line(query, limit=500)
        with self.store.read() as tx:
            found = [*_messages(tx, query, limit), *_notes(tx, query, limit)]
            found.sort(key=lambda one: one[0], reverse=True)
            hits = [hit for _place, hit in found[:limit]]
            hits += _by_order(tx, query, {hit.conversation for hit in hits}, limit - len(hits))
        return tuple(replace(hit, score=round(1 / (1 + place), 4)) for place, hit in enumerate(hits))


def _messages(tx: Tx, query: str, limit: int) -> list[tuple[int, Hit]]:
    return [
        (
            row.search_id,
            Hit(
                row.conversation_id, row.id, 0.0, snippet(row.text, query, row.own_text), row.subject,
                row.sender_name or row.sender_address, row.sent_at,
            ),
        )
        for row in tx.messages.found(tx.search.find(query, limit))
    ]  # fmt: skip


def _notes(tx: Tx, query: str, limit: int) -> list[tuple[int, Hit]]:
    return [
        (
            row.search_id,
            Hit(
                row.conversation_id, None, 0.0, snippet(row.text, query), row.subject, row.agent, row.created_at,
                row.id,
            ),
        )
        for row in tx.messages.found_notes(tx.search.find_notes(query, limit))
    ]  # fmt: skip


def _by_order(tx: Tx, query: str, known: set[int], limit: int) -> list[Hit]:
    word = query.strip()
    if limit <= 0 or not any(c.isdigit() for c in word) or " " in word:
        return []
    out: list[Hit] = []
    orders = {order.id: order for order in [*tx.orders.by_number(word), *tx.orders.by_prefix(word)]}
    for order in orders.values():
        for conversation, subject, at in tx.orders.conversations(order.id):
            if conversation not in known and len(out) < limit:
                known.add(conversation)
                text = f"{order.number}  {order.customer_name}  {order.total} {order.currency}"
                out.append(Hit(conversation, None, 0.0, text, subject, order.customer_name, at))
    return out


def snippet(text: str, query: str, own: str = "") -> str:
    """The part of a text around the first word of the query that occurs in it, on one line; of what the agent wrote
    before it was translated (`own`) where only that has one."""
    for part in filter(None, (text, own)):
        folded = normal(part)
        if len(folded) != len(part):
            continue
        for words, _prefix in phrases(query):
            at = folded.find(words[0])
            if at > SNIPPET // 3:
                return "…" + excerpt(part[at - SNIPPET // 3 :], SNIPPET)
            if at >= 0:
                return excerpt(part, SNIPPET)
    return excerpt(text, SNIPPET)
