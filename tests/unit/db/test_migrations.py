"""A store of any age opens, whatever happened to the last program that opened it. A failure here is a desk that
does not start any more, with all mail in it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from csdesk.db import engine as engines
from csdesk.db import migrations, notice_tables, report_views, shop_tables, tables
from csdesk.errors import StoreFailure
from csdesk.store import Store
from tests.databases import Postgres, SteppingClock

Opener = Callable[..., Store]


def _version(store: Store) -> int:
    with store.read() as tx:
        return migrations.version(tx.conn)


def test_a_fresh_store_gets_the_newest_schema(
    empty_url: str, clock: SteppingClock, open_store: Opener
) -> None:
    assert _version(open_store(empty_url, clock)) == migrations.LATEST


def test_each_step_leads_one_further_and_a_current_store_is_left_alone(empty_url: str) -> None:
    engine = engines.make_engine(empty_url)
    try:
        for expected in [*range(1, migrations.LATEST + 1), migrations.LATEST]:
            with engine.connect() as conn:
                conn = conn.execution_options(csdesk_write=True)
                with conn.begin():
                    went = migrations.step(conn)
                    assert migrations.version(conn) == expected
        assert went is False
    finally:
        engine.dispose()


def test_what_is_stored_survives_opening_again(
    store_url: str, clock: SteppingClock, open_store: Opener
) -> None:
    first = open_store(store_url, clock)
    with first.write() as tx:
        tx.accounts.add_agent("Lin", ["zh"])
    first.close()
    with open_store(store_url, clock).read() as tx:
        assert [agent.name for agent in tx.accounts.agents()] == ["Lin"]


def test_two_that_open_a_new_store_at_once_both_work(
    empty_url: str, clock: SteppingClock, open_store: Opener
) -> None:
    stores = [open_store(empty_url, clock) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(_version, stores)) == [migrations.LATEST] * 4


_OPEN = """
import sys
from csdesk.store import Store
from csdesk.clock import SystemClock
store = Store(sys.argv[1], SystemClock())
print("ready", flush=True)
sys.stdin.readline()
with store.read() as tx:
    print(tx.log.last_id())
"""


def test_two_processes_that_open_a_new_store_at_once_both_work(empty_url: str) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN, empty_url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for process in started:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60) for process in started] == [("0\n", "")] * 3


def test_a_newer_schema_is_refused_with_a_sentence_and_left_alone(
    store: Store, store_url: str, clock: SteppingClock, open_store: Opener
) -> None:
    with store.write() as tx:
        tx.run(text("UPDATE meta SET value = '99' WHERE name = 'schema'"))
    with pytest.raises(StoreFailure, match=r"newer csdesk \(schema 99, this one knows \d+\)") as refused:
        _ = open_store(store_url, clock).engine
    assert refused.value.code == "store_newer"
    assert _version(store) == 99


_KILL_EACH = """
import os, signal, sys
import psycopg, sqlcipher3.dbapi2, sqlalchemy.dialects.postgresql.psycopg  # once, not in every child
from sqlalchemy import event
from csdesk.db import engine as engines, migrations
from csdesk.store import _migrate
for last, url in zip(map(int, sys.argv[1::2]), sys.argv[2::2]):
    child = os.fork()
    if child == 0:
        engine = engines.make_engine(url)
        seen = 0
        @event.listens_for(engine, "after_cursor_execute")
        def count(conn, cursor, statement, parameters, context, many):
            global seen
            if statement.split()[0] in ("CREATE", "ALTER", "DELETE", "INSERT", "DROP"):
                seen += 1
                if seen == last:
                    os.kill(os.getpid(), signal.SIGKILL)
        _migrate(engine)
        os._exit(0)
    died = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(died, flush=True)
"""


def _statement_counts(dialect: str) -> list[int]:
    """How many statements each migration runs, the two that write the version included; and then the views."""
    steps = [len(migrations.statements(n, dialect)) + 2 for n in range(1, migrations.LATEST + 1)]
    return [*steps, len(report_views.statements(dialect, migrations.VIEWS)) + 2]


def _kill_each(deaths: list[tuple[int, str]]) -> list[int]:
    """For each (n, store): a process migrates the store and dies after its n-th statement. Their exit codes."""
    words = [word for number, url in deaths for word in (str(number), url)]
    done = subprocess.run(
        [sys.executable, "-c", _KILL_EACH, *words], capture_output=True, text=True, timeout=120, check=True
    )
    return [int(line) for line in done.stdout.split()]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: what a killed process leaves behind does not depend on the disk."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="csdesk-", dir=shared))
    yield folder
    shutil.rmtree(folder)


def test_killed_at_every_statement_of_every_migration_the_store_opens_again_sqlite(
    memory: Path, clock: SteppingClock, open_store: Opener
) -> None:
    count = sum(_statement_counts("sqlite"))
    deaths = [(n, f"sqlite:///{memory}/{n}.db") for n in range(1, count + 2)]
    assert _kill_each(deaths) == [-signal.SIGKILL] * count + [0], "it can die at every statement"
    for _number, url in deaths:
        store = open_store(url, clock)
        assert _version(store) == migrations.LATEST
        with store.read() as tx:
            assert tx.rows(text("PRAGMA integrity_check")) == [("ok",)]
        store.close()


@pytest.mark.real
def test_killed_at_every_statement_of_every_migration_the_store_opens_again_postgresql(
    postgres: Postgres, clock: SteppingClock, open_store: Opener
) -> None:
    first, *rest = _statement_counts("postgresql")
    # What was not committed is gone with the connection, so one database dies of every death in turn; the death
    # at the first statement of a migration is the one that leaves the migration before it committed.
    numbers = list(range(1, first + 1))
    for before, count in zip([first, *rest], rest, strict=False):
        numbers += [before + 1, *range(2, count + 1)]
    name = postgres.database(empty=True)
    try:
        died = _kill_each([(number, postgres.url(name)) for number in numbers])
        assert died == [-signal.SIGKILL] * sum([first, *rest])
        assert _version(open_store(postgres.url(name), clock)) == migrations.LATEST
    finally:
        postgres.drop(name)


def test_the_schema_is_what_the_table_classes_say(store: Store) -> None:
    """A column that only one of both knows fails at the first customer, on one database."""
    found = inspect(store.engine)
    for one in (shop_tables, notice_tables):
        assert one.SQLModel is tables.SQLModel  # all files name their tables to one list
    told = {t.name: t for t in tables.SQLModel.metadata.tables.values()}
    in_store = {name for name in found.get_table_names() if not name.startswith(("message_fts", "note_fts"))}
    assert in_store == set(told)
    for name, table in told.items():
        columns = {column["name"]: column for column in found.get_columns(name)}
        assert set(columns) == {column.name for column in table.columns}, name
        for column in table.columns:
            if not column.primary_key:  # SQLite calls its row number nullable
                assert columns[column.name]["nullable"] == bool(column.nullable), f"{name}.{column.name}"
            affinity = _affinity(str(columns[column.name]["type"]))
            assert affinity == _affinity(column.type.compile(store.engine.dialect)), f"{name}.{column.name}"
        key = found.get_pk_constraint(name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key.columns], name
        assert {tuple(k["constrained_columns"]) for k in found.get_foreign_keys(name)} == {
            tuple(column.name for column in k.columns) for k in table.foreign_key_constraints
        }, name


def _affinity(spelt: str) -> str:
    kinds = {"BIGINT": "whole", "INTEGER": "whole", "BOOLEAN": "truth", "TEXT": "text", "VARCHAR": "text"}
    return {**kinds, "BLOB": "bytes", "BYTEA": "bytes"}[spelt.upper().split("(")[0]]
