"""Two conversations at once: what one customer was told is read while another one is answered."""

from __future__ import annotations

from csdesk.acts.checks import BESIDE
from tests.stories.conftest import Telling
from tests.stories.teller import Teller


async def _has_room(t: Teller) -> bool:
    """Whether two conversations fit; where they do not, the desk says why."""
    width = t.app.size.width
    if width < BESIDE:
        await t.keys("|")
        said = "Two conversations side by side need {need} columns; this terminal has {n}."
        t.says(said, need=BESIDE, n=width)
    return width >= BESIDE


async def test_one_answer_is_read_while_another_is_written(tell: Telling) -> None:
    """Two buyers ask about one parcel; nobody remembers the dates of the first answer."""
    async with tell() as t:
        await t.go("Giulia")
        if not await _has_room(t):
            return
        last = next(m for m in reversed(t.opened.messages) if m.direction == "in")
        await t.do("pin.toggle")
        emily = await t.go("Emily")
        t.says("PINNED")
        t.sees("Giulia", "Emily Carter")
        await t.do("write.reply")
        await t.type("Hello Emily")
        await t.receive(
            f"Giulia <{last.sender.address}>", "Re: 1037", "Grazie, a domani!", last.message_id or ""
        )
        t.sees("Grazie, a domani!")
        assert t.written == "Hello Emily" and t.opened.id == emily


async def test_a_promise_is_read_again_while_another_is_answered(tell: Telling) -> None:
    """And answered too, before the first answer is finished."""
    async with tell() as t:
        giulia = await t.go("Giulia")
        if not await _has_room(t):
            return
        await t.do("pin.toggle")
        emily = await t.go("Emily")
        await t.do("write.reply")
        await t.type("Hello Emily")
        await t.do("pane.next", "pin.swap")
        assert t.opened.id == giulia
        await t.do("pin.swap", "write.reply")
        assert t.opened.id == emily and t.written == "Hello Emily", "the draft waited for its turn"
        await t.do("pane.next", "pin.leave")
        assert t.screen.state().beside == "" and t.written == "Hello Emily"
