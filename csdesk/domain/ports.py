"""The Protocols behind which the many implementations stand. Nothing here knows any of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from csdesk.domain.orders import Shipment
from csdesk.domain.translation import Route, Translation


@dataclass(frozen=True, slots=True)
class RawMail:
    """One mail as a channel found it. `external_id` is unique and stable within the account."""

    external_id: str
    raw: bytes
    received_at: datetime
    folder: str = "INBOX"
    outbound: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What a channel knows of a mail before it fetches the body: its header block and when it was received (aware
    UTC, None when the server does not say). `outbound` as in RawMail."""

    external_id: str
    header: bytes
    received_at: datetime | None
    outbound: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Some mails and the cursor that is true once they are stored; both go into one transaction.

    `same` are mails that are stored already and only got another external id: (external id, what
    Recognising's callback said it is).
    """

    mails: tuple[RawMail, ...]
    cursor: str
    same: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelProgress:
    """How far the first look at an account came: `done` of `total` mails. `note` is '' or a sentence, for instance
    that the rest comes tomorrow."""

    done: int
    total: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """What is handed to a channel for sending: frozen bytes and an envelope. `key` is the idempotency key
    (for mail also the Message-ID without brackets)."""

    key: str
    envelope_from: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider said when it accepted. `refused` names recipients it did not take, with its words."""

    provider_id: str = ""
    detail: str = ""
    refused: tuple[tuple[str, str], ...] = ()


class ChannelError(Exception):
    """A channel's failure. `code` is one of: name_not_found, refused, timeout, certificate, tls, wrong_password,
    no_such_folder, not_configured, permission, protocol, full, unreachable, budget. `message` is a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NotSent(ChannelError):
    """Surely not sent and worth another try later (connection refused, 4xx before the body ...)."""


class Rejected(ChannelError):
    """Surely not sent and not worth another try as it is (5xx, no recipient accepted ...)."""


class MaybeSent(ChannelError):
    """The body went out and no clear answer came back: it may have been sent."""


@dataclass(frozen=True, slots=True)
class Check:
    """One step of `account test`: a name ('connect', 'tls', 'sign in', 'folder', 'send'), whether it passed,
    and a sentence. `code` is '' or a ChannelError code."""

    step: str
    ok: bool
    detail: str
    code: str = ""


class Channel(Protocol):
    """One configured account of one kind. Implementations hold connections; `close()` ends them."""

    kind: str

    def check(self) -> list[Check]:
        """Try every step of receiving and sending without changing anything; stops at the first failure."""
        ...

    def fetch(self, cursor: str, known: Callable[[Collection[str]], set[str]]) -> Iterator[Batch]:
        """What is new since `cursor` ('' at first), oldest batch first. `known` tells which external ids are
        stored already. Must not change anything on the server. Raises ChannelError."""
        ...

    def send(self, submission: Submission) -> Receipt:
        """Hand over one message. Raises NotSent, Rejected or MaybeSent."""
        ...

    def find_sent(self, submission: Submission) -> bool | None:
        """Did the provider take this message? True: found. False: the provider records every accepted message
        itself and this one is not there. None: absence proves nothing here. Raises ChannelError."""
        ...

    def file_sent(self, submission: Submission) -> None:
        """Put our own copy where sent mail is kept, if this kind does so and the server does not. Never
        files one message twice. Raises ChannelError."""
        ...

    def close(self) -> None:
        """End connections."""
        ...


Recognise = Callable[[Sequence[Head]], Mapping[str, int]]
"""External id to the stored message that this head surely belongs to; ids that are missing are new or in doubt."""


@runtime_checkable
class Listening(Protocol):
    """A channel that can wait for news on a connection of its own. For one thread; `close()` ends it."""

    def listen(self, stop: threading.Event, timeout: float) -> bool:
        """True as soon as the server says that something is new, and after every new connection, because what came
        before it is not told. False after `timeout` seconds or once `stop` is set (noticed within half a
        second). Raises ChannelError when the server cannot be reached; then wait before trying again."""
        ...


@runtime_checkable
class Recognising(Protocol):
    """A channel that can be told which mails are stored already, so that it need not fetch their bodies again
    when a server gave them other numbers."""

    def recognise_with(self, recognise: Recognise) -> None:
        """Ask this before bodies of mails that may be old acquaintances are fetched."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A parcel that a source is asked about. `destination` is the country (ISO 3166) that its order goes to, or ''."""

    number: str
    carrier: str = ""
    destination: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a source said of one number: the parcel as it knows it; None and a sentence where it knows none. `again` is
    true when the source does not know the number and has to be told of it first."""

    number: str
    shipment: Shipment | None = None
    error: str = ""
    again: bool = False


class Carrier(Protocol):
    """One account at a carrier or a tracking service. The constructor opens nothing."""

    kind: str
    batch: int
    """So many numbers go into one question."""
    every: timedelta
    """Asking the same number more often tells nothing new."""
    registers: bool
    """Whether a number is told to the source once before it can be asked about; each may cost money."""

    def check(self) -> list[Check]:
        """Try the key without spending anything; stops at the first failure."""
        ...

    def register(self, parcels: Sequence[Asked]) -> list[Told]:
        """Tell the source about these. A number that it has already is told; `error` where it takes one not. Raises
        ChannelError."""
        ...

    def ask(self, parcels: Sequence[Asked]) -> list[Told]:
        """What is known of these, at most `batch`. Raises ChannelError when the source cannot be asked at all."""
        ...


class TranslationError(Exception):
    """Why there is no translation. `code` is one of: no_model, engine_dead, timeout, too_long, cancelled,
    damaged_model, unreachable, refused. `message` is a sentence for the person who reads or writes; `pause` how many
    seconds the engine asked to be left alone."""

    def __init__(self, code: str, message: str, *, pause: float = 0.0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.pause = pause


class Translator(Protocol):
    """One engine, or several behind one. Safe to call from several threads; slow calls block their caller only."""

    def route(self, source: str, target: str) -> Route | None:
        """How this pair would be translated; None when a model is missing. Quick, loads no model."""
        ...

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        *,
        keep: Collection[str] = (),
        urgent: bool = False,
    ) -> list[Translation]:
        """Each text in the other language, in the order given. `keep` are words that stay as they are beside what
        is recognised as such (names of persons and products, terms of a glossary). `urgent` goes before what is
        not: somebody looks at it. Raises TranslationError."""
        ...

    def close(self) -> None:
        """End what was started."""
        ...


@runtime_checkable
class Explaining(Protocol):
    """A translator that can say why it has no route."""

    def why_not(self, source: str, target: str) -> str:
        """A sentence, or '' when a model would do. Quick; asks nobody."""
        ...
