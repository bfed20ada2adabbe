"""The command line as other programs drive it: every command on the sample shop, shapes, exit codes, hostile text.

One process does most of it (csdesk.cli.main); a child process is started only where the process itself matters.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from csdesk.cli import main
from csdesk.clock import SystemClock
from csdesk.config import Config
from csdesk.demo.load import load

ROOT = Path(__file__).resolve().parents[2]
DRIVES = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def one(self) -> Any:
        (found,) = self.objects
        return found

    @property
    def error(self) -> str:
        return str(json.loads(self.err)["error"]["code"])


Run = Callable[..., Done]


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


def child(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "csdesk", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )


ROW = {
    "id", "subject", "customer", "channel", "account", "status", "language", "unread", "assignee",
    "waiting_since", "clocks", "tags", "preview", "messages",
}  # fmt: skip
SHOWN = {"id", "subject", "status", "customer", "orders", "tickets", "messages"}
MESSAGE = {
    "id", "direction", "sender", "sent_at", "message_id", "text", "visible_text", "language", "translation",
    "attachments", "state",
}  # fmt: skip
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
        assert all(order.keys() >= ORDER and isinstance(order["total"], str) for order in shown["orders"])
        assert all(parcel.keys() == PARCEL for order in shown["orders"] for parcel in order["shipments"])
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
        ("outbox", "resolve", 2, "--drop"), ("reply", 3, "--template", "greeting", "--set", "reply_by=18:00", "--send", "--now"),
        ("forward", 3, "--to", "ups@x.test", "--text", "Please look"), ("note", 3, "--text", "asked"),
        ("assign", 3, "--to", "Mei"), ("assign", 3, "--to", "nobody"), ("snooze", 3, "--until", "2h"),
        ("reopen", 3), ("close", 3, 2), ("undo",), ("spam", 2), ("unread", 2), ("tag", 3, "+vip", "-late"),
        ("merge", 4, "--into", 3), ("templates", "list"), ("templates", "check"),
        ("templates", "render", "greeting", "--conversation", 3, "--set", "reply_by=18:00"), ("orders", "import", folder / "orders.csv"),
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


HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07\x1b[31m\u202e\u2066[/][@click=app.quit]\x9b31m\x08\u200e\U000e0041e"
    + "\u0301" * 60
)


def hostile_mail(number: int) -> bytes:
    """A mail with hostile text wherever a mail can have text."""
    import base64

    word = "=?utf-8?b?" + base64.b64encode(HOSTILE.encode()).decode() + "?="
    body = f"Order #1001 {HOSTILE}\r\n> quoted {HOSTILE}\r\n"
    return (
        f"From: {word} <evil{number}@x.test>\r\nTo: s@shop.test\r\n"
        f"Cc: {word} <c@x.test>\r\nSubject: {word} {number}\r\n"
        f"Message-ID: <evil{number}\x1b[31m@x.test>\r\nDate: Sat, 21 Nov 2026 10:0{number}:00 +0000\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
        f'--b\r\nContent-Type: text/x-evil; name="{word}"\r\nContent-Disposition: attachment; filename="{word}.txt"\r\n'
        "\r\nx\r\n--b--\r\n"
    ).encode()


def test_hostile_text_never_reaches_the_terminal(
    csdesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the store, from files and from the words of the command itself, in words and in JSON. Lost otherwise:
    the agent's terminal, to a customer."""
    monkeypatch.setenv("CSDESK_STORE", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.chdir(tmp_path)
    for part in ("new", "cur", "tmp"):
        (tmp_path / "mail" / part).mkdir(parents=True)
    for number in (1, 2):
        (tmp_path / "mail" / "new" / f"{number}.x").write_bytes(hostile_mail(number))
    (tmp_path / "orders.csv").write_text(
        f"number,email,name,total,currency,placed_at,city\n1001,evil1@x.test,{HOSTILE},10.00,EUR,2026-11-01,{HOSTILE}\n"
        f"1002,{HOSTILE},x,no number,EUR,2026-11-01,x\n",
        "utf-8",
    )
    (tmp_path / "evil.toml").write_text(f'"{HOSTILE[-62:]}" = 1\n', "utf-8")
    calls: list[tuple[object, ...]] = [
        ("account", "add", "shop", "maildir", tmp_path / "mail", "--address", "s@shop.test"),
        ("sync", "--once"), ("orders", "import", tmp_path / "orders.csv"), ("queue",), ("queue", "all"), ("show", 1),
        ("show", 1, "--full"), ("show", 2), ("customer", "show", 1), ("search", "quoted"), ("search", HOSTILE),
        ("orders", "show", "1001"), ("attachment", "save", 1, "--to", tmp_path), ("note", 1, "--text", HOSTILE),
        ("reply", 1, "--text", f"x {HOSTILE}", "--send"), ("outbox", "list"), ("tag", 1, f"+{HOSTILE}x"),
        ("forward", 1, "--to", f"{HOSTILE} <a@b.test>"), ("agent", "add", f"{HOSTILE}x"), ("agent", "list"),
        ("account", "list"), ("templates", "render", "greeting", "--conversation", 1), ("status",), ("doctor",),
        ("show", HOSTILE), (HOSTILE,), ("show", 1, f"--{HOSTILE}"), ("snooze", 1, "--until", HOSTILE),
        ("assign", 1, "--to", HOSTILE), ("queue", "--as", HOSTILE), ("queue", "--config", HOSTILE),
        ("queue", "--config", tmp_path / "evil.toml"), ("track", HOSTILE), ("orders", "import", HOSTILE),
        ("reply", 1, "--file", HOSTILE), ("reply", 1, "--text", "x", "--attach", HOSTILE),
        ("queue", "--filter", HOSTILE), ("account", "test", HOSTILE), ("templates", "render", HOSTILE),
        ("backup", tmp_path / "no" / HOSTILE), ("restore", HOSTILE), ("account", "add", "x", "imap", "--imap", HOSTILE),
        ("new", "--account", HOSTILE, "--to", "a@b.test", "--subject", "x", "--text", "x"),
        ("queue", "--store", f"sqlite://{HOSTILE}"), ("demo", "--dump", "--size", HOSTILE),
    ]  # fmt: skip
    for words in calls:
        for shape in ((), ("--json",)):
            done = csdesk(*words, *shape)
            assert not DRIVES.search(done.out + done.err), (words, done)
            assert "internal" not in done.err, (words, done)
            assert "went wrong that should not" not in done.err, (words, done)
    assert len(csdesk("queue", "all", "--json").objects) >= 2


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


def test_a_light_start() -> None:
    """`--version` loads neither the database nor the screen. Lost otherwise: commands that answer at once."""
    script = (
        "import sys; from csdesk.cli import main; main(['--version']); "
        "print([m for m in ('sqlmodel', 'sqlalchemy', 'textual', 'asyncio', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_ascii_terminals_and_closed_pipes(shop: Path) -> None:
    """Lost otherwise: `csdesk queue | head`, and a queue with Chinese names on an old terminal."""
    store = f"sqlite:///{shop / 'desk.db'}"
    old = child("queue", "--as", "Lin", CSDESK_STORE=store, PYTHONIOENCODING="ascii")
    assert (old.returncode, old.stderr.decode()) == (0, "")
    assert old.stdout.isascii()
    lines = child("queue", "--json", "--as", "Lin", CSDESK_STORE=store, PYTHONIOENCODING="ascii").stdout
    assert all(json.loads(line) for line in lines.splitlines())
    process = subprocess.Popen(
        [sys.executable, "-m", "csdesk", "queue", "--json", "--as", "Lin"],
        cwd=ROOT,
        env={**os.environ, "CSDESK_STORE": store},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), said) == (0, b"")


def background(store: str, *words: str, **more: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "csdesk", "sync", *words],
        cwd=ROOT,
        env={**os.environ, "CSDESK_STORE": store},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **more,
    )


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.05)


def test_sync_ends_on_a_signal(desk: Run) -> None:
    """With its lease given back. Lost otherwise: a service that can be stopped."""
    with background(os.environ["CSDESK_STORE"]) as process:
        until(lambda: bool(desk("status", "--json").one["running"]))
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert desk("status", "--json").one["running"] is False


def test_the_screens_sync_sends_what_is_left_and_leaves(desk: Run) -> None:
    """When the pipe closes, however the screen ended. Lost otherwise: the last reply of the night."""
    with background(os.environ["CSDESK_STORE"], "--until-closed", stdin=subprocess.PIPE) as process:
        until(lambda: bool(desk("status", "--json").one["running"]))
        assert desk("account", "list", "--json").one["undo_seconds"] == 10
        row = desk("reply", 3, "--text", "Good night.", "--send", "--json").one
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0
    states = {one["id"]: one["state"] for one in desk("outbox", "list", "--json").objects}
    assert states[row["outbox_id"]] == "sent"


def test_the_sample_shop_as_text(tmp_path: Path) -> None:
    """No terminal, no config, nothing left behind. Lost otherwise: the first look."""
    done = child("demo", "--dump", "--size", "80x24", "--keys", "j j enter", TMPDIR=str(tmp_path))
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert len(lines) == 24
    assert "open" in lines[-1] or "reply" in lines[-1], "the keys that matter here"
    assert list(tmp_path.iterdir()) == []
    assert not DRIVES.search(done.stdout.decode())
