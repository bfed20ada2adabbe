"""A private Dovecot and Postfix on loopback, for one test run: started, asked and stopped from here."""

from __future__ import annotations

import imaplib
import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

CONF = Path(__file__).parent / "conf"
PASSWORD = "secret"
BINARIES = ("dovecot", "postfix", "openssl")
_Found = TypeVar("_Found")


def why_not() -> str:
    """Why the servers cannot run here, or ''."""
    missing = [name for name in BINARIES if shutil.which(name, path=_path()) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if not Path("/usr/lib/dovecot/lmtp").exists():
        return "not installed: dovecot-lmtpd"
    return "" if os.geteuid() == 0 else "Dovecot and Postfix are started by root only"


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on. All are held until the last is known, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def eventually(what: Callable[[], _Found], seconds: float = 20.0) -> _Found:
    """The first truthy answer of `what`; the last one when time is up."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


@dataclass
class MailServers:
    """Mailboxes of every address at shop.example and buyer.example, all with PASSWORD. Mail to bounce.example comes
    back as a real delivery report; nobody@buyer.example is refused at RCPT."""

    run: Path
    imap: int
    imaps: int
    lmtp: int
    smtp: int

    @classmethod
    def start(cls) -> MailServers:
        """Write the configurations, start both and wait until they answer."""
        run = Path(tempfile.mkdtemp(prefix="csdesk-real-"))
        run.chmod(0o755)  # both give up root and must still get here
        servers = cls(run, *_free_ports(4))
        try:
            servers._prepare()
            servers._command("dovecot", "-c", str(run / "dovecot.conf"))
            servers._command("postfix", "-c", str(run / "etc"), "start")
            for port in (servers.imap, servers.imaps, servers.lmtp, servers.smtp):
                assert eventually(lambda port=port: _listens(port)), servers.logs()  # type: ignore[misc]
        except BaseException:
            servers.stop()
            raise
        return servers

    def _prepare(self) -> None:
        for folder in ("etc", "spool", "postfix-data", "mail"):
            (self.run / folder).mkdir()
        shutil.chown(self.run / "mail", "nobody", "nogroup")
        shutil.chown(self.run / "postfix-data", "postfix")
        (self.run / "no-such-user.sh").write_text("echo 'no such user here'\nexit 67\n", "ascii")
        self._command(
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
            ),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(self.run / "key.pem"), "-out", str(self.run / "cert.pem")),
        )
        self._fill("dovecot.conf", self.run / "dovecot.conf")
        self._fill("main.cf", self.run / "etc" / "main.cf")
        self._fill("master.cf", self.run / "etc" / "master.cf")

    def _fill(self, name: str, target: Path) -> None:
        text = (CONF / f"{name}.in").read_text("utf-8")
        values = {
            "RUN": self.run,
            "IMAP": self.imap,
            "IMAPS": self.imaps,
            "LMTP": self.lmtp,
            "SMTP": self.smtp,
        }
        for key, value in {**values, "PASSWORD": PASSWORD}.items():
            text = text.replace(f"@{key}@", str(value))
        target.write_text(text, "utf-8")

    def _command(self, *words: str, check: bool = True) -> None:
        # Into a file: a daemon inherits the output, and a pipe would be waited on until it ends.
        with (self.run / "commands.log").open("ab") as said:
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                timeout=60,
                check=False,
                env={**os.environ, "PATH": _path()},
            )
        assert not check or done.returncode == 0, f"{words}: {self.logs()}"

    def logs(self) -> str:
        """What both wrote down, for a failing test."""
        return "\n".join(p.read_text("utf-8", "replace") for p in sorted(self.run.glob("*.log")))

    def stop(self) -> None:
        """Stop both and remove everything they wrote."""
        self._command("postfix", "-c", str(self.run / "etc"), "stop", check=False)
        self._command("dovecot", "-c", str(self.run / "dovecot.conf"), "stop", check=False)
        eventually(lambda: not _listens(self.imap) and not _listens(self.smtp), 10)
        shutil.rmtree(self.run, ignore_errors=True)

    def kill(self, name: str) -> None:
        """SIGKILL to 'dovecot' or 'postfix' and all its helpers, in the middle of whatever they do."""
        pid_file = self.run / ("dovecot/master.pid" if name == "dovecot" else "spool/pid/master.pid")
        group = os.getpgid(int(pid_file.read_text()))
        assert group != os.getpgid(0), "these servers have a process group of their own"
        os.killpg(group, signal.SIGKILL)
        if name == "dovecot":
            # It asks whether the process is there, and where nobody collects the dead, a dead one is: the lock of a
            # mailbox would be waited for until it is two minutes old, while the client gives up after less.
            pid_file.unlink(missing_ok=True)
            for lock in (self.run / "mail").rglob("*.lock"):
                lock.unlink(missing_ok=True)

    def start_again(self, name: str) -> None:
        """Start what was killed, and wait until it answers."""
        port = self.imap if name == "dovecot" else self.smtp
        conf = self.run / ("dovecot.conf" if name == "dovecot" else "etc")
        words = (name, "-c", str(conf), *(() if name == "dovecot" else ("start",)))
        eventually(lambda: not _listens(port), 10)

        def up() -> bool:
            # What was killed may hold its lock for a moment longer; then the start is refused.
            self._command(*words, check=False)
            return bool(eventually(lambda: _listens(port), 3))

        assert eventually(up, 30), self.logs()

    def on_vacation(self, user: str, words: str) -> None:
        """Let the server answer every mail to `user` by itself (sieve vacation)."""
        home = self.run / "mail" / user
        home.mkdir(exist_ok=True)
        script = home / ".dovecot.sieve"
        script.write_text(f'require ["vacation"];\nvacation :days 1 "{words}";\n', "utf-8")
        for path in (home, script):
            shutil.chown(path, "nobody", "nogroup")

    def sent_to_client(self, user: str) -> list[int]:
        """How many bytes each finished IMAP session of a user was sent, by Dovecot's log."""
        log = (self.run / "dovecot.log").read_text("utf-8", "replace")
        return [int(n) for n in re.findall(rf"imap\({re.escape(user)}\).*? out=(\d+)", log)]

    def listening(self, user: str) -> bool:
        """Whether somebody listens to this mailbox now, by Dovecot's own list of who does what."""
        who = subprocess.run(
            ("doveadm", "-c", str(self.run / "dovecot.conf"), "who", "-1"),
            capture_output=True, text=True, timeout=30, check=False, env={**os.environ, "PATH": _path()},
        )  # fmt: skip
        return user in who.stdout

    def doveadm(self, *words: str) -> None:
        """Change a mailbox behind the desk's back, e.g. its UIDVALIDITY."""
        self._command("doveadm", "-c", str(self.run / "dovecot.conf"), *words)

    def deliver(self, mail: EmailMessage | bytes, to: str, sender: str = "ana@buyer.example") -> None:
        """Hand a mail to Postfix as a stranger would, and wait until it lies in the mailbox of `to`."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        before = len(self.mails(to))
        with smtplib.SMTP("127.0.0.1", self.smtp, local_hostname="localhost", timeout=30) as smtp:
            smtp.sendmail(sender, [to], raw)
        assert eventually(lambda: len(self.mails(to)) > before), self.logs()

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Every mail of a folder, seen through plain imaplib, without changing a flag."""
        box = imaplib.IMAP4("127.0.0.1", self.imap, timeout=30)
        try:
            box.login(user, PASSWORD)
            box.select(folder, readonly=True)
            _, found = box.search(None, "ALL")
            return [self._body(box, number) for number in found[0].split()]
        finally:
            box.logout()

    @staticmethod
    def _body(box: imaplib.IMAP4, number: bytes) -> bytes:
        _, data = box.fetch(number.decode("ascii"), "(BODY.PEEK[])")
        part = data[0]
        assert isinstance(part, tuple)
        return bytes(part[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
