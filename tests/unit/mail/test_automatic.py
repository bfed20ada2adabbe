"""Machines and what they say: a bounce unseen leaves a customer without an answer, an auto-reply "
"taken for a person
stops a clock, and a customer taken for a machine waits for ever."""

from __future__ import annotations

import pytest

from csdesk.mail import auto_words, automatic, bounce
from csdesk.mail.parse import parse

HEAD = "From: {sender}\nTo: support@shop.example\nSubject: {subject}\nMessage-ID: <m1@x>\n"


def mail(
    sender: str = "ana@buyer.example", subject: str = "Hi", text: str = "Hello", extra: str = ""
) -> bytes:
    head = HEAD.format(sender=sender, subject=subject) + extra
    return (head + "Content-Type: text/plain; charset=utf-8\n\n" + text).encode()


AUTO_REPLIES = {
    "en": ("Automatic reply: Your order", "I am out of the office until Monday and will reply on my return."),
    "zh": ("自动回复：订单", "您好，您的邮件已收到，我会尽快给您回复。"),
    "zh-TW": ("自動回覆: 訂單", "我目前不在辦公室。"),
    "ja": ("自動返信：ご注文", "ただいま不在にしております。改めてご連絡いたします。"),
    "ko": ("부재중 알림", "현재 휴가 중입니다. 빠른 시일 내에 답변드리겠습니다."),
    "de": ("Abwesenheitsnotiz: Bestellung", "Ich bin bis zum 30.11. nicht im Büro."),
    "fr": ("Réponse automatique : commande", "Je suis actuellement absent, de retour le 30."),
    "es": ("Respuesta automática: pedido", "Estoy fuera de la oficina hasta el lunes."),
    "it": ("Risposta automatica: ordine", "Sono fuori ufficio fino al 30."),
    "pt": ("Resposta automática: pedido", "Estou de férias até dia 30."),
    "nl": ("Automatisch antwoord: order", "Ik ben afwezig tot 30 november."),
    "pl": ("Odpowiedź automatyczna: zamówienie", "Jestem na urlopie do 30 listopada."),
    "ru": ("Автоматический ответ: заказ", "Я нахожусь в отпуске до 30 ноября."),
    "sv": ("Autosvar: order", "Jag är på semester till den 30."),
    "da": ("Automatisk svar: ordre", "Jeg er på ferie til den 30."),
    "no": ("Fraværsmelding: ordre", "Jeg er ikke på kontoret til den 30."),
    "fi": ("Automaattinen vastaus: tilaus", "Olen lomalla 30. päivään asti."),
    "tr": ("Otomatik yanıt: sipariş", "Ofis dışındayım, en kısa sürede dönerim."),
    "ar": ("رد تلقائي: الطلب", "أنا حالياً خارج المكتب وسأرد في أقرب وقت."),
}


@pytest.mark.parametrize("language", sorted(AUTO_REPLIES))
def test_an_auto_reply_without_its_fields_is_known_by_subject_and_words(language: str) -> None:
    subject, text = AUTO_REPLIES[language]
    assert (
        parse(mail(subject=subject, text=text, extra="In-Reply-To: <q@shop.example>\n")).automatic
        == "auto-reply"
    )


@pytest.mark.parametrize("subject", [subject for subject, _text in AUTO_REPLIES.values()])
def test_the_cheap_look_misses_no_subject(subject: str) -> None:
    assert auto_words.may_be(subject) and auto_words.may_be(subject.upper())


PEOPLE = {
    "words alone": ("Order 1042", "I am out of the office on Monday, so send it on Tuesday."),
    "a subject alone": ("Automatic reply: your order", "My parcel is broken. Please send a new one."),
    "a question": ("Urlaub", "Ich bin im Urlaub bis 30.11. Können Sie später liefern?"),
    "an answer under an auto-reply": (
        "Re: 自动回复：订单",
        "谢谢，我等你们的回复。\n\n> 您的邮件已收到\n> 尽快回复",
    ),
    "an answer to our own automatic mail": (
        "Re: Automatic reply: Order 1042",
        "I will return the shoes on Monday, please send the label.",
    ),
    "a holiday in the subject": (
        "On vacation until Monday",
        "I am on leave and will return on Monday, deliver then.",
    ),
    "an answer with a German prefix": ("AW: Automatische Antwort", "Ich bin ab 3.12. wieder da."),
    "a long text": ("Out of office", "I am on leave and " + "my order is late. " * 100),
}


@pytest.mark.parametrize("case", sorted(PEOPLE))
def test_a_persons_mail_is_never_quiet(case: str) -> None:
    subject, text = PEOPLE[case]
    assert parse(mail(subject=subject, text=text)).automatic == ""


QMAIL = """Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<gone@buyer.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 No such user here
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

Return-Path: <support@shop.example>
Message-ID: <55.abc.0123456789abcdef@shop.example>
Subject: Your order
"""
BOUNCES = {
    "qmail": (mail("MAILER-DAEMON@mx.example.net", "failure notice", QMAIL), "unknown", "gone@buyer.example",
              "55.abc.0123456789abcdef@shop.example"),
    "Exchange": (
        mail("postmaster@corp.example", "Undeliverable: Your order",
             "Delivery has failed to these recipients or groups:\n\ngone@corp.example\nYour message "
             "wasn't delivered "
             "because the recipient's mailbox is full.\n\nDiagnostic information for administrators:\n\n"
             "Generating server: mail.corp.example\n\ngone@corp.example\n#550 5.2.2 "
             "STOREDRV.Deliver; mailbox full ##\n\n"
             "Original message headers:\n\nMessage-ID: <7.a.b@shop.example>\n"),
        "full", "gone@corp.example", "7.a.b@shop.example"),
    "Gmail": (
        mail("Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Failure)",
             "** Address not found **\n\nYour message wasn't delivered to gone@gmail.com because "
             "the address couldn't be "
             "found, or is unable to receive mail.\n\nThe response from the remote server was:\n\n"
             "550 5.1.1 The email account that you tried to reach does not exist.\n",
             "In-Reply-To: <8.a.b@shop.example>\nX-Failed-Recipients: gone@gmail.com\n"),
        "unknown", "gone@gmail.com", "8.a.b@shop.example"),
    "QQ": (
        mail("PostMaster@qq.com", "系统退信", "抱歉，您的邮件被退回来了……\n收件人：123456@qq.com\n"
             "退信原因：收件人邮箱空间不足，无法投递。\nhost mx3.qq.com said: 552 Mailbox full\n",
             "In-Reply-To: <9.a.b@shop.example>\n"),
        "full", "123456@qq.com", "9.a.b@shop.example"),
    "163": (
        mail("Postmaster@163.com", "系统退信/Systems bounce",
             "您的邮件被退回\n收件人：gone@163.com\n退信原因: 550 User not found: gone@163.com\n"),
        "unknown", "gone@163.com", None),
    "Exim": (
        mail("Mailer-Daemon@mx.example", "Mail delivery failed: returning message to sender",
             "This message was created automatically by mail delivery software.\n\nA message that "
             "you sent could not be "
             "delivered to one or more of its recipients.\n\n  gone@nowhere.example\n    "
             "Unrouteable address\n"),
        "domain", "gone@nowhere.example", None),
    "delayed": (
        mail("postmaster@corp.example", "Delivery delayed: Your order",
             "Delivery to the following recipients failed.\nThis message has not yet been "
             "delivered. No need to resend.\n"
             "slow@corp.example\n451 4.4.1 Connection timed out\nMessage-ID: <7.a.b@shop.example>\n"),
        "unreachable", "slow@corp.example", None),
}  # fmt: skip


@pytest.mark.parametrize("server", sorted(BOUNCES))
def test_a_bounce_without_a_report_says_who_and_why(server: str) -> None:
    raw, reason, recipient, about = BOUNCES[server]
    read = parse(raw)
    assert read.automatic == "bounce"
    told = bounce.explain(read.headers)
    assert told is not None
    assert (told.reason, told.recipient) == (reason, recipient)
    assert told.delayed == (server == "delayed")
    assert read.headers.get("failed-message-id") == about
    assert recipient in told.sentence and told.sentence.endswith(".")


@pytest.mark.parametrize(
    ("status", "diagnostic", "reason"),
    [
        ("5.1.1", "", "unknown"),
        ("5.1.2", "", "domain"),
        ("5.2.2", "", "full"),
        ("4.2.2", "452 over quota", "full"),
        ("5.3.4", "", "large"),
        ("5.7.1", "550 blocked using zen.spamhaus.org", "blocked"),
        ("5.7.1", "550 user unknown", "unknown"),
        ("5.7.26", "This mail is unauthenticated", "unproven"),
        ("5.0.0", "Host or domain name not found", "domain"),
        ("5.0.0", "550 5.1.1 user gone does not exist", "unknown"),
        ("4.4.1", "connect to mx: Connection timed out", "unreachable"),
        ("4.7.1", "Greylisting in action, please try again", "busy"),
        ("4.0.0", "", "busy"),
        ("5.0.0", "computer says no", "other"),
        ("", "收件人地址不存在", "unknown"),
    ],
)
def test_a_status_becomes_a_reason(status: str, diagnostic: str, reason: str) -> None:
    assert bounce.reason_of(status, diagnostic) == reason
    assert bounce.words(reason).endswith(".")


def test_what_people_write_about_bounces_is_no_bounce() -> None:
    text = "Hi, I wrote to you but got this:\n\n> Hi. This is the qmail-send program at x.\n\nWhat now?"
    assert parse(mail(subject="Undeliverable?", text=text)).automatic == ""
    assert parse(mail("postmaster@corp.example", "Invoice", "Our invoice is missing.")).automatic != "bounce"


def test_a_report_in_mime_is_explained_too() -> None:
    told = bounce.explain(
        {"failed-status": "4.2.2", "failed-action": "delayed", "failed-recipient": "a@b.example"}
    )
    assert told is not None and (told.reason, told.delayed, told.temporary) == ("full", True, True)
    assert bounce.explain({}) is None


NEWS = "List-Unsubscribe: <https://x.example/u>\nFeedback-ID: 1:2:3\n"


def test_newsletters_are_lists_and_markets_and_answers_are_not() -> None:
    assert parse(mail("news@brand.example", extra=NEWS)).automatic == "list"
    assert parse(mail("ana@brand.example", extra="List-Unsubscribe: <https://x.example/u>\n")).automatic == ""
    assert parse(mail("abc@members.ebay.com", extra=NEWS)).automatic == ""
    assert parse(mail("ana@brand.example", extra=NEWS + "In-Reply-To: <q@shop.example>\n")).automatic == ""


OWN = ("support@shop.example",)


@pytest.mark.parametrize(
    ("raw", "answered"),
    [
        (mail(), True),
        (mail(extra="X-Csdesk-Loop: support@shop.example\n"), False),
        (mail(extra="X-Csdesk-Loop: other@elsewhere.example\n"), True),
        (mail(extra="X-Loop: yes\n"), False),
        (mail(extra="X-Auto-Response-Suppress: OOF, AutoReply\n"), False),
        (mail(extra="X-Auto-Response-Suppress: DR, RN\n"), True),
        (mail(extra="Auto-Submitted: auto-replied\n"), False),
        (mail(extra="Return-Path: <>\n"), False),
        (mail("no-reply@carrier.example"), False),
        (mail("support@shop.example"), False),
        (mail("nobody"), False),
        (mail(extra="X-Spam-Flag: YES\n"), False),
        (mail(extra=NEWS), False),
    ],
)
def test_a_machine_answers_people_only(raw: bytes, answered: bool) -> None:
    assert automatic.may_answer(parse(raw), OWN) is answered


def test_our_own_mail_that_comes_back_is_known() -> None:
    assert automatic.looped(parse(mail(extra="X-Csdesk-Loop: Support@shop.example\n")), OWN)
    assert not automatic.looped(parse(mail()), OWN)


def test_a_shared_mailbox_is_no_mailing_list() -> None:
    group = "List-ID: <support.shop.example>\nPrecedence: list\n"
    assert automatic.own_list(parse(mail(extra=group)), OWN)
    assert automatic.own_list(
        parse(mail(extra="List-Post: <mailto:support@shop.example>\nList-ID: x\n")), OWN
    )
    assert not automatic.own_list(parse(mail(extra="List-ID: News <news.brand.example>\n")), OWN)
