"""What is new to whom, which part of a long conversation is at hand, and finding words as a reader would."""

from __future__ import annotations

import pytest

from csdesk.domain.find import count, fold, spans
from csdesk.domain.reading import WINDOW, Mark, first_new, is_new, newest, window
from tests.ui.fake_samples import make_thread


def test_own_words_are_never_new_and_nothing_is_in_what_was_never_opened() -> None:
    thread = make_thread(1)
    first, reply, note, again = thread.entries
    assert [is_new(one, Mark(0, 0), "Lin") for one in thread.entries] == [True, False, True, True]
    assert [is_new(one, Mark(0, 0), "Mei") for one in thread.entries] == [True, True, False, True]
    assert not any(is_new(one, None, "Lin") for one in thread.entries)
    assert first_new(thread, Mark(first.id, note.id), "Lin") == 3
    assert first_new(thread, newest(thread), "Lin") is None
    assert newest(thread) == Mark(again.id, note.id) and reply.id < again.id


@pytest.mark.parametrize(
    ("total", "how", "part"),
    [
        (0, {}, (0, 0)),
        (5, {"first_new": 3}, (0, 5)),
        (WINDOW, {"start": 50}, (0, WINDOW)),
        (5000, {}, (5000 - WINDOW, 5000)),
        (5000, {"first_new": 1000}, (990, 990 + WINDOW)),
        (5000, {"first_new": 2}, (0, WINDOW)),
        (5000, {"start": 4990}, (5000 - WINDOW, 5000)),
        (5000, {"start": -7}, (0, WINDOW)),
    ],
)
def test_the_part_at_hand_is_never_longer_than_the_window(
    total: int, how: dict[str, int], part: tuple[int, int]
) -> None:
    assert window(total, **how) == part


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Où est mon colis ?", "ou est", ["Où est"]),
        ("Où est", "OÙ", ["Où"]),
        ("cafe\u0301 noir", "café", ["cafe\u0301"]),
        ("STRASSE und Straße", "straße", ["STRASSE", "Straße"]),
        ("我的包裹 #1042 还没到,包裹", "包裹", ["包裹", "包裹"]),
        ("ﾊﾟｰﾂ と パーツ", "パーツ", ["ﾊﾟｰﾂ", "パーツ"]),
        ("ｏｒｄｅｒ １０４２", "order 1042", ["ｏｒｄｅｒ １０４２"]),
        ("كِتَابٌ", "كتاب", ["كِتَابٌ"]),
        ("my late\nparcel", "late parcel", ["late\nparcel"]),
        ("> my late\n> parcel", "late parcel", ["late\n> parcel"]),
        ("a.c abc", "a.c", ["a.c"]),
        ("Łódź", "lodz", ["Łódź"]),
        ("हिन्दी", "हन", []),
        ("anything", "   ", []),
        ("", "x", []),
    ],
)
def test_words_are_found_as_a_reader_would_find_them(text: str, query: str, found: list[str]) -> None:
    assert [text[first:end] for first, end in spans(text, query)] == found
    assert count(text, query) == len(found)


def test_hits_lie_inside_the_text_whatever_it_is() -> None:
    text = "\ufdfa ﬃ ß ŉ İ ΐ 한글 각" * 3
    for query in ("ffi", "ss", "i", "한", "n", fold("\ufdfa")[:3]):
        for first, end in spans(text, query):
            assert 0 <= first < end <= len(text)
