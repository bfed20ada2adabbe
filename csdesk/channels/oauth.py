"""Access tokens of an account: kept beside its passwords, refreshed before they end. Knows no mail protocol.

Refresh tokens may be good for one use only, and several processes use one account. So a refresh happens under a
file lock: whoever waited for it reads again and takes what the other one got.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from csdesk import paths
from csdesk.channels import http, net
from csdesk.channels.oauth_providers import client_id, client_secret_variable, provider_of
from csdesk.clock import Clock, SystemClock
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.secrets import Secrets

EARLY = 120.0
"""Seconds before its end at which a token is renewed, so that it does not end between sign-in and use."""
_USUAL_LIFE = 3600.0


@dataclass(frozen=True, slots=True)
class Token:
    """What a provider gave. `expires_at` is seconds since the epoch."""

    access: str
    refresh: str
    expires_at: float

    def __repr__(self) -> str:
        return f"Token(expires_at={self.expires_at})"


class Tokens:
    """The tokens of one account. For several threads and processes."""

    def __init__(self, account: Account, secrets: Secrets, clock: Clock | None = None) -> None:
        self._account = account
        self._secrets = secrets
        self._clock = clock or SystemClock()

    def access(self, *, refused: str = "") -> str:
        """An access token that should work; not `refused`, which a server did not take. Raises ChannelError:
        'wrong_password' with what to run when a person has to sign in again."""
        token = self._read()
        if self._usable(token, refused):
            return token.access
        with locked(self._secrets, self._account.name):
            token = self._read()
            if not self._usable(token, refused):
                token = self._refreshed(token)
            return token.access

    def keep(self, answer: http.Answer, *, refresh: str = "") -> Token:
        """Store what a token endpoint answered; `refresh` is the refresh token that stays when it names none."""
        life = answer.fields.get("expires_in")
        seconds = float(life) if isinstance(life, (int, float)) and life > 0 else _USUAL_LIFE
        token = Token(
            answer.text("access_token"),
            answer.text("refresh_token") or refresh,
            self._clock.now().timestamp() + seconds,
        )
        try:
            self._secrets.set(self._name, json.dumps(asdict(token)))
        except DeskError as error:
            raise ChannelError("permission", error.message) from error
        return token

    def form(self, **fields: str) -> Mapping[str, str]:
        """A form for the token endpoint with who we are."""
        provider = provider_of(self._account)
        found = {"client_id": client_id(self._account, provider), **fields}
        secret = self._kept(f"{self._account.name}/oauth-client", client_secret_variable(provider))
        return {**found, "client_secret": secret} if secret else found

    def ask(self, url: str, form: Mapping[str, str]) -> http.Answer:
        """POST to the provider. Raises ChannelError."""
        settings = self._account.settings
        return http.post_form(url, form, timeout=net.timeout(settings), ca_file=settings.get("ca_file", ""))

    @property
    def _name(self) -> str:
        return f"{self._account.name}/oauth"

    def _usable(self, token: Token, refused: str) -> bool:
        left = token.expires_at - self._clock.now().timestamp()
        return bool(token.access) and token.access != refused and left > EARLY

    def _kept(self, name: str, variable: str = "") -> str:
        try:
            return self._secrets.get(name, variable) or ""
        except DeskError as error:
            raise ChannelError("permission", error.message) from error

    def _read(self) -> Token:
        """The stored token. Raises ChannelError when nobody signed in yet."""
        try:
            found = json.loads(self._kept(self._name) or "{}")
            return Token(str(found["access"]), str(found["refresh"]), float(found["expires_at"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ChannelError(
                "not_configured",
                _("Account {name} is not signed in yet. Run: csdesk account login {name}").format(
                    name=self._account.name
                ),
            ) from error

    def _refreshed(self, token: Token) -> Token:
        provider = provider_of(self._account)
        if not token.refresh:
            raise self._sign_in_again("")
        form = self.form(grant_type="refresh_token", refresh_token=token.refresh, scope=provider.scope)
        answer = self.ask(provider.token_url, form)
        if answer.status == 200 and answer.text("access_token"):
            return self.keep(answer, refresh=token.refresh)
        if answer.status in (400, 401) and answer.text("error") in ("invalid_grant", "interaction_required"):
            raise self._sign_in_again(said(answer))
        raise ChannelError(
            "unreachable" if answer.status >= 500 or answer.status == 429 else "not_configured",
            _("{provider} did not renew the sign-in of account {name}: {words}").format(
                provider=provider.name, name=self._account.name, words=said(answer)
            ),
        )

    def _sign_in_again(self, words: str) -> ChannelError:
        return ChannelError(
            "wrong_password",
            _("The sign-in of account {name} has ended ({words}). Run: csdesk account login {name}").format(
                name=self._account.name, words=words or "-"
            ),
        )


@contextmanager
def locked(secrets: Secrets, account: str) -> Iterator[None]:
    """Nobody else on this machine renews the tokens of this account meanwhile. Raises ChannelError."""
    folder = secrets.file.parent
    digest = hashlib.sha256(f"{secrets.scope}:{account}".encode()).hexdigest()[:16]
    try:
        paths.private_dir(folder)
        handle = os.open(folder / f"oauth-{digest}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise ChannelError(
            "permission",
            _("{path} may not be opened. Check who owns it and its mode.").format(path=folder),
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def said(answer: http.Answer) -> str:
    """A provider's own words about a failure, on one harmless line."""
    words = answer.text("error_description") or answer.text("error") or str(answer.status)
    return net.said(words)
