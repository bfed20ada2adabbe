"""The sample mails as the tests beside this file read them: with the standard library alone."""

from __future__ import annotations

import email
import email.policy
import re
from email.headerregistry import Address
from email.message import EmailMessage

from csdesk.demo.content import mails

MAILS = dict(mails())
NAME = re.compile(r"(?P<conversation>\d{2}-[a-z-]+)-(?P<turn>\d)\.eml")
BROKEN = "19-zofia-nowak-1.eml"
SHOP = "support@nordlicht.example"


def parsed(name: str) -> EmailMessage:
    return email.message_from_bytes(MAILS[name], policy=email.policy.default)


def text_of(name: str) -> str:
    """The readable body; what calls itself gb2312 is read as what it really is."""
    body = parsed(name).get_body(("plain", "html"))
    if body is None:
        return MAILS[name].decode("utf-8")
    charset = body.get_content_charset() or "ascii"
    raw = body.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(charset, charset))


def conversations() -> dict[str, list[str]]:
    """File names of each conversation, in the order in which they were written."""
    threads: dict[str, list[str]] = {}
    for name in MAILS:
        found = NAME.fullmatch(name)
        assert found, name
        threads.setdefault(found["conversation"], []).append(name)
    return threads


def sender(name: str) -> str:
    address = parsed(name)["from"].addresses[0]
    assert isinstance(address, Address)
    return address.addr_spec
