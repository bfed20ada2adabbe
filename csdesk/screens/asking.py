"""Questions that lie over the desk go when nobody waits for their answers any more. Knows no question."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from textual.app import App
from textual.screen import Screen
from textual.worker import Worker, get_current_worker

_ASKED: WeakKeyDictionary[App[Any], dict[tuple[type, str], Worker[Any]]] = WeakKeyDictionary()
"""Who waits for an answer, by the kind of question."""


async def answer(app: App[Any], screen: Screen[Any], ask: Callable[[], Awaitable[Any]]) -> Any:
    """Put a question, from a worker, and give its answer. A key that is pressed many times before its question stands
    there asks once: the others end here, unless they called off who asked first, whose question goes then."""
    worker = get_current_worker()
    kind = type(screen), getattr(screen, "caption", "")
    asked = _ASKED.setdefault(app, {})
    before = asked.get(kind)
    if before is not None and before.is_running and not before.is_cancelled and before is not worker:
        worker.cancel()
        await asyncio.sleep(0)
    asked[kind] = worker
    try:
        return await ask()
    except asyncio.CancelledError:
        _take_away(app, screen)
        raise
    finally:
        if asked.get(kind) is worker:
            del asked[kind]


def _take_away(app: App[Any], screen: Screen[Any]) -> None:
    """Close a question that may lie under others by now, where Textual closes only what is on top."""
    stack = app._screen_stacks.get(app.current_mode, [])
    if screen in stack[1:-1]:
        stack.remove(screen)
        screen.remove()
    elif screen in stack[1:]:
        app.pop_screen()
