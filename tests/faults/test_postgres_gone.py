"""The PostgreSQL server of a team stops for half a minute while a desk is open on it: said, and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from csdesk.bootstrap import Desk
from tests.databases import kept_postgres
from tests.faults.support import add_maildir, deliver, desk_on, mail
from tests.faults.terminal import Terminal, none_lives

pytestmark = pytest.mark.real


class Server:
    """One server that a test stops and starts again on the same files."""

    def __init__(self, data: Path, turn: Callable[[], str]) -> None:
        self.data, self._turn = data, turn
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE desk TEMPLATE template0")

    def url(self, database: str = "desk") -> str:
        return f"postgresql://postgres:@/{database}?host={self.data}"

    def stop(self) -> None:
        """At once and without a goodbye to those who are connected."""
        assert self._turn() == "stopped"

    def start(self) -> None:
        assert self._turn() == "ready"


@pytest.fixture
def server() -> Iterator[Server]:
    with kept_postgres("safe") as (data, turn):
        yield Server(data, turn)


def opened(tmp_path: Path, url: str) -> tuple[Desk, Path, Terminal]:
    desk, _url = desk_on(tmp_path, url)
    new = add_maildir(desk, tmp_path)
    deliver(new, mail(1))
    desk.sync.once()
    config = tmp_path / "config.toml"
    config.write_text("[sync]\nautostart = false\n")
    return desk, new, Terminal(env={"CSDESK_STORE": url, "CSDESK_CONFIG": str(config)}, size=(120, 30))


def test_thirty_seconds_without_the_server(server: Server, tmp_path: Path) -> None:
    url = server.url()
    desk, new, terminal = opened(tmp_path, url)
    with terminal:
        terminal.wait_for("Order 1", 40)
        terminal.press("r")
        terminal.wait_for("REPLY")
        terminal.type("Before it went. ")
        terminal.wait_for("draft saved", 20)
        server.stop()
        went = time.monotonic()
        terminal.wait_for("cannot be reached", 20)
        terminal.type("While it was gone. ")
        terminal.wait_for("draft not saved", 20)
        terminal.wait_for("While it was gone.")
        terminal.press("escape")
        terminal.wait_for("stays open here", 20)
        assert "While it was gone." in terminal.text(), "what cannot be kept is not closed"
        while (left := 30 - (time.monotonic() - went)) > 0:
            terminal.read(left)
        assert terminal.process.poll() is None, terminal.text()
        server.start()
        deliver(new, mail(2))
        desk.sync.once()
        terminal.wait_for("Order 2", 20)
        end = time.monotonic() + 15
        while "cannot be reached" in terminal.text():
            assert time.monotonic() < end, (
                f"it is there again, and the screen says otherwise:\n{terminal.text()}"
            )
            terminal.read(0.2)
        number = next(row.id for row in desk.inbox.page().rows if row.subject == "Order 1")
        terminal.read(5)
        draft = desk.replies.draft(number)
        assert draft is not None and draft.text == "Before it went. While it was gone. "
        terminal.press("escape", "ctrl+q", wait=0.5)
        assert terminal.drain(8), terminal.text()
        assert b"Traceback" not in terminal.raw
        assert terminal.is_restored() == ""
    assert none_lives(url) == []
    desk.close()


def test_a_desk_that_is_left_while_the_server_is_gone_keeps_what_was_written(
    server: Server, tmp_path: Path
) -> None:
    """Nobody waits at a closed shop: a sentence, the terminal as it was, and the next start has the words."""
    url = server.url()
    desk, _new, terminal = opened(tmp_path, url)
    with terminal:
        terminal.wait_for("Order 1", 40)
        terminal.press("r")
        terminal.wait_for("REPLY")
        terminal.type("Before it went. ")
        terminal.wait_for("draft saved", 20)
        server.stop()
        terminal.wait_for("cannot be reached", 20)
        terminal.type("While it was gone.")
        terminal.wait_for("While it was gone.")
        terminal.press("ctrl+q", wait=0.5)
        assert terminal.drain(15), terminal.text()
        assert b"Traceback" not in terminal.raw
        assert terminal.is_restored() == ""
        assert b"could not be kept in the store" in terminal.raw
    server.start()
    config = str(tmp_path / "config.toml")
    with Terminal(env={"CSDESK_STORE": url, "CSDESK_CONFIG": config}, size=(120, 30)) as terminal:
        terminal.wait_for("Before it went. While it was gone.", 40)
        terminal.press("escape", "ctrl+q", wait=0.5)
        assert terminal.drain(8), terminal.text()
    draft = desk.replies.draft(1)
    assert draft is not None and draft.text == "Before it went. While it was gone."
    desk.close()
