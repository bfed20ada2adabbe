"""How far each webhook came, what of the log it is to be told next, and what that is about: rows of the views that
other programs read, so that nothing leaves here which is not in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from csdesk.db.feed import LATE_SECONDS
from csdesk.db.report_views import by_name
from csdesk.db.shop_tables import Webhook
from csdesk.db.tables import table
from csdesk.db.tx import Tx
from csdesk.domain.events import Event
from csdesk.domain.webhooks import HookState

_HOOK = table(Webhook)
LINES = 200
"""Items of an order that are told; its number and total say what it is."""


class Webhooks:
    """Reads and writes the states of webhooks."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def state(self, name: str) -> HookState | None:
        """How far a webhook came; None for one that was never told anything."""
        row = self.tx.one(select(_HOOK).where(_HOOK.c.name == name))
        if row is None:
            return None
        return HookState(
            row.name, (row.event, row.part), row.paused, row.error, row.failing_since, row.attempts, row.next_at,
            row.delivered_at,
        )  # fmt: skip

    def begin(self, name: str) -> HookState:
        """The state of a webhook; a new one is told what happens from now on."""
        found = self.state(name)
        if found is None:
            make = sqlite.insert if self.tx.sqlite else postgresql.insert
            values = {
                "name": name, "event": self.tx.log.last_id(), "part": 0, "paused": "", "error": "", "attempts": 0,
            }  # fmt: skip
            self.tx.run(make(_HOOK).values(**values).on_conflict_do_nothing())
            found = self.state(name)
            assert found is not None
        return found

    def set(self, before: HookState, **fields: Any) -> bool:
        """Change a state, provided that its cursor is still where `before` has it and that nobody paused it: False
        where somebody was faster."""
        event, part = before.cursor
        here = (_HOOK.c.name == before.name) & (_HOOK.c.event == event) & (_HOOK.c.part == part)
        return self.tx.run(update(_HOOK).where(here, _HOOK.c.paused == "").values(**_columns(fields))) == 1

    def put(self, name: str, **fields: Any) -> None:
        """Change a state, whatever it is."""
        self.tx.run(update(_HOOK).where(_HOOK.c.name == name).values(**_columns(fields)))

    def next_events(self, after: int, limit: int) -> list[Event]:
        """Events of the log behind `after`, in order. Where PostgreSQL skipped a number, its transaction may still be
        under way: nothing behind it is told before that cannot be any more."""
        late = self.tx.now - timedelta(seconds=LATE_SECONDS)
        out: list[Event] = []
        for event in self.tx.log.whole(after, limit):
            if event.id != after + 1 and event.at > late and not self.tx.sqlite:
                break
            after = event.id
            out.append(event)
        return out

    def conversation(self, number: int) -> dict[str, Any] | None:
        """A conversation as report_conversations has it."""
        return self._one("report_conversations", "conversation_id", number)

    def customer(self, number: int) -> dict[str, Any] | None:
        """A customer as report_customers has it."""
        return self._one("report_customers", "customer_id", number)

    def order(self, number: int) -> dict[str, Any] | None:
        """An order with its lines and parcels."""
        order = self._one("report_orders", "order_id", number)
        if order is not None:
            lines = self._rows("report_order_lines", "order_id", number, LINES)
            order["lines"] = sorted(lines, key=lambda line: int(line["line"]))
            order["shipments"] = self._rows("report_shipments", "order_id", number, LINES)
        return order

    def shipment(self, number: str) -> dict[str, Any] | None:
        """A parcel with its newest event."""
        parcel = self._one("report_shipments", "number", number)
        if parcel is not None:
            events = self._rows("report_shipment_events", "shipment_id", parcel["shipment_id"], LINES)
            parcel["last_event"] = min(events, key=lambda one: int(one["event"]), default=None)
        return parcel

    def automatic(self, message: int) -> bool:
        """Whether a message was written by no person."""
        row = self.tx.one(text("SELECT automatic FROM message WHERE id = :id"), {"id": message})
        return row is None or row[0] != ""

    def _one(self, view: str, key: str, value: int | str) -> dict[str, Any] | None:
        return next(iter(self._rows(view, key, value, 1)), None)

    def _rows(self, view: str, key: str, value: int | str, limit: int) -> Sequence[dict[str, Any]]:
        return self.tx.reports.some(by_name()[view], key, value, limit)


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    values = dict(fields)
    if "cursor" in values:
        values["event"], values["part"] = values.pop("cursor")
    return values
