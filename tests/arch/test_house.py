"""The rules of the house that a reader can count on: sizes, docstrings, and who may know what."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = sorted((ROOT / "csdesk").rglob("*.py"))
EVERYTHING = [
    p for folder in ("csdesk", "tests", "benchmarks", "tools") for p in sorted((ROOT / folder).rglob("*.py"))
]
LEAVES = {"csdesk.errors", "csdesk.clock", "csdesk.text", "csdesk.i18n"}


def name(path: Path) -> str:
    """The path as a reader writes it."""
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> set[str]:
    """The full names of modules that a file imports anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def words(path: Path) -> set[str]:
    """Every identifier in a file's code; comments and docstrings do not count."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found


def test_files_fit_in_the_head() -> None:
    """500 lines at most, the app 250. Lost otherwise: the newcomer."""
    long = {name(p): n for p in EVERYTHING if (n := len(p.read_text("utf-8").splitlines())) > 500}
    assert long == {}
    app = ROOT / "csdesk" / "app.py"
    assert len(app.read_text("utf-8").splitlines()) <= 250


def test_every_module_says_what_it_is() -> None:
    """Lost otherwise: the map of the house."""
    silent = [name(p) for p in HOUSE if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert silent == []


def test_the_domain_needs_the_standard_library_only() -> None:
    """Lost otherwise: rules that can be read and tested without a database, a network or a screen."""
    for path in (p for p in HOUSE if "domain" in p.parts):
        for module in imported(path):
            standard = module.split(".")[0] in sys.stdlib_module_names
            assert standard or module.startswith("csdesk.domain") or module in LEAVES, (
                f"{name(path)}: {module}"
            )


def test_the_domain_reads_no_clock() -> None:
    """Instants are given to it. Lost otherwise: deadlines that can be tested."""
    for path in (p for p in HOUSE if "domain" in p.parts):
        assert words(path).isdisjoint({"utcnow", "today", "monotonic"}), name(path)
        assert not re.search(r"\.now\(", path.read_text("utf-8")), name(path)


def test_nothing_that_sends_knows_a_note() -> None:
    """Channels and mail have no word for it, so none can leave through them. Lost otherwise: what colleagues said."""
    for path in (p for p in HOUSE if {"channels", "mail"} & set(p.relative_to(ROOT / "csdesk").parts[:1])):
        assert words(path).isdisjoint({"Note", "notes", "NoteRow"}), name(path)


def test_no_markup_from_data() -> None:
    """Text is shown as text: nobody switches Textual's markup on, and no Rich markup is parsed. Lost otherwise: the
    app, to a customer who writes [/] or [@click=app.quit]."""
    for path in HOUSE:
        code = path.read_text("utf-8")
        assert not re.search(r"markup\s*=\s*True", code), name(path)
        assert words(path).isdisjoint({"from_markup", "visualize_markup"}), name(path)


def test_no_shell_and_no_eval() -> None:
    """Lost otherwise: the machine, to a file name of an attachment."""
    for path in HOUSE:
        assert words(path).isdisjoint({"eval", "exec", "system", "popen"}), name(path)
        assert "shell=True" not in path.read_text("utf-8"), name(path)


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "NotImplementedError"])
def test_nothing_is_left_for_later(word: str) -> None:
    """Lost otherwise: a key that does nothing."""
    assert [name(p) for p in HOUSE if re.search(rf"\b{word}\b", p.read_text("utf-8"))] == []


def test_every_package_of_tests_can_be_imported() -> None:
    """Lost otherwise: tests that never ran because two files share a name."""
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    missing = {name(p.parent) for p in tests if not (p.parent / "__init__.py").exists()}
    assert missing == set()
