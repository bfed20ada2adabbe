"""csdesk export: a conversation as a file, without its notes unless they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import DRIVES, Run

SECRET = "what we think of the customer"


@pytest.fixture
def talk(desk: Run) -> int:
    found = int(desk("queue", "--json").objects[0]["id"])
    assert desk("note", found, "--text", SECRET).code == 0
    return found


@pytest.mark.parametrize("form", ["txt", "html", "mbox", "json"])
def test_the_file_has_the_mails_and_no_note(desk: Run, talk: int, tmp_path: Path, form: str) -> None:
    done = desk("export", talk, "--format", form, "--to", tmp_path / "out")
    assert done.code == 0 and "left out" in done.err
    (file,) = (tmp_path / "out").iterdir()
    assert file.name == f"conversation-{talk}.{form}" and str(file) in done.out
    assert SECRET not in file.read_text("utf-8", "replace") and file.stat().st_size > 200


def test_standard_output_is_the_file_and_harmless(desk: Run, talk: int) -> None:
    done = desk("export", talk)
    assert done.code == 0 and SECRET not in done.out and not DRIVES.search(done.out)
    done = desk("export", talk, "--notes")
    assert done.out.index("INTERNAL NOTE") < done.out.index(SECRET) and done.err == ""


def test_programs_get_one_object(desk: Run, talk: int, tmp_path: Path) -> None:
    found = desk("export", talk, "--format", "html", "--json").one
    assert found["notes_left_out"] == 1 and found["text"].startswith("<!doctype html>")
    found = desk("export", talk, "--to", tmp_path / "x", "--json").one
    assert Path(found["path"]).exists()


def test_what_cannot_be_is_said(desk: Run, talk: int) -> None:
    refused = desk("export", talk, "--format", "mbox", "--notes", "--json")
    assert refused.code == 1 and "a note is none" in refused.err
    assert desk("export", 10**9).code == 3
    assert desk("export", talk, "--format", "docx").code == 2
