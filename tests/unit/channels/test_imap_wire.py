"""FETCH answers in all the shapes that servers send them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from csdesk.channels.imap_wire import Piece, fetched, internal_date, response_code


@pytest.mark.parametrize(
    ("data", "bodies"),
    [
        ([(b"1 (UID 5 BODY[] {3}", b"abc"), b")"], {5: b"abc"}),
        ([(b"1 (BODY[] {3}", b"abc"), b" UID 5)"], {5: b"abc"}),
        ([b'1 (UID 5 BODY[] "a\\"b UID 9")'], {5: b'a"b UID 9'}),
        ([b"1 (UID 5 BODY[] NIL)"], {5: None}),
        ([b"1 (FLAGS (\\Seen))", (b"2 (UID 6 BODY[] {1}", b"x"), b")", b"3 (UID 6 FLAGS ())"], {6: b"x"}),
        ([(b"1 (UID 5 BODY[] {0}", b""), b")"], {5: b""}),
        ([None], {}),
        ([b"", b")", b"no sense"], {}),
        ([(b"1 (UID 5 BODY[] {1}", b"x"), b")", (b"2 (UID 6 BODY[] {1}", b"y"), b")"], {5: b"x", 6: b"y"}),
    ],
)
def test_bodies(data: list[Piece], bodies: dict[int, bytes | None]) -> None:
    """Else a mail is given another's text, or none."""
    assert {uid: each.body for uid, each in fetched(data).items()} == bodies


def test_size_and_date() -> None:
    """Else mail sorts wrongly in the queue."""
    (only,) = fetched([b'1 (UID 5 RFC822.SIZE 77 INTERNALDATE " 1-Nov-2026 00:30:00 +0800")']).values()
    assert (only.size, only.at) == (77, datetime(2026, 10, 31, 16, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "nonsense", [b"", b"yesterday", b"99-Foo-2026 00:00:00 +0000", b"\xff", b"1-Jan-99999 0:0:0 +0"]
)
def test_a_date_that_is_none(nonsense: bytes) -> None:
    """Else one server's bug stops the sync."""
    assert internal_date(nonsense) is None


def test_response_codes() -> None:
    """Else a busy server is reported as a wrong password."""
    assert response_code([b"[UNAVAILABLE] busy"]) == "UNAVAILABLE"
    assert response_code([b"no"]) == response_code(None) == ""
