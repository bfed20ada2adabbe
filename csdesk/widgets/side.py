"""The side panel: the customer, then the orders beside the conversation. Given dataclasses, it shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from csdesk.i18n import _
from csdesk.widgets.cells import Line, line, wrap
from csdesk.widgets.lines import LineView

if TYPE_CHECKING:
    from csdesk.domain.customer import Customer
    from csdesk.domain.orders import OrderLink
    from csdesk.domain.translation import Translation


class SidePanel(LineView):
    """Cards from top to bottom; scrolls."""

    def __init__(self, *, id: str | None = None, here: tzinfo | None = None) -> None:
        super().__init__(id=id)
        self.customer: Customer | None = None
        self.orders: tuple[OrderLink, ...] = ()
        self.now: datetime | None = None
        self.here = here
        self.asks = ""
        self.told: Mapping[str, Translation] = {}
        self.way = "translation"

    def translate(self, told: Mapping[str, Translation], way: str) -> None:
        """What carriers said, in the reader's language, and what of it is shown: one of translated.WAYS."""
        if (told, way) != (self.told, self.way):
            self.told, self.way = told, way
            self.relayout()

    def show(
        self, customer: Customer | None, orders: tuple[OrderLink, ...], now: datetime, asks: str = ""
    ) -> None:
        """Show these; another customer is shown from the top. `asks` is what the last message asks for, as a sentence
        that names the key that answers."""
        self.asks = asks
        other = (self.customer.id if self.customer else 0) != (customer.id if customer else 0)
        self.customer, self.orders, self.now = customer, orders, now
        self.relayout()
        if other:
            self.scroll_to(y=0, animate=False, force=True)

    def by(self, lines: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    def layout_lines(self, width: int) -> list[Line]:
        """The cards for this width."""
        if self.now is None or self.customer is None:
            return []
        from csdesk.widgets.cards import customer_card, order_card

        out = customer_card(self.customer, width, self.now, self.here)
        if self.asks:
            out += [Line(), *(line((f" {part}", "accent")) for part in wrap(self.asks, width - 2))]
        for link in self.orders:
            if link.state != "rejected":
                out += [Line(), *order_card(link, width, self.now, self.here, self.told, self.way)]
        if not self.orders:
            out += [Line(), line((" " + _("No order is known."), "faint"))]
        return out
