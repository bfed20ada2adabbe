"""What leaves the shop: right on the wire, readable by any mailer, and impossible to bend into another mail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csdesk.domain.mail import Address, Outgoing, Part, visible_text
from csdesk.errors import Refused
from csdesk.mail import build as built
from csdesk.mail.attributions import LANGUAGES
from csdesk.mail.build import build, forward_subject, recipients, reply_subject
from csdesk.mail.fold import fold
from csdesk.mail.parse import parse
from csdesk.text import clean, clean_line

OUT = Outgoing(
    message_id="7.r4nd0m.0123456789abcdef@shop.example",
    sender=Address("support@shop.example", "Tienda Ñandú"),
    to=(Address("ana@buyer.example", "Ruiz, Ana"),),
    subject="Re: ¿Dónde está mi pedido?",
    text="Hola Ana:\n\nsu paquete ha salido.",
    date=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
)


def head(raw: bytes) -> str:
    return raw.split(b"\r\n\r\n", 1)[0].decode("ascii")


def test_an_answer_arrives_as_it_was_written() -> None:
    out = replace(
        OUT, in_reply_to="q@buyer.example", references=("a@b", "q@buyer.example"), signature="Eva\nTienda"
    )
    mail = parse(build(out))
    assert (mail.sender, mail.to, mail.subject, mail.date) == (out.sender, out.to, out.subject, out.date)
    assert (mail.message_id, mail.in_reply_to) == (out.message_id, ("q@buyer.example",))
    assert mail.references == ("a@b", "q@buyer.example")
    assert mail.text == "Hola Ana:\n\nsu paquete ha salido.\n\n-- \nEva\nTienda"
    assert visible_text(mail.text, mail.quotes) == out.text
    assert (mail.automatic, mail.broken) == ("", "")


def test_the_same_message_gives_the_same_bytes() -> None:
    out = replace(OUT, attachments=(Part("a.pdf", "application/pdf", b"%PDF"),))
    assert build(out) == build(out)


def test_a_blind_copy_is_delivered_and_never_named() -> None:
    out = replace(
        OUT, cc=(Address("tom@x.example"),), bcc=(Address("boss@shop.example"), Address("TOM@x.example"))
    )
    assert recipients(out) == ("ana@buyer.example", "tom@x.example", "boss@shop.example")
    assert b"boss" not in build(out) and b"cc: tom@x.example" in build(out).lower()


@pytest.mark.parametrize("language", [*sorted(LANGUAGES), "zh-CN", "zh-TW", "nb", "pt-BR", "xx"])
def test_the_quoted_original_stands_under_a_line_in_the_customers_language_that_folds(language: str) -> None:
    out = replace(
        OUT,
        language=language,
        quoted="¿Dónde está?\n> antes",
        quoted_sender=Address("ana@buyer.example", "Ana"),
        quoted_date=datetime(2026, 11, 21, 10, 0, tzinfo=timezone(timedelta(hours=1))),
    )
    text = parse(build(out)).text
    assert text.endswith("\n> ¿Dónde está?\n>> antes") and "10:00 (UTC+01:00)" in text and "Ana" in text
    assert visible_text(text, fold(text)) == out.text


def test_files_keep_their_names_and_bytes() -> None:
    parts = (
        Part("发票 订单 1042 的电子发票副本（含税）.pdf", "application/pdf", bytes(range(256)) * 5),
        Part("a.txt", "text/plain", b"From here\n.\n"),
        Part("a.txt", "message/rfc822", b"Subject: x\n\ny"),
        Part('we"ird\\/name.png', "image/png\r\nX-Evil: 1", b""),
    )
    raw = build(replace(OUT, attachments=parts))
    got = parse(raw).attachments
    assert [part.name for part in got] == [parts[0].name, "a.txt", "a (2).txt", "we_ird__name.png"]
    assert [part.data for part in got] == [part.data for part in parts]
    assert b"X-Evil" not in raw
    other = list(message_from_bytes(raw, policy=default).iter_attachments())
    assert other[0].get_filename() == parts[0].name  # another reader agrees


def test_lines_on_the_wire_are_short_ascii_and_end_in_crlf() -> None:
    long = "x" * 5000 + " ñ" * 3000 + "\nFrom the shop\n.\n" + "好" * 2000
    many = tuple(f"{'r' * 80}{number}@shop.example" for number in range(40))
    raw = build(replace(OUT, text=long, references=many, subject="好" * 400, in_reply_to="z" * 300 + "@x"))
    assert raw.isascii() and raw.endswith(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    assert not re.search(rb"^From |^\.\r$", raw, re.MULTILINE)
    mail = parse(raw)
    assert mail.text == long and mail.subject == "好" * 400
    assert mail.references == (*many[-19:], "z" * 300 + "@x")


def test_machines_say_that_they_are_machines() -> None:
    assert parse(build(replace(OUT, automatic=True))).automatic == "auto-reply"
    assert parse(build(OUT)).automatic == ""
    assert parse(build(OUT)).headers["x-csdesk-loop"] == "support@shop.example"


PNG = b"\x89PNG\r\n\x1a\n"


def test_images_stand_in_the_text_and_files_beside_it() -> None:
    parts = (
        Part("step 1.png", "image/png", PNG + b"1", "a b>\r\nBcc: x", True),
        Part("größe.jpg", "image/jpeg", PNG + b"2", "own@shop.example", True),
        Part("manual.pdf", "application/pdf", b"%PDF"),
        Part("plain.png", "image/png", PNG),
    )
    out = replace(OUT, text="Press here:\n[step 1.png]\n<b>& done", signature="Eva", attachments=parts)
    raw = build(out)
    assert build(out) == raw and b"Bcc" not in raw
    mail = parse(raw)
    assert visible_text(mail.text, mail.quotes) == out.text
    got = [(part.name, part.data, part.inline) for part in mail.attachments]
    assert got == [(part.name, part.data, part.inline) for part in parts]
    assert mail.attachments[1].content_id == "own@shop.example"
    other = message_from_bytes(raw, policy=default)
    shape = [part.get_content_type() for part in other.walk()]
    assert shape == ["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
                     "image/png", "image/jpeg", "application/pdf", "image/png"]  # fmt: skip
    html = other.get_body(("html",)).get_content()
    assert "&lt;b&gt;&amp; done" in html and html.index("cid:image1") < html.index("done") < html.index(
        "cid:own"
    )


def test_an_answer_of_a_machine_says_so() -> None:
    assert "Auto-Submitted: auto-replied" in head(build(replace(OUT, automatic=True, in_reply_to="q@x")))
    assert "Auto-Submitted: auto-generated" in head(build(replace(OUT, automatic=True)))


def test_headers_survive_relays_that_tidy_up() -> None:
    """A DKIM signature breaks when a relay strips white space or finds a field twice."""
    extra = {
        "X-Order": "1",
        "x-order": "2",
        "List-Id": "<x>",
        "Precedence": "bulk",
        "Resent-From": "x",
        "X-Empty": "",
    }
    raw = build(replace(OUT, headers=extra, subject="", signature="Eva", text="a  \nb"))
    lines = raw.split(b"\r\n")
    assert not [line for line in lines if line != line.rstrip()]
    names = [name.lower() for name in re.findall(r"^([^ \t:]+):", head(raw), re.MULTILINE)]
    assert len(names) == len(set(names))
    assert not {"list-id", "precedence", "resent-from"} & set(names)
    assert parse(raw).text == "a  \nb\n\n-- \nEva"


EVIL = "x\r\nBcc: eve@evil.example\r\n\r\nhello\n.\n"


@pytest.mark.parametrize(
    "out",
    [
        replace(OUT, subject=EVIL),
        replace(OUT, sender=Address("support@shop.example", EVIL)),
        replace(OUT, to=(Address("ana@buyer.example", EVIL),)),
        replace(OUT, in_reply_to=EVIL, references=(EVIL, "a@b>\r\nBcc: x@y <")),
        replace(OUT, language=EVIL),
        replace(OUT, headers={"X-Order": EVIL, "X-A\r\nBcc": "x", "Bcc": "eve@evil.example", "From": "x"}),
        replace(OUT, attachments=(Part(EVIL, EVIL, b"x"),)),
    ],
    ids=["subject", "sender name", "recipient name", "ids", "language", "headers", "file"],
)
def test_no_value_can_start_a_header_of_its_own(out: Outgoing) -> None:
    names = re.findall(r"^([^ \t:]+):", head(build(out)), re.MULTILINE)
    assert "bcc" not in [name.lower() for name in names]
    assert len(names) == len({name.lower() for name in names})
    assert parse(build(out)).text == OUT.text


@pytest.mark.parametrize(
    "address",
    ["", "ana", "ana@", "@x.example", "a b@x.example", "ana@x.example\r\nBcc: e@x", "a@b@c", "ana@x..example",
     ".ana@x.example", "<ana@x.example>", "ana@x.example,eve@x.example", "añа@x.example", "a\u202eb@x.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_sentence(address: str) -> None:
    for out in (replace(OUT, to=(Address(address),)), replace(OUT, sender=Address(address))):
        with pytest.raises(Refused) as refused:
            build(out)
        assert refused.value.code == "no_recipient" and refused.value.message.endswith(".")
        assert "\n" not in refused.value.message and "\u202e" not in refused.value.message


def test_an_international_domain_goes_as_punycode() -> None:
    assert recipients(replace(OUT, to=(Address("ana@münchen.example"),))) == ("ana@xn--mnchen-3ya.example",)


@pytest.mark.parametrize(
    ("out", "code"),
    [
        (replace(OUT, to=()), "no_recipient"),
        (replace(OUT, text=" \n"), "empty"),
        (replace(OUT, message_id="x"), "message_id"),
        (replace(OUT, message_id="x@y>\r\nBcc: z"), "message_id"),
    ],
)
def test_what_cannot_be_sent_is_refused(out: Outgoing, code: str) -> None:
    with pytest.raises(Refused) as refused:
        build(out)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("subject", "reply", "forward"),
    [
        ("Order", "Re: Order", "Fwd: Order"),
        ("RE: AW: Order", "Re: Order", "Fwd: Order"),
        ("Fwd: Order", "Re: Fwd: Order", "Fwd: Order"),
        ("回复：订单", "Re: 订单", "Fwd: 订单"),
        ("a\r\nb", "Re: a b", "Fwd: a b"),
        ("", "Re:", "Fwd:"),
    ],
)
def test_subjects_carry_one_prefix(subject: str, reply: str, forward: str) -> None:
    assert (reply_subject(subject), forward_subject(subject)) == (reply, forward)


def test_without_a_known_writer_there_is_no_attribution() -> None:
    assert built.attribution("en", None, OUT.date) == ""
    assert built.full_text(replace(OUT, quoted="x")).endswith("\n\n> x")


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)


@settings(max_examples=80, deadline=None)
@given(subject=WORDS, name=WORDS, text=st.text(max_size=400), file_name=WORDS, data=st.binary(max_size=200))
def test_what_is_built_is_read_back(subject: str, name: str, text: str, file_name: str, data: bytes) -> None:
    out = replace(
        OUT,
        subject=subject,
        sender=Address("support@shop.example", name),
        text="A" + text,
        attachments=(Part(file_name, "application/octet-stream", data),),
    )
    mail = parse(build(out))
    assert mail.subject == clean_line(clean_line(subject))
    assert mail.sender.address == "support@shop.example"
    assert mail.to == OUT.to
    want = clean(clean("A" + text)).rstrip()
    assert mail.text == want
    assert [part.data for part in mail.attachments] == [data]
