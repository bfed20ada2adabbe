"""Commands around writing: templates and their use, drafts, spelling. What the screen can do, a script can."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.e2e.commands import Run


def test_the_list_of_templates_says_how_often_each_was_used(desk: Run) -> None:
    """Lost otherwise: which answers the team lives on."""
    before = {one["name"]: one for one in desk("templates", "list", "--json").objects}
    assert before["greeting"]["uses"] == before["greeting"]["own_uses"] == 0
    conversation = desk("queue", "--json").objects[0]["id"]
    sent = desk(
        "reply",
        conversation,
        "--template",
        "greeting",
        "--set",
        "reply_by=18:00",
        "--send",
        "--lang",
        "en",
        "--json",
    )
    assert sent.code == 0, sent.err
    after = {one["name"]: one for one in desk("templates", "list", "--json").objects}
    assert after["greeting"]["uses"] == after["greeting"]["own_uses"] == 1
    assert desk("--as", "Mei", "templates", "list", "--json").objects[0].keys() >= {"uses", "own_uses"}
    mei = {one["name"]: one for one in desk("--as", "Mei", "templates", "list", "--json").objects}
    assert (mei["greeting"]["uses"], mei["greeting"]["own_uses"]) == (1, 0)
    row = next(line for line in desk("templates", "list").out.splitlines() if line.startswith("greeting"))
    assert row.split()[1:4] == ["desk", "1", "1"]


@pytest.fixture
def writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config of one's own, and an editor that puts a word before every body, or fails when a file says so."""
    config = tmp_path / "config.toml"
    config.write_text("")
    program = tmp_path / "editor.py"
    program.write_text(
        "import pathlib, sys\n"
        "if pathlib.Path('fail').exists(): sys.exit(1)\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "assert file.stat().st_mode & 0o077 == 0\n"
        "text = file.read_text()\n"
        "word = pathlib.Path('word').read_text()\n"
        'file.write_text(text.replace(\'body = """\\n\', \'body = """\\n\' + word))\n'
    )
    monkeypatch.setenv("CSDESK_CONFIG", str(config))
    monkeypatch.setenv("EDITOR", f"{sys.executable} {program}")
    monkeypatch.delenv("VISUAL", raising=False)
    (tmp_path / "word").write_text("Changed. ")
    return tmp_path


def test_a_template_is_written_in_the_editor_taken_away_and_put_back(desk: Run, writes: Path) -> None:
    """Lost otherwise: the shop's own words, on a machine without the screen."""
    done = desk("templates", "edit", "thank_you", "--json")
    assert done.code == 0, done.err
    assert done.one["path"] == str(writes / "templates" / "thank_you.toml")
    shown = desk("templates", "render", "thank_you", "--json", "--lang", "en").one
    assert shown["text"].startswith("Changed. ")
    origins = {one["name"]: one["origin"] for one in desk("templates", "list", "--json").objects}
    assert origins["thank_you"] == "own" and origins["delayed"] == "desk"
    assert desk("templates", "remove", "thank_you", "--json").one["origin"] == "desk"
    assert not desk("templates", "render", "thank_you", "--json").one["text"].startswith("Changed. ")
    assert desk("templates", "restore", "thank_you").code == 0
    assert desk("templates", "copy", "thank_you", "thanks", "--json").one["name"] == "thanks"
    assert desk("templates", "remove", "delayed", "--json").error == "not_found"


def test_an_editor_that_fails_changes_nothing(desk: Run, writes: Path) -> None:
    (writes / "fail").touch()
    assert desk("templates", "edit", "thank_you", "--json").error == "editor"
    (writes / "fail").unlink()
    (writes / "word").write_text('"""\nbroken = ')
    assert desk("templates", "edit", "thank_you", "--json").error == "template"
    assert not (writes / "templates").exists()


def test_no_editor_is_said(desk: Run, writes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor-here")
    done = desk("templates", "edit", "thank_you")
    assert done.code == 1 and "no-such-editor-here" in done.err and "config.toml" in done.err


def test_texts_too_long_for_a_channel_are_found(desk: Run, writes: Path) -> None:
    assert desk("templates", "check").code == 0
    done = desk("templates", "check", "--channel", "instagram", "--json")
    assert done.code == 1 and all("instagram takes 1000" in one["message"] for one in done.objects)
    assert desk("templates", "check", "--channel", "fax").code == 2


def test_drafts_are_listed_and_what_was_thrown_away_is_had_back(desk: Run) -> None:
    """Lost otherwise: what somebody wrote, when the screen is not at hand."""
    conversation = desk("queue", "--json").objects[0]["id"]
    assert desk("reply", conversation, "--text", "A reply that took a while.").code == 0
    (one,) = [row for row in desk("drafts", "list", "--json").objects if row["conversation"] == conversation]
    assert (one["id"], one["state"], one["mode"]) == (None, "draft", "reply")
    assert conversation in [row["id"] for row in desk("queue", "drafts", "--json").objects]
    assert desk("reply", conversation, "--text", "").code in (0, 1)
    assert desk("drafts", "restore", 999, "--json").error == "not_found"
    assert "A reply that took a while." in desk("drafts", "list").out


def test_wrong_words_are_named_and_a_word_can_be_made_right(
    desk: Run, writes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: the check for whoever writes replies in another program."""
    folder = writes / "share" / "hunspell"
    folder.mkdir(parents=True)
    (folder / "es_ES.aff").write_text("SET UTF-8\nTRY abcdefghijklmnopqrstuvwxyz\n", "utf-8")
    (folder / "es_ES.dic").write_text("4\nsu\npaquete\nllega\nhoy\n", "utf-8")
    monkeypatch.setenv("XDG_DATA_DIRS", str(writes / "share"))
    done = desk("spelling", "check", "--lang", "es", "--text", "su paqeute llega\nhoy", "--json")
    assert done.code == 1, done.err
    assert (done.one["word"], done.one["line"]) == ("paqeute", 1) and "paquete" in done.one["suggested"]
    assert desk("spelling", "add", "paqeute", "--lang", "es").code == 0
    assert desk("spelling", "check", "--lang", "es", "--text", "su paqeute llega hoy").code == 0
    missing = desk("spelling", "check", "--lang", "fr", "--text", "bonjour", "--json")
    assert missing.error == "no_dictionary" and "hunspell-fr" in missing.err
