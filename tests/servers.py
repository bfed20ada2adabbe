"""Real mail servers on loopback for tests: pymap for IMAP, aiosmtpd for SMTP, each in a thread of its own.

Both are context managers, give `host`, `port` and `url()`, and listen on a free port. SmtpServer fails as told, by
`faults`. Subprocesses may use them too: they only need the URL.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import logging
import random
import socket
import ssl
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import aiosmtpd.smtp
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.context import subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pysasl.hashing import BuiltinHash

T = TypeVar("T")
HOST = "127.0.0.1"
USER = "support@shop.test"
PASSWORD = "secret words"

# It warns of sign-in without TLS, which is what tests on loopback want, and warnings are errors here.
aiosmtpd.smtp.warn = lambda *_args, **_kwargs: None  # type: ignore[attr-defined]
for _noisy in ("mail.log", "mail.debug", "pymap", "asyncio"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key as PEM files; it is its own authority."""

    cert: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """TLS for a server that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context


def make_certificate(folder: Path, *, names: tuple[str, ...] = (HOST,), days: int = 30) -> Certificate:
    """A self-signed certificate for these names or addresses; expired when `days` is negative."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    alternatives: list[x509.GeneralName] = []
    for each in names:
        try:
            alternatives.append(x509.IPAddress(ipaddress.ip_address(each)))
        except ValueError:
            alternatives.append(x509.DNSName(each))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=60))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    stem = f"{names[0]}-{days}"
    cert_file, key_file = folder / f"{stem}.pem", folder / f"{stem}.key"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return Certificate(cert_file, key_file)


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class _Threaded:
    """A server with an event loop in a thread."""

    host = HOST
    port = 0

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=type(self).__name__, daemon=True)
        self._server: asyncio.Server
        self._lines: set[asyncio.BaseTransport] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self.call(self._start())
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.call(self._stop())
        finally:
            self._end()

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on the server's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _start(self) -> None:
        raise AssertionError("a server says how it starts")

    async def _stop(self) -> None:
        self._server.close()
        for line in self._lines:
            line.close()
        await asyncio.sleep(0)
        tasks = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # transports close on the loop's next turns

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()


class ImapServer(_Threaded):
    """pymap with its mailboxes in memory: INBOX and what `make_folder` adds.

    `certificate` offers STARTTLS, with `implicit_tls` TLS from the start instead. `drop_after` closes the
    connection after that many bytes were sent to the client since it was set (None: never).
    """

    def __init__(
        self,
        *,
        user: str = USER,
        password: str = PASSWORD,
        certificate: Certificate | None = None,
        implicit_tls: bool = False,
    ) -> None:
        super().__init__()
        self.user, self.password = user, password
        self._certificate, self._implicit = certificate, implicit_tls
        self.drop_after: int | None = None
        self.connections = 0

    def url(self, folder: str = "", *, host: str = HOST) -> str:
        """What `--imap` takes."""
        scheme = "imap" if self._certificate is None else "imaps" if self._implicit else "imap+starttls"
        return f"{scheme}://{self.user}@{host}:{self.port}" + (f"/{folder}" if folder else "")

    def add(self, raw: bytes, *, folder: str = "INBOX", at: dt.datetime | None = None) -> int:
        """Deliver a mail; gives its UID."""

        async def deliver() -> int:
            box = await self._box(folder)
            message = await box.append(AppendMessage(_crlf(raw), at or dt.datetime.now(dt.UTC), frozenset()))
            return int(message.uid)

        return self.call(deliver())

    def make_folder(self, name: str) -> None:
        """Add a folder."""

        async def make() -> None:
            await self._boxes.add_mailbox(name)

        self.call(make())

    def mails(self, folder: str = "Sent") -> list[bytes]:
        """The mails of a folder, as they were filed; none when there is no such folder."""

        async def read() -> list[bytes]:
            try:
                box = await self._box(folder)
            except KeyError:
                return []
            return [bytes(each._content) async for each in box.messages()]

        return self.call(read())

    def seen(self, folder: str = "INBOX") -> list[int]:
        """UIDs of the mails that carry \\Seen."""

        async def read() -> list[int]:
            box = await self._box(folder)
            return [each.uid async for each in box.messages() if Flag(b"\\Seen") in each.permanent_flags]

        return self.call(read())

    def expunge(self, uid: int, folder: str = "INBOX") -> None:
        """Remove a mail."""

        async def remove() -> None:
            await (await self._box(folder)).delete([uid])

        self.call(remove())

    def change_uidvalidity(self, folder: str = "INBOX") -> None:
        """Do what a server does when it rebuilds a folder: the same mails under other UIDs."""

        async def change() -> None:
            box = await self._box(folder)
            box._uid_validity += 1
            kept = list(box._messages.values())
            box._messages.clear()
            box._max_uid = 10
            for each in kept:
                box._max_uid += 1
                box._messages[box._max_uid] = type(each).copy(each, uid=box._max_uid)

        self.call(change())

    async def _box(self, folder: str) -> Any:
        return await self._boxes.get_mailbox(folder)

    async def _start(self) -> None:
        context = self._certificate.server_context() if self._certificate else None
        args = Namespace(
            host=HOST, port="0", debug=False, cert=None, key=None, tls=bool(context and not self._implicit),
            passlib_cfg=None, proxy_protocol=None, demo_data=False, demo_user=self.user,
            demo_password=self.password,
        )  # fmt: skip
        extra = {"ssl_context": context} if context else {}
        # Hashing the password for real takes a tenth of a second a login.
        backend, config = await DictBackend.init(
            args, invalid_user_sleep=0.0, hash_context=BuiltinHash(rounds=1), **extra
        )
        config.apply_context()
        self._context = subsystem.get()
        async with AsyncExitStack():
            identity = backend.login.demo_user_identity
            async with identity.new_session() as session:
                self._boxes = session.mailbox_set
        serve = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(backend.login, config))

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            self._lines.add(writer.transport)
            config.apply_context()
            write = writer.write
            writer.write = lambda data: self._written(writer, write, bytes(data))  # type: ignore[method-assign]
            try:
                await serve(reader, writer)
            except (OSError, asyncio.CancelledError):
                writer.close()

        self._server = await asyncio.start_server(
            connected, HOST, 0, ssl=context if self._implicit else None, limit=2**24
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def _written(self, writer: asyncio.StreamWriter, write: Callable[[bytes], None], data: bytes) -> None:
        if self.drop_after is not None:
            data = data[: self.drop_after]
            self.drop_after -= len(data)
            write(data)
            if self.drop_after <= 0:
                writer.transport.close()
            return
        write(data)


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


class SmtpServer(_Threaded):
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


def _crlf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class Scripted(_Threaded):
    """A server that says fixed words: `greeting`, then for every line what `answer(line)` gives (None: hang up)."""

    def __init__(self, greeting: bytes, answer: Callable[[bytes], bytes | None]) -> None:
        super().__init__()
        self._greeting, self._answer = greeting, answer
        self.lines: list[bytes] = []

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer.transport)
        try:
            writer.write(self._greeting)
            while line := await reader.readline():
                self.lines.append(line)
                said = self._answer(line)
                if said is None:
                    break
                writer.write(said)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
