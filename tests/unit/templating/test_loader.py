"""Reading template files: one broken file must not take the others away, and must say where it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from csdesk.templating import check, load_folder
from csdesk.templating.loader import Problem

GOOD = """
category = "logistics"
stages = ["in_transit"]
[asks.refund_amount]
en = "How much?"
zh = "多少？"
[text.en]
title = "Where it is"
subject = "Your order"
body = \"\"\"
Hello {{ customer.name }},

{{ refund_amount }}
\"\"\"
avoid = "No promises."
[text.pt-BR]
body = "Olá"
"""


def problems(folder: Path, text: str | bytes) -> list[Problem]:
    (folder / "bad.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "good.toml").write_text(GOOD, encoding="utf-8")
    loaded = load_folder(folder)
    assert [t.name for t in loaded.templates] == ["good"]
    assert all(p.template == "bad" and p.file == str(folder / "bad.toml") for p in loaded.problems)
    return list(loaded.problems)


def test_a_template_arrives_whole(tmp_path: Path) -> None:
    """A field that is dropped is advice or a question the agent never sees."""
    (tmp_path / "where.toml").write_text("\ufeff" + GOOD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no template", encoding="utf-8")
    (template,), wrong = load_folder(tmp_path)
    assert wrong == ()
    assert (
        template.name == "where" and template.category == "logistics" and template.stages == ("in_transit",)
    )
    assert template.asks == {"refund_amount": {"en": "How much?", "zh": "多少？"}}
    english = template.texts["en"]
    assert english.body == "Hello {{ customer.name }},\n\n{{ refund_amount }}"
    assert (english.title, english.subject, english.avoid) == ("Where it is", "Your order", "No promises.")
    assert template.texts["pt-BR"].body == "Olá"
    assert template.source == str(tmp_path / "where.toml")


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    """A preference that names a folder on another machine must not stop the desk."""
    assert load_folder(tmp_path / "none") == ((), ())
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert "cannot be read" in load_folder(tmp_path / "file").problems[0].sentence


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("category = 'a'\ncategory = 'b'", 2, "this is not TOML"),
        ("[text.en\nbody = 'x'", 1, "this is not TOML"),
        ("categry = 'x'\n[text.en]\nbody = 'x'", 1, "there is no key 'categry'; did you mean 'category'?"),
        ("[text.en]\nbody = 'x'\ntitel = 'x'", 3, "did you mean 'text.en.title'?"),
        ("category = 1\n[text.en]\nbody = 'x'", 1, "'category' is a text, in quotes."),
        ("[text.en]\nbody = 1", 2, "'text.en.body' is 1; it is a text, in quotes."),
        ("[text.en]\ntitle = 'x'", 1, "'text.en' has no body."),
        ("[text.en]\nbody = '  '", 1, "'text.en' has no body."),
        ("category = 'x'", 1, "there is no text"),
        ("text = 'x'", 1, "'text' is a table"),
        ("[text.English]\nbody = 'x'", 1, "a language is a code such as en"),
        ("stages = ['in_transt']\n[text.en]\nbody = 'x'", 1, "did you mean 'in_transit'?"),
        ("stages = 'delivered'\n[text.en]\nbody = 'x'", 1, "'stages' is a list of texts"),
        ("[asks.order]\nen = 'x'\n[text.en]\nbody = 'x'", 1, "'asks.order': a variable is small letters"),
        ("[asks.'a b']\nen = 'x'\n[text.en]\nbody = 'x'", 1, "a variable is small letters"),
        ("[asks.days]\n[text.en]\nbody = 'x'", 1, "'asks.days' needs a question per language"),
        ("[asks]\ndays = 'x'\n[text.en]\nbody = 'x'", 2, "'asks.days' is a table"),
        (b"\xff\xfe", 0, "not UTF-8"),
        (b"#" * 300_000, 0, "larger than"),
    ],
)
def test_a_mistake_is_named_and_the_others_stay(
    tmp_path: Path, text: str | bytes, line: int, sentence: str
) -> None:
    """Ten templates lost for one missing quote would leave the agent with nothing."""
    found = problems(tmp_path, text)
    assert any(sentence in p.sentence and p.line == line for p in found), found


def test_control_characters_are_taken_out(tmp_path: Path) -> None:
    """A shared folder must not be able to write to the terminal."""
    (tmp_path / "x.toml").write_text('[text.en]\nbody = "a\\u001b[31mb\\u202e"', encoding="utf-8")
    assert load_folder(tmp_path).templates[0].texts["en"].body == "ab"


def checked(folder: Path, text: str, languages: tuple[str, ...] = ()) -> list[str]:
    (folder / "t.toml").write_text(text, encoding="utf-8")
    loaded = load_folder(folder)
    assert loaded.problems == ()
    return [problem.sentence for problem in check(loaded.templates, languages)]


def test_a_right_template_has_no_problems(tmp_path: Path) -> None:
    """A check that cries wolf is not read."""
    assert checked(tmp_path, GOOD, ("en", "pt-BR")) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[text.en]\nbody = '{{ order.nummber }}'", "uses 'order.nummber'; did you mean 'order.number'?"),
        ("[text.en]\nbody = '{{ zzz }}'", "uses 'zzz', which nobody knows or asks for."),
        ("[text.en]\nbody = '{{ order.number'", "cannot be filled in"),
        ("[text.en]\nbody = '{% if range(9) %}{% endif %}'", "call is not allowed"),
        ("[asks.days]\nen = '?'\n[text.en]\nbody = 'x'", "asks for 'days', but no text uses it."),
        ("[asks.days]\nzh = '?'\n[text.en]\nbody = '{{ days }}'", "without a question in English"),
        ("[text.en]\nbody = 'x'", "has no text in 'zh'."),
    ],
)
def test_check_finds_what_an_agent_would_stumble_over(tmp_path: Path, text: str, sentence: str) -> None:
    """A misspelt variable found on the night shift is found too late."""
    found = checked(tmp_path, text, ("en", "zh"))
    assert any(sentence in one for one in found), found


def test_the_templates_that_come_with_the_desk_are_right() -> None:
    """Every shop starts with them."""
    folder = Path(__file__).parents[3] / "csdesk" / "templates"
    loaded = load_folder(folder)
    assert loaded.problems == ()
    assert len(loaded.templates) >= 10
    assert check(loaded.templates, ("en", "zh", "es")) == []
