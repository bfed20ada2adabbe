"""A Maildir of synthetic mails as a shop gets them: plain and HTML, base64 and quoted-printable, answers that quote."""

from __future__ import annotations

import os
import random
from base64 import encodebytes
from collections.abc import Iterator
from datetime import timedelta
from email.header import Header
from email.utils import format_datetime
from pathlib import Path
from quopri import encodestring

from benchmarks.seed import NOW, OUT
from benchmarks.texts import LANGUAGES, names, pool

THREADED = 0.4
FORMAT = 1
MARK = "Order #"
"""How every subject begins, so that a program under measurement can be seen to show its first row."""


def maildir(size: int) -> Path:
    """A Maildir with `size` mails in cur/, made when it is not there."""
    path = OUT / f"mails-{FORMAT}-{size}"
    if not (path / "done").exists():
        for part in ("cur", "new", "tmp"):
            (path / "mail" / part).mkdir(parents=True, exist_ok=True)
        for number, raw in enumerate(_mails(size), start=1):
            file = path / "mail" / "cur" / f"{1_700_000_000 + number}.{number}.bench:2,S"
            file.write_bytes(raw)
            at = (NOW - timedelta(minutes=size - number)).timestamp()
            os.utime(file, (at, at))
        (path / "done").touch()
    return path / "mail"


def _mails(size: int) -> Iterator[bytes]:
    dice = random.Random(size)
    talk = pool(3_000)
    people = names(dice, max(size // 3, 20))
    recent: list[tuple[int, str, str, tuple[str, str]]] = []
    for number in range(1, size + 1):
        if recent and dice.random() < THREADED:
            before, subject, quoted, person = dice.choice(recent)
            subject = subject if subject.startswith("Re: ") else f"Re: {subject}"
        else:
            before, quoted, person = 0, "", dice.choice(people)
            subject = ""
        said = [s.text for s in dice.choices(talk[dice.choice(LANGUAGES)], k=dice.randint(2, 6))]
        subject = subject or f"{MARK}{number} {said[0][:40]}"
        text = "\n".join(["Hello,", "", *said, "", person[0]])
        if quoted:
            text += f"\n\nOn Mon, 3 Nov 2025 at 10:11, Shop <support@shop.example> wrote:\n{quoted}"
        yield _mail(dice, number, before, subject, text, person, size)
        recent = [
            *recent[-200:],
            (number, subject, "\n".join(f"> {line}" for line in text.split("\n")[:12]), person),
        ]


def _mail(
    dice: random.Random, number: int, before: int, subject: str, text: str, person: tuple[str, str], size: int
) -> bytes:
    at = NOW - timedelta(minutes=size - number)
    shown = subject if subject.isascii() else Header(subject, "utf-8", maxlinelen=70).encode(linesep="\r\n")
    head = [
        f"Return-Path: <{person[1]}>",
        f"Received: from mx.{number % 97}.example (mx.example [192.0.2.{number % 250}]) by mail.shop.example"
        f" with ESMTPS id {number:x};\r\n\t{format_datetime(at)}",
        f"From: {person[0]} <{person[1]}>",
        "To: Shop <support@shop.example>",
        f"Subject: {shown}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{number}.bench@shop-mail.example>",
        *([f"In-Reply-To: <{before}.bench@shop-mail.example>", f"References: <{before}.bench@shop-mail.example>"]
          if before else []),
        "MIME-Version: 1.0",
    ]  # fmt: skip
    if dice.random() < 0.3:
        html = "<html><body>" + "".join(f"<p>{line}</p>" for line in text.split("\n")) + "</body></html>"
        cut = f"=_{number}"
        parts = [
            f"--{cut}\r\n{_part(dice, 'plain', text)}",
            f"--{cut}\r\n{_part(dice, 'html', html)}",
            f"--{cut}--\r\n",
        ]
        body = f'Content-Type: multipart/alternative; boundary="{cut}"\r\n\r\n' + "\r\n".join(parts)
    else:
        body = _part(dice, "plain", text)
    return ("\r\n".join(head) + "\r\n" + body).encode("ascii")


def _part(dice: random.Random, kind: str, text: str) -> str:
    """One text part with its two fields, in a transfer encoding."""
    raw = text.encode()
    if text.isascii() and dice.random() < 0.5:
        coded, encoding = text, "7bit"
    elif dice.random() < 0.5:
        coded, encoding = encodestring(raw).decode("ascii"), "quoted-printable"
    else:
        coded, encoding = encodebytes(raw).decode("ascii"), "base64"
    fields = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return fields + coded.replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n"
