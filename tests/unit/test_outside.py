"""Writing in the person's own editor: the text is nobody else's to read, and an editor that fails changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from csdesk.errors import Refused
from csdesk.outside import edited, editor


def program(tmp_path: Path, code: str) -> tuple[str, ...]:
    file = tmp_path / "editor.py"
    file.write_text(f"import pathlib, sys\nfile = pathlib.Path(sys.argv[-1])\n{code}\n")
    return (sys.executable, str(file))


def test_what_is_saved_comes_back_from_a_file_that_only_the_person_reads(tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = program(
        tmp_path,
        f"pathlib.Path({str(told)!r}).write_text(f'{{oct(file.stat().st_mode & 0o777)}} {{file}}')\n"
        "file.write_text(file.read_text() + ' y después')",
    )
    assert edited("Hola ñ", command) == "Hola ñ y después"
    mode, _space, path = told.read_text().partition(" ")
    assert mode == "0o600" and not Path(path).exists() and not Path(path).parent.exists()


@pytest.mark.parametrize("code", ["sys.exit(1)", "file.write_text('x'); sys.exit(2)"])
def test_an_editor_that_ends_with_an_error_changes_nothing(tmp_path: Path, code: str) -> None:
    assert edited("Hola", program(tmp_path, code)) is None


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="UTF-8"):
        edited("Hola", program(tmp_path, "file.write_bytes(b'\\xff\\xfe')"))


def test_the_config_goes_before_the_environment(tmp_path: Path) -> None:
    known = {"VISUAL": "true --visual", "EDITOR": "true --editor"}
    assert editor("false -x 'a b'", known) == ("false", "-x", "a b")
    assert editor("", known) == ("true", "--visual")
    assert editor("", {"EDITOR": "true"}) == ("true",)
    for broken in ("no-such-editor-here", "'half a quote"):
        with pytest.raises(Refused):
            editor(broken, {})
