"""Buyers behind a market's address: the same buyer is one customer, and an order named in the "
"frame is found."""

from __future__ import annotations

import pytest

from csdesk.mail.parse import parse
from csdesk.mail.relays import Relay, market_of, relay_of

CASES = {
    "amazon": (
        'From: "Maria Silva - Amazon Marketplace" <abc123@marketplace.amazon.com.br>\n'
        "Subject: Pergunta sobre o pedido 701-1111111-1111111",
        "x 111-2222222-3333333",
        Relay("amazon", "abc123@marketplace.amazon.com.br", ("701-1111111-1111111", "111-2222222-3333333"),
              "Maria Silva"),
    ),
    "amazon notice": (
        "From: Amazon <donotreply@marketplace.amazon.de>\nSubject: x", "y",
        Relay("amazon", "", (), "", False),
    ),
    "ebay": (
        "From: eBay - red_shoes_99 <7affc8f543c9fd77e356@members.ebay.de>\nSubject: Frage",
        "Neue Nachricht von: red_shoes_99 (12)\n\nGröße?\n\nBestellnummer: 12-34567-89012",
        Relay("ebay", "7affc8f543c9fd77e356@members.ebay.de", ("12-34567-89012",), "red_shoes_99"),
    ),
    "etsy": (
        "From: Etsy <conversations@mail.etsy.com>\nSubject: Etsy Conversations: New message from "
        "Margaret Quill",
        "Margaret Quill sent you a message\n\nOrder "
        "#4059129411?\n\nhttps://www.etsy.com/conversations/1671839391?ref=x",
        Relay("etsy", "conversation:1671839391", ("4059129411",), "Margaret Quill", False),
    ),
    "etsy without a link": (
        "From: Etsy <no-reply@account.etsy.com>\nSubject: Re: Etsy Conversation with JordonTheDash", "x",
        Relay("etsy", "member:jordonthedash", (), "JordonTheDash", False),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(CASES))
def test_the_buyer_and_the_order_behind_a_relay(case: str) -> None:
    head, text, want = CASES[case]
    assert relay_of(parse(f"{head}\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode())) == want


@pytest.mark.parametrize(
    ("address", "market"),
    [
        ("a@marketplace.amazon.co.uk", "amazon"),
        ("a@marketplace.amazon.com.evil.example", None),
        ("a@evil-marketplace.amazon.de.example", None),
        ("a@amazon.com", None),
        ("a@members.ebay.com.au", "ebay"),
        ("a@notetsy.com", None),
        ("a@mail.etsy.com", "etsy"),
        ("", None),
    ],
)
def test_only_the_markets_own_addresses_count(address: str, market: str | None) -> None:
    assert market_of(address) == market


def test_mail_that_came_straight_is_no_relay() -> None:
    assert relay_of(parse(b"From: a@buyer.example\nSubject: 111-2222222-3333333\n\nx")) is None


def test_card_like_numbers_are_no_orders() -> None:
    mail = parse(
        b"From: a@marketplace.amazon.com\nSubject: x\n\n4111-1111-1111-1111 or 1-111-2222222-3333333"
    )
    found = relay_of(mail)
    assert found is not None and found.orders == ()
