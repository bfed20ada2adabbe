"""Migration 13: orders that are pulled from shops, what is done to them there, and rates to convert with.

An order from a file is known by its source and number; one from a shop by the account and the shop's own id, because
two shops number alike.
"""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE orders ADD COLUMN account_id BIGINT REFERENCES account (id)",
    "ALTER TABLE orders ADD COLUMN source_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE orders ADD COLUMN buyer_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE orders ADD COLUMN changed_at BIGINT",
    "ALTER TABLE orders ADD COLUMN shop_currency TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE orders ADD COLUMN shop_total TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE orders ADD COLUMN cases TEXT NOT NULL DEFAULT '{{}}'",
    "ALTER TABLE orders ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE orders ADD COLUMN notes TEXT NOT NULL DEFAULT '[]'",
    "DROP INDEX orders_number",
    "CREATE UNIQUE INDEX orders_file ON orders (source, number_key) WHERE account_id IS NULL",
    "CREATE UNIQUE INDEX orders_shop ON orders (account_id, source_id) WHERE account_id IS NOT NULL",
    "CREATE INDEX orders_buyer ON orders (buyer_id) WHERE buyer_id <> ''",
    """CREATE TABLE order_payload (
    order_id BIGINT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (order_id),
    FOREIGN KEY(order_id) REFERENCES orders (id) ON DELETE CASCADE
)""",
    """CREATE TABLE order_act (
    id {pk},
    order_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    state TEXT NOT NULL,
    agent_id BIGINT,
    created_at BIGINT NOT NULL,
    begun_at BIGINT,
    error TEXT NOT NULL,
    FOREIGN KEY(order_id) REFERENCES orders (id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(agent_id) REFERENCES agent (id)
)""",
    "CREATE INDEX order_act_open ON order_act (account_id, id) WHERE state IN ('queued', 'doing', 'uncertain')",
    "CREATE INDEX order_act_order ON order_act (order_id, id)",
    """CREATE TABLE rate (
    currency TEXT NOT NULL,
    into_currency TEXT NOT NULL,
    day TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (currency, into_currency, day)
)""",
    """CREATE TABLE account_hold (
    account_id BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (account_id),
    FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
)""",
)
