"""Blocks that hold a mail's words or files in another wrapping: winmail.dat, RTF, S/MIME, uuencode, odd base64.
A wrapping that is not opened hides an invoice; one that is opened wrongly loses it."""

from __future__ import annotations

import struct
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csdesk.mail import protection, rtf, tnef, uu
from csdesk.mail.parse import parse

CORPUS = Path(__file__).parent / "corpus"
# The worked example of MS-OXRTFCP section 3.1.
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
# Its second one: a run that overlaps what it writes.
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def winmail() -> bytes:
    for part in message_from_bytes((CORPUS / "winmail-opened.eml").read_bytes()).walk():
        if part.get_filename() == "winmail.dat":
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            return data
    raise AssertionError("the corpus has no winmail.dat")


def test_compressed_rtf_is_read() -> None:
    assert rtf.decompressed(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert rtf.read(rtf.decompressed(HELLO)) == ("hello world", "")
    assert rtf.decompressed(CROSSING) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (rb"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2\par end}", "Привет\nend"),
        (rb"{\rtf1\ansi \u8364?5 a\{b\}\\c\~d}", "€5 a{b}\\c\xa0d"),
        (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\*\generator X;}{\pict 89504e47}words}", "words"),
        (rb"{\rtf1 \u-10179?\u-8704?}", "😀"),
        (rb"{\rtf1 open {\b bold", "open bold"),
        (rb"no rtf", ""),
        (rb"", ""),
    ],
)
def test_rtf_becomes_text(document: bytes, text: str) -> None:
    assert rtf.read(document) == (text, "")


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_block_is_kept_whole_and_never_raises(data: st.DataObject) -> None:
    damaged = bytearray(winmail())
    for _step in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(6, len(damaged)))
        damaged[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    try:
        opened = tnef.read(bytes(damaged))
    except tnef.Damaged:
        return
    assert all(isinstance(one.data, bytes) for one in opened.files)


def test_a_count_that_lies_does_not_run_for_ever() -> None:
    properties = struct.pack("<I", 0xFFFFFFFF) + struct.pack("<HHI", 0x101E, 0x1000, 0xFFFFFFFF)
    attribute = struct.pack("<BII", 1, 0x00069003, len(properties)) + properties + b"\0\0"
    with pytest.raises(tnef.Damaged):
        tnef.read(tnef.SIGNATURE + b"\1\0" + attribute)
    with pytest.raises(tnef.Damaged):
        tnef.read(b"PK\3\4")


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_may_come_in_place_of_a_block(data: bytes) -> None:
    rtf.read(b"{\\rtf1" + data)
    rtf.decompressed(HELLO[:16] + data)
    protection.content(data)
    protection.of_envelope("", data)


def test_what_protects_a_mail_is_said_in_words() -> None:
    assert protection.words("") == ""
    assert "read" in protection.words("encrypted") and protection.words("signed")
    assert protection.of_text("see -----BEGIN PGP MESSAGE----- in the middle") == ""
    assert protection.of_text("> -----BEGIN PGP MESSAGE-----") == ""


def test_an_uuencoded_file_that_is_damaged_stays_text() -> None:
    text = "Hi\nbegin 644 a.txt\nno uuencode at all, only words\nend\nbye"
    assert uu.taken_out(text) == (text, [])
    assert uu.taken_out("begin 644 a.txt\n#86)C\n`\nend") == ("", [("a.txt", b"abc")])
    assert uu.taken_out("begin 644 a.txt\n#86)C") == ("begin 644 a.txt\n#86)C", [])
    assert uu.taken_out("begin with this\nend") == ("begin with this\nend", [])


def enveloped(content: bytes) -> bytes:
    """A signed CMS envelope around a MIME entity, lengths open, as a mail part of its own."""
    data_type = bytes.fromhex("06092a864886f70d010701")
    signed = bytes.fromhex("3080 06092a864886f70d010702 a080 3080 020101 3100 3080")
    octets = b"\x04\x84" + len(content).to_bytes(4, "big") + content
    head = (
        b"Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: binary\n\n"
    )
    return head + signed + data_type + b"\xa0\x80\x24\x80" + octets + b"\0\0" * 6


def test_envelopes_in_envelopes_are_opened_up_to_a_limit() -> None:
    inner = b"Content-Type: text/plain\n\nHello"
    head = b"From: a@b.example\nSubject: x\n"
    assert parse(head + enveloped(enveloped(inner))).text == "Hello"
    for _level in range(40):
        inner = enveloped(inner)
    deep = parse(head + inner)
    assert deep.text == "" and len(deep.attachments) == 1 and deep.protection == "signed"


def test_a_sealed_mail_keeps_its_source() -> None:
    raw = (CORPUS / "smime-encrypted.eml").read_bytes()
    assert parse(raw).attachments[-1].data == raw
