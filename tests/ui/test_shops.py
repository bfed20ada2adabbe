"""Acting on an order in its shop. A failure here does it to the wrong order, or without a second question."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input

from tests.ui.conftest import Opener
from tests.ui.fake_shops import shop_link


def typed(text: str) -> list[str]:
    """The keys of a text."""
    return ["space" if letter == " " else letter for letter in text]


async def test_a_note_and_a_cancellation_are_asked_for_twice(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "O")
        assert "No order of a connected shop is linked here." in s.text
        s.desk.links = {1: (shop_link(1), replace(shop_link(1), state="suggested"))}
        await s.keys("escape", "down", "enter", "escape", "up", "enter")
        assert "answer by" in s.text and "uncertain" in s.text and "state: Reviewed" in s.text
        await s.keys("O", "1")
        await s.keys(*typed("Tax number is B123"))
        await s.keys("enter")
        assert "Add to order #1042: Tax number is B123" in s.text and not s.called("note")
        await s.keys("1")  # no
        assert not s.called("note")
        await s.keys("O", "1")
        await s.keys(*typed("Tax number is B123"))
        await s.keys("enter", "2")
        assert s.called("note") == [("#1042", "Tax number is B123")]
        assert s.screen.reader.orders[0].acts[-1].state == "queued"
        await s.keys("O", "2")
        await s.keys(*typed("wish"))
        await s.keys("enter")
        assert "cannot be taken back" in s.text and not s.called("cancel")
        await s.keys("2")
        assert s.called("cancel") == [("#1042", "wish")]


async def test_an_address_is_checked_compared_and_asked_for_twice(opened: Opener) -> None:
    """What was written stays while something is wrong with it, and old and new stand side by side before it is done."""
    async with opened() as s:
        s.desk.links = {1: (shop_link(1),)}
        await s.keys("enter", "O", "3")
        assert "Calle 1" in s.text and "28001" in s.text and "postcode" in s.text
        form = s.app.screen
        form.query_one("#field-street", Input).value = "Calle 9"
        form.query_one("#field-postcode", Input).value = "2800"
        await s.keys("ctrl+s")
        assert "'2800' is no postcode of ES; there they look like 28001" in s.text and "Calle 9" in s.text
        s.app.screen.query_one("#field-postcode", Input).value = "28009"
        await s.keys("ctrl+s")
        assert "until now: Ana López, Calle 1, 4A, 28001 Madrid, ES" in s.text
        assert "from now: Ana López, Calle 9, 4A, 28009 Madrid, ES" in s.text and not s.called("address")
        await s.keys("1")  # no
        assert not s.called("address")
        await s.keys("O", "3")
        s.app.screen.query_one("#field-street", Input).value = "Calle 9"
        await s.keys("ctrl+s", "2")
        assert s.called("address")[0][1:3] == ("Ana López", "Calle 9")
        assert s.screen.reader.orders[0].acts[-1].kind == "address"


async def test_goods_are_chosen_and_sent_again_after_two_questions(opened: Opener) -> None:
    async with opened() as s:
        s.desk.links = {1: (shop_link(1),)}
        await s.keys("enter", "O", "4")
        assert "Mug: how many of 2" in s.text and "Tea: how many of 1" in s.text
        s.app.screen.query_one("#field-0", Input).value = "3"
        await s.keys("ctrl+s")
        assert "Of Mug the order has 2; from none to all of them" in s.text
        s.app.screen.query_one("#field-0", Input).value = "1"
        s.app.screen.query_one("#field-1", Input).value = ""
        await s.keys("ctrl+s")
        assert "Send again, free of charge; that cannot be taken back?" in s.text and "1 × Mug" in s.text
        assert not s.called("resend")
        await s.keys("2")
        assert s.called("resend") == [("#1042", "1 × Mug, 0 × Tea")]


async def test_protection_is_extended_by_days_and_asked_for_twice(opened: Opener) -> None:
    async with opened() as s:
        one = shop_link(1)
        s.desk.links = {1: (replace(one, order=replace(one.order, source="aliexpress")),)}
        await s.keys("enter", "O", "1", "backspace", "x", "enter")
        assert "An extension has 1 to 90 days." in s.text and not s.called("extend")
        await s.keys("O", "1", "enter")
        assert "by 7 days" in s.text and not s.called("extend")
        await s.keys("2")
        assert s.called("extend") == [("#1042", "7")]


async def test_a_parcel_is_copied_opened_asked_about_and_told(opened: Opener) -> None:
    """Only what is linked is told to the customer; whose a suggested order is, nobody knows yet."""
    async with opened() as s:
        s.desk.links = {1: (shop_link(1),), 2: (replace(shop_link(2), state="suggested"),)}
        await s.keys("enter", "#", "o")
        assert "no clipboard" in s.text  # nor a browser: the link has nowhere to go, and that is said
        await s.keys("#", "r")
        assert s.called("refresh") == [("RB123456785CN",)] and "RB123456785CN: out for delivery" in s.text
        await s.keys("#", "r")
        assert "asked about just now" in s.text
        await s.keys("#", "i")
        assert s.called("sentence")[0][1] == "RB123456785CN"
        assert "Paquete RB123456785CN: en la aduana." in s.screen.composer.editor.text
        await s.keys("escape", "escape", "down", "enter", "#", "i")
        assert "only suggested" in s.text and len(s.called("sentence")) == 1
