"""Customers on the screen: found as they are typed, looked at whole, edited, and two made one after two questions."""

from __future__ import annotations

import pytest

from csdesk.domain.translation import Sentence, Translation
from csdesk.errors import DeskError
from tests.ui.conftest import Opener
from tests.ui.fakes import FakeDesk

SIZES = [(80, 24), (160, 45)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_customer_is_one_key_away_and_the_desk_is_one_key_back(
    opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(size=size) as s:
        await s.keys("enter", "C")
        assert "CUSTOMER" in s.text and "c1@example.com" in s.text and "conversations 3" in s.text
        assert "Spain" in s.text and "15:41" in s.text and "€38.00" in s.text
        await s.keys("escape")
        assert s.app.screen is s.screen
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 1


async def test_any_conversation_and_order_of_a_customer_opens_from_there(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("C", "tab")
        assert "total" in s.text
        await s.keys("enter")
        assert "PARCEL" in s.text
        await s.keys("escape", "shift+tab", "down", "enter")
        assert s.app.screen is s.screen and s.screen.reader.opened is not None
        assert s.screen.reader.opened.id == 2


async def test_an_order_shows_what_the_carrier_said_in_the_agents_language(opened: Opener) -> None:
    made, held = FakeDesk(), "held by customs, papers asked for"
    sentence = Sentence(held, "STOPPED AT THE BORDER")
    made.translations.phrases.told[held] = Translation("es", "en", (sentence,), "argos es→en")
    async with opened(made, size=(120, 50)) as s:
        await s.keys("C", "tab", "enter")
        assert "STOPPED AT THE BORDER" in s.text and "o original" in s.text
        await s.keys("o", "o")
        assert "STOPPED" not in s.text and "as the carrier wrote it" in s.text


async def test_a_long_history_comes_page_by_page(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("down", "C")
        assert s.called("talks") == [(2, None)]
        await s.keys("end")
        assert s.called("talks") == [(2, None), (2, (0, 100))]
        await s.keys("end", "end", "enter")
        assert s.screen.reader.opened is None or s.screen.reader.opened.id == 2
        assert "There is no conversation 150." in s.text


@pytest.mark.parametrize("size", SIZES)
async def test_recent_customers_are_found_as_one_types(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(size=size) as s:
        await s.keys("P")
        assert "CUSTOMERS" in s.text and "wrote last" in s.text
        await s.keys("text:marie")
        await s.rest(0.3)
        assert "Marie" in s.text and "Weber" not in s.text.split("CUSTOMERS")[1]
        await s.keys("text:xx")
        await s.rest(0.3)
        assert "Nothing here matches mariexx." in s.text
        await s.keys("tab")
        assert "Nothing here matches mariexx." in s.text
        await s.keys("escape")
        assert s.app.screen is s.screen


async def test_whom_i_looked_at_is_a_list_of_its_own(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("P", "tab")
        assert "You have looked at nobody yet." in s.text
        await s.keys("escape", "down", "enter", "P", "tab")
        rows = [row for row in s.text.split("\n") if "c2@example.com" in row]
        assert len(rows) == 1
        await s.keys("enter")
        assert "CUSTOMER" in s.text and "c2@example.com" in s.text
        await s.keys("enter")
        assert s.app.screen is s.screen


@pytest.mark.parametrize("size", SIZES)
async def test_an_edit_that_cannot_be_says_why_and_keeps_what_was_typed(
    opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(size=size) as s:
        await s.keys("C", "e")
        assert "ctrl+s keep" in s.text, "how it is kept is seen at every size"
        await s.keys("text:!", "tab", "tab", "ctrl+u", "text:Narnia", "ctrl+s")
        assert "'Narnia' is no country" in s.text
        await s.keys("ctrl+u", "text:MX", "tab", "text:vip", "ctrl+s")
        ((_number, first), (number, fields)) = s.called("edit")
        assert first["country"] == "Narnia" and number == 1
        assert fields["country"] == "MX" and fields["tags"] == "vip" and fields["name"].endswith("!")
        assert "Changed." in s.text and "#vip" in s.text and "Mexico" in s.text
        await s.keys("z")
        assert s.called("undo") == [None]


@pytest.mark.parametrize("size", SIZES)
async def test_two_become_one_only_after_two_different_keys(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(size=size) as s:
        await s.keys("C", "M")
        assert "both about order #1042" in s.text
        await s.keys("enter")
        assert "becomes part of" in s.text and "3 conversations move, 1 order moves." in s.text
        assert "an answer to either address may name the orders of both" in " ".join(s.text.split())
        await s.keys("M")
        assert s.called("merge_customers") == [], "the second key alone does nothing"
        await s.keys("enter", "enter")
        assert s.called("merge_customers") == [], "the first key twice does nothing"
        await s.keys("escape", "M", "enter", "s", "enter", "M")
        assert s.called("merge_customers") == [(3, 1)], "s turned it round"
        assert "The two are one customer now." in s.text


async def test_a_number_that_is_none_and_a_refusal_are_said(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("C", "M", "2", "text:abc", "enter")
        assert "A number is needed" in s.text
        await s.keys("M", "2", "text:1", "enter")
        assert "Name two customers" in s.text
        await s.keys("enter", "M", "escape", "escape")
        assert s.called("merge_customers") == [] and s.app.screen is s.screen


async def test_pairs_that_may_be_one_person_are_a_list(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("P", "shift+tab")
        assert "both about order #1042" in s.text
        await s.keys("enter", "enter", "M")
        assert s.called("merge_customers") == [(1, 3)]
        assert "No two customers look like one person." in s.text


async def test_a_store_that_cannot_be_read_is_said_on_the_screen(opened: Opener) -> None:
    desk = FakeDesk()
    async with opened(desk) as s:
        desk.fail_next = [DeskError("The store is gone.")]
        await s.keys("P")
        assert "The store is gone." in s.text
        await s.keys("escape")
        assert s.app.screen is s.screen


async def test_hostile_names_stay_harmless_on_both_screens(opened: Opener) -> None:
    desk = FakeDesk()
    evil = "\x1b]52;c;x\x07[red]Eve\u202e"
    desk.customers.edited[1] = desk.customers.card(1).__class__(
        1, evil, desk.customers.card(1).identities, evil, "ES", "nowhere/none", desk.clock.now(), evil * 40, 3, (),
        (evil,),
    )  # fmt: skip
    async with opened(desk) as s:
        for keys in (("C",), ("escape", "P"), ("tab",), ("tab",)):
            await s.keys(*keys)
            assert "\x1b" not in s.text and "\u202e" not in s.text and "Eve" in s.text


async def test_one_customer_who_cannot_be_read_is_said_too(opened: Opener) -> None:
    desk = FakeDesk()
    async with opened(desk) as s:
        desk.fail_next = [DeskError("The store is gone.")]
        await s.keys("C")
        assert "The store is gone." in s.text
        await s.keys("tab", "e", "M")
        assert "The store is gone." in s.text, "nothing can be done to what could not be read"
        await s.keys("escape")
        assert s.app.screen is s.screen
