"""Handing one mail to an SMTP server, and knowing exactly what became of it. Knows no outbox and no mailbox.

smtplib, in the thread that calls: the outcome hangs on which step failed, and smtplib lets each step be its
own call, with no event loop to start for one mail. A connection serves one mail, so that no idle line can
die between two of them and leave a doubt.

What counts as sent follows RFC 5321: before the text of the mail went out, any failure means not sent. After
it, only the server's answer decides: 2xx took it, 5xx refused it, and anything else leaves it open.
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from csdesk.channels import net
from csdesk.channels.signin import SignIn
from csdesk.channels.url import MailUrl, parse_url
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError, Check, MaybeSent, NotSent, Receipt, Rejected, Submission
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.secrets import Secrets

_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_CHUNK = 32_768
_FINAL_PATIENCE = 4
"""How many times the usual patience the answer to a whole mail may take."""


class Submitter:
    """The sending half of a mail account: the server of its setting 'smtp'."""

    def __init__(self, account: Account, secrets: Secrets) -> None:
        self._account = account
        self._sign = SignIn(account, secrets)
        self._settings = account.settings

    @property
    def server(self) -> MailUrl:
        """The server. Raises ChannelError('not_configured')."""
        written = self._settings.get("smtp", "")
        if not written:
            raise ChannelError(
                "not_configured",
                _("Account {name} has no server to send through. Add one with --smtp URL.").format(
                    name=self._account.name
                ),
            )
        try:
            return parse_url(written, "smtp")
        except DeskError as error:
            raise ChannelError("not_configured", error.message) from error

    def check(self) -> Check:
        """Sign in and ask whether our sender address is accepted; nothing is sent."""
        try:
            server = self.server
            password = self._password(server)
            with self._session(server, password) as smtp:
                if self._account.address:
                    sender = _ascii_address(self._account.address)
                    code, words = smtp.mail(sender or self._account.address, [] if sender else ["SMTPUTF8"])
                    _demand(code, words, (250,), server, password)
                    smtp.rset()
        except ChannelError as error:
            return Check("send", False, error.message, error.code)
        return Check("send", True, _("{host} takes mail from this account.").format(host=server.host))

    def send(self, submission: Submission) -> Receipt:
        """Hand over one mail; its bytes are sent as they are, with line ends as SMTP wants them.

        Some recipients refused: the others get it, and the receipt names the refused ones. Raises NotSent,
        Rejected or MaybeSent.
        """
        try:
            server = self.server
            password = self._password(server)
        except ChannelError as error:
            raise NotSent(error.code, error.message) from error
        with self._session(server, password) as smtp:
            accepted, refused = _envelope(smtp, submission, server, password)
            code, words = _hand_over(smtp, submission.raw, server, password)
            detail = net.said(words, password)
            if not 200 <= code <= 299:
                _judge(code, detail, server)
            return Receipt(detail=detail, refused=tuple(refused)) if accepted else Receipt(detail=detail)

    def _password(self, server: MailUrl) -> str:
        """The password or access token for the server, '' when it asks for no sign-in."""
        if not server.user:
            return ""
        if self._sign.by_token:
            return self._sign.token()
        return self._sign.password(server.user, sending=True)

    @contextmanager
    def _session(self, server: MailUrl, password: str) -> Iterator[smtplib.SMTP]:
        """A connection that is greeted, encrypted and signed in. Whatever fails inside was surely not sent,
        unless it is raised as MaybeSent."""
        smtp: smtplib.SMTP | None = None
        try:
            smtp = _connect(server, self._settings, password)
            if server.user and self._sign.by_token:
                smtp = self._with_token(smtp, server, password)
            elif server.user:
                _sign_in(smtp, server, password)
            yield smtp
            _leave(smtp)
        except (NotSent, Rejected, MaybeSent):
            raise
        except ChannelError as error:
            raise NotSent(error.code, error.message) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotSent(*net.explain(error, server, password)) from error
        finally:
            if smtp is not None:
                smtp.close()

    def _with_token(self, smtp: smtplib.SMTP, server: MailUrl, token: str) -> smtplib.SMTP:
        """Sign in with a token; when it is not taken, renew it once and sign in on a new connection, which is the
        one that is given then."""
        try:
            _sign_in_with_token(smtp, server, token)
            return smtp
        except Rejected as error:
            smtp.close()
            if error.code != "wrong_password":
                raise
        token = self._sign.token(refused=token)
        smtp = _connect(server, self._settings, token)
        try:
            _sign_in_with_token(smtp, server, token)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _connect(server: MailUrl, settings: dict[str, str], password: str) -> smtplib.SMTP:
    patience = net.timeout(settings)
    smtp: smtplib.SMTP
    try:
        # A given local_hostname keeps smtplib from asking the name server who we are: slow, and nobody's
        # business.
        if server.security == "tls":
            context = net.tls_context(settings.get("ca_file", ""))
            smtp = smtplib.SMTP_SSL(server.host, server.port, "localhost", timeout=patience, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, "localhost", timeout=patience)
    except smtplib.SMTPConnectError as error:
        raise _no(error.smtp_code, error.smtp_error, server, password) from error
    try:
        smtp.local_hostname = _own_address(smtp.sock)
        _demand(*_greet(smtp), (250,), server, password)
        if server.security == "starttls":
            _encrypt(smtp, server, settings, password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _greet(smtp: smtplib.SMTP) -> tuple[int, bytes]:
    code, words = smtp.ehlo()
    return (code, words) if 200 <= code <= 299 else smtp.helo()


def _encrypt(smtp: smtplib.SMTP, server: MailUrl, settings: dict[str, str], password: str) -> None:
    """STARTTLS, always: a server or someone in between that does not offer it gets neither password nor
    mail."""
    if not smtp.has_extn("starttls"):
        raise NotSent(
            "tls",
            _(
                "{host}:{port} offers no encryption (STARTTLS). Write smtps:// if it speaks TLS from the start."
            ).format(host=server.host, port=server.port),
        )
    _demand(*smtp.starttls(context=net.tls_context(settings.get("ca_file", ""))), (220,), server, password)
    _demand(*_greet(smtp), (250,), server, password)


def _own_address(sock: socket.socket | None) -> str:
    """Our side of the connection as the address literal that EHLO takes (RFC 5321 4.1.3)."""
    address = str(sock.getsockname()[0]) if sock is not None else "127.0.0.1"
    return f"[IPv6:{address.split('%')[0]}]" if ":" in address else f"[{address}]"


def _sign_in(smtp: smtplib.SMTP, server: MailUrl, password: str) -> None:
    """AUTH PLAIN or LOGIN, in UTF-8 (RFC 4616). Only called over TLS or on this machine."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        token = base64.b64encode(f"\0{server.user}\0{password}".encode()).decode("ascii")
        code, words = smtp.docmd("AUTH", f"PLAIN {token}")
    elif "LOGIN" in offered:
        code, words = smtp.docmd("AUTH", "LOGIN")
        for value in (server.user, password):
            if code == 334:
                code, words = smtp.docmd(base64.b64encode(value.encode()).decode("ascii"))
    else:
        raise NotSent(
            "protocol",
            _("{host} offers no way to sign in with a password ({offered}).").format(
                host=server.host, offered=net.said(" ".join(offered)) or "-"
            ),
        )
    if code in (235, 503):  # 503: signed in already
        return
    if code in (334, 534, 535):
        raise Rejected(
            "wrong_password",
            _("{host} does not accept the user name {user} with this password. It said: {words}").format(
                host=server.host, user=server.user, words=net.said(words, password)
            ),
        )
    _demand(code, words, (235,), server, password)


def _sign_in_with_token(smtp: smtplib.SMTP, server: MailUrl, token: str) -> None:
    """AUTH XOAUTH2. Only called over TLS or on this machine."""
    words = base64.b64encode(f"user={server.user}\x01auth=Bearer {token}\x01\x01".encode()).decode("ascii")
    code, answer = smtp.docmd("AUTH", f"XOAUTH2 {words}")
    reason = b""
    if code == 334:  # the reason as JSON; an empty line brings the refusal itself
        with contextlib.suppress(ValueError):
            reason = base64.b64decode(answer)
        code, answer = smtp.docmd("")
    if code in (334, 534, 535):
        raise Rejected(
            "wrong_password",
            _("{host} does not accept the sign-in of {user}. It said: {words}").format(
                host=server.host, user=server.user, words=net.said(answer + b" " + reason, token)
            ),
        )
    _demand(code, answer, (235, 503), server, token)


def _envelope(
    smtp: smtplib.SMTP, submission: Submission, server: MailUrl, password: str
) -> tuple[list[str], list[tuple[str, str]]]:
    """MAIL FROM and RCPT TO. Gives accepted and refused recipients; raises when nobody is left."""
    utf8 = smtp.has_extn("smtputf8")
    sender = _ascii_address(submission.envelope_from)
    if sender is None and not utf8:
        raise Rejected("protocol", _no_utf8(submission.envelope_from, server))
    needs_utf8 = utf8 and (sender is None or not all(_ascii_address(each) for each in submission.recipients))
    options = _mail_options(smtp, submission.raw, needs_utf8=needs_utf8)
    _demand(*smtp.mail(sender or submission.envelope_from, options), (250,), server, password)
    accepted: list[str] = []
    refused: list[tuple[str, str]] = []
    temporary = False
    for recipient in submission.recipients:
        plain = _ascii_address(recipient)
        if plain is None and not utf8:
            refused.append((recipient, _no_utf8(recipient, server)))
            continue
        code, words = smtp.rcpt(plain or recipient)
        if 200 <= code <= 299:
            accepted.append(recipient)
            continue
        if code == 421:
            _demand(code, words, (250,), server, password)
        temporary = temporary or not 500 <= code <= 599
        refused.append((recipient, f"{code} {net.said(words, password)}"))
    if not accepted:
        failure = NotSent if temporary else Rejected
        raise failure("refused", _nobody(refused, server))
    return accepted, refused


def _mail_options(smtp: smtplib.SMTP, raw: bytes, *, needs_utf8: bool) -> list[str]:
    """The ESMTP parameters that this mail needs (RFC 1870, 6152, 6531). A server without 8BITMIME gets
    eight-bit mail as it is: all that still run pass it on, and re-encoding would change what was frozen."""
    header = _LINE_ENDS.sub(b"\n", raw[:262_144]).partition(b"\n\n")[0]
    options = []
    if smtp.has_extn("size"):
        options.append(f"SIZE={len(raw)}")
    if not raw.isascii() and smtp.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if smtp.has_extn("smtputf8") and (needs_utf8 or not header.isascii()):
        options.append("SMTPUTF8")
        smtp.command_encoding = "utf-8"
    return options


def _hand_over(smtp: smtplib.SMTP, raw: bytes, server: MailUrl, password: str) -> tuple[int, bytes]:
    """DATA and the mail itself; the server's final answer. From the first byte of the mail on, a failure to
    hear that answer means that it may have been sent."""
    code, words = smtp.docmd("DATA")
    _demand(code, words, (354,), server, password)
    wire = _on_the_wire(raw)
    try:
        # The time limit holds for each chunk, so that a thin line is no failure.
        for start in range(0, len(wire), _CHUNK):
            smtp.send(wire[start : start + _CHUNK])
        if smtp.sock is not None:  # servers filter before they answer (RFC 5321 4.5.3.2.6)
            smtp.sock.settimeout(_FINAL_PATIENCE * (smtp.sock.gettimeout() or net.TIMEOUT))
        return smtp.getreply()
    except Exception as error:
        raise MaybeSent(
            net.explain(error, server, password)[0],
            _(
                "The mail went to {host} but no answer came back, so it may have been sent. Look whether it "
                "arrived before it is sent again."
            ).format(host=server.host),
        ) from error


def _on_the_wire(raw: bytes) -> bytes:
    """CRLF line ends, leading dots doubled, and the closing dot (RFC 5321 4.5.2)."""
    body = _LINE_ENDS.sub(b"\r\n", raw)
    body = body if body.endswith(b"\r\n") else body + b"\r\n"
    stuffed = re.sub(rb"(?m)^\.", b"..", body)
    return stuffed + b".\r\n"


def _judge(code: int, detail: str, server: MailUrl) -> None:
    """The server's answer to the whole mail, when it is not 2xx."""
    if 500 <= code <= 599:
        raise Rejected(
            _refusal_code(code),
            _("{host} refused the mail: {words}").format(host=server.host, words=f"{code} {detail}"),
        )
    raise MaybeSent(
        "protocol",
        _("{host} took the mail but answered {words}, so it may have been sent.").format(
            host=server.host, words=f"{code} {detail}"
        ),
    )


def _demand(code: int, words: bytes | str, wanted: Sequence[int], server: MailUrl, password: str) -> None:
    """Go on only after one of the wanted answers; before the mail went out, 5xx is final and the rest is
    not."""
    if code not in wanted:
        raise _no(code, words, server, password)


def _no(code: int, words: bytes | str, server: MailUrl, password: str) -> ChannelError:
    failure = Rejected if 500 <= code <= 599 else NotSent
    return failure(
        _refusal_code(code),
        _("{host} said no before the mail was sent: {words}").format(
            host=server.host, words=f"{code} {net.said(words, password)}"
        ),
    )


def _refusal_code(code: int) -> str:
    return "full" if code in (452, 552) else "unreachable" if code == 421 else "refused"


def _nobody(refused: Sequence[tuple[str, str]], server: MailUrl) -> str:
    listed = "; ".join(f"{address}: {words}" for address, words in refused[:5])
    return _("{host} accepted none of the recipients. {listed}").format(host=server.host, listed=listed)


def _no_utf8(address: str, server: MailUrl) -> str:
    return _("{host} cannot send to or from {address}: it does not take addresses with such letters.").format(
        host=server.host, address=address
    )


def _ascii_address(address: str) -> str | None:
    """The address with its domain in IDNA form, or None when the part before the @ needs SMTPUTF8."""
    local, at, domain = address.rpartition("@")
    if not (local if at else domain).isascii():
        return None
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}" if not domain.isascii() else address
    except UnicodeError:
        return None


def _leave(smtp: smtplib.SMTP) -> None:
    """Say goodbye; what happens then cannot change what was sent."""
    try:
        smtp.docmd("QUIT")
    except (OSError, smtplib.SMTPException):
        return
