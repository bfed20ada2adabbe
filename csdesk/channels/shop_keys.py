"""The secrets of a shop's account: kept where passwords are, tokens renewed by one process at a time.

Like oauth.py, for sources that renew their tokens in their own way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict

from csdesk.channels.oauth import EARLY, Token, locked
from csdesk.channels.signin import missing_password
from csdesk.clock import Clock, SystemClock
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError
from csdesk.domain.sources import Renewed
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.secrets import Secrets


class ShopKeys:
    """The secrets of one account: NAME, NAME/refresh as it was entered, NAME/token as it is now."""

    def __init__(self, account: Account, secrets: Secrets, clock: Clock | None = None) -> None:
        self._account = account
        self._secrets = secrets
        self._clock = clock or SystemClock()

    def secret(self, name: str = "") -> str:
        """See domain.sources.Keys."""
        found = self._entered(name)
        if not found and not name:
            raise ChannelError("not_configured", missing_password(self._account))
        if not found:
            words = _("Account {name} has no {what} token. Name a variable that holds it: {command}")
            command = f"csdesk account set {self._account.name} {name}_env=VARIABLE"
            told = words.format(name=self._account.name, what=name, command=command)
            raise ChannelError("not_configured", told)
        return found

    def token(self, renew: Callable[[str], Renewed], *, refused: str = "") -> str:
        """See domain.sources.Keys."""
        token, _seed = self._read()
        if self._usable(token, refused):
            return token.access
        with locked(self._secrets, self._account.name):
            token, seed = self._read()
            if self._usable(token, refused):
                return token.access
            made = renew(token.refresh)
            if not made.access:
                raise ChannelError(
                    "wrong_password", _("{kind} gave no token.").format(kind=self._account.kind)
                )
            kept = Token(
                made.access, made.refresh or token.refresh, self._clock.now().timestamp() + made.seconds
            )
            self._keep({**asdict(kept), "seed": seed})
            return kept.access

    def _usable(self, token: Token, refused: str) -> bool:
        left = token.expires_at - self._clock.now().timestamp()
        return bool(token.access) and token.access != refused and left > EARLY

    def _read(self) -> tuple[Token, str]:
        """The token as it is now, and what its chain of refresh tokens began with. One that was entered anew begins
        a new chain: the old one has ended, or it would not have been entered."""
        entered = self._entered("refresh")
        seed = hashlib.sha256(f"{entered}\0{self._entered('')}".encode()).hexdigest()[:16]
        try:
            kept = json.loads(self._kept(f"{self._account.name}/token") or "{}")
            if kept["seed"] == seed:
                return Token(str(kept["access"]), str(kept["refresh"]), float(kept["expires_at"])), seed
        except (ValueError, KeyError, TypeError):
            pass
        return Token("", entered, 0.0), seed

    def _entered(self, name: str) -> str:
        settings = self._account.settings
        if not name:
            return self._kept(self._account.name, settings.get("password_env", ""))
        return self._kept(f"{self._account.name}/{name}", settings.get(f"{name}_env", ""))

    def _kept(self, name: str, variable: str = "") -> str:
        try:
            return self._secrets.get(name, variable) or ""
        except DeskError as error:
            raise ChannelError("permission", error.message) from error

    def _keep(self, value: dict[str, object]) -> None:
        try:
            self._secrets.set(f"{self._account.name}/token", json.dumps(value))
        except DeskError as error:
            raise ChannelError("permission", error.message) from error
