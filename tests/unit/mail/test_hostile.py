"""Mail made to hurt: any bytes must give harmless text, quickly, and never an exception."""

from __future__ import annotations

import re
import time
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csdesk.domain.mail import Address, ParsedMail, Part, Quote
from csdesk.mail.parse import parse

SOURCES = [path.read_bytes() for path in sorted((Path(__file__).parent / "corpus").glob("*.eml"))]
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
FLOOD = re.compile("[\u0300-\u036f]{4}")
HEAD = b"From: a@b.example\nMIME-Version: 1.0\n"
HTML = HEAD + b"Content-Type: text/html\n\n"


def texts(value: object) -> list[str]:
    """Every str in a parsed mail, however deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in texts(one)]
    if isinstance(value, tuple):
        return [text for one in value for text in texts(one)]
    if isinstance(value, (Address, Part, Quote, ParsedMail)):
        return [text for one in fields(value) for text in texts(getattr(value, one.name))]
    return []


def assert_harmless(mail: ParsedMail) -> None:
    for text in texts(mail):
        assert not HARMFUL.search(text), repr(text)
        assert not FLOOD.search(text), repr(text)
    for line in (
        mail.subject,
        mail.sender.name,
        *mail.headers.values(),
        *(part.name for part in mail.attachments),
    ):
        assert "\n" not in line
    for part in mail.attachments:
        assert part.name and not re.search(r"[/\\]|^\.", part.name) and len(part.name.encode()) < 200
    last = 0
    for quote in mail.quotes:
        assert last <= quote.start < quote.end <= mail.text.count("\n") + 1
        last = quote.end


def test_the_corpus_is_harmless() -> None:
    for raw in SOURCES:
        assert_harmless(parse(raw))


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(SOURCES), st.data())
def test_no_damage_to_a_mail_raises_or_harms(raw: bytes, data: st.DataObject) -> None:
    damaged = bytearray(raw)
    for _step in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged)))
        size = data.draw(st.integers(0, 40))
        damaged[at : at + size] = data.draw(st.binary(max_size=20))
    assert_harmless(parse(bytes(damaged)))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    mail = parse(raw)
    assert_harmless(mail)
    if mail.broken:
        assert mail.attachments[-1].data == raw


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_words_in_a_header_are_harmless(words: str) -> None:
    value = words.replace("\n", " ").replace("\r", " ").encode("utf-8", "surrogatepass")
    raw = b"From: " + value + b" <a@b.example>\nSubject: " + value + b"\nTo: " + value + b"\n\n" + value
    assert_harmless(parse(raw))


LARGE = {
    "subject of a megabyte": HEAD + b"Subject: " + b"a" * 1_000_000 + b"\n\nx",
    "subject of open words": HEAD + b"Subject: " + b"=?a?q?" * 150_000 + b"\n\nx",
    "subject of marks": HEAD + b"Subject: " + "e\u0301".encode() * 300_000 + b"\n\nx",
    "recipient of a megabyte": HEAD + b"To: " + b"a" * 1_000_000 + b"\n\nx",
    "many recipients": HEAD + b"To: " + b"a@b," * 200_000 + b"\n\nx",
    "brackets": HEAD + b"To: " + b"(" * 500_000 + b"<" * 500_000 + b"\n\nx",
    "lines that look like attributions": HEAD + b"\n" + (b"On 1 " + b"<@" * 200 + b" wrote:\n") * 1000,
    "lines that look like headers": HEAD + b"\n" + b"From:\n" * 100_000,
    "parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000,
    "mails in mails": HEAD + b"Content-Type: message/rfc822\n\n" * 1000 + b"x",
    "nested elements": HTML + b"<div>" * 150_000,
    "nested quotes": HTML + b"<blockquote>a" * 9_000,
    "nested marks": HTML + b"<div class=gmail_attr>aaaaaaaa" * 9_000,
    "open scripts": HTML + b"<script" * 60_000,
    "references": HEAD + b"References: " + b"<a@b> " * 200_000 + b"\n\nx",
    "open uuencode": HEAD + b"\n" + b"begin 644 x\n" * 50_000,
    "bars": HEAD + b"\n" + (b"-" * 390 + b"\n") * 20_000,
    "bars with words": HEAD + b"\n" + (b"--On 1 " + b"wrote a" * 20 + b"\n") * 20_000,
    "frames": HEAD + b"\n" + b"------------- Begin message\n" * 50_000,
    "armor": HEAD + b"\n" + b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 50_000,
    "addresses in a bounce": HEAD + b"Subject: failure notice\n\nRecipient " + b"a@b.c " * 100_000,
    "images": HTML + b"<img src=cid:a@b>" * 20_000,
    "received": HEAD + b"Authentication-Results: x\n" + b"Received: by a by a by a\n" * 50_000 + b"\nx",
    "results": HEAD + b"Authentication-Results: " + b"((((" * 200_000 + b"\n\nx",
    "parameters": HEAD + b"Content-Type: text/plain" + b"; a=b" * 100_000 + b"\n\nx",
}


@pytest.mark.parametrize("name", sorted(LARGE))
def test_a_huge_mail_does_not_stop_the_ones_behind_it(name: str) -> None:
    began = time.process_time()
    mail = parse(LARGE[name])
    assert time.process_time() - began < 8
    assert len(mail.subject) <= 998 and len(mail.text) < 4 * len(LARGE[name])
    assert len(mail.attachments) <= 401
    assert mail.sender.address == "a@b.example"


def test_a_subject_is_cut_with_a_mark() -> None:
    mail = parse(HEAD + b"Subject: " + b"a" * 1_000_000 + b"\n\nx")
    assert mail.subject == "a" * 997 + "…"
