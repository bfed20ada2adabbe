"""The sample shop's mails: what a visitor sees first must read like a real mailbox and leak nothing real."""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import getaddresses, parsedate_to_datetime
from itertools import pairwise

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from csdesk.domain.orders import s10_valid
from csdesk.text import clean
from tests.unit.demo.sample import BROKEN, MAILS, SHOP, conversations, parsed, sender, text_of

CHARSETS = {"gb2312", "gbk", "gb18030", "iso-2022-jp", "koi8-r", "windows-1252", "windows-1256", "iso-8859-1"}


def test_conversations_are_numbered_without_a_gap() -> None:
    """A missing file would tear a story apart in the sample queue."""
    threads = conversations()
    assert [int(thread[:2]) for thread in threads] == list(range(1, 33))
    for thread, names in threads.items():
        assert names == [f"{thread}-{turn}.eml" for turn in range(1, len(names) + 1)]
    assert sum(len(names) > 1 for names in threads.values()) >= 20
    assert 55 <= len(MAILS) <= 80


@pytest.mark.parametrize("name", sorted(set(MAILS) - {BROKEN}))
def test_every_whole_mail_parses_without_a_defect(name: str) -> None:
    """A sample that the standard library stumbles over would show the visitor a broken mail by accident."""
    mail = parsed(name)
    assert not [defect for part in mail.walk() for defect in part.defects]
    assert mail["message-id"] and mail["subject"] and mail["date"] and mail["from"]
    text = text_of(name)
    assert text.strip() and "\ufffd" not in text
    assert clean(text).replace("    ", "") == text.replace("\r\n", "\n").replace("    ", "")


def test_one_mail_is_really_broken() -> None:
    """Without it nobody sees in the sample what the desk does with a mail that cannot be understood."""
    mail = parsed(BROKEN)
    assert mail.defects and mail.get_body(("plain", "html")) is None
    assert "1032" in text_of(BROKEN)


def test_message_ids_are_unique_and_references_lead_back() -> None:
    """A reference to nowhere, or one id twice, would split or swallow a message."""
    ids = {name: parsed(name)["message-id"].strip() for name in MAILS}
    assert len(set(ids.values())) == len(ids)
    for thread, names in conversations().items():
        for earlier, later in pairwise(names):
            mail = parsed(later)
            if mail.get_content_type() == "multipart/report":
                assert ids[earlier] in MAILS[later].decode()
                continue
            known = {ids[name] for name in names if name < later}
            assert mail["in-reply-to"].strip() == ids[earlier], thread
            assert set((mail["references"] or ids[earlier]).split()) <= known


def test_times_run_forward_within_a_conversation_and_stay_in_one_week() -> None:
    """An answer before its question would turn the thread upside down."""
    for thread, names in conversations().items():
        sent = [parsedate_to_datetime(parsed(name)["date"]) for name in names]
        assert sent == sorted(sent), thread
        assert all(when.tzinfo is not None and (when.year, when.month) == (2026, 11) for when in sent)
        assert all(16 <= when.day <= 21 for when in sent)
        for name, when in zip(names, sent, strict=True):
            assert sender(name) != SHOP or when.utcoffset() == timedelta(hours=8)


def test_customers_write_in_more_than_eight_languages() -> None:
    """The sample is there to show that the desk speaks with all of them."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(["es", "de", "fr", "en", "ja", "zh", "pt", "it", "ar", "ru", "nl", "tr", "pl"])
    found = {identifier.classify(text_of(names[0]))[0] for names in conversations().values()}
    assert found >= {"es", "de", "fr", "en", "ja", "zh", "pt", "it", "ar", "ru"}
    assert len(found) >= 12


def test_the_mailbox_speaks_many_charsets_and_shapes() -> None:
    """These are the traits that break mail readers; a tidy sample would hide them."""
    parts = [part for name in MAILS for part in parsed(name).walk()]
    charsets = {part.get_content_charset() for part in parts}
    assert charsets >= CHARSETS
    kinds = {part.get_content_type() for part in parts}
    assert kinds >= {
        "multipart/alternative",
        "multipart/mixed",
        "multipart/report",
        "image/png",
        "application/pdf",
    }
    assert any(parsed(name).get_content_type() == "text/html" for name in MAILS)
    assert {part["content-transfer-encoding"] for part in parts} >= {
        "7bit",
        "8bit",
        "base64",
        "quoted-printable",
    }
    assert sum(parsed(name)["auto-submitted"] is not None for name in MAILS) == 3
    assert sum(sender(name) == SHOP for name in MAILS) >= 20


def test_attachments_are_whole() -> None:
    """A photo that does not open would be the first thing a visitor tries."""
    files = [part for name in MAILS if name != BROKEN for part in parsed(name).iter_attachments()]
    data = {name: part.get_payload(decode=True) for part in files if (name := part.get_filename())}
    assert set(data) == {"IMG_4417.png", "クッション.png", "Förfrågan 2026-118.pdf"}
    for name, raw in data.items():
        assert isinstance(raw, bytes)
        if name.endswith(".png"):
            assert raw.startswith(b"\x89PNG\r\n\x1a\n") and raw.endswith(b"IEND\xaeB`\x82")
        else:
            start = int(raw.rsplit(b"startxref\n", 1)[1].split()[0])
            assert raw.startswith(b"%PDF-") and raw[start : start + 4] == b"xref"


def test_no_address_belongs_to_anybody() -> None:
    """A reply sent from the sample by mistake must reach nobody."""
    for name in set(MAILS) - {BROKEN}:
        mail = parsed(name)
        for field in ("from", "to", "cc", "reply-to", "return-path", "delivered-to"):
            for _, address in getaddresses([str(value) for value in mail.get_all(field, [])]):
                assert not address or address.endswith(".example"), (name, address)
        for address in re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text_of(name)):
            assert address.endswith(".example"), (name, address)


def test_parcel_numbers_in_the_mails_are_valid() -> None:
    """A number with a wrong check digit would never be recognised as a parcel."""
    numbers = {found for name in MAILS for found in re.findall(r"\b[A-Z]{2}\d{9}[A-Z]{2}\b", text_of(name))}
    assert "RB123456785CN" in numbers and len(numbers) >= 10
    assert all(s10_valid(number) for number in numbers)
