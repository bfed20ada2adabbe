"""Passwords: from the environment, the system's keyring, or a 0600 file by itself. Knows nothing of accounts
but names.

No value is ever kept in an object, written to a log or shown in a repr.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from csdesk import paths
from csdesk.errors import Refused
from csdesk.i18n import _

KEYRING_SECONDS = 5.0
"""How long a keyring may take. A locked one can wait for a dialog that nobody sees (a session over SSH)."""

T = TypeVar("T")


class Secrets:
    """Where the desk's passwords are kept.

    `folder` holds secrets.json (the data folder when None). `scope` keeps desks with accounts of the same
    name apart in a shared keyring or file. `use_keyring=False` leaves the system's keyring alone.
    """

    def __init__(self, folder: Path | None = None, *, scope: str = "", use_keyring: bool = True) -> None:
        self._folder = folder
        self._scope = scope
        self._keyring_works = use_keyring

    def __repr__(self) -> str:
        return f"Secrets({str(self.file)!r})"

    @property
    def scope(self) -> str:
        """What keeps this desk's names apart from others'."""
        return self._scope

    @property
    def file(self) -> Path:
        """The path of the file that is used where no keyring works."""
        return (self._folder or paths.data_dir()) / "secrets.json"

    def get(self, account_name: str, env_name: str = "") -> str | None:
        """The password of an account, or None: from the environment variable `env_name` when one is named and
        set, else from the keyring, else from the file. Raises Refused when the file is not private or
        broken."""
        if env_name and os.environ.get(env_name):
            return os.environ[env_name].rstrip("\r\n")
        name = self._name(account_name)
        found = self._ask(lambda ring: ring.get_password("csdesk", name))
        return found or self._read().get(name)

    def set(self, account_name: str, value: str) -> str:
        """Keep a password and say where: 'keyring' or 'file'. Raises Refused when neither can keep it."""
        name = self._name(account_name)

        def keep(ring: _Keyring) -> bool:
            ring.set_password("csdesk", name, value)
            # A null keyring takes everything and keeps nothing.
            return ring.get_password("csdesk", name) == value

        if self._ask(keep):
            self._change(name, None)
            return "keyring"
        self._change(name, value)
        return "file"

    def delete(self, account_name: str) -> None:
        """Forget a password wherever it is kept; one that is not there is no error."""
        name = self._name(account_name)
        self._ask(lambda ring: ring.delete_password("csdesk", name))
        self._change(name, None)

    def _name(self, account_name: str) -> str:
        return f"{self._scope}:{account_name}" if self._scope else account_name

    def _ask(self, question: Callable[[_Keyring], T]) -> T | None:
        """What the keyring answers; None when there is none, it fails, or it does not answer in time."""
        if not self._keyring_works:
            return None
        answers: list[T] = []
        failed: list[bool] = []

        def run() -> None:
            try:
                answers.append(question(_Keyring()))
            except Exception as error:  # backends raise whatever their bus or library raises
                failed.append(type(error).__name__ != "PasswordDeleteError")

        worker = threading.Thread(target=run, name="keyring", daemon=True)
        worker.start()
        worker.join(KEYRING_SECONDS)
        if worker.is_alive() or any(failed):
            self._keyring_works = False
        return answers[0] if answers else None

    def _read(self) -> dict[str, str]:
        try:
            with self.file.open(encoding="utf-8") as stream:
                if os.fstat(stream.fileno()).st_mode & 0o077:
                    raise Refused(
                        _("Other people on this machine can read {file}. Run: chmod 600 {file}").format(
                            file=self.file
                        ),
                        code="permission",
                    )
                found = json.load(stream)
        except FileNotFoundError:
            return {}
        except PermissionError as error:
            raise Refused(
                _("{file} belongs to someone else and cannot be read. Check who owns it.").format(
                    file=self.file
                ),
                code="permission",
            ) from error
        except ValueError as error:
            raise Refused(
                _("{file} is damaged. Move it away and enter the passwords again.").format(file=self.file)
            ) from error
        if not isinstance(found, dict):
            raise Refused(
                _("{file} is damaged. Move it away and enter the passwords again.").format(file=self.file)
            )
        return {str(key): str(value) for key, value in found.items()}

    def _change(self, name: str, value: str | None) -> None:
        """Set or remove one entry, whole file at once: a crash leaves the old file or the new one."""
        if value is None and not self.file.exists():
            return
        try:
            paths.private_dir(self.file.parent)
            with self._locked():
                kept = self._read()
                if value is None:
                    kept.pop(name, None)
                else:
                    kept[name] = value
                self._write(kept)
        except OSError as error:
            raise Refused(
                _("The password could not be kept in {file}: {reason}.").format(
                    file=self.file, reason=error.strerror or type(error).__name__
                )
            ) from error

    def _write(self, kept: dict[str, str]) -> None:
        handle, name = tempfile.mkstemp(prefix=".secrets-", dir=self.file.parent)  # made with mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(kept, stream, ensure_ascii=False, indent=1)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(self.file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    @contextmanager
    def _locked(self) -> Iterator[None]:
        handle = os.open(self.file.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


class _Keyring:
    """The system's keyring, imported only when it is asked: looking for a backend costs more than a small
    command."""

    def __init__(self) -> None:
        import keyring

        self._backend = keyring.get_keyring()

    def get_password(self, service: str, name: str) -> str | None:
        return self._backend.get_password(service, name)

    def set_password(self, service: str, name: str, value: str) -> None:
        self._backend.set_password(service, name, value)

    def delete_password(self, service: str, name: str) -> None:
        self._backend.delete_password(service, name)
