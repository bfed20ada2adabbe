"""Search over messages, customers and order numbers, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from csdesk.domain.tokens import normal, phrases
from csdesk.services.context import Context
from csdesk.store import Tx
from csdesk.text import clean_line, excerpt

SNIPPET = 120


@dataclass(frozen=True, slots=True)
class Hit:
    """One find. `message` is None when an order number led here. `score` is 1.0 for the newest and falls with
    the place in the list: newest first is the order, not relevance."""

    conversation: int
    message: int | None
    score: float
    snippet: str
    subject: str
    who: str
    at: datetime


class Search:
    """Finds what was said."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def find(self, query: str, *, limit: int = 50) -> tuple[Hit, ...]:
        """Messages that hold every word (the last Latin word of each may be a beginning), then conversations of
        customers whose order or parcel number begins so. Nothing in a query is syntax."""
        limit = max(1, min(limit, 1000))
        query = clean_line(query, limit=500)
        with self.store.read() as tx:
            ids = tx.search.find(query, limit)
            rows = {row.search_id: row for row in tx.messages.found(ids)}
            found = [rows[i] for i in ids if i in rows]
            hits = [
                (
                    r.conversation_id,
                    r.id,
                    snippet(r.text, query),
                    r.subject,
                    r.sender_name or r.sender_address,
                    r.sent_at,
                )
                for r in found
            ]
            hits += _by_order(tx, query, {hit[0] for hit in hits}, limit - len(hits))
        return tuple(
            Hit(conversation, message, round(1 / (1 + place), 4), text, subject, who, at)
            for place, (conversation, message, text, subject, who, at) in enumerate(hits)
        )


def _by_order(
    tx: Tx, query: str, known: set[int], limit: int
) -> list[tuple[int, int | None, str, str, str, datetime]]:
    word = query.strip()
    if limit <= 0 or not any(c.isdigit() for c in word) or " " in word:
        return []
    out: list[tuple[int, int | None, str, str, str, datetime]] = []
    orders = {order.id: order for order in [*tx.orders.by_number(word), *tx.orders.by_prefix(word)]}
    for order in orders.values():
        for conversation, subject, at in tx.orders.conversations(order.id):
            if conversation not in known and len(out) < limit:
                known.add(conversation)
                text = f"{order.number}  {order.customer_name}  {order.total} {order.currency}"
                out.append((conversation, None, text, subject, order.customer_name, at))
    return out


def snippet(text: str, query: str) -> str:
    """The part of a text around the first word of the query that occurs in it, on one line."""
    folded = normal(text)
    if len(folded) == len(text):
        for words, _prefix in phrases(query):
            at = folded.find(words[0])
            if at > SNIPPET // 3:
                return "…" + excerpt(text[at - SNIPPET // 3 :], SNIPPET)
            if at >= 0:
                break
    return excerpt(text, SNIPPET)
