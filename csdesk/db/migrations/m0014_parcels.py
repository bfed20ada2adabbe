"""Migration 14: why a parcel stands still and what is expected of it, and who asks about it when.

Parcels that are there learn from their own events and their order what the new columns hold.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from csdesk.domain.orders import s10_country

STATEMENTS = (
    "ALTER TABLE shipment ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE shipment ADD COLUMN action_required BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE shipment ADD COLUMN eta_source TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE shipment ADD COLUMN raw_substatus TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE shipment ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE shipment ADD COLUMN destination TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE shipment ADD COLUMN last_event_at BIGINT",
    "ALTER TABLE shipment ADD COLUMN polled_at BIGINT",
    "ALTER TABLE shipment ADD COLUMN days BIGINT",
    """CREATE TABLE parcel_watch (
    shipment_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    registered BOOLEAN NOT NULL,
    next_at BIGINT,
    error TEXT NOT NULL,
    PRIMARY KEY (shipment_id),
    FOREIGN KEY(shipment_id) REFERENCES shipment (id) ON DELETE CASCADE,
    FOREIGN KEY(account_id) REFERENCES account (id)
)""",
    "CREATE INDEX parcel_watch_next ON parcel_watch (account_id, next_at) WHERE next_at IS NOT NULL",
    "CREATE INDEX shipment_lane ON shipment (carrier, destination, origin) WHERE days IS NOT NULL",
    "CREATE INDEX shipment_open ON shipment (last_event_at) "
    "WHERE status NOT IN ('delivered', 'returned', 'lost', 'cancelled')",
)


def fill(conn: Connection) -> None:
    """The new columns of parcels that are there."""
    rows = conn.execute(
        text(
            "SELECT s.id, s.number, s.status, s.shipped_at, s.events, o.country FROM shipment s "
            "LEFT JOIN orders o ON o.id = s.order_id"
        )
    ).all()
    for row in rows:
        events = json.loads(row.events) if isinstance(row.events, str) else row.events or []
        last = max((event[0] for event in events), default=None)
        delivered = max((event[0] for event in events if event[1] == "delivered"), default=None)
        days = None
        if row.status == "delivered" and delivered is not None and row.shipped_at is not None:
            days = max((_at(delivered) - _at(row.shipped_at)).days, 0)
        values = {
            "id": row.id,
            "last": last,
            "days": days,
            "origin": s10_country(row.number),
            "to": row.country or "",
        }
        conn.execute(
            text(
                "UPDATE shipment SET last_event_at = :last, days = :days, origin = :origin, destination = :to "
                "WHERE id = :id"
            ),
            values,
        )


def _at(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)
