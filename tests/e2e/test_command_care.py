"""Beginning and keeping: init, doctor, backup and restore, as a person uses them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import Run


def test_init_never_overwrites(csdesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: preferences that were made by hand."""
    monkeypatch.setenv("CSDESK_CONFIG", str(tmp_path / "deep" / "config.toml"))
    store = ("--store", f"sqlite:///{tmp_path / 'x.db'}", "--json")
    assert csdesk("init", *store).one["made"] is True
    (tmp_path / "deep" / "config.toml").write_text('theme = "light"\n', "utf-8")
    assert csdesk("init", *store).one["made"] is False
    assert csdesk("config", "show", "--json").one["theme"] == "light"


def test_a_backup_comes_back(desk: Run, tmp_path: Path) -> None:
    """With its files, under 0600, and what was there stays beside it. Lost otherwise: everything."""
    copy = tmp_path / "copy.db"
    files = [
        file["id"]
        for row in desk("queue", "all", "--json").objects
        for message in desk("show", row["id"], "--json").one["messages"]
        for file in message["attachments"]
    ]
    assert desk("backup", copy).code == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    assert desk("backup", copy).code == 1, "never overwrites"
    assert desk("close", 3).code == 0
    shutil.rmtree(tmp_path / "desk.db.files")
    done = desk("restore", copy, "--json").one
    assert Path(done["kept"]).is_file()
    assert desk("show", 3, "--json").one["status"] == "open"
    assert desk("doctor").code == 0
    for number in files:
        assert desk("attachment", "save", number, "--to", tmp_path / "saved").code == 0
    kept = ("--store", f"sqlite:///{done['kept']}")
    assert desk("show", 3, "--json", *kept).one["status"] == "closed"


def test_what_is_no_backup_changes_nothing(desk: Run, tmp_path: Path) -> None:
    """Lost otherwise: the store, to a wrong file name."""
    (tmp_path / "holiday.jpg").write_bytes(b"\xff\xd8 not a database" * 500)
    assert desk("restore", tmp_path / "holiday.jpg", "--json").error == "store_damaged"
    assert desk("restore", tmp_path / "desk.db", "--json").code == 1
    assert desk("queue", "--json").objects
    assert not list(tmp_path.glob("*restoring*"))


def test_a_store_in_use_is_not_replaced(desk: Run, tmp_path: Path) -> None:
    """Lost otherwise: what another process writes meanwhile."""
    assert desk("backup", tmp_path / "copy.db").code == 0
    holder = subprocess.Popen(
        [sys.executable, "-c", f"f = open({str(tmp_path / 'desk.db')!r}); print(1, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        holder.stdout.readline()
        done = desk("restore", tmp_path / "copy.db", "--json")
        assert (done.code, done.error) == (1, "in_use")
        assert str(holder.pid) in done.err
        assert desk("restore", tmp_path / "copy.db", "--force").code == 0
    finally:
        holder.stdin.close()
        holder.wait(10)
        holder.stdout.close()


def test_the_doctor_finds_what_is_wrong(desk: Run, tmp_path: Path) -> None:
    """Lost otherwise: a lost file or an open store, until it is too late."""
    assert desk("doctor").code == 0
    shutil.rmtree(tmp_path / "desk.db.files")
    (tmp_path / "desk.db.files").mkdir(mode=0o755)
    (tmp_path / "desk.db.files").chmod(0o755)
    done = desk("doctor", "--json")
    assert done.code == 1
    assert {one["check"] for one in done.objects if not one["ok"]} == {"files", "modes"}
