"""Languages told by their commonest words. A failure here answers a customer in a language that is not theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from csdesk.translation import detect as detection
from csdesk.translation.detect import detect

SAID = {
    "en": "Hello, where is my parcel? It has not arrived yet and you said that it would be here when the week is over.",
    "de": "Guten Tag, ich habe eine Tasse bestellt und sie ist noch nicht da. Wann kommt das Paket für mich?",
    "fr": "Bonjour, je vous écris car mon colis est perdu et la tasse que j'ai reçue avec le sac est cassée, pas bien.",
    "es": "Hola, el pedido está perdido pero los zapatos llegaron hasta la puerta también. ¿Cuándo llega? Gracias.",
    "it": "Buongiorno, il mio ordine non è arrivato, quando arriva? Ho ancora gli altri che sono nella borsa. Grazie.",
    "nl": "Hallo, ik heb het pakket nog niet, maar jullie zeggen dat het een bestelling van mijn zus is. Wanneer?",
}
OTHERS = {
    "da": "Hej, jeg har ikke modtaget min pakke endnu, og den skulle være kommet i går. Hvor er den henne nu?",
    "sv": "Hej, jag har inte fått mitt paket ännu och det skulle ha kommit i går. Var är det någonstans?",
    "pt": "Olá, a minha encomenda ainda não chegou e o prazo já passou. Quando é que ela chega? Obrigado.",
    "pl": "Dzień dobry, moja paczka jeszcze nie dotarła, a miała być wczoraj. Subject: where is my order and the box?",
}


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def unwanted() -> None:
        raise AssertionError("the model was asked")

    monkeypatch.setattr(detection, "_identifier", None)
    monkeypatch.setattr(detection, "_read_model", unwanted)
    return iter(())


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize("code", SAID)
def test_a_text_full_of_a_languages_commonest_words_needs_no_model(code: str) -> None:
    assert detect(SAID[code]) == code


@pytest.mark.parametrize("code", OTHERS)
def test_a_text_with_none_or_a_few_of_them_is_left_to_the_model(code: str) -> None:
    assert detection._obvious(OTHERS[code]) == ""


def test_two_languages_in_one_text_are_left_to_the_model() -> None:
    assert detection._obvious(SAID["en"] + " " + SAID["de"]) == ""


def test_no_word_stands_for_two_languages() -> None:
    words = [word for said in detection._COMMON.values() for word in said.split()]
    assert len(words) == len(set(words))
