"""Who a mail is really from. A missed sign costs money; a false alarm teaches people not to look."""

from __future__ import annotations

import pytest

from csdesk.mail import domains
from csdesk.mail.parse import parse
from csdesk.mail.sender import checks, sender_truth

KNOWN = ("shop.example", "amazon.com", "paypal.com", "kleinanzeigen.de")
RECEIVED = "Received: from x (x [192.0.2.1]) by mx.shop.example with ESMTP; Sat, 21 Nov 2026 10:00:00 +0100\n"


def codes(head: str, known: tuple[str, ...] = KNOWN) -> list[str]:
    return [one.code for one in sender_truth(parse((head + "\n\nHello").encode()), known)]


@pytest.mark.parametrize(
    ("head", "want"),
    [
        ("From: Ana <ana@buyer.example>", []),
        (
            "From: Ana <ana@buyer.example>\nReply-To: ana@other.buyer.example\nReturn-Path: <b@buyer.example>",
            [],
        ),
        ("From: Ana <ana@buyer.example>\nReply-To: <x@elsewhere.example>", ["reply-to"]),
        ("From: Ana <ana@buyer.example>\nSender: <x@elsewhere.example>", ["sender"]),
        ("From: Ana <ana@buyer.example>\nReturn-Path: <x@elsewhere.example>", ["return-path"]),
        ("From: support@shop.example <eve@evil.example>", ["name"]),
        ("From: Ana", ["no-sender"]),
        ("From: a@arnazon.com", ["look-alike"]),
        ("From: a@amaz0n.de", ["look-alike"]),
        ("From: a@xn--mazon-3ve.com", ["look-alike"]),
        ("From: a@paypall.com", ["look-alike"]),
        ("From: a@amazon.co", ["look-alike"]),
        ("From: a@mail.amazon.com", []),
        ("From: a@amazon.de", []),
        ("From: a@xn--bnk-5cd.example", ["mixed-scripts"]),
        ("From: b <abc@marketplace.amazon.com>\nReply-To: x@elsewhere.example", []),
    ],
)
def test_what_disagrees_is_said(head: str, want: list[str]) -> None:
    assert codes(head) == want


PASS = "Authentication-Results: {server}; dkim=pass header.d=buyer.example; spf=pass; dmarc=pass (p=none)\n"


def test_the_receiving_servers_word_counts_and_a_strangers_does_not() -> None:
    head = "From: Ana <ana@buyer.example>"
    assert codes(RECEIVED + PASS.format(server="mx.shop.example") + head) == ["confirmed"]
    assert codes(RECEIVED + PASS.format(server="mx.evil.example") + head) == []
    forged = "Authentication-Results: mx.shop.example; dmarc=fail; dkim=none; spf=fail\n"
    forged += PASS.format(server="mx.shop.example")
    assert codes(RECEIVED + forged + head) == ["not-confirmed"]


def test_a_confirmed_sender_may_use_a_mailing_service() -> None:
    head = "From: Ana <ana@buyer.example>\nReturn-Path: <b@sendgrid.example>"
    assert codes(RECEIVED + PASS.format(server="mx.shop.example") + head) == ["confirmed"]


@pytest.mark.parametrize(
    ("results", "denied"),
    [
        ("mx.shop.example; dmarc=fail (p=none) header.from=x; dkim=pass; spf=pass", True),
        ("mx.shop.example; dkim=fail; spf=softfail", True),
        ("mx.shop.example; dkim=pass header.d=a.example; spf=fail", False),
        ("mx.shop.example; spf=pass; dkim=none", False),
        ("mx.shop.example; none", False),
        ("spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=x; dkim=none; dmarc=fail action=none", True),
        ("mx.shop.example 1; dkim=fail; dkim=pass header.d=x; spf=none", False),
        (";;;=;(((", False),
    ],
)
def test_results_are_read_in_their_forms(results: str, denied: bool) -> None:
    found = checks(parse(f"From: a@b.example\nAuthentication-Results: {results}\n\nx".encode()))
    assert found.denies() is denied


def test_every_sentence_is_one_line_and_whole() -> None:
    head = "From: support@shop.example <a@arnazon.com>\nReply-To: x@y.example\nSender: z@z.example"
    head += "\nReturn-Path: <q@q.example>"
    found = sender_truth(parse((head + "\n\nx").encode()), KNOWN)
    assert [one.level for one in found] == sorted((one.level for one in found), reverse=True)
    assert all(
        one.sentence.endswith(".") and "\n" not in one.sentence and "{" not in one.sentence for one in found
    )


def test_neighbours_that_exist_are_left_alone() -> None:
    for mine, other in (("ymail.com", "gmail.com"), ("email.com", "gmail.com"), ("sohp.com", "shop.com")):
        assert domains.look_alike(mine, [other]) == ""
    assert domains.organisation("mail.shop.co.uk") == "shop.co.uk"
    assert domains.related("a.shop.co.uk", "b.shop.co.uk") and not domains.related("a.co.uk", "b.co.uk")
