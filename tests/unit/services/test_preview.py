"""Files looked into. A failure here lets a hostile file take the desk down, or shows an agent what it is not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from csdesk.domain.conversation import Attachment
from csdesk.services.preview import MOST_CELL, MOST_LINES, MOST_ROWS, MOST_SHOWN, Preview, picture, preview


def look(data: bytes, name: str = "file", mime: str = "application/octet-stream") -> Preview:
    return preview(Attachment(1, name, mime, len(data), "h"), data)


def png(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


JPEG = (
    b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF" + b"\0" * 10
    + b"\xff\xc0" + struct.pack(">HBHH", 17, 8, 480, 640) + b"\0" * 20
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (png(1200, 800), ("PNG", 1200, 800)),
        (JPEG, ("JPEG", 640, 480)),
        (b"GIF89a" + struct.pack("<HH", 16, 9) + b"\0" * 9, ("GIF", 16, 9)),
        (b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x7f\x02\0\xdf\x01\0", ("WebP", 640, 480)),
        (b"BM" + b"\0" * 12 + b"\x28\0\0\0" + struct.pack("<ii", 3, -4), ("BMP", 3, 4)),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"\xff\xd8\xff\xe0\x00", None),
        (b"\xff\xd8\xff" + b"\xff" * 10_000, None),
        (b"RIFF\0\0\0\0WEBP", None),
        (b"", None),
    ],
)
def test_a_picture_is_known_by_its_header(data: bytes, found: tuple[str, int, int] | None) -> None:
    assert picture(data) == found


def test_a_picture_is_described_whatever_it_calls_itself() -> None:
    assert look(png(99999, 99999), "photo.txt", "text/plain").kind == "PNG picture, 99999 x 99999 pixels"
    assert "does not know" in look(b"junk", "a.heic", "image/heic").kind


def test_tables_are_aligned_by_cells() -> None:
    found = look("名称,qty\n杯子,2\nTea,10\n".encode(), "o.csv", "text/csv")
    assert found.lines == ("名称  qty", "杯子  2", "Tea   10") and "3 x 2" in found.kind
    assert look(b"a;b\n=cmd|x;2\n", "o.csv").lines == ("a       b", "=cmd|x  2")


def test_json_is_indented_and_what_is_damaged_is_shown_as_it_is() -> None:
    assert look(b'{"a":[1,2]}', "a.json").lines[1] == '  "a": ['
    assert "damaged" in look(b'{"a":', "a.json").kind
    assert look(b"[" * 100_000, "a.json").lines, "nested without end"
    assert look(b"9" * 100_000, "a.json").lines


def test_a_web_page_is_text_and_a_mail_is_read() -> None:
    found = look(b"<script>x</script><p>Hello <a href='http://a.example'>you</a>", "p.html", "text/html")
    assert "".join(found.lines).startswith("Hello you <http://a.example>")
    mail = look(b"From: a@b.example\r\nSubject: Hi\r\n\r\nbody\r\n", "m.eml", "message/rfc822")
    assert "Subject: Hi" in mail.lines and "body" in mail.lines


def test_of_an_archive_the_names_are_read_and_nothing_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.bin", b"\0" * 50_000_000)
        archive.writestr("../../etc/passwd\x1b[2J", b"x")
    found = look(out.getvalue(), "a.zip", "application/zip")
    assert (
        "archive of 2 files" in found.kind and "bomb.bin" in found.lines[0] and "50000000" in found.lines[0]
    )
    assert "\x1b" not in "".join(found.lines)
    assert "damaged" in look(b"PK\x03\x04junk", "a.zip").kind
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "Word" in look(out.getvalue(), "a.docx").kind


@pytest.mark.parametrize(
    ("data", "name", "mime"),
    [
        (b"\x1b]52;c;ZXZpbA==\x07\x1b[2Jhi", "a.txt", "text/plain"),
        ("a\u202egnp.exe".encode(), "a.txt", "text/plain"),
        (b"\x1b[31m,b\n1,2", "a.csv", "text/csv"),
        (b'{"a": "\\u001b]0;x\\u0007"}', "a.json", "application/json"),
    ],
)
def test_nothing_in_a_file_drives_the_terminal(data: bytes, name: str, mime: str) -> None:
    shown = "\n".join(look(data, name, mime).lines)
    assert shown and not set(shown) & set("\x1b\x07\u202e\x9b")


def test_size_is_bounded_whatever_comes() -> None:
    assert len(look(b"x\n" * 1_000_000, "a.txt").lines) == MOST_LINES
    assert sum(map(len, look(b"x" * 5_000_000, "a.txt").lines)) <= MOST_SHOWN
    table = look(b"y" * 500 + b",1\n" + b"a,b\n" * 50_000, "a.csv")
    assert len(table.lines) == MOST_ROWS and table.more
    assert all(len(one) <= MOST_CELL + 10 for one in table.lines)


def test_what_is_no_text_says_what_to_do() -> None:
    assert "save it" in look(b"%PDF-1.7 ...", "a.pdf").kind
    assert "save it" in look(bytes(range(256)) * 10, "a.bin").kind
    assert look(bytes(range(256)) * 10, "a.txt", "text/plain").lines == ()
    assert look("привет".encode("utf-16"), "a.txt", "text/plain").lines[0].strip("\ufeff") == "привет"
