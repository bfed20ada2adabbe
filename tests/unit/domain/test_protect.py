"""What must survive a translation is recognised, put back, and proved. Lost otherwise: a customer's order number."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from csdesk.domain import protect

KINDS = [
    ("Where is my order 4471-22?", ["4471-22"]),
    ("Mi pedido costó 12,50 EUR. 😀", ["12,50 EUR", "😀"]),
    ("Das macht 1.234,50 € bis 24.12.2026 um 14:30 Uhr", ["1.234,50 €", "24.12.2026", "14:30"]),
    ("$20, US$ 7.99, £5 and 300 zł", ["$20", "US$ 7.99", "£5", "300 zł"]),
    ("Track RR 123 456 789 CN at https://t.example/a?b=1&c=2.", ["RR 123 456 789 CN", "https://t.example/a?b=1&c=2"]),
    ("1Z999AA10123456784 and JD0146000 arrived", ["1Z999AA10123456784", "JD0146000"]),
    ("write to ana.lopez+1@mail.example, or www.a.example/b!", ["ana.lopez+1@mail.example", "www.a.example/b"]),
    ("see nordlicht.example/returns and shop.de.", ["nordlicht.example/returns", "shop.de"]),
    ("Vivo en la Calle de Alcalá 12, 28013 Madrid, y espero", ["Calle de Alcalá 12, 28013 Madrid"]),
    ("Ich wohne Hauptstraße 12a, 10115 Berlin.", ["Hauptstraße 12a, 10115 Berlin"]),
    ("I live at 221B Baker Street now", ["221B Baker Street"]),
    ("au 12 bis, rue de la Paix, merci", ["12 bis, rue de la Paix"]),
    ("a box of 10 x 20 cm, 2.5 kg, size M", ["10 x 20 cm", "2.5 kg", "M"]),
    ("EU 42 or UK 8.5 or XXL", ["EU 42", "UK 8.5", "XXL"]),
    ("the AB-XL-RED and ZX_881/B", ["AB-XL-RED", "ZX_881/B"]),
    ("Hola {{ customer.first_name }}, {% if order %}", ["{{ customer.first_name }}", "{% if order %}"]),
    ("a family 👨‍👩‍👧‍👦 from 🇪🇸 👍🏽", ["👨‍👩‍👧‍👦", "🇪🇸 👍🏽"]),
    ("订单4471已发货，金额￥99", ["4471", "99"]),
    ("call +34 600 123 456 please", ["+34 600 123 456"]),
    ("to ES91 2100 0418 4502 0005 1332 please", ["ES91 2100 0418 4502 0005 1332"]),
    ("my 2nd parcel, the 1st one, el 3.º", []),
    ("it says ⟦1⟧ here", ["⟦1⟧"]),
    ("no number here, and no name.", []),
]  # fmt: skip
WORDS = st.sampled_from(
    ["hola", "Ana López", "4471-22", "12,50 EUR", "😀", "👨‍👩‍👧", "{{ x }}", "⟦1⟧", "⟦", "1", "4477", "4514", "?", ",", "https://a.example/b",
     "a@b.example", "Calle Mayor 5", "M", "XL", "的", "订单", "5.", "\u00a0", "1.234", "ß", "\n"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=9).map("".join)
)


@pytest.mark.parametrize(("text", "kept"), KINDS)
def test_what_must_survive_is_recognised(text: str, kept: list[str]) -> None:
    """Lost otherwise: the number, to a model that writes another."""
    assert [one.text for one in protect.find(text)] == kept


def test_given_words_are_kept_whole() -> None:
    """Lost otherwise: the customer's name. A part of a longer word is none of them."""
    found = protect.find(
        "Ana likes the Nordlicht Pro of Anabel, 北光灯很好", {"Ana", "Nordlicht Pro", "Nordlicht", "北光灯"}
    )
    assert [one.text for one in found] == ["Ana", "Nordlicht Pro", "北光灯"]
    inside = protect.find("see https://nordlicht.example/Ana", ["Ana"])
    assert [one.text for one in inside] == ["https://nordlicht.example/Ana"]


@given(TEXTS, st.sampled_from(protect.FORMS), st.sets(WORDS, max_size=3))
@example("⟦1⟧ 4477 a 4477", "numbers", set())
@example("0@0.AAA00.AA@0.AAA00.AA@0.AA", "numbers", set())
def test_shielding_and_restoring_is_a_round_trip(text: str, form: str, keep: set[str]) -> None:
    """Lost otherwise: text that no model ever saw."""
    pieces = protect.find(text, keep)
    assert all(text[one.start : one.end] == one.text for one in pieces)
    assert all(a.end <= b.start for a, b in itertools.pairwise(pieces))
    assert "".join(one if isinstance(one, str) else one.text for one in protect.around(text, pieces)) == text
    assume(len(pieces) <= protect.MOST)
    shielded = protect.shield(text, pieces, form)
    back = protect.restore(shielded.text, shielded)
    assert back.text == text
    assert back.whole
    assert protect.missing([one.text for one in pieces], text) == ()


@given(TEXTS, st.data(), st.sampled_from(protect.FORMS))
def test_a_lost_a_doubled_and_a_strange_placeholder_are_named(
    text: str, data: st.DataObject, form: str
) -> None:
    """Lost otherwise: the knowledge that one is gone."""
    pieces = protect.find(text)
    assume(0 < len(pieces) <= protect.MOST)
    shielded = protect.shield(text, pieces, form)
    at = data.draw(st.integers(0, len(pieces) - 1))
    mark = shielded.marks[at]
    assert protect.restore(shielded.text.replace(mark, ""), shielded).missing == (pieces[at].text,)
    assert protect.restore(f"{shielded.text} {mark}", shielded).doubled == (pieces[at].text,)
    stranger = protect.restore(f"{shielded.text} ⟦99⟧", shielded)
    assert stranger.strange == ("⟦99⟧",)
    assert "⟦99⟧" not in stranger.text


def test_a_piece_is_not_found_inside_of_another() -> None:
    """Lost otherwise: the size, behind an article number that ends with it."""
    pieces = ["LMP-819-XL", "XL", "12", "XL"]
    assert protect.missing(pieces, "LMP-819-XL 123 XL") == ("XL", "12")
    assert protect.missing(pieces, "XL XL 12 LMP-819-XL") == ()


def test_a_placeholder_glued_to_a_word_gets_its_space_back() -> None:
    """Lost otherwise: the number that becomes a part of a word, which nobody can copy."""
    shielded = protect.shield("order 4471-22 please", protect.find("order 4471-22 please"))
    assert protect.restore("pedido⟦ 1 ⟧ por favor", shielded).text == "pedido 4471-22 por favor"


@pytest.mark.parametrize(
    ("source", "target", "added"),
    [
        ("12,50 EUR", "12.50 EUR", ()),
        ("1.234,50 €", "€1,234.50", ()),
        ("1 234 567", "1,234,567", ()),
        ("1.234", "1,234", ()),
        ("12,50 EUR", "12,00 5", ("12,00", "5")),
        ("pedido 4471-22", "order 4712-212", ("4712", "212")),
        ("dos cajas", "2 boxes", ()),
        ("zwölf Stück", "12 pieces", ()),
        ("订购两件", "2 pieces", ()),
        ("unas cajas", "7 boxes", ("7",)),
        ("el 12.05.2026", "on 12 May 2026", ()),
        ("05:30", "5.30", ("5.30",)),
        ("nothing", "nothing", ()),
    ],
)  # fmt: skip
def test_numbers_that_nobody_wrote_are_found(source: str, target: str, added: tuple[str, ...]) -> None:
    """Lost otherwise: a promise of money that the agent never made."""
    assert protect.added_numbers(source, target) == added


@given(st.text(max_size=80))
def test_a_text_adds_no_number_to_itself(text: str) -> None:
    """Lost otherwise: trust in the mark."""
    assert protect.added_numbers(text, text) == ()


def test_more_than_nine_are_refused_and_long_texts_take_no_time() -> None:
    """Lost otherwise: the tenth number; the desk, to a text made to hold it up."""
    many = "; ".join(f"a {n}-x b" for n in range(10))
    with pytest.raises(ValueError, match="10 pieces"):
        protect.shield(many, protect.find(many))
    for hostile in (
        "1." * 50_000,
        "A-" * 50_000,
        "a@" * 50_000,
        "{{" * 50_000,
        "12 " * 30_000,
        "Am " * 30_000,
        "⟦" * 50_000,
    ):
        begun = time.perf_counter()
        protect.find(hostile)
        assert time.perf_counter() - begun < 10
