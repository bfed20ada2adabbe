"""Header fields in the forms that mailers really write. A wrong row shows a wrong name, date or subject."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from csdesk.domain.mail import Address
from csdesk.mail import addresses, automatic, charsets, headers, names

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain words", "plain words"),
        ("=?UTF-8?Q?caf=C3=A9_con_leche?=", "café con leche"),
        ("=?utf-8?b?5L2g5aW9?=", "你好"),
        ("=?UTF-8?B?5L2g5aW9?= =?UTF-8?B?5LiW55WM?=", "你好世界"),
        ("=?UTF-8?Q?=E4=BD?= =?UTF-8?Q?=A0?=", "你"),
        ("Re: =?UTF-8?Q?=C3=BC?= ber", "Re: ü ber"),
        ("=?UTF-8*es?Q?se=C3=B1or?=", "señor"),
        ("=?UTF-8?Q?two words?=", "two words"),
        ("=?UTF-8?B?5L2g5aW9", "你好"),
        ("=?utf8?Q?=C3=A9?=", "é"),
        ("=?GB2312?B?h9Y=?=", "囍"),
        ("=?x-unknown-charset?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?Q?=3D=3Futf-8=3FQ=3Fcaf=3DC3=3DA9=3F=3D?=", "café"),
        ("=?utf-8?Z?x?=", "=?utf-8?Z?x?="),
        ("1 =? 2 ?= 3", "1 =? 2 ?= 3"),
        ("folded\r\n words", "folded words"),
        ("caf\udcc3\udca9", "café"),
        ("caf\udce9", "café"),
        ("=?UTF-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"),
    ],
)
def test_words_in_right_and_wrong_forms(value: str, text: str) -> None:
    assert headers.line(value) == text


@pytest.mark.parametrize(
    ("value", "at", "offset"),
    [
        ("Sat, 21 Nov 2026 13:00:00 +0100", NOON, 60),
        ("21 Nov 2026 12:00 GMT", NOON, 0),
        ("Sat, 21 Nov 2026 12:00:00 -0000", NOON, None),
        ("Sat, 21 Nov 2026 20:00:00 +0800 (CST)", NOON, 480),
        ("Sat, 21 Nov 2026 17:30:00 +0530", NOON, 330),
        ("Sat, 21 Nov 2026 12:00:00", NOON, None),
        ("Saturday, 21-Nov-26 12:00:00 UTC", NOON, 0),
        ("2026-11-21T13:00:00+01:00", NOON, 60),
        ("2026-11-21 20:00:00 +08:00", NOON, 480),
        ("Sat, 21 Nov 2026 12:00:60 +0000", NOON.replace(second=59), 0),
        ("Sat, 21 Nov 2026 12:00:00 +9900", None, None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None, None),
        ("Sat, 21 Nov 9026 12:00:00 +0000", None, None),
        ("Sat, 31 Feb 2026 12:00:00 +0000", None, None),
        ("now", None, None),
        ("", None, None),
        ("0" * 100_000, None, None),
    ],
)
def test_dates(value: str, at: datetime | None, offset: int | None) -> None:
    assert headers.instant(value) == (at, offset)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("ana@x.example", [("ana@x.example", "")]),
        ("Ana Ruiz <ANA@X.example>", [("ana@x.example", "Ana Ruiz")]),
        (
            '"Ruiz, Ana" <ana@x.example>, tom@x.example',
            [("ana@x.example", "Ruiz, Ana"), ("tom@x.example", "")],
        ),
        ("ana@x.example (Ana Ruiz)", [("ana@x.example", "Ana Ruiz")]),
        ("'Ana' <ana@x.example>", [("ana@x.example", "Ana")]),
        ('"Ana \\"Chiqui\\" R" <ana@x.example>', [("ana@x.example", 'Ana "Chiqui" R')]),
        ("=?UTF-8?Q?Zo=C3=AB?= <z@x.example>", [("z@x.example", "Zoë")]),
        ('"=?UTF-8?B?546L?=" <w@x.example>', [("w@x.example", "王")]),
        ("=?UTF-8?Q?Ana_=3Cana=40x.example=3E?=", [("ana@x.example", "Ana")]),
        ("a@x.example; b@x.example", [("a@x.example", ""), ("b@x.example", "")]),
        ("Team: a@x.example, b@x.example;", [("a@x.example", ""), ("b@x.example", "")]),
        ("undisclosed-recipients:;", []),
        ("<ana@x.example", [("ana@x.example", "")]),
        ('"Ana <ana@x.example>', [("ana@x.example", "Ana")]),
        ("support@shop.example <eve@evil.example>", [("eve@evil.example", "support@shop.example")]),
        ("a@x.example, A@X.example", [("a@x.example", "")]),
        ("<a\u202eb@x.example>", []),
        ("<mailto:a@x.example>", [("a@x.example", "")]),
        ("Ana", []),
    ],
)
def test_addresses(value: str, found: list[tuple[str, str]]) -> None:
    assert [(one.address, one.name) for one in addresses.parse([value])] == found


def test_a_sender_without_an_address_is_still_shown() -> None:
    assert addresses.first(["Some Body"]) == Address("", "Some Body")


@pytest.mark.parametrize(
    ("value", "params"),
    [
        ('text/plain; charset="utf-8"', {"charset": "utf-8"}),
        ("text/plain;charset=utf-8;format=flowed", {"charset": "utf-8", "format": "flowed"}),
        ("x; filename*=utf-8''%e2%82%ac.pdf", {"filename": "€.pdf"}),
        ("x; filename*=gb2312''%C4%E3.pdf", {"filename": "你.pdf"}),
        ('x; filename*0="long "; filename*1="name.pdf"', {"filename": "long name.pdf"}),
        ("x; filename*1*=%82%AC; filename*0*=utf-8''%E2", {"filename": "€"}),
        ('x; filename="a;b.pdf"; y=1', {"filename": "a;b.pdf", "y": "1"}),
        ('x; filename="a\\"b.pdf"', {"filename": 'a"b.pdf'}),
        ('x; filename="open.pdf', {"filename": "open.pdf"}),
        ("x; filename=two words.pdf", {"filename": "two words.pdf"}),
        ("x; filename=old.pdf; filename*=utf-8''new.pdf", {"filename": "new.pdf"}),
    ],
)
def test_parameters(value: str, params: dict[str, str]) -> None:
    assert headers.params(value)[1] == params


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\x\\y.doc", "y.doc"),
        ("Invoice 12/2026.pdf", "Invoice 12_2026.pdf"),
        ("...hidden.", "hidden"),
        ("CON.txt", "_CON.txt"),
        ("a\x00\x1b[2Jb\u202e.exe", "ab.exe"),
        ("a\nb.txt", "a b.txt"),
        ("..", ""),
        (" ", ""),
        ("x" * 300 + ".pdf", "x" * 176 + ".pdf"),
        ("好" * 300 + ".pdf", "好" * 58 + ".pdf"),
    ],
)
def test_file_names_are_safe_anywhere(name: str, safe: str) -> None:
    assert names.safe(name) == safe
    assert len(names.safe(name).encode()) <= names.MAX_BYTES


def test_names_are_told_apart_whatever_their_case() -> None:
    taken: set[str] = set()
    given = [names.distinct(name, taken) for name in ("a.pdf", "A.pdf", "a.pdf", "noext", "noext")]
    assert given == ["a.pdf", "A (2).pdf", "a (3).pdf", "noext", "noext (2)"]


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("嫎".encode("gb18030"), "gb2312", "嫎"),
        ("naïve".encode(), "iso-8859-1", "naïve"),
        (b"Andr\xe9", "utf-8", "André"),
        (b"20 \x80", "iso-8859-1", "20 €"),
        ("你好世界".encode()[:-1], "utf-8", "你好世"),
        ("привет, как дела".encode("koi8-r"), "KOI8-R", "привет, как дела"),
        (b"\x1b$B4A;z\x1b(B", "", "漢字"),
        ("ｱ①".encode("cp932"), "shift_jis", "ｱ①"),
        ("hello".encode("utf-16"), "utf-16", "hello"),
        (b"+AGE-", "utf-7", "a"),
        (b"plain", "no-such-charset", "plain"),
        ("größe".encode("cp1252"), "no-such-charset", "größe"),
    ],
)
def test_charsets_that_lie(data: bytes, label: str, text: str) -> None:
    assert charsets.decode(data, label) == text


@pytest.mark.parametrize(
    ("fields", "sender", "kind"),
    [
        ({}, "ana@x.example", ""),
        ({"auto-submitted": ["no"]}, "ana@x.example", ""),
        ({"auto-submitted": ["auto-generated"]}, "ana@x.example", "auto-reply"),
        ({"auto-submitted": ["auto-replied; owner-email=x"]}, "ana@x.example", "auto-reply"),
        ({"x-autoreply": ["yes"]}, "ana@x.example", "auto-reply"),
        ({"precedence": ["auto_reply"]}, "ana@x.example", "auto-reply"),
        ({"precedence": ["bulk"]}, "ana@x.example", "list"),
        ({"list-id": ["<l.x>"]}, "ana@x.example", "list"),
        ({"return-path": ["<>"]}, "ana@x.example", "auto-reply"),
        ({"return-path": ["<>"], "x-failed-recipients": ["a@x"]}, "mailer-daemon@x.example", "bounce"),
        ({"return-path": ["<>"]}, "mailer-daemon@x.example", "auto-reply"),
        ({"x-auto-response-suppress": ["All"]}, "ana@x.example", ""),
    ],
)
def test_who_wrote_it_a_person_or_a_machine(fields: dict[str, list[str]], sender: str, kind: str) -> None:
    assert automatic.kind(fields, sender, "text/plain", report=False, enclosed=False) == kind
