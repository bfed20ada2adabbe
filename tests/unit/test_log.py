"""The log: private, harmless to read, and silent about passwords and mails."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from csdesk import log


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield tmp_path
    for handler in list(logging.getLogger("csdesk").handlers):
        handler.close()
        logging.getLogger("csdesk").removeHandler(handler)


def test_the_log_is_private_and_made_late(folder: Path) -> None:
    """Lost otherwise: reasons for failures, to everybody on the machine."""
    log.start()
    assert not log.file().exists()
    logging.getLogger("csdesk.test").warning("something")
    assert log.file().stat().st_mode & 0o777 == 0o600
    assert log.file().parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("said", "never"),
    [
        ("postgresql://desk:geheim@db/desk is down", "geheim"),
        ("password=geheim was refused", "geheim"),
        ("Authorization: geheim", "geheim"),
        ("a\x1b]0;geheim\x07b\u202e", "\x1b"),
        ("line\nforged ERROR line", "\nforged"),
        ("x" * 5000, "x" * 500),
    ],
)
def test_what_must_not_be_in_a_log(folder: Path, said: str, never: str) -> None:
    """Lost otherwise: passwords, and the terminal of whoever reads the log."""
    log.start()
    logging.getLogger("csdesk.test").error("%s", said)
    assert never not in log.file().read_text("utf-8")


def test_a_trace_names_places_and_no_values(folder: Path) -> None:
    """Lost otherwise: a customer's mail, to the log; or the place of the fault."""

    def fails() -> None:
        secret = "what the customer wrote"
        raise ValueError(f"no such column\n[parameters: {secret}]")

    try:
        fails()
    except ValueError as error:
        path = Path(log.failure(error))
    text = path.read_text("utf-8")
    assert "ValueError: no such column" in text
    assert "fails" in text
    assert "customer wrote" not in text


def test_a_folder_that_cannot_be_written_stops_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: the desk, because of its log."""
    (folder / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "file"))
    log.start()
    logging.getLogger("csdesk.test").error("something")
