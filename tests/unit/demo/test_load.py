"""The sample shop as it opens. Lost otherwise: the first look at the desk."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.clock import SystemClock
from csdesk.config import Config
from csdesk.demo.content import orders_csv
from csdesk.demo.load import load
from csdesk.mail.relays import market_of
from csdesk.services.doctor import Doctor


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = load(tmp_path_factory.mktemp("shop"), Config(), SystemClock())
    yield made
    made.close()


def test_conversations_in_many_languages_with_their_orders(shop: Desk) -> None:
    rows = shop.inbox.page("all", limit=100).rows
    assert len(rows) == 32
    assert len({row.language for row in rows} - {""}) >= 8
    numbers = {row["Name"] for row in csv.DictReader(io.StringIO(orders_csv()))}
    assert len({shop.orders.show(number).id for number in numbers}) == len(numbers) == 40
    states = [link.state for row in rows for link in shop.orders.beside(row.id)]
    assert states.count("linked") >= 20
    counts = shop.inbox.counts()
    assert all(counts[view] for view in ("mine", "unassigned", "open", "waiting", "snoozed", "closed")), (
        counts
    )


def test_nothing_in_it_has_to_be_put_right(shop: Desk) -> None:
    doctor = Doctor(shop.inbox.context)
    assert [found for found in doctor.examine() if not found.ok] == []
    assert doctor.rebuild() == 0


PROMISED = (
    "The demo: each of the five notices proposed once, none on the Amazon account; the exceptions view; a stranger who "
    "quotes someone's order number gets nothing proposed."
)
FIVE = ("payment_review", "before_dispatch", "on_the_way", "extend", "confirm_receipt")


def test_what_the_notices_page_promises_of_the_demo_is_said_there() -> None:
    page = (Path(__file__).parents[3] / "docs" / "notices.md").read_text("utf-8")
    assert PROMISED in " ".join(page.split())


def test_each_of_the_five_notices_is_proposed_once_and_none_on_amazon(shop: Desk) -> None:
    due = shop.notices.list()
    assert sorted(one.proposal.rule.name for one in due) == sorted(FIVE)
    assert not any(one.proposal.blocked for one in due)
    assert all(market_of(one.proposal.order.email) is None for one in due)
    assert not any(one.proposal.order.source == "amazon" for one in due)
    kept = [one.proposal for one in shop.notices.list(blocked=True)]
    amazon = [(one.rule.name, one.blocked) for one in kept if one.order.source == "amazon"]
    assert sorted(amazon) == [("confirm_receipt", "policy"), ("on_the_way", "policy")], (
        "due there, and kept back"
    )
    for one in due:
        text = shop.notices.preview(one.proposal.order.number, one.proposal.rule.name)
        assert one.proposal.order.number.strip("#") in text.subject + text.text


def test_the_exceptions_view_has_one_of_each_trouble(shop: Desk) -> None:
    found = Counter(one.trouble.kind for one in shop.troubles.list())
    assert found == {
        "dispute": 1, "protection": 1, "lost": 1, "returning": 1, "delivery_failed": 1, "customs": 2, "late": 2,
    }  # fmt: skip


def test_a_stranger_who_quotes_an_order_gets_nothing_proposed(shop: Desk) -> None:
    """Lost otherwise: where somebody lives, told to whoever read a number on a parcel."""
    [row] = [row for row in shop.inbox.page("all", limit=100).rows if row.who == "M. Keller"]
    assert shop.replies.draft(row.id) is None
    [link] = shop.orders.beside(row.id)
    assert (link.order.number, link.state) == ("#1043", "suggested")
    assert link.order.email == "ingrid.falk@kanzlei-falk.example"
    answer = shop.whereabouts.answer(row.id)
    assert (answer.asks, answer.order, answer.template) == (True, "", "identity_check")
    order, told = link.order, f"{answer.text.subject}\n{answer.text.text}"
    parcel = order.shipments[0]
    facts = [
        order.customer_name,
        "Falk",
        order.email,
        order.address,
        order.city,
        str(order.total),
        parcel.number,
    ]
    facts += [
        parcel.carrier,
        *(item.title for item in order.items),
        *(event.place for event in parcel.events),
    ]
    for fact in facts:
        assert fact and fact not in told, fact
    talks = {
        one.proposal.conversation for blocked in (False, True) for one in shop.notices.list(blocked=blocked)
    }
    assert row.id not in talks
    people = {row.customer_id, shop.customers.card(row.customer_id).id}
    assert not any(people & {one.keep, one.gone} for one in shop.customers.proposals()), (
        "nor made one with who ordered"
    )


def test_a_night_lies_behind_it(shop: Desk) -> None:
    """What happened while Lin was away is there to be read, and what Lin did lies hours back."""
    now = shop.clock.now()
    away = shop.activity.away()
    assert away is not None and away.messages >= 10 and away.fresh >= 1 and away.closed == 2
    assert shop.activity.shift() is not None, "the desk says it when it is opened"
    acts = shop.activity.mine()
    assert len(acts) >= 10 and acts[0].kind == "closed"
    ages = [(now - act.at).total_seconds() / 3600 for act in acts]
    assert all(5 < age < 10 for age in ages) and ages == sorted(ages)
    assert len({act.at for act in acts}) >= 8, "a person does one thing after the other"


def test_one_customer_has_two_addresses_notes_and_tags(shop: Desk) -> None:
    (pair,) = shop.customers.proposals()
    assert pair.why == "order" and pair.what == "#1042" and pair.keep_name == pair.gone_name == "Ana López"
    ana = shop.customers.card(pair.keep)
    assert ana.tags == ("vip",) and ana.notes and shop.customers.purchases(ana.id).totals
    assert [row.id for row in shop.customers.recent("visited").rows][-1] == ana.id


def test_importing_its_orders_again_changes_nothing(shop: Desk, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(orders_csv(), "utf-8")
    shop.orders.import_file(path)  # the dates as they are in the file, not as they were moved
    again = shop.orders.import_file(path)
    assert (again.added, again.updated, again.unchanged, again.skipped) == (0, 0, 40, [])
