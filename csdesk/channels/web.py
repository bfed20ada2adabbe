"""HTTP for shops: one client an account, with limits that all its calls share. Knows no shop.

A bucket belongs to an account and an operation and outlives the client, so that a retry, the next round and a second
thread draw from the same one. Waits of seconds are made here; longer ones come out as Wait, and the caller leaves the
account alone until then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from csdesk.channels import http, net
from csdesk.channels.url import MailUrl, is_loopback
from csdesk.clock import Clock, SystemClock
from csdesk.domain.ports import ChannelError, MaybeSent, NotSent
from csdesk.domain.sources import Call, Limit, Wait, WebAnswer
from csdesk.i18n import _, ngettext

if TYPE_CHECKING:
    import httpx

PATIENT = 20.0
"""Seconds that a pause may take without giving the account back."""
LONGEST = timedelta(days=1)
"""A server that asks for more is asked again after this: such words are usually a mistake."""
TRIES = 3
MAX_BYTES = 20_000_000
_BUSY = frozenset((429, 502, 503, 504))


class Bucket:
    """Tokens that refill. For several threads."""

    def __init__(self, limit: Limit, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._left = float(limit.burst)
        self._at = monotonic()
        self._lock = threading.Lock()

    def take(self) -> float:
        """Take one; how many seconds until there is one (then none was taken), 0 when it may go."""
        with self._lock:
            now = self._monotonic()
            self._left = min(self._limit.burst, self._left + (now - self._at) * self._limit.per_second)
            self._at = now
            if self._left >= 1:
                self._left -= 1
                return 0.0
            return (1 - self._left) / self._limit.per_second

    def empty(self) -> None:
        """The server says that it was too much."""
        with self._lock:
            self._left = 0.0
            self._at = self._monotonic()


_BUCKETS: dict[tuple[str, str], Bucket] = {}
_BUCKETS_LOCK = threading.Lock()


def bucket(account: str, operation: str, limit: Limit) -> Bucket:
    """The one bucket of this account and operation in this process."""
    with _BUCKETS_LOCK:
        return _BUCKETS.setdefault((account, operation), Bucket(limit))


class WebClient:
    """One account's HTTP. `account` names its buckets. For one thread."""

    def __init__(
        self,
        account: str,
        settings: dict[str, str],
        clock: Clock | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._account = account
        self._timeout = net.timeout(settings)
        self._ca_file = settings.get("ca_file", "")
        self._clock = clock or SystemClock()
        self._sleep = sleep
        self._skew = timedelta(0)
        self._clients: dict[bool, httpx.Client] = {}

    def now(self) -> datetime:
        """By the server's clock."""
        return self._clock.now() + self._skew

    def ask(self, call: Call) -> WebAnswer:
        """See domain.sources.Web."""
        server = _server(call.url)
        for tried in range(1, TRIES + 1):
            self._wait_for_turn(call, server)
            try:
                answer = self._once(call, server)
            except ChannelError:
                if not call.safe or tried == TRIES:
                    raise
                self._sleep(0.5 * 2**tried)
                continue
            if answer.status not in _BUSY or (not call.safe and answer.status != 429):
                if not call.safe and answer.status >= 500:
                    raise MaybeSent("unreachable", _trouble(server, answer))
                return answer
            if call.limit is not None and answer.status == 429:
                bucket(self._account, call.operation, call.limit).empty()
            if tried == TRIES:
                kind = ChannelError if call.safe else NotSent
                raise kind(
                    "rate_limited" if answer.status == 429 else "unreachable", _trouble(server, answer)
                )
            self._pause(server, self._asked_for(answer, 2.0**tried))
        raise AssertionError("the last try returns or raises")

    def rest(self, operation: str, seconds: float) -> None:
        """See domain.sources.Web."""
        self._pause(self._last, seconds)

    def close(self) -> None:
        """End connections."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    _last = MailUrl("https", "", 443, "", "", "tls")

    def _wait_for_turn(self, call: Call, server: MailUrl) -> None:
        if call.limit is None:
            return
        while seconds := bucket(self._account, call.operation, call.limit).take():
            if seconds > PATIENT:
                until = self._clock.now() + timedelta(seconds=seconds)
                words = _("{host} allows no more of these requests now; going on in {span}.")
                raise Wait(words.format(host=server.host, span=span(seconds)), until, asked=False)
            self._sleep(seconds)

    def _pause(self, server: MailUrl, seconds: float) -> None:
        if seconds <= PATIENT:
            self._sleep(max(seconds, 0.0))
            return
        kept = min(timedelta(seconds=min(seconds, 1e9)), LONGEST)
        until = self._clock.now() + kept
        words = _("{host} asks to wait {span}: paused until {time} UTC.")
        if kept == LONGEST:
            words = _("{host} asks to wait {span}: paused until {time} UTC, then it is asked again.")
        told = words.format(host=server.host, span=span(seconds), time=f"{until:%Y-%m-%d %H:%M}")
        raise Wait(told, until)

    def _asked_for(self, answer: WebAnswer, usual: float) -> float:
        """Seconds of Retry-After (RFC 9110: seconds or a date), else the usual pause."""
        told = answer.headers.get("retry-after", "").strip()
        try:
            return max(float(told), 0.0)
        except ValueError:
            at = _date(told)
        return max((at - self.now()).total_seconds(), 0.0) if at else usual

    def _once(self, call: Call, server: MailUrl) -> WebAnswer:
        import httpx

        self._last = server
        client = self._client(is_loopback(server.host))
        try:
            response = client.request(
                call.method, call.url,
                params=list(call.query) or None, headers=dict(call.headers), json=call.json,
                data=dict(call.form) if call.form is not None else None,
            )  # fmt: skip
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _failure(error, server, safe=call.safe) from error
        if len(response.content) > MAX_BYTES:
            raise ChannelError("protocol", _("{host} answered too much.").format(host=server.host))
        if at := _date(response.headers.get("date", "")):
            self._learn(at)
        return WebAnswer(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            _json(response),
            net.said(response.content[:2000]),
        )

    def _learn(self, at: datetime) -> None:
        """The Date header has whole seconds and is as old as the way back; less than two seconds is no difference."""
        skew = at - self._clock.now()
        self._skew = skew if abs(skew) > timedelta(seconds=2) else timedelta(0)

    def _client(self, local: bool) -> httpx.Client:
        if local not in self._clients:
            import httpx

            self._clients[local] = httpx.Client(
                timeout=self._timeout,
                verify=net.tls_context(self._ca_file),
                trust_env=not local,  # a proxy of the environment is for the world outside
                headers={"Accept": "application/json", "User-Agent": "csdesk"},
            )
        return self._clients[local]


def span(seconds: float) -> str:
    """A pause in words: seconds, minutes, hours or days, rounded up."""

    def up(size: int) -> int:
        return int(-(-seconds // size))

    if seconds >= 86400:
        return ngettext("{n} day", "{n} days", up(86400)).format(n=up(86400))
    if seconds >= 3600:
        return ngettext("{n} hour", "{n} hours", up(3600)).format(n=up(3600))
    if seconds >= 60:
        return ngettext("{n} minute", "{n} minutes", up(60)).format(n=up(60))
    return ngettext("{n} second", "{n} seconds", up(1)).format(n=up(1))


def _server(url: str) -> MailUrl:
    """Where a call goes. Raises ChannelError for anything but https, and http on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ChannelError("not_configured", _("{url} is not an https:// address.").format(url=net.said(url)))
    return MailUrl("https", host, parts.port or (443 if parts.scheme == "https" else 80), "", "", "tls")


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _failure(error: Exception, server: MailUrl, *, safe: bool) -> ChannelError:
    """What a failure means for what was asked: before the request left, it was surely not done."""
    import httpx

    found = http.as_channel_error(error, server)
    if safe:
        return found
    early = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.UnsupportedProtocol,
        httpx.InvalidURL,
    )
    kind = NotSent if isinstance(error, early) else MaybeSent
    return kind(found.code, found.message)


def _trouble(server: MailUrl, answer: WebAnswer) -> str:
    words = _("{host} cannot serve us now ({status}): {words}")
    return words.format(host=server.host, status=answer.status, words=answer.said[:120] or "-")
