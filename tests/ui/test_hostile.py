"""Hostile text in every field, and terminals of every size: nothing harmful is drawn and nothing falls over."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from csdesk.domain.conversation import Attachment, Message
from csdesk.domain.mail import Address, Quote
from csdesk.domain.people import Account
from csdesk.widgets.linefilter import Harmless
from tests.ui.conftest import Opener
from tests.ui.fakes import FakeDesk

EVIL = (
    "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x9b31m\u202egnp.exe\u2066x\u200b\u2060[@click=app.quit]go[/][/x] [red]\r\n\tZ"
    + "a" + "\u0301" * 60 + "\U000e0041\ufeff‮ \x00\x07 مرحبا 你好 👩‍👩‍👧"
)  # fmt: skip


def evil_desk() -> FakeDesk:
    desk = FakeDesk()
    one = desk.threads[1]
    bad = Address(EVIL, EVIL)
    message = Message(
        1, 1, "in", bad, (bad,), (bad,), EVIL, f"{EVIL}\n> {EVIL}\n" * 3, (Quote(1, 2),), one.last_message_at,
        EVIL, EVIL, "received", automatic="bounce", broken=EVIL, attachments=(Attachment(5, EVIL, EVIL, 3, EVIL),),
    )  # fmt: skip
    failed = replace(message, id=2, direction="out", state="failed", error=EVIL, agent=EVIL)
    notes = [entry for entry in one.entries if not isinstance(entry, Message)]
    desk.threads[1] = replace(
        one, subject=EVIL, who=EVIL, language=EVIL, account_address=EVIL, channel=EVIL, assignee=EVIL, tags=(EVIL,),
        entries=(message, failed, replace(notes[0], agent=EVIL, text=EVIL)),
    )  # fmt: skip
    link = desk.links[1][0]
    order = replace(
        link.order, number=EVIL, items=(replace(link.order.items[0], title=EVIL, sku=EVIL),),
        shipments=(replace(link.order.shipments[0], number=EVIL, carrier=EVIL, status=EVIL),),
    )  # fmt: skip
    desk.links[1] = (replace(link, order=order, state="suggested", reason=EVIL),)
    desk.account = Account(1, EVIL, EVIL, EVIL, EVIL, health=EVIL)
    return desk


def harmful(text: str) -> list[str]:
    """Characters that may not reach a terminal: controls, bidi controls, invisible carriers, lone surrogates."""
    allowed = {"\n", "\u200d", "\u200c"}
    return [
        f"{ord(c):04x}"
        for c in text
        if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in allowed
    ]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 45)])
async def test_no_surface_draws_a_control_or_bidi_character(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(evil_desk(), size=size) as s:
        await s.keys("enter", "q")
        seen = [raw_strips(s.app)]
        for keys in (("tab",), ("escape", "r"), ("escape", "d"), ("X",), ("escape", "x"), ("escape", "M")):
            await s.keys(*keys)
            seen.append(raw_strips(s.app))
        assert harmful("".join(seen)) == []
        assert "@click" in "".join(seen), "markup is shown as the words it is"


def raw_strips(app: object) -> str:
    """What would be sent, before any wall but the app's own."""
    compositor = app.screen._compositor  # type: ignore[attr-defined]
    return "\n".join("".join(segment.text for segment in strip) for strip in compositor.render_strips())


async def test_every_size_from_one_cell_up_survives(opened: Opener) -> None:
    async with opened(size=(160, 45)) as s:
        await s.keys("enter", "r", "text:hi")
        for size in ((1, 1), (2, 1), (3, 2), (10, 3), (20, 5), (40, 12), (79, 24), (99, 30), (100, 30), (139, 10), (140, 60),  # noqa: E501
                     (200, 60), (1, 60), (200, 1), (80, 24)):  # fmt: skip
            await s.pilot.resize_terminal(*size)
            await s.pilot.pause()
        assert s.screen.composer.editor.text == "hi"
        await s.keys("escape", "?", "escape", "s")
        for size in ((1, 1), (7, 4), (120, 40)):
            await s.pilot.resize_terminal(*size)
            await s.pilot.pause()
        assert "Snooze until" in s.text


def test_the_filter_is_a_wall_of_its_own() -> None:
    """Whatever a widget draws: the second wall drops commands and links, and every cell keeps its place."""
    link = Style(link="https://evil.example", color="red")
    before = [Segment(EVIL.replace("\n", ""), link), Segment("plain"), Segment("کتاب‌ها")]
    after = Harmless().apply(before, Color(0, 0, 0))
    assert harmful("".join(segment.text for segment in after)) == []
    assert after[0].style is not None and after[0].style.link is None
    assert [cell_len(s.text) for s in after] == [cell_len(s.text) for s in before]
    assert after[2].text == "کتاب‌ها", "a joiner that a script needs stays"


async def test_one_pane_at_a_time_on_a_small_terminal(opened: Opener) -> None:
    async with opened(size=(80, 24)) as s:
        assert "who" in s.text and "CUSTOMER" not in s.text
        await s.keys("enter")
        assert "Spain 15:41" in s.text.split("\n")[1], "the card is one line on top"
        assert "CUSTOMS" in s.text.split("\n")[1]
        await s.keys("tab")
        assert "CUSTOMER" in s.text
        await s.keys("escape")
        assert "clock" in s.text


async def test_the_side_panel_comes_and_goes_on_a_middle_terminal(opened: Opener) -> None:
    async with opened(size=(120, 40)) as s:
        assert "CUSTOMER" not in s.text
        await s.keys("enter", "p")
        assert "CUSTOMER" in s.text and "NOTE  Mei" in s.text
        await s.keys("p")
        assert "CUSTOMER" not in s.text


@pytest.mark.parametrize("theme", ["dark", "light", "ansi"])
async def test_every_theme_draws(opened: Opener, theme: str) -> None:
    from csdesk.config import Config

    async with opened(config=Config(theme=theme, timezone="UTC")) as s:
        await s.keys("enter", "n", "text:x")
        assert "NOTE" in s.text
        await s.keys("escape", "T", "end" if theme != "ansi" else "home")
        assert s.app.theme != f"csdesk-{theme}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc שלום def", "abc םולש def"),
        ("طلب 123", "123 بلط"),
        ("  plain #1042  ", "  plain #1042  "),
    ],
)
def test_a_terminal_that_does_not_reorder_gets_text_in_the_order_it_is_read(text: str, shown: str) -> None:
    """With bidi = "desk". Else an Arabic or Hebrew mail is read backwards."""
    line = [Segment(text)]
    assert [one.text for one in Harmless(reorder=True).apply(line, Color(0, 0, 0))] == [shown]
    assert [one.text for one in Harmless().apply(line, Color(0, 0, 0))] == [text], (
        "the terminal does it itself"
    )
    assert cell_len(shown) == cell_len(text)
