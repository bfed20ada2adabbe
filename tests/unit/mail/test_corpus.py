"""Mails as they really come, and what must be read in them. A row that fails is a customer misread.

The files keep their exact bytes (charsets, line ends), so they are not to be edited with a text editor.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from csdesk.domain.mail import visible_text
from csdesk.mail.parse import parse
from tests.unit.mail import corpus_head, corpus_mime, corpus_talk, corpus_text
from tests.unit.mail.corpus_want import Want

CORPUS = Path(__file__).parent / "corpus"


UNSAID: dict[str, Any] = dict.fromkeys(("subject", "name", "sender", "inline", "protection", "kinds"))


def older(text: str, **more: Any) -> Want:
    """A row that says nothing about subject and sender unless it names them."""
    return Want(text, **(UNSAID | more))


ORIGINAL = ("original.eml",)
WANTED = {
    "all-quoted": older("> only this\n> came back"),
    "alternative-empty-plain": older("The real text is hére."),
    "apple-de": older("Danke!", folded=4),
    "ascii-label-gbk-bytes": older("你好，我的包裹还没有收到，请帮忙查询一下物流信息。"),
    "attachment-names": older(
        "Seven files.",
        files=(
            "发票 1.pdf",
            "发票 1 (2).pdf",
            "passwd",
            "foto.jpg",
            "invoicefdp.exe",
            "bashrc",
            "attachment-7.jpg",
        ),
    ),
    "big5": older("請問包裹到哪裡了？", subject="訂單查詢"),
    "binary-garbage": older("", subject="", files=ORIGINAL, broken=True),
    "bounce-delayed": older(
        "This is a warning only.",
        automatic="bounce",
        files=("delivery-status.txt", "attachment-2.txt"),
    ),
    "bounce-postfix": older(
        "I'm sorry to have to inform you that your message could not be delivered.",
        name="Mail Delivery System",
        automatic="bounce",
        files=("delivery-status.txt", "Your order.eml"),
    ),
    "calendar-only": older(
        "Pick up the return, gate 4\n2026-11-23 09:00 (Europe/Madrid) - 2026-11-23 10:00 (Europe/Madrid)\nWarehouse",
        files=("attachment-1.ics",),
    ),
    "cid-image": older("It is broken: [image]", files=("photo.png", "other.png")),
    "damaged-base64": older("Hello, where is my order?", files=ORIGINAL, broken=True),
    "empty": older("", subject="", files=ORIGINAL, broken=True),
    "enclosed-mail": older("See the attached mail.", files=("Parcel _ held.eml",)),
    "encoded-comma-in-name": older("Hi", name="Ruiz, Ana <ceo@shop.example>", sender="ana@buyer.example"),
    "encrypted-pgp": older("", files=("attachment-1.bin", "encrypted.asc", "original.eml"), broken=True),
    "flowed": older(
        "This is one long paragraph that was softly wrapped by the mailer.\nSecond line.",
        folded=3,
    ),
    "forward-stays-visible": older(
        "Please check this.\n\n---------- Forwarded message ---------\nFrom: Carrier <c@post.example>\n"
        "Date: Fri, Nov 20, 2026 at 8:00 AM\nSubject: tracking\nTo: <ana@buyer.example>\n\n"
        "Parcel RB123456785GB is held.",
    ),
    "foxmail-zh": older("请尽快处理。", subject="回复: 订单", folded=6),
    "gb2312-is-gb18030": older("我姓嫎，订单 1042。", subject="订单嫎", name="嫎先生"),
    "gmail-en-wrapped": older("Still nothing here.\n\nTom", name="Tom Baker", folded=4),
    "gmail-es-wrapped": older(
        "Hola, sigo esperando el paquete 1042.\n\nGracias",
        subject="¿Dónde está mi pedido?",
        name="Ana María Ruiz",
        sender="ana@buyer.example",
        folded=7,
    ),
    "gmail-fr": older("Merci beaucoup", folded=3),
    "gmail-ja": older("ありがとうございます。", folded=3),
    "gmail-ru": older("Спасибо, жду.", folded=3),
    "gmail-zh": older("你好，包裹还没到。", subject="订单 1042 物流", name="王小明", folded=3),
    "hostile-text": older(
        "First link line\nSecond txet hidden e\u0301\u0301\u0301\nThird  [@click=app.quit]x[/]",
        subject="Hi [bold] a\u0301\u0301\u0301",
        name="Eve gnp.exe",
    ),
    "html-gmail-quote": older("Where is it?", folded=5),
    "html-in-plain": older("Sent by a shop app"),
    "html-only": older(
        "Hello,\nmy order 1042 is late.\n\nSee the tracking page <https://track.example/p?id=1&x=2> or shop.example."
        "\n\nclick\nItem  Shoes\nSize  42"
    ),
    "html-outlook-divider": older("It arrived broken – see photo.", folded=4),
    "inline-answers": older("Size 42.\n\n\nBlue, please.", folded=3),
    "iso-2022-jp-raw": older("荷物はどこですか。", subject="注文について", name="田中"),
    "iso-2022-jp-vendor": older("①注 1042"),
    "koi8-r": older("Здравствуйте, где мой заказ?", subject="Где мой заказ?"),
    "ks-c-5601": older("언제 도착하나요? 똠방", subject="배송 문의"),
    "latin1-is-windows-1252": older("Das kostet 20 € – zu viel für „neu“."),
    "mailing-list": older("News for all.", automatic="list"),
    "mbox-from-line": older("Hello", subject="From a file", sender="ana@buyer.example"),
    "multipart-without-boundary": older("Can you still read this?", files=ORIGINAL, broken=True),
    "no-header": older("just some words\nand more of them", subject="", files=ORIGINAL, broken=True),
    "nonsense-date-no-id": older("Hello?", subject="Hi"),
    "outlook-de": older(
        "Guten Tag,\n\ndas Paket ist beschädigt.\n\nMit freundlichen Grüßen\nJürgen Groß",
        name="Jürgen Groß",
        folded=7,
    ),
    "outlook-en-bar": older("Any news?", folded=8),
    "outlook-es": older("No ha llegado.", folded=7),
    "outlook-fr": older("Bonjour, toujours rien.", name="Chloé", folded=8),
    "qq-original-gb18030": older("还要等多久？", subject="回复：订单延误", name="李娜", folded=7),
    "raw-gbk-headers": older("退款什么时候到？", subject="退款什么时候到", name="王小明"),
    "raw-utf8-headers": older(
        "Die Größe passt nicht.", subject="Größe falsch – Bestellung 1042", name="Zoë Müller"
    ),
    "read-receipt": older("Your message was read.", automatic="auto-reply", files=("attachment-1.txt",)),
    "shift-jis": older("返品したいです～①", subject="返品"),
    "signature": older("Do you ship to Chile?", folded=4),
    "suppress-is-not-automatic": older("A person wrote this.", automatic=""),
    "truncated-multipart": older("The photo is attached.", files=("photo.png", "original.eml"), broken=True),
    "unknown-8bit": older("¿Cuándo llega mi paquete? Está atrasado."),
    "utf8-label-latin1-bytes": older("Le colis est abîmé, je préfère être remboursé."),
    "vacation": older("I am away.", automatic="auto-reply"),
    "windows-1251-unlabelled": older(
        "Здравствуйте! Подскажите, пожалуйста, где сейчас находится моя посылка? "
        "Трек-номер не отслеживается уже две недели. Спасибо."
    ),
    "words-cut-apart": older("x", subject="你好世界 Hello World"),
    "zh-zai-xiedao": older("收到，谢谢！", sender="wang@buyer.example", folded=4),
}


WANTED |= corpus_mime.ROWS | corpus_text.ROWS | corpus_head.ROWS | corpus_talk.ROWS


def source(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def test_every_mail_of_the_corpus_has_its_row() -> None:
    assert {path.stem for path in CORPUS.glob("*.eml")} == set(WANTED)
    assert len(WANTED) >= 150


@pytest.mark.parametrize("name", sorted(WANTED))
def test_what_the_agent_reads(name: str) -> None:
    want, mail = WANTED[name], parse(source(name))
    assert visible_text(mail.text, mail.quotes) == want.text
    assert want.subject is None or mail.subject == want.subject
    assert want.name is None or mail.sender.name == want.name
    assert want.sender is None or mail.sender.address == want.sender
    assert tuple(part.name for part in mail.attachments) == want.files
    assert mail.automatic == want.automatic
    assert bool(mail.broken) == want.broken
    assert sum(quote.end - quote.start for quote in mail.quotes) == want.folded
    if want.inline is not None:
        assert tuple(part.name for part in mail.attachments if part.inline) == want.inline
    assert want.protection is None or mail.protection == want.protection
    assert want.kinds is None or "+".join(dict.fromkeys(quote.kind for quote in mail.quotes)) == want.kinds
    if not want.folded:
        assert mail.text.strip() == want.text


@pytest.mark.parametrize("name", [name for name, want in WANTED.items() if want.broken])
def test_a_mail_that_is_not_understood_keeps_its_exact_source(name: str) -> None:
    mail = parse(source(name))
    assert mail.attachments[-1].data == source(name)
    assert mail.attachments[-1].mime == "message/rfc822"
    assert mail.broken.endswith(".")


def test_an_image_in_the_text_is_inline_and_one_beside_it_is_a_file() -> None:
    photo, other = parse(source("cid-image")).attachments
    assert (photo.inline, photo.content_id, other.inline) == (True, "photo1@x", False)
    assert photo.data == other.data and photo.data.startswith(b"\x89PNG")


def test_a_bounce_names_the_mail_that_failed_and_why() -> None:
    kept = parse(source("bounce-postfix")).headers
    assert kept["failed-message-id"] == "55.abc.0123456789abcdef@shop.example"
    assert (kept["failed-status"], kept["failed-recipient"]) == ("5.1.1", "gone@buyer.example")
    assert kept["failed-reason"] == "550 5.1.1 <gone@buyer.example>: no such user here"


def test_a_delay_is_no_failure() -> None:
    kept = parse(source("bounce-delayed")).headers
    assert "failed-message-id" not in kept
    assert kept["reported-message-id"] == "66.abc.0123456789abcdef@shop.example"


def test_a_nonsense_date_is_none_and_ids_survive_odd_separators() -> None:
    mail = parse(source("nonsense-date-no-id"))
    assert (mail.date, mail.utc_offset_minutes, mail.message_id) == (None, None, "")
    assert mail.in_reply_to == ("c@x",)
    assert mail.references == ("b@x", "a@x")


def test_an_encoded_name_makes_no_second_recipient() -> None:
    mail = parse(source("encoded-comma-in-name"))
    assert [address.address for address in mail.to] == ["support@shop.example", "j@shop.example"]


def test_an_enclosed_mail_keeps_its_content() -> None:
    (part,) = parse(source("enclosed-mail")).attachments
    assert b"Subject: Parcel / held" in part.data and b"Customs hold it." in part.data
