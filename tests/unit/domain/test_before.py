"""Doubts about a reply before it goes. Lost when this fails: a customer reads an insult, a wrong number, half a text in
a foreign language; or an agent is held up for nothing and stops reading the reasons."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from csdesk.domain import before
from csdesk.domain.before import Finding, Reply, findings, fixed, guess
from csdesk.domain.orders import Order, Shipment

AT = datetime(2026, 11, 25, tzinfo=UTC)
ORDER = Order("shopify", "#1042", "ana@x.example", "ANA LÓPEZ", "EUR", Decimal(40), AT)


def found(text: str, code: str = "", **fields: object) -> list[Finding]:
    return [one for one in findings(Reply(text, **fields)) if code in ("", one.code)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Thank you for your message. The parcel left our warehouse and it is on the way.", "en"),
        ("Vielen Dank für Ihre Nachricht. Das Paket ist noch nicht bei uns angekommen.", "de"),
        ("Merci pour votre message. Le colis n'est pas encore arrivé dans notre entrepôt.", "fr"),
        ("Gracias por su mensaje. El paquete no ha llegado y está en la oficina de correos.", "es"),
        ("Grazie per il suo messaggio. Il pacco non è ancora arrivato nel nostro magazzino.", "it"),
        ("Obrigado pela sua mensagem. O pedido já foi enviado e não está no nosso armazém.", "pt"),
        ("Спасибо за сообщение. Посылка уже в пути.", "ru"),
        ("您好，您的包裹已经在路上了。", "zh"),
        ("お問い合わせありがとうございます。商品は発送済みです。", "ja"),
        ("شكرًا لرسالتك. الطرد في الطريق إليك.", "ar"),
        ("OK", ""),
        ("RB123456785CN", ""),
        ("🙂", ""),
        ("", ""),
        ("Nordlicht Versand", ""),
    ],
)
def test_a_language_is_told_or_nothing_is_said(text: str, wanted: str) -> None:
    assert guess(text) == wanted


def test_another_language_than_the_customers_stops_unless_it_was_chosen() -> None:
    text = "Thank you for your message. The parcel left our warehouse and it is on the way."
    [one] = found(text, customer_language="es")
    assert (
        (one.code, one.level) == ("language", before.STOPS) and "en" in one.sentence and "es" in one.sentence
    )
    [one] = found(text, customer_language="es", language="en", chosen=True)
    assert one.level == before.WARNS
    for customer in ("en", "en-GB", ""):
        assert found(text, customer_language=customer) == []
    assert found("Ok", customer_language="es") == [], "too little to judge"


@pytest.mark.parametrize(
    ("text", "language", "part"),
    [
        (
            "Gracias por su mensaje. El paquete está en la oficina de correos. 我们已经联系了快递公司。",
            "es",
            "我们已经联系了快递公司。",
        ),
        (
            "Gracias por su mensaje. El paquete está en la oficina. Please let us know when you have received it. "
            "No ha llegado aún.",
            "es",
            "Please let us know when you have received it.",
        ),
        (
            "您好，包裹已经寄出。Please let us know when you have received it. 谢谢您的理解。",
            "zh",
            "Please let us know",
        ),
        ("Спасибо за сообщение. Посылка уже в пути. 请您放心，我们会处理的。", "ru", "请您放心"),
    ],
)
def test_a_part_left_in_another_language_stops(text: str, language: str, part: str) -> None:
    [one] = found(text, "untranslated", customer_language=language)
    assert found(text, "language", customer_language=language) == [], "once is enough"
    assert one.level == before.STOPS and text[one.start : one.end].startswith(part)


def test_an_address_a_name_and_the_customers_own_words_are_no_untranslated_part() -> None:
    text = "Thank you for your message. Please send it back to this address:\n"
    text += "深圳市南山区科技园\nWe are glad to help you."
    [one] = found(text, "untranslated")
    assert one.level == before.WARNS, "it may be meant"
    assert found("Vielen Dank für Ihre Nachricht zu dem Artikel „Keep Calm and Carry On“.") == []
    asked = "Where is my parcel, why has it not been sent to me?"
    quoted = f"Vielen Dank für Ihre Nachricht.\n{asked}\nDas Paket ist noch nicht bei uns."
    assert found(quoted, "untranslated", asked=asked, customer_language="de") == []
    assert len(found(quoted, "untranslated", customer_language="de")) == 1


def test_numbers_are_held_against_the_agents_own_text() -> None:
    own = "您的订单 10428 共 12.50 欧元，3 天内寄出。"
    right = "Su pedido 10428 por 12,50 EUR sale en tres días."
    assert found(right, own=own, customer_language="es") == []
    text = right.replace("10428", "10482")
    [one] = found(text, own=own)
    assert (one.code, one.level, one.fix) == ("new_number", before.STOPS, "10428")
    assert fixed(text, one) == right
    [lost] = found("Su pedido por 12,50 EUR sale en tres días.", own=own)
    assert lost.code == "lost_number" and "10428" in lost.sentence and lost.start == lost.end
    assert found(text) == [], "what was not translated has nothing to be held against"


@pytest.mark.parametrize(
    ("text", "word", "fix"),
    [
        (
            "Vielen Dank für Ihre Nachricht. Wir senden dir das Paket und bitten Sie um Geduld.",
            "dir",
            "Ihnen",
        ),
        (
            "Vielen Dank, dass Sie uns schreiben. Hast du das Paket nicht bekommen, das ist schade?",
            "du",
            None,
        ),
        ("Merci pour votre message. Nous avons envoyé ton colis et tes articles à vous.", "tes", "vos"),
        ("Gracias por su mensaje, usted no ha recibido el paquete. Tu pedido está en camino.", "Tu", "Su"),
        ("Спасибо за ваше письмо. Твой заказ уже в пути, мы вам сообщим.", "Твой", "Ваш"),
        ("您好，感谢您的来信。你的包裹已经寄出，请您放心。", "你", "您"),
        ("お問い合わせありがとうございます。商品は発送した。ご確認いただけると幸いです。", "した", None),
    ],
)
def test_two_forms_of_address_in_one_text_are_told(text: str, word: str, fix: str | None) -> None:
    [one] = found(text, "register")
    assert (text[one.start : one.end], one.fix, one.level) == (word, fix, before.WARNS)


@pytest.mark.parametrize(
    "text",
    [
        "Vielen Dank für deine Nachricht. Wir haben dir das Paket gesendet, und du bekommst es bald.",
        "Vielen Dank für Ihre Nachricht. Ihr Paket ist da. Sie wurde heute zugestellt.",
        "您好，您的迷你音箱已经寄出，请您放心。",
        "お世話になっております。商品を発送いたしました。よろしくお願いいたします。",
        "Le rendez-vous est pris et le colis est à vous dans notre magasin.",
    ],
)
def test_one_form_of_address_is_no_finding(text: str) -> None:
    assert found(text, "register") == []


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("Thank you so much!!!", "Thank you so much!"),
        ("您好！！！", "您好！"),
        ("Have you seen it?!!", "Have you seen it?"),
        ("PLEASE WAIT until it is there.", "Please wait until it is there."),
        ("We cannot do that, PLEASE UNDERSTAND.", "We cannot do that, please understand."),
    ],
)
def test_shouting_is_calmed(text: str, fix: str) -> None:
    [one] = found(text, "shouting")
    assert fixed(text, one) == fix


@pytest.mark.parametrize(
    "text",
    [
        "DHL and USPS have it.", "Please write to ANA LÓPEZ about it.", "MAIN STREET 12\nNEW YORK NY 10001",
        "The code is ABCD EFGH 1234.", "Is it there? Yes!", "好的！",
    ],
)  # fmt: skip
def test_capitals_that_belong_there_shout_at_nobody(text: str) -> None:
    assert found(text, "shouting", names=("Ana López",)) == []


REFUNDED = replace(ORDER, payment="refunded")
COMING = replace(ORDER, shipments=(Shipment("R1", "DHL", "in_transit", eta_to=AT),))


@pytest.mark.parametrize(
    ("text", "backing"),
    [
        ("Thank you for your patience. We have refunded the full amount to you.", REFUNDED),
        ("Vielen Dank für Ihre Geduld. Wir haben Ihnen den Betrag erstattet.", REFUNDED),
        ("Gracias por su mensaje. Hemos reembolsado el importe de su pedido.", REFUNDED),
        ("Merci pour votre patience. Nous vous rembourserons le montant de la commande.", REFUNDED),
        ("Grazie per il suo messaggio. Abbiamo rimborsato il suo ordine.", REFUNDED),
        ("Obrigado pela sua mensagem. Reembolsamos o valor do seu pedido.", REFUNDED),
        ("Спасибо за ожидание. Мы вернули вам деньги.", REFUNDED),
        ("您好，我们已经为您退款，请您查收。", REFUNDED),
        ("ご連絡ありがとうございます。ご返金いたしました。", REFUNDED),
        ("The parcel is on its way and it will arrive on Friday.", COMING),
        ("Das Paket ist auf dem Weg und wird am Freitag bei Ihnen ankommen.", COMING),
        ("El paquete está en camino y llegará el 4 de diciembre.", COMING),
        ("Le colis est en route et il arrivera demain.", COMING),
        ("您的包裹明天会送到，请您留意。", COMING),
        ("お荷物は明日お届けいたします。", COMING),
        ("Посылка уже в пути, она придёт завтра.", COMING),
    ],
)
def test_a_promise_needs_an_order_that_backs_it(text: str, backing: Order) -> None:
    [one] = found(text, "promise")
    assert one.level == before.WARNS and "no order is linked" in one.sentence
    [one] = found(text, "promise", orders=(ORDER,))
    assert "linked order" in one.sentence
    assert found(text, "promise", orders=(ORDER, backing)) == []


@pytest.mark.parametrize(
    "text",
    [
        "A refund usually takes five days and the bank decides when you see it.",
        "It will probably arrive on Friday, as far as the carrier says.",
        "Das Paket kommt voraussichtlich am Freitag bei Ihnen an, das ist nicht sicher.",
        "退款通常需要五个工作日，请您耐心等待。",
        "Please tell us if you have not received it by Friday.",
    ],
)
def test_what_is_only_expected_or_explained_is_no_promise(text: str) -> None:
    assert found(text, "promise") == []


@pytest.mark.parametrize(
    "part",
    [
        "!",
        "?",
        "!?",
        "A",
        "A B ",
        "wir haben ",
        "你",
        "12.3 ",
        "1 jan ",
        "will a b ",
        "\n",
        " ",
        ". ",
        "de ",
        "⟦1⟧",
        "@",
    ],
)
@pytest.mark.real
def test_no_text_takes_long(part: str) -> None:
    """Regular expressions hold everything else up while they look: a slow one freezes the screen."""
    text = (part * before.LONGEST)[: before.LONGEST - 6] + " 1 jan"
    since = time.process_time()
    for language in ("de", "en", "zh"):
        findings(Reply(text, language, language))
    assert time.process_time() - since < 6


def test_what_stops_comes_first_and_places_lie_in_the_text() -> None:
    text = "Hola!!! Gracias por su mensaje, el paquete no ha llegado. 我们已经联系了快递公司。"
    both = found(text, customer_language="es")
    assert [one.level for one in both] == [before.STOPS, before.WARNS]
    assert all(0 <= one.start <= one.end <= len(text) for one in both)
    assert findings(Reply("!" * (before.LONGEST + 1))) == ()
