"""What carriers say of parcels is translated once, kept by what it says, and never in the way, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from csdesk.bootstrap import Desk
from csdesk.domain.memory import Remembered
from csdesk.domain.orders import Order, Shipment, TrackingEvent
from csdesk.domain.ports import TranslationError
from csdesk.services.phrases import EVENTS, LONGEST, languages
from csdesk.services.translations import Translations
from tests.unit.services.both.engines import Engine
from tests.unit.services.both.shop import Shop

MADRID = "El paquete ha llegado al centro de Madrid"
LEFT = "El paquete 4471-22 ha salido del centro logístico"
CHINESE = "已离开处理中心"


def parcel(desk: Desk, number: str, *texts: str) -> None:
    """Ana's parcel, with what the carrier said of it, newest first."""
    with desk.store.write() as tx:
        events = tuple(
            TrackingEvent(tx.now - timedelta(hours=n), "in_transit", one, "Getafe")
            for n, one in enumerate(texts)
        )
        shipments = (Shipment(number, "Correos", "in_transit", events),)
        tx.orders.upsert(
            Order("csv", f"#{number}", "ana@buyer.example", "Ana", "EUR", Decimal(38), tx.now, country="ES",
                  shipments=shipments)
        )  # fmt: skip


def translations(desk: Desk, engine: Engine | None) -> Translations:
    return Translations(desk.context, lambda: engine)


def test_the_same_words_are_translated_once_whatever_parcel_they_are_said_of(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(id="a@x")
    parcel(desk, "P1", MADRID, LEFT)
    parcel(desk, "P2", MADRID)
    engine = Engine("es-zh")
    service = translations(desk, engine)
    feed = desk.changes()
    assert service.catch_up(lambda: True) is False
    assert sorted(engine.asked) == sorted([MADRID, LEFT])
    assert "Getafe" in engine.kept, "the names of places stay"
    told = [one for one in feed.wait(0) if one.kind == "translated"]
    feed.close()
    assert {one.conversation for one in told} == {talk}, "the screen that shows it hears of it"
    service.catch_up(lambda: True)
    parcel(desk, "P3", LEFT)
    translations(desk, engine).catch_up(lambda: True)
    assert len(engine.asked) == 2, "another process, another parcel: nothing is made twice"
    made = translations(desk, None).phrases.stored([MADRID, LEFT, "En reparto"])
    assert {one: found.text for one, found in made.items()} == {
        MADRID: f"<zh> {MADRID}",
        LEFT: f"<zh> {LEFT}",
    }


def test_what_the_agent_reads_and_what_nobody_can_tell_stays(desk: Desk, shop: Shop) -> None:
    shop.asked("12345", id="a@x")
    parcel(desk, "P1", CHINESE, "OK", "x" * (LONGEST + 1), "Accepted by the carrier of the parcel")
    engine = Engine("zh-zh", "en-es", "zh-es")
    translations(desk, engine).catch_up(lambda: True)
    assert sorted(engine.asked) == sorted([CHINESE, "Accepted by the carrier of the parcel"])
    assert translations(desk, None).phrases.stored([CHINESE]) == {}, "Lin reads Chinese"
    assert set(translations(desk, None).phrases.stored([CHINESE], "es")) == {CHINESE}


def test_a_parcel_of_a_customer_who_waits_for_nothing_is_left_alone(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(id="a@x")
    parcel(desk, "P1", *(f"El paquete ha llegado al centro número {n}" for n in range(EVENTS + 4)))
    desk.inbox.close(talk)
    engine = Engine("es-zh")
    translations(desk, engine).catch_up(lambda: True)
    assert engine.asked == []
    shop.asked("Hola, ¿dónde está?", id="b@x", In_Reply_To="<a@x>")
    translations(desk, engine).catch_up(lambda: True)
    assert len([one for one in engine.asked if "paquete" in one]) == EVENTS, "the newest of them"


def test_memory_is_asked_before_the_engine(desk: Desk, shop: Shop) -> None:
    shop.asked(id="a@x")
    parcel(desk, "P1", MADRID)
    with desk.store.write() as tx:
        tx.memory.put(Remembered("es", "zh", MADRID, "包裹已到达马德里中心"), None)
    engine = Engine("es-zh")
    service = translations(desk, engine)
    service.catch_up(lambda: True)
    assert MADRID not in engine.asked
    made = service.phrases.stored([MADRID])[MADRID]
    assert (made.text, made.engine) == ("包裹已到达马德里中心", "memory")


def test_an_engine_that_fails_leaves_what_the_carrier_said_and_is_asked_again_later(
    desk: Desk, shop: Shop
) -> None:
    shop.asked(id="a@x")
    parcel(desk, "P1", MADRID)
    engine = Engine("es-zh")
    engine.fails = [TranslationError("died", "The engine died.")]
    service = translations(desk, engine)
    assert service.catch_up(lambda: True) is False
    service.catch_up(lambda: True)
    assert engine.asked == [] and service.phrases.stored([MADRID]) == {}, "not at once"
    service.phrases._later.clear()
    service.catch_up(lambda: True)
    assert engine.asked == [MADRID]


def test_a_demonstration_models_words_give_way(desk: Desk, shop: Shop) -> None:
    shop.asked(id="a@x")
    parcel(desk, "P1", MADRID)
    translations(desk, Engine("es-zh", demo=True)).catch_up(lambda: True)
    assert translations(desk, None).phrases.stored([MADRID])[MADRID].demo
    full = Engine("es-zh", says=lambda text, _to: text.upper())
    translations(desk, full).catch_up(lambda: True)
    made = translations(desk, None).phrases.stored([MADRID])[MADRID]
    assert (made.demo, made.text) == (False, MADRID.upper())


def test_by_command_it_is_made_now_and_what_cannot_be_is_named(desk: Desk) -> None:
    engine = Engine("es-zh")
    made, why = translations(desk, engine).phrases.make([MADRID, CHINESE], "zh")
    assert (set(made), why) == ({MADRID}, "")
    made, why = translations(desk, None).phrases.make([MADRID, LEFT], "zh")
    assert set(made) == {MADRID} and "csdesk models install es-zh" in why
    engine.fails = [TranslationError("died", "The engine died.")]
    assert translations(desk, engine).phrases.make([LEFT], "zh") == ({}, "The engine died.")


def test_who_switched_translation_off_has_nothing_made(desk: Desk, shop: Shop) -> None:
    shop.asked(id="a@x")
    parcel(desk, "P1", MADRID)
    off = replace(desk.context.config.translation, engine="off")
    desk.context.config = replace(desk.context.config, translation=off)
    engine = Engine("es-zh")
    assert translations(desk, engine).catch_up(lambda: True) is False
    assert engine.asked == []


def test_short_words_are_taken_for_the_one_language_that_the_carrier_speaks() -> None:
    assert languages(("En reparto", MADRID))["En reparto"] == "es"
    mixed = languages(("En reparto", MADRID, "Accepted by the carrier of the parcel", CHINESE))
    assert (mixed["En reparto"], mixed[CHINESE]) == ("", "zh")
