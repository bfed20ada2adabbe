"""A Textual app with three panes and nothing in them: what any screen of this library needs before its first frame."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static


class Bare(App[None]):
    """Three panes side by side, each with a few words."""

    CSS = "Static { width: 1fr; height: 1fr; border: solid gray; }"

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("queue of the shop")
            yield Static("conversation with a customer")
            yield Static("orders and parcels")


if __name__ == "__main__":
    Bare().run()
