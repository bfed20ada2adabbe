"""Telling customers before they ask. A failure here writes what nobody looked at, or what a market forbids."""

from __future__ import annotations

from tests.ui.conftest import Opener


async def test_a_notice_is_looked_at_skipped_or_written_on(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("f6")
        await s.rest()
        assert "TO NOTIFY" in s.text and "arrived, confirm it" in s.text and "ha llegado" in s.text
        await s.keys("n")
        await s.rest()
        assert "NOT ALLOWED" in s.text and "Amazon does not let sellers write this unasked." in s.text
        await s.keys("enter")
        assert not s.called("draft_notice"), "what is forbidden becomes no draft"
        await s.keys("n", "j", "s")
        await s.rest()
        assert s.called("skip_notice") == [("#1043", "extend")] and "Skipped" in s.text
        await s.keys("enter")
        await s.rest()
        assert s.called("draft_notice") == [("#1042", "confirm_receipt")]
        assert s.screen.composer.writing is not None and "Su pedido #1042 ha llegado" in s.text


async def test_where_is_it_is_answered_from_the_linked_order_only(opened: Opener) -> None:
    async with opened(size=(160, 45)) as s:
        s.desk.receive(1, "¿Dónde está mi paquete?")
        s.desk.receive(2, "Where is my parcel?")
        await s.keys("enter")
        assert "Asks for the parcel: f4 answers" in s.text
        await s.keys("f4")
        await s.rest()
        assert s.called("where") == [1] and "Su pedido #1042 está en camino." in s.text
        await s.keys("escape", "escape", "down", "enter")
        assert "Asks for a parcel: f4 asks" in s.text
        await s.keys("f4")
        await s.rest()
        assert "Please write from the address" in s.text and "tells nothing" in s.text


async def test_exceptions_lead_to_the_talk_or_to_a_draft(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("f10")
        await s.rest()
        assert "EXCEPTIONS" in s.text and "dispute to answer" in s.text and "Answer the case" in s.text
        await s.keys("j", "o")
        assert "never wrote about it" in s.text
        await s.keys("enter")
        await s.rest()
        assert s.called("draft_trouble") == [("#1043", "lost")] and "紛失" in s.text
        await s.keys("escape", "escape", "f10")
        await s.rest()
        await s.keys("o")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 1
