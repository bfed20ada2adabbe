"""Whom an answer reaches and when, what is known of a sender, and coming back to where one was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from csdesk.domain.people import Account
from csdesk.screens import memory
from csdesk.widgets.queue_row import Columns, Sight, first
from csdesk.widgets.thread_lines import Reading, thread_lines
from tests.ui.conftest import Opener
from tests.ui.fake_samples import NOW, make_thread, row_of
from tests.ui.fakes import FakeDesk

FINDINGS = (
    ("warning", "Answers go to another address than the mail came from: x@evil.example."),
    ("note", "Sent through relay.example."),
    ("good", "The sender's domain vouches for it."),
)


def found_thread(desk: FakeDesk) -> None:
    thread = desk.thread_of(1)
    entries = (replace(thread.messages[0], findings=FINDINGS, protection="signed"), *thread.entries[1:])
    desk.threads[1] = replace(thread, entries=entries)


async def test_who_gets_a_reply_and_from_whom_it_comes_is_seen_before_it_is_sent(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r")
        along = next(row for row in s.text.split("\n") if "c1@example.com " in row and "support@" in row)
        assert "to c1@example.com" in along and "from support@nordlicht.example" in along
        assert "boss@example.com" not in s.text, "nobody else gets a copy unasked"


async def test_a_reply_to_all_is_asked_for_and_names_everyone(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "R")
        assert "cc boss@example.com, aunt@example.com" in s.text
        await s.keys("text:hi", "ctrl+s")
        assert s.called("send") == [(1, "hi", ("boss@example.com", "aunt@example.com"), "")]


async def test_a_reply_leaves_at_the_time_that_was_chosen_and_can_be_taken_back(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:later", "ctrl+n")
        assert "in 4 hours" in s.text
        await s.keys("2")
        assert s.called("how") == [(NOW + timedelta(hours=4), False)]
        assert "It leaves" in s.lowest and "sending to" not in s.lowest
        await s.keys("u")
        assert s.called("undo_send") == [500]


async def test_escape_at_the_time_sends_nothing_and_keeps_the_text(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:later", "ctrl+n", "escape")
        assert s.called("send") == []
        assert s.screen.composer.editor.text == "later"


async def test_the_customers_words_stand_below_when_asked_for(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "ctrl+r")
        assert "quote below" in s.text
        await s.keys("text:ok", "ctrl+s")
        assert s.called("how") == [(None, True)]


async def test_an_account_that_quotes_shows_it_and_a_key_leaves_the_quote_out(opened: Opener) -> None:
    desk = FakeDesk()
    desk.account = replace(desk.account, settings={"quote": "1"})
    async with opened(desk) as s:
        await s.keys("enter", "r")
        assert "quote below" in s.text
        await s.keys("ctrl+r", "text:ok", "ctrl+s")
        assert s.called("how") == [(None, False)]


async def test_the_original_of_a_message_is_saved_and_the_path_shown(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "D")
        if "Save the original" in s.text:
            await s.keys("enter")
        saved = s.called("save_original")
        assert saved == [s.desk.thread_of(1).messages[-1].id]
        assert f"message-{saved[0]}.eml" in s.lowest


async def test_the_worst_warning_stands_under_the_head_and_all_on_a_key(opened: Opener) -> None:
    desk = FakeDesk()
    found_thread(desk)
    async with opened(desk, size=(200, 45)) as s:
        await s.keys("enter", "g")
        assert "! Answers go to another address" in s.text and "+2 more" in s.text
        assert "signed" in s.text
        assert "Sent through relay" not in s.text
        await s.keys("q", "g")
        assert "Sent through relay.example." in s.text and "vouches for it" in s.text


@pytest.mark.parametrize("width", [20, 40, 78])
def test_warnings_never_overflow(width: int) -> None:
    desk = FakeDesk()
    found_thread(desk)
    for unfolded in (False, True):
        lines = thread_lines(desk.thread_of(1), width, Reading(NOW, level=9 if unfolded else 0))
        assert all(one.width <= width for one in lines)


def test_accounts_have_their_own_colour_and_name_where_there_are_several() -> None:
    row = row_of(make_thread(1), {})
    columns = Columns.of(120)
    several = first(row, columns, Sight(NOW, None, "Lin", accounts={row.account: "cyan"}))
    assert any(text.strip() == row.account and ink == "cyan" for text, ink in several)
    assert all(ink != "cyan" for _text, ink in first(row, columns, Sight(NOW, None, "Lin")))


async def test_an_account_colour_is_drawn(opened: Opener) -> None:
    desk = FakeDesk()
    desk.account = replace(desk.account, settings={"colour": "magenta"})
    desk.more_accounts = (Account(2, "etsy", "imap", "etsy@nordlicht.example"),)
    async with opened(desk) as s:
        assert s.screen.queue.accounts == {"support": "magenta", "etsy": ""}
        style = s.screen.queue.style_of("magenta")
        assert style.color is not None and style.color.triplet is not None
        assert style.color.triplet.hex == "#c39be6"


async def test_after_a_dropped_line_the_same_draft_is_open_with_the_cursor_where_it_was(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    desk = FakeDesk(store_url="sqlite:///x")
    async with opened(desk) as s:
        await s.keys("down", "enter", "r", "text:half", "left", "left")
        await s.screen.writer.keep()
        s.screen.writer.typed()
        await s.screen.writer.keep()
    async with opened(desk) as s:
        await s.rest()
        assert s.screen.composer.mode == "reply"
        assert s.screen.composer.editor.text == "half" and s.screen.composer.editor.index == 2
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 2
        assert s.screen.pane() == "composer"
        await s.keys("escape")
    async with opened(desk) as s:
        assert s.screen.composer.mode == "", "what was left on purpose does not open again"


def test_a_damaged_memory_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    memory.remember("sqlite:///secret", "Lin", memory.Place(7, "note"))
    assert memory.recall("sqlite:///secret", "Lin") == memory.Place(7, "note")
    assert memory.recall("sqlite:///secret", "Mei") is None
    file = next(tmp_path.rglob("places.json"))
    assert "secret" not in file.read_text() and file.stat().st_mode & 0o077 == 0
    for damage in ("", "[1]", '{"x": 1}', "{"):
        file.write_text(damage)
        assert memory.recall("sqlite:///secret", "Lin") is None
    memory.remember("sqlite:///secret", "Lin", memory.Place(8, "reply"))
    assert memory.recall("sqlite:///secret", "Lin") == memory.Place(8, "reply")
    memory.remember("sqlite:///secret", "Lin", None)
    assert memory.recall("sqlite:///secret", "Lin") is None


async def test_when_nothing_is_left_the_day_is_told(opened: Opener) -> None:
    async with opened(FakeDesk(count=0)) as s:
        said = " ".join(row.split("│")[0].strip() for row in s.text.split("\n"))
        assert "Today you answered 12 and closed 9." in said and "The next wakes" in said
