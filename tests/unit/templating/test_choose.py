"""Finding a template under a customer's eyes: the right one first, in the right language, and nothing unsent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from csdesk.domain.customer import Customer
from csdesk.domain.orders import Order, OrderItem, Shipment, TrackingEvent
from csdesk.domain.template import Template, TemplateText, Uses
from csdesk.templating import KNOWN, Engine, Finder, Talk, best_language, context, find, mark, unresolved
from csdesk.templating.context import current_parcel, first_name

NOW = datetime(2026, 11, 21, 22, 41, tzinfo=UTC)


def template(name: str, stages: tuple[str, ...] = (), category: str = "", **titles: str) -> Template:
    texts = {code: TemplateText(code, f"body of {title}", title) for code, title in titles.items()}
    return Template(name, texts, category, stages)


ALL = (
    template("where_is_my_order", ("in_transit",), "logistics", en="Where is my order", zh="我的包裹在哪里"),
    template(
        "refund_steps", ("after_sale",), "after_sale", en="Refund: the steps", zh="退款步骤", es="Devolución"
    ),
    template("thank_you", (), "small_talk", en="Thank you", es="Gracias"),
    template("delayed", ("in_transit", "timing_out"), "logistics", en="The parcel is late", zh="延误说明"),
)


def names(query: str, language: str = "en", stage: str = "") -> list[str]:
    return [one.name for one in find(ALL, query, Talk(language, stage))]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("refund", "refund_steps"),
        ("ref st", "refund_steps"),
        ("refnud", "refund_steps"),
        ("wimo", "where_is_my_order"),
        ("退款", "refund_steps"),
        ("devolucion", "refund_steps"),
        ("GRACIAS", "thank_you"),
        ("body of Thank", "thank_you"),
        ("delayed", "delayed"),
    ],
)
def test_a_template_is_found_in_any_language_and_by_half_a_word(query: str, first: str) -> None:
    """An agent remembers a scrap of the title, in either language."""
    assert names(query)[0] == first


SITUATIONS = (
    Template(
        "delayed",
        {
            "en": TemplateText("en", "b", "The parcel is late", words=("taking too long", "still not here")),
            "ar": TemplateText("ar", "b", "تأخر الطرد", words=("لم يصل الطلب",)),
            "ja": TemplateText("ja", "b", "荷物の遅延", words=("まだ届きません", "キャンセル待ち")),
        },
        "logistics",
        ("in_transit",),
    ),
    Template(
        "refund_steps",
        {
            "en": TemplateText("en", "b", "Refund", words=("money back", "want a refund")),
            "es": TemplateText("es", "b", "Reembolso", "Devolución del pedido", words=("quiero mi dinero",)),
            "zh": TemplateText("zh", "b", "退款步骤", words=("退钱", "我要退款")),
            "ru": TemplateText("ru", "b", "Возврат денег", words=("вернуть деньги",)),
        },
        "after_sale",
        ("after_sale",),
    ),
    Template("return_steps", {"en": TemplateText("en", "b", "Return")}, "after_sale", ("after_sale",)),
    Template("thank_you", {"en": TemplateText("en", "b", "Thank you")}, "small_talk"),
)


def among(query: str, talk: Talk | None = None, **uses: int) -> list[str]:
    counted = {name: Uses(0, total) for name, total in uses.items()}
    return [one.name for one in find(SITUATIONS, query, talk, counted)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("money back", "refund_steps"),
        ("quiero mi dinero", "refund_steps"),
        ("devolucion", "refund_steps"),
        ("退钱", "refund_steps"),
        ("我要退款可以吗", "refund_steps"),
        ("ВОЗВРАТ", "refund_steps"),
        ("vozvrat деньги refund", "refund_steps"),
        ("تاخر", "delayed"),
        ("届きません", "delayed"),
        ("きゃんせる", "delayed"),
        ("stil not heer", "delayed"),
        ("reembosol", "refund_steps"),
    ],
)
def test_what_customers_say_finds_the_template_in_any_language(query: str, first: str) -> None:
    """The agent types the customer's own words, with the typos of a night shift."""
    assert among(query)[0] == first


def test_a_whole_title_goes_before_a_beginning_and_that_before_a_typo() -> None:
    """The answer that was named is the one under the cursor."""
    assert among("return")[0] == "return_steps"
    assert among("ret", Talk("es", "in_transit"))[0] == "return_steps"
    assert among("refund", Talk("en", "in_transit"))[0] == "refund_steps", (
        "the stage never hides what was typed"
    )


def test_the_customers_last_message_points_to_the_template() -> None:
    """Beside an angry mail about money, nobody wants to search for the refund template."""
    said = Talk("en", "in_transit", "Hello, I WANT A REFUND, give me my money back!")
    assert among("", said)[:2] == ["refund_steps", "delayed"]
    assert among("", Talk("zh", "", "你好，我要退款，谢谢"))[:2] == ["refund_steps", "return_steps"], (
        "then its category"
    )
    assert among("", Talk("en", "", "wanted refunding"))[0] != "refund_steps", "whole words only"


def test_of_equals_the_most_used_comes_first() -> None:
    """What the team answers with every day is one key away."""
    assert among("", Talk("en", "after_sale"))[:2] == ["refund_steps", "return_steps"]
    assert among("", Talk("en", "after_sale"), return_steps=7)[:2] == ["return_steps", "refund_steps"]


def test_a_search_over_many_templates_is_quick_enough_to_type_into() -> None:
    """Work, not time: a query looks at each template's own words once, never at all texts of all others."""
    finder = Finder(SITUATIONS * 20)
    assert len(finder.find("refund", Talk(), {})) == 20
    assert all(
        "bodies" not in entry.__dict__ for entry in finder.entries if entry.template.name == "refund_steps"
    )


def test_what_is_nowhere_is_not_found() -> None:
    """A wrong template at the top would be sent by habit."""
    assert names("xqzzy") == []
    assert names("refund xqzzy") == []


def test_the_order_stage_comes_first() -> None:
    """Beside a parcel on its way, the parcel templates are the ones that are wanted."""
    assert names("", "zh", "in_transit") == ["delayed", "where_is_my_order", "thank_you", "refund_steps"]
    assert names("", "en", "after_sale")[0] == "refund_steps"
    assert names("logistics", "en", "timing_out")[0] == "delayed"
    assert len(names("")) == len(ALL)


def test_the_customers_language_decides_between_equals() -> None:
    """Of two that fit, the one that exists in Spanish saves a translation."""
    assert names("", "es", "delivered")[0] == "thank_you"


@pytest.mark.parametrize(
    ("wanted", "fallback", "chosen"),
    [
        ("es", "en", "es"),
        ("es-MX", "en", "es"),
        ("pt", "en", "pt-BR"),
        ("de", "es", "es"),
        ("de", "fr", "en"),
        ("", "", "en"),
    ],
)
def test_the_nearest_language_is_taken(wanted: str, fallback: str, chosen: str) -> None:
    """A customer from Mexico reads Spanish, not English."""
    assert best_language(template("t", en="a", es="b", **{"pt-BR": "c"}), wanted, fallback) == chosen


def test_without_english_any_language_is_better_than_none() -> None:
    """The picker must show something."""
    assert best_language(template("t", zh="a", es="b"), "de", "fr") == "es"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("All is said.", ()),
        ("Total {x} and {} and 100%", ()),
        (f"Hi {mark('customer.name')}, {mark('days')} {mark('days')}", ("customer.name", "days")),
        ("Hi {{ customer.name }}, x", ("{{ customer.name }}",)),
        ("{% if x %}y", ("{% if x %}",)),
        ("half {{", ("{{",)),
        ("a ⟦", ("⟦",)),
        ("a ⟦half", ("half",)),
    ],
)
def test_gaps_are_seen_in_any_text(text: str, found: tuple[str, ...]) -> None:
    """This is the wall before sending: it must see what an agent overlooks."""
    assert unresolved(text) == found


def test_a_mark_cannot_be_broken_by_its_name() -> None:
    """A strange variable name must still be seen as a gap."""
    assert unresolved(mark("a⟧b\n⟦{{c")) != ()


def customer(name: str = "Anna Weber") -> Customer:
    return Customer(1, name, (), "de", "DE", "Europe/Berlin", NOW)


def order(*shipments: Shipment) -> Order:
    return Order(
        "shopify",
        "#1001",
        "a@x",
        "Anna",
        "EUR",
        Decimal("38.00"),
        NOW - timedelta(days=20),
        fulfilment="shipped",
        items=(OrderItem("Kettle", "K", 2, Decimal(19)),),
        shipments=shipments,
    )


def test_the_context_has_every_variable_that_is_promised() -> None:
    """A variable in the manual that is never filled would stop every reply that uses it."""
    event = TrackingEvent(NOW - timedelta(days=9), "in_transit", "Departed")
    newest = TrackingEvent(NOW - timedelta(days=2), "customs", "Held by customs")
    parcel = Shipment("RX123", "China Post", "customs", (newest, event), eta_to=NOW)
    made = context(customer=customer(), agent="Lin", shop="Kettles", order=order(parcel), now=NOW)
    asked = " ".join("{{ " + name + " }}" for name in KNOWN)
    done = Engine().render(Template("t", {"en": TemplateText("en", asked)}), "en", made)
    assert done.missing == ()
    assert made["parcel"]["days"] == 9
    assert made["parcel"]["last_event"] == "Held by customs"
    assert made["order"]["stage"] == "in_transit"


def test_what_is_unknown_is_left_out() -> None:
    """No order beside the talk: its values are asked for, not made up."""
    made = context(customer=None, agent="Lin", shop="", order=None, now=NOW)
    assert set(made) == {"agent", "shop"}
    assert "parcel" not in context(customer=customer(), agent="", shop="", order=order(), now=NOW)
    assert (
        context(customer=customer("a@x.com"), agent="", shop="", order=None, now=NOW)["customer"]["name"]
        == ""
    )


def test_the_parcel_that_is_still_on_its_way_is_meant() -> None:
    """Of two parcels the customer asks about the one that has not come."""
    there, away = Shipment("A", "c", "delivered"), Shipment("B", "c", "in_transit")
    assert current_parcel(order(there, away)) == away
    assert current_parcel(order(there)) == there
    assert current_parcel(order()) is None


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Anna Weber", "Anna"),
        ("Weber, Anna", "Anna"),
        ("Dr. Anna Weber", "Anna"),
        ("王小明", "王小明"),
        ("山田 太郎", "山田 太郎"),
        ("", ""),
        ("Mr.", "Mr."),
        ("Cher", "Cher"),
        ("عبد الرحمن الحربي", "عبد الرحمن"),
        ("عبدالله الحربي", "عبدالله"),
        ("عبد", "عبد"),
        ("ليلى عبد الرحمن", "ليلى"),
    ],
)
def test_people_are_addressed_by_the_right_part_of_their_name(name: str, first: str) -> None:
    """'Hello Weber,' tells a customer that nobody is there."""
    assert first_name(name) == first
