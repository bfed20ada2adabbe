"""What the editor writes, the loader reads: a template that changes by being kept would say something else to a
customer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csdesk.domain.limits import LIMITS, excesses
from csdesk.domain.template import Template, TemplateText
from csdesk.templating import as_text, check, load_folder, load_text
from csdesk.templating.forms import asks_of, asks_text, name_of, with_general, with_text, words_line, words_of
from csdesk.text import clean, clean_line

BUILT_IN = Path(__file__).parents[3] / "csdesk" / "templates"
ANY = st.text(max_size=60)


def again(template: Template) -> Template:
    found, problems = load_text(as_text(template), Path(f"{template.name}.toml"))
    assert problems == [] and found is not None
    return replace(found, source=template.source)


def test_every_built_in_template_comes_back_as_it_was() -> None:
    for template in load_folder(BUILT_IN).templates:
        assert again(template) == template


@given(ANY, ANY, ANY, st.lists(ANY, max_size=3))
def test_any_text_comes_back_as_it_was_cleaned(title: str, body: str, avoid: str, words: list[str]) -> None:
    kept = clean(body).strip("\n")
    if not kept.strip():
        return
    told = tuple(one for word in words if (one := clean_line(word)))
    text = TemplateText("en", kept, clean_line(title), "", clean_line(avoid), told)
    assert again(Template("t", {"en": text}, source="s")).texts["en"] == text


@pytest.mark.parametrize(
    "body", ['ends with a "', '"""', "back\\slash\\", "\\", 'a """" b', "  indented\n\n  more"]
)
def test_quotes_and_backslashes_stay_what_they_are(body: str) -> None:
    assert again(Template("t", {"en": TemplateText("en", body)})).texts["en"].body == body


def test_fields_and_lines_are_read_back() -> None:
    asks = {"days": {"en": "How many: really?", "zh": "几天？"}, "who": {"en": "Who?"}}
    template = Template("t", {"en": TemplateText("en", "b")}, "parcel", ("in_transit",), asks)
    assert asks_of(asks_text(template)) == (asks, ())
    assert asks_of("days: How many?\nno question\nx y z: a\n\n") == (
        {"days": {"en": "How many?"}},
        ("no question", "x y z: a"),
    )
    assert words_of("late, 没到，还没到、late") == ("late", "没到", "还没到")
    assert words_of(words_line(("a", "b c"))) == ("a", "b c")
    changed, wrong = with_general(template, category=" x ", stages="delivered in_transit", asks="")
    assert (changed.category, changed.stages, changed.asks, wrong) == (
        "x",
        ("delivered", "in_transit"),
        {},
        (),
    )


def test_a_language_without_a_text_is_left_out_and_order_is_kept() -> None:
    template = Template("t", {code: TemplateText(code, code) for code in ("en", "zh", "es")})
    fields = {"title": "", "subject": "", "avoid": "", "words": ""}
    assert list(with_text(template, "zh", body="  ", **fields).texts) == ["en", "es"]
    assert list(with_text(template, "zh", body="x", **fields).texts) == ["en", "zh", "es"]
    assert list(with_text(template, "de", body="x", **fields).texts) == ["en", "zh", "es", "de"]


@pytest.mark.parametrize(
    ("given_", "name"),
    [
        ("Late Parcel", "late_parcel"),
        ("a-b", "a_b"),
        ("../x", ""),
        ("", ""),
        ("1x", ""),
        ("ö", ""),
        ("x" * 61, ""),
    ],
)
def test_a_name_can_only_be_a_file_in_its_folder(given_: str, name: str) -> None:
    assert name_of(given_) == name


def test_a_text_that_a_channel_would_cut_is_named() -> None:
    """A marketplace that cuts a reply in half sends half a reply."""
    long = Template(
        "t",
        {"en": TemplateText("en", "x" * 1990 + " {{ order.number }}"), "ru": TemplateText("ru", "я" * 700)},
    )
    said = [one.sentence for one in check([long], channels=("ebay", "instagram", "whatsapp", "nowhere"))]
    assert any("(en) has about 2015 characters; ebay takes 2000" in one for one in said)
    assert any("(ru) has about 1400 bytes; instagram takes 1000" in one for one in said)
    assert not any("whatsapp" in one for one in said)
    lines = Template("t", {"en": TemplateText("en", "x" * 999)})
    assert "a line of 999 characters; mail takes 998" in check([lines], channels=("mail",))[0].sentence


def test_every_limit_says_where_it_is_from() -> None:
    assert all(limit.source and limit.channel == name for name, limit in LIMITS.items())
    assert excesses("", tuple(LIMITS)) == ()
