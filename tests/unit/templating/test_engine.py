"""Filling in templates: a wrong amount, a gap that is sent, or template code that runs on its own."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from csdesk.domain.template import Rendered, Template, TemplateText
from csdesk.errors import NotFound, Refused
from csdesk.templating import KNOWN, Engine, unresolved
from csdesk.templating.questions import question

AT = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)


def template(body: str, language: str = "en", subject: str = "", asks: tuple[str, ...] = ()) -> Template:
    texts = {language: TemplateText(language, body, subject=subject)}
    return Template("t", texts, asks={name: {"en": "?"} for name in asks})


def known(**customer: Any) -> dict[str, Any]:
    return {
        "customer": {"name": "Anna Weber", "first_name": "Anna"} | customer,
        "agent": {"name": "Lin"},
        "order": {
            "number": "#1001",
            "total": {"amount": Decimal("1234.5"), "currency": "EUR"},
            "placed_at": AT,
            "stage": "in_transit",
            "items": [
                {
                    "title": "Kettle",
                    "sku": "K",
                    "quantity": 2,
                    "price": {"amount": Decimal(5), "currency": "EUR"},
                },
                {"title": "Lamp", "sku": "", "quantity": 1, "price": {"amount": None, "currency": "EUR"}},
            ],
        },
    }


def fill(body: str, language: str = "en", context: dict[str, Any] | None = None, **answers: str) -> Rendered:
    made = template(body, language, asks=tuple(answers))
    return Engine().render(made, language, known() if context is None else context, answers)


@pytest.mark.parametrize(
    ("body", "language", "text"),
    [
        ("Hello {{ customer.first_name }}!", "en", "Hello Anna!"),
        ("{{ order.total|money }}", "en", "€1,234.50"),
        ("{{ order.total }}", "de", "1.234,50\xa0€"),
        ("{{ order.total.amount|money('USD') }}", "en", "$1,234.50"),
        ("{{ order.total.amount|number }}", "fr", "1\u202f234,5"),
        ("{{ order.placed_at|date }}", "es", "1 de noviembre de 2026"),
        ("{{ order.placed_at|date }}", "zh", "2026年11月1日"),
        ("{{ order.placed_at|datetime }}", "de", "1. November 2026, 23:30 (GMT+00:00)"),
        ("{{ order.items }}", "en", "2 x Kettle, Lamp"),
        ("{{ order.items|join(' + ') }}", "en", "2 x Kettle + Lamp"),
        ("{{ order.items[0].title }}", "en", "Kettle"),
        ("{{ (order.items|first).title }}", "en", "Kettle"),
        ("{{ order['number'] }}", "en", "#1001"),
        ("{{ order.items|length }}", "en", "2"),
        ("{% for i in order.items %}{{ loop.index }} {{ i.title }}\n{% endfor %}", "en", "1 Kettle\n2 Lamp"),
        ("{% if order.stage == 'in_transit' %}on its way{% else %}no{% endif %}", "en", "on its way"),
        ("{% if parcel.eta %}{{ parcel.eta|date }}{% else %}soon{% endif %}", "en", "soon"),
        ("{{ parcel.carrier|default('the carrier') }}", "en", "the carrier"),
        ("{{ customer.first_name|upper }}", "en", "ANNA"),
    ],
)
def test_values_come_in_the_format_of_the_text(body: str, language: str, text: str) -> None:
    """A customer must read the amount and the day as they are written in the customer's language."""
    done = fill(body, language)
    assert (done.text, done.missing) == (text, ())


def test_days_are_those_of_the_customer() -> None:
    """Half past eleven in London is the next day in Madrid; a promised day must be the customer's."""
    context = known(timezone="Europe/Madrid", country="ES")
    assert fill("{{ order.placed_at|date }}", "es", context).text == "2 de noviembre de 2026"
    assert (
        fill("{{ order.placed_at|datetime }}", "es", context).text
        == "2 de noviembre de 2026, 0:30 (GMT+01:00)"
    )


@pytest.mark.parametrize(
    ("country", "text"), [("GB", "1 November 2026"), ("US", "November 1, 2026"), ("ES", "November 1, 2026")]
)
def test_the_country_decides_only_where_the_language_is_at_home(country: str, text: str) -> None:
    """11/1 and 1/11 are different days to different readers of English."""
    assert fill("{{ order.placed_at|date }}", "en", known(country=country)).text == text


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", 7])
def test_a_broken_zone_is_utc(zone: Any) -> None:
    """A wrong word in a customer card must not stop every reply to that customer."""
    assert fill("{{ order.placed_at|date }}", "en", known(timezone=zone)).text == "November 1, 2026"


def test_an_unknown_language_still_renders() -> None:
    """A template in a language that CLDR lacks is still a template."""
    assert fill("{{ order.total }}", "xx").text == "€1,234.50"


@pytest.mark.parametrize(
    ("body", "missing", "text"),
    [
        ("at {{ parcel.number }}.", ("parcel.number",), "at ⟦parcel.number⟧."),
        ("{{ parcel.eta|date }}", ("parcel.eta",), "⟦parcel.eta⟧"),
        ("{{ ordr.number }}", ("ordr.number",), "⟦ordr.number⟧"),
        ("{{ customer.__class__.__mro__ }}", ("customer.__class__.__mro__",), "⟦customer.__class__.__mro__⟧"),
        ("{{ order.items.pop }}", ("order.items.pop",), "⟦order.items.pop⟧"),
        ("{{ order.items[9].title }}", ("order.items[9].title",), "⟦order.items[9].title⟧"),
        ("{{ order.keys }}", ("order.keys",), "⟦order.keys⟧"),
        ("{% if ordr.number %}a{% endif %}", ("ordr.number",), ""),
        ("{% if parcel.status == 'lost' %}a{% else %}b{% endif %}", ("parcel.status",), "b"),
        ("{% for x in parcel.events %}{{ x }}{% endfor %}", ("parcel.events",), ""),
        ("{{ order }}", ("order",), "⟦order⟧"),
        (
            "{{ parcel.number|upper }}{{ parcel.number }}",
            ("parcel.number",),
            "⟦parcel.number⟧⟦parcel.number⟧",
        ),
    ],
)
def test_what_nobody_knows_is_listed_and_marked(body: str, missing: tuple[str, ...], text: str) -> None:
    """A reply that says 'your parcel  is on its way' costs the customer's trust."""
    done = fill(body)
    assert set(missing) <= set(done.missing)
    assert done.text == text
    if "⟦" in done.text:
        assert unresolved(done.text)


@pytest.mark.parametrize("value", [None, "", "   ", "\u200b"])
def test_blank_is_missing(value: str | None) -> None:
    """'Hello ,' must not leave."""
    done = fill("Hello {{ customer.name }},", context=known(name=value))
    assert done.missing == ("customer.name",)
    assert fill("{{ reason }}", reason=value or "").missing == ("reason",)


@pytest.mark.parametrize("amount", ["NaN", "1e999999", "-Infinity", "twelve", "1.234,56", None])
def test_an_amount_that_is_none_is_a_gap(amount: Any) -> None:
    """No number is better than a wrong one, or than a million zeros."""
    if amount in ("NaN", "1e999999", "-Infinity"):
        amount = Decimal(amount)
    context = {"order": {"total": {"amount": amount, "currency": "EUR"}}}
    done = fill("{{ order.total|money }}", context=context)
    assert done.missing == ("order.total",)
    assert len(done.text) < 40


def test_money_without_a_currency_is_a_gap() -> None:
    """38.00 of what?"""
    assert fill("{{ order.total|money }}", context={"order": {"total": Decimal(38)}}).missing


@pytest.mark.parametrize(
    "name",
    [
        "{{x}}",
        "{{{{x}}}}",
        "{% for i in y %}",
        "{{ order.number }}",
        "⟦order.number⟧",
        "{0.__class__}",
        "%(x)s",
        "{#x#}",
    ],
)
def test_a_customers_name_is_never_code(name: str) -> None:
    """A customer who is called '{{x}}' must neither read our data nor block the answer."""
    done = fill("Hello {{ customer.name }}, order {{ order.number }}", context=known(name=name))
    assert done.missing == ()
    assert unresolved(done.text) == ()
    assert done.text.endswith("order #1001")
    assert done.text.count("#1001") == 1


def test_braces_in_an_answer_are_kept_and_stop_the_sending() -> None:
    """An agent who types {{ order.number }} as the answer expects it to be filled in; it is not, so it stays."""
    done = fill("About {{ reason }}.", reason="{{ order.number }}")
    assert done.text == "About {{ order.number }}."
    assert unresolved(done.text) == ("{{ order.number }}",)


def test_an_answer_nobody_asked_for_changes_nothing() -> None:
    """Answers may not overwrite facts of the order."""
    done = Engine().render(template("{{ order.number }}"), "en", known(), {"order": "x"})
    assert done.text == "#1001"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "call is not allowed"),
        ("{{ '%s'|format(1) }}", "no filter 'format'"),
        ("{{ 'a'|attr('upper') }}", "no filter 'attr'"),
        ("{% for i in range(10**9) %}x{% endfor %}", "not allowed"),
        ("{{ 'x' * 1000000000 }}", "mul is not allowed"),
        ("{{ 9**9**9 }}", "pow is not allowed"),
        ("{{ 'a' ~ 'b' }}", "concat is not allowed"),
        ("{% set x = 1 %}", "assign is not allowed"),
        ("{% include '/etc/passwd' %}", "include is not allowed"),
        ("{% import 'x' as y %}", "import is not allowed"),
        ("{% extends 'x' %}", "extends is not allowed"),
        ("{% macro m() %}{% endmacro %}", "macro is not allowed"),
        ("{{ lipsum.__globals__ }}{{ cycler() }}", "call is not allowed"),
        ("{{ self._TemplateReference__context() }}", "call is not allowed"),
        ("{{ __builtins__ }}", "no variable '__builtins__'"),
        ("{% for a in order.items recursive %}{{ a }}{% endfor %}", "loops are simple"),
        ("{% for a, b in order.items %}{{ a }}{% endfor %}", "loops are simple"),
        ("{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}", "loops are"),
        ("line\n\n{{ order.number", "line 3: "),
        ("{{ order.number|mony }}", "no filter 'mony'"),
        ("{% if order.number is divisibleby 3 %}{% endif %}", "no test"),
        ("{{ order.total|money(currency='EUR') }}", "plain values only"),
        ("{{ " + "(" * 20000 + "1" + ")" * 20000 + " }}", "cannot be filled in"),
        ("{{ " + "9" * 10000 + " }}", "cannot be filled in"),
        ("{{ " + "not " * 10000 + "1 }}", "cannot be filled in"),
        ("x" * 70000, "longer than"),
    ],
)
def test_hostile_or_broken_code_is_a_sentence(body: str, why: str) -> None:
    """A template from a colleague's folder must not reach the machine, hang it or end in a traceback."""
    with pytest.raises(Refused) as caught:
        fill(body)
    assert caught.value.code == "template"
    assert why in caught.value.message and "'t' (en)" in caught.value.message
    assert len(caught.value.message) < 400


def test_output_is_bounded() -> None:
    """Two loops over a long list of long texts would fill the memory."""
    context = {"order": {"items": [{"title": "x" * 5000}] * 5000}}
    with pytest.raises(Refused, match="grows beyond"):
        fill(
            "{% for a in order.items %}{% for b in order.items %}{{ b.title }}{% endfor %}{% endfor %}",
            context=context,
        )


@pytest.mark.parametrize(
    "name", ["lipsum.__globals__", "self.x", "loop.index", "range", "dict.mro", "config"]
)
def test_the_engines_own_names_are_unknown(name: str) -> None:
    """Nothing but the documented variables exists in a template."""
    assert fill("{{ " + name + " }}").missing


def test_objects_are_kept_out() -> None:
    """Only plain data goes into the context; an object would bring its methods."""
    with pytest.raises(TypeError, match="customer"):
        fill("{{ customer.name }}", context={"customer": Engine()})


def test_escape_sequences_in_values_vanish() -> None:
    """A name must not write to the agent's terminal."""
    assert fill("{{ customer.name }}", context=known(name="\x1b]52;c;eA==\x07An\u202ena")).text == "Anna"


def test_the_subject_is_one_line_and_counts_for_gaps() -> None:
    """A newline in a subject would forge headers; a gap there is a gap."""
    made = template("Hi", subject="Order {{ order.number }} {{ parcel.number }}")
    context = {"order": {"number": "1\nBcc: x@y"}}
    done = Engine().render(made, "en", context)
    assert done.subject == "Order 1 Bcc: x@y ⟦parcel.number⟧"
    assert done.missing == ("parcel.number",)


def test_a_language_the_template_lacks_is_not_found() -> None:
    """The agent is told instead of sending a text in another language."""
    with pytest.raises(NotFound, match="'de'"):
        Engine().render(template("x"), "de", {})
    with pytest.raises(NotFound):
        Engine().variables(template("x"), "de")


def test_variables_are_found_without_filling_in() -> None:
    """The picker shows what it will ask before the agent chooses."""
    made = template(
        "{% for i in order.items %}{{ i.title }}{{ loop.index }}{% endfor %}{{ reason|upper }}"
        "{% if parcel.eta %}{{ parcel.eta|date }}{% endif %}{{ order['number'] }}",
        subject="{{ shop.name }}",
        asks=("reason",),
    )
    assert Engine().variables(made, "en") == (
        "order.items",
        "reason",
        "parcel.eta",
        "order.number",
        "shop.name",
    )


def test_a_date_an_agent_typed_is_formatted_and_words_are_kept() -> None:
    """Asks are answered in words or in ISO dates; both must read well."""
    assert fill("{{ by|date }}", "de", by="2026-12-24").text == "24. Dezember 2026"
    assert fill("{{ by|date }}", "de", by="nächsten Dienstag").text == "nächsten Dienstag"
    assert fill("{{ order.day|date }}", "en", {"order": {"day": date(2026, 1, 2)}}).text == "January 2, 2026"


def test_the_engines_load_on_first_use() -> None:
    """The first frame must not wait for Jinja2 and Babel."""
    code = "import sys; import csdesk.templating; print('jinja2' in sys.modules, 'babel' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_what_an_agent_says_of_a_fact_fills_the_gap_and_changes_no_known_fact() -> None:
    """Lost otherwise: every template about an order, for a conversation whose order nobody linked."""
    body = (
        "{{ order.number }} of {{ order.placed_at|date }}, {{ order.total|money }}, {{ customer.first_name }}"
    )
    told = {
        "order.number": "1036",
        "order.total": "38.00 EUR",
        "order.placed_at": "Monday",
        "customer.first_name": "X",
    }
    filled = Engine().render(template(body), "en", {"customer": {"first_name": "Anna"}}, told)
    assert (filled.text, filled.missing) == ("1036 of Monday, 38.00 EUR, Anna", ())
    known_order = Engine().render(template("{{ order.number }}"), "en", known(), told)
    assert known_order.text == "#1001"


def test_an_unknown_sum_is_a_gap_that_can_be_filled() -> None:
    order = {"order": {"number": "#1", "total": {"amount": None, "currency": ""}}}
    body = template("{{ order.total|money }}")
    assert Engine().render(body, "en", order).missing == ("order.total",)
    assert Engine().render(body, "en", order, {"order.total": "9 USD"}).text == "9 USD"


def test_an_answer_is_no_template_code() -> None:
    filled = Engine().render(template("{{ order.number }}"), "en", {}, {"order.number": "{{ agent.name }}"})
    assert filled.text == "{{ agent.name }}" and unresolved(filled.text)


def test_every_fact_that_a_template_prints_is_asked_for_in_words() -> None:
    """Lost otherwise: 'money: {amount, currency}' before somebody who answers customers."""
    codes = {"customer.country", "customer.timezone", "order.stage", "parcel.status"}
    for name in KNOWN.keys() - codes:
        assert question(name).endswith("?"), name
