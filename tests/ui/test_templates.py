"""Templates on the screen: chosen beside a customer, read in both languages, written, copied, taken away, put back."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from csdesk.screens.template_edit import Problems, TemplateEditor
from csdesk.screens.template_list import TemplatesScreen
from csdesk.screens.templates import Preview
from csdesk.widgets.editor import Editor
from tests.ui.conftest import Opener, Session


def shown(screen: object) -> list[str]:
    return [
        next(iter(one.classes & {"theirs", "own"}))
        for one in screen.query(Preview)  # type: ignore[attr-defined]
        if one.display
    ]


async def test_on_a_wide_screen_both_languages_stand_side_by_side(opened: Opener) -> None:
    async with opened(size=(160, 45)) as s:
        await s.keys("enter", "/", "text:delayed")
        await s.rest(0.2)
        row = next(one for one in s.text.split("\n") if "Disculpe" in one)
        assert "Sorry" in row and row.index("Disculpe") < row.index("Sorry")
        assert "No promises about dates." in s.text
        assert shown(s.app.screen) == ["theirs", "own"]


@pytest.mark.parametrize("size", [(100, 35), (80, 24)])
async def test_on_a_narrow_one_a_key_flips_them(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(size=size) as s:
        await s.keys("enter", "/", "text:delayed")
        await s.rest(0.2)
        assert "Disculpe" in s.text and "Sorry" not in s.text
        await s.keys("tab")
        assert "Sorry" in s.text and "Disculpe" not in s.text
        await s.keys("tab", "enter")
        assert "How many days?" in s.text, "whichever was read, the customer's goes in"


async def test_where_there_is_no_other_language_one_is_enough(opened: Opener) -> None:
    async with opened(size=(160, 45)) as s:
        await s.keys("enter", "/", "text:customs")
        await s.rest(0.2)
        assert shown(s.app.screen) == ["theirs"]
        await s.keys("tab")
        assert "Held by customs." in s.text


async def test_how_often_a_template_was_used_stands_beside_it(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "/")
        await s.rest(0.2)
        assert "Parcel is late  14" in s.text


async def test_a_question_lies_in_a_box_over_the_desk(opened: Opener) -> None:
    """The desk shows through: a person does not lose the place where they were."""
    async with opened(size=(160, 45)) as s:
        await s.keys("t")
        box = s.app.screen.query_one(".box")
        assert 0 < box.size.width < 100 and 0 < box.size.height < 20
        assert "Ana López" in s.text


def body(s: Session) -> Editor:
    return s.app.screen.query_one("#t-body", Editor)


def said(s: Session) -> str:
    return " ".join(s.app.screen.query_one(Problems).said)


async def test_a_text_is_changed_in_one_language_and_kept_whole(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("ctrl+t", "down", "enter")
        assert isinstance(s.app.screen, TemplateEditor) and s.app.screen.current == "en"
        await s.keys("ctrl+n", "ctrl+n", "text:Hoy no. ")
        assert "not kept yet" in s.text
        await s.keys("ctrl+s")
        assert "not kept yet" not in s.text
        ((kept, before),) = s.called("save_template")
        assert kept.texts["es"].body.startswith("Hoy no. ") and before == "0"
        assert kept.texts["en"] == s.desk.texts["delayed"].texts["en"] and kept.asks
        await s.keys("escape")
        assert isinstance(s.app.screen, TemplatesScreen) and "delayed is kept among your own." in s.text


async def test_what_is_wrong_is_said_while_one_types(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("ctrl+t", "enter")
        await s.pilot.pause(0.4)
        assert "no text in 'zh'" in said(s)
        await s.keys("text:{{ order.numbr }}")
        await s.pilot.pause(0.4)
        assert "did you mean 'order.number'?" in said(s)


async def test_a_change_is_never_lost_by_leaving(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("ctrl+t", "enter", "text:New ", "escape")
        assert "It is not kept yet" in s.text
        await s.keys("3")
        assert isinstance(s.app.screen, TemplateEditor) and body(s).text.startswith("New ")
        await s.keys("escape", "1")
        await s.rest(0.1)
        assert len(s.called("save_template")) == 1
        await s.keys("enter", "text:Other ", "escape", "2")
        assert len(s.called("save_template")) == 1 and isinstance(s.app.screen, TemplatesScreen)


async def test_a_refused_change_stays_on_the_screen_with_the_reason(opened: Opener) -> None:
    from csdesk.errors import Conflict

    async with opened() as s:
        await s.keys("ctrl+t", "enter", "text:New ")
        await s.pilot.pause(0.4)
        s.desk.fail_next.append(Conflict("Another program changed it; open it again."))
        await s.keys("ctrl+s")
        assert "Another program changed it" in said(s) and body(s).text.startswith("New ")
        assert "not kept yet" in s.text


async def test_what_holds_for_all_languages_has_a_place_of_its_own(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("ctrl+t", "down", "enter", "ctrl+b")
        assert s.app.screen.query_one("#t-category", Input).value == "parcel"
        assert s.app.screen.query_one("#t-asks", Editor).text == "days en: How many days?"
        await s.keys("tab", "text:in_transit, delivered", "tab", "text:nonsense", "enter")
        await s.pilot.pause(0.4)
        assert "This line is no question: nonsense" in said(s)
        await s.keys("ctrl+s")
        ((kept, _before),) = s.called("save_template")
        assert kept.stages == ("in_transit", "delivered") and kept.asks == {"days": {"en": "How many days?"}}


async def test_copy_take_away_and_put_back(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("ctrl+t", "c", "ctrl+u", "text:greeting_2", "enter")
        await s.rest(0.1)
        assert isinstance(s.app.screen, TemplateEditor) and s.app.screen.template.name == "greeting_2"
        await s.keys("escape")
        await s.rest(0.1)
        await s.keys("d")
        assert "greeting_2 is taken away; z puts it back." in s.text and "greeting_2" not in s.desk.texts
        await s.keys("z")
        assert "greeting_2 is back." in s.text and "greeting_2" in s.desk.texts
        await s.keys("home", "d")
        assert "none of your own templates" in s.text


async def test_a_new_one_needs_a_name_that_a_file_can_have(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("ctrl+t", "n", "text:../evil", "enter")
        assert "small letters" in s.text and isinstance(s.app.screen, TemplatesScreen)
        await s.keys("n", "text:Late Parcel", "enter")
        await s.rest(0.1)
        assert isinstance(s.app.screen, TemplateEditor) and s.app.screen.template.name == "late_parcel"
        await s.keys("text:It is late.", "ctrl+s", "escape")
        await s.rest(0.1)
        assert s.desk.texts["late_parcel"].texts["en"].body == "It is late."


async def test_a_search_in_the_list_takes_letters_and_gives_them_back(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("ctrl+t", "/", "text:customs", "enter")
        await s.rest(0.2)
        assert "Held by customs" in s.text and "Greeting" not in s.text
        await s.keys("escape")
        await s.rest(0.2)
        assert "Greeting" in s.text, "escape first takes the search away"
        await s.keys("escape")
        assert s.app.screen is s.screen


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40), (200, 50)])
async def test_list_and_editor_at_any_size(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(size=size) as s:
        await s.keys("ctrl+t")
        assert "TEMPLATES" in s.text
        await s.keys("enter")
        assert "TEMPLATE greeting" in s.text
