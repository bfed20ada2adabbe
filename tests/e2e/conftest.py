"""The sample shop for tests of commands: loaded once, copied for every test that changes it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from csdesk.cli import main
from csdesk.clock import SystemClock
from csdesk.config import Config
from csdesk.demo.load import load
from tests.e2e.commands import Done, Run


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample shop, loaded once."""
    folder = tmp_path_factory.mktemp("shop")
    load(folder, Config(), SystemClock()).close()
    return folder


@pytest.fixture
def csdesk(capfd: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command in this process and says what came of it."""

    def run(*words: object) -> Done:
        capfd.readouterr()
        code = main([str(word) for word in words])
        shown = capfd.readouterr()
        return Done(code, shown.out, shown.err)

    yield run
    for handler in list(logging.getLogger("csdesk").handlers):
        logging.getLogger("csdesk").removeHandler(handler)
        handler.close()


@pytest.fixture
def desk(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, csdesk: Run) -> Run:
    """Runs commands on a copy of the sample shop, as Lin."""
    shutil.copy(shop / "desk.db", tmp_path / "desk.db")
    shutil.copytree(shop / "desk.db.files", tmp_path / "desk.db.files")
    monkeypatch.setenv("CSDESK_STORE", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setenv("CSDESK_AGENT", "Lin")
    monkeypatch.setenv("CSDESK_LANG", "en")
    monkeypatch.chdir(tmp_path)
    return csdesk
