"""Merging two customers and parting them again. A mistake here shows one person the orders of another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.db import unions as moves
from csdesk.domain.customer import Customer
from csdesk.errors import NotFound, Refused
from tests.unit.services.both.shop import Shop, orders_file

ANA = "Ana López <ana@buyer.example>"
WORK = "Ana López <ana@work.example>"


def owner(desk: Desk, conversation: int) -> int:
    return desk.inbox.thread(conversation).customer_id


def two(desk: Desk, shop: Shop) -> tuple[int, int, int, int]:
    """A conversation of each of two customers, and the customers."""
    one, other = shop.asked(sender=ANA), shop.asked(sender=WORK)
    return one, other, owner(desk, one), owner(desk, other)


def values(card: Customer) -> set[str]:
    return {one.value for one in card.identities}


def facts(card: Customer) -> Customer:
    return replace(card, earlier=())


def test_all_that_belongs_to_one_belongs_to_the_other_and_goes_back_exactly(
    desk: Desk, shop: Shop, tmp_path: Path
) -> None:
    desk.orders.import_file(orders_file(tmp_path, ("A-1", "ana@buyer.example"), ("B-1", "ana@work.example")))
    one, other, keep, gone = two(desk, shop)
    desk.customers.edit(keep, notes="likes blue", tags="vip")
    desk.customers.edit(gone, notes="wholesale", tags="b2b", country="ES")
    before = [desk.customers.card(c) for c in (keep, gone)]
    move = desk.customers.preview(keep, gone)
    assert (move.conversations, move.orders, len(move.gone.identities)) == (1, 1, 1)
    assert move.changes["tags"] == ("vip", "b2b") and move.changes["country"] == "ES"
    assert [desk.customers.card(c) for c in (keep, gone)] == before, "a preview moves nothing"

    desk.customers.merge(keep, gone)
    card = desk.customers.card(keep)
    assert values(card) == {"ana@buyer.example", "ana@work.example"} and card.conversations == 2
    assert card.notes == "likes blue\nwholesale" and card.tags == ("vip", "b2b") and card.country == "ES"
    assert desk.customers.card(gone) == card, "the one that is gone leads to the one that stays"
    assert owner(desk, other) == keep and desk.customers.purchases(keep).count == 2
    assert [link.state for link in desk.orders.beside(one)] == ["linked", "linked"]
    assert [row.id for row in desk.customers.recent(text="work").rows] == [keep]
    assert len(desk.customers.recent().rows) == 1
    assert shop.rebuilt() == 0

    assert "two again" in desk.inbox.undo()
    assert [desk.customers.card(c) for c in (keep, gone)] == before
    assert owner(desk, other) == gone and desk.customers.purchases(gone).count == 1
    assert [link.order.number for link in desk.orders.beside(one)] == ["A-1"]
    assert [row.id for row in desk.customers.recent(text="work").rows] == [gone]
    assert shop.rebuilt() == 0


def test_what_came_since_goes_with_the_address_it_came_from(desk: Desk, shop: Shop, tmp_path: Path) -> None:
    one, other, keep, gone = two(desk, shop)
    desk.customers.merge(keep, gone)
    of_work = shop.asked("From the office", sender=WORK)
    of_tag = shop.asked("Tagged", sender="Ana <ana+shop@work.example>")
    of_home = shop.asked("From home", sender=ANA)
    ours = desk.replies.new("support", "ana@work.example", "Good news", "It left.").conversation_id
    desk.orders.import_file(orders_file(tmp_path, ("B-2", "ana@work.example"), ("A-2", "ana@buyer.example")))
    assert {owner(desk, c) for c in (one, other, of_work, of_tag, of_home, ours)} == {keep}
    assert desk.customers.purchases(keep).count == 2

    desk.customers.part(keep, gone)
    assert {owner(desk, c) for c in (other, of_work, of_tag, ours)} == {gone}
    assert {owner(desk, c) for c in (one, of_home)} == {keep}
    assert values(desk.customers.card(gone)) == {"ana@work.example", "ana+shop@work.example"}
    assert [o.number for o in desk.customers.purchases(gone).orders] == ["B-2"]
    assert [o.number for o in desk.customers.purchases(keep).orders] == ["A-2"]
    assert owner(desk, shop.asked("And later", sender=WORK)) == gone
    assert owner(desk, shop.asked("And later", sender=ANA)) == keep
    assert shop.rebuilt() == 0


def test_facts_that_somebody_changed_since_stay(desk: Desk, shop: Shop) -> None:
    _one, _other, keep, gone = two(desk, shop)
    desk.customers.edit(gone, notes="hers", tags="b2b")
    desk.customers.merge(keep, gone)
    desk.customers.edit(keep, notes="written after the merge")
    desk.customers.part(keep, gone)
    card = desk.customers.card(keep)
    assert card.notes == "written after the merge" and card.tags == ()
    assert desk.customers.card(gone).notes == "hers" and desk.customers.card(gone).tags == ("b2b",)


def test_merges_are_taken_back_in_their_order(desk: Desk, shop: Shop) -> None:
    _one, _other, keep, gone = two(desk, shop)
    third = owner(desk, shop.asked(sender="A. L. <al@third.example>"))
    desk.customers.merge(keep, gone)
    desk.customers.merge(third, keep)
    assert desk.customers.card(gone).id == third
    with pytest.raises(Refused, match="take that merge back first"):
        desk.customers.part(keep, gone)
    desk.customers.part(third, keep)
    desk.customers.part(keep, gone)
    assert {desk.customers.card(c).id for c in (keep, gone, third)} == {keep, gone, third}
    with pytest.raises(Refused, match="taken back already"):
        desk.customers.part(keep, gone)
    desk.customers.merge(keep, gone)
    desk.customers.part(keep, gone)
    assert desk.customers.card(gone).id == gone, "merged once more, parted once more"


def test_a_third_who_joined_meanwhile_stays(desk: Desk, shop: Shop) -> None:
    _one, _other, keep, gone = two(desk, shop)
    talk = shop.asked(sender="A. L. <al@third.example>")
    third = owner(desk, talk)
    desk.customers.merge(keep, gone)
    desk.customers.merge(keep, third)
    desk.customers.part(keep, gone)
    assert owner(desk, talk) == keep
    assert values(desk.customers.card(keep)) == {"ana@buyer.example", "al@third.example"}


def test_what_cannot_be_merged_is_refused_and_nothing_moves(desk: Desk, shop: Shop) -> None:
    _one, _other, keep, gone = two(desk, shop)
    with pytest.raises(Refused):
        desk.customers.merge(keep, keep)
    with pytest.raises(NotFound):
        desk.customers.merge(keep, 4711)
    with pytest.raises(NotFound, match="never merged"):
        desk.customers.part(keep, gone)
    desk.customers.merge(keep, gone)
    for pair in ((keep, gone), (gone, keep)):
        with pytest.raises(Refused, match="part of customer"):
            desk.customers.merge(*pair)
    with pytest.raises(Refused, match="became part of"):
        desk.customers.edit(gone, notes="x")


def test_a_merge_that_fails_in_the_middle_has_moved_nothing(
    desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _one, other, keep, gone = two(desk, shop)
    before = [desk.customers.card(c) for c in (keep, gone)]

    def broken(*_args: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(moves.Unions, "_move", broken)
    with pytest.raises(RuntimeError):
        desk.customers.merge(keep, gone)
    monkeypatch.undo()
    assert [desk.customers.card(c) for c in (keep, gone)] == before and owner(desk, other) == gone
    assert shop.rebuilt() == 0
    desk.customers.merge(keep, gone)
    monkeypatch.setattr(moves.Unions, "_orders_of", broken)
    merged = desk.customers.card(keep)
    with pytest.raises(RuntimeError):
        desk.customers.part(keep, gone)
    assert desk.customers.card(keep) == merged


def test_who_may_be_one_is_proposed_with_the_reason(desk: Desk, shop: Shop, tmp_path: Path) -> None:
    desk.orders.import_file(orders_file(tmp_path, ("A-1001", "otto@buyer.example")))
    _one, _other, ana, ana_at_work = two(desk, shop)
    for customer in (ana, ana_at_work):
        desk.customers.edit(customer, country="ES")
    otto = owner(desk, shop.asked(sender="Otto Maier <otto@buyer.example>"))
    wife = owner(desk, shop.asked("My husband's order A-1001?", sender="Eva Maier <eva@else.example>"))
    shop.asked(
        "Where is order A-1001?", sender="K. Stranger <k@nowhere.example>"
    )  # a number alone proves nothing
    tagged = owner(desk, shop.asked(sender="Kim <kim+shop@buyer.example>"))
    plain = owner(desk, shop.asked(sender="K <kim@buyer.example>"))
    shop.asked(sender="Otto Unrelated <otto@other.example>")
    found = {(p.keep, p.gone): p.why for p in desk.customers.proposals()}
    assert found == {(ana, ana_at_work): "name", (otto, wife): "order", (tagged, plain): "address"}
    assert [(p.keep, p.gone) for p in desk.customers.proposals(plain)] == [(tagged, plain)]
    assert desk.customers.proposals(ana)[0].what == "Ana López"
    desk.customers.merge(ana, ana_at_work)
    assert desk.customers.proposals(ana) == () and (ana, ana_at_work) not in {
        (p.keep, p.gone) for p in desk.customers.proposals()
    }


def test_one_name_in_two_countries_proves_nothing(desk: Desk, shop: Shop) -> None:
    _one, _other, ana, elsewhere = two(desk, shop)
    desk.customers.edit(ana, country="ES")
    assert desk.customers.proposals(ana) == (), "no country, no proof"
    desk.customers.edit(elsewhere, country="MX")
    assert desk.customers.proposals(ana) == ()


def test_an_undo_by_command_takes_an_agents_own_merge_and_another_agent_can_part_too(
    desk: Desk, shop: Shop
) -> None:
    _one, _other, keep, gone = two(desk, shop)
    desk.customers.merge(keep, gone)
    act = desk.activity.mine()[0]
    assert act.kind == "customer_merged" and act.subject == "Ana López" and act.undoable
    mei = shop.desk_of("Mei")
    mei.customers.part(keep, gone)
    mei.close()
    assert not desk.activity.mine()[0].undoable
