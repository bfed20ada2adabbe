"""Filters with terms, orders and saved views on the screen. A failure here hides a customer."""

from __future__ import annotations

from pathlib import Path

import pytest

from csdesk import viewsfile
from csdesk.errors import NotFound, Usage
from csdesk.viewsfile import OwnViews
from tests.ui.conftest import Opener, Session


def shown(s: Session) -> list[int]:
    return [row.id for _number, row in s.screen.queue.rows.loaded()]


async def test_terms_restrict_the_queue_as_they_are_typed(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("f", "text:lang:de", "enter")
        assert shown(s) and all(s.desk.threads[one].language == "de" for one in shown(s))
        assert s.called("page")[-1] == ("open", None, "lang:de")
        await s.keys("escape")
        assert len(shown(s)) == 40


async def test_a_bad_filter_is_said_while_the_rows_stay(opened: Opener) -> None:
    async with opened() as s:
        before = shown(s)
        await s.keys("f", "text:form:ana")
        assert "A filter knows no form:; did you mean from:?" in s.lowest
        assert shown(s) == before and not s.screen.reader.standing.trouble
        await s.keys(*["backspace"] * 8, "text:weber")
        assert 0 < len(shown(s)) < 40


async def test_a_filter_is_saved_and_stands_among_the_views(opened: Opener) -> None:
    async with opened(size=(200, 45)) as s:
        await s.keys("+")
        assert "Nothing is filtered here" in s.lowest
        await s.keys("f", "text:lang:de is:unread", "enter", "+", "text:german", "enter")
        assert s.screen.reader.view == "german" and "german" in s.text.split("\n")[1]
        assert shown(s) and all(s.desk.threads[one].language == "de" for one in shown(s))
        await s.keys("'", "o")
        assert len(shown(s)) == 40
        await s.keys(":", "text:view german", "enter")
        assert s.screen.reader.view == "german"
        await s.keys("f", "text:weber", "enter", "*")
        assert s.called("ids")[-1] == ("open", "lang:de is:unread weber")
        await s.keys("escape", "-", "1")
        assert "german" not in s.text.split("\n")[1] and s.screen.reader.view == "open"
        await s.keys("-")
        assert "No view was saved yet." in s.lowest


async def test_a_name_that_cannot_be_one_is_said(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("f", "text:lang:de", "enter", "+", "text:open", "enter")
        assert "open is a view of the desk" in s.lowest
        await s.keys("+", "text:two words", "enter")
        assert "one word of at most 24" in s.lowest


async def test_the_order_belongs_to_the_view(opened: Opener) -> None:
    async with opened() as s:
        usual = shown(s)
        await s.keys("^", "2")
        assert s.called("page")[-1] == ("open", None, "sort:newest")
        assert shown(s) != usual
        await s.keys("]", "[")
        assert s.called("page")[-1][2] == "sort:newest"
        await s.keys(":", "text:sort due", "enter")
        assert shown(s) == usual


async def test_a_row_that_came_is_not_counted_into_a_filtered_view(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("f", "text:lang:de", "enter")
        s.desk.receive(1, "again")
        await s.rest(1.0)
        assert 1 not in shown(s) and " new" not in s.text.split("\n")[1]


def test_what_was_saved_is_found_again_and_damage_is_said(tmp_path: Path) -> None:
    file = tmp_path / "views.toml"
    own = (
        OwnViews().saved("vip", 'in:mine tag:vip "re: x"').saved("加急", "tag:加急").sorted("open", "oldest")
    )
    viewsfile.write(file, own)
    assert viewsfile.read(file) == own
    assert own.asked("vip", "mug") == ("open", 'in:mine tag:vip "re: x" mug')
    assert own.asked("open", "mug") == ("open", "mug sort:oldest")
    assert own.asked("open", "sort:newest") == ("open", "sort:newest")
    assert own.asked("closed") == ("closed", "")
    file.write_text("[views")
    damaged = viewsfile.read(file)
    assert str(file) in damaged.problem and damaged.views == {}
    viewsfile.write(file, OwnViews().saved("x", "mug"))
    assert (tmp_path / "views.toml.old").read_text() == "[views"
    file.write_text("views = 3\n")
    assert viewsfile.read(file).problem
    for name in ("open", "", "a b", "-x", "x" * 25):
        with pytest.raises(Usage):
            own.saved(name, "mug")
    with pytest.raises(NotFound):
        own.dropped("none")
