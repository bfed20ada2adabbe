"""A real IMAP server on loopback: pymap, its mailboxes in memory."""

from __future__ import annotations

import asyncio
import datetime as dt
from argparse import Namespace
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.context import subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pysasl.hashing import BuiltinHash

from tests.servers.base import HOST, PASSWORD, USER, Certificate, Threaded


class ImapServer(Threaded):
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


def _crlf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
