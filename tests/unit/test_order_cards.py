"""What the card of an order says of what nobody here knows: a currency without a rate, a status of no table. Lost
otherwise: an agent who takes one for another amount, or a state that the shop never said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from csdesk import i18n
from csdesk.cli.orders import _cases, _worth
from csdesk.cli.out import Out
from csdesk.domain.orders import Order, OrderLink, Shipment, TrackingEvent
from csdesk.domain.parcels import Usual
from csdesk.domain.rates import Rate
from csdesk.widgets.cards import order_card

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ORDER = Order(
    "woocommerce", "#9", "a@x.example", "Ana", "BRL", Decimal("120.00"), datetime(2026, 11, 2, 9, tzinfo=UTC),
    fulfilment="shipped",
)  # fmt: skip


def card(link: OrderLink, width: int = 44) -> str:
    return "\n".join(one.text for one in order_card(link, width, NOW, UTC))


def test_a_currency_without_a_rate_is_said_in_words() -> None:
    link = OrderLink(ORDER, "linked", "", into="EUR")
    assert "no rate of BRL in EUR: the total cannot" in card(link) and "R$120.00" in card(link)
    rated = replace(link, worth=Decimal("21.40"), rated=date(2026, 11, 1))
    assert "rate of 2026-11-01" in card(rated) and "€21.40" in card(rated) and "no rate" not in card(rated)
    own = replace(link, worth=Decimal("21.40"))
    assert "by the shop" in card(own) and "€21.40" in card(own)
    assert "rate" not in card(replace(link, into=""))


def test_a_status_that_nobody_knows_is_shown_as_the_shop_said_it() -> None:
    odd = replace(ORDER, raw={"unknown": "status: wc-teleported"})
    assert "the shop says status: wc-teleported" in card(OrderLink(odd, "linked", ""))
    parcel = Shipment("P1", "Post", "quarantined", (TrackingEvent(NOW, "quarantined", ""),))
    assert "quarantined" in card(OrderLink(replace(ORDER, shipments=(parcel,)), "linked", ""))


def test_the_command_says_both_in_words_too() -> None:
    assert _worth(ORDER, "EUR", None, None) == "no rate of that day or before; csdesk orders rate BRL EUR ..."
    rate = Rate("BRL", "EUR", date(2026, 11, 1), Decimal("0.18"))
    assert _worth(ORDER, "EUR", Decimal("21.60"), rate) == "21.60 EUR  (rate of 2026-11-01)"
    odd = replace(ORDER, raw={"unknown": "status: wc-teleported"})
    assert ("shop says", "status: wc-teleported") in _cases(Out(), odd)


@pytest.fixture
def chinese() -> Iterator[None]:
    before = i18n.language()
    i18n.use("zh")
    yield
    i18n.use(before)


@pytest.mark.usefixtures("chinese")
def test_chinese_sentences_have_chinese_commas() -> None:
    sent = datetime(2026, 11, 15, tzinfo=UTC)
    parcel = Shipment("P1", "Post", "in_transit", (TrackingEvent(sent, "in_transit", ""),), shipped_at=sent)
    disputed = replace(ORDER, after_sale="dispute", payment="part_refunded", shipments=(parcel,))
    link = OrderLink(disputed, "linked", "", usual={"P1": Usual(14, 20, 12)})
    told = card(link, 60)
    assert "纠纷处理中，部分退款" in told and "已运输 11 天，" in told
    assert "天, " not in told and "中, " not in told
