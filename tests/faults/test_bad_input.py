"""Mistakes and broken surroundings: each gets a sentence that helps, nothing is lost, and no trace is shown."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlcipher3

from tests.faults.support import Zygote, add_maildir, deliver, desk_on, mail
from tests.servers import ImapServer, SmtpServer, free_port, make_certificate

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """Gives every command a process of its own without a start of its own."""
    with Zygote(tmp_path_factory.mktemp("zygote")) as running:
        yield running


@pytest.fixture
def csdesk(zygote: Zygote, tmp_path: Path) -> Run:
    """Runs a command on a store of its own; checks that it shows no trace and no "should not have happened"."""

    def call(*args: str, limit: int = 0, patience: float = 0, **env: str) -> subprocess.CompletedProcess[str]:
        store = f"sqlite:///{tmp_path / 'desk.db'}"
        done = zygote.call(
            *args, limit=limit, patience=patience, env={"CSDESK_STORE": store, "CSDESK_AGENT": "Ana", **env}
        )
        assert "Traceback" not in done.stdout + done.stderr
        assert "should not" not in done.stderr, done.stderr
        return done

    return call


def _imap(csdesk: Run, name: str, url: str, smtp: str) -> subprocess.CompletedProcess[str]:
    added = csdesk("account", "add", name, "imap", "--imap", url, "--smtp", smtp, "--address", "support@shop.test",
                   "--password-env", "SHOP_PASSWORD")  # fmt: skip
    assert added.returncode == 0, added.stderr
    return csdesk("account", "test", name)


def test_account_test_names_the_exact_failure(csdesk: Run, tmp_path: Path) -> None:
    """Somebody who sets a mailbox up must be told which of five things is wrong, not that it failed."""
    broken = make_certificate(tmp_path, names=("elsewhere.test",))
    with (
        ImapServer() as imap,
        SmtpServer(auth=True) as smtp,
        ImapServer(certificate=broken, implicit_tls=True) as tls,
    ):
        wrong = csdesk("account", "add", "a", "imap", "--imap", imap.url(), "--smtp", smtp.url(), "--address",
                       "support@shop.test", "--password-env", "OTHER")  # fmt: skip
        assert wrong.returncode == 0
        told = csdesk("account", "test", "a", OTHER="not it")
        assert told.returncode != 0
        assert "password" in told.stdout + told.stderr
        told = _imap(csdesk, "b", f"imap://support@127.0.0.1:{free_port()}/INBOX", smtp.url())
        assert "takes no connections on port" in told.stdout + told.stderr
        told = _imap(csdesk, "c", "imaps://support@no-such-host.invalid/INBOX", smtp.url())
        assert "There is no server named no-such-host.invalid" in told.stdout + told.stderr
        told = _imap(csdesk, "d", tls.url(), smtp.url())
        assert "certificate" in told.stdout + told.stderr
        told = _imap(csdesk, "e", imap.url("Nowhere"), smtp.url())
        assert "Nowhere" in told.stdout + told.stderr
        told = _imap(csdesk, "f", imap.url(), smtp.url())
        assert told.returncode == 0, told.stdout + told.stderr


def _maildir(tmp_path: Path, count: int, *, size: int) -> Path:
    desk, _url = desk_on(tmp_path)
    new = add_maildir(desk, tmp_path)
    for number in range(1, count + 1):
        deliver(new, mail(number, body=os.urandom(size).hex()))
    desk.close()
    return new


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1.5 MB; only root may make one."""
    if os.getuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    options = "size=1500k,mode=700"
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)], capture_output=True)
    if made.returncode != 0:
        pytest.skip("no small disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_loses_nothing(csdesk: Run, small_disk: Path, tmp_path: Path) -> None:
    """No room during sync: the round says so and fails whole; with room again every mail comes, once."""
    desk, url = desk_on(small_disk)
    new = add_maildir(desk, tmp_path)
    for number in range(1, 41):
        deliver(new, mail(number, body=os.urandom(20_000).hex()))
    desk.close()
    full = csdesk("sync", "--once", "--store", url)
    assert full.returncode == 1
    assert "disk is full" in full.stdout + full.stderr
    assert csdesk("queue", "--store", url).returncode == 0, "a full store must still be readable"
    subprocess.run(["mount", "-o", "remount,size=50m", str(small_disk)], check=True)
    again = csdesk("sync", "--once", "--store", url)
    assert again.returncode == 0, again.stdout + again.stderr
    assert csdesk("doctor", "--store", url).returncode == 0
    assert len(csdesk("queue", "--json", "--limit", "100", "--store", url).stdout.splitlines()) == 40


def test_a_file_beside_the_store_that_does_not_fit_is_left_out_whole(csdesk: Run, tmp_path: Path) -> None:
    """A mail larger than the room left: its batch is not half stored, and comes when there is room."""
    _maildir(tmp_path, 1, size=400_000)
    full = csdesk("sync", "--once", limit=300_000)
    assert full.returncode == 1
    assert full.stdout + full.stderr
    assert not list(tmp_path.rglob("*.part"))
    assert csdesk("sync", "--once").returncode == 0
    desk, _url = desk_on(tmp_path)
    assert desk.inbox.counts()["all"] == 1
    desk.close()


def test_a_locked_store_is_said_and_nothing_is_lost(csdesk: Run, tmp_path: Path) -> None:
    """Another program holds the store: a sentence when patience ends, and the next try works."""
    _maildir(tmp_path, 3, size=10)
    lock = sqlcipher3.dbapi2.connect(str(tmp_path / "desk.db"))
    lock.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    told = csdesk("sync", "--once", patience=0.5)
    lock.rollback()
    lock.close()
    assert told.returncode == 1
    assert "locked" in told.stderr + told.stdout
    assert time.monotonic() - begun < 20
    assert csdesk("sync", "--once").returncode == 0
    assert len(csdesk("queue", "--json").stdout.splitlines()) == 3


def test_a_typo_in_the_preferences_names_key_line_and_nearest(csdesk: Run, tmp_path: Path) -> None:
    """A wrong key is not silently without effect."""
    config = tmp_path / "config.toml"
    config.write_text('theme = "dark"\n\n[sync]\nintervall_seconds = 30\n')
    told = csdesk("--config", str(config), "queue")
    assert told.returncode in (1, 2)
    for word in ("intervall_seconds", "interval_seconds", "4", "config.toml"):
        assert word in told.stderr


def test_every_key_that_would_do_two_things_is_named(csdesk: Run, tmp_path: Path) -> None:
    """A keymap of which half has no effect: the desk has room for two sentences, the check for all."""
    from csdesk.actions import registry

    names = [one.id for one in registry() if "queue" in one.where and one.id != "move.down"]
    config = tmp_path / "config.toml"
    config.write_text("[keys]\n" + "".join(f'"{name}" = "q"\n' for name in ("move.down", *names)))
    told = csdesk("--config", str(config), "config", "check")
    assert told.returncode == 2
    for name in names:
        assert f"{config}: The key q is move.down already; {name} does not get it." in told.stderr
    assert csdesk("--config", str(config), "queue").returncode == 0


def test_an_unknown_theme_names_the_file_the_key_and_the_nearest(csdesk: Run, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('theme = "colour-blid"\n')
    told = csdesk("--config", str(config), "config", "check")
    assert told.returncode == 2
    for word in ("config.toml", "1", "theme", "colour-blind"):
        assert word in told.stderr


def test_an_unknown_variable_in_a_template_is_never_sent(csdesk: Run, tmp_path: Path) -> None:
    """A customer must not read {{ order.nummer }}: the check names it, and sending stops."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "typo.toml").write_text(
        '[text.en]\ntitle = "T"\nsubject = "S"\nbody = "Order {{ order.nummer }}."\n'
    )
    config = tmp_path / "config.toml"
    config.write_text(f'[templates]\nfolders = ["{folder}"]\n')
    _maildir(tmp_path, 1, size=10)
    csdesk("sync", "--once")
    checked = csdesk("--config", str(config), "templates", "check")
    assert "order.nummer" in checked.stdout + checked.stderr
    sent = csdesk("--config", str(config), "reply", "1", "--template", "typo", "--send", "--now")
    assert sent.returncode == 1
    assert "nummer" in sent.stderr
    assert csdesk("outbox", "list", "--json").stdout == ""


def test_a_subject_of_a_megabyte_is_one_row_like_any_other(csdesk: Run, tmp_path: Path) -> None:
    """One hostile mail must not make the queue unusable."""
    desk, _url = desk_on(tmp_path)
    new = add_maildir(desk, tmp_path)
    desk.close()
    deliver(new, mail(1, subject="A" * 1_000_000))
    assert csdesk("sync", "--once").returncode == 0
    assert len(csdesk("queue").stdout) < 10_000
    assert len(csdesk("show", "1").stdout) < 10_000


def test_a_server_that_never_answers_is_given_up(csdesk: Run, tmp_path: Path) -> None:
    """A half-open line: the other accounts are still done, and the round ends."""
    _maildir(tmp_path, 2, size=10)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"imap://support@127.0.0.1:{deaf.getsockname()[1]}/INBOX"
        desk, _url = desk_on(tmp_path)
        desk.accounts.add("deaf", "imap", address="a@shop.test",
                          settings={"imap": url, "timeout": "1", "password_env": "SHOP_PASSWORD"})  # fmt: skip
        desk.close()
        told = csdesk("sync", "--once")
    assert told.returncode == 1
    assert "did not answer in time" in told.stdout + told.stderr
    assert len(csdesk("queue", "--json").stdout.splitlines()) == 2
