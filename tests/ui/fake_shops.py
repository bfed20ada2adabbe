"""Shops for the desk in memory: one order of a connected shop, and what was asked to be done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from csdesk.domain.addresses import fault
from csdesk.domain.orders import Dispute, Order, OrderItem, OrderLink, OrderNote, Refund, Shipment
from csdesk.domain.shopacts import Goods, ShopAct
from csdesk.domain.webhooks import HookHealth
from csdesk.errors import Refused, Usage
from tests.ui.fake_samples import NOW, link

if TYPE_CHECKING:
    from tests.ui.fakes import FakeDesk


ADDRESS = {
    "name": "Ana López", "street": "Calle 1", "street2": "4A", "city": "Madrid", "postcode": "28001", "province": "",
    "country": "ES", "phone": "",
}  # fmt: skip


def shop_link(n: int) -> OrderLink:
    """An order with everything that only a shop tells."""
    order = replace(
        link(n).order,
        source="vendure", account=7, source_id=str(n), payment="part_refunded", after_sale="dispute",
        items=(OrderItem("Mug", "MUG-B", 2, Decimal("14.00"), "Colour: blue, Size: 300 ml"),),
        refunds=(Refund(Decimal("10.00"), NOW - timedelta(days=2), "Handle broken"),),
        disputes=(Dispute("d1", "dispute", "open", "NEEDS_RESPONSE", None, "not received", NOW + timedelta(hours=30)),),
        tags=("gift", "express"),
        notes=(OrderNote("1", "Called the carrier", "Mei", NOW - timedelta(days=1)),),
        raw={"unknown": "state: Reviewed"},
    )  # fmt: skip
    act = ShopAct(1, n, 7, str(n), order.number, "note", {"text": "Tax number came"}, "done", 1, NOW)
    lost = replace(act, id=2, state="uncertain", fields={"text": "Asked for a photo"}, error="")
    return OrderLink(order, "linked", "same address", (act, lost))


class FakeShops:
    """Takes notes, cancellations and addresses; extends nothing but what a marketplace has."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk

    def acts(self, order: Order) -> frozenset[str]:
        return {
            "vendure": frozenset(("note", "cancel", "address", "resend")),
            "aliexpress": frozenset(("extend",)),
        }.get(order.source, frozenset())

    def note(self, order: Order, text: str) -> ShopAct:
        return self._asked(order, "note", {"text": text})

    def cancel(self, order: Order, reason: str) -> ShopAct:
        return self._asked(order, "cancel", {"reason": reason})

    def extend(self, order: Order, days: int) -> ShopAct:
        if not days:
            raise Usage("An extension has 1 to 90 days.")
        return self._asked(order, "extend", {"days": str(days)})

    def goods(self, order: Order) -> tuple[Goods, ...]:
        return (Goods("11", "Mug", 2, "MUG-B"), Goods("12", "Tea", 1, "TEA-1"))

    def chosen(self, order: Order, wanted: Mapping[str, int]) -> tuple[dict[str, int], str]:
        for one in self.goods(order):
            if not 0 <= wanted[one.key] <= one.count:
                raise Usage(
                    f"Of {one.title} the order has {one.count}; from none to all of them can be sent again."
                )
        return dict(wanted), ", ".join(f"{wanted[one.key]} × {one.title}" for one in self.goods(order))

    def resend(self, order: Order, wanted: Mapping[str, int]) -> ShopAct:
        return self._asked(order, "resend", {"said": self.chosen(order, wanted)[1]})

    def address(self, order: Order) -> dict[str, str]:
        return dict(ADDRESS)

    def new_address(self, order: Order, given: Mapping[str, str]) -> dict[str, str]:
        new = {**ADDRESS, **given}
        if why := fault(new):
            raise Usage(why)
        return new

    def readdress(self, order: Order, given: Mapping[str, str]) -> ShopAct:
        return self._asked(order, "address", self.new_address(order, given))

    def _asked(self, order: Order, kind: str, fields: dict[str, str]) -> ShopAct:
        self.desk.note_call(kind, (order.number, *fields.values()))
        act = ShopAct(9, order.id, 7, order.source_id, order.number, kind, fields, "queued", 1, NOW)
        self.desk.links = {
            n: tuple(replace(one, acts=(*one.acts, act)) if one.order == order else one for one in links)
            for n, links in self.desk.links.items()
        }
        return act


class FakeParcels:
    """Answers about parcels; a second question at once is refused as the real one does."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk

    def page(self, parcel: Shipment) -> str:
        return f"https://post.example/{parcel.number}"

    def refresh(self, number: str) -> Shipment:
        if any(name == "refresh" for name, _value in self.desk.calls):
            raise Refused(f"{number} was asked about just now; ask again in 300 seconds.")
        self.desk.note_call("refresh", (number,))
        return Shipment(number, "China Post", "out_for_delivery")

    def sentence(self, conversation: int, number: str, language: str) -> str:
        self.desk.note_call("sentence", (conversation, number, language))
        return f"Paquete {number}: en la aduana."


class FakeWebhooks:
    """What other programs are told; `lines` is how they are."""

    def __init__(self) -> None:
        self.lines: tuple[HookHealth, ...] = ()

    def health(self) -> tuple[HookHealth, ...]:
        return self.lines

    def pause(self, name: str) -> None:
        self._set(name, True)

    def resume(self, name: str) -> None:
        self._set(name, False)

    def _set(self, name: str, paused: bool) -> None:
        words = "Paused: paused by Lin" if paused else "well"
        self.lines = tuple(
            replace(one, paused=paused, well=not paused, words=words) if one.name == name else one
            for one in self.lines
        )
