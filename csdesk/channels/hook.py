"""One POST to a webhook. Knows no event and no secret.

Where a name leads is looked up first and the connection goes to that very address: a name that leads into the machine
or its private network is refused, whoever owns it and however often it changes. Redirects are not followed, and no
proxy of the environment is asked, because it would look the name up again.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from csdesk.channels import http, net
from csdesk.channels.url import MailUrl, is_loopback
from csdesk.domain.ports import ChannelError
from csdesk.i18n import _

TIMEOUT = 10.0
"""Seconds for each step, and for all of the answer."""
ADDRESSES = 4
LONGEST = timedelta(days=1)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What came back: the status, how long the server asks to wait (None: it does not), the first words."""

    status: int
    wait: timedelta | None
    said: str


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def allowed(address: str, *, local: bool, private: bool) -> bool:
    """Whether a connection may go to an address. `local`: the configuration itself says this machine; `private`: it
    allows private networks. Link-local addresses, where clouds keep their secrets, are never allowed."""
    ip: Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip in _NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.is_loopback or local:
        return local and ip.is_loopback
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    return ip.is_global or (private and ip.is_private and not ip.is_reserved)


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    private: bool = False,
    timeout: float = TIMEOUT,
    lookup: Resolve = resolve,
) -> HookAnswer:
    """POST once. Raises ChannelError with a sentence when there is no answer, or when it may not go there."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    local = is_loopback(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ChannelError("not_configured", _("{url} is not an https:// address.").format(url=net.said(url)))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    server = MailUrl("https", host, port, "", "", "tls")
    try:
        found = lookup(host, port)
    except (OSError, UnicodeError) as error:
        words = _("The address of {host} cannot be found.")
        raise ChannelError("unreachable", words.format(host=host)) from error
    places = [one for one in found if allowed(one, local=local, private=private)]
    if not places:
        words = _(
            "{host} leads to {address}, which is inside this machine or a private network; nothing was sent. "
            "If that is meant, write allow_private = true; link-local addresses are never allowed."
        )
        raise ChannelError("not_configured", words.format(host=host, address=", ".join(found[:3]) or "-"))
    return _first(places[:ADDRESSES], parts.scheme, host, port, url, headers, body, timeout, server)


def _first(
    places: list[str], scheme: str, host: str, port: int, url: str, headers: Mapping[str, str], body: bytes,
    timeout: float, server: MailUrl,
) -> HookAnswer:  # fmt: skip
    """The answer of the first address that can be connected to."""
    import httpx

    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    told = {**headers, "Host": parts.netloc, "User-Agent": "csdesk", "Content-Type": "application/json"}
    told["Accept-Encoding"] = "identity"
    with httpx.Client(timeout=timeout, verify=net.tls_context(), trust_env=False) as client:
        for at, place in enumerate(places, 1):
            there = f"[{place}]" if ":" in place else place
            try:
                with client.stream(
                    "POST",
                    f"{scheme}://{there}:{port}{path}",
                    headers=told,
                    content=body,
                    extensions={"sni_hostname": host},
                ) as response:
                    return _answer(response, time.monotonic() + timeout)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if at == len(places):
                    raise http.as_channel_error(error, server) from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise http.as_channel_error(error, server) from error
    raise AssertionError("the last address returns or raises")


def _answer(response: object, until: float) -> HookAnswer:
    import httpx

    assert isinstance(response, httpx.Response)
    said = b""
    if not response.is_success:  # what a server that took it says is nobody's business, however long it is
        for chunk in response.iter_bytes(2000):
            said += chunk
            if len(said) >= 2000 or time.monotonic() > until:
                break
    wait = _asked(response.headers.get("retry-after", ""), _date(response.headers.get("date", "")))
    return HookAnswer(response.status_code, wait, net.said(said[:2000]))


def _asked(text: str, now: datetime | None) -> timedelta | None:
    """Retry-After (RFC 9110), seconds or a date by the server's own clock; a day at most."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text), 10**6)), LONGEST)
    at = _date(text)
    if at is None or now is None:
        return None
    return min(max(at - now, timedelta(0)), LONGEST)


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
