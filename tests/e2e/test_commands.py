"""The command line as other programs drive it: every command on the sample shop, shapes, exit codes, hostile text.

One process does most of it (csdesk.cli.main); a child process is started only where the process itself matters.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.e2e.commands import DRIVES, Done, Run

ROW = {
    "id", "subject", "customer", "channel", "account", "status", "language", "unread", "assignee",
    "waiting_since", "clocks", "tags", "preview", "messages",
}  # fmt: skip
SHOWN = {"id", "subject", "status", "customer", "orders", "tickets", "messages"}
MESSAGE = {
    "id", "direction", "sender", "sent_at", "message_id", "text", "visible_text", "language", "translation",
    "attachments", "state",
}  # fmt: skip
TRUTH = {"findings", "protection", "automatic"}
ORDER = {
    "id", "source", "number", "stage", "payment", "fulfilment", "protection", "after_sale", "currency", "total",
    "items", "shipments",
}  # fmt: skip
PARCEL = {"number", "carrier", "status", "milestones", "eta_from", "eta_to"}
OUTBOX = {"id", "conversation", "state", "attempts", "next_attempt_at", "error"}


def test_the_shapes_that_others_rely_on(desk: Run) -> None:
    """Lost otherwise: every script and check that drives the desk."""
    rows = desk("queue", "--json").objects
    assert rows
    assert all(row.keys() >= ROW for row in rows)
    assert {row["status"] for row in rows} == {"open"}
    waiting = next(row for row in rows if row["waiting_since"])
    assert waiting["clocks"][0]["kind"] == "platform"
    assert waiting["clocks"][0]["due_at"].endswith("Z")
    assert len(desk("queue", "all", "--limit", 3, "--json").objects) == 3
    for row in rows:
        shown = desk("show", row["id"], "--json").one
        assert shown.keys() >= SHOWN
        assert shown["customer"].keys() >= {"id", "name", "identities", "language", "country"}
        assert all(message.keys() >= MESSAGE for message in shown["messages"])
        public = [message for message in shown["messages"] if message["direction"] != "note"]
        assert all(message.keys() >= TRUTH for message in public)
        assert all(one.keys() == {"level", "sentence"} for message in public for one in message["findings"])
        assert all(order.keys() >= ORDER and isinstance(order["total"], str) for order in shown["orders"])
        assert all(parcel.keys() >= PARCEL for order in shown["orders"] for parcel in order["shipments"])
    sent = desk("reply", waiting["id"], "--text", "On its way.", "--send", "--json").one
    assert sent["state"] == "queued"
    assert sent.keys() >= {"outbox_id", "state", "message_id"}
    listed = desk("outbox", "list", "--json").objects
    assert listed[0].keys() >= OUTBOX
    assert listed[0]["id"] == sent["outbox_id"]
    assert desk("show", waiting["id"], "--json").one["messages"][-1]["message_id"] == sent["message_id"]
    hits = desk("search", "refund", "--json").objects
    assert hits
    assert all(hit.keys() >= {"conversation", "message", "score", "snippet"} for hit in hits)
    report = desk("sync", "--once", "--json").one
    assert report["accounts"][0].keys() >= {"name", "fetched", "stored", "duplicates", "failed", "error"}
    assert report["outbox"] == {"sent": 0, "failed": 0, "uncertain": 0, "queued": 1}


def commands(folder: Path) -> list[tuple[object, ...]]:
    """Every command in an order in which each works on the sample shop."""
    (folder / "orders.csv").write_text(
        "number,email,total,currency,placed_at\n#9001,ana@x.test,10.00,EUR,2026-11-01\n", "utf-8"
    )
    (folder / "text.txt").write_text("From a file.", "utf-8")
    (folder / "box").touch(mode=0o600)
    return [
        ("queue", "mine"), ("queue", "snoozed"), ("show", 1), ("show", 1, "--full"), ("customer", "show", 1),
        ("search", "refund", "--limit", 2), ("status",), ("doctor", "--rebuild"), ("config", "check"),
        ("config", "path"), ("config", "show"), ("agent", "add", "Bo", "--languages", "es,en"), ("agent", "list"),
        ("account", "list"), ("account", "test", "support"), ("account", "pause", "support"),
        ("account", "resume", "support"),
        ("account", "add", "box", "mbox", folder / "box", "--address", "box@shop.test", "--undo", 5),
        ("sync", "--once"), ("new", "--account", "support", "--to", "ups@x.test", "--subject", "S", "--text", "T"),
        ("outbox", "list"), ("outbox", "undo", 1), ("reply", 3, "--file", folder / "text.txt"),
        ("reply", 3, "--send", "--cc", "boss@x.test", "--attach", folder / "text.txt"), ("outbox", "retry", 2),
        ("outbox", "resolve", 2, "--drop"),
        ("reply", 3, "--template", "greeting", "--set", "reply_by=18:00", "--send", "--now"),
        ("reply", 3, "--text", "Tomorrow.", "--all", "--quote", "--send", "--at", "tomorrow 9:00"),
        ("outbox", "list", "--state", "queued"), ("queue", "lists"), ("message", "save", 1),
        ("account", "set", "support", "hours=mon-fri 8:00-17:00", "hours_zone=Asia/Shanghai", "acknowledge=yes"),
        ("forward", 3, "--to", "ups@x.test", "--text", "Please look"), ("note", 3, "--text", "asked"),
        ("assign", 3, "--to", "Mei"), ("assign", 3, "--to", "nobody"), ("snooze", 3, "--until", "2h"),
        ("reopen", 3), ("close", 3, 2), ("undo",), ("spam", 2), ("unread", 2), ("tag", 3, "+vip", "-late"),
        ("merge", 4, "--into", 3), ("split", 4), ("merge", 4, "--into", 3),
        ("templates", "list"), ("templates", "check"),
        ("templates", "render", "greeting", "--conversation", 3, "--set", "reply_by=18:00"),
        ("orders", "import", folder / "orders.csv"),
        ("orders", "show", "9001"), ("backup", folder / "copy.db"), ("restore", folder / "copy.db"), ("init",),
    ]  # fmt: skip


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "words"])
def test_every_command_works(
    desk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    """With --json one object a line on stdout and nothing on stderr; without, words. Lost otherwise: the promise
    that everything the screen does, a command does too."""
    monkeypatch.setenv("CSDESK_CONFIG", str(tmp_path / "config.toml"))
    for words in commands(tmp_path):
        done = desk(*words, *(["--json"] if as_json else []))
        assert done.code == 0, (words, done)
        assert not DRIVES.search(done.out + done.err), words
        if as_json:
            assert all(isinstance(found, dict) for found in done.objects), words
            assert done.err == "", words
        else:
            assert "Traceback" not in done.err, words


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("queue",), 0, ""),
        (("merge", 3, "--into", 3), 1, "refused"),
        (("split", 3), 1, "not_merged"),
        (("reply", 1, "--text", " ", "--send"), 1, "empty"),
        (("reply", 1, "--template", "refund_steps", "--send"), 1, "unresolved"),
        (("reply", 1, "--text", "Hi", "--attach", "/no/such"), 1, "attachment"),
        (("reply", 1, "--file", "/no/such"), 1, "file"),
        (("nonsense",), 2, "usage"),
        (("reply", 1), 2, "usage"),
        (("reply", 1, "--text", "x", "--now"), 2, "usage"),
        (("snooze", 1, "--until", "never"), 2, "usage"),
        (("tag", 1, "vip"), 2, "usage"),
        (("forward", 1, "--to", "nobody"), 2, "usage"),
        (("new", "--to", "a@b.test", "--text", "T"), 2, "usage"),
        (("account", "add", "x", "imap", "--imap", "imap://user:geheim@mail.test/INBOX"), 2, "usage"),
        (("account", "add", "x", "maildir"), 2, "usage"),
        (("queue", "--config", "/no/such.toml"), 2, "config"),
        (("queue", "--store", "mysql://x"), 2, "usage"),
        (("demo",), 2, "no_terminal"),
        ((), 2, "no_terminal"),
        (("queue", "min"), 2, "usage"),
        (("show", 999), 3, "not_found"),
        (("close", 1, 999), 3, "not_found"),
        (("reply", 999, "--text", "x", "--send"), 3, "not_found"),
        (("reply", 5, "--send"), 3, "no_draft"),
        (("templates", "render", "nix"), 3, "not_found"),
        (("orders", "show", "nix"), 3, "not_found"),
        (("track", "nix"), 3, "not_found"),
        (("outbox", "retry", 99), 3, "not_found"),
        (("attachment", "save", 9999), 3, "not_found"),
        (("account", "test", "nix"), 3, "not_found"),
        (("queue", "--as", "Nobody"), 3, "not_found"),
        (("restore", "/no/such"), 3, "not_found"),
        (("agent", "add", "Lin"), 4, "conflict"),
    ],
)
def test_exit_codes_and_reasons(desk: Run, words: tuple[object, ...], exit_code: int, code: str) -> None:
    """Lost otherwise: scripts that act on what went wrong."""
    done = desk(*words, "--json")
    assert done.code == exit_code, done
    if code:
        assert done.error == code
        assert done.out == ""
    plain = desk(*words)
    assert plain.code == exit_code
    if code:
        assert plain.err.startswith("csdesk: ")
        assert "Traceback" not in plain.err
    assert "geheim" not in done.err + plain.err


def test_nothing_is_closed_when_one_is_not_there(desk: Run) -> None:
    """Lost otherwise: knowing what a command with a typing mistake did."""
    assert desk("close", 3, 999).code == 3
    assert desk("show", 3, "--json").one["status"] == "open"


def test_somebody_was_faster(desk: Run) -> None:
    """Exit code 4. Lost otherwise: one of two agents who took the same conversation."""
    assert desk("assign", 3, "--to", "nobody").code == 0
    assert desk("assign", 3, "--to", "Mei", "--if-unassigned", "--as", "Mei").code == 0
    assert desk("assign", 3, "--to", "Mei", "--if-unassigned").code == 0
    done = desk("assign", 3, "--to", "Lin", "--if-unassigned", "--json")
    assert (done.code, done.error) == (4, "assigned")


def test_no_network(desk: Run) -> None:
    """Exit code 5 and the exact failure. Lost otherwise: the reason why no mail comes."""
    add = (
        "account",
        "add",
        "far",
        "imap",
        "--imap",
        "imap://me@127.0.0.1:1",
        "--smtp",
        "smtp://me@127.0.0.1:1",
    )
    assert desk(*add, "--address", "me@far.test", "--password-env", "NO_SUCH_PASSWORD").code == 0
    done = desk("account", "test", "far", "--json")
    assert done.code == 5
    assert done.one["ok"] is False
    assert json.loads(done.err)["error"]["message"]
    synced = desk("sync", "--once", "--json")
    assert synced.code == 1, "the account failed"
    by_name = {one["name"]: one for one in synced.one["accounts"]}
    assert by_name["far"]["error"]
    assert by_name["support"]["error"] is None, "the others are done"


def test_a_draft_is_kept_and_sent_later(desk: Run) -> None:
    """Lost otherwise: what was written, or the order of writing first and sending after."""
    kept = desk("reply", 1, "--text", "- one\n- two", "--json").one
    assert kept["state"] == "draft"
    assert desk("outbox", "list", "--json").objects == []
    assert desk("reply", 1, "--text", "better", "--json").one["text"] == "better"
    row = desk("reply", 1, "--send", "--json").one
    assert desk("outbox", "undo", row["outbox_id"], "--json").one["text"] == "better"
    assert desk("reply", 1, "--send", "--now", "--json").one["state"] == "queued"
    assert desk("sync", "--once", "--json").one["outbox"]["sent"] == 1
    assert desk("show", 1, "--json").one["messages"][-1]["visible_text"].startswith("better")


def test_a_template_is_filled_in_by_hand(desk: Run) -> None:
    """Lost otherwise: templates on the command line that ask."""
    refused = desk("reply", 1, "--template", "refund_steps", "--json")
    names = re.findall(r"([a-z_.]+) \(", json.loads(refused.err)["error"]["message"])
    assert names
    given = [word for name in names for word in ("--set", f"{name}=2026-11-30")]
    assert desk("reply", 1, "--template", "refund_steps", *given, "--json").code == 0


def test_the_only_account_needs_no_name(desk: Run, tmp_path: Path) -> None:
    """Lost otherwise: a word in every `new` of a small shop, or the choice in a larger one."""
    new = ("new", "--to", "a@b.test", "--subject", "S", "--text", "T", "--json")
    assert desk(*new).code == 0
    assert desk("account", "add", "two", "mbox", tmp_path / "box", "--address", "two@shop.test").code == 0
    assert desk(*new).code == 2


def test_who_acts(csdesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--as, else CSDESK_AGENT, else the config, else the only agent; on an empty desk the OS user becomes the first.
    `--store` alone is enough. Lost otherwise: the name beside every act."""
    store = ("--store", f"sqlite:///{tmp_path / 'new.db'}", "--json")
    config = tmp_path / "config.toml"
    monkeypatch.setenv("CSDESK_CONFIG", str(config))
    monkeypatch.setenv("LOGNAME", "nightshift")
    assert csdesk("status", *store).one["agent"] == "nightshift"
    assert csdesk("agent", "add", "Mei", *store).code == 0
    assert csdesk("status", *store).one["agent"] == "nightshift", "the OS user by name"
    monkeypatch.setenv("LOGNAME", "service")
    done = csdesk("status", *store)
    assert (done.code, done.error) == (1, "agent_unknown")
    config.write_text('[os_users]\nservice = "Mei"\n', "utf-8")
    assert csdesk("status", *store).one["agent"] == "Mei"
    monkeypatch.setenv("CSDESK_AGENT", "nightshift")
    assert csdesk("status", *store).one["agent"] == "nightshift"
    assert csdesk("--as", "Mei", "status", *store).one["agent"] == "Mei"


def test_a_config_with_a_mistake_is_named_by_its_line(
    csdesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: an evening, to a typing mistake."""
    monkeypatch.setenv("CSDESK_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text('theme = "dark"\nlangage = "zh"\n', "utf-8")
    done = csdesk("queue", "--store", f"sqlite:///{tmp_path / 'x.db'}")
    assert done.code == 2
    assert "2" in done.err
    assert "language" in done.err
    assert csdesk("config", "path").out.strip() == str(tmp_path / "config.toml")


def test_an_unforeseen_failure_is_a_sentence(
    desk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trace goes to the log. Lost otherwise: calm, and the trace."""
    from csdesk.services.inbox import Inbox

    def fails(*_args: object, **_more: object) -> None:
        raise RuntimeError("what nobody foresaw")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(Inbox, "page", fails)
    done = desk("queue", "--json")
    assert (done.code, done.error) == (1, "internal")
    log = tmp_path / "state" / "csdesk" / "csdesk.log"
    assert str(log) in done.err
    assert "what nobody foresaw" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_key_that_stops_is_no_failure(desk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """ctrl+c ends with 130 and says nothing. Lost otherwise: calm."""
    from csdesk.services.inbox import Inbox

    def interrupted(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Inbox, "page", interrupted)
    assert desk("queue") == Done(130, "", "")
