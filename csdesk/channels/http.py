"""The one place that speaks HTTP for channels. Knows no account; failures come out as ChannelError with a sentence.

httpx is imported on first use: most commands and most accounts never need it.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from csdesk.channels import net
from csdesk.channels.url import MailUrl, is_loopback
from csdesk.domain.ports import ChannelError
from csdesk.i18n import _

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
        raise _as_channel_error(error, server) from error
    if len(body) > MAX_BYTES:
        raise ChannelError("protocol", _("{host} answered too much.").format(host=host))
    try:
        fields = response.json()
    except ValueError:
        fields = {}
    return Answer(response.status_code, fields if isinstance(fields, dict) else {})


def _as_channel_error(error: Exception, server: MailUrl) -> ChannelError:
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
