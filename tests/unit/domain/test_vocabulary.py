"""Completing words from this customer and order. Lost otherwise: a digit of a tracking number, typed by hand at four in
the morning."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from csdesk.domain.conversation import Message, Thread
from csdesk.domain.customer import Customer, Identity
from csdesk.domain.mail import Address
from csdesk.domain.orders import Order, OrderItem, Shipment
from csdesk.domain.vocabulary import begun, completions, vocabulary

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def thread(*texts: str) -> Thread:
    entries = tuple(
        Message(n, 1, "in", Address("a@x"), (), (), "S", text, (), NOW, f"m{n}", "es", "received")
        for n, text in enumerate(texts)
    )
    return Thread(
        1, "S", "open", "support", "mail", "s@x", 1, "Ana", "es", None, False, None, None, None, NOW, 1, (), entries
    )  # fmt: skip


ORDER = Order(
    "shopify", "#1042", "a@x", "Ana López García", "EUR", Decimal(38), NOW, city="Alcobendas",
    items=(OrderItem("Mug, blue", "MUG-B", 2, Decimal(14)),),
    shipments=(Shipment("RB123456785CN", "China Post", "customs"),),
)  # fmt: skip
CARD = Customer(1, "Ana López", (Identity(1, 1, "mail", "a@x", "Ana L."),), "es", "ES", "Europe/Madrid", NOW)


def test_facts_of_the_order_come_before_words_of_the_talk() -> None:
    found = vocabulary(
        CARD, [ORDER], thread("El paquete, el paquete sigue en la aduana de Barajas", "aduana")
    )
    for fact in (
        "#1042",
        "RB123456785CN",
        "China Post",
        "MUG-B",
        "Mug, blue",
        "Alcobendas",
        "López",
        "García",
    ):
        assert fact in found, fact
    assert found.index("RB123456785CN") < found.index("paquete")
    assert {"paquete", "aduana", "Barajas"} <= set(found) and "sigue" in found
    assert not {"El", "la", "en", "de"} & set(found), "short words are typed as quickly"
    assert len(found) == len(set(found))


def test_without_customer_order_or_words_there_is_nothing() -> None:
    assert vocabulary(None, [], thread()) == ()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("Su pedido 10", "10"),
        ("Hola Ló", "Ló"),
        ("MUG-", "MUG-"),
        ("l'adre", "l'adre"),
        ("end. ", ""),
        ("", ""),
        ("您的包裹", "您的包裹"),
    ],
)
def test_the_word_that_is_being_typed(line: str, word: str) -> None:
    assert begun(line) == word


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("RB1", ("RB123456785CN",)),
        ("10", ("1042",)),
        ("paq", ("paquete", "paquetes")),
        ("PAQ", ("paquete", "paquetes")),
        ("pa", ()),
        ("paquetes", ()),
        ("王小", ("王小明",)),
        ("", ()),
    ],
)
def test_what_a_beginning_may_become(word: str, found: tuple[str, ...]) -> None:
    assert completions(word, ("RB123456785CN", "1042", "paquete", "paquetes", "王小明")) == found
