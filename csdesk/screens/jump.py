"""Jump mode: a letter beside everything that can be gone to; typing it goes there. A click does the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from csdesk.screens.over import ModalOver
from csdesk.widgets.bars import ViewTabs
from csdesk.widgets.lines import LineView

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
LINK = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True, slots=True)
class Goal:
    """A place on the screen (cells) and what going there does."""

    x: int
    y: int
    go: Callable[[], None]


def labels(count: int) -> list[str]:
    """So many labels, the home row first, all equally long."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    return [a + b for a in LETTERS for b in LETTERS][:count]


class Label(Static):
    """One label."""

    def __init__(self, text: str, goal: Goal) -> None:
        super().__init__(Content(text), classes="jump")
        self.goal = goal
        self.styles.offset = (goal.x, goal.y)

    def on_click(self, event: events.Click) -> None:
        """As if it was typed."""
        event.stop()
        self.screen.dismiss(self.goal)


class JumpOver(ModalOver[Goal | None]):
    """Labels over the desk. Gives the goal, or None after escape or a letter that is none."""

    def __init__(self, goals: Sequence[Goal]) -> None:
        super().__init__(classes="jumping")
        self.goals = dict(zip(labels(len(goals)), goals, strict=False))
        self.typed = ""

    def compose(self) -> ComposeResult:
        for text, goal in self.goals.items():
            yield Label(text, goal)

    def on_key(self, event: events.Key) -> None:
        """A letter of a label."""
        event.stop()
        self.typed += event.key
        if self.typed in self.goals:
            self.dismiss(self.goals[self.typed])
        elif not any(text.startswith(self.typed) for text in self.goals):
            self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """Beside every label: never mind."""
        self.dismiss(None)


def goals(screen: DeskScreen) -> list[Goal]:
    """Rows that are seen, views, messages and links of the conversation, panes."""
    out: list[Goal] = []
    queue = screen.queue
    if queue.region.width and queue.display:
        top = queue.scroll_offset.y // queue.tall
        for number in range(top, min(top + queue.size.height // queue.tall, len(queue.rows))):
            y = queue.region.y + (number - top) * queue.tall
            out.append(Goal(queue.region.x + 1, y, _row(screen, number)))
    tabs = screen.query_one(ViewTabs)
    for x, view in tabs.places() if tabs.region.width else ():
        out.append(Goal(tabs.region.x + x, tabs.region.y, _view(screen, view)))
    for pane in (screen.thread, *screen.pins.ring(), screen.side):
        if pane.region.width:
            out.append(Goal(pane.region.x, pane.region.y, _pane(screen, pane)))
    if screen.thread.region.width:
        out += _in_thread(screen)
    return out


def _row(screen: DeskScreen, number: int) -> Callable[[], None]:
    def go() -> None:
        screen.go_to(screen.queue)
        screen.queue.go(number)

    return go


def _view(screen: DeskScreen, view: str) -> Callable[[], None]:
    return lambda: screen.reader.go(view)


def _pane(screen: DeskScreen, pane: LineView) -> Callable[[], None]:
    return lambda: screen.go_to(pane)


def _in_thread(screen: DeskScreen) -> list[Goal]:
    thread, out = screen.thread, []
    top = thread.scroll_offset.y
    for y in range(top, min(top + thread.size.height, len(thread.lines))):
        one = thread.lines[y]
        at = thread.region.y + y - top
        if one.data and one.data[0] in ("message", "note") and y > top:
            out.append(Goal(thread.region.x, at, _scrolled(screen, y)))
        for found in LINK.finditer(one.text):
            out.append(
                Goal(thread.region.x + cell_len(one.text[: found.start()]), at, _link(screen, found.group()))
            )
    return out


def _scrolled(screen: DeskScreen, y: int) -> Callable[[], None]:
    def go() -> None:
        screen.go_to(screen.thread)
        screen.thread.scroll_to(y=y, animate=False, force=True)

    return go


def _link(screen: DeskScreen, url: str) -> Callable[[], None]:
    return lambda: screen.visits.show_link(url)
