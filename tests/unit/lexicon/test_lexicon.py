"""The words not to write, by market. Lost when this fails: a warning nobody understands, or one that never comes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from csdesk.domain.before import STOPS, Reply, findings, fixed
from csdesk.domain.lexicon import ANY, Market, chosen, hits
from csdesk.services.lexicon import load, load_file
from csdesk.templating import Engine, context
from tests.unit.templates_content.test_texts import (
    CUSTOMER,
    LANGUAGES,
    NOW,
    ORDER,
    SITUATIONS,
    template,
)

LOADED = load()
MARKETS = {market.code: market for market in LOADED.markets}


def test_every_market_is_there_and_whole() -> None:
    assert LOADED.problems == ()
    assert MARKETS.keys() >= {"us", "uk", "de", "fr", "es", "it", "br", "ru", "jp", "gulf", "cn"}
    spoken = [language for market in LOADED.markets for language in market.default_for]
    assert sorted(spoken) == sorted({*LANGUAGES}), "each language stands for one market"
    countries = [country for market in LOADED.markets for country in market.countries]
    assert len(countries) == len(set(countries)), "a country reads as one market"


@pytest.mark.parametrize("market", LOADED.markets, ids=lambda one: one.code)
def test_entries_say_why_and_what_instead_in_both_languages(market: Market) -> None:
    assert len(market.entries) >= 12
    seen: set[tuple[str, str, frozenset[str]]] = set()
    for entry in market.entries:
        for english, chinese in (entry.why, entry.instead):
            assert len(english) > 1 and len(chinese) > 1
            assert english != chinese or entry.fix, entry
        assert any("\u4e00" <= char <= "\u9fff" for char in entry.why[1])
        for word in entry.words:
            assert (entry.language, word.casefold(), entry.countries) not in seen, word
            seen.add((entry.language, word.casefold(), entry.countries))
            text = f"… {word} …"
            country = next(iter(entry.countries or market.countries))
            language = "en" if entry.language == ANY else entry.language
            assert entry in chosen(LOADED.markets, country, language), "no customer is ever read with it"
            assert any(hit.entry.words for hit in hits(text, [entry])), f"{word} is never found"
        if entry.fix:
            assert not hits(entry.fix, [entry]), "what is to be said instead is found fault with"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_template_of_the_desk_is_found_fault_with(language: str) -> None:
    countries = ["", *(sorted(market.countries)[0] for market in LOADED.markets)]
    for name in SITUATIONS:
        made = template(name)
        facts = context(
            customer=replace(CUSTOMER, language=language), agent="Lin", shop="Nordlicht", order=ORDER, now=NOW
        )
        body = made.texts[language].body
        answers = {one: "2026-12-24" if f"{one}|date" in body else f"[{one}]" for one in made.asks}
        text = Engine().render(made, language, facts, answers).text
        for entries in {chosen(LOADED.markets, country, language) for country in countries}:
            reply = Reply(text, language, language, orders=(ORDER,), entries=entries, names=("Ana López",))
            found = [one for one in findings(reply) if one.level == STOPS or one.code != "promise"]
            assert found == [], (name, found)


@pytest.mark.parametrize(
    ("text", "language", "country", "level"),
    [
        ("Please change your review and we will help.", "en", "US", "stops"),
        ("Dear friend, thank you for your message.", "en", "US", "warns"),
        ("Die Ware ist leider vom Umtausch ausgeschlossen.", "de", "AT", "stops"),
        ("Puede coger el paquete.", "es", "MX", "warns"),
        ("A rapariga da loja.", "pt", "BR", "stops"),
        ("あなたのご注文です。", "ja", "JP", "warns"),
        ("五星好评返现。", "zh", "", "stops"),
        ("الخليج الفارسي", "ar", "SA", "stops"),
        ("Merry Christmas!", "en", "AE", "warns"),
    ],
)
def test_a_word_is_found_where_it_hurts(text: str, language: str, country: str, level: str) -> None:
    entries = chosen(LOADED.markets, country, language)
    assert level in {one.level for one in findings(Reply(text, entries=entries)) if one.code == "word"}


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("Puede coger el paquete.", "es", "ES"),
        ("A rapariga da loja.", "pt", "PT"),
        ("Your zip code, please.", "en", "US"),
        ("The dearest friendship.", "en", "US"),
        ("Merry Christmas!", "en", "GB"),
    ],
)
def test_and_not_where_it_does_not(text: str, language: str, country: str) -> None:
    assert hits(text, chosen(LOADED.markets, country, language)) == ()


def test_what_is_certain_is_put_right_in_the_same_case() -> None:
    text = "Your ZIP code? Zip code."
    entries = chosen(LOADED.markets, "GB", "en")
    for _round in range(2):
        text = fixed(text, next(one for one in findings(Reply(text, entries=entries)) if one.fix))
    assert text == "Your Postcode? Postcode."


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('words = ["x"]\nwhy = "w"\ninstead = "i"', "language is missing"),
        ('language = "en"\nwhy = "w"\ninstead = "i"', "either words or a pattern"),
        ('language = "en"\nwhy = "w"\ninstead = "i"\npattern = "("', "no regular expression"),
        ('language = "en"\nwhy = "w"\ninstead = "i"\npattern = "(a+)+b"', "very long"),
        ('language = "en"\nwhy = "w"\ninstead = "i"\npattern = "a*"', "where nothing stands"),
        ('language = "en"\nwords = ["x"]\ninstead = "i"', "why is missing"),
        ('language = "en"\nwords = ["x"]\nwhy = "w"\ninstead = "i"\nlevel = "loud"', "level must be"),
        ('language = "en"\nwords = "x"\nwhy = "w"\ninstead = "i"', "must be a list"),
        ('language = "en"\nwords = ["x"]\nwhy = "w"\ninstead = "i"\ncolour = "red"', "colour is not known"),
    ],
)
def test_a_mistake_in_a_file_is_named_and_hides_no_other_file(tmp_path: Path, entry: str, said: str) -> None:
    good = '[[entry]]\nwords = ["x"]\nlanguage = "en"\nwhy = "w"\ninstead = "i"\n'
    (tmp_path / "good.toml").write_text(good)
    (tmp_path / "bad.toml").write_text(good + "[[entry]]\n" + entry)
    loaded = load(tmp_path)
    assert [market.code for market in loaded.markets] == ["good"]
    assert any(said in one and "entry 2" in one for one in loaded.problems), loaded.problems


def test_no_file_and_no_toml_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    assert load_file(tmp_path / "a.toml")[0] is None and load_file(tmp_path / "none.toml")[1]
    assert load(tmp_path / "nothing").markets == ()
