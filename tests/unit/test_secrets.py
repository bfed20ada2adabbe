"""Passwords are found where they were put, private, and never shown."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from csdesk import secrets as module
from csdesk.errors import Refused
from csdesk.secrets import Secrets


@pytest.fixture
def kept(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path, use_keyring=False)


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.words: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.words.get((service, name))

    def set_password(self, service: str, name: str, value: str) -> None:
        self.words[service, name] = value

    def delete_password(self, service: str, name: str) -> None:
        if (service, name) not in self.words:
            raise type("PasswordDeleteError", (Exception,), {})
        del self.words[service, name]


def _install(monkeypatch: pytest.MonkeyPatch, ring: object) -> None:
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_keyring=lambda: ring))


def test_file_keeps_and_forgets(kept: Secrets) -> None:
    """Else the password is asked for at every start, or stays after the account is gone."""
    assert kept.get("shop") is None
    assert kept.set("shop", "geheim ñ 密码") == "file"
    kept.set("other", "x")
    assert kept.get("shop") == "geheim ñ 密码"
    kept.delete("shop")
    kept.delete("shop")
    assert (kept.get("shop"), kept.get("other")) == (None, "x")


def test_the_environment_comes_first(kept: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a password that a service manager provides is ignored; an unset variable falls back."""
    kept.set("shop", "from file")
    monkeypatch.setenv("SHOP_PASSWORD", "from env\n")
    assert kept.get("shop", "SHOP_PASSWORD") == "from env"
    monkeypatch.delenv("SHOP_PASSWORD")
    assert kept.get("shop", "SHOP_PASSWORD") == "from file"


def test_the_file_is_private_and_a_public_one_is_refused(kept: Secrets) -> None:
    """Else everybody on the machine reads the shop's mail."""
    kept.set("shop", "hunter2")
    assert kept.file.stat().st_mode & 0o777 == 0o600
    kept.file.chmod(0o640)
    with pytest.raises(Refused, match=r"chmod 600 .*secrets\.json") as failure:
        kept.get("shop")
    assert failure.value.code == "permission"
    with pytest.raises(Refused):
        kept.set("shop", "x")
    assert "hunter2" in kept.file.read_text()


@pytest.mark.parametrize("content", ["", "{", "[]", "\x00"])
def test_a_damaged_file_is_named_and_kept(kept: Secrets, content: str) -> None:
    """Else a torn file ends in a traceback, or is overwritten together with what could be saved."""
    kept.set("shop", "hunter2")
    kept.file.write_text(content)
    with pytest.raises(Refused, match=r"secrets\.json"):
        kept.get("shop")
    with pytest.raises(Refused):
        kept.set("other", "x")
    assert kept.file.read_text() == content


def test_nothing_shows_a_value(kept: Secrets) -> None:
    """Else it ends in a log."""
    kept.set("shop", "hunter2")
    assert "hunter2" not in repr(kept) + str(vars(kept))


def test_a_failed_write_leaves_the_old_file(kept: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a full disk loses every password."""
    kept.set("shop", "old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Refused, match="No space"):
            kept.set("shop", "new")
    assert kept.get("shop") == "old"
    assert sorted(each.name for each in kept.file.parent.iterdir()) == ["secrets.json", "secrets.lock"]


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    """Else adding two accounts at once forgets one password."""

    def write(number: int) -> None:
        for turn in range(5):
            Secrets(tmp_path, use_keyring=False).set(f"{number}-{turn}", "x")

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert len(json.loads((tmp_path / "secrets.json").read_text())) == 20


def test_keyring_is_used_where_it_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else passwords lie in a file although the system has a safe; the file's older copy goes."""
    Secrets(tmp_path, use_keyring=False).set("shop", "old")
    ring = Ring()
    _install(monkeypatch, ring)
    kept = Secrets(tmp_path)
    assert kept.set("shop", "new") == "keyring"
    assert kept.get("shop") == "new"
    assert "new" not in kept.file.read_text() and "old" not in kept.file.read_text()
    kept.delete("shop")
    kept.delete("shop")
    assert kept.get("shop") is None
    assert kept.set("shop", "again") == "keyring"


def test_a_broken_keyring_falls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a machine without a desktop cannot keep a password."""

    class Broken:
        def get_password(self, *_words: str) -> str:
            raise RuntimeError("no bus")

        set_password = delete_password = get_password

    class Null(Broken):
        def get_password(self, *_words: str) -> str:
            return ""

        set_password = delete_password = get_password

    for ring in (Broken(), Null(), None):
        _install(monkeypatch, ring)
        kept = Secrets(tmp_path)
        assert kept.set("shop", "x") == "file"
        assert Secrets(tmp_path).get("shop") == "x"
        kept.delete("shop")


def test_a_keyring_that_hangs_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the desk stands still before a dialog that nobody sees."""
    release = threading.Event()

    class Hanging(Ring):
        def get_password(self, service: str, name: str) -> str | None:
            release.wait(10)
            return None

    _install(monkeypatch, Hanging())
    monkeypatch.setattr(module, "KEYRING_SECONDS", 0.1)
    kept = Secrets(tmp_path)
    began = time.monotonic()
    for _try in range(20):
        assert kept.get("shop") is None
    assert time.monotonic() - began < 2
    release.set()


def test_desks_with_equal_account_names_stay_apart(tmp_path: Path) -> None:
    """Else the test desk signs in with the real shop's password."""
    one, two = (Secrets(tmp_path, scope=scope, use_keyring=False) for scope in ("a", "b"))
    one.set("shop", "x")
    assert (one.get("shop"), two.get("shop")) == ("x", None)
