"""The quick reader of plain mails makes the tree that the standard parser makes; else a part would be lost, or one mail
would be read in two ways."""

from __future__ import annotations

import random
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path

import pytest

from csdesk.mail import structure, transfer

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.eml"))
LINES = (
    "", "", "Subject: hello", "From: a@b.example", " folded on", "\tfolded with a tab", "Subject:", "X:y",
    "Content-Type: text/plain; charset=utf-8", 'Content-Type: multipart/mixed; boundary="b1"',
    "Content-Type: multipart/alternative;", ' boundary="b2"', "Content-Type: multipart/mixed; boundary=b1",
    "--b1", "--b1", "--b1--", "--b2", "--b2--", "--b1 ", "--b11", "-- b1", "text", "more text", "caf\udce9",
    "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "aGVsbG8=", "aGVsbG8", "a=20b=",
    "Content-Type: message/rfc822", "Content-Type: multipart/digest; boundary=b1", "no field here", "Na me: x",
    "From someone", ": no name",
)  # fmt: skip


def _tree(message: Message) -> object:
    """All that can be read of a message. `_payload` itself: get_payload() decodes by the charset."""
    payload = message.__dict__["_payload"]
    said = [_tree(part) for part in payload] if isinstance(payload, list) else payload
    return (list(message.raw_items()), said, [type(one).__name__ for one in message.defects])


def _agrees(raw: bytes) -> bool:
    """Whether the quick reader took these bytes; fails when it read them otherwise."""
    found = structure.message(raw)
    if not isinstance(found, structure.Plain):
        return False
    assert _tree(found) == _tree(BytesParser(policy=compat32).parsebytes(raw)), raw
    for part in found.walk():
        if not part.is_multipart():
            assert isinstance(part, structure.Plain)
            assert transfer.field(part, "content-type") == str(part.get("content-type", "")).lstrip()
            plain = transfer._plain_data(part)
            assert plain is None or plain == part.get_payload(decode=True), raw
    return True


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_corpus_is_read_alike(path: Path) -> None:
    _agrees(path.read_bytes())


def test_most_of_the_corpus_is_plain() -> None:
    assert sum(_agrees(path.read_bytes()) for path in CORPUS) > len(CORPUS) * 0.5


@pytest.mark.parametrize("seed", range(20))
def test_heaps_of_lines_are_read_alike(seed: int) -> None:
    """Boundaries inside, before and after their parts, heads without ends, ends without beginnings."""
    dice = random.Random(seed)
    taken = 0
    for _each in range(400):
        end = dice.choice(("\n", "\r\n"))
        head = dice.choices(LINES[2:13], k=dice.randint(1, 4))
        lines = [*head, "", *dice.choices(LINES, k=dice.randint(0, 14))]
        if dice.random() < 0.5:
            lines += [dice.choice(("--b1--", "--b2--", ""))]
        raw = end.join(lines).encode("ascii", "surrogateescape")
        taken += _agrees(raw + (end.encode() if dice.random() < 0.8 else b""))
    assert taken > 40


@pytest.mark.parametrize("seed", range(4))
def test_multiparts_with_odd_ends_are_read_alike(seed: int) -> None:
    dice = random.Random(seed)
    body = ("--b1", "--b1", "--b1--", "", "", "text", "Content-Type: text/html", "--b2", "--b2--",
            'Content-Type: multipart/related; boundary="b2"')  # fmt: skip
    taken = 0
    for _each in range(1500):
        lines = ["Subject: x", "Content-Type: multipart/mixed; boundary=b1", "",
                 *dice.choices(body, k=dice.randint(3, 14)), "--b1--"]  # fmt: skip
        taken += _agrees("\n".join(lines).encode())
    assert taken > 40
