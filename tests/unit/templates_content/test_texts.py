"""The reply templates that come with the desk: whole in every language, nothing that cannot be filled, and said as
a native agent would say it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import csdesk
from csdesk.domain.customer import Customer
from csdesk.domain.orders import STAGES, Order, OrderItem, Shipment, TrackingEvent
from csdesk.domain.template import Template
from csdesk.templating import KNOWN, Engine, context, unresolved
from csdesk.templating.loader import load_file
from csdesk.text import clean
from csdesk.translation.detect import detect

FOLDER = Path(csdesk.__file__).parent / "templates"
SITUATIONS = (
    "address_and_tax_check",
    "address_change",
    "cancel_before_dispatch",
    "compensation_offer",
    "complaint_received",
    "complaint_resolution",
    "confirm_receipt",
    "customs",
    "damaged",
    "delayed",
    "delivered_not_received",
    "delivery_failed",
    "discount_request",
    "dispatched",
    "dispute_opened",
    "dutiable_goods",
    "exchange",
    "extend_protection",
    "follow_up",
    "greeting",
    "holiday_closing",
    "holiday_delay",
    "identity_check",
    "in_transit_update",
    "invoice",
    "lost_parcel",
    "missing_part",
    "need_more_information",
    "negative_review",
    "out_of_hours",
    "out_of_stock",
    "parcel_returning",
    "partial_shipment",
    "payment_failed",
    "payment_pending",
    "pickup_waiting",
    "product_question",
    "quality_complaint",
    "refund_done",
    "refund_steps",
    "return_steps",
    "review_request",
    "sample_request",
    "season_greetings",
    "shipping_cost_and_time",
    "size_advice",
    "supplement_order",
    "thank_you",
    "warranty",
    "where_is_my_order",
    "wholesale_inquiry",
    "wholesale_quote",
    "wrong_item",
)
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "pt", "ru", "zh")
CATEGORIES = {"general", "presale", "wholesale", "order", "logistics", "after_sale", "complaint", "holiday"}
CHEERFUL = {"general", "presale", "wholesale", "holiday"}
"""Where a wish may end in an exclamation mark. Elsewhere the customer has a worry."""
AUTOMATIC = {"out_of_hours"}
"""Sent without anybody looking: it knows no name and says less."""
NAMELESS = {"identity_check"}
"""What goes to somebody who may be a stranger: not even a name may be told."""

LENGTHS = {"zh": (80, 300), "ja": (140, 420)}
WORDS = (38, 150)
"""How long a body may be without its variables: characters in Chinese and Japanese, elsewhere words. Shorter is
curt, longer is not read on a telephone."""

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
SHIPPED = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
SCANNED = datetime(2026, 11, 20, 6, 12, tzinfo=UTC)
PARCEL = Shipment(
    "RB123456785CN",
    "China Post",
    "in_transit",
    (TrackingEvent(SCANNED, "in_transit", "Arrived at sorting centre"),),
    eta_to=datetime(2026, 12, 2, tzinfo=UTC),
    shipped_at=SHIPPED,
)
ORDER = Order(
    "shopify",
    "#1042",
    "ana@correo.example",
    "Ana López",
    "EUR",
    Decimal("1238.50"),
    SHIPPED,
    items=(OrderItem("Kettle", quantity=2), OrderItem("Lamp")),
    shipments=(PARCEL,),
)
CUSTOMER = Customer(7, "Ana López", (), "es", "ES", "Europe/Madrid", SHIPPED)
AMOUNT = {
    "ar": "1,238.50",
    "de": "1.238,50",
    "en": "1,238.50",
    "es": "1.238,50",
    "fr": "1 238,50",
    "it": "1.238,50",
    "ja": "1,238.50",
    "pt": "1.238,50",
    "ru": "1 238,50",
    "zh": "1,238.50",
}
"""The order's total as a reader of each language writes it; spaces may be narrow or unbreakable."""

TAG = re.compile(r"\{\{(.*?)\}\}")
ALLOWED_TAG = re.compile(r" [a-z_]+(\.[a-z_]+)?(\|(date|money))? ")


@cache
def data(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def template(name: str) -> Template:
    loaded, problems = load_file(FOLDER / f"{name}.toml")
    assert loaded is not None and not problems, problems
    return loaded


def prose(text: str) -> str:
    """A text without its variables."""
    return TAG.sub("", text)


def said(name: str, language: str) -> str:
    """What the customer reads: subject and body."""
    text = template(name).texts[language]
    return prose(f"{text.subject}\n{text.body}")


def pieces(name: str) -> list[tuple[str, str, str]]:
    """(language, key, text) of everything an agent or a customer may read."""
    out: list[tuple[str, str, str]] = []
    for language, part in data(name)["text"].items():
        for key, value in part.items():
            out += [(language, key, one) for one in (value if isinstance(value, list) else [value])]
    return out + [
        (language, ask, question)
        for ask, questions in data(name).get("asks", {}).items()
        for language, question in questions.items()
    ]


def test_all_situations_are_there() -> None:
    """Without a file the agent finds no words for that situation in the picker."""
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.toml"))) == SITUATIONS


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_language_is_whole(name: str) -> None:
    """A missing language or key would leave the agent without a text, or without the warning beside it."""
    read = data(name)
    assert set(read) <= {"category", "stages", "asks", "text"}
    assert read["category"] in CATEGORIES
    assert set(read["stages"]) <= set(STAGES)
    assert sorted(read["text"]) == list(LANGUAGES)
    for language, part in read["text"].items():
        assert set(part) == {"title", "subject", "body", "avoid", "words"}, language
        assert all(text.strip() for text in part.values() if isinstance(text, str)), language


@pytest.mark.parametrize("name", SITUATIONS)
def test_words_of_customers_can_be_found(name: str) -> None:
    """What customers write leads to the template only if it stands there as it is compared: small, whole, once."""
    for language, text in template(name).texts.items():
        words = text.words
        assert 5 <= len(words) <= 10, (language, words)
        assert len(set(words)) == len(words), (language, words)
        assert all(word == word.lower().strip() and 2 <= len(word) <= 40 for word in words), (language, words)


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_question_is_asked_in_both_interface_languages_and_used(name: str) -> None:
    """A question that no text uses wastes the agent's time; one in the wrong language is not understood."""
    for variable, questions in data(name).get("asks", {}).items():
        assert set(questions) == {"en", "zh"}, variable
        assert re.search("[a-z]{3}", questions["en"]) and not re.search("[\u4e00-\u9fff]", questions["en"])
        assert len(re.findall("[\u4e00-\u9fff]", questions["zh"])) > 3, variable
        for language, text in template(name).texts.items():
            used = [tag.strip().partition("|")[0] for tag in TAG.findall(text.body)]
            assert variable in used, f"{variable} is asked for but not used in {language}"


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_text_fills_in_completely(name: str) -> None:
    """An unknown variable would stop the reply in front of a waiting customer."""
    for language in LANGUAGES:
        fills_in(name, language)


def fills_in(name: str, language: str) -> None:
    made = template(name)
    facts = context(
        customer=replace(CUSTOMER, language=language), agent="Lin", shop="Nordlicht", order=ORDER, now=NOW
    )
    body = made.texts[language].body
    dates = [variable for variable in made.asks if f"{variable}|date" in body]
    answers = {name: "2026-12-24" if name in dates else f"[{name}]" for name in made.asks}
    assert set(Engine().variables(made, language)) <= set(KNOWN) | set(answers)
    filled = Engine().render(made, language, facts, answers)
    assert filled.missing == () and unresolved(filled.text) == ()
    assert all(name in dates or answers[name] in filled.text for name in made.asks)
    assert "{" not in filled.text + filled.subject and "}" not in filled.text + filled.subject
    assert all(len(line) <= 500 for line in filled.text.split("\n"))
    assert "\n" not in made.texts[language].subject and 0 < len(filled.subject) <= 110
    if "order.total" in body:
        assert AMOUNT[language] in re.sub("[\u00a0\u202f]", " ", filled.text)
    if "|date" in body:
        assert "2026" in filled.text and "2026-" not in filled.text


@pytest.mark.parametrize("name", SITUATIONS)
def test_texts_hold_no_conditions(name: str) -> None:
    """A text that changes by itself can't be checked by somebody who reads it in the picker."""
    for language, text in template(name).texts.items():
        for source in (text.subject, text.body):
            assert "{%" not in source and "{#" not in source
            assert all(ALLOWED_TAG.fullmatch(tag) for tag in TAG.findall(source)), language
        assert "{" not in text.title + text.avoid, language


@pytest.mark.parametrize("name", SITUATIONS)
def test_languages_say_the_same_facts(name: str) -> None:
    """A fact given in English and left out in Spanish would make the answer depend on the reader."""
    facts = {}
    for language, text in template(name).texts.items():
        names = {tag.strip() for tag in TAG.findall(text.body)}
        facts[language] = names - {"customer.first_name", "customer.name"}
    assert all(found == facts["en"] for found in facts.values()), facts


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_text_is_in_the_language_it_is_filed_under(name: str) -> None:
    """A Portuguese body under [text.it] would go out to an Italian."""
    for language, text in template(name).texts.items():
        assert detect(prose(text.body)) == language
        assert detect(text.avoid) == language, text.avoid


@pytest.mark.parametrize("name", SITUATIONS)
def test_texts_are_neither_curt_nor_long(name: str) -> None:
    """Two lines sound like a brush-off, and a page is not read."""
    if name in AUTOMATIC:
        return
    for language, text in template(name).texts.items():
        plain = prose(text.body)
        least, most = LENGTHS.get(language, WORDS)
        size = len(re.sub(r"\s", "", plain)) if language in LENGTHS else len(plain.split())
        assert least <= size <= most, (language, size)


@pytest.mark.parametrize("name", SITUATIONS)
def test_nothing_invisible_or_left_over(name: str) -> None:
    """Control and bidi bytes would reach the customer's screen; markup would be read aloud as it stands."""
    for language, key, text in pieces(name):
        assert clean(text) == text, (language, key)
        assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cf") and char != "\n"]
        assert not any(mark in text for mark in ("<", ">", "**", "TODO", "XXX", "{%", "  ", "\n\n\n")), key
        assert not re.search(r"[ \t]$", text, re.MULTILINE), (language, key)
        assert all(len(line) <= 500 for line in text.split("\n")), (language, key)


FAMILIAR = {
    "de": r"du|dir|dich|dein\w*|euch|euer|eure\w*",
    "es": r"tu|tus|te|ti|tú|contigo|tuy[oa]s?|vosotr[oa]s|vuestr[oa]s?|os|puedes|tienes|quieres|escríbeme|dime",
    "fr": r"tu|te|toi|ton|ta|tes|t'\w+|salut|coucou",
    "it": r"tu|te|ti|tuo|tua|tuoi|tue|vostr[oaie]|puoi|hai|ciao|salve",
    "pt": r"tu|te|ti|teus?|tuas?|contigo|vocês?|o senhor|a senhora|vossa\w*|oi",
    "ru": r"ты|тебя|тебе|тобой|тво\w+|привет|доброго времени суток",
}
"""What a customer whom nobody knows yet must not be called. 'você' is warm in Brazil and rude in Portugal."""
FORMAL = {
    "de": r"\b(Sie|Ihnen|Ihr\w*)\b",
    "es": r"\b([Uu]sted|[Ss]us?|[Ll]es?)\b",
    "fr": r"\b([Vv]ous|[Vv]otre|[Vv]os)\b",
    "it": r"\w,? (Lei|La|Le|Su[oae]|Suoi)\b|\w(Le|La)\b|\b(La|Le) \w+(o|iamo)\b",
    "ru": r"\b(Вы|Вас|Вам|Вами|Ваш\w*)\b",
    "zh": "您",
}
"""What shows the distance. Portuguese keeps it by naming nobody, so there is nothing to look for."""


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_customer_is_addressed_as_the_culture_expects(name: str) -> None:
    """A reply that slips into 'tú' or 'du', or a Chinese one without 您, sounds rude."""
    for language, words in FAMILIAR.items():
        assert not re.search(rf"(?<!\w)({words})(?!\w)", said(name, language), re.IGNORECASE), language
    for language, words in FORMAL.items():
        assert re.search(words, said(name, language)), language


@pytest.mark.parametrize("name", SITUATIONS)
def test_chinese_is_respectful_and_full_width(name: str) -> None:
    """你 is for equals, 亲 for chats about small things, and a half-width comma shows a careless hand."""
    text = said(name, "zh")
    assert "你" not in text and not re.search("亲[，,！!~～ ]", text)
    assert not re.search(r"[,?!;]|[\u4e00-\u9fff][:.(]|[:.)][\u4e00-\u9fff]", text)


POLITE = re.compile("(です|でした|でしょう|ます|ました|ません|ましょう|ください|くださいませ)か?$")


@pytest.mark.parametrize("name", SITUATIONS)
def test_japanese_is_polite_to_the_end_of_every_sentence(name: str) -> None:
    """One sentence in plain form reads like an order; a customer has 様 and no first name."""
    body = template(name).texts["ja"].body
    assert "customer.first_name" not in body
    if name in NAMELESS:
        assert body.startswith("お客様\n") and "customer." not in body
    else:
        assert name in AUTOMATIC or body.startswith("{{ customer.name }} 様\n")
    assert not re.search("[,?!;､｡]", prose(body))
    sentences = re.findall(r"[^。\n]+(?=。)", re.sub(r"（[^）\n]*）", "", body))
    assert sentences
    for sentence in sentences:
        assert POLITE.search(sentence), sentence


@pytest.mark.parametrize("name", SITUATIONS)
def test_russian_writes_the_polite_pronoun_with_a_capital(name: str) -> None:
    """In a letter to one person 'вы' is for a crowd."""
    assert not re.search(r"\b(вы|вас|вам|вами|ваш\w*)\b", said(name, "ru"))


@pytest.mark.parametrize("name", SITUATIONS)
def test_arabic_has_its_own_marks_and_fits_every_reader(name: str) -> None:
    """A Latin comma turns a line around; 'dear' and 'sir' guess whether a man or a woman reads it."""
    for language, key, text in pieces(name):
        if language == "ar":
            assert not re.search("[,?;]", text), (key, text)
    assert not re.search(
        r"(?<!\w)(عزيز[يت]ي?|سيدي|سيدتي|أخي|أختي|حبيبي)(?!\w)", unicodedata.normalize("NFC", said(name, "ar"))
    )


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_first_sentence_has_a_capital(name: str) -> None:
    """After the greeting's comma German and Italian go on small; elsewhere that looks foreign."""
    for language in ("en", "es", "fr", "pt", "ru"):
        greeting, blank, first, *_ = template(name).texts[language].body.split("\n")
        assert greeting and not blank, language
        assert first.startswith("{{") or first.lstrip("¿¡«")[0].isupper(), first


@pytest.mark.parametrize("name", SITUATIONS)
def test_english_is_plain(name: str) -> None:
    """'Kindly do the needful' keeps at arm's length, and 'ASAP' says nothing."""
    assert not re.search(
        r"\b(kindly|dear (sir|madam|customer)|asap|the needful)\b", said(name, "en"), re.IGNORECASE
    )


@pytest.mark.parametrize("name", SITUATIONS)
def test_no_cheer_over_bad_news(name: str) -> None:
    """'Your parcel is lost!' mocks; only a Russian greeting ends in that mark by custom."""
    if data(name)["category"] in CHEERFUL:
        return
    for language, text in template(name).texts.items():
        rest = text.body.partition("\n")[2] if language == "ru" else text.body
        assert not re.search("[!！¡]", f"{text.subject}\n{rest}"), language


AMAZON = {"ar": "أمازون", "zh": "亚马逊"}
FORBIDDEN_THERE = ("dispatched", "in_transit_update")


@pytest.mark.parametrize("name", FORBIDDEN_THERE)
def test_what_amazon_forbids_says_so_beside_the_text(name: str) -> None:
    """Whoever sends a shipment notice to an Amazon buyer may lose the account."""
    for language, text in template(name).texts.items():
        assert AMAZON.get(language, "Amazon") in text.avoid, language
