"""The reply templates that come with the desk: whole in every language, nothing that cannot be filled."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from jinja2 import StrictUndefined, meta
from jinja2.sandbox import SandboxedEnvironment

import csdesk
from csdesk.domain.orders import STAGES
from csdesk.text import clean

FOLDER = Path(csdesk.__file__).parent / "templates"
SITUATIONS = (
    "address_and_tax_check",
    "customs",
    "damaged",
    "delayed",
    "greeting",
    "out_of_hours",
    "refund_steps",
    "return_steps",
    "thank_you",
    "where_is_my_order",
    "wrong_item",
)
LANGUAGES = ("en", "es", "zh")
MORE = {"out_of_hours": ("de", "fr", "ja")}
"""What the desk sends by itself is there in more languages: nobody looks at it before it goes."""
KNOWN: dict[str, dict[str, str]] = {
    "customer": {"name": "Ana López", "first_name": "Ana"},
    "agent": {"name": "Lin"},
    "shop": {"name": "Nordlicht Shop"},
    "order": {"number": "#1042", "total": "38.00", "placed_at": "2026-11-09", "stage": "in_transit"},
    "parcel": {
        "number": "RB123456785CN",
        "carrier": "China Post",
        "status": "customs",
        "eta": "2026-11-24",
        "last_event": "Held by customs",
        "last_event_at": "2026-11-20",
        "days": "11",
    },
}


def environment() -> SandboxedEnvironment:
    """Strict about names, with stand-ins for the two filters that a reply may use."""
    env = SandboxedEnvironment(undefined=StrictUndefined)
    env.filters["money"] = lambda value: f"€{value}"
    env.filters["date"] = lambda value: f"on {value}"
    return env


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def pieces(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(language, key, text) of everything an agent or a customer may read."""
    return [(language, key, text) for language, part in data["text"].items() for key, text in part.items()]


def test_all_situations_are_there() -> None:
    """Without a file the agent finds no words for that situation in the picker."""
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.toml"))) == SITUATIONS


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_language_is_whole(name: str) -> None:
    """A missing language or key would leave the agent without a text, or without the warning beside it."""
    data = load(name)
    assert set(data) <= {"category", "stages", "asks", "text"}
    assert data["category"] in {"general", "order", "logistics", "after_sale"}
    assert set(data["stages"]) <= set(STAGES)
    assert sorted(data["text"]) == sorted((*LANGUAGES, *MORE.get(name, ())))
    for language, part in data["text"].items():
        assert set(part) == {"title", "subject", "body", "avoid"}, language
        assert all(text.strip() for text in part.values()), language


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_question_is_asked_in_both_interface_languages_and_used(name: str) -> None:
    """A question that no text uses wastes the agent's time; one in the wrong language is not understood."""
    data = load(name)
    for variable, questions in data.get("asks", {}).items():
        assert set(questions) == {"en", "zh"}, variable
        assert all(question.strip() for question in questions.values())
        for language, part in data["text"].items():
            assert variable in part["body"], f"{variable} is asked for but not used in {language}"


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_fills_in_completely(name: str, language: str) -> None:
    """An unknown variable would stop the reply in front of a waiting customer."""
    data = load(name)
    env = environment()
    answers = {variable: f"<{variable}>" for variable in data.get("asks", {})}
    for key in ("subject", "body"):
        source = data["text"][language][key]
        assert meta.find_undeclared_variables(env.parse(source)) <= set(KNOWN) | set(answers)
        filled = env.from_string(source).render(KNOWN | answers)
        assert "{" not in filled and "}" not in filled
        assert all(len(line) <= 500 for line in filled.split("\n"))
    assert "\n" not in data["text"][language]["subject"]


@pytest.mark.parametrize("name", SITUATIONS)
def test_languages_say_the_same_facts(name: str) -> None:
    """A fact given in English and left out in Spanish would make the answer depend on the reader."""
    facts = []
    for part in load(name)["text"].values():
        names = {tag.split("}}")[0].strip() for tag in part["body"].split("{{")[1:]}
        facts.append(names - {"customer.first_name", "customer.name"})
    assert facts[0] == facts[1] == facts[2]


@pytest.mark.parametrize("name", SITUATIONS)
def test_nothing_invisible_or_left_over(name: str) -> None:
    """Control and bidi bytes would reach the customer's screen; markup would be read aloud as it stands."""
    for language, key, text in pieces(load(name)):
        assert clean(text) == text, (language, key)
        assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cf") and char != "\n"]
        assert not any(mark in text for mark in ("<", ">", "**", "TODO", "XXX", "{%", "  ")), (language, key)
        assert all(len(line) <= 500 for line in text.split("\n")), (language, key)


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_customer_is_addressed_as_the_culture_expects(name: str) -> None:
    """A Spanish reply that slips into 'tú', or a Chinese one without 您, sounds rude."""
    text = load(name)["text"]
    spanish = f" {text['es']['body'].lower()} ".replace("\n", " ")
    assert not any(
        f" {word} " in spanish for word in ("tu", "tus", "te", "ti", "contigo", "puedes", "tienes")
    )
    assert "您" in text["zh"]["body"] and "你" not in text["zh"]["body"]
    assert not any(mark in text["zh"]["body"] for mark in (",", "?", "!", ";"))
