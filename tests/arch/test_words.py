"""Texts for people can be translated: whole sentences, named placeholders, looked up when they are shown."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.arch.test_house import HOUSE, name

MARKS = {"_", "ngettext", "pgettext"}
UNNAMED = re.compile(r"(?<!\{)\{(\d*|[:!][^}]*)\}(?!\})|%[sdr]")


def marked(node: ast.AST) -> Iterator[ast.Call]:
    """Every call under a node that looks a text up."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id in MARKS:
            yield each


def at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Those calls that run when the module is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Lambda):
            continue
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for early in (*child.decorator_list, *child.args.defaults, *filter(None, child.args.kw_defaults)):
                yield from marked(early)
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in MARKS:
            yield child
        yield from at_import(child)


def test_no_text_is_looked_up_at_import() -> None:
    """Lost otherwise: the language that was chosen after the start."""
    early = [f"{name(p)}:{c.lineno}" for p in HOUSE for c in at_import(ast.parse(p.read_text("utf-8")))]
    assert early == []


def test_texts_are_whole_sentences_with_named_places() -> None:
    """No f-string, no sum of parts, no {} or %s. Lost otherwise: word order, in every language but one."""
    wrong = []
    for path in HOUSE:
        for call in marked(ast.parse(path.read_text("utf-8"))):
            texts = call.args[: 1 if getattr(call.func, "id", "") == "_" else 2]
            for text in texts:
                if isinstance(text, (ast.JoinedStr, ast.BinOp)):
                    wrong.append(f"{name(path)}:{call.lineno}: put together")
                elif isinstance(text, ast.Constant) and UNNAMED.search(str(text.value)):
                    wrong.append(f"{name(path)}:{call.lineno}: {text.value!r}")
    assert wrong == []
