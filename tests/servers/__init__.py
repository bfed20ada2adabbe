"""Real mail servers on loopback for tests: pymap for IMAP, aiosmtpd for SMTP, each in a thread of its own.

Both are context managers, give `host`, `port` and `url()`, and listen on a free port. SmtpServer fails as told, by
`faults`. Subprocesses may use them too: they only need the URL.
"""

from tests.servers.base import HOST, PASSWORD, USER, Certificate, Threaded, free_port, make_certificate
from tests.servers.imap import ImapServer
from tests.servers.oauth import OAuthServer
from tests.servers.scripted import Scripted
from tests.servers.smtp import Accepted, Faults, SmtpServer

__all__ = [
    "HOST",
    "PASSWORD",
    "USER",
    "Accepted",
    "Certificate",
    "Faults",
    "ImapServer",
    "OAuthServer",
    "Scripted",
    "SmtpServer",
    "Threaded",
    "free_port",
    "make_certificate",
]
