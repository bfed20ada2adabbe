"""Where files live, and who may look into the folders."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from csdesk import paths


def test_the_configuration_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Lost otherwise: two desks on one machine."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CSDESK_CONFIG", "~/mine.toml")
    assert paths.config_file() == tmp_path / "mine.toml"
    monkeypatch.delenv("CSDESK_CONFIG")
    assert paths.config_file().name == "config.toml"


def test_the_store_is_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Lost otherwise: customers' mail, to everybody on the machine."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for folder in (paths.data_dir(), paths.state_dir()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert paths.default_store() == f"sqlite:///{paths.data_dir() / 'desk.db'}"
