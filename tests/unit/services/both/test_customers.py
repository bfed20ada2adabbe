"""The list of recent customers and what is written down of one. A gap here is a customer whom nobody finds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.errors import NotFound, Refused, Usage
from tests.unit.services.both.shop import Shop, orders_file


def owner(desk: Desk, conversation: int) -> int:
    return desk.inbox.thread(conversation).customer_id


def names(desk: Desk, **how: object) -> list[str]:
    return [row.name for row in desk.customers.recent(**how).rows]  # type: ignore[arg-type]


def three(shop: Shop) -> tuple[int, int, int]:
    """Ana, Bob, Ana again, 山田: three customers."""
    ana = shop.asked(sender="Ana López <ana.lopez@buyer.example>")
    bob = shop.asked(sender="Bob Stone <bob@stone.example>")
    shop.asked("Once more", sender="Ana López <ana.lopez@buyer.example>", subject="Second")
    yamada = shop.asked(sender="山田花子 <hanako@mail.example>")
    return ana, bob, yamada


def test_who_wrote_last_stands_first_and_everybody_once(desk: Desk, shop: Shop) -> None:
    three(shop)
    rows = desk.customers.recent().rows
    assert [row.name for row in rows] == ["山田花子", "Ana López", "Bob Stone"]
    assert rows[1].subject == "Second" and rows[1].address == "ana.lopez@buyer.example"


def test_pages_join_without_a_gap_or_a_double(desk: Desk, shop: Shop) -> None:
    for number in range(7):
        shop.asked(sender=f"Person {number} <p{number}@x.example>")
    whole = [row.id for row in desk.customers.recent(limit=50).rows]
    found, after = [], None
    while True:
        page = desk.customers.recent(after=after, limit=3)
        found += [row.id for row in page.rows]
        if (after := page.next) is None:
            break
    assert found == whole and len(set(found)) == 7


@pytest.mark.parametrize(
    "typed",
    ["lop", "LÓPEZ", "ana lop", "ana.lopez@buyer", "buyer"],
    ids=["start", "accent", "two", "address", "host"],
)
def test_a_customer_is_found_by_what_one_remembers(desk: Desk, shop: Shop, typed: str) -> None:
    three(shop)
    assert names(desk, text=typed) == ["Ana López"]


def test_dense_scripts_are_found_in_the_middle_too(desk: Desk, shop: Shop) -> None:
    three(shop)
    assert names(desk, text="花子") == names(desk, text="山") == names(desk, text="田花") == ["山田花子"]
    assert names(desk, text="xyz") == names(desk, text="%") == names(desk, text="...") == []


def test_a_common_word_is_met_on_the_way(desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two ways of finding must say the same."""
    from csdesk.db import recents

    for number in range(6):
        shop.asked(sender=f"Maria {number} <m{number}@x.example>")
    shop.asked(sender="Otto <otto@y.example>")
    rare = [row.id for row in desk.customers.recent(text="maria").rows]
    assert len(rare) == 6
    monkeypatch.setattr(recents, "RARE", 0)
    assert [row.id for row in desk.customers.recent(text="maria").rows] == rare
    monkeypatch.setattr(recents, "STRETCH", 2)
    found, after, pages = [], None, 0
    while True:
        page = desk.customers.recent(text="maria", after=after, limit=4)
        found += [row.id for row in page.rows]
        pages += 1
        if (after := page.next) is None:
            break
    assert found == rare and pages > 2, "short pages lead on"


def test_spam_is_no_customer_of_today(desk: Desk, shop: Shop) -> None:
    _ana, bob, _yamada = three(shop)
    desk.inbox.spam(bob)
    assert "Bob Stone" not in names(desk)


def test_whom_i_looked_at_is_my_own_list(desk: Desk, shop: Shop) -> None:
    ana, bob, _yamada = three(shop)
    assert names(desk, order="visited") == []
    desk.customers.visit(owner(desk, ana))
    desk.customers.visit(owner(desk, bob))
    desk.customers.visit(owner(desk, ana))
    assert names(desk, order="visited") == ["Ana López", "Bob Stone"]
    assert desk.customers.recent("visited").rows[0].subject == "Second"
    assert names(desk, order="visited", text="sto") == ["Bob Stone"]
    first = desk.customers.recent("visited", limit=1)
    assert [r.name for r in desk.customers.recent("visited", limit=1, after=first.next).rows] == ["Bob Stone"]
    mei = shop.desk_of("Mei")
    assert mei.customers.recent("visited").rows == ()
    mei.close()
    with pytest.raises(NotFound):
        desk.customers.visit(4711)
    with pytest.raises(Usage):
        desk.customers.recent("by-shoe-size")


def test_all_conversations_whatever_their_status_page_by_page(desk: Desk, shop: Shop) -> None:
    made = [shop.asked(f"Question {n}", subject=f"Q{n}") for n in range(5)]
    desk.inbox.close(made[0])
    desk.inbox.spam(made[1])
    customer = owner(desk, made[0])
    first = desk.customers.talks(customer, limit=3)
    rest = desk.customers.talks(customer, limit=3, after=first.next)
    assert [one.id for one in (*first.rows, *rest.rows)] == made[::-1] and rest.next is None
    assert {one.status for one in rest.rows} == {"closed", "spam"}
    assert first.rows[0].waits and first.rows[0].account == "support" and first.rows[0].messages == 1


def test_orders_with_what_was_bought_in_all(desk: Desk, shop: Shop, tmp_path: Path) -> None:
    desk.orders.import_file(orders_file(tmp_path, ("A-1", "ana@buyer.example"), ("A-2", "ana@buyer.example")))
    customer = owner(desk, shop.asked())
    found = desk.customers.purchases(customer)
    assert (found.count, found.totals) == (2, {"EUR": Decimal("39.80")})
    assert {order.number for order in found.orders} == {"A-1", "A-2"}


def test_an_edit_is_kept_found_and_taken_back(desk: Desk, shop: Shop) -> None:
    customer = owner(desk, shop.asked())
    before = desk.customers.card(customer)
    card = desk.customers.edit(
        customer, name="Ana \x1b[31mLópez", language="Spanish", country="japan", notes="  likes\x07 blue\r\n",
        tags="VIP late-payer vip",
    )  # fmt: skip
    assert (card.name, card.language, card.country, card.timezone) == (
        "Ana López",
        "es",
        "JP",
        "Asia/Tokyo",
    )
    assert (card.notes, card.tags) == ("likes blue", ("vip", "late-payer"))
    assert names(desk, text="lopez") == ["Ana López"]
    act = desk.activity.mine()[0]
    assert (act.kind, act.customer, act.conversation, act.undoable) == (
        "customer_edited",
        customer,
        None,
        True,
    )
    assert str(customer) in desk.inbox.undo()
    after = desk.customers.card(customer)
    assert (after.name, after.language, after.country, after.timezone, after.notes, after.tags) == (
        before.name, before.language, before.country, before.timezone, before.notes, before.tags,
    )  # fmt: skip
    assert names(desk, text="lopez") == []


def test_an_edit_that_somebody_overwrote_is_not_taken_back(desk: Desk, shop: Shop) -> None:
    customer = owner(desk, shop.asked())
    desk.customers.edit(customer, notes="mine")
    act = desk.activity.mine()[0]
    mei = shop.desk_of("Mei")
    mei.customers.edit(customer, notes="hers")
    mei.close()
    assert not desk.activity.mine()[0].undoable
    with pytest.raises(Refused):
        desk.activity.take_back(act.id)
    with pytest.raises(Refused):
        desk.inbox.undo()
    assert desk.customers.card(customer).notes == "hers"


def test_an_edit_that_changes_nothing_leaves_no_line(desk: Desk, shop: Shop) -> None:
    customer = owner(desk, shop.asked())
    desk.customers.edit(customer, name="Ana", tags=[])
    assert desk.activity.mine() == ()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " \x00 ", "needs a name"),
        ("language", "klingonish", "no language"),
        ("language", "spanisch", "Did you mean es"),
        ("country", "Spanien", "Did you mean ES"),
        ("country", "Narnia", "no country"),
        ("notes", "x" * 20_001, "20000 characters"),
        ("tags", [f"t{n}" for n in range(31)], "30 tags"),
        ("tags", ["#"], "at least one letter"),
        ("shoe", "44", "nothing called shoe"),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_changes_nothing(
    desk: Desk, shop: Shop, field: str, value: object, words: str
) -> None:
    customer = owner(desk, shop.asked())
    before = desk.customers.card(customer)
    with pytest.raises(Usage, match=words):
        desk.customers.edit(customer, **{"notes": "half", field: value})
    assert desk.customers.card(customer) == before


def test_tags_are_added_and_taken_away(desk: Desk, shop: Shop) -> None:
    customer = owner(desk, shop.asked())
    desk.customers.edit(customer, tags=desk.customers.tags_with(customer, add=["VIP", "wholesale"]))
    assert desk.customers.tags_with(customer, add=["new"], remove=["vip"]) == ("wholesale", "new")
