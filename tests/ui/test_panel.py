"""The side panel of a customer with many orders. Lost otherwise: the moment in which an agent looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from csdesk.app import DeskApp
from csdesk.domain.orders import OrderLink
from tests.ui.conftest import Opener, Session
from tests.ui.fake_samples import link
from tests.ui.fakes import FakeDesk

MANY = 50


def orders(count: int) -> tuple[OrderLink, ...]:
    base = link(3)
    made = []
    for number in range(count):
        parcels = tuple(replace(one, number=f"YT{number:016d}") for one in base.order.shipments)
        order = replace(base.order, id=900 + number, number=f"#7{number:03d}", shipments=parcels)
        made.append(replace(base, order=order, state="linked"))
    return tuple(made)


def desk_with(count: int) -> FakeDesk:
    """The second conversation's customer has so many orders."""
    desk = FakeDesk()
    desk.links[2] = orders(count)
    return desk


async def frames_of(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, count: int, size: tuple[int, int]
) -> list[tuple[str, ...]]:
    """The panel's lines at every frame that is drawn, from the choice of the conversation on."""
    drawn: list[tuple[str, ...]] = []
    show: Callable[..., None] = DeskApp._display

    async with opened(desk_with(count), size=size) as s:

        def counted(app: DeskApp, screen: Any, renderable: Any) -> None:
            if renderable is not None:
                drawn.append(tuple("".join(text for text, _ink in one.pieces) for one in s.screen.side.lines))
            show(app, screen, renderable)

        with monkeypatch.context() as patched:
            patched.setattr(DeskApp, "_display", counted)
            await s.keys("down", "enter")
            await s.rest(0.4)
        assert whole(s, count)
    return drawn


def whole(s: Session, count: int) -> bool:
    told = "\n".join("".join(text for text, _ink in one.pieces) for one in s.screen.side.lines)
    return all(f"#7{number:03d}" in told for number in range(count))


@pytest.mark.parametrize("size", [(160, 45), (200, 50)])
async def test_fifty_orders_are_there_in_two_frames_as_one_is(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """Frames are counted, not time: a card that is put together piece by piece would take more of them."""
    for count in (1, MANY):
        drawn = await frames_of(opened, monkeypatch, count, size)
        begun = next(at for at, lines in enumerate(drawn) if any("#7000" in one for one in lines))
        complete = next(
            at for at, lines in enumerate(drawn) if any(f"#7{count - 1:03d}" in one for one in lines)
        )
        assert complete == begun, "no frame shows half of the orders"
        others = set(drawn[begun:])
        assert len(others) <= 2, "once, and once more where a scroll bar takes its column"


async def test_only_the_lines_in_sight_are_drawn(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty cards are hundreds of lines; what is drawn is a window of them, wherever it stands."""
    async with opened(desk_with(MANY), size=(160, 45)) as s:
        await s.keys("down", "enter", "tab")
        await s.rest(0.3)
        side = s.screen.side
        assert len(side.lines) > 400
        asked: list[int] = []
        render = type(side).render_line

        def counted(view: Any, y: int) -> Any:
            asked.append(y)
            return render(view, y)

        with monkeypatch.context() as patched:
            patched.setattr(type(side), "render_line", counted)
            await s.keys("end")
            await s.rest(0.2)
        assert asked and len(asked) <= 4 * side.size.height
        assert f"#7{MANY - 1:03d}" in s.text or side.scroll_offset.y > 300
