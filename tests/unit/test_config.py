"""config.toml: what a person would lose if a preference were misread or a typo swallowed."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

from csdesk.config import Config, Target, describe, load
from csdesk.config_sample import sample
from csdesk.errors import ConfigError

ROOT = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str, **rest: object) -> str:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, text), **rest)  # type: ignore[arg-type]
    return caught.value.message


def test_the_sample_file_is_the_one_made_from_the_descriptions() -> None:
    """A stale sample would teach keys that no longer exist."""
    assert (ROOT / "config.toml").read_text("utf-8") == sample()


def test_the_sample_says_every_default(tmp_path: Path) -> None:
    """Copying the sample must change nothing."""
    assert dataclasses.replace(load(write(tmp_path, sample())), source=None) == Config()


def test_the_sample_and_the_manual_have_every_key() -> None:
    """A key nobody documents is a key nobody can use."""
    data = tomllib.loads(sample())
    keys = {item.key for item in describe()}
    for item in describe():
        assert item.comment and item.type, item.key
        if item.key.startswith("webhooks."):
            assert f"# {item.key.rpartition('.')[2]}: {item.comment.splitlines()[0]}" in sample()
            continue
        inner = data
        for part in item.key.replace("KIND", "mail").split("."):
            assert part in inner, item.key
            inner = inner[part]
        assert f"# {item.comment.splitlines()[0]}" in sample() or item.key.startswith("targets.")
    for name in Config.__dataclass_fields__:
        assert name == "source" or any(key.split(".")[0] == name for key in keys), name


def test_no_file_means_defaults(tmp_path: Path) -> None:
    """A first start has no file and must work; a file that was named must be there."""
    assert load(tmp_path / "none.toml") == Config()
    with pytest.raises(ConfigError, match="There is no file"):
        load(tmp_path / "none.toml", required=True)


def test_the_usual_place_is_found_by_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CSDESK_CONFIG moves the file for tests, demo and service users."""
    path = write(tmp_path, 'agent = "Lin"')
    monkeypatch.setenv("CSDESK_CONFIG", str(path))
    assert load().agent == "Lin"
    assert load().source == path


def test_every_value_arrives(tmp_path: Path) -> None:
    """Preferences that are read but not kept are lost preferences."""
    path = write(
        tmp_path,
        """\ufeffstore = "postgresql://desk@db/desk"
timezone = "Asia/Shanghai"
os_users.lin = "Lin"
mouse = false
keys."queue.close" = "x"
keys.queue.reply = ["r", "ctrl+r"]
[sync]
interval_seconds = 5
[templates]
folders = ["mine", "/srv/templates"]
[[targets.mail]]
first_reply_hours = 8
since = 2026-06-01
[[targets.mail]]
first_reply_hours = 12.5
since = 2026-02-01
""",
    )
    config = load(path)
    assert config.store == "postgresql://desk@db/desk"
    assert config.timezone == "Asia/Shanghai"
    assert config.os_users == {"lin": "Lin"}
    assert config.mouse is False
    assert config.keys == {"queue.close": ("x",), "queue.reply": ("r", "ctrl+r")}
    assert config.sync.interval_seconds == 5 and config.sync.autostart is True
    assert config.templates.folders == (tmp_path / "mine", Path("/srv/templates"))
    assert config.targets["mail"] == (Target(12.5, date(2026, 2, 1)), Target(8, date(2026, 6, 1)))
    assert "amazon" in config.targets


@pytest.mark.parametrize(
    ("on", "hours"),
    [(date(2026, 1, 31), None), (date(2026, 2, 1), 12.5), (date(2026, 5, 31), 12.5), (date(2027, 1, 1), 8)],
)
def test_later_targets_supersede_from_their_day_on(on: date, hours: float | None) -> None:
    """Old conversations are judged by the rule of their day, not by today's."""
    targets = (Target(12.5, date(2026, 2, 1)), Target(8, date(2026, 6, 1)))
    found = Config(targets={"mail": targets}).target("mail", on)
    assert (found.first_reply_hours if found else None) == hours


def test_an_unknown_channel_has_no_target() -> None:
    """No deadline is invented where nobody set one."""
    assert Config().target("carrier-pigeon", date(2026, 5, 5)) is None


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("# hi\n\nthem = 'dark'", 3, "there is no key 'them'; did you mean 'theme'?"),
        (
            "[sync]\nautostart = true\nintervall_seconds = 9",
            3,
            "there is no key 'sync.intervall_seconds'; did you mean 'sync.interval_seconds'?",
        ),
        ("undo_seconds = 3", 1, "there is no key 'undo_seconds'; did you mean 'send.undo_seconds'?"),
        ("\n[snyc]\nautostart = true", 2, "there is no key 'snyc'; did you mean 'sync'?"),
        ("qqqqqq = 1", 1, "there is no key 'qqqqqq'."),
        (
            "theme = 'drak'",
            1,
            "did you mean 'dark'? Allowed are 'dark', 'light', 'contrast', 'colour-blind', 'ansi'.",
        ),
        ("mouse = 'yes'", 1, "'mouse' is \"yes\"; it is true or false, without quotes."),
        ("mouse = 1", 1, "'mouse' is 1; it is true or false, without quotes."),
        ("agent = 4", 1, "'agent' is 4; it is a text, in quotes."),
        (
            "sync.interval_seconds = 4",
            1,
            "'sync.interval_seconds' is 4; it is a whole number from 5 to 86400.",
        ),
        ("sync.interval_seconds = true", 1, "is true; it is a whole number from 5 to 86400."),
        ("send = {undo_seconds = 9.5}", 1, "'send.undo_seconds' is 9.5; it is a whole number from 0 to 600."),
        ("[targets.mail]\nfirst_reply_hours = nan", 2, "is nan; it is a number from 0.1 to 720."),
        ("[targets.mail]\nsince = 2026-01-01", 1, "'targets.mail' lacks first_reply_hours."),
        ("[targets.mail]\nfirst_reply_hours = 4\nsince = '2026'", 3, "it is a date such as 2026-01-31"),
        ("[targets]\nmail = 4", 2, "'targets.mail' is a table"),
        ("sync = 4", 1, "'sync' is a table: write [sync] on its own line."),
        ("os_users = 'lin'", 1, "'os_users' is a table of texts"),
        ("[os_users]\nlin = 4", 1, "'os_users' is a table of texts"),
        ("templates.folders = '~/t'", 1, "it is a list of texts"),
        ("timezone = 'Mars/Olympus'", 1, "write 'local' or an IANA name"),
        ("timezone = '../../etc/passwd'", 1, "write 'local' or an IANA name"),
        ("store = 'mysql://x'", 1, "write it as sqlite:///PATH"),
        ("store = 'postgresql://desk:geheim@db/desk'", 1, "it carries a password"),
        ("store = 'postgresql://db/desk?user=a&password=geheim'", 1, "it carries a password"),
        ("[keys]\n'queue.close' = [4]", 2, "the keys of 'queue.close' are a list of texts"),
        ("a = '''\ntheme = 1\n'''\n", 1, "there is no key 'a'."),
        ("theme = dark", 1, "this is not TOML"),
        ("agent = 'a'\nagent = 'b'", 2, "this is not TOML"),
    ],
)
def test_a_mistake_is_named_by_line_key_and_what_is_allowed(
    tmp_path: Path, text: str, line: int, sentence: str
) -> None:
    """A swallowed typo is a preference that silently does nothing."""
    said = complaint(tmp_path, text)
    assert said.startswith(f"{tmp_path / 'config.toml'}:{line}: "), said
    assert sentence in said


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Nobody wants to start the desk five times to find five typos."""
    said = complaint(tmp_path, "[send]\nundo = 1\n[sync]\nautostart = 0\n[keys]\n").splitlines()
    assert len(said) == 2
    assert ":2:" in said[0] and ":4:" in said[1]


def test_the_password_is_not_repeated(tmp_path: Path) -> None:
    """A complaint ends in logs and screenshots."""
    assert "geheim" not in complaint(tmp_path, "store = 'postgresql://desk:geheim@db/desk'")


def test_unknown_actions_are_named_where_the_actions_are_known(tmp_path: Path) -> None:
    """A key bound to nothing would look like a broken keyboard."""
    said = complaint(tmp_path, "[keys]\n\n'queue.clsoe' = ['e']", actions=("queue.close", "queue.reply"))
    assert ":3: there is no action 'queue.clsoe'; did you mean 'queue.close'?" in said


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    """A binary or a folder in its place is a sentence, no traceback."""
    path = tmp_path / "config.toml"
    path.write_bytes(b"agent = '\xff\xfe'")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


def test_control_characters_do_not_come_through(tmp_path: Path) -> None:
    """A shared config must not be able to write to a colleague's terminal."""
    assert "\x1b" not in complaint(tmp_path, '"\\u001b]0;x\\u0007" = 1')
    assert load(write(tmp_path, 'shop.name = "A\\u001b[31m B"')).shop.name == "A B"


def test_reading_preferences_pulls_in_nothing_heavy() -> None:
    """Every command begins with it; the first frame waits for it."""
    code = "import sys; import csdesk.config; print([m for m in sys.modules if '.' not in m])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"platformdirs", "difflib", "zoneinfo", "jinja2", "babel", "textual", "asyncio", "logging"}
    assert not heavy & set(eval(run.stdout))  # noqa: S307
