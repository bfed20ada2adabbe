"""Migration 7: customers that can be found by name or address, tagged, merged, and visited again.

A store that has customers already gets the words they are found by in the same transaction.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from csdesk.domain.customer import keys_of

STATEMENTS = (
    "ALTER TABLE customer ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE event ADD COLUMN customer_id BIGINT",
    """CREATE TABLE customer_key (
    key TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    PRIMARY KEY (key, customer_id),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
)""",
    """CREATE TABLE visit (
    agent_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (agent_id, customer_id),
    FOREIGN KEY(agent_id) REFERENCES agent (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
)""",
    "CREATE INDEX event_customer ON event (customer_id, id) WHERE customer_id IS NOT NULL",
    "CREATE INDEX customer_key_customer ON customer_key (customer_id)",
    "CREATE INDEX visit_latest ON visit (agent_id, at, customer_id)",
)
POSTGRESQL = ('CREATE INDEX customer_key_range ON customer_key (key COLLATE "C", customer_id)',)
"""Beginnings of words are a range by code point, whatever collation the database happens to have."""
AT_ONCE = 5000


def fill(conn: Connection) -> None:
    """The words by which the customers of an older store are found."""
    last = 0
    while True:
        people = conn.execute(
            text("SELECT id, name, country FROM customer WHERE id > :last ORDER BY id LIMIT :many"),
            {"last": last, "many": AT_ONCE},
        ).all()
        if not people:
            return
        bounds = {"low": last, "high": people[-1][0]}
        values: dict[int, list[str]] = {}
        for customer, value in conn.execute(
            text("SELECT customer_id, value FROM identity WHERE customer_id > :low AND customer_id <= :high"),
            bounds,
        ):
            values.setdefault(customer, []).append(value)
        rows = [
            {"key": key, "customer": customer}
            for customer, name, country in people
            for key in keys_of(name, country, values.get(customer, ()))
        ]
        if rows:
            conn.execute(text("INSERT INTO customer_key (key, customer_id) VALUES (:key, :customer)"), rows)
        last = people[-1][0]
