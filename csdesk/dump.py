"""The screen as plain text without a terminal: run the app headless, press keys, read what is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from csdesk.actions import key_name
from csdesk.text import scrub

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from csdesk.app import DeskApp

QUIET = 0.15
"""Seconds without work after which the screen is taken to be at rest."""
AT_MOST, STEP = 20.0, 0.02


async def dump(app_factory: Callable[[], DeskApp], size: tuple[int, int], keys: Iterable[str] = ()) -> str:
    """The screen of `size` (columns, rows) after these keys. Lines have their trailing spaces stripped, and there
    are exactly as many as rows. A key of several letters that is no key name is typed letter by letter."""
    app = app_factory()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in keys:
            await press(pilot, key)
            await settle(pilot)
        return screen_text(app)


async def press(pilot: Pilot[None], key: str) -> None:
    """Press one key, or type a word given as 'text:word'."""
    if key.startswith("text:"):
        from textual.events import Key

        for char in key.removeprefix("text:"):
            pilot.app.post_message(Key(key_name(char) if char != " " else "space", char))
        await pilot.pause()
        return
    await pilot.press(key_name(key))


async def settle(pilot: Pilot[None], quiet: float = QUIET) -> None:
    """Wait until no worker is busy for a moment; workers that wait for an answer in a dialog do not count. Every widget
    is asked whether it is done only when all seems quiet: to ask is work too."""
    app = cast("DeskApp", pilot.app)
    loop = asyncio.get_running_loop()
    end = loop.time() + AT_MOST
    still = loop.time()
    while loop.time() < end:
        await asyncio.sleep(STEP)
        if not _busy(app) and loop.time() - still >= quiet:
            await pilot.pause(0)
            if not _busy(app):
                return
        if _busy(app):
            still = loop.time()


def _busy(app: DeskApp) -> bool:
    """Whether the desk waits for a service, or is about to ask one. A worker under a dialog waits for a person,
    and one that tries again to open a store that cannot be opened waits for the world."""
    desk = app.desk_screen
    if app.calls.busy or (desk is not None and desk.reader.about_to_ask()):
        return True
    hopeless = desk is not None and bool(desk.reader.standing.trouble)
    return any(one.node is app.screen and one.is_running for one in app.workers) and not hopeless


def screen_text(app: Any) -> str:
    """What the compositor shows now, without styles and harmless."""
    height = app.size.height
    rows = ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]
    rows = [scrub(row).rstrip() for row in rows[:height]]
    return "\n".join(rows + [""] * (height - len(rows))) + "\n"
