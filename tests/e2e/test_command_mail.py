"""Commands for mail: who gets a reply and when, originals, and what is set of an account."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.utils import format_datetime
from pathlib import Path

import pytest

from csdesk.clock import SystemClock
from tests.e2e.commands import Run

NOW = SystemClock().now()
ASKED = f"""From: Ana <ana@buyer.test>
To: box@shop.test, "Her Sister" <sis@buyer.test>
Cc: Wholesale <Wholesale@shop.test>
Subject: Lamp
Date: {format_datetime(NOW - timedelta(hours=1))}
Message-ID: <lamp@buyer.test>

Where is my lamp?
"""


@pytest.fixture
def asked(desk: Run, tmp_path: Path) -> int:
    """A conversation with Ana, who copied her sister and another mailbox of the shop."""
    (tmp_path / "in" / "new").mkdir(parents=True)
    (tmp_path / "in" / "cur").mkdir()
    (tmp_path / "in" / "tmp").mkdir()
    (tmp_path / "in" / "new" / "1.mail").write_text(ASKED, "utf-8")
    assert desk("account", "add", "box", "maildir", tmp_path / "in", "--address", "box@shop.test").code == 0
    assert desk("sync", "--once", "--json").code == 0
    (row,) = [r for r in desk("queue", "all", "--json").objects if r["subject"] == "Lamp"]
    return int(row["id"])


def test_a_reply_to_all_goes_to_all_but_ourselves_and_only_when_it_is_asked_for(
    desk: Run, asked: int
) -> None:
    """Lost otherwise: customers' friends read what was meant for one, or the shop answers itself."""
    (Path.cwd() / "mbox").touch()
    assert desk("account", "add", "other", "mbox", "mbox", "--address", "wholesale@shop.test").code == 0
    one = desk("reply", asked, "--text", "Today.", "--send", "--json").one
    assert one["recipients"] == ["ana@buyer.test"]
    everyone = desk("reply", asked, "--all", "--text", "Today.", "--send", "--json").one
    assert set(everyone["recipients"]) == {"ana@buyer.test", "sis@buyer.test"}


def test_a_reply_leaves_at_the_time_that_was_named_and_can_be_taken_back_until_then(
    desk: Run, asked: int
) -> None:
    """Lost otherwise: a reply wakes its reader at night, or cannot be stopped any more."""
    done = desk("reply", asked, "--text", "Morning!", "--send", "--at", "3h", "--json").one
    (listed,) = desk("outbox", "list", "--json").objects
    assert listed["due_at"] == done["due_at"]
    assert (listed["state"], listed["next_attempt_at"]) == ("queued", done["due_at"])
    assert desk("sync", "--once", "--json").one["outbox"]["queued"] == 1
    taken = desk("outbox", "undo", done["outbox_id"], "--json").one
    assert taken["text"] == "Morning!"
    for words in (("--at", "yesterday"), ("--at", "2h", "--now"), ("--at", "2020-01-01T09:00")):
        assert desk("reply", asked, "--text", "x", "--send", *words, "--json").code == 2, words
    assert desk("reply", asked, "--text", "x", "--at", "2h", "--json").error == "usage"


def test_a_reply_quotes_the_customer_when_it_is_told_to(desk: Run, asked: int, tmp_path: Path) -> None:
    """Lost otherwise: whether the customer's words go along is left to chance."""

    def body(*words: str) -> str:
        done = desk("reply", asked, "--text", "Today.", "--send", *words, "--json").one
        shown = desk("show", asked, "--json").one["messages"]
        (sent,) = [one["id"] for one in shown if one["message_id"] == done["message_id"]]
        path = desk("message", "save", sent, "--to", tmp_path, "--json").one["path"]
        return str(message_from_bytes(Path(path).read_bytes()).get_payload())

    assert "> Where is my lamp?" not in body()
    assert "> Where is my lamp?" in body("--quote")
    assert desk("account", "set", "box", "quote=yes").code == 0
    assert "> Where is my lamp?" in body()
    assert "> Where is my lamp?" not in body("--no-quote")


def test_the_original_of_a_mail_is_saved_byte_for_byte_and_overwrites_nothing(
    desk: Run, asked: int, tmp_path: Path
) -> None:
    """Lost otherwise: evidence for a dispute."""
    (message,) = [m["id"] for m in desk("show", asked, "--json").one["messages"]]
    paths = [desk("message", "save", message, "--to", tmp_path / "out", "--json").one["path"] for _ in "12"]
    assert paths[0] != paths[1]
    for path in paths:
        assert Path(path).read_bytes() == ASKED.encode()
    assert desk("message", "save", 99999, "--json").code == 3


def test_settings_of_an_account_are_checked_all_or_none(desk: Run, asked: int) -> None:
    """Lost otherwise: a slip of the pen switches something off in silence."""

    def settings() -> dict[str, str]:
        (found,) = [a for a in desk("account", "list", "--json").objects if a["name"] == "box"]
        return {**found["settings"], "signature": found["signature"], "undo": found["undo_seconds"]}

    before = settings()
    for wrong, near in (
        ("hourz=mon 8:00-9:00", "hours"),
        ("hours=monday", "mon-fri"),
        ("hours_zone=Mars/Base", "Asia/Shanghai"),
        ("acknowledge=perhaps", "1 or 0"),
        ("acknowledge_template=out_of_hour", "out_of_hours"),
        ("colour=mauve", "magenta"),
        ("undo=601", "600"),
        ("mark_seen=1", "maildir"),
        ("password=secret", "password_env"),
        ("path=", "path"),
        ("quote", "key=value"),
    ):
        done = desk("account", "set", "box", "signature=Yours", wrong)
        assert done.code in (2, 3), wrong
        assert near in done.err, (wrong, done.err)
        assert settings() == before
    assert desk("account", "add", "b2", "mbox", "/x", "--set", "fodlers=x").code == 2
    done = desk(
        "account", "set", "box", "signature=Yours\\nThe shop", "undo=30", "colour=Red", "quote=on",
        "hours=mon-fri 8:00-17:00", "acknowledge=1", "acknowledge_template=out_of_hours", "--json",
    )  # fmt: skip
    assert done.code == 0, done
    after = settings()
    assert after["signature"] == "Yours\nThe shop"
    assert (after["undo"], after["colour"], after["quote"], after["acknowledge"]) == (30, "red", "1", "1")
    assert desk("account", "set", "box", "colour=", "hours=", "acknowledge=").code == 0
    assert not {"colour", "hours", "acknowledge"} & settings().keys()
    assert desk("account", "set", "nobody", "quote=1").code == 3
