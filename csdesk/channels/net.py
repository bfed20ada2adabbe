"""What sockets, TLS, IMAP and SMTP libraries raise, as one code and one sentence. The only place that maps
them.

Codes are those of ChannelError. Words that a server said are cleaned, and the password is taken out of them.
"""

from __future__ import annotations

import errno
import imaplib
import smtplib
import socket
import ssl

from csdesk.channels.url import MailUrl
from csdesk.domain.ports import ChannelError
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.text import clean_line

TIMEOUT = 30.0
"""Seconds that a server may keep silent, unless the account's setting 'timeout' says otherwise."""


def tls_context(ca_file: str = "") -> ssl.SSLContext:
    """TLS as it must be: certificates and host names verified against the system's list, and against
    `ca_file` (PEM) besides when a company has its own authority. Raises ChannelError('not_configured')."""
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ChannelError(
                "not_configured",
                _("The certificate file {file} cannot be read as PEM. Correct the setting ca_file.").format(
                    file=ca_file
                ),
            ) from error
    return context


def keep_alive(sock: socket.socket) -> None:
    """Have the system ask after a minute of silence whether the other side is still there, and give up after
    another one; a router that forgot the connection would otherwise leave us waiting for ever."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def timeout(settings: dict[str, str]) -> float:
    """The account's patience in seconds, 0.1 to 600."""
    try:
        return min(max(float(settings.get("timeout", "") or TIMEOUT), 0.1), 600.0)
    except ValueError:
        return TIMEOUT


def said(words: object, secret: str = "") -> str:
    """What a server said, on one harmless line of at most 300 characters, without the secret."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    if secret:
        text = text.replace(secret, "•••")
    return clean_line(text, limit=300)


def explain(error: Exception, server: MailUrl, secret: str = "") -> tuple[str, str]:
    """(code, sentence) for a failure while talking to `server`. The sentence says what to do."""
    if isinstance(error, ChannelError):
        return error.code, error.message
    if isinstance(error, DeskError):
        return "not_configured", error.message
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
        error = error.__context__  # smtplib hides why the line went
    host, port = server.host, server.port
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate", _certificate(error, host)
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return "tls", _tls(error, server)
    if isinstance(error, TimeoutError):
        return "timeout", _("{host}:{port} did not answer in time. Check the port and any firewall.").format(
            host=host, port=port
        )
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "name_not_found", _(
            "There is no server named {host}, or this machine cannot look names up now. Check the spelling "
            "and the network."
        ).format(host=host)
    if isinstance(error, smtplib.SMTPServerDisconnected | imaplib.IMAP4.abort) or _is_closed(error):
        return "unreachable", _("{host}:{port} closed the connection. It is tried again.").format(
            host=host, port=port
        )
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return _os_error(error, server)
    return "protocol", _("{host}:{port} answered something unexpected: {words}").format(
        host=host, port=port, words=said(error, secret)
    )


def as_channel_error(error: Exception, server: MailUrl, secret: str = "") -> ChannelError:
    """The failure as the ChannelError that a channel raises."""
    return ChannelError(*explain(error, server, secret))


def _is_closed(error: Exception) -> bool:
    return isinstance(
        error, (ssl.SSLEOFError, EOFError, ConnectionResetError, BrokenPipeError, ConnectionAbortedError)
    )


def _os_error(error: OSError, server: MailUrl) -> tuple[str, str]:
    if isinstance(error, ConnectionRefusedError):
        return "refused", _(
            "{host} takes no connections on port {port}. Check the port ({usual} is usual) and whether the "
            "server runs."
        ).format(host=server.host, port=server.port, usual=usual_port(server))
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN):
        return "unreachable", _("{host} cannot be reached. Check this machine's network.").format(
            host=server.host
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return "permission", _("This machine does not allow connections to {host}:{port}.").format(
            host=server.host, port=server.port
        )
    return "unreachable", _("The connection to {host}:{port} failed: {reason}.").format(
        host=server.host, port=server.port, reason=said(error.strerror or type(error).__name__)
    )


def usual_port(server: MailUrl) -> int:
    """The port that this kind of server usually listens on."""
    return {"imaps": 993, "imap+starttls": 143, "smtps": 465, "smtp+starttls": 587}.get(
        server.scheme, server.port
    )


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> str:
    """Which of the usual certificate problems it is, by OpenSSL's verify codes (X509_V_ERR_*)."""
    code = getattr(error, "verify_code", 0)
    if code in (9, 10):
        sentence = (
            _(
                "The certificate of {host} has expired. Ask its operator to renew it, and check this machine's clock."
            )
            if code == 10
            else _("The certificate of {host} is not valid yet. Check this machine's clock.")
        )
        return sentence.format(host=host)
    if code in (62, 64):
        return _(
            "The certificate belongs to another host name than {host}. Write the name that the provider "
            "gives, not an alias or a number."
        ).format(host=host)
    if code in (18, 19):
        return _(
            "The certificate of {host} is self-signed. If you trust it, save it as a file and name that file "
            "in the setting ca_file."
        ).format(host=host)
    if code in (2, 20, 21):
        return _(
            "The certificate of {host} comes from an authority that this machine does not know. If it is "
            "your company's, name its certificate file in the setting ca_file."
        ).format(host=host)
    return _("The certificate of {host} is not valid: {reason}.").format(
        host=host, reason=said(getattr(error, "verify_message", "") or error)
    )


def _tls(error: ssl.SSLError, server: MailUrl) -> str:
    if error.reason in (
        "WRONG_VERSION_NUMBER",
        "RECORD_LAYER_FAILURE",
        "HTTP_REQUEST",
        "PACKET_LENGTH_TOO_LONG",
    ):
        return _(
            "{host}:{port} does not speak TLS from the start. Write {starttls}:// instead of {scheme}://, or "
            "another port."
        ).format(
            host=server.host, port=server.port, starttls=f"{server.protocol}+starttls", scheme=server.scheme
        )
    return _("No encrypted connection to {host}:{port} could be made: {reason}.").format(
        host=server.host, port=server.port, reason=said(error.reason or error)
    )
