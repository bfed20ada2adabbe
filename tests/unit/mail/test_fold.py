"""The rule book of folding: what is a quote, what is a signature, and what must stay in sight. A wrong row hides
what a customer wrote, or buries it under what the shop wrote."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csdesk.domain.mail import Quote, visible_text
from csdesk.mail.fold import fold, merge

ATTRIBUTIONS = [
    "On Sat, Nov 21, 2026 at 9:00 AM Shop <support@shop.example> wrote:",
    'At 2026-11-21 09:00:00, "Shop" <support@shop.example> wrote:',
    "Shop <support@shop.example> writes:",
    "在 2026年11月21日 星期六 09:00，Shop <support@shop.example> 写道：",
    "Shop <support@shop.example> 于2026年11月21日周六 09:00写道：",
    '在 2026-11-21 09:00:00，"Shop" <support@shop.example> 写道：',
    "Am Sa., 21. Nov. 2026 um 09:00 Uhr schrieb Shop <support@shop.example>:",
    "Shop <support@shop.example> schrieb am Sa., 21. Nov. 2026, 09:00:",
    "El sáb, 21 nov 2026 a las 9:00, Shop (<support@shop.example>) escribió:",
    "El 21/11/2026 a las 9:00, Shop escribió:",
    "Le sam. 21 nov. 2026 à 09:00, Shop <support@shop.example> a écrit :",
    "Le 21/11/2026 à 09:00, Shop a écrit\u00a0:",
    "Il giorno sab 21 nov 2026 alle ore 09:00 Shop <support@shop.example> ha scritto:",
    "Em sáb., 21 de nov. de 2026 às 09:00, Shop <support@shop.example> escreveu:",
    "Op za 21 nov 2026 om 09:00 schreef Shop <support@shop.example>:",
    "2026年11月21日(土) 9:00 Shop <support@shop.example>:",
    "сб, 21 нояб. 2026 г. в 09:00, Shop <support@shop.example>:",
    "21 ноября 2026 09:00 Shop пишет:",
    "Shop <support@shop.example>, 21 Kas 2026 Cmt, 09:00 tarihinde şunu yazdı:",
    "Den lör 21 nov. 2026 kl 09:00 skrev Shop <support@shop.example>:",
    "2026-11-21 09:00, Shop <support@shop.example>:",
]
BARS = [
    "-----Original Message-----",
    "---- Original Message ----",
    "-----Ursprüngliche Nachricht-----",
    "-----Mensaje original-----",
    "-----Message d'origine-----",
    "------------------ 原始邮件 ------------------",
    "------------------ Original ------------------",
    "------------------&nbsp;原始邮件&nbsp;------------------".replace("&nbsp;", "\u00a0"),
    "---- 回复的原邮件 ----",
]
BLOCKS = [
    ("From: Shop", "Sent: Saturday, November 21, 2026 9:00 AM", "To: Ana", "Subject: Order"),
    ("*From:* Shop", "*Date:* Saturday", "*To:* Ana", "*Subject:* Order"),
    ("Von: Shop", "Gesendet: Samstag, 21. November 2026 09:00", "An: Ana", "Betreff: Bestellung"),
    ("De: Shop", "Enviado: sábado, 21 de noviembre de 2026 9:00", "Para: Ana", "Asunto: Pedido"),
    ("De : Shop", "Envoyé : samedi 21 novembre 2026 09:00", "À : Ana", "Objet : Commande"),
    ("发件人: Shop", "发送时间: 2026年11月21日 9:00", "收件人: Ana", "主题: 订单"),
    ("寄件者: Shop", "寄件日期: 2026年11月21日 9:00", "收件者: Ana", "主旨: 訂單"),
    ("差出人: Shop", "送信日時: 2026年11月21日 9:00", "宛先: Ana", "件名: 注文"),
    ("От: Shop", "Отправлено: 21 ноября 2026 г. 9:00", "Кому: Ana", "Тема: заказ"),
    ("Gesendet: Samstag, 21. November 2026 um 09:00 Uhr", "Von: Shop", "An: Ana", "Betreff: Bestellung"),
    ("من: Shop", "تم الإرسال: السبت، 21 نوفمبر 2026 03:44", "إلى: Ana", "الموضوع: طلب"),
    ("Da: Shop", "Inviato: sabato 21 novembre 2026 09:00", "A: Ana", "Oggetto: ordine"),
]
DEVICES = [
    "Sent from my iPhone",
    "Get Outlook for iOS",
    "Von meinem iPhone gesendet",
    "Gesendet mit der GMX Mail App",
    "Enviado desde mi iPhone",
    "Envoyé de mon iPhone",
    "发自我的iPhone",
    "发自我的小米手机",
    "iPhoneから送信",
    "iPhone'umdan gönderildi",
    "الحصول على Outlook for Android",
    "Отправлено с iPhone",
]


def seen(text: str) -> str:
    return visible_text(text, fold(text))


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_the_line_above_a_quote_folds_with_it(line: str) -> None:
    assert seen(f"My answer.\n\n{line}\n\n> your words\n> more\n") == "My answer."


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_a_quote_without_marks_folds_to_the_end(line: str) -> None:
    assert seen(f"My answer.\n\n{line}\nyour words\n\nmore\n") == "My answer."


@pytest.mark.parametrize("line", [line for line in ATTRIBUTIONS if " " in line])
def test_an_attribution_that_the_mailer_wrapped_folds_whole(line: str) -> None:
    middle = line.index(" ", len(line) // 3)
    assert seen(f"My answer.\n\n{line[:middle]}\n{line[middle + 1 :]}\n> your words") == "My answer."


@pytest.mark.parametrize("bar", BARS)
def test_everything_below_an_original_message_bar_folds(bar: str) -> None:
    assert seen(f"My answer.\n\n{bar}\nFrom: Shop\n\nyour words") == "My answer."


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[0])
def test_the_header_block_of_outlook_folds_in_its_language(block: tuple[str, ...]) -> None:
    assert seen("My answer.\n\n" + "\n".join(block) + "\n\nyour words") == "My answer."
    ruled = "My answer.\n\n" + "_" * 32 + "\n" + "\n".join(block) + "\n\nyour words"
    assert seen(ruled) == "My answer."


@pytest.mark.parametrize("line", DEVICES)
def test_what_phones_add_folds_at_the_end_only(line: str) -> None:
    assert seen(f"My answer.\n\n{line}\n") == "My answer."
    assert seen(f"My answer.\n\n{line}\n\n> yours") == "My answer."
    assert seen(f"My answer.\n{line}\nis what it says.") == f"My answer.\n{line}\nis what it says."


STAYS = {
    "a sentence with a colon": "I ordered on Monday and Tom wrote:\nnothing arrived",
    "a sentence with a number and a colon": "On day 3 of the delay Tom wrote:\nnothing arrived",
    "a sentence with a date": "My order is late.\n\nOn 12.11.2026 Tom wrote:\nplease cancel",
    "the writer's own mail told again": "Hello,\nOn 12.11.2026 at 9:00 I wrote:\nplease cancel",
    "the same in German": "Hallo,\nAm 12.11.2026 um 9:00 schrieb ich Ihnen:\nBitte stornieren",
    "the same in Chinese": "你好\n在 2026年11月12日 9:00 我写道：\n请退款",
    "a list with labels": "From: Madrid\nTo: Lima\nplease ship it",
    "an address block": "My data:\n\nName: Ana\nPara: mi hermana\nDe: Ana\nTel: 123",
    "dashes as a list": "I need\n- shoes\n- socks\n--> today",
    "a face": "this is bad >_<\n>:( really",
    "a short rule": "one\n---\ntwo",
    "a forwarded mail": "see below\n\n---------- Forwarded message ---------\nFrom: C <c@x.example>\n"
    "Date: Fri, Nov 20, 2026\nSubject: held\nTo: Ana\n\nIt is held.",
    "only a quote": "> all\n> of it",
    "only a signature": "-- \nAna",
    "only a header block": "From: Shop\nSent: Saturday 9:00\nTo: Ana\nSubject: Order\n\nwords",
    "a long text under two dashes": "Hello\n--\n" + "\n".join(f"line {n}" for n in range(40)),
    "nothing": "",
}


@pytest.mark.parametrize("case", sorted(STAYS))
def test_what_the_customer_wrote_stays_in_sight(case: str) -> None:
    assert seen(STAYS[case]) == STAYS[case].strip()


def test_answers_between_quoted_lines_stay_in_sight() -> None:
    text = "Hi,\n\nOn 2026-11-21 09:00, Shop wrote:\n> Which size?\n42\n> Which colour?\n> And when?\n\nblue\ntoday"
    assert seen(text) == "Hi,\n\n42\n\nblue\ntoday"


def test_an_answer_below_the_quote_stays_in_sight() -> None:
    text = "On 2026-11-21 09:00, Shop wrote:\n> Which size?\n> Please tell.\n\nSize 42, thanks."
    assert seen(text) == "Size 42, thanks."


def test_a_signature_is_told_from_a_quote() -> None:
    text = "Yes.\n\n-- \nAna\nMadrid\n\nAm 21.11.2026 um 09:00 schrieb Shop <s@shop.example>:\n> ok?"
    assert fold(text) == (Quote(2, 6, "signature"), Quote(6, 8, "quote"))


def test_what_markup_and_words_show_becomes_one() -> None:
    text = "a\nb\nc\nd"
    assert merge(text, (Quote(2, 3),), (Quote(3, 4),)) == (Quote(2, 4),)
    assert merge(text, (Quote(2, 3),), ()) == (Quote(2, 3),)
    assert merge(text, (Quote(2, 3),), (Quote(0, 4),)) == (Quote(2, 3),)


LINES = st.sampled_from(
    ["", "hello", "> q", ">> qq", "-- ", "Ana", *ATTRIBUTIONS, *BARS, *BLOCKS[0], "_" * 32]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=12))
def test_ranges_are_ordered_apart_and_never_take_all(lines: list[str]) -> None:
    text = "\n".join(lines)
    quotes = fold(text)
    last = 0
    for quote in quotes:
        assert last <= quote.start < quote.end <= len(lines)
        last = quote.end
    hidden = {line for quote in quotes for line in range(quote.start, quote.end)}
    if quotes:
        assert any(line.strip() for number, line in enumerate(lines) if number not in hidden)
