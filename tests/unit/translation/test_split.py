"""Sentences and the white space between them. Lost otherwise: the shape of a letter."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csdesk.translation.split import LONGEST, split


def full_stops(paragraphs: Sequence[str]) -> list[list[int]]:
    """A stand-in for the library: a sentence ends behind '. '."""
    out = []
    for one in paragraphs:
        parts = one.replace(". ", ".\0 ").split("\0")
        out.append([len(part) for part in parts])
    return out


def texts(text: str, keep: Sequence[str] = ()) -> list[str]:
    return [part.text for part in split(text, full_stops, keep)]


@given(st.one_of(st.text(max_size=300), st.text("ab. \n\t-1)>?¿。 ", max_size=200)))
def test_parts_join_to_the_very_text(text: str) -> None:
    """Lost otherwise: blank lines, indents, the letter as it was."""
    parts = split(text, full_stops)
    assert "".join(part.text + part.gap for part in parts) == text
    assert all(part.text == part.text.strip() and not part.gap.strip() for part in parts)
    assert all(len(part.text) <= LONGEST for part in parts if not part.fixed)


def test_greeting_list_and_signature_stay_line_by_line() -> None:
    """Lost otherwise: a name that is glued to the sentence before."""
    parts = split("  Hola,\n\n- talla M\n2) azul. Gracias. \n> citado\n\nAna\nMadrid\n", full_stops)
    assert [part.text for part in parts] == [
        "", "Hola,", "-", "talla M", "2)", "azul.", "Gracias.", ">", "citado", "Ana", "Madrid",
    ]  # fmt: skip
    assert [part.text for part in parts if part.fixed] == ["", "-", "2)", ">"]


def test_lines_that_a_mail_program_wrapped_are_one_sentence() -> None:
    """Lost otherwise: sentences cut in half, which no model understands."""
    text = "I ordered the lamp three weeks ago and it has still not\narrived at my place. Where is it?\n\nAna"
    assert texts(text) == [
        "I ordered the lamp three weeks ago and it has still not\narrived at my place.", "Where is it?", "Ana",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    ["Mi pedido n. 4471 no llega", "z. B. ein Paket", "Write to a. b@c.example now", "the Nord. Licht lamp"],
)
def test_no_sentence_ends_inside_of_something_to_keep(sentence: str) -> None:
    """Lost otherwise: half of an address, and what is behind an abbreviation."""
    assert texts(sentence, ["Nord. Licht"] if "Licht" in sentence else ["a. b@c.example"]) == [sentence]


def test_an_endless_sentence_is_cut() -> None:
    """Lost otherwise: everything behind what a model takes at once."""
    assert max(map(len, texts("word " * 5_000))) <= LONGEST
    assert "".join(texts("字" * 5_000)) == "字" * 5_000


def test_a_library_that_miscounts_spoils_nothing() -> None:
    """Lost otherwise: letters between two sentences."""
    parts = split("One. Two.", lambda paragraphs: [[3] for _one in paragraphs])
    assert [part.text for part in parts] == ["One. Two."]
