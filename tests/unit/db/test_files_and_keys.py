"""What lies on the disk: attachments, modes, encryption. A failure here loses a customer's photo, hands out bytes
that were altered, or lets another user of the machine read the shop's mail."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from csdesk.db import blobs
from csdesk.errors import NotFound, StoreFailure, Usage
from csdesk.store import Store
from tests.databases import SteppingClock

Opener = Callable[..., Store]
LARGE = os.urandom(blobs.INLINE_BYTES + 1)


@pytest.mark.parametrize(
    "data", [b"", b"hello", bytes(range(256)) * 100, LARGE], ids=["none", "few", "some", "many"]
)
def test_bytes_come_back_as_they_were_and_twice_is_once(store: Store, data: bytes) -> None:
    with store.write() as tx:
        name = tx.blobs.put(data)
        assert tx.blobs.put(data) == name
        assert tx.blobs.put_all([data, b"other", data]) == [name, tx.blobs.put(b"other"), name]
    with store.read() as tx:
        assert tx.blobs.get(name) == data
        assert tx.one(text("SELECT count(*) FROM blob"))[0] == 2
        with pytest.raises(NotFound):
            tx.blobs.get("0" * 64)


def _file(store: Store, name: str) -> Path:
    assert store.blob_dir is not None
    return store.blob_dir / name[:2] / name


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_large_files_lie_beside_the_database_for_the_owner_alone(store: Store) -> None:
    with store.write() as tx:
        small, large = tx.blobs.put_all([b"small", LARGE])
    assert not _file(store, small).exists()
    path = _file(store, large)
    assert path.read_bytes() == LARGE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)] == [
        0o700,
        0o700,
    ]
    assert [each.name for each in path.parent.iterdir()] == [large]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_altered_or_missing_file_is_never_handed_out(store: Store) -> None:
    with store.write() as tx:
        name = tx.blobs.put(LARGE)
    _file(store, name).write_bytes(LARGE[:-1] + b"?")
    with pytest.raises(StoreFailure, match="was altered"), store.read() as tx:
        tx.blobs.get(name)
    _file(store, name).unlink()
    with pytest.raises(StoreFailure, match="cannot be read: No such file"), store.read() as tx:
        tx.blobs.get(name)


@pytest.mark.parametrize("data", [b"not packed", b"\x78\x9c\x03\x00\x00\x00\x00\x01"])
def test_an_altered_row_is_never_handed_out(store: Store, data: bytes) -> None:
    with store.write() as tx:
        name = tx.blobs.put(b"hello")
        tx.run(text("UPDATE blob SET data = :data"), {"data": data})
    with pytest.raises(StoreFailure, match="was altered"), store.read() as tx:
        tx.blobs.get(name)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("broken", ["mkdir", "write"])
def test_a_disk_that_takes_no_more_is_a_sentence_and_leaves_no_row(
    store: Store, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    _ = store.engine

    def full(*_args: object, **_kw: object) -> None:
        raise OSError(28, "No space left on device")

    if broken == "mkdir":
        monkeypatch.setattr(Path, "mkdir", full)
    else:
        monkeypatch.setattr("csdesk.db.blobs.os.fsync", full)
    with (
        pytest.raises(StoreFailure, match="could not be kept: No space left on device") as failed,
        store.write() as tx,
    ):
        tx.blobs.put(LARGE)
    assert failed.value.code == "store_full"
    monkeypatch.undo()
    with store.read() as tx:
        assert tx.one(text("SELECT count(*) FROM blob"))[0] == 0
    assert store.blob_dir is not None
    assert [path for path in store.blob_dir.rglob("*") if path.is_file()] == []


def _sqlite(tmp_path: Path, clock: SteppingClock, open_store: Opener, key: str = "") -> Store:
    return open_store(f"sqlite:///{tmp_path / 'secret' / 'desk.db'}", clock, key)


def test_the_store_and_its_side_files_are_for_the_owner_alone(
    tmp_path: Path, clock: SteppingClock, open_store: Opener
) -> None:
    store = _sqlite(tmp_path, clock, open_store)
    with store.write() as tx:
        tx.accounts.add_agent("Lin", [])
    folder = tmp_path / "secret"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"desk.db": 0o600, "desk.db-wal": 0o600, "desk.db-shm": 0o600}


def test_a_store_that_others_could_read_is_closed_to_them(
    tmp_path: Path, clock: SteppingClock, open_store: Opener
) -> None:
    store = _sqlite(tmp_path, clock, open_store)
    _ = store.engine
    store.close()
    path = tmp_path / "secret" / "desk.db"
    path.chmod(0o644)
    _ = _sqlite(tmp_path, clock, open_store).engine
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_with_a_key_nothing_can_be_read_without_it(
    tmp_path: Path, clock: SteppingClock, open_store: Opener
) -> None:
    store = _sqlite(tmp_path, clock, open_store, "it's a secret")
    with store.write() as tx:
        tx.accounts.add_agent("Lin-the-agent", [])
    store.close()
    path = tmp_path / "secret" / "desk.db"
    assert b"Lin-the-agent" not in path.read_bytes()
    assert not path.read_bytes().startswith(b"SQLite format 3")
    for wrong in ("", "another", "it's a secret "):
        with pytest.raises(StoreFailure, match="its key is wrong") as refused:
            _ = _sqlite(tmp_path, clock, open_store, wrong).engine
        assert refused.value.code == "store_damaged"
    with _sqlite(tmp_path, clock, open_store, "it's a secret").read() as tx:
        assert tx.accounts.agent("Lin-the-agent").id == 1


def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(
    tmp_path: Path, clock: SteppingClock, open_store: Opener
) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(b"\xff\xd8 a photo" * 100)
    with pytest.raises(StoreFailure, match="not a csdesk database"):
        _ = open_store(f"sqlite:///{path}", clock).engine
    assert path.read_bytes() == b"\xff\xd8 a photo" * 100


@pytest.mark.parametrize(
    ("url", "error", "words"),
    [
        ("mysql://x/y", Usage, "must be sqlite:///PATH or postgresql://"),
        ("sqlite:///", Usage, "must be sqlite:///PATH"),
        ("sqlite:////proc/no/desk.db", StoreFailure, "cannot be made"),
        ("postgresql://nobody@127.0.0.1:1/x", StoreFailure, "cannot be reached"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why(
    url: str, error: type[Exception], words: str, clock: SteppingClock, open_store: Opener
) -> None:
    with pytest.raises(error, match=words):
        _ = open_store(url, clock).engine


def test_a_folder_given_as_a_store_is_refused_and_stays_open_to_whom_it_was(
    tmp_path: Path, clock: SteppingClock, open_store: Opener
) -> None:
    """--store sqlite:////tmp by mistake must not shut everybody else out of /tmp."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(StoreFailure, match="not a file"):
        _ = open_store(f"sqlite:///{folder}", clock).engine
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
