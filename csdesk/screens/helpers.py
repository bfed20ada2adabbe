"""Who does what on the desk: one helper a job, loaded when it is first needed; and every action's handler by its id."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from csdesk.screens.commander import Commander
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.marks import Marks
    from csdesk.screens.parceling import Parceling
    from csdesk.screens.pins import Pins
    from csdesk.screens.shelf import Shelf
    from csdesk.screens.shopping import Shopping
    from csdesk.screens.thread_keys import ThreadKeys
    from csdesk.screens.trail import Trail
    from csdesk.screens.translating import Translating
    from csdesk.screens.triage import Triage
    from csdesk.screens.visit import Visits
    from csdesk.screens.write import Writer


class Helpers:
    """The desk's screen, as far as it hands work on; none of these is there before the first frame."""

    @property
    def _desk(self) -> DeskScreen:
        return cast("DeskScreen", self)

    @cached_property
    def writer(self) -> Writer:
        """Who writes."""
        from csdesk.screens.write import Writer

        return Writer(self._desk)

    @cached_property
    def marks(self) -> Marks:
        """The marks in the queue."""
        from csdesk.screens.marks import Marks

        return Marks(self._desk)

    @cached_property
    def triage(self) -> Triage:
        """What is done to conversations."""
        from csdesk.screens.triage import Triage

        return Triage(self._desk)

    @cached_property
    def visits(self) -> Visits:
        """What lies beside the desk."""
        from csdesk.screens.visit import Visits

        return Visits(self._desk)

    @cached_property
    def thread_keys(self) -> ThreadKeys:
        """Who acts inside the open conversation."""
        from csdesk.screens.thread_keys import ThreadKeys

        return ThreadKeys(self._desk)

    @cached_property
    def translating(self) -> Translating:
        """Who has foreign words translated."""
        from csdesk.screens.translating import Translating

        return Translating(self._desk)

    @cached_property
    def pins(self) -> Pins:
        """The conversation beside the open one."""
        from csdesk.screens.pins import Pins

        return Pins(self._desk)

    @cached_property
    def trail(self) -> Trail:
        """The conversations that were opened."""
        from csdesk.screens.trail import Trail

        return Trail(self._desk)

    @cached_property
    def shelf(self) -> Shelf:
        """Saved views and orders."""
        from csdesk.screens.shelf import Shelf

        return Shelf(self._desk, remember=self._desk.looks.remember)

    @cached_property
    def parceling(self) -> Parceling:
        """Who acts on parcels."""
        from csdesk.screens.parceling import Parceling

        return Parceling(self._desk)

    @cached_property
    def shopping(self) -> Shopping:
        """Who acts on orders in their shops."""
        from csdesk.screens.shopping import Shopping

        return Shopping(self._desk)

    @cached_property
    def commander(self) -> Commander:
        """The command line."""
        from csdesk.screens.commander import Commander

        return Commander(self._desk)

    @cached_property
    def handlers(self) -> dict[str, Callable[[], None]]:
        """What does each action, by its id; put together when the first key is pressed."""
        desk = self._desk
        found = desk.moves()
        helpers = (
            desk.reader, self.writer, self.triage, self.visits, desk.looks, self.marks, self.trail, self.thread_keys,
            self.commander, self.shelf, self.pins, self.translating, self.shopping,
            self.parceling,
        )  # fmt: skip
        for helper in helpers:
            found |= helper.handlers()
        return found
