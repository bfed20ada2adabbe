"""Filters and orders of the queue on both databases. A failure here hides a customer from whoever looks."""

from __future__ import annotations

import itertools

import pytest

from csdesk.bootstrap import Desk
from csdesk.db import filtered
from csdesk.domain.conversation import QueueRow
from csdesk.domain.filters import SORTS, Filter
from csdesk.errors import Usage
from tests.unit.services.both.shop import Shop


def found(desk: Desk, text: str, view: str = "open", limit: int = 100) -> list[int]:
    """All rows under a filter, page by page; also what bulk acts would be about is the same."""
    out: list[QueueRow] = []
    after: tuple[int, int] | None = None
    while True:
        page = desk.inbox.page(view, after=after, limit=limit, text=text)
        out += page.rows
        after = page.next
        if after is None:
            break
    ids = [row.id for row in out]
    assert desk.inbox.ids(view, text=text) == ids, "marking all marks what is shown, in its order"
    return ids


@pytest.fixture
def four(desk: Desk, shop: Shop) -> list[int]:
    """Four conversations: who, tags, agents, read or not."""
    ids = [
        shop.asked("a blue mug", sender="Ana López <ana@buyer.example>"),
        shop.asked("a red mug", sender="Bob <bob@other.example>"),
        shop.asked(
            "eine Tasse bitte, und bitte schnell, es ist ein Geschenk", sender="Jürgen <j@kunde.example>"
        ),
        shop.asked("a green mug", sender="Ana Torres <torres@buyer.example>"),
    ]
    desk.inbox.tag(ids[0], add=["vip", "late"])
    desk.inbox.tag(ids[1], add=["vip"])
    desk.inbox.assign(ids[1], "Mei")
    desk.inbox.assign(ids[3], "Lin")
    desk.inbox.mark_read(ids[0])
    return ids


def test_each_term_lets_the_right_ones_through(desk: Desk, shop: Shop, four: list[int]) -> None:
    a, b, c, d = four
    assert found(desk, "tag:vip") == [a, b]
    assert found(desk, "tag:vip -tag:late") == [b]
    assert found(desk, "from:ana") == [a, d]
    assert found(desk, "from:buyer.example mug") == [a, d]
    assert found(desk, "from:bob tag:vip") == [b]
    assert found(desk, "mug") == [a, b, d]
    assert found(desk, "assigned:me") == [d] and found(desk, "assigned:mei") == [b]
    assert found(desk, "assigned:nobody") == [a, c]
    assert found(desk, "is:unread") == [b, c, d] and found(desk, "is:read") == [a]
    assert found(desk, "account:Support") == four
    assert found(desk, "is:waiting") == four and found(desk, "is:failed") == [] == found(desk, "is:draft")
    assert found(desk, "in:mine", view="all") == [d]
    assert found(desk, "nothing-like-this") == []
    language = desk.inbox.row(c).language
    if language:
        assert c in found(desk, f"lang:{language}")


def test_days_restrict_by_the_last_message(desk: Desk, shop: Shop, four: list[int]) -> None:
    shop.clock.forward(days=5)
    late = shop.asked("a late mug")
    assert found(desk, "after:2d") == [late] and found(desk, "before:2d") == four


def test_the_orders(desk: Desk, shop: Shop, four: list[int]) -> None:
    b = four[1]
    shop.asked("again", id="again@x", In_Reply_To="<ask1@buyer.example>")
    rows = {row.id: row for row in desk.inbox.page().rows}
    newest = sorted(rows, key=lambda one: (rows[one].last_message_at, one), reverse=True)
    assert found(desk, "sort:newest", limit=2) == newest
    assert found(desk, "sort:oldest", limit=2) == sorted(rows, key=lambda one: (rows[one].waiting_since, one))
    still = sorted(rows, key=lambda one: (rows[one].last_message_at, one))
    assert found(desk, "sort:unanswered", limit=2) == still
    assert found(desk, "sort:due", limit=2) == [row.id for row in desk.inbox.page().rows]
    desk.inbox.close(b)
    assert found(desk, "sort:oldest", view="all", limit=1) == [
        one for one in found(desk, "sort:oldest") if one != b
    ]
    assert b in found(desk, "sort:newest", view="all")


def test_a_filter_that_finds_little_comes_in_bounded_steps(
    desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtered, "WINDOW", 3)
    monkeypatch.setattr(filtered, "STEPS", 2)
    ids = [shop.asked(f"mug {number}") for number in range(20)]
    for one in (ids[1], ids[10], ids[19]):
        desk.inbox.tag(one, add=["rare"])
    assert found(desk, "tag:rare") == [ids[1], ids[10], ids[19]]
    assert found(desk, "tag:rare", limit=1) == [ids[1], ids[10], ids[19]]
    assert found(desk, "tag:rare sort:newest", limit=2) == [ids[19], ids[10], ids[1]]
    first = desk.inbox.page(text="tag:rare")
    assert [row.id for row in first.rows] == [ids[1]] and first.next is not None, (
        "six rows were looked at, no more"
    )
    assert found(desk, "tag:none") == []


def test_what_makes_no_sense_is_said(desk: Desk, shop: Shop, four: list[int]) -> None:
    for text, said in (
        ("account:nope", "There is no account nope; there are support."),
        ("assigned:bob", "There is no agent bob; there are me, nobody, Lin, Mei."),
        ("form:x", "A filter knows no form:"),
    ):
        with pytest.raises(Usage) as error:
            desk.inbox.page(text=text)
        assert error.value.message.startswith(said)


def test_tags_are_listed_once_each(desk: Desk, shop: Shop, four: list[int]) -> None:
    assert desk.inbox.tags() == ["late", "vip"]


def test_no_order_needs_a_sort_or_a_whole_scan(desk: Desk, shop: Shop, four: list[int]) -> None:
    """Lost otherwise: a page that comes as fast at a million conversations as at ten."""
    if desk.store.path is None:
        pytest.skip("the plan is read from SQLite")
    with desk.store.read() as tx:
        for view, sort in itertools.product(("open", "mine", "unassigned", "all"), ("", *SORTS)):
            asked = tx.filtered(view, desk.agent.id, Filter(tags=("vip",), sort=sort), None)
            query = asked.window((5, 5)).compile(tx.conn, compile_kwargs={"render_postcompile": True})
            values = query.construct_params(asked.params)
            plan = tx.conn.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {query.string}", tuple(values[name] for name in query.positiontup)
            ).all()
            steps = " ".join(str(row[3]) for row in plan)
            assert "TEMP B-TREE" not in steps and steps.startswith("SEARCH"), f"{view} {sort}: {steps}"
