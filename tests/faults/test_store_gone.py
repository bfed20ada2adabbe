"""The store cannot be reached while the screen runs: it says so and lives on, and what was typed is kept after all."""

from __future__ import annotations

from pathlib import Path

import sqlcipher3

from tests.faults.support import add_maildir, deliver, desk_on, mail
from tests.faults.terminal import Terminal, none_lives


def test_a_locked_store_is_said_and_the_screen_lives(tmp_path: Path) -> None:
    """Another program holds the store for a while: no trace, no end; the text stays and is kept afterwards."""
    desk, url = desk_on(tmp_path)
    new = add_maildir(desk, tmp_path)
    deliver(new, mail(1))
    desk.sync.once()
    config = tmp_path / "config.toml"
    config.write_text("[sync]\nautostart = false\n")
    with Terminal(env={"CSDESK_STORE": url, "CSDESK_CONFIG": str(config)}, size=(100, 30)) as terminal:
        terminal.wait_for("Order 1", 40)
        terminal.press("r")
        terminal.wait_for("REPLY")
        lock = sqlcipher3.dbapi2.connect(str(tmp_path / "desk.db"))
        lock.execute("BEGIN IMMEDIATE")
        terminal.type("Half an answer")
        terminal.wait_for("locked", 20)
        assert "Half an answer" in terminal.text(), "the text must stay where it was typed"
        terminal.type(" and more")
        terminal.wait_for("Half an answer and more")
        lock.rollback()
        lock.close()
        terminal.wait_for("draft saved", 20)
        draft = desk.replies.draft(desk.inbox.page().rows[0].id)
        assert draft is not None
        assert draft.text == "Half an answer and more"
        terminal.press("escape", "ctrl+q")
        assert terminal.drain(8)
        assert b"Traceback" not in terminal.raw
    assert none_lives(url) == []
    desk.close()


def test_a_store_that_was_replaced_is_said_and_the_screen_lives(tmp_path: Path) -> None:
    """Somebody overwrites the store's file with something else: a sentence, and a screen that still listens."""
    desk, url = desk_on(tmp_path)
    new = add_maildir(desk, tmp_path)
    for number in (1, 2):
        deliver(new, mail(number))
    desk.sync.once()
    desk.close()
    config = tmp_path / "config.toml"
    config.write_text("[sync]\nautostart = false\n")
    with Terminal(env={"CSDESK_STORE": url, "CSDESK_CONFIG": str(config)}, size=(100, 30)) as terminal:
        terminal.wait_for("Order 1", 40)
        for file in tmp_path.glob("desk.db*"):
            if file.is_file():
                file.write_bytes(b"not a database " * 4000)
        terminal.press("a", "down", "enter", "S", wait=0.5)
        terminal.type("parcel\r")
        terminal.read(2.0)
        assert terminal.process.poll() is None, f"the screen ended:\n{terminal.text()}"
        terminal.press("escape", "escape", "?", wait=0.5)
        terminal.wait_for("KEYS")
        terminal.press("escape", "ctrl+q", wait=0.5)
        assert terminal.drain(8), f"the screen does not leave:\n{terminal.text()}"
        assert b"Traceback" not in terminal.raw
        assert terminal.is_restored() == ""
