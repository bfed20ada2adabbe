"""Stores of 10 thousand to a million conversations, made by bulk inserts into the real tables, kept in benchmarks/out.

Rows, ranks, counters, events and the search index are what taking mail in would have left behind.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter as Tally
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.texts import LANGUAGES, Sentence, names, pool
from csdesk.clock import FixedClock
from csdesk.db import tables
from csdesk.db.messages import search_id
from csdesk.domain.events import State, encode
from csdesk.domain.tokens import index_words as prepare
from csdesk.domain.views import Place, rank, views_of
from csdesk.store import Store, Tx

OUT = Path(__file__).resolve().parent / "out"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AGENTS = ("Lin", "Mei", "Ana")
BLOCK = 10_000
SPAN = timedelta(days=500)
FORMAT = 1
"""Goes into the file name: another generator must not find the stores of this one. A newer schema is no reason: an
older store is brought up when it is opened."""
_FIELDS = (
    "account_id", "customer_id", "created_at", "last_message_at", "status", "assignee_id", "language", "unread",
    "waiting_since", "due_at", "snoozed_until", "messages", "rev", "failed", "tags", "merged_into",
)  # fmt: skip


def clock() -> FixedClock:
    """The instant all seeded stores are looked at."""
    return FixedClock(NOW)


def store_path(size: int) -> Path:
    """Where the store with this many conversations lies."""
    return OUT / f"seed-{FORMAT}-{size}" / "desk.db"


def seeded(size: int) -> str:
    """The URL of a store with `size` conversations of one message each; made when it is not there."""
    path = store_path(size)
    if not (path.parent / "done").exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        for leftover in path.parent.iterdir():
            leftover.unlink()
        started = time.monotonic()
        _make(path, size)
        (path.parent / "done").touch()
        print(
            f"  made a store of {size:,} conversations in {time.monotonic() - started:.0f} s", file=sys.stderr
        )
    return f"sqlite:///{path}"


def _make(path: Path, size: int) -> None:
    store = Store(f"sqlite:///{path}", clock())
    dice = random.Random(size)
    people = names(dice, max(size // 4, 100))
    talk = pool()
    tally: Tally[str] = Tally()
    try:
        with store.write() as tx:
            _ground(tx, people)
        for start in range(1, size + 1, BLOCK):
            with store.write() as tx:
                # The file is thrown away when making it fails, so nothing has to survive a power cut.
                _block(tx, range(start, min(start + BLOCK, size + 1)), size, people, talk, dice, tally)
        with store.write() as tx:
            rows = [{"name": name, "value": value} for name, value in sorted(tally.items())]
            tx.run(insert(tables.table(tables.Counter)), rows)
        with store.raw() as conn:
            conn.exec_driver_sql("COMMIT")
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            conn.exec_driver_sql("BEGIN")
    finally:
        store.close()


def _ground(tx: Tx, people: list[tuple[str, str]]) -> None:
    for name in AGENTS:
        tx.accounts.add_agent(name, ("en", "zh"))
    tx.accounts.add(
        name="support", kind="maildir", address="support@shop.example", display_name="Shop", settings={},
        signature="", undo_seconds=10, first_reply_minutes=1440,
    )  # fmt: skip
    tx.accounts.secret()
    made = [
        {"value": address, "name": name, "language": "en", "country": "DE", "timezone": "Europe/Berlin",
         "utc_offset": 60, "created_at": NOW - SPAN}
        for name, address in people
    ]  # fmt: skip
    for start in range(0, len(made), BLOCK):
        tx.customers.add_all([{"channel": "mail", **one} for one in made[start : start + BLOCK]])


def _block(
    tx: Tx,
    numbers: range,
    size: int,
    people: list[tuple[str, str]],
    talk: dict[str, list[Sentence]],
    dice: random.Random,
    tally: Tally[str],
) -> None:
    """Conversations with these ids, with a message, an event and index words each."""
    rows: dict[str, list[dict[str, Any]]] = {"conversation": [], "message": [], "event": [], "receipt": []}
    index: list[tuple[int, str]] = []
    for number in numbers:
        at = NOW - SPAN + SPAN * (number / (size + 1))
        customer = dice.randrange(len(people))
        said = _said(dice, talk)
        state = _state(dice, number, at, customer + 1, said[0].language)
        text = "\n".join(s.text for s in said[1:]) + f"\n#{number}"
        tally.update(views_of(state.place))
        for name, row in _rows(tx, number, at, state, said[0].text, text, people[customer]):
            rows[name].append(row)
        words = " ".join((*(_words(s.text) for s in said), prepare(*people[customer], str(number))))
        index.append((rows["message"][-1]["search_id"], words))
    for model, name in ((tables.Conversation, "conversation"), (tables.Message, "message"),
                        (tables.Event, "event"), (tables.Receipt, "receipt")):  # fmt: skip
        tx.run(insert(tables.table(model)), rows[name])
    tx.search.add_all(index)


def _said(dice: random.Random, talk: dict[str, list[Sentence]]) -> list[Sentence]:
    """A subject and two to six sentences in one language."""
    return dice.choices(talk[dice.choice(LANGUAGES)], k=dice.randint(3, 7))


@cache
def _words(text: str) -> str:
    return prepare(text)


def _state(dice: random.Random, number: int, at: datetime, customer: int, language: str) -> State:
    """A tenth snoozed, a quarter closed, some spam and failures, half of the open ones waiting."""
    cast = dice.random()
    status = "open" if cast < 0.6 else "snoozed" if cast < 0.7 else "closed" if cast < 0.95 else "spam"
    waits = status == "open" and dice.random() < 0.5
    return State(
        account_id=1,
        customer_id=customer,
        created_at=at,
        last_message_at=at,
        status=status,
        assignee_id=dice.choice((None, 1, 2, 3)),
        language=language,
        unread=waits and dice.random() < 0.5,
        waiting_since=at if waits else None,
        due_at=at + timedelta(days=1) if waits else None,
        snoozed_until=NOW + timedelta(minutes=dice.randrange(1, 50_000)) if status == "snoozed" else None,
        messages=1,
        rev=1,
        failed=1 if number % 100 == 0 else 0,
    )


def _rows(
    tx: Tx, number: int, at: datetime, state: State, subject: str, text: str, person: tuple[str, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    fields = {name: getattr(state, name) for name in _FIELDS}
    external = f"{number}.seed"
    yield "conversation", {
        "id": number, "subject": subject, "preview": text[:100], **fields, "tags": [],
        "rank": rank(_place(state)),
    }  # fmt: skip
    yield "message", {
        "id": number, "conversation_id": number, "account_id": 1, "direction": "in",
        "message_id": f"{number}@seed.example", "sender_name": person[0], "sender_address": person[1],
        "recipients": {"to": [["support@shop.example", ""]]}, "subject": subject, "text": text, "quotes": [],
        "language": state.language, "sent_at": at, "received_at": at, "agent_id": None, "template": "",
        "automatic": "", "broken": "", "content_hash": f"{number:032x}", "raw_hash": f"{number:064x}",
        "search_id": search_id(at, number),
    }  # fmt: skip
    data = {"message": number, "external_id": external}
    yield "event", tx.log.row("created", conversation=number, agent=None, after=encode(fields), data=data)
    yield "receipt", {"account_id": 1, "external_id": external, "message_id": number}


def _place(state: State) -> Place:
    return state.place


if __name__ == "__main__":
    os.nice(5)
    for wanted in sys.argv[1:]:
        print(seeded(int(wanted)))
