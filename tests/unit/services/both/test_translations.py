"""What customers wrote is translated once, kept, and never in the way of the original, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import text

from csdesk.bootstrap import Desk
from csdesk.domain.memory import Remembered, Term
from csdesk.domain.ports import TranslationError
from csdesk.services.model_shelf import ModelShelf
from csdesk.services.translations import AT_ONCE, Translations
from tests.unit.services.both.engines import Engine
from tests.unit.services.both.shop import Shop

SPANISH = "Hola, quisiera saber dónde está mi pedido 4471-22. Gracias por su ayuda y un saludo."
GERMAN = "Guten Tag, wann kommt meine Bestellung? Ich habe noch nichts von Ihnen gehört und warte."


def translations(desk: Desk, engine: Engine | None) -> Translations:
    return Translations(desk.context, lambda: engine)


def test_a_customers_mail_is_translated_once_and_kept(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    engine = Engine("es-zh")
    service = translations(desk, engine)
    message = desk.inbox.thread(talk).messages[0]
    known = service.known((message,))
    assert (dict(known.made), known.todo, dict(known.hints)) == ({}, (message.id,), {})
    made = service.make((message,), urgent=True)[message.id]
    assert made.text.startswith("<zh> Hola,") and "4471-22" in made.text
    assert engine.urgent == [True] and "Ana" in engine.kept, "the customer's name stays as it is"
    again = translations(desk, None).known((message,))
    assert again.made == {message.id: made} and again.todo == ()
    assert service.lines([desk.inbox.row(talk)]) == {talk: made.text}


def test_own_words_notes_and_what_the_agent_reads_are_left_alone(desk: Desk, shop: Shop) -> None:
    talk = shop.asked("我的包裹什么时候能到？谢谢你们的帮助。", id="a@x")
    desk.replies.send(talk, "Hola, su pedido está en camino y llegará mañana por la tarde.")
    desk.replies.note(talk, "Hola, esto es una nota interna que nadie debe traducir.")
    engine = Engine("es-zh", "zh-zh", "en-zh")
    service = translations(desk, engine)
    thread = desk.inbox.thread(talk)
    assert service.known(thread.messages).todo == ()
    assert service.make(thread.messages) == {} and engine.asked == []


def test_only_what_is_not_folded_is_asked_for(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(f"{SPANISH}\n\nEl lunes, la tienda escribió:\n> Secreto de ayer\n> y más", id="a@x")
    engine = Engine("es-zh")
    translations(desk, engine).make(desk.inbox.thread(talk).messages)
    assert engine.asked and not any("Secreto" in one for one in engine.asked)


def test_a_missing_model_is_named_once_a_language_and_the_engine_is_not_asked(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    shop.asked(SPANISH + " Otra vez.", id="b@x", In_Reply_To="<a@x>")
    engine = Engine("de-zh")
    service = translations(desk, engine)
    first, last = desk.inbox.thread(talk).messages
    known = service.known((first, last))
    assert known.todo == () and list(known.hints) == [last.id]
    assert "csdesk models install es-zh" in known.hints[last.id]
    assert translations(desk, None).known((first,)).hints[first.id] == known.hints[last.id]
    assert service.make((first,)) == {} and engine.asked == []


def test_the_second_language_serves_until_the_first_has_a_model(desk: Desk, shop: Shop) -> None:
    with desk.store.write() as tx:
        tx.run(text("UPDATE agent SET languages = '[\"zh\",\"en\"]' WHERE name = 'Lin'"))
    desk.context._agent = None
    talk = shop.asked(SPANISH, id="a@x")
    message = desk.inbox.thread(talk).messages[0]
    service = translations(desk, Engine("es-zh"))
    assert service.targets == ("en", "zh"), "the interface's language first"
    assert service.make((message,))[message.id].target_language == "zh"
    better = translations(desk, Engine("es-zh", "es-en"))
    known = better.known((message,))
    assert known.made[message.id].target_language == "zh" and known.todo == (message.id,)
    assert better.make((message,))[message.id].target_language == "en"
    assert better.known((message,)).made[message.id].target_language == "en"


def test_a_demonstration_models_text_gives_way_and_a_good_one_never(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    message = desk.inbox.thread(talk).messages[0]
    demo = translations(desk, Engine("es-zh", demo=True))
    assert demo.make((message,))[message.id].demo and demo.known((message,)).todo == ()
    full = translations(desk, Engine("es-zh", says=lambda text, _to: text.upper()))
    assert full.known((message,)).todo == (message.id,)
    assert full.make((message,))[message.id].text == SPANISH.upper()
    kept = demo.make((message,))[message.id]
    assert (kept.demo, kept.text) == (False, SPANISH.upper())


def test_two_that_translate_one_message_agree_on_one(desk: Desk, shop: Shop) -> None:
    """Two processes: one wins, and both show the same."""
    talk = shop.asked(SPANISH, id="a@x")
    message = desk.inbox.thread(talk).messages[0]
    both = threading.Barrier(2, timeout=20)
    found = []

    def work(word: str) -> None:
        engine = Engine("es-zh", says=lambda text, _to: f"{word} {text}")
        engine.before = both.wait
        other = shop.desk_of("Lin")
        found.append(translations(other, engine).make((message,))[message.id])
        other.close()

    threads = [threading.Thread(target=work, args=(word,)) for word in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 2 and found[0] == found[1]
    with desk.store.read() as tx:
        events = tx.rows(text("SELECT count(*) FROM event WHERE kind = 'translated'"))
    assert events[0][0] == 1


def test_what_somebody_translated_before_is_asked_first(desk: Desk, shop: Shop) -> None:
    with desk.store.write() as tx:
        mine = Remembered("es", "zh", "Gracias por su ayuda y un  Saludo.", "谢谢。")
        assert tx.memory.put(mine, None) is True and tx.memory.put(mine, None) is False
        tx.terms.put([Term("", "", "Nordlicht", status="keep"), Term("es", "zh", "pedido", "订单")])
    talk = shop.asked("¿Dónde está mi Nordlicht? " + SPANISH, id="a@x")
    engine = Engine("es-zh")
    service = translations(desk, engine)
    made = service.make(desk.inbox.thread(talk).messages).popitem()[1]
    assert [one.origin for one in made.sentences] == ["model", "model", "memory"]
    assert made.sentences[-1].target == "谢谢。" and made.sentences[-1].score == 100
    assert "Gracias" not in "".join(engine.asked) and "Nordlicht" in engine.kept
    assert "pedido" not in engine.kept
    with desk.store.read() as tx:
        assert [one.uses for one in tx.memory.all("es", "zh")] == [1]
    alone = service.translate([mine.source], "es", "zh")[0]
    assert (alone.engine, alone.text) == ("memory", "谢谢。")


def test_an_engine_that_fails_leaves_the_original_and_a_sentence(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    message = desk.inbox.thread(talk).messages[0]
    engine = Engine("es-zh")
    engine.fails = [TranslationError("engine_dead", "The engine\x1b[31m ended.")]
    service = translations(desk, engine)
    assert service.make((message,)) == {}
    known = service.known((message,))
    assert known.todo == () and known.hints == {message.id: "The engine ended."}, "not at once again"
    assert service.catch_up(lambda: True) is False and engine.asked == []
    service._failed.clear()
    assert service.make((message,))[message.id].text


def test_one_message_that_kills_the_engine_takes_no_other_with_it(desk: Desk, shop: Shop) -> None:
    """Every other message ends translated, once, and the bad one keeps its original and a sentence."""
    talks = [shop.asked(SPANISH, id=f"m{n}@x", subject=f"s{n}") for n in range(4)]
    bad = shop.asked(SPANISH + " VENENO", id="bad@x", subject="bad")

    class Choking(Engine):
        def translate(self, texts, source, target, *, keep=(), urgent=False):  # type: ignore[no-untyped-def]
            if any("VENENO" in one for one in texts):
                raise TranslationError("engine_dead", "The engine ended.")
            return super().translate(texts, source, target, keep=keep, urgent=urgent)

    engine = Choking("es-zh")
    service = translations(desk, engine)
    for _n in range(3):
        assert service.catch_up(lambda: True) is False
    assert len(engine.asked) == len(talks), "each once"
    for talk in talks:
        assert service.stored(desk.inbox.thread(talk).messages)
    message = desk.inbox.thread(bad).messages[0]
    assert service.known((message,)).hints == {message.id: "The engine ended."}


def test_what_fails_again_is_tried_after_longer_and_longer_whiles(
    desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    message = desk.inbox.thread(talk).messages[0]
    engine = Engine("es-zh")
    engine.fails = [TranslationError("timeout", "Too slow."), TranslationError("timeout", "Too slow.")]
    service = translations(desk, engine)
    now = [1000.0]
    monkeypatch.setattr("csdesk.services.translations.time.monotonic", lambda: now[0])
    service.make((message,))
    now[0] += 59
    assert service.known((message,)).todo == ()
    now[0] += 2
    assert service.known((message,)).todo == (message.id,)
    service.make((message,))
    now[0] += 200
    assert service.known((message,)).todo == ()
    now[0] += 60
    assert service.make((message,))[message.id].text and service.known((message,)).hints == {}


def test_who_switched_translation_off_hears_nothing_of_it(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    config = desk.context.config
    desk.context.config = replace(config, translation=replace(config.translation, engine="off"))
    service = translations(desk, Engine("es-zh"))
    known = service.known(desk.inbox.thread(talk).messages)
    assert (dict(known.hints), known.todo) == ({}, ()) and service.catch_up(lambda: True) is False


def test_hostile_text_from_an_engine_is_harmless(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    engine = Engine("es-zh", says=lambda text, _to: f"\x1b]52;c;aGk=\x07{text}\u202e\u200b")
    made = translations(desk, engine).make(desk.inbox.thread(talk).messages).popitem()[1]
    assert "\x1b" not in made.text and "\u202e" not in made.text and "aGk" not in made.text


def test_what_came_in_is_translated_in_the_background_for_all_who_answer(desk: Desk, shop: Shop) -> None:
    talks = [shop.asked(SPANISH, id=f"m{n}@x", subject=f"s{n}") for n in range(AT_ONCE + 2)]
    german = shop.asked(GERMAN, id="de@x")
    closed = shop.asked(SPANISH, id="closed@x", subject="closed")
    desk.inbox.close(closed)
    engine = Engine("es-zh", "de-es")  # Lin reads Chinese, Mei Spanish
    service = translations(desk, engine)
    asked = [False]

    def once() -> bool:
        asked[0] = not asked[0]
        return asked[0]

    assert service.catch_up(once) is True, "something urgent came up, and more waits"
    assert len(engine.asked) == AT_ONCE
    assert service.catch_up(lambda: True) is False
    assert len(engine.asked) == AT_ONCE + 2 + 1
    with desk.store.read() as tx:
        done = tx.rows(text("SELECT message_id, language FROM message_translation"))
    assert len(done) == len(talks) + 1
    assert desk.inbox.thread(closed).messages[0].id not in {row[0] for row in done}
    mei = shop.desk_of("Mei")
    assert translations(mei, None).known(mei.inbox.thread(german).messages).made
    mei.close()


def test_a_message_takes_its_translations_along(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    message = desk.inbox.thread(talk).messages[0]
    translations(desk, Engine("es-zh")).make((message,))
    with desk.store.write() as tx:
        tx.run(text("DELETE FROM receipt"))
        tx.run(text("DELETE FROM acknowledgement"))
        tx.run(text("DELETE FROM message"))
        assert tx.rows(text("SELECT count(*) FROM message_translation"))[0][0] == 0


def test_the_queue_shows_the_translated_line_until_another_message_comes(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    service = translations(desk, Engine("es-zh"))
    line = service.make_rows([talk])[talk]
    assert line.startswith("<zh> Hola")
    shop.asked("¿Hay alguna novedad sobre mi pedido? Lo necesito para mañana.", id="b@x", In_Reply_To="<a@x>")
    assert service.lines([desk.inbox.row(talk)]) == {}
    assert service.make_rows([talk])[talk].startswith("<zh> ¿Hay")
    with desk.store.write() as tx:
        tx.run(text("DELETE FROM preview_translation"))
    assert service.make_rows([talk])[talk].startswith("<zh> ¿Hay"), "made again from what is stored"


@pytest.mark.parametrize("said", ["🎉🎉🎉", "12345", "👍 !!! 100 %"])
def test_what_says_nothing_is_not_translated(desk: Desk, shop: Shop, said: str) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    shop.asked(said, id="b@x", In_Reply_To="<a@x>")
    last = desk.inbox.thread(talk).messages[-1]
    service = translations(desk, Engine("es-zh"))
    assert service.known((last,)).todo == ()


def test_a_book_is_not_translated_unasked(desk: Desk, shop: Shop) -> None:
    talk = shop.asked((SPANISH + "\n") * 2400, id="a@x")
    message = desk.inbox.thread(talk).messages[0]
    engine = Engine("es-zh")
    service = translations(desk, engine)
    assert service.known((message,)).todo == () and "too long" in service.known((message,)).hints[message.id]
    assert service.catch_up(lambda: True) is False and engine.asked == []


def test_a_whole_file_is_remembered_at_once_and_the_last_word_holds(desk: Desk) -> None:
    first = [Remembered("es", "en", f"Frase número {n}.", f"Sentence {n}.") for n in range(300)]
    with desk.store.write() as tx:
        assert tx.memory.put_all(first) == 300
        assert tx.memory.put_all(first) == 0
        better = [replace(first[0], target="Sentence nought."), replace(first[0], target="Sentence zero.")]
        assert tx.memory.put_all([*better, Remembered("es", "de", "Frase número 0.", "Satz 0.")]) == 2
    with desk.store.read() as tx:
        assert tx.memory.same(["frase NÚMERO 0."], "es", "en").popitem()[1].target == "Sentence zero."
        assert tx.memory.pairs() == [("es", "de", 1), ("es", "en", 300)]
        assert tx.memory.near("Frase número 7!", "es", "en")
    with desk.store.write() as tx:
        mei = tx.accounts.agent("Mei")
        assert tx.memory.put(Remembered("es", "en", "Frase nueva.", "New one."), mei.id)
    with desk.store.read() as tx:
        assert [one.agent for one in tx.memory.all("es", "en")][-1] == "Mei"


def test_sentences_that_are_alike_are_found_among_many(desk: Desk) -> None:
    with desk.store.write() as tx:
        for n in range(120):
            other = Remembered(
                "es", "en", f"El artículo número {n} del catálogo cuesta {n + 3} euros.", f"no {n}"
            )
            tx.memory.put(other, None)
        tx.memory.put(
            Remembered("es", "en", "¿Cuándo llegará mi pedido 1042 a Madrid?", "When does 1042 come?"), None
        )
    from csdesk.domain.memory import matches

    asked = "¿Cuándo llegará mi pedido 2077 a Madrid?"
    with desk.store.read() as tx:
        found = matches(asked, tx.memory.near(asked, "es", "en"))
        assert (
            matches(
                "Quiero devolver la lámpara azul.",
                tx.memory.near("Quiero devolver la lámpara azul.", "es", "en"),
            )
            == ()
        )
        assert tx.memory.near(asked, "es", "zh") == []
    assert [(one.remembered.target, one.score >= 85, one.numbers) for one in found] == [
        ("When does 1042 come?", True, False)
    ]


def test_what_customers_write_says_which_models_are_needed(desk: Desk, shop: Shop) -> None:
    """Lost otherwise: the reason why a third of the mails is not translated. One agent reads Chinese, one Spanish."""
    shop.asked(SPANISH, id="a@x")
    shop.asked(SPANISH + " Otra vez.", id="b@x")
    shop.asked(GERMAN, id="c@x")
    shelf = ModelShelf(desk.context, lambda: desk.models, lambda: desk.model_index, lambda: Engine("es-zh"))
    found = [(one.pair, one.messages, one.incoming, one.met) for one in shelf.needs()]
    assert found == [
        ("zh-es", 2, False, False),
        ("de-es", 1, True, False),
        ("es-de", 1, False, False),
        ("de-zh", 1, True, False),
        ("zh-de", 1, False, False),
        ("es-zh", 2, True, True),
    ]
    shelf = ModelShelf(desk.context, lambda: desk.models, lambda: desk.model_index, lambda: None)
    assert not any(one.met for one in shelf.needs())
