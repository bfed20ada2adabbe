"""No command lets hostile text reach the terminal, whichever way it came in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import DRIVES, Run

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
