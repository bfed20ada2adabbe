"""A real SMTP server on loopback: aiosmtpd, which keeps what it accepts and fails as told."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.base import HOST, PASSWORD, USER, Certificate, Threaded


@dataclass
class Faults:
    """How an SmtpServer fails. Names are SMTP's steps; 0, '' and None mean: it does not."""

    greeting: str = ""
    auth: str = ""
    mail: str = ""
    refuse: dict[str, str] = field(default_factory=dict)
    """recipient -> answer"""
    data: str = ""
    """answer to the whole mail, which is then not accepted"""
    drop_before: bool = False
    """hang up on the mail instead of accepting it"""
    drop_after: bool = False
    """accept, and hang up without saying so"""
    answer_after: str = ""
    """accept, and say this instead of 250"""
    slow: float = 0.0
    """accept, and wait this many seconds before saying so"""
    rate_after: float = 0.0
    """share (0 to 1) of mails that are accepted and then denied: hung up on or answered 451, half of each"""


@dataclass(frozen=True)
class Accepted:
    """A mail that the server took responsibility for."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    options: tuple[str, ...] = ()


class SmtpServer(Threaded):
    """aiosmtpd that keeps what it accepts in `accepted` and fails as `faults` says.

    `certificate` offers STARTTLS, with `implicit_tls` TLS from the start instead. `auth` demands a sign-in.
    """

    def __init__(
        self,
        *,
        user: str = USER,
        password: str = PASSWORD,
        auth: bool = False,
        certificate: Certificate | None = None,
        implicit_tls: bool = False,
        smtputf8: bool = True,
        seed: int = 1,
    ) -> None:
        super().__init__()
        self.user, self.password, self._auth = user, password, auth
        self._certificate, self._implicit, self._utf8 = certificate, implicit_tls, smtputf8
        self.faults = Faults()
        self.accepted: list[Accepted] = []
        self._chance = random.Random(seed)

    def url(self, *, host: str = HOST) -> str:
        """What `--smtp` takes."""
        scheme = "smtp" if self._certificate is None else "smtps" if self._implicit else "smtp+starttls"
        return f"{scheme}://{self.user + '@' if self._auth else ''}{host}:{self.port}"

    def wait_for(self, count: int, seconds: float = 5.0) -> list[Accepted]:
        """The accepted mails once there are that many; fails when there are not in time."""
        deadline = time.monotonic() + seconds
        while len(self.accepted) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.accepted) >= count, f"{len(self.accepted)} of {count} mails arrived"
        return list(self.accepted)

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.faults.mail:
            return self.faults.mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.faults.refuse:
            return self.faults.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        faults = self.faults
        if faults.drop_before:
            _hang_up(server)
            return "250 never heard"
        if faults.data:
            return faults.data
        self.accepted.append(
            Accepted(
                str(envelope.mail_from),
                tuple(envelope.rcpt_tos),
                bytes(envelope.original_content or b""),
                tuple(envelope.mail_options),
            )
        )
        denied = self._chance.random() < faults.rate_after
        if faults.drop_after or (denied and self._chance.random() < 0.5):
            _hang_up(server)
            return "250 never heard"
        if denied:
            return "451 accepted all the same"
        if faults.slow:
            await asyncio.sleep(faults.slow)
        return faults.answer_after or "250 OK queued as 4711"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        """PLAIN and LOGIN, against `user` and `password`."""
        if self.faults.auth:
            return AuthResult(success=False, handled=False, message=self.faults.auth)
        right = isinstance(data, LoginPassword) and data == LoginPassword(
            self.user.encode(), self.password.encode()
        )
        return AuthResult(
            success=right, handled=False, message=None if right else "535 5.7.8 Bad credentials"
        )

    async def _start(self) -> None:
        context = self._certificate.server_context() if self._certificate else None
        starttls = context if not self._implicit else None

        def protocol() -> SMTP:
            served = _Smtp(
                self._lines,
                self,
                loop=self._loop,
                hostname="mail.shop.test",
                ident="test",
                enable_SMTPUTF8=self._utf8,
                data_size_limit=2**26,
                tls_context=starttls,
                require_starttls=starttls is not None,
                authenticator=self.authenticate if self._auth else None,
                auth_required=self._auth,
                auth_require_tls=False,
            )
            served.greeting_fault = self.faults.greeting
            return served

        self._server = await self._loop.create_server(
            protocol, HOST, 0, ssl=context if self._implicit else None
        )
        self.port = self._server.sockets[0].getsockname()[1]


class _Smtp(SMTP):
    """aiosmtpd that can refuse at the door."""

    greeting_fault = ""

    def __init__(self, lines: set[asyncio.BaseTransport], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open_lines = lines

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._open_lines.add(transport)
        super().connection_made(transport)

    async def push(self, status: Any) -> None:
        text = status.decode() if isinstance(status, bytes) else str(status)
        if self.greeting_fault and text.startswith("220 "):
            await super().push(self.greeting_fault)
            _hang_up(self)
            return
        await super().push(status)


def _hang_up(server: SMTP) -> None:
    """Close the line as a crash does; what was written before still leaves."""
    if server.transport is not None:
        server.transport.close()
