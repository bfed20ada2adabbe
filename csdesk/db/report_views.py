"""The views that other programs read: names, columns and SQL for both databases, in one place. What they never hold is
an internal note, what somebody noted about a customer or an order, a reply that was taken back, or a secret.

They are a promise. In a later version a view gets columns at its end and nothing else: PostgreSQL then replaces it and
keeps who may read it. VERSION goes up with every change; a store is brought up to it when it is opened
(db.migrations.put_views). A migration that changes a column used here drops the views and forgets their version first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from csdesk.i18n import N_

SENT = "(o.id IS NULL OR o.state IN ('sent', 'delivered'))"
"""Of a message `m` and its row in the outbox `o`: that it left; what was written elsewhere has no such row."""


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is id, count, text, time, date, amount, yesno or seconds; `sql` gives it in the terms of the tables."""

    name: str
    kind: str
    sql: str


@dataclass(frozen=True, slots=True)
class View:
    """`about` says in a sentence what a row is; `hides` that it leaves rows out which nobody may guess."""

    name: str
    about: str
    columns: tuple[Column, ...]
    source: str
    hides: bool = False


def _view(name: str, about: str, columns: str, source: str, *, hides: bool = False) -> View:
    told = [line.split(maxsplit=2) for line in columns.strip().splitlines()]
    return View(name, about, tuple(Column(*one) for one in told), source, hides)


VIEWS = (
    _view(
        "report_accounts",
        N_("A mailbox, shop or carrier that the desk is connected with"),
        """
        account_id   id    a.id
        account      text  a.name
        channel      text  a.kind
        address      text  a.address
        paused       yesno a.paused
        last_sync_at time  a.last_sync_at
        """,
        "FROM account a",
    ),
    _view(
        "report_conversations",
        N_("A conversation as it is now; `merged_into` names the one that it went into"),
        """
        conversation_id    id    c.id
        account_id         id    c.account_id
        account            text  a.name
        channel            text  a.kind
        customer_id        id    c.customer_id
        subject            text  CASE WHEN substr(c.subject, 1, 1) = @mark THEN '' ELSE c.subject END
        status             text  c.status
        agent              text  g.name
        language           text  c.language
        messages           count c.messages
        opened_at          time  c.created_at
        last_message_at    time  c.last_message_at
        waiting_since      time  c.waiting_since
        first_reply_due_at time  c.due_at
        snoozed_until      time  c.snoozed_until
        merged_into        id    c.merged_into
        """,
        "FROM conversation c JOIN account a ON a.id = c.account_id LEFT JOIN agent g ON g.id = c.assignee_id",
    ),
    _view(
        "report_conversation_tags",
        N_("One tag of one conversation"),
        """
        conversation_id id   t.conversation_id
        tag             text t.name
        """,
        "FROM tag t",
    ),
    _view(
        "report_messages",
        N_("A message from or to a customer, with its text; `state` tells how far one of ours came"),
        """
        message_id      id   m.id
        conversation_id id   m.conversation_id
        account         text a.name
        channel         text a.kind
        direction       text m.direction
        state           text CASE WHEN m.direction = 'in' THEN 'received' ELSE COALESCE(o.state, 'sent') END
        automatic       text m.automatic
        sender_name     text m.sender_name
        sender_address  text m.sender_address
        agent           text g.name
        template        text m.template
        subject         text m.subject
        text            text m.text
        language        text m.language
        sent_at         time COALESCE(o.sent_at, m.sent_at)
        received_at     time m.received_at
        """,
        "FROM message m JOIN account a ON a.id = m.account_id LEFT JOIN outbox o ON o.message_id = m.id "
        "LEFT JOIN agent g ON g.id = m.agent_id WHERE o.id IS NULL OR o.state <> 'cancelled'",
        hides=True,
    ),
    _view(
        "report_customers",
        N_("A customer; `merged_into` names the one that he or she turned out to be"),
        """
        customer_id id   c.id
        name        text c.name
        language    text c.language
        country     text c.country
        time_zone   text c.timezone
        created_at  time c.created_at
        merged_into id   c.merged_into
        """,
        "FROM customer c",
    ),
    _view(
        "report_identities",
        N_("An address, buyer id or number by which a customer is known on a channel"),
        """
        customer_id id    i.customer_id
        channel     text  i.channel
        value       text  i.value
        name        text  i.name
        verified    yesno i.verified
        """,
        "FROM identity i",
    ),
    _view(
        "report_orders",
        N_("An order as its shop or file tells it"),
        """
        order_id         id     o.id
        number           text   o.number
        source           text   o.source
        account          text   a.name
        customer_id      id     o.customer_id
        email            text   o.email
        customer_name    text   o.customer_name
        placed_at        time   o.placed_at
        currency         text   o.currency
        total            amount o.total
        payment          text   o.payment
        fulfilment       text   o.fulfilment
        protection       text   o.protection
        protection_until time   o.protection_until
        after_sale       text   o.after_sale
        country          text   o.country
        city             text   o.city
        address          text   o.address
        shop_changed_at  time   o.changed_at
        updated_at       time   o.updated_at
        """,
        "FROM orders o LEFT JOIN account a ON a.id = o.account_id",
    ),
    _view(
        "report_order_lines",
        N_("One item of an order"),
        """
        order_id id     o.id
        number   text   o.number
        line     count  @nth
        title    text   one.value ->> 0
        sku      text   one.value ->> 1
        quantity count  one.value ->> 2
        currency text   o.currency
        price    amount one.value ->> 3
        options  text   COALESCE(one.value ->> 4, '')
        """,
        "FROM orders o @each(o.items)",
    ),
    _view(
        "report_shipments",
        N_("A parcel and how it stands"),
        """
        shipment_id     id    s.id
        number          text  s.number
        carrier         text  s.carrier
        order_id        id    s.order_id
        order_number    text  o.number
        status          text  s.status
        reason          text  s.reason
        action_required yesno s.action_required
        raw_status      text  s.raw_status
        raw_substatus   text  s.raw_substatus
        origin          text  s.origin
        destination     text  s.destination
        shipped_at      time  s.shipped_at
        eta_from        time  s.eta_from
        eta_to          time  s.eta_to
        eta_source      text  s.eta_source
        last_event_at   time  s.last_event_at
        days            count s.days
        updated_at      time  s.updated_at
        """,
        "FROM shipment s LEFT JOIN orders o ON o.id = s.order_id",
    ),
    _view(
        "report_shipment_events",
        N_("What a carrier told of a parcel; number 1 is the newest"),
        """
        shipment_id id    s.id
        number      text  s.number
        event       count @nth
        at          time  CAST(one.value ->> 0 AS BIGINT)
        status      text  one.value ->> 1
        text        text  one.value ->> 2
        place       text  one.value ->> 3
        milestone   text  COALESCE(one.value ->> 4, '')
        """,
        "FROM shipment s @each(s.events)",
    ),
    _view(
        "report_outbox",
        N_("A message that was handed over for sending, and its fate"),
        """
        outbox_id       id    o.id
        message_id      id    o.message_id
        conversation_id id    o.conversation_id
        account         text  a.name
        agent           text  g.name
        state           text  o.state
        attempts        count o.attempts
        created_at      time  o.created_at
        due_at          time  o.due_at
        attempted_at    time  o.attempted_at
        next_attempt_at time  o.next_attempt_at
        sent_at         time  o.sent_at
        """,
        "FROM outbox o JOIN account a ON a.id = o.account_id LEFT JOIN agent g ON g.id = o.agent_id",
    ),
    _view(
        "report_first_replies",
        N_("How long a customer waited for the first answer of a person, day and night"),
        """
        conversation_id id      q.conversation_id
        account         text    a.name
        channel         text    a.kind
        agent           text    g.name
        asked_at        time    q.at
        answered_at     time    r.at
        seconds         seconds (r.at - q.at) / 1000000
        """,
        "FROM (SELECT conversation_id, MIN(sent_at) AS at FROM message "
        "WHERE direction = 'in' AND automatic = '' GROUP BY conversation_id) q "
        "JOIN (SELECT m.conversation_id, m.agent_id, COALESCE(o.sent_at, m.sent_at) AS at, ROW_NUMBER() OVER "
        "(PARTITION BY m.conversation_id ORDER BY COALESCE(o.sent_at, m.sent_at), m.id) AS nth "
        "FROM message m LEFT JOIN outbox o ON o.message_id = m.id "
        f"WHERE m.direction = 'out' AND m.automatic = '' AND {SENT}) r "
        "ON r.conversation_id = q.conversation_id AND r.nth = 1 AND r.at >= q.at "
        "JOIN conversation c ON c.id = q.conversation_id AND c.status <> 'spam' AND c.merged_into IS NULL "
        "JOIN account a ON a.id = c.account_id LEFT JOIN agent g ON g.id = r.agent_id",
    ),
    _view(
        "report_daily",
        N_("What happened through an account on a day in UTC"),
        """
        day                   date    d.day
        account_id            id      a.id
        account               text    a.name
        channel               text    a.kind
        conversations_opened  count   SUM(d.opened)
        conversations_closed  count   SUM(d.closed)
        customer_messages     count   SUM(d.asked)
        replies               count   SUM(d.replied)
        first_replies         count   SUM(d.first)
        first_reply_seconds   seconds SUM(d.waited)
        """,
        "FROM ("
        "SELECT @day(created_at) AS day, account_id, 1 AS opened, 0 AS closed, 0 AS asked, 0 AS replied, "
        "0 AS first, 0 AS waited FROM conversation WHERE status <> 'spam' AND merged_into IS NULL "
        "UNION ALL SELECT @day(e.at), c.account_id, 0, 1, 0, 0, 0, 0 FROM event e "
        "JOIN conversation c ON c.id = e.conversation_id WHERE e.kind = 'closed' "
        "UNION ALL SELECT @day(sent_at), account_id, 0, 0, 1, 0, 0, 0 FROM message "
        "WHERE direction = 'in' AND automatic = '' "
        "UNION ALL SELECT @day(COALESCE(o.sent_at, m.sent_at)), m.account_id, 0, 0, 0, 1, 0, 0 FROM message m "
        f"LEFT JOIN outbox o ON o.message_id = m.id WHERE m.direction = 'out' AND m.automatic = '' AND {SENT} "
        "UNION ALL SELECT @day(r.at), c.account_id, 0, 0, 0, 0, 1, (r.at - r.asked) / 1000000 FROM "
        "(SELECT q.conversation_id, q.at AS asked, MIN(COALESCE(o.sent_at, m.sent_at)) AS at FROM "
        "(SELECT conversation_id, MIN(sent_at) AS at FROM message WHERE direction = 'in' AND automatic = '' "
        "GROUP BY conversation_id) q JOIN message m ON m.conversation_id = q.conversation_id "
        "LEFT JOIN outbox o ON o.message_id = m.id "
        f"WHERE m.direction = 'out' AND m.automatic = '' AND {SENT} "
        "GROUP BY q.conversation_id, q.at) r JOIN conversation c ON c.id = r.conversation_id "
        "WHERE r.at >= r.asked AND c.status <> 'spam' AND c.merged_into IS NULL"
        ") d JOIN account a ON a.id = d.account_id GROUP BY d.day, a.id, a.name, a.kind",
    ),
)
NAMES = tuple(view.name for view in VIEWS)
_ABOUT = "report_about"
"""One row: which version of the views a reader has before it."""


def statements(dialect: str, version: int) -> tuple[str, ...]:
    """What makes the views anew in 'sqlite' or 'postgresql'; the latter keeps who may read them."""
    out = [] if dialect == "postgresql" else list(dropped())
    out += [_create(view, dialect) for view in VIEWS]
    make = "CREATE OR REPLACE VIEW" if dialect == "postgresql" else "CREATE VIEW"
    return (*out, f"{make} {_ABOUT} AS SELECT {version:d} AS version")


def dropped() -> tuple[str, ...]:
    """What removes them, for a migration that changes what they are made of."""
    return tuple(f"DROP VIEW IF EXISTS {name}" for name in (*NAMES, _ABOUT))


def grants(role: str) -> tuple[str, ...]:
    """What lets a role of PostgreSQL read the views and nothing else."""
    name = '"' + role.replace('"', '""') + '"'
    return tuple(f"GRANT SELECT ON {view} TO {name};" for view in (*NAMES, _ABOUT))


@cache
def by_name() -> dict[str, View]:
    """Name to view, with and without its first word."""
    return {view.name: view for view in VIEWS} | {view.name.removeprefix("report_"): view for view in VIEWS}


def _create(view: View, dialect: str) -> str:
    columns = ", ".join(f"{_as(one, dialect)} AS {one.name}" for one in view.columns)
    text = f"SELECT {columns} {view.source}"
    if dialect == "sqlite":
        text = re.sub(r"@each\(([^)]*)\)", r"CROSS JOIN json_each(\1) AS one", text)
        text = text.replace("@nth", "one.key + 1").replace("@mark", "char(30)")
        return f"CREATE VIEW {view.name} AS {_days(text, 'date({} / 1000000, {!r})', 'unixepoch')}"
    each = r"CROSS JOIN LATERAL json_array_elements(CAST(\1 AS json)) WITH ORDINALITY AS one(value, nth)"
    text = re.sub(r"@each\(([^)]*)\)", each, text).replace("@nth", "one.nth").replace("@mark", "chr(30)")
    text = _days(text, "CAST(to_timestamp({} / 1000000) AT TIME ZONE {!r} AS date)", "UTC")
    # A barrier keeps a reader's own functions from seeing rows that the view leaves out.
    barrier = " WITH (security_barrier = true)" if view.hides else ""
    return f"CREATE OR REPLACE VIEW {view.name}{barrier} AS {text}"


def _days(text: str, spelt: str, zone: str) -> str:
    """@day(instant) as the database says it; the instant may hold brackets of its own."""
    while (at := text.find("@day(")) >= 0:
        end, depth = at + len("@day("), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        text = text[:at] + spelt.format(text[at + len("@day(") : end - 1], zone) + text[end:]
    return text


def _as(one: Column, dialect: str) -> str:
    """A column as other programs understand it: whole seconds in UTC, exact decimals."""
    sqlite = dialect == "sqlite"
    if one.kind == "time":
        if sqlite:
            return f"strftime('%Y-%m-%dT%H:%M:%SZ', {one.sql} / 1000000, 'unixepoch')"
        return f"to_timestamp({one.sql} / 1000000)"
    if one.kind == "amount":
        if sqlite:
            return f"NULLIF({one.sql}, '')"
        return f"CASE WHEN {one.sql} ~ '^-?[0-9]+([.][0-9]+)?$' THEN CAST({one.sql} AS numeric) END"
    if one.kind in ("count", "seconds"):
        return f"CAST({one.sql} AS BIGINT)"
    return one.sql
