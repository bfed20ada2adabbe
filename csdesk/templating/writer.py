"""A template as the text of its file: TOML that a person can go on editing. What it writes, the loader reads back."""

from __future__ import annotations

from csdesk.domain.template import Template, TemplateText
from csdesk.text import clean, clean_line

_ESCAPES = {"\\": "\\\\", '"': '\\"'}


def as_text(template: Template) -> str:
    """The whole file."""
    out = []
    if template.category:
        out.append(f"category = {_quoted(template.category)}")
    if template.stages:
        out.append(f"stages = [{', '.join(map(_quoted, template.stages))}]")
    for name, questions in template.asks.items():
        out += ["", f"[asks.{name}]"]
        out += [f"{code} = {_quoted(question)}" for code, question in questions.items()]
    for language, text in template.texts.items():
        out += ["", f"[text.{language}]", *_lines(text)]
    return "\n".join(out).lstrip("\n") + "\n"


def _lines(text: TemplateText) -> list[str]:
    out = [f"{key} = {_quoted(getattr(text, key))}" for key in ("title", "subject") if getattr(text, key)]
    out.append(f"body = {_tall(text.body)}")
    if text.avoid:
        out.append(f"avoid = {_quoted(text.avoid)}")
    if text.words:
        out.append(f"words = [{', '.join(map(_quoted, text.words))}]")
    return out


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(char, char) for char in clean_line(text)) + '"'


def _tall(text: str) -> str:
    """A text of several lines between three quotes; a backslash or a quote in it stays what it is."""
    body = clean(text).strip("\n").replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\n{body}\n"""'
