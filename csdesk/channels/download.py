"""Fetching a large file over HTTP: in pieces, counted, and continued where it broke off. Knows no model.

httpx is imported on first use, as in http.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csdesk.channels import net
from csdesk.channels.http import as_channel_error
from csdesk.channels.url import MailUrl, is_loopback
from csdesk.domain.ports import ChannelError
from csdesk.i18n import _

MOST_REDIRECTS = 5
_CHUNK = 256 * 1024
Progress = Callable[[int, int], None]
"""Told the bytes that are there, and how many it will be; 0 when the server does not say."""


def quiet(_have: int, _all: int) -> None:
    """For whoever wants to hear nothing."""


def download(
    url: str, target: Path, *, limit: int, progress: Progress = quiet, timeout: float = net.TIMEOUT
) -> None:
    """Fetch a file to `target`. What came before the line broke stays beside it as NAME.part and is continued the next
    time, if the server says that the file is still the same. A proxy is taken from the environment. Raises
    ChannelError; OSError when the disk is full."""
    import httpx

    server = _server(url)
    part, note = target.with_name(f"{target.name}.part"), target.with_name(f"{target.name}.part.json")
    have, tag = _before(part, note, url)
    headers = {
        "Accept-Encoding": "identity",
        **({"Range": f"bytes={have}-", "If-Range": tag} if have else {}),
    }
    try:
        with (
            httpx.Client(
                timeout=timeout,
                verify=net.tls_context(),
                trust_env=not is_loopback(server.host),
                follow_redirects=True,
                max_redirects=MOST_REDIRECTS,
                event_hooks={"request": [lambda request: _allowed(str(request.url), server)]},
            ) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            _take(response, part, note, url, have, limit, progress)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise as_channel_error(error, server) from error
    part.replace(target)
    note.unlink(missing_ok=True)


def _take(response: Any, part: Path, note: Path, url: str, have: int, limit: int, progress: Progress) -> None:
    if response.status_code == 416:  # what is there does not fit the file any more
        part.unlink(missing_ok=True)
        raise ChannelError("protocol", _("{url} has changed meanwhile; try again.").format(url=url))
    if response.status_code not in (200, 206):
        words = _("{url} answered {status}.")
        code = "not_configured" if response.status_code in (401, 403, 404, 410) else "unreachable"
        raise ChannelError(code, words.format(url=url, status=response.status_code))
    if response.status_code == 200:
        have = 0
    declared = response.headers.get("Content-Length", "")
    whole = have + int(declared) if declared.isdigit() else 0
    if whole > limit:
        raise _too_large(url, limit)
    tag = response.headers.get("ETag", "")
    note.write_text(json.dumps({"url": url, "tag": "" if tag.startswith("W/") else tag}), "utf-8")
    with part.open("ab" if have else "wb") as out:
        for chunk in response.iter_raw(_CHUNK):
            have += len(chunk)
            if have > limit:
                part.unlink(missing_ok=True)
                raise _too_large(url, limit)
            out.write(chunk)
            progress(have, whole)
        out.flush()
        os.fsync(out.fileno())
    if whole and have != whole:
        raise ChannelError("unreachable", _("{url} ended too early; try again to continue.").format(url=url))


def _before(part: Path, note: Path, url: str) -> tuple[int, str]:
    """How many bytes are there of the very same file, and what the server called it; (0, '') to begin anew."""
    with suppress(OSError, ValueError, AttributeError):
        said = json.loads(note.read_text("utf-8"))
        size = part.stat().st_size
        if said.get("url") == url and isinstance(said.get("tag"), str) and said["tag"] and size:
            return size, said["tag"]
    return 0, ""


def _server(url: str) -> MailUrl:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        raise ChannelError("not_configured", _("{url} is not an https:// address.").format(url=url))
    return MailUrl("https", host, parts.port or 443, "", "", "tls")


def _allowed(url: str, first: MailUrl) -> None:
    """A redirect may not lead off https, nor from outside to this machine."""
    server = _server(url)
    if is_loopback(server.host) and not is_loopback(first.host):
        raise ChannelError("protocol", _("{host} sends us to this machine.").format(host=first.host))


def _too_large(url: str, limit: int) -> ChannelError:
    return ChannelError(
        "protocol", _("{url} is larger than {size} MB.").format(url=url, size=limit // 1_000_000)
    )
