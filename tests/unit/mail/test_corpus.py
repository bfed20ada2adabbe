"""Mails as they really come, and what must be read in them. A row that fails is a customer misread.

The files keep their exact bytes (charsets, line ends), so they are not to be edited with a text editor.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from csdesk.domain.mail import visible_text
from csdesk.mail.parse import parse

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Want:
    """What must come out: the visible text always, the rest where the mail is about it."""

    text: str
    subject: str | None = None
    name: str | None = None
    sender: str | None = None
    files: tuple[str, ...] = ()
    automatic: str = ""
    broken: bool = False
    folded: int = 0


ORIGINAL = ("original.eml",)
WANTED = {
    "all-quoted": Want("> only this\n> came back"),
    "alternative-empty-plain": Want("The real text is hére."),
    "apple-de": Want("Danke!", folded=4),
    "ascii-label-gbk-bytes": Want("你好，我的包裹还没有收到，请帮忙查询一下物流信息。"),
    "attachment-names": Want(
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
    "big5": Want("請問包裹到哪裡了？", subject="訂單查詢"),
    "binary-garbage": Want("", subject="", files=ORIGINAL, broken=True),
    "bounce-delayed": Want(
        "This is a warning only.",
        automatic="bounce",
        files=("delivery-status.txt", "attachment-2.txt"),
    ),
    "bounce-postfix": Want(
        "I'm sorry to have to inform you that your message could not be delivered.",
        name="Mail Delivery System",
        automatic="bounce",
        files=("delivery-status.txt", "Your order.eml"),
    ),
    "calendar-only": Want(
        "Pick up the return, gate 4\n2026-11-23 09:00 (Europe/Madrid) - 2026-11-23 10:00 (Europe/Madrid)\nWarehouse",
        files=("attachment-1.ics",),
    ),
    "cid-image": Want("It is broken: [image]", files=("photo.png", "other.png")),
    "damaged-base64": Want("Hello, where is my order?", files=ORIGINAL, broken=True),
    "empty": Want("", subject="", files=ORIGINAL, broken=True),
    "enclosed-mail": Want("See the attached mail.", files=("Parcel _ held.eml",)),
    "encoded-comma-in-name": Want("Hi", name="Ruiz, Ana <ceo@shop.example>", sender="ana@buyer.example"),
    "encrypted-pgp": Want("", files=("attachment-1.bin", "encrypted.asc", "original.eml"), broken=True),
    "flowed": Want(
        "This is one long paragraph that was softly wrapped by the mailer.\nSecond line.",
        folded=3,
    ),
    "forward-stays-visible": Want(
        "Please check this.\n\n---------- Forwarded message ---------\nFrom: Carrier <c@post.example>\n"
        "Date: Fri, Nov 20, 2026 at 8:00 AM\nSubject: tracking\nTo: <ana@buyer.example>\n\n"
        "Parcel RB123456785GB is held.",
    ),
    "foxmail-zh": Want("请尽快处理。", subject="回复: 订单", folded=6),
    "gb2312-is-gb18030": Want("我姓嫎，订单 1042。", subject="订单嫎", name="嫎先生"),
    "gmail-en-wrapped": Want("Still nothing here.\n\nTom", name="Tom Baker", folded=4),
    "gmail-es-wrapped": Want(
        "Hola, sigo esperando el paquete 1042.\n\nGracias",
        subject="¿Dónde está mi pedido?",
        name="Ana María Ruiz",
        sender="ana@buyer.example",
        folded=7,
    ),
    "gmail-fr": Want("Merci beaucoup", folded=3),
    "gmail-ja": Want("ありがとうございます。", folded=3),
    "gmail-ru": Want("Спасибо, жду.", folded=3),
    "gmail-zh": Want("你好，包裹还没到。", subject="订单 1042 物流", name="王小明", folded=3),
    "hostile-text": Want(
        "First link line\nSecond txet hidden e\u0301\u0301\u0301\nThird  [@click=app.quit]x[/]",
        subject="Hi [bold] a\u0301\u0301\u0301",
        name="Eve gnp.exe",
    ),
    "html-gmail-quote": Want("Where is it?", folded=5),
    "html-in-plain": Want("Sent by a shop app"),
    "html-only": Want(
        "Hello,\nmy order 1042 is late.\n\nSee the tracking page <https://track.example/p?id=1&x=2> or shop.example."
        "\n\nclick\nItem  Shoes\nSize  42"
    ),
    "html-outlook-divider": Want("It arrived broken – see photo.", folded=4),
    "inline-answers": Want("Size 42.\n\n\nBlue, please.", folded=3),
    "iso-2022-jp-raw": Want("荷物はどこですか。", subject="注文について", name="田中"),
    "iso-2022-jp-vendor": Want("①注 1042"),
    "koi8-r": Want("Здравствуйте, где мой заказ?", subject="Где мой заказ?"),
    "ks-c-5601": Want("언제 도착하나요? 똠방", subject="배송 문의"),
    "latin1-is-windows-1252": Want("Das kostet 20 € – zu viel für „neu“."),
    "mailing-list": Want("News for all.", automatic="list"),
    "mbox-from-line": Want("Hello", subject="From a file", sender="ana@buyer.example"),
    "multipart-without-boundary": Want("Can you still read this?", files=ORIGINAL, broken=True),
    "no-header": Want("just some words\nand more of them", subject="", files=ORIGINAL, broken=True),
    "nonsense-date-no-id": Want("Hello?", subject="Hi"),
    "outlook-de": Want(
        "Guten Tag,\n\ndas Paket ist beschädigt.\n\nMit freundlichen Grüßen\nJürgen Groß",
        name="Jürgen Groß",
        folded=7,
    ),
    "outlook-en-bar": Want("Any news?", folded=8),
    "outlook-es": Want("No ha llegado.", folded=7),
    "outlook-fr": Want("Bonjour, toujours rien.", name="Chloé", folded=8),
    "qq-original-gb18030": Want("还要等多久？", subject="回复：订单延误", name="李娜", folded=7),
    "raw-gbk-headers": Want("退款什么时候到？", subject="退款什么时候到", name="王小明"),
    "raw-utf8-headers": Want(
        "Die Größe passt nicht.", subject="Größe falsch – Bestellung 1042", name="Zoë Müller"
    ),
    "read-receipt": Want("Your message was read.", automatic="auto-reply", files=("attachment-1.txt",)),
    "shift-jis": Want("返品したいです～①", subject="返品"),
    "signature": Want("Do you ship to Chile?", folded=4),
    "suppress-is-not-automatic": Want("A person wrote this.", automatic=""),
    "truncated-multipart": Want("The photo is attached.", files=("photo.png", "original.eml"), broken=True),
    "unknown-8bit": Want("¿Cuándo llega mi paquete? Está atrasado."),
    "utf8-label-latin1-bytes": Want("Le colis est abîmé, je préfère être remboursé."),
    "vacation": Want("I am away.", automatic="auto-reply"),
    "windows-1251-unlabelled": Want(
        "Здравствуйте! Подскажите, пожалуйста, где сейчас находится моя посылка? "
        "Трек-номер не отслеживается уже две недели. Спасибо."
    ),
    "words-cut-apart": Want("x", subject="你好世界 Hello World"),
    "zh-zai-xiedao": Want("收到，谢谢！", sender="wang@buyer.example", folded=4),
}


def source(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def test_every_mail_of_the_corpus_has_its_row() -> None:
    assert {path.stem for path in CORPUS.glob("*.eml")} == set(WANTED)


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
