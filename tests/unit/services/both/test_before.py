"""Doubts with the facts of a real conversation. Lost when this fails: reasons that are wrong about this customer."""

from __future__ import annotations

from csdesk.bootstrap import Desk
from csdesk.domain.before import STOPS
from tests.unit.services.both.shop import Shop

ASKED = "Hola, ¿dónde está mi pedido? No ha llegado el paquete y lo necesito para el lunes."
ENGLISH = "Thank you for your message. The parcel left our warehouse and it is on the way."


def codes(desk: Desk, conversation: int, text: str, **more: str) -> list[str]:
    return [one.code for one in desk.before.findings(conversation, text, **more)]  # type: ignore[arg-type]


def test_the_customers_last_words_tell_the_language(desk: Desk, shop: Shop) -> None:
    first = shop.asked(ASKED)
    [one] = desk.before.findings(first, ENGLISH)
    assert (one.code, one.level) == ("language", STOPS)
    assert codes(desk, first, "Hola: gracias por su mensaje. El paquete está en la oficina de correos.") == []


def test_a_promise_and_the_own_text_are_held_against_what_is_known(desk: Desk, shop: Shop) -> None:
    first = shop.asked(ASKED)
    text = "Hola: gracias por su mensaje. Hemos reembolsado el importe de 40 EUR."
    assert codes(desk, first, text) == ["promise"]
    assert codes(desk, first, text, own="您好，已退款 14 欧元。") == ["new_number", "promise"]


def test_a_market_has_its_words_and_own_files_count(desk: Desk, shop: Shop) -> None:
    assert len(desk.before.markets) >= 11 and desk.before.loaded.problems == ()
    first = shop.asked(ASKED)
    text = "Hola: gracias por su mensaje. No se admiten devoluciones en la tienda."
    assert codes(desk, first, text) == ["word"]
