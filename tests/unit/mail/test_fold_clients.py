"""The real-world forms of quotes and added signatures, one row per language and client. A missing row buries what a
customer wrote under what the shop wrote before."""

from __future__ import annotations

import pytest

from csdesk.domain.mail import visible_text
from csdesk.mail.fold import fold, levels

S = "Shop <support@shop.example>"
ATTRIBUTIONS = [
    ("en", "Gmail", f"On Sat, 21 Nov 2026 at 09:00, {S} wrote:"),
    ("en", "Apple Mail", f"On 21 Nov 2026, at 09:00, {S} wrote:"),
    ("en", "Yahoo", f"On Saturday, November 21, 2026 at 09:00:00 AM GMT+1, {S} wrote:"),
    ("en", "Thunderbird", "On 21/11/2026 09:00, Shop wrote:"),
    ("en", "163", 'At 2026-11-21 09:00:00, "Shop" <support@shop.example> wrote:'),
    ("en", "Yandex", '21.11.2026, 09:00, "Shop" <support@shop.example>:'),
    ("zh", "Gmail", "Shop <support@shop.example> 于2026年11月21日周六 09:00写道："),
    ("zh", "Gmail TW", "Shop <support@shop.example> 於 2026年11月21日 週六 上午9:00寫道："),
    ("zh", "Apple Mail", f"在 2026年11月21日，09:00，{S} 写道："),
    ("zh", "iPhone", f"2026年11月21日 09:00，{S} 写道："),
    ("zh", "163", '在 2026-11-21 09:00:00，"Shop" <support@shop.example> 写道：'),
    ("zh", "163 phone", "在2026年11月21日 09:00，Shop<support@shop.example> 写道："),
    ("zh", "Thunderbird", "在 2026/11/21 09:00, Shop 写道:"),
    ("zh", "Yahoo HK", f"於 2026年11月21日 星期六 上午09:00:00 [GMT+8]， {S} 寫道："),
    ("ja", "Gmail", f"2026年11月21日(土) 9:00 {S}:"),
    ("ja", "Apple Mail", f"2026/11/21 9:00、{S}のメール:"),
    ("ja", "Thunderbird", "2026/11/21 9:00 に Shop さんは書きました:"),
    ("ko", "Gmail", "2026년 11월 21일 (토) 오전 9:00, Shop <support@shop.example>님이 작성:"),
    ("ko", "Apple Mail", f"2026. 11. 21. 오전 9:00, {S} 작성:"),
    ("ko", "Thunderbird", "2026-11-21 오전 9:00에 Shop 이(가) 쓴 글:"),
    ("de", "Gmail", f"Am Sa., 21. Nov. 2026 um 09:00 Uhr schrieb {S}:"),
    ("de", "Apple Mail", f"Am 21.11.2026 um 09:00 schrieb {S}:"),
    ("de", "Yahoo", f"Am Samstag, 21. November 2026 um 09:00:00 MEZ hat {S} Folgendes geschrieben:"),
    ("de", "Thunderbird", "Am 21.11.26 um 09:00 schrieb Shop:"),
    ("de", "mailbox.org", f"{S} hat am 21.11.2026 09:00 CET geschrieben:"),
    ("fr", "Gmail", f"Le sam. 21 nov. 2026 à 09:00, {S} a écrit :"),
    ("fr", "Apple Mail", f"Le 21 nov. 2026 à 09:00, {S} a écrit :"),
    ("fr", "Yahoo", f"Le samedi 21 novembre 2026 à 09:00:00 UTC+1, {S} a écrit :"),
    ("es", "Gmail", "El sáb, 21 nov 2026 a las 9:00, Shop (<support@shop.example>) escribió:"),
    ("es", "Apple Mail", f"El 21 nov 2026, a las 9:00, {S} escribió:"),
    ("es", "Yahoo", f"En sábado, 21 de noviembre de 2026, 09:00:00 CET, {S} escribió:"),
    ("it", "Gmail", f"Il giorno sab 21 nov 2026 alle ore 09:00 {S} ha scritto:"),
    ("it", "Libero", f"Il 21/11/2026 09:00 CET {S} ha scritto:"),
    ("it", "Yahoo", f"Il sabato 21 novembre 2026 alle ore 09:00:00 CET, {S} ha scritto:"),
    ("pt", "Gmail", f"Em sáb., 21 de nov. de 2026 às 09:00, {S} escreveu:"),
    ("pt", "Gmail PT", f"{S} escreveu no dia sábado, 21/11/2026 à(s) 09:00:"),
    ("pt", "Apple Mail", f"No dia 21/11/2026, às 09:00, {S} escreveu:"),
    ("nl", "Gmail", f"Op za 21 nov 2026 om 09:00 schreef {S}:"),
    ("nl", "Apple Mail", f"Op 21 nov. 2026 om 09:00 heeft {S} het volgende geschreven:"),
    ("pl", "Gmail", f"sob., 21 lis 2026 o 09:00 {S} napisał(a):"),
    ("pl", "Thunderbird", "W dniu 21.11.2026 o 09:00, Shop pisze:"),
    ("pl", "Apple Mail", f"Wiadomość napisana przez {S} w dniu 21 lis 2026, o godz. 09:00:"),
    ("pl", "Onet", f"Dnia 21 listopada 2026 09:00 {S} napisał(a):"),
    ("ru", "Gmail", f"сб, 21 нояб. 2026 г. в 09:00, {S}:"),
    ("ru", "Mail.ru", f"Суббота, 21 ноября 2026, 9:00 +03:00 от {S}:"),
    ("ru", "Apple Mail", f"21 нояб. 2026 г., в 9:00, {S} написал(а):"),
    ("ru", "Yahoo", f"В суббота, 21 ноября 2026 г., 09:00:00 GMT+3, {S} написал(-а):"),
    ("ru", "Thunderbird", "21.11.2026 9:00, Shop пишет:"),
    ("sv", "Gmail", f"Den lör 21 nov. 2026 kl 09:00 skrev {S}:"),
    ("sv", "Apple Mail", f"21 nov. 2026 kl. 09:00 skrev {S}:"),
    ("sv", "Thunderbird", "Den 2026-11-21 kl. 09:00, skrev Shop:"),
    ("da", "Gmail", f"Den lør. 21. nov. 2026 kl. 09.00 skrev {S}:"),
    ("no", "Gmail", f"lør. 21. nov. 2026 kl. 09:00 skrev {S}:"),
    ("no", "Yahoo", f"På lørdag 21. november 2026 kl. 09:00:00 CET, skrev {S}:"),
    ("fi", "Gmail", "la 21. marrask. 2026 klo 9.00 Shop (support@shop.example) kirjoitti:"),
    ("fi", "Apple Mail", f"{S} kirjoitti 21.11.2026 kello 9.00:"),
    ("fi", "Yahoo", f"lauantai 21. marraskuuta 2026 klo 09.00.00 UTC+2 {S} kirjoitti:"),
    ("tr", "Gmail", f"{S}, 21 Kas 2026 Cmt, 09:00 tarihinde şunu yazdı:"),
    ("tr", "Apple Mail", f"{S} şunları yazdı (21 Kas 2026 09:00):"),
    ("tr", "Yahoo", f"21 Kasım 2026 Cumartesi 09:00:00 GMT+3 tarihinde, {S} şunu yazdı:"),
    ("ar", "Gmail", f"في السبت، 21 نوفمبر 2026 في 9:00 ص تمت كتابة ما يلي بواسطة {S}:"),
    ("ar", "Apple Mail", f"في ٢١ نوفمبر ٢٠٢٦، الساعة ٩:٠٠ ص، كتب {S}:"),
]
BARS = [
    ("en", "Zoho", f"---- On Sat, 21 Nov 2026 09:00:00 +0100 {S} wrote ----"),
    ("en", "Samsung", "-------- Original message --------"),
    ("en", "Proton", "------- Original Message -------"),
    ("en", "QQ", "------------------ Original ------------------"),
    ("zh", "QQ", "------------------ 原始邮件 ------------------"),
    ("zh", "163", "---- 回复的原邮件 ----"),
    ("zh", "Huawei", "-------- 原始邮件 --------"),
    ("ja", "Outlook", "-----元のメッセージ-----"),
    ("ko", "Naver", "-----Original Message-----"),
    ("ko", "Daum", "--------- 원본 메일 ---------"),
    ("ko", "Outlook", "-----원본 메시지-----"),
    ("de", "Samsung", "-------- Ursprüngliche Nachricht --------"),
    ("fr", "Samsung", "-------- Message d'origine --------"),
    ("es", "Samsung", "-------- Mensaje original --------"),
    ("it", "Samsung", "-------- Messaggio originale --------"),
    ("pt", "Samsung", "-------- Mensagem original --------"),
    ("nl", "Samsung", "-------- Oorspronkelijk bericht --------"),
    ("pl", "Samsung", "-------- Oryginalna wiadomość --------"),
    ("ru", "Samsung", "-------- Исходное сообщение --------"),
    ("sv", "Samsung", "-------- Originalmeddelande --------"),
    ("da", "Samsung", "-------- Oprindelig meddelelse --------"),
    ("no", "Samsung", "-------- Opprinnelig melding --------"),
    ("fi", "Samsung", "-------- Alkuperäinen viesti --------"),
    ("tr", "Samsung", "-------- Orijinal mesaj --------"),
    ("ar", "Samsung", "-------- الرسالة الأصلية --------"),
]
BLOCKS = [
    ("en", "Foxmail", "From: Shop|Date: 2026-11-21 09:00|To: ana@buyer.example|Subject: Order"),
    ("zh", "Foxmail", "发件人： Shop|发送时间： 2026-11-21 09:00|收件人： wang@buyer.example|主题： 订单"),
    ("zh", "Outlook TW", "寄件者: Shop|寄件日期: 2026年11月21日 9:00|收件者: Wang|主旨: 訂單"),
    ("ja", "Outlook", "差出人: Shop|送信日時: 2026年11月21日 9:00|宛先: Tanaka|件名: 注文"),
    (
        "ko",
        "Outlook",
        "보낸 사람: Shop|보낸 날짜: 2026년 11월 21일 토요일 오전 9:00|받는 사람: 김|제목: 주문",
    ),
    ("ko", "Daum", "보낸사람 : Shop|받는사람 : 김|날짜 : 2026년 11월 21일|제목 : 주문"),
    ("de", "Outlook", "Von: Shop|Gesendet: Samstag, 21. November 2026 09:00|An: Ana|Betreff: Bestellung"),
    ("fr", "Outlook", "De : Shop|Envoyé : samedi 21 novembre 2026 09:00|À : Ana|Objet : Commande"),
    ("es", "Outlook", "De: Shop|Enviado: sábado, 21 de noviembre de 2026 9:00|Para: Ana|Asunto: Pedido"),
    ("it", "Outlook", "Da: Shop|Inviato: sabato 21 novembre 2026 09:00|A: Ana|Oggetto: ordine"),
    ("pt", "Outlook", "De: Shop|Enviado: sábado, 21 de novembro de 2026 09:00|Para: Ana|Assunto: pedido"),
    ("nl", "Outlook", "Van: Shop|Verzonden: zaterdag 21 november 2026 09:00|Aan: Ana|Onderwerp: order"),
    ("pl", "Outlook", "Od: Shop|Wysłane: sobota, 21 listopada 2026 09:00|Do: Ana|Temat: zamówienie"),
    ("ru", "Outlook", "От: Shop|Отправлено: 21 ноября 2026 г. 9:00|Кому: Анна|Тема: заказ"),
    ("sv", "Outlook", "Från: Shop|Skickat: den 21 november 2026 09:00|Till: Ana|Ämne: order"),
    ("da", "Outlook", "Fra: Shop|Sendt: 21. november 2026 09:00|Til: Ana|Emne: ordre"),
    ("no", "Outlook", "Fra: Shop|Dato: lørdag 21. november 2026 09:00|Til: Ana|Emne: ordre"),
    (
        "fi",
        "Outlook",
        "Lähettäjä: Shop|Lähetetty: lauantai 21. marraskuuta 2026 9.00|Vastaanottaja: A|Aihe: tilaus",
    ),
    ("tr", "Outlook", "Kimden: Shop|Gönderildi: 21 Kasım 2026 Cumartesi 09:00|Kime: Ana|Konu: sipariş"),
    ("ar", "Outlook", "من: Shop|تم الإرسال: السبت، 21 نوفمبر 2026 09:00|إلى: Ana|الموضوع: طلب"),
]
DEVICES = [
    ("en", "Sent from my Galaxy"),
    ("en", "Get Outlook for Android<https://aka.ms/AAb9ysg>"),
    ("en", "Sent from Yahoo Mail for iPhone <https://mail.onelink.me/107872968?pid=NativePlacement>"),
    ("en", "Sent with Proton Mail secure email."),
    ("en", "Sent from Mail for Windows"),
    ("en", "Sent using Zoho Mail"),
    ("de", "Gesendet von Outlook für Android"),
    ("de", "Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet."),
    ("de", "Von meinem Samsung Galaxy Smartphone gesendet."),
    ("de", "Holen Sie sich Outlook für iOS<https://aka.ms/o0ukef>"),
    ("fr", "Envoyé depuis mon appareil Galaxy"),
    ("fr", "Télécharger Outlook pour Android"),
    ("fr", "Provenance : Courrier pour Windows"),
    ("es", "Enviado desde Yahoo Mail con Android"),
    ("es", "Obtener Outlook para iOS"),
    ("it", "Inviato da Outlook per Android"),
    ("it", "Inviato dal mio Galaxy"),
    ("pt", "Enviado do meu iPhone"),
    ("pt", "Enviado a partir do meu smartphone Samsung Galaxy."),
    ("pt", "Obter o Outlook para Android"),
    ("nl", "Verstuurd vanaf mijn iPhone"),
    ("nl", "Outlook voor Android downloaden"),
    ("pl", "Wysłane z iPhone'a"),
    ("pl", "Pobierz aplikację Outlook dla systemu Android"),
    ("ru", "Отправлено из мобильной Яндекс Почты"),
    ("ru", "Скачать Outlook для Android"),
    ("sv", "Skickat från min iPhone"),
    ("sv", "Skaffa Outlook för Android"),
    ("da", "Sendt fra min iPhone"),
    ("da", "Hent Outlook til Android"),
    ("no", "Få Outlook for iOS"),
    ("fi", "Lähetetty iPhonesta"),
    ("fi", "Hanki Outlook for Android"),
    ("tr", "iPhone’umdan gönderildi"),
    ("tr", "Android için Outlook'u edinin"),
    ("ar", "تم الإرسال من الـ iPhone"),
    ("ko", "나의 iPhone에서 보냄"),
    ("ko", "삼성 갤럭시 스마트폰에서 보냈습니다."),
    ("ja", "iPhoneから送信"),
    ("ja", "Outlook for Android を入手"),
    ("zh", "从我的 iPhone 发送"),
    ("zh", "發自我的 Samsung 手機"),
    ("zh", "来自我的华为手机"),
    ("zh", "获取适用于 iOS 的 Outlook"),
    ("zh", "發送自 Windows 的郵件"),
    ("zh", "发送自 网易邮箱大师"),
]
SAID = {
    "en": "It still has not arrived.", "zh": "包裹还没有收到。", "ja": "まだ届きません。",
    "ko": "아직 받지 못했습니다.",
    "de": "Es ist noch nicht da.", "fr": "Toujours rien reçu.", "es": "Sigue sin llegar.",
    "it": "Non è ancora arrivato.",
    "pt": "Ainda não chegou.", "nl": "Nog steeds niets.", "pl": "Nadal nie dotarło.", "ru": "Всё ещё не пришло.",
    "sv": "Det har inte kommit.", "da": "Den er ikke kommet.", "no": "Den har ikke kommet.", "fi": "Se ei ole tullut.",
    "tr": "Hâlâ gelmedi.", "ar": "لم يصل بعد.",
}  # fmt: skip


def seen(text: str, market: str = "") -> str:
    return visible_text(text, fold(text, market))


@pytest.mark.parametrize(("language", "client", "line"), ATTRIBUTIONS)
def test_the_quote_of_each_client_folds_with_its_line(language: str, client: str, line: str) -> None:
    said = SAID[language]
    assert seen(f"{said}\n\n{line}\n\n> old words\n>\n> and more") == said, client
    assert seen(f"{said}\n\n{line}\nold words\n\nand more") == said, client
    middle = line.index(" ", len(line) // 3) if " " in line[len(line) // 3 :] else 0
    if middle and language not in ("pt", "fi", "pl", "tr") and client != "iPhone":
        assert seen(f"{said}\n\n{line[:middle]}\n{line[middle + 1 :]}\n> old words") == said, client


@pytest.mark.parametrize(("language", "client", "bar"), BARS)
def test_all_below_the_bar_of_each_client_folds(language: str, client: str, bar: str) -> None:
    assert seen(f"{SAID[language]}\n\n{bar}\nShop\n\nold words") == SAID[language], client


@pytest.mark.parametrize(("language", "client", "block"), BLOCKS)
def test_the_header_block_of_each_client_folds(language: str, client: str, block: str) -> None:
    lines = block.replace("|", "\n")
    assert seen(f"{SAID[language]}\n\n{lines}\n\nold words") == SAID[language], client


@pytest.mark.parametrize(("language", "line"), DEVICES)
def test_what_an_app_adds_folds_as_a_signature(language: str, line: str) -> None:
    text = f"{SAID[language]}\n\n{line}"
    assert seen(text) == SAID[language]
    assert {quote.kind for quote in fold(text)} == {"signature"}


NOT_DEVICES = [
    "I sent from my side all the papers you asked for.",
    "Sent from my iPhone did not help, so I write again.",
    "Enviado el paquete, gracias",
    "我的手机坏了",
    "iPhone에서 결제했는데 주문이 없어요",
    "Hanki minulle uusi paketti",
    "Verzonden is het pakket nog niet.",
    "Skicka ett nytt paket",
]


@pytest.mark.parametrize("line", NOT_DEVICES)
def test_a_sentence_about_a_phone_is_no_signature(line: str) -> None:
    assert seen(f"Hello,\n{line}") == f"Hello,\n{line}"


def test_every_language_has_its_rows() -> None:
    for rows in (ATTRIBUTIONS, BARS, DEVICES):
        assert {row[0] for row in rows} >= set(SAID) - ({"no"} if rows is DEVICES else set())
    assert {row[0] for row in BLOCKS} == set(SAID)


FRAMES = {
    "Amazon": (
        "You have received a message from the Amazon buyer Ana.\n\nOrder ID: 111-2222222-3333333\n\n"
        "------------- Begin message -------------\n\nWhere is my item?\n\n"
        "------------- End message -------------\n\nFor your information: messages are kept.",
        "amazon",
        "Where is my item?",
    ),
    "Amazon read without its sender": (
        "x\n------------- Anfang der Nachricht -------------\nWo ist es?\n"
        "------------- Ende der Nachricht -------------",
        "",
        "Wo ist es?",
    ),
    "Amazon Japan": (
        "------------- メッセージはここから -------------\n届きません\n"
        "------------- メッセージはここまで -------------\nx",
        "amazon",
        "届きません",
    ),
    "Amazon with one bar": ("head\n------------- Message: -------------\nHello", "amazon", "Hello"),
    "one bar elsewhere": (
        "head\n------------- Begin message -------------\nHello",
        "",
        "head\n------------- Begin message -------------\nHello",
    ),
    "Amazon empty": (
        "------------- Begin message -------------\n\n------------- End message -------------\nfoot",
        "amazon",
        "------------- Begin message -------------\n\n------------- End message -------------\nfoot",
    ),
    "eBay": (
        "New message from: red_shoes_99 (12)\n\nIs it size 42?\nThanks\n\nReply <https://ebay.example/r>\n\n"
        "Item ID: 123456789012\nOrder number: 12-34567-89012\n\nEmail reference id: [#a05-x#]",
        "ebay",
        "Is it size 42?\nThanks",
    ),
    "Etsy": (
        "Margaret Quill sent you a message\n\nDoes it fit?\n\nReply on Etsy\nDownload the Etsy app",
        "etsy",
        "Does it fit?",
    ),
    "Etsy without words": ("JordonTheDash sent you a message\n\nView message", "etsy",
                           "JordonTheDash sent you a message\n\nView message"),
    "PGP signed": (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n-----BEGIN PGP SIGNATURE-----\n\nabc\n"
        "-----END PGP SIGNATURE-----",
        "",
        "Hello",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(FRAMES))
def test_only_the_buyers_words_stay_in_a_relays_frame(case: str) -> None:
    text, market, want = FRAMES[case]
    assert seen(text, market) == want
    assert {quote.kind for quote in fold(text, market)} <= {"frame"}


def test_a_quote_inside_a_frame_folds_too() -> None:
    text = "h\n------------- Begin message -------------\nYes.\n> old\n------------- End message -------------\nf"
    assert [(q.start, q.end, q.kind) for q in fold(text)] == [
        (0, 2, "frame"),
        (3, 4, "quote"),
        (4, 6, "frame"),
    ]


def test_levels_tell_who_answered_whom() -> None:
    text = f"new\n\nOn 2026-11-21 09:00, {S} wrote:\n> one\n>> two\n> one\nnew again"
    assert levels(text) == (0, 0, 1, 1, 2, 1, 0)
    outlook = "new\n\nFrom: A\nSent: 9:00\nTo: B\nSubject: c\n\none\n\nFrom: B\nSent: 8:00\nTo: A\nSubject: c\n\ntwo"
    assert levels(outlook) == (0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2)
    assert levels("hello") == (0,)
