"""Hostile text, a store that is full of it, and a reader of bytes that says what a terminal would have obeyed."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from csdesk.domain.conversation import Draft
from tests.faults.support import add_maildir, deliver, desk_on, mail

PIECES = (
    "\x1b[31;5mred\x1b[0m", "\x1b[2J\x1b[6n", "\x1b]52;c;ZXZpbA==\x07", "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x1b]8;;https://evil.test\x1b\\link\x1b]8;;\x1b\\", "\x1b]0;EVILTITLE\x07", "\x1b]2;EVILTITLE\x1b\\",
    "\x1bP$q\"p\x1b\\", "\x1bP+q544e\x1b\\", "\x1b_Gi=1\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\", "\x1bc", "\x1b(0",
    "\x9b31m\x9b6n", "\x9d52;c;ZXZpbA==\x9c", "\x90q\x9c", "\x85\x8d\x84", "\x07\x08\x0c\x0e\x0f\x7f\x00",
    "\u202eelif\u202c", "\u202aab\u202b\u202d", "\u2066iso\u2067la\u2068te\u2069", "\u200e\u200f\u061c",
    "zero\u200bwidth\u2060\ufeff\u00ad", "tag\U000e0041\U000e0042\U000e007f", "[red]bold[/red]", "[/]", "[/nothing]",
    "[@click=app.quit]press[/]", "[link=https://evil.test]x[/link]", "[[", "]]", "[bold", "{evil}", "%s%n", "{{ 7*7 }}",
    "e" + "\u0301" * 60, "\u0e01" + "\u0e49" * 60, "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u200d\u200d\u200c",
)  # fmt: skip
HOSTILE = " ".join(PIECES)
LINES = HOSTILE + "\r\nsecond\nthird\u2028fourth\ttab"
TITLE = re.compile(r"csdesk(: \d+ waiting, \d+ burning)?")

_CSI = re.compile(r"\x1b\[([<=>?]?)([0-9;:]*)([ -/]*)([@-~])")
_SGR = re.compile(r"(0|1|2|3|4|7|9|2[1-9]|[34][0-7]|39|49|9[0-7]|10[0-7]|[34]8;(5;\d+|2;\d+;\d+;\d+)|;|)*")
_UNFINISHED = re.compile(r"\x1b(\[[<=>?]?[0-9;:]*[ -/]*|\][^\x07]{0,100})?\Z")
_POINTER = re.compile(r"\x1b\]22;[a-z-]+\x07")
_FINALS = {"": "ABCDHJKmthlcqr", "?": "hlupc", ">": "uqcm", "<": "u", "=": "uc"}
_FORBIDDEN = re.compile(
    "[\x00-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00ad"
    "\U000e0000-\U000e0fff]"
)
_FLOOD = re.compile("[\u0300-\u036f\u0e47-\u0e4e]{7}")


def harm_on_screen(raw: bytes) -> list[str]:
    """What in a screen's bytes came from data: sequences that the driver never writes, control and bidi characters."""
    text = _UNFINISHED.sub("", raw.decode("utf-8", "backslashreplace"))
    return [
        *_sequences(text),
        *_floods(text),
        *_characters(re.sub(r"\x1b\[[<=>?]?[0-9;:]*[ -/]*[@-~]", "", text)),
    ]


def _sequences(text: str) -> Iterator[str]:
    at = 0
    while (at := text.find("\x1b", at)) >= 0:
        if (csi := _CSI.match(text, at)) is not None:
            kind, numbers, between, final = csi.groups()
            query = between == "$" and final == "p"
            known = query or (not between and final in _FINALS[kind])
            if not known or (final == "m" and not kind and not _SGR.fullmatch(numbers)):
                yield repr(csi[0])
            if (not kind and final == "J") or (final == "n"):
                yield repr(csi[0])
            at = csi.end()
        elif text.startswith("\x1b]0;", at):
            title = text[at + 4 : text.find("\x07", at)]
            if not TITLE.fullmatch(title):
                yield f"title {title[:60]!r}"
            at += 4
        elif (pointer := _POINTER.match(text, at)) is not None:
            at = pointer.end()
        else:
            yield repr(text[at : at + 20])
            at += 1


def _characters(text: str) -> Iterator[str]:
    for found in _FORBIDDEN.finditer(text):
        around = text[max(found.start() - 20, 0) : found.end() + 20]
        yield f"U+{ord(found[0][0]):04X} in {around!r}"


def _floods(text: str) -> Iterator[str]:
    for found in _FLOOD.finditer(text):
        yield f"{len(found[0])} marks on {text[max(found.start() - 1, 0)]!r}"


def harm_in_output(text: str, *, exact: bool = False) -> list[str]:
    """What in a command's output a terminal would obey or misread. JSON is `exact`: it keeps every mark."""
    obeyed = (
        repr(text[max(at.start() - 20, 0) : at.end() + 20]) for at in re.finditer("[\x07\x08\r\x1b]", text)
    )
    return [*_characters(text), *obeyed, *(() if exact else _floods(text))]


def hostile_mail(number: int, subject: str) -> bytes:
    """A mail whose every header and part is hostile; the number of an order is in it."""
    head = (
        f'From: "{_header(HOSTILE)}" <buyer{number}@buyer.test>\r\nTo: "{_header(HOSTILE)}" <support@shop.test>\r\n'
        f"Cc: {_header(HOSTILE)} <cc@buyer.test>\r\nSubject: {_header(subject)}\r\n"
        f"Message-ID: <h{number}@buyer.test>\r\n"
        "Date: Sat, 21 Nov 2026 22:41:00 +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    )
    body = (
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nParcel 1001 {LINES}\r\n> {HOSTILE}\r\n"
        f"-- \r\n{HOSTILE}\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{HOSTILE}<a href='x{HOSTILE}'>{HOSTILE}</a></p>\r\n"
        f'--b\r\nContent-Type: image/png; name="{_header(HOSTILE)}"\r\nContent-Disposition: attachment; '
        f'filename="{_header(HOSTILE)}.png"\r\n\r\nx\r\n--b--\r\n'
    )
    return (head + body).encode()


def _header(text: str) -> str:
    return re.sub(r'[\r\n"\\]', " ", text)


def _toml(text: str) -> str:
    return '"' + "".join(c if " " <= c <= "~" and c not in '"\\' else f"\\U{ord(c):08x}" for c in text) + '"'


TEMPLATE = f"""
category = "order"

[asks.what]
en = {_toml(LINES)}

[text.en]
title = {_toml("Evil " + HOSTILE)}
subject = {_toml("Evil " + HOSTILE)}
body = {_toml("Hello {{ customer.name }} {{ what }} " + LINES)}
"""
CONFIG = '[templates]\nfolders = ["templates"]\n[sync]\nautostart = false\n'
_ORDERS = (
    "number,email,placed_at,currency,total,name,country,city,address,tax_number,note,"
    "item,sku,quantity,price,parcel,carrier"
)


def make_store(folder: Path) -> str:
    """A store full of hostile text: first what came in through mail, then every column of every table that people
    see overwritten as it would be if the first wall had not been there."""
    (folder / "templates").mkdir()
    (folder / "templates" / "evil.toml").write_text(TEMPLATE)
    (folder / "config.toml").write_text(CONFIG)
    desk, url = desk_on(folder)
    new = add_maildir(desk, folder)
    for number, subject in enumerate(
        ("Parcel " + HOSTILE, "Big " + "x\u202e" * 350_000, "Re: " + HOSTILE), 1
    ):
        deliver(new, hostile_mail(number, subject))
    deliver(new, mail(9, subject="parcel 1001"))
    desk.sync.once()
    csv = folder / "orders.csv"
    evil = '"' + HOSTILE.replace('"', '""').replace("\x00", "") + '"'
    csv.write_text(
        f"{_ORDERS}\n1001,buyer1@buyer.test,2026-11-01T10:00:00Z,EUR,10.00,{evil},ES,{evil},{evil},{evil},{evil},{evil},"
        f"{evil},1,10.00,RR123456785ES,{evil}\n"
    )
    report = desk.orders.import_file(csv)
    assert report.added == 1, report
    rows = desk.inbox.page("all").rows
    for row in rows:
        desk.replies.note(row.id, HOSTILE)
        desk.inbox.tag(row.id, add=["vip"])
        desk.replies.save_draft(Draft(row.id, desk.agent.id, "reply", LINES, 1, desk.clock.now()))
    desk.replies.send(rows[0].id, "Hello " + LINES.replace("{{ 7*7 }}", ""))
    desk.close()
    _poison(Path(url.removeprefix("sqlite:///")))
    return url


def _poison(path: Path) -> None:
    columns = {
        "agent": ("name",),
        "account": ("display_name", "health", "signature"),
        "customer": ("name", "notes", "language", "country"),
        "identity": ("value", "name"),
        "conversation": ("subject", "preview"),
        "message": ("sender_name", "sender_address", "subject", "text", "broken"),
        "note": ("text",),
        "attachment": ("name", "mime"),
        "draft": ("text",),
        "outbox": ("error",),
        "orders": ("customer_name", "email", "country", "city", "address", "tax_number", "note"),
        "shipment": ("carrier", "raw_status"),
    }
    store = sqlite3.connect(path)
    with store:
        for table, names in columns.items():
            for name in names:
                store.execute(f"UPDATE {table} SET {name} = {name} || ?", (LINES,))
        store.execute("UPDATE account SET name = name || ?", (HOSTILE,))
        store.execute("UPDATE conversation SET tags = ?", (json.dumps(["vip", HOSTILE]),))
        store.execute(
            "UPDATE conversation SET subject = ? WHERE id = 2", (HOSTILE * (1_000_000 // len(HOSTILE)),)
        )
        items = [[LINES, LINES, 1, "10.00"]]
        store.execute("UPDATE orders SET items = ?", (json.dumps(items),))
        events = [[1_790_000_000_000_000, "in_transit", LINES, LINES]]
        store.execute("UPDATE shipment SET events = ?", (json.dumps(events),))
        store.execute("UPDATE outbox SET state = 'failed'")
    store.close()
