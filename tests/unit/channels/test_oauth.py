"""Signing in with tokens: they are renewed in time, once, by whoever comes first; and a person hears what to run."""

from __future__ import annotations

import base64
import json
import multiprocessing
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from csdesk.channels import open_channel
from csdesk.channels.oauth import Tokens
from csdesk.channels.oauth_login import Login
from csdesk.channels.oauth_providers import PROVIDERS, provider_of
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError, NotSent, Rejected
from csdesk.secrets import Secrets
from tests.channel_rigs import Ingest, outgoing
from tests.servers import OAuthServer, Scripted

USER = "support@shop.test"


@pytest.fixture
def provider() -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        yield server


@pytest.fixture
def kept(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path, use_keyring=False)


def _account(provider: OAuthServer, **settings: str) -> Account:
    return Account(1, "shop", "imap", USER, settings={**provider.settings, "timeout": "3", **settings})


def _keep(kept: Secrets, provider: OAuthServer, *, access: str = "access-0", ends_in: float = 3600) -> None:
    provider.valid = {access}
    end = time.time() + ends_in
    kept.set("shop/oauth", json.dumps({"access": access, "refresh": provider.refresh, "expires_at": end}))


def _token_in(words: bytes) -> str:
    return base64.b64decode(words).decode().split("Bearer ")[1].rstrip("\x01")


def _imap(provider: OAuthServer) -> Callable[[bytes], bytes | None]:
    """An IMAP server with an empty INBOX that takes the provider's valid tokens."""

    waiting: list[bytes] = []

    def answer(line: bytes) -> bytes | None:
        if waiting:
            tag = waiting.pop()
            if tag.startswith(b"refuse "):
                return tag[7:] + b" NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"
            if _token_in(line) in provider.valid:
                return tag + b" OK signed in\r\n"
            waiting.append(b"refuse " + tag)
            return b"+ " + base64.b64encode(b'{"status":"401"}') + b"\r\n"
        tag, command, *_rest = line.split(maxsplit=2)
        done = tag + b" OK done\r\n"
        if command == b"CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n" + done
        if command == b"AUTHENTICATE":
            waiting.append(tag)
            return b"+ \r\n"
        if command == b"EXAMINE":
            return b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n" + done
        return b"* SEARCH\r\n" + done if command == b"UID" else done

    return answer


def _smtp(provider: OAuthServer) -> Callable[[bytes], bytes | None]:
    """An SMTP server that takes the provider's valid tokens."""
    inside: list[bool] = []

    def answer(line: bytes) -> bytes | None:
        words = line.split()
        if inside:
            if line == b".\r\n":
                inside.clear()
                return b"250 queued\r\n"
            return b""
        if line.startswith(b"EHLO"):
            return b"250-mail\r\n250 AUTH XOAUTH2\r\n"
        if line.startswith(b"AUTH"):
            good = _token_in(words[2]) in provider.valid
            return b"235 ok\r\n" if good else b"334 " + base64.b64encode(b'{"status":"401"}') + b"\r\n"
        if line == b"\r\n":
            return b"535 5.7.8 not accepted\r\n"
        if line.startswith(b"DATA"):
            inside.append(True)
            return b"354 go on\r\n"
        return None if line.startswith(b"QUIT") else b"250 ok\r\n"

    return answer


@pytest.fixture
def mailbox(provider: OAuthServer) -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        imap = stack.enter_context(Scripted(b"* OK hello\r\n", _imap(provider)))
        smtp = stack.enter_context(Scripted(b"220 hello\r\n", _smtp(provider)))
        yield {
            "imap": f"imap://{USER}@127.0.0.1:{imap.port}",
            "smtp": f"smtp://{USER}@127.0.0.1:{smtp.port}",
        }


def test_a_good_token_opens_both_servers(
    provider: OAuthServer, kept: Secrets, mailbox: dict[str, str]
) -> None:
    """Else nobody with Gmail or Outlook can use the desk."""
    _keep(kept, provider)
    channel = open_channel(_account(provider, **mailbox), kept)
    assert Ingest().run(channel) == []
    assert channel.send(outgoing()).detail
    assert provider.refreshes == 0
    assert [check.ok for check in channel.check()] == [True] * 5


@pytest.mark.parametrize("ends_in", [3600.0, 60.0, -60.0])
def test_a_token_that_ended_or_is_refused_is_renewed_once(
    provider: OAuthServer, kept: Secrets, mailbox: dict[str, str], ends_in: float
) -> None:
    """Else the mailbox stops after an hour, or the provider locks out who asks again and again."""
    _keep(kept, provider, ends_in=ends_in)
    provider.valid = set()
    channel = open_channel(_account(provider, **mailbox), kept)
    assert Ingest().run(channel) == []
    assert channel.send(outgoing()).detail
    assert provider.refreshes == 1


def test_sending_renews_as_well(provider: OAuthServer, kept: Secrets, mailbox: dict[str, str]) -> None:
    """Else an answer is held back although a new token was to be had."""
    _keep(kept, provider)
    provider.valid = set()
    assert open_channel(_account(provider, **mailbox), kept).send(outgoing()).detail
    assert provider.refreshes == 1


def test_a_server_that_takes_no_token_is_not_asked_for_ever(
    provider: OAuthServer, kept: Secrets, mailbox: dict[str, str]
) -> None:
    """Else tokens are burnt in a loop, and the mail is taken for sent."""
    _keep(kept, provider)
    channel = open_channel(_account(provider, **mailbox), kept)
    provider._issue = lambda: (200, {"access_token": "never", "expires_in": 3600})  # type: ignore[method-assign]
    provider.valid = {"another"}
    with pytest.raises(ChannelError) as failure:
        Ingest().run(channel)
    assert failure.value.code == "wrong_password"
    assert "never" not in failure.value.message
    with pytest.raises((Rejected, NotSent)):
        channel.send(outgoing())


def test_a_revoked_sign_in_says_what_to_run(
    provider: OAuthServer, kept: Secrets, mailbox: dict[str, str]
) -> None:
    """Else the accounts line says 'invalid_grant' and nobody knows what to do."""
    _keep(kept, provider, ends_in=-1)
    provider.revoked = True
    channel = open_channel(_account(provider, **mailbox), kept)
    with pytest.raises(ChannelError, match="csdesk account login shop") as failure:
        Ingest().run(channel)
    assert failure.value.code == "wrong_password"
    with pytest.raises(NotSent, match="csdesk account login shop"):
        channel.send(outgoing())


def test_before_the_first_sign_in_it_says_what_to_run(provider: OAuthServer, kept: Secrets) -> None:
    """Else a new account fails with a riddle."""
    with pytest.raises(ChannelError, match="csdesk account login shop") as failure:
        Tokens(_account(provider), kept).access()
    assert failure.value.code == "not_configured"


def test_a_provider_that_is_down_is_no_revocation(provider: OAuthServer, kept: Secrets) -> None:
    """Else an hour of trouble at the provider makes everybody sign in again."""
    _keep(kept, provider, ends_in=-1)
    provider.down = True
    with pytest.raises(ChannelError) as failure:
        Tokens(_account(provider), kept).access()
    assert failure.value.code == "unreachable"
    provider.down = False
    assert Tokens(_account(provider), kept).access() in provider.valid


def _refresh(settings: dict[str, str], folder: str, start: object, answers: object) -> None:
    account = Account(1, "shop", "imap", USER, settings=settings)
    start.wait()  # type: ignore[attr-defined]
    answers.put(Tokens(account, Secrets(Path(folder), use_keyring=False)).access())  # type: ignore[attr-defined]


def test_processes_that_renew_at_once_use_one_refresh(
    provider: OAuthServer, kept: Secrets, tmp_path: Path
) -> None:
    """Else the second one spends a token that was rotated away, and the provider ends the whole sign-in."""
    _keep(kept, provider, ends_in=-1)
    provider.slow = 0.3
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(2), context.Queue()
    settings = _account(provider).settings
    workers = [
        context.Process(target=_refresh, args=(settings, str(tmp_path), start, answers)) for _n in range(2)
    ]
    for worker in workers:
        worker.start()
    found = {answers.get(timeout=30) for _worker in workers}
    for worker in workers:
        worker.join(10)
    assert provider.refreshes == 1
    assert found == provider.valid


def test_tokens_are_private_and_never_shown(provider: OAuthServer, kept: Secrets) -> None:
    """Else whoever reads the machine's files or logs owns the mailbox."""
    _keep(kept, provider, ends_in=-1)
    tokens = Tokens(_account(provider), kept)
    access = tokens.access()
    assert kept.file.stat().st_mode & 0o077 == 0
    assert access not in repr(tokens) + repr(tokens._read())


class Someone:
    """A person at the terminal, whose browser is the provider's `authorize`."""

    def __init__(self, provider: OAuthServer, *, browser: bool = True, state: str = "") -> None:
        self.provider, self.browser, self.state = provider, browser, state
        self.told: list[str] = []
        self.threads: list[threading.Thread] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask(self, _question: str) -> str:
        address = self.provider.authorize(self.told[-1].split(": ", 1)[1])
        if self.state:
            real = parse_qs(urlsplit(address).query)["state"][0]
            address = address.replace(real, self.state)
        return f"  {address}\n"

    def browse(self, url: str) -> bool:
        if self.browser:
            back = self.provider.authorize(url)
            host = f"http://127.0.0.1:{urlsplit(back).port}"

            def go() -> None:
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                for address in (f"{host}/?{urlsplit(back).query}", f"{host}/?state=second&code=x"):
                    with suppress(OSError):  # the second knock may find the door closed already
                        opener.open(address, timeout=5).close()

            self.threads.append(threading.Thread(target=go, daemon=True))
            self.threads[-1].start()
        return self.browser


@pytest.mark.parametrize("way", ["browser", "paste", "device"])
def test_every_way_ends_with_a_token_that_works(provider: OAuthServer, kept: Secrets, way: str) -> None:
    """Else people over SSH, or without a browser, cannot sign in."""
    account = _account(provider, oauth_device_url=f"{provider.url}/device")
    someone = Someone(provider)
    Login(account, kept, someone).run(way)
    assert Tokens(account, kept).access() in provider.valid
    if way == "device":
        assert "WDJB-MJHT" in someone.told[0]
        assert provider.pending == -1


def test_an_address_of_another_sign_in_is_refused(provider: OAuthServer, kept: Secrets) -> None:
    """Else somebody can have the shop read a mailbox that is not its own."""
    with pytest.raises(ChannelError, match="does not belong"):
        Login(_account(provider), kept, Someone(provider, state="forged")).run("paste")
    assert kept.get("shop/oauth") is None


def test_a_person_who_says_no_is_no_traceback(provider: OAuthServer, kept: Secrets) -> None:
    """Else the one who pressed Cancel sees a crash."""

    class No(Someone):
        def ask(self, question: str) -> str:
            return super().ask(question).replace("code=", "error=access_denied&x=")

    with pytest.raises(ChannelError, match="access_denied"):
        Login(_account(provider), kept, No(provider)).run("paste")


def test_the_way_is_chosen_by_the_place(provider: OAuthServer, kept: Secrets) -> None:
    """Else over SSH a browser opens on a screen that nobody sees."""
    someone = Someone(provider, browser=False)
    Login(_account(provider), kept, someone).run(remote=True)
    assert "Open this address in a browser and sign in" in someone.told[0]


def test_the_providers_are_https_and_complete() -> None:
    """Else a token goes over the wire in the clear."""
    for name in ("google", "microsoft"):
        account = Account(1, "a", "imap", USER, settings={"oauth": name})
        found = provider_of(account)
        assert all(url.startswith("https://") for url in (found.auth_url, found.token_url))
        assert "{" not in found.auth_url + found.token_url + found.device_url
    assert not PROVIDERS["google"].device_url
    for settings in ({}, {"oauth": "acme"}, {"oauth": "other"}):
        with pytest.raises(ChannelError):
            provider_of(Account(1, "a", "imap", USER, settings=settings))


def test_a_token_url_in_the_clear_is_refused(provider: OAuthServer, kept: Secrets) -> None:
    """Else a typing mistake gives the refresh token away."""
    _keep(kept, provider, ends_in=-1)
    with pytest.raises(ChannelError, match="https://"):
        Tokens(_account(provider, oauth_token_url="http://provider.test/token"), kept).access()
