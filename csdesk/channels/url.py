"""Addresses of mail servers as people write them. Pure: reads a text, knows no network and holds no
password."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from csdesk.errors import Usage
from csdesk.i18n import _

_SCHEMES: dict[str, tuple[str, str, int]] = {
    "imaps": ("imap", "tls", 993),
    "imap+starttls": ("imap", "starttls", 143),
    "imap": ("imap", "plain", 143),
    "smtps": ("smtp", "tls", 465),
    "smtp+starttls": ("smtp", "starttls", 587),
    "smtp": ("smtp", "plain", 25),
}
"""scheme -> protocol, security, usual port (RFC 8314, RFC 6409)."""

_SHAPE = re.compile(
    r"(?P<scheme>[A-Za-z+]+)://(?:(?P<user>[^/]*)@)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[^/:@\[\]]+)"
    r"(?::(?P<port>[^/@]*))?(?:/(?P<folder>.*))?",
    re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class MailUrl:
    """A mail server. `security` is 'tls', 'starttls' or 'plain'; `user` is '' when the server asks for none;
    `folder` is the mailbox ('INBOX' when none is written, '' for SMTP)."""

    scheme: str
    host: str
    port: int
    user: str
    folder: str
    security: str

    @property
    def protocol(self) -> str:
        """'imap' or 'smtp'."""
        return _SCHEMES[self.scheme][0]

    @property
    def loopback(self) -> bool:
        """Whether the server is this machine, so that nothing can be read on the way."""
        return is_loopback(self.host)

    def __str__(self) -> str:
        user = f"{quote(self.user, safe='@')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        folder = f"/{quote(self.folder)}" if self.folder not in ("", "INBOX") else ""
        return f"{self.scheme}://{user}{host}:{self.port}{folder}"


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def parse_url(url: str, protocol: str = "") -> MailUrl:
    """Read a server's URL; `protocol` ('imap' or 'smtp') says which kind is wanted, '' takes both.

    Percent escapes in the user and the folder are undone. Raises Usage with a sentence that says how to
    write it.
    """
    found = _SHAPE.fullmatch(url.strip())
    if found is None:
        raise Usage(_how_to_write(_without_password(url), protocol))
    scheme, written_user = found["scheme"].lower(), found["user"] or ""
    # A password may hold a slash; then what stands for the port is its beginning.
    if ":" in written_user or (
        found["port"] and "@" in (found["folder"] or "") and not found["port"].isdigit()
    ):
        raise Usage(_leave_the_password_out(url))
    if scheme not in _SCHEMES or (protocol and _SCHEMES[scheme][0] != protocol):
        raise Usage(_how_to_write(url, protocol))
    kind, security, usual_port = _SCHEMES[scheme]
    result = MailUrl(
        scheme=scheme,
        host=found["host"].strip("[]"),
        port=_port(found["port"], usual_port, url),
        user=_plain(written_user, url, protocol),
        folder=_plain(found["folder"] or "", url, protocol, spaces=True) or "INBOX" if kind == "imap" else "",
        security=security,
    )
    _plain(result.host, url, protocol)
    if security == "plain" and not result.loopback:
        raise Usage(
            _(
                "{scheme}:// sends passwords and mail unencrypted, so it is only allowed for this machine. "
                "Write {secure}:// or {starttls}:// for {host}."
            ).format(scheme=scheme, secure=f"{kind}s", starttls=f"{kind}+starttls", host=result.host)
        )
    return result


def _leave_the_password_out(url: str) -> str:
    return _(
        "Leave the password out of the URL: other programs could read it there. Write {url} and give the "
        "password with --password-env VARIABLE, or type it when asked; it is then kept in the keyring."
    ).format(url=_without_password(url))


def _port(written: str | None, usual: int, url: str) -> int:
    if not written:
        return usual
    if not (written.isascii() and written.isdigit() and 0 < int(written) < 65536):
        raise Usage(
            _("{port} in {url} is not a port. Write a number from 1 to 65535 after the colon.").format(
                port=repr(written[:20]), url=url
            )
        )
    return int(written)


def _plain(text: str, url: str, protocol: str, *, spaces: bool = False) -> str:
    """The text with escapes undone; controls (and blanks where they make no sense) would reach the server's
    command line, so they are refused."""
    decoded = unquote(text, errors="replace")
    if _CONTROL.search(decoded.replace(" ", "_") if spaces else decoded):
        raise Usage(_how_to_write(url, protocol))
    return decoded


def _without_password(url: str) -> str:
    return re.sub(r"(?s)://([^:]*):.*@", r"://\1@", url)


def _how_to_write(url: str, protocol: str) -> str:
    if protocol == "smtp":
        return _(
            "{url} is not an address of a sending server. Write smtps://user@host:port or "
            "smtp+starttls://user@host:port."
        ).format(url=repr(url))
    if protocol == "imap":
        return _(
            "{url} is not an address of a mailbox. Write imaps://user@host:port/FOLDER or "
            "imap+starttls://user@host:port/FOLDER."
        ).format(url=repr(url))
    return _(
        "{url} is not an address of a mail server. Write imaps://user@host:port/FOLDER to receive and "
        "smtps://user@host:port to send."
    ).format(url=repr(url))
