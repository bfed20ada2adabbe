"""Replies in the customer's language, on both databases: what was seen is what leaves, what the agent wrote stays with
it, and only what a person put right is remembered."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from csdesk.bootstrap import Desk
from csdesk.domain.composed import Composed
from csdesk.domain.conversation import Draft
from csdesk.domain.memory import Remembered, Term
from csdesk.domain.ports import TranslationError
from csdesk.errors import Conflict, Refused, Usage
from csdesk.services.composing import Composing
from csdesk.services.translations import Translations
from tests.unit.services.both.engines import Engine
from tests.unit.services.both.shop import Channel, Shop

SPANISH = "Hola, quisiera saber dónde está mi pedido 4471-22. Gracias por su ayuda y un saludo."
OWN = "您的订单 4471-22 已经在路上了。请问您收到通知了吗?"
WORDS = {
    "您的订单 4471-22 已经在路上了。": "Su pedido 4471-22 está en camino.",
    "请问您收到通知了吗?": "¿Ha recibido usted el aviso?",
}


def says(text: str, target: str) -> str:
    return WORDS.get(text, f"<{target}> {text}") if target == "es" else f"<{target}> {text}"


def composing(desk: Desk, engine: Engine | None) -> Composing:
    return Composing(desk.context, Translations(desk.context, lambda: engine), lambda: engine)


def composed(desk: Desk, talk: int, text: str = OWN, engine: Engine | None = None) -> Composed:
    service = composing(desk, engine or Engine("zh-es", "es-zh", says=says))
    return service.compose(talk, text, service.way(talk, text=text))


def test_what_was_seen_leaves_and_the_own_words_stay_with_it(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH)
    made = composed(desk, talk)
    assert made.text == " ".join(WORDS.values()) and made.own == OWN
    assert [one.back for one in made.sentences] == [f"<zh> {one}" for one in WORDS.values()]
    made = made.edited(1, "¿Le llegó el aviso?")
    desk.replies.save_draft(
        Draft(talk, desk.agent.id, "reply", OWN, 1, shop.clock.now(), translate=True, made=made)
    )
    kept = desk.replies.draft(talk)
    assert kept is not None and kept.translate is True and kept.made is not None
    assert (kept.made.text, kept.made.sentences[1].origin) == (made.text, "edited")
    row = desk.replies.send(talk, OWN, made=kept.made)
    message = desk.inbox.thread(talk).messages[-1]
    assert (message.own_text, message.own_language, message.language) == (OWN, "zh", "es")
    assert message.visible_text == made.text
    shown = Translations(desk.context, lambda: None).lines([desk.inbox.row(talk)])
    assert shown == {talk: OWN}, "in the queue stands what the agent wrote"
    (own,) = desk.search.find("收到通知")
    assert (own.message, own.snippet) == (message.id, OWN), "it is found by the words that the agent wrote"
    (there,) = [hit for hit in desk.search.find("aviso") if hit.message == message.id]
    assert "aviso" in there.snippet
    channel = Channel()
    shop.send(channel)
    sent = message_from_bytes(channel.sent[0].raw, policy=policy.default).get_content()
    assert "4471-22" in sent and "Le lleg" in sent and "您的" not in sent
    near = desk.memory.suggest("请问您收到通知了吗?", "zh", "es")
    assert [one.remembered.target for one in near] == ["¿Le llegó el aviso?"]
    assert desk.memory.pairs() == [("zh", "es", 1)], "what the model wrote alone is not remembered"
    assert shop.rebuilt() == 0 and row.state == "queued"


def test_taken_back_it_is_the_own_text_with_its_translation(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH)
    made = composed(desk, talk)
    draft = desk.replies.undo_send(desk.replies.send(talk, OWN, made=made).id)
    assert (draft.text, draft.translate) == (OWN, True)
    assert draft.made is not None and draft.made.text == made.text
    with pytest.raises(Conflict, match="changed since"):
        desk.replies.send(talk, OWN + "!", made=made)
    desk.replies.discard_draft(talk)
    back = desk.drafts.restore(next(one.id for one in desk.drafts.all() if one.id))
    assert back.made is not None and back.made.text == made.text


def test_only_new_sentences_are_asked_for_and_edited_ones_stay(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH)
    engine = Engine("zh-es", "es-zh", says=says)
    service = composing(desk, engine)
    way = service.way(talk, text=OWN)
    first = service.compose(talk, OWN, way).edited(0, "Su pedido 4471-22 viaja.")
    engine.asked.clear()
    more = service.compose(talk, OWN + "\n\n再见，祝您愉快。", way, known=first.known())
    assert engine.asked == ["再见，祝您愉快。", "<es> 再见，祝您愉快。"]
    assert more.sentences[0].text == "Su pedido 4471-22 viaja." and more.sentences[0].origin == "edited"
    assert "\n\n<es> " in more.text


def test_text_in_the_customers_language_is_never_translated(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH)
    engine = Engine("zh-es", "es-zh", says=says)
    service = composing(desk, engine)
    way = service.way(talk)
    template = "Hola Ana:\n\nSu pedido está en camino y llegará pronto a su casa.\n\nUn saludo"
    assert service.compose(talk, template, way).text == template and engine.asked == []
    short = service.compose(
        talk, "Hola Ana:\n\n请问您收到通知了吗?\n\nUn saludo", way, template_language="es"
    )
    assert short.text == "Hola Ana:\n\n¿Ha recibido usted el aviso?\n\nUn saludo"
    assert [one.origin for one in short.sentences] == ["same", "model", "same"]


def test_memory_comes_first_and_what_is_like_it_is_only_offered(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH)
    for own, target in (
        ("您的订单 4471-22 已经在路上了。", "Su pedido 4471-22 va de camino."),
        ("请问您收到通知了吗朋友?", "¿Ha recibido usted el aviso, amigo?"),
    ):
        assert desk.memory.remember(own, target, "zh", "es")
    first, second = composed(desk, talk).sentences
    assert (first.text, first.origin) == ("Su pedido 4471-22 va de camino.", "memory")
    assert second.text == WORDS["请问您收到通知了吗?"] and second.origin == "model"
    assert second.offer == "¿Ha recibido usted el aviso, amigo?" and 85 <= second.offered < 100


def test_numbers_that_are_lost_and_words_of_the_trade_stop_it(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH)
    with desk.store.write() as tx:
        tx.terms.put(
            [Term("zh", "es", "订单", "orden", "forbidden"), Term("zh", "es", "订单", "pedido", "approved")]
        )
    wrong = {**WORDS, "您的订单 4471-22 已经在路上了。": "Su orden 4471 está en camino."}
    engine = Engine("zh-es", "es-zh", says=lambda text, target: wrong.get(text, text))
    made = composed(desk, talk, engine=engine)
    assert made.doubtful == (0,)
    found = desk.before.findings(talk, "", made=made)
    stops = {one.code for one in found if one.level == "stops"}
    assert {"term"} < stops and stops & {"unverified", "lost_number", "new_number"}
    term = next(one for one in found if one.code == "term")
    assert (made.text[term.start : term.end], term.fix) == ("orden", "pedido")
    good = composed(desk, talk)
    assert [one.code for one in desk.before.findings(talk, "", made=good) if one.level == "stops"] == []


def test_without_a_model_or_an_engine_a_sentence_says_why(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH)
    for engine in (None, Engine("de-zh")):
        way = composing(desk, engine).way(talk)
        assert way.usual and not way.open and "csdesk models install zh-es" in way.hint
    engine = Engine("zh-es")
    engine.fails = [TranslationError("engine_dead", "It died.")]
    with pytest.raises(Refused, match="It died"):
        composed(desk, talk, engine=engine)
    dead = TranslationError("engine_dead", "The translator died.")
    engine.before = lambda: engine.fails.append(dead) if engine.asked else None
    assert composed(desk, talk, engine=engine).sentences[0].back == "", "no way back is no failure"


def test_a_language_that_was_chosen_stays_until_undo(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH, id="a@x")
    assert desk.inbox.set_language(talk, "French") == "fr"
    shop.asked(SPANISH, id="b@x", In_Reply_To="<a@x>")
    thread = desk.inbox.thread(talk)
    assert (thread.language, thread.language_chosen) == ("fr", True)
    assert composing(desk, Engine()).way(talk).target == "fr"
    assert "language" in desk.inbox.undo()
    assert composing(desk, Engine()).way(talk).target == "es"
    assert desk.inbox.set_language(talk, "de") == "de" and desk.inbox.set_language(talk, "") == "es"
    with pytest.raises(Usage, match="klingonish"):
        desk.inbox.set_language(talk, "klingonish")
    assert shop.rebuilt() == 0


def test_a_remembered_sentence_gives_way_to_the_next_correction(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(SPANISH)
    desk.memory.remember("请问您收到通知了吗?", "¿Sí?", "zh", "es")
    made = composed(desk, talk).edited(1, "¿Le llegó el aviso?")
    desk.replies.send(talk, OWN, made=made)
    with desk.store.read() as tx:
        kept = [one for one in tx.memory.all() if isinstance(one, Remembered)]
    assert [one.target for one in kept] == ["¿Le llegó el aviso?"]
