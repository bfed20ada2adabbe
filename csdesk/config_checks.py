"""What is wrong with a value in config.toml, as the end of a sentence; None where nothing is. Loaded only when a file
says something that is looked at here."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Collection
from urllib.parse import urlsplit

from csdesk.i18n import _
from csdesk.quiet import span


def store_url(value: str) -> str | None:
    """A store's address."""
    if value and not value.startswith(("sqlite:///", "postgresql://")):
        return _("write it as sqlite:///PATH or postgresql://USER@HOST/DATABASE")
    if re.match(r"postgresql://[^/@]*:[^/@]+@", value) or re.search(r"[?&]password=", value):
        return _(
            "it carries a password, and secrets do not belong in this file; use CSDESK_STORE or ~/.pgpass"
        )
    return None


def server_url(value: str) -> str | None:
    """A LibreTranslate server's address."""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises when it is no number
    except ValueError:
        return _("write it as https://HOST, or http://127.0.0.1:5000 on this machine")
    if value and (parts.scheme not in ("https", "http") or not host):
        return _("write it as https://HOST, or http://127.0.0.1:5000 on this machine")
    if parts.scheme == "http" and not (host in ("localhost", "::1") or host.startswith("127.")):
        return _("customers' words do not travel unencrypted: write https://, or the address of this machine")
    if "@" in parts.netloc or parts.query or parts.fragment:
        return _("secrets do not belong in this file: csdesk engines key keeps the server's key")
    return None


def hook_url(value: str) -> str | None:
    """Where a webhook goes."""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises when it is no number
    except ValueError:
        return _("write it as https://HOST/PATH, or http://127.0.0.1:8080/PATH on this machine")
    if parts.scheme not in ("https", "http") or not host:
        return _("write it as https://HOST/PATH, or http://127.0.0.1:8080/PATH on this machine")
    if parts.scheme == "http" and not (host in ("localhost", "::1") or host.startswith("127.")):
        return _("what it tells does not travel unencrypted: write https://, or the address of this machine")
    if "@" in parts.netloc or parts.fragment:
        return _("secrets do not belong in this file: csdesk webhook add-secret keeps the webhook's secret")
    return None


def hook_name(value: str) -> str | None:
    """A webhook's name."""
    if re.fullmatch(r"[a-z][a-z0-9-]{0,29}", value):
        return None
    return _("a name is made of small letters, digits and hyphens, 30 at most, such as erp")


def hook_events(value: Collection[str]) -> str | None:
    """What a webhook is told."""
    from csdesk.config_webhooks import EVENTS
    from csdesk.settings import nearest

    for one in value:
        if one not in EVENTS:
            near = nearest(one, EVENTS)
            words = _("{name!r} is no event; did you mean {near}? There are: {all}")
            if not near:
                words = _("{name!r} is no event. There are: {all}")
            return words.format(name=one, near=near, all=", ".join(EVENTS))
    return None


def pair(value: str) -> str | None:
    """A pair of languages, or one with a star."""
    if re.fullmatch(r"[a-z]{2,3}-[a-z]{2,3}|\*-[a-z]{2,3}|[a-z]{2,3}-\*", value):
        return None
    return _("a pair is written es-en, *-en for all into English, or es-* for all from Spanish")


def zone(value: str) -> str | None:
    """A time zone."""
    if value == "local":
        return None
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return _("write 'local' or an IANA name such as Europe/Madrid or Asia/Shanghai")
    return None


def spans(value: Collection[str]) -> str | None:
    """Spans of the clock."""
    wrong = [text for text in value if span(text) is None]
    if wrong:
        return _("{span} is no span of time; write it as 22:00-07:00").format(span=wrong[0])
    return None
