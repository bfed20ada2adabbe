"""The one place that speaks HTTP. Knows no account; failures come out as ChannelError with a sentence.

httpx is imported on first use: most commands and most accounts never need it.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from csdesk.channels import net
from csdesk.channels.url import MailUrl, is_loopback
from csdesk.domain.ports import ChannelError
from csdesk.i18n import _

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: its status and the JSON object, {} when the body was none."""

    status: int
    fields: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A field as a text; '' when it is missing."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""


def post_form(
    url: str, form: Mapping[str, str], *, timeout: float = net.TIMEOUT, ca_file: str = ""
) -> Answer:
    """POST a form and read the JSON object that comes back, whatever the status. Follows no redirects, because the
    form holds secrets. Raises ChannelError."""
    import httpx

    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ChannelError("not_configured", _("{url} is not an https:// address.").format(url=url))
    server = MailUrl("https", host, parts.port or 443, "", "", "tls")
    try:
        # A proxy of the environment is for the world outside, not for this machine.
        with httpx.Client(
            timeout=timeout,
            verify=net.tls_context(ca_file),
            trust_env=not is_loopback(host),
            headers={"Accept": "application/json"},
        ) as client:
            response = client.post(url, data=dict(form))
            body = response.content
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise as_channel_error(error, server) from error
    if len(body) > MAX_BYTES:
        raise ChannelError("protocol", _("{host} answered too much.").format(host=host))
    try:
        fields = response.json()
    except ValueError:
        fields = {}
    return Answer(response.status_code, fields if isinstance(fields, dict) else {})


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a server that speaks JSON answered: its status, what it said (None when that was no JSON), and how many
    seconds it asks us to wait (None when it does not say)."""

    status: int
    said: Any
    wait: float | None = None


class JsonServer:
    """One server that speaks JSON, over connections that are kept. Follows no redirects, because what is sent is for
    that server alone. Safe to use from several threads. `url` may end in a path, under which all others lie."""

    def __init__(self, url: str, *, ca_file: str = "") -> None:
        self.url = url.rstrip("/")
        self._ca_file = ca_file
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        """The server's name."""
        return urlsplit(self.url).hostname or ""

    def ask(self, path: str, body: Mapping[str, Any] | None = None, *, timeout: float) -> Spoken:
        """GET a path, or POST a body to it; the answer within `timeout` seconds in all. Raises ChannelError."""
        import httpx

        parts = urlsplit(self.url)
        server = MailUrl(
            "https", self.host, parts.port or (443 if parts.scheme == "https" else 80), "", "", "tls"
        )
        end = time.monotonic() + timeout
        try:
            client = self._open(timeout)
            method = "GET" if body is None else "POST"
            with client.stream(method, self.url + path, json=body, timeout=timeout) as response:
                raw = bytearray()
                for part in response.iter_bytes():
                    raw += part
                    if len(raw) > MAX_BYTES:
                        raise ChannelError("protocol", _("{host} answered too much.").format(host=self.host))
                    if time.monotonic() > end:
                        raise httpx.ReadTimeout("it trickles")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise as_channel_error(error, server) from error
        said = None
        with suppress(ValueError, RecursionError):
            said = json.loads(raw)
        return Spoken(response.status_code, said, _wait(response.headers.get("Retry-After", "")))

    def close(self) -> None:
        """End its connections."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open(self, timeout: float) -> httpx.Client:
        import httpx

        loopback = is_loopback(self.host)
        if not self.url.startswith("https://") and not (self.url.startswith("http://") and loopback):
            raise ChannelError("not_configured", _("{url} is not an https:// address.").format(url=self.url))
        with self._lock:
            if self._client is None:
                self._client = httpx.Client(
                    timeout=timeout,
                    verify=net.tls_context(self._ca_file),
                    trust_env=not loopback,
                    headers={"Accept": "application/json", "Accept-Language": "en"},
                )
            return self._client


def _wait(value: str) -> float | None:
    """Seconds of a Retry-After (RFC 9110, 10.2.3): a number, or a date. None where there is none that can be read."""
    if value.strip().isdigit():
        return min(float(value), 86_400.0)
    with suppress(ValueError, TypeError, OverflowError):
        until = parsedate_to_datetime(value)
        return max(0.0, min(until.timestamp() - time.time(), 86_400.0))
    return None


def as_channel_error(error: Exception, server: MailUrl) -> ChannelError:
    """By the failure that the library wrapped, which says more than its own."""
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return net.as_channel_error(TimeoutError(), server)
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, (OSError, socket.gaierror)):
            return net.as_channel_error(inner, server)
        inner = inner.__cause__ or inner.__context__
    return ChannelError(
        "unreachable",
        _("{host}:{port} closed the connection. It is tried again.").format(
            host=server.host, port=server.port
        ),
    )
