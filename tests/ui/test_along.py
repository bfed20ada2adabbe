"""What goes along with a reply: files found by their path, copies from known addresses, the person's own editor."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from csdesk.domain.limits import Limit
from csdesk.screens.copies import AskCopies
from csdesk.screens.files import FilePicker, look, recent, usable
from tests.ui.conftest import Opener, Session


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "Bills").mkdir()
    (tmp_path / "Bills" / "march.pdf").write_bytes(b"x" * 600)
    (tmp_path / "Bills" / "april.pdf").write_bytes(b"x" * 300)
    (tmp_path / "Bills" / "huge.zip").write_bytes(b"x" * 900)
    (tmp_path / ".secret").write_text("x")
    return tmp_path


async def picker(s: Session) -> FilePicker:
    await s.keys("enter", "r", "ctrl+g")
    await s.rest(0.2)
    assert isinstance(s.app.screen, FilePicker)
    return s.app.screen


async def test_a_path_is_completed_and_several_files_go_along(opened: Opener, home: Path) -> None:
    async with opened() as s:
        await picker(s)
        assert "Bills/" in s.text and ".secret" not in s.text and "mail takes 1 kB" in s.text
        await s.keys("text:~/bi", "tab")
        await s.rest(0.2)
        assert "april.pdf" in s.text and "march.pdf" in s.text and "300 B" in s.text
        await s.keys("enter", "down", "down", "enter")
        await s.rest(0.2)
        assert "2 files, 900 B" in s.text and s.text.count("along") >= 2
        await s.keys("ctrl+s")
        await s.rest(0.1)
        writing = s.screen.composer.writing
        assert writing is not None
        assert [Path(one).name for one in writing.attachments] == ["april.pdf", "march.pdf"]
        assert "files april.pdf, march.pdf" in s.text
    assert recent() == (str(home / "Bills"),)


async def test_more_than_the_channel_takes_is_refused_with_its_measure(opened: Opener, home: Path) -> None:
    async with opened() as s:
        screen = await picker(s)
        screen.room = Limit("amazon", files=1, file_bytes=1_048_576)
        await s.keys("text:~/Bills/april.pdf", "enter", "ctrl+u", "text:~/Bills/march.pdf", "enter")
        await s.rest(0.1)
        assert "amazon takes 1 file at most." in s.text and "1 file, 300 B" in s.text
        screen.room = Limit("mail", file_bytes=1000)
        await s.keys("ctrl+u", "text:~/Bills/huge.zip", "enter")
        await s.rest(0.1)
        assert "more than the" in s.text and "1 file, 300 B" in s.text


async def test_a_file_is_taken_away_again_and_escape_changes_nothing(opened: Opener, home: Path) -> None:
    async with opened() as s:
        await picker(s)
        await s.keys("text:~/Bills/april.pdf", "enter", "ctrl+s", "ctrl+g")
        await s.rest(0.2)
        assert "1 file, 300 B" in s.text and "~/Bills/" in s.text, "the folder of before is offered"
        await s.keys("text:~/Bills/april.pdf", "enter", "escape")
        writing = s.screen.composer.writing
        assert writing is not None and len(writing.attachments) == 1


async def test_what_is_no_file_is_said(opened: Opener, home: Path) -> None:
    async with opened(size=(80, 24)) as s:
        await picker(s)
        await s.keys("text:~/nowhere/x.pdf", "enter")
        await s.rest(0.1)
        assert "There is no file" in s.text


def test_hostile_names_are_listed_harmlessly_and_none_breaks_the_list(home: Path) -> None:
    folder = home / "evil"
    folder.mkdir()
    (folder / "a\x1b]52;c;x\x07\u202eb.pdf").write_text("x")
    (folder / "new\nline").write_text("x")
    raw = os.fsencode(folder) + b"/bad\xff.pdf"
    Path(os.fsdecode(raw)).write_text("x")
    os.mkfifo(folder / "pipe")
    (folder / "gone").symlink_to(folder / "nowhere")
    (folder / "loop").symlink_to(folder / "loop")
    names = [Path(one.path).name for one in look(f"{folder}/")]
    assert len(names) == 3, "only files that can be read as files"
    assert "not UTF-8" in usable(os.fsdecode(raw))
    for path in (folder / "pipe", folder / "gone", folder, "", "a\0b"):
        assert usable(str(path)) != ""
    assert look("a\0b/") == () and look("/nowhere/at/all") == ()


async def test_hostile_names_reach_no_terminal(opened: Opener, home: Path) -> None:
    (home / "evil").mkdir()
    (home / "evil" / "a\x1b]52;c;x\x07\u202eb[red].pdf").write_text("x")
    async with opened() as s:
        await picker(s)
        await s.keys("text:~/evil/", "enter")
        await s.rest(0.2)
        assert "\x1b" not in s.text and "\u202e" not in s.text and "[red].pdf" in s.text
        await s.keys("ctrl+s")
        assert "[red].pdf" in s.text and "\x1b" not in s.text


async def test_copies_are_offered_from_known_addresses(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "ctrl+l")
        await s.rest(0.1)
        assert "this customer" in s.text and "ours" in s.text
        await s.keys("text:mei", "tab")
        await s.rest(0.1)
        await s.keys("text:boss@x.test", "enter")
        await s.rest(0.1)
        writing = s.screen.composer.writing
        assert writing is not None and writing.cc == ("mei@nordlicht.example", "boss@x.test")


async def test_what_is_no_address_stays_in_the_question(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "ctrl+l", "text:nobody", "enter")
        await s.rest(0.1)
        assert isinstance(s.app.screen, AskCopies) and "nobody is not a mail address." in s.text
        await s.keys("escape")
        assert s.screen.composer.writing is not None and s.screen.composer.writing.cc == ()


async def test_without_a_terminal_the_editor_is_refused_and_the_text_stays(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.delenv("VISUAL", raising=False)
    async with opened() as s:
        await s.keys("enter", "r", "text:hello", "f2")
        await s.rest(0.1)
        assert "cannot be handed to an editor" in s.lowest and s.screen.composer.editor.text == "hello"
        assert s.desk.drafts[1, "reply"].text == "hello", "the draft is kept before"


async def test_an_editor_that_is_not_there_is_named(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor-here")
    monkeypatch.delenv("VISUAL", raising=False)
    async with opened() as s:
        await s.keys("enter", "n", "text:hello", "f2")
        await s.rest(0.1)
        assert "no-such-editor-here is not on this machine" in s.lowest
