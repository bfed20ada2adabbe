"""Who asks for a parcel, and whose facts may be told. A failure here tells a stranger where somebody's parcel is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from csdesk.domain.orders import Order, OrderLink, Shipment
from csdesk.domain.whereis import WORDS, asks_where, template_for, whose

NOW = datetime(2026, 11, 26, tzinfo=UTC)
MINE = Order("shopify", "#1042", "a@b.example", "Ana", "EUR", Decimal(20), NOW, fulfilment="shipped",
             shipments=(Shipment("RB123456785CN", "Post", "in_transit"),))  # fmt: skip
OTHERS = replace(MINE, number="#2000", id=2, shipments=())


@pytest.mark.parametrize(
    "text",
    [
        "Hi, where’s my parcel?", "¿Dónde está mi paquete?", "Wo bleibt mein Paket denn?", "Où est ma commande ?",
        "Dov'è il mio pacco?",
        "Cadê meu pedido?", "Где мой заказ?!", "你好,我的包裹到哪里了", "荷物がまだ届いていません",
        "أين طلبي من فضلكم؟", "MY ORDER HAS NOT ARRIVED",
    ],
)  # fmt: skip
def test_it_is_heard_in_every_language(text: str) -> None:
    assert asks_where(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please cancel my order",
        "Die Farbe stimmt nicht",
        "能开发票吗",
        "領収書をお願いします",
        "",
        "Somewhere is myth",
    ],
)
def test_other_questions_are_not(text: str) -> None:
    assert not asks_where(text)
    assert set(WORDS) == {"en", "es", "de", "fr", "it", "pt", "ru", "zh", "ja", "ar"}


def test_facts_are_told_of_a_linked_order_only() -> None:
    linked, suggested = OrderLink(MINE, "linked", ""), OrderLink(OTHERS, "suggested", "")
    assert whose((linked,), "where is it") == MINE
    assert whose((suggested,), "where is order #2000") is None
    assert whose((linked, suggested), "where is order #2000") is None, (
        "a stranger's number beside an own order"
    )
    assert whose((linked, suggested), "where is order #1042") == MINE
    assert whose((), "where is it") is None
    done = replace(MINE, number="#1", fulfilment="delivered")
    assert whose((OrderLink(done, "linked", ""), linked), "where is it") == MINE, "one still on its way first"


def test_the_template_says_what_is_known() -> None:
    def told(status: str, *, late: bool = False, **more: object) -> str:
        parcel = replace(MINE.shipments[0], status=status, **more)  # type: ignore[arg-type]
        return template_for(MINE, parcel, late=late)

    assert template_for(None, None, late=False) == "identity_check"
    assert told("in_transit") == "where_is_my_order" and told("in_transit", late=True) == "delayed"
    assert told("customs") == "where_is_my_order" and told("customs", reason="customs_docs") == "customs"
    assert told("lost") == "lost_parcel" and told("ready_for_pickup") == "pickup_waiting"
    assert template_for(replace(MINE, payment="verifying"), None, late=False) == "payment_pending"
