"""Signing an account in at its provider, once, with a person at hand. Ends with tokens among the secrets.

Three ways: a code typed on another device (RFC 8628), a browser on this machine that comes back to a port of
ours (RFC 8252), or the address that a browser elsewhere ends at, pasted here. The last two use PKCE (RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets as randomness
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from csdesk.channels import http
from csdesk.channels.oauth import Tokens, said
from csdesk.channels.oauth_providers import Provider, client_id, provider_of
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError
from csdesk.i18n import _
from csdesk.secrets import Secrets

WAYS = ("device", "browser", "paste")
PATIENCE = 600.0
"""Seconds that a person has for the sign-in page."""


class Person(Protocol):
    """Whoever sits at the terminal."""

    def tell(self, text: str) -> None:
        """Show a sentence."""
        ...

    def ask(self, question: str) -> str:
        """Read a line."""
        ...

    def browse(self, url: str) -> bool:
        """Open a browser; False when there is none here."""
        ...


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One sign-in by browser: where it comes back to, and the two secrets that tie the answer to it."""

    redirect: str
    state: str
    verifier: str

    @classmethod
    def to(cls, redirect: str) -> _Attempt:
        return cls(redirect, randomness.token_urlsafe(24), randomness.token_urlsafe(64))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class Login:
    """The sign-in of one account. Raises ChannelError with what to do, and then nothing was changed."""

    def __init__(self, account: Account, secrets: Secrets, person: Person) -> None:
        self._account = account
        self._person = person
        self._tokens = Tokens(account, secrets)
        self._provider: Provider = provider_of(account)
        self._client = client_id(account, self._provider)

    def run(self, way: str = "", *, remote: bool = False) -> None:
        """Sign in by `way`, one of WAYS; '' is by code where the provider offers that, else by browser, or by
        pasting when the terminal is `remote` and a browser would open where nobody sees it."""
        if not way:
            way = "device" if self._provider.device_url else "paste" if remote else "browser"
        if way == "device":
            self._by_device()
        elif way == "paste":
            self._by_paste()
        else:
            self._by_browser()

    def _by_device(self) -> None:
        if not self._provider.device_url:
            raise ChannelError(
                "not_configured",
                _("{provider} offers no sign-in by code. Use another way.").format(
                    provider=self._provider.name
                ),
            )
        form = {"client_id": self._client, "scope": self._provider.scope}
        begun = self._tokens.ask(self._provider.device_url, form)
        code, address = begun.text("device_code"), begun.text("verification_uri")
        if begun.status != 200 or not code or not address:
            raise self._failed(begun)
        self._person.tell(
            _("Open {url} on any device and enter the code {code}.").format(
                url=address, code=begun.text("user_code")
            )
        )
        self._poll(code, _seconds(begun, "interval", 5.0), _seconds(begun, "expires_in", PATIENCE))

    def _poll(self, code: str, interval: float, patience: float) -> None:
        """Ask until the person is done (RFC 8628 3.5)."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            time.sleep(interval)
            form = self._tokens.form(
                grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code=code
            )
            answer = self._tokens.ask(self._provider.token_url, form)
            problem = answer.text("error")
            if problem == "slow_down":
                interval += 5
            elif problem != "authorization_pending":
                self._keep(answer)
                return
        raise ChannelError("timeout", _("Nobody signed in in time. Try again."))

    def _by_browser(self) -> None:
        with _Landing() as landing:
            attempt = _Attempt.to(f"http://{self._provider.redirect_host}:{landing.port}/")
            address = self._address(attempt)
            if not self._person.browse(address):
                self._person.tell(
                    _("Open this address in a browser on this machine: {url}").format(url=address)
                )
            query = landing.wait(PATIENCE)
        if query is None:
            raise ChannelError("timeout", _("Nobody signed in in time. Try again."))
        self._redeem(attempt, query)

    def _by_paste(self) -> None:
        # Nothing of ours listens there: the browser, on another machine, shows an error page and keeps the address.
        port = 50_000 + randomness.randbelow(10_000)
        attempt = _Attempt.to(f"http://{self._provider.redirect_host}:{port}/")
        self._person.tell(
            _("Open this address in a browser and sign in: {url}").format(url=self._address(attempt))
        )
        pasted = self._person.ask(
            _("The browser ends at a page that cannot be shown. Paste its whole address here: ")
        )
        self._redeem(attempt, urlsplit(pasted.strip()).query)

    def _address(self, attempt: _Attempt) -> str:
        fields = {
            "client_id": self._client,
            "response_type": "code",
            "redirect_uri": attempt.redirect,
            "scope": self._provider.scope,
            "state": attempt.state,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            "login_hint": self._account.address,
            **dict(self._provider.extra),
        }
        return f"{self._provider.auth_url}?{urlencode(fields)}"

    def _redeem(self, attempt: _Attempt, query: str) -> None:
        """Change the code that came back into tokens."""
        fields = {name: values[0] for name, values in parse_qs(query).items()}
        if not hmac.compare_digest(fields.get("state", "").encode(), attempt.state.encode()):
            raise ChannelError(
                "protocol",
                _("That address does not belong to this sign-in. Start again, and use the new one."),
            )
        if not fields.get("code"):
            raise self._failed(http.Answer(400, fields))
        form = self._tokens.form(
            grant_type="authorization_code",
            code=fields["code"],
            redirect_uri=attempt.redirect,
            code_verifier=attempt.verifier,
        )
        self._keep(self._tokens.ask(self._provider.token_url, form))

    def _keep(self, answer: http.Answer) -> None:
        if answer.status != 200 or not answer.text("access_token"):
            raise self._failed(answer)
        self._tokens.keep(answer)

    def _failed(self, answer: http.Answer) -> ChannelError:
        return ChannelError(
            "wrong_password",
            _("{provider} did not sign account {name} in: {words}").format(
                provider=self._provider.name, name=self._account.name, words=said(answer)
            ),
        )


class _Landing:
    """A page on this machine that the browser comes back to, once."""

    def __init__(self) -> None:
        self._query: str | None = None
        self._came = threading.Event()
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> _Landing:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, seconds: float) -> str | None:
        """The query that the browser brought; None when none came in time."""
        self._came.wait(seconds)
        return self._query

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        took: Callable[[str], bool] = self._took

        class Handler(BaseHTTPRequestHandler):
            timeout = 5.0

            def do_GET(self) -> None:
                ours = took(urlsplit(self.path).query)
                page = _("You can close this window and go back to the terminal.") if ours else ""
                body = page.encode("utf-8")
                with suppress(OSError):
                    self.send_response(200 if ours else 404)
                    self.send_header("Content-Type", "text/plain; charset=utf-8")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                """The address holds a code; it goes into no log."""

        return Handler

    def _took(self, query: str) -> bool:
        """Browsers also ask for icons; only what has a state is an answer, and the first one counts."""
        if "state" not in parse_qs(query):
            return False
        if not self._came.is_set():
            self._query = query
            self._came.set()
        return True


def _seconds(answer: http.Answer, name: str, usual: float) -> float:
    value = answer.fields.get(name)
    return min(max(float(value), 0.05), 1800.0) if isinstance(value, (int, float)) else usual
