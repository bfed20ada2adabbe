"""Parcels that a mail quotes by a carrier's number. Lost otherwise: the order a customer asks about does not stand
beside the mail; or a stranger who reads a number on a box is told where it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from tests.unit.services.both.shop import Shop

UPS = "1Z999AA10123456784"
ROW = "7001,otto@buyer.example,2026-11-01T00:00:00Z,EUR,19.90,Lamp,shipped,"


@pytest.fixture
def parcel(desk: Desk, shop: Shop, tmp_path: Path) -> Shop:
    path = tmp_path / "o.csv"
    path.write_text(f"number,email,placed_at,currency,total,item,fulfilment,parcel\n{ROW}{UPS}\n", "utf-8")
    assert desk.orders.import_file(path).added == 1
    return shop


@pytest.mark.parametrize("said", [UPS, UPS.lower(), "1Z 999 AA1 01 2345 6784", f"({UPS})."])
def test_a_carriers_number_in_a_mail_suggests_its_order_and_nothing_more(
    desk: Desk, parcel: Shop, said: str
) -> None:
    conversation = parcel.asked(f"Where is my parcel {said}? It has not arrived.")
    [link] = desk.orders.beside(conversation)
    assert (link.order.number, link.state) == ("7001", "suggested")
    answer = desk.whereabouts.answer(conversation)
    assert (answer.order, answer.template) == ("", "identity_check") and "Lamp" not in answer.text.text


def test_a_stranger_with_an_order_of_their_own_is_told_of_neither(
    desk: Desk, parcel: Shop, tmp_path: Path
) -> None:
    """Their own order must not answer for a parcel that is somebody else's."""
    path = tmp_path / "own.csv"
    row = ROW.replace("7001", "7002").replace("otto", "eve")
    path.write_text(f"number,email,placed_at,currency,total,item,fulfilment,parcel\n{row}\n", "utf-8")
    assert desk.orders.import_file(path).added == 1
    conversation = parcel.asked(f"Where is my parcel {UPS}?", sender="Eve <eve@buyer.example>")
    assert {one.order.number: one.state for one in desk.orders.beside(conversation)} == {
        "7001": "suggested",
        "7002": "linked",
    }
    assert desk.whereabouts.answer(conversation).order == ""


def test_a_number_with_a_wrong_digit_points_to_nobody(desk: Desk, parcel: Shop) -> None:
    conversation = parcel.asked(f"Where is {UPS[:-1]}5? And 1Z999AA10123456785, 123456789012?")
    assert desk.orders.beside(conversation) == ()


def test_the_owner_is_answered_about_the_parcel_that_was_quoted(desk: Desk, parcel: Shop) -> None:
    conversation = parcel.asked(f"Where is my parcel {UPS}?", sender="Otto <otto@buyer.example>")
    [link] = desk.orders.beside(conversation)
    assert link.state == "linked" and desk.whereabouts.answer(conversation).order == "7001"
