"""What counts as the same sentence, and where translations stand in a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csdesk.domain import memory
from csdesk.domain.conversation import Message
from csdesk.domain.mail import Address, Quote
from csdesk.domain.memory import Remembered, Term
from csdesk.domain.sentences import units
from csdesk.domain.translated import foreign, placed, targets
from csdesk.domain.translation import Sentence, Translation

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LETTER = Message(
    1, 1, "in", Address("ana@x.es", "Ana"), (), (), "s", "Hola.", (), NOW, "m@x", "es", "received"
)


@given(st.text(alphabet="ab. !?\n。！Ñ1…"))
def test_sentences_and_gaps_are_the_text(text: str) -> None:
    parts = units(text)
    assert "".join(one + gap for one, gap in parts) == text
    assert all(one == one.strip() and not gap.strip() for one, gap in parts)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Hola. ¿Qué tal? Bien.", 3),
        ("El Sr. López llamó. Cuesta 12.50 euros.", 2),
        ("您好。请问什么时候到？谢谢", 3),
        ("Una línea\notra línea", 2),
        ("sin final", 1),
    ],
)
def test_a_text_in_sentences(text: str, count: int) -> None:
    assert len(units(text)) == count


def test_case_width_quotes_and_spaces_make_no_other_sentence() -> None:
    assert memory.digest("Where is “my” order?") == memory.digest('where  is "my"\norder?')
    assert memory.digest("Order 1") != memory.digest("Order 2")


def test_other_numbers_are_seen() -> None:
    known = [Remembered("es", "en", "Mi pedido 1042 no ha llegado todavía.", "x")]
    same = memory.matches("Mi pedido 1042 no ha llegado todavia.", known)
    other = memory.matches("Mi pedido 1043 no ha llegado todavía.", known)
    assert (same[0].numbers, other[0].numbers) == (True, False)
    assert same[0].score < 100 and other[0].score < 100
    assert memory.matches("Otra cosa completamente distinta.", known) == ()


@given(st.text(min_size=40, max_size=90, alphabet="abcdefghijklmnop qrstuvw"), st.integers(0, 39))
def test_alike_sentences_share_keys(text: str, at: int) -> None:
    """One changed letter of forty: it must be found among all that is remembered."""
    changed = text[:at] + "z" + text[at + 1 :]
    assert set(memory.keys(text)) & set(memory.keys(changed))


WORDS = st.lists(st.text("abcdefghiñá", min_size=2, max_size=9), min_size=5, max_size=30)


@given(WORDS, st.integers(0, 29), st.sampled_from(["otra", "", "dos palabras"]))
def test_a_sentence_with_another_word_shares_keys(words: list[str], at: int, other: str) -> None:
    at %= len(words)
    changed = [*words[:at], other, *words[at + 1 :]]
    assert set(memory.keys(" ".join(words))) & set(memory.keys(" ".join(changed)))


def test_alike_sentences_without_spaces_share_keys() -> None:
    one, other = "请问我的订单一零四二什么时候能送到马德里？", "请问我的订单一零四三什么时候能送到马德里？"
    assert len(set(memory.keys(one)) & set(memory.keys(other))) >= 6
    assert not set(memory.keys(one)) & set(memory.keys("退款已经收到了，谢谢你们的耐心解答。"))


def test_sentences_that_share_common_words_only_share_few_keys() -> None:
    """Else the one that is alike is not among those that are compared."""
    one = memory.keys("Hola, quisiera saber dónde está el paquete que pedí la semana pasada.")
    other = memory.keys("Hola, quisiera devolver la lámpara porque llegó rota y no enciende nada.")
    assert len(set(one) & set(other)) <= 2


def test_terms_that_stay_are_whole_words() -> None:
    terms = [Term("", "", "Lux", status="keep"), Term("es", "en", "caja", "box")]
    assert memory.kept(terms, "LUX y Luxemburgo, caja") == ("LUX",)


@pytest.mark.parametrize(
    ("languages", "interface", "wanted"),
    [
        ((), "en", ("en",)),
        (("zh", "en"), "en", ("en", "zh")),
        (("zh", "es"), "en", ("zh", "es")),
        (("pt-BR", "en"), "zh", ("pt", "en")),
    ],
)
def test_into_which_language(languages: tuple[str, ...], interface: str, wanted: tuple[str, ...]) -> None:
    assert targets(languages, interface) == wanted


def test_what_is_foreign() -> None:
    assert foreign(LETTER, ("zh",)) and not foreign(LETTER, ("es",))
    assert not foreign(replace(LETTER, direction="out"), ("zh",))
    assert not foreign(replace(LETTER, language=""), ("zh",))
    assert not foreign(replace(LETTER, text="12 🎉"), ("zh",))


def _made(*pairs: tuple[str, str]) -> Translation:
    return Translation("es", "en", tuple(Sentence(one, one.upper(), gap) for one, gap in pairs), "x")


def test_answers_between_quoted_lines_stay_below_what_they_answer() -> None:
    text = "Hola.\n> uno\nSí, claro.\nMuy bien.\n> dos\nNo."
    letter = replace(LETTER, text=text, quotes=(Quote(1, 2), Quote(4, 5)))
    made = _made(*units(letter.visible_text))
    assert [(line, [one.source for one in said]) for line, said in placed(letter, made)] == [
        (0, ["Hola."]),
        (2, ["Sí, claro.", "Muy bien."]),
        (5, ["No."]),
    ]


def test_an_engine_that_changed_the_source_is_shown_whole_at_the_first_line() -> None:
    letter = replace(LETTER, text="> uno\nHola. Adiós.", quotes=(Quote(0, 1),))
    made = _made(("Hola", " "))
    assert placed(letter, made) == [(1, made.sentences)]
