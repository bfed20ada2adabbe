"""Server URLs: what is taken, what is refused, and that the refusal says how to write it."""

from __future__ import annotations

import pytest

from csdesk.channels import KINDS, MailUrl, open_channel, parse_url
from csdesk.domain.people import Account
from csdesk.errors import Usage
from csdesk.secrets import Secrets


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("imaps://ana@mail.shop.test", ("mail.shop.test", 993, "ana", "INBOX", "tls")),
        ("imaps://ana@shop.test@mail.shop.test:1993/Sent%20Items",
         ("mail.shop.test", 1993, "ana@shop.test", "Sent Items", "tls")),
        ("imaps://ana%40shop.test@mail.shop.test/A/B", ("mail.shop.test", 993, "ana@shop.test", "A/B", "tls")),
        ("IMAP+STARTTLS://a@h/已发送", ("h", 143, "a", "已发送", "starttls")),
        ("imap://a@localhost", ("localhost", 143, "a", "INBOX", "plain")),
        ("imap://a@127.0.0.1:1143/", ("127.0.0.1", 1143, "a", "INBOX", "plain")),
        ("imap://a@[::1]:1143", ("::1", 1143, "a", "INBOX", "plain")),
        ("imaps://ana@h/To@Do", ("h", 993, "ana", "To@Do", "tls")),
        ("imaps://h:993/To@Do", ("h", 993, "", "To@Do", "tls")),
        ("smtps://a@h", ("h", 465, "a", "", "tls")),
        ("smtp+starttls://h", ("h", 587, "", "", "starttls")),
        ("smtp://localhost:2525", ("localhost", 2525, "", "", "plain")),
    ],
)  # fmt: skip
def test_good_urls(url: str, read: tuple[str, int, str, str, str]) -> None:
    """Else an account that was typed right does not connect; and what is stored reads the same."""
    found = parse_url(url)
    assert (found.host, found.port, found.user, found.folder, found.security) == read
    assert parse_url(str(found)) == found


@pytest.mark.parametrize(
    "url", ["imap://a@mail.shop.test", "smtp://mail.shop.test", "imap://a@127.0.0.1.evil.test"]
)
def test_plain_is_for_this_machine_only(url: str) -> None:
    """Else the password travels in the clear."""
    with pytest.raises(Usage, match=r"unencrypted.*starttls://"):
        parse_url(url)


@pytest.mark.parametrize(
    "url", ["imaps://ana:hunter2@h/INBOX", "smtps://a@b:hunter2@h", "imaps://ana:hunt/er2@h"]
)
def test_a_password_in_a_url_is_refused_and_not_repeated(url: str) -> None:
    """Else it stands in the shell's history, the process list and the store."""
    with pytest.raises(Usage) as failure:
        parse_url(url)
    assert "hunter2" not in failure.value.message and "er2" not in failure.value.message


def test_the_refusal_names_the_ways_to_give_a_password() -> None:
    """Else people do not know where else to put it."""
    with pytest.raises(Usage, match=r"--password-env.*keyring"):
        parse_url("imaps://ana:hunter2@mail.shop.test")


@pytest.mark.parametrize(
    "url",
    [
        "", "mail.shop.test", "imaps://", "imaps:///INBOX", "http://a@h", "imaps://a@h:99999", "imaps://a@h:x",
        "imaps://a@h/IN%0d%0aBOX", "imaps://a%0aX@h", "imaps://a@h\n", "imaps://a b@h/\x00", "imaps://a@ho st",
    ],
)  # fmt: skip
def test_bad_urls_say_how_to_write_them(url: str) -> None:
    """Else a typo is a riddle, or a line break in a folder's name becomes a command to the server."""
    if url.endswith("\n"):
        assert parse_url(url).host == "h"
        return
    with pytest.raises(Usage, match=r"imaps://user@host:port/FOLDER|65535"):
        parse_url(url)


def test_the_wrong_protocol_is_refused() -> None:
    """Else --smtp with an IMAP address is found out only when the first answer fails."""
    with pytest.raises(Usage, match="smtps://"):
        parse_url("imaps://a@h", "smtp")
    with pytest.raises(Usage, match="imaps://"):
        parse_url("smtps://a@h", "imap")
    assert isinstance(parse_url("smtps://a@h", "smtp"), MailUrl)


def test_kinds_open_without_touching_anything(secrets: Secrets) -> None:
    """Else one broken account keeps the list of accounts from opening; an unknown kind is named."""
    for kind in KINDS:
        channel = open_channel(Account(1, "shop", kind, "a@b"), secrets)
        assert channel.kind == kind
        steps = channel.check()
        assert [step.code for step in steps] == ["not_configured"]
        channel.close()
    with pytest.raises(Usage, match="maildir"):
        open_channel(Account(1, "shop", "pigeon", "a@b"), secrets)
