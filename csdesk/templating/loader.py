"""Reading a folder of templates: one TOML file per template, all its languages inside.

A file with a mistake is left out and named with line and key; it never hides the others. What the template code
in a text means is not looked at here, see check.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from csdesk.domain.orders import STAGES
from csdesk.domain.template import Template, TemplateText
from csdesk.errors import ConfigError
from csdesk.i18n import _
from csdesk.settings import Reader, Rule, dotted, nearest
from csdesk.templating.context import ROOTS
from csdesk.text import clean, clean_line

MAX_BYTES = 256_000
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a template, as a sentence. `line` is 0 and `language` '' where they say nothing."""

    template: str
    sentence: str
    file: str = ""
    line: int = 0
    language: str = ""


class Loaded(NamedTuple):
    """What a folder held: the templates that are right, by name, and what is wrong with the others."""

    templates: tuple[Template, ...]
    problems: tuple[Problem, ...]


def _text(comment: str) -> Any:
    return field(default="", metadata={"rule": Rule("text", comment)})


@dataclass(frozen=True, slots=True)
class _Text:
    """The keys of a [text.LANGUAGE] table."""

    title: str = _text("what the picker shows")
    subject: str = _text("for new conversations")
    body: str = _text("the text")
    avoid: str = _text("advice to the agent")
    words: tuple[str, ...] = field(
        default=(), metadata={"rule": Rule("words", "what customers write in this situation")}
    )


def load_folder(path: Path) -> Loaded:
    """The templates of the *.toml files in a folder; a folder that is not there holds none.

    Never raises for what a file contains: that is a Problem.
    """
    templates: list[Template] = []
    problems: list[Problem] = []
    try:
        files = sorted(file for file in path.iterdir() if file.suffix == ".toml" and file.is_file())
    except FileNotFoundError:
        return Loaded((), ())
    except OSError as error:
        sentence = _("The template folder {path} cannot be read: {reason}.")
        said = sentence.format(path=path, reason=error.strerror or error)
        return Loaded((), (Problem("", said, str(path)),))
    for file in files:
        template, wrong = load_file(file)
        templates += [template] if template else []
        problems += wrong
    return Loaded(tuple(templates), tuple(problems))


def load_file(file: Path) -> tuple[Template | None, list[Problem]]:
    """The template in one file, or None and what is wrong with it."""
    name = clean_line(file.stem, limit=80)
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            sentence = _("the file is larger than {limit} bytes.").format(limit=MAX_BYTES)
            return None, [Problem(name, sentence, str(file))]
        return load_text(data.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        sentence = _("the file is not UTF-8 text (byte {at}); save it as UTF-8.").format(at=error.start)
        return None, [Problem(name, sentence, str(file))]
    except OSError as error:
        sentence = _("the file cannot be read: {reason}.").format(reason=error.strerror or error)
        return None, [Problem(name, sentence, str(file))]


def load_text(text: str, file: Path) -> tuple[Template | None, list[Problem]]:
    """The template that a text would be in a file of this name, or None and what is wrong with it."""
    name = clean_line(file.stem, limit=80)
    try:
        reader = Reader(file, text)
    except ConfigError as error:
        where = re.match(r":(\d+): ", error.message.removeprefix(str(file)))
        said = error.message.removeprefix(str(file)).removeprefix(where[0] if where else "")
        return None, [Problem(name, said, str(file), int(where[1]) if where else 0)]
    template = _template(reader, name)
    problems = [Problem(name, sentence, str(file), line) for line, sentence in sorted(reader.mistakes)]
    return (None if problems else template), problems


def _template(reader: Reader, name: str) -> Template:
    data = reader.data
    for key in data:
        if key not in ("category", "stages", "asks", "text"):
            reader.unknown((key,), ("category", "stages", "asks", "text"))
    category = data.get("category", "")
    if not isinstance(category, str):
        reader.wrong(("category",), _("'category' is a text, in quotes."))
        category = ""
    return Template(
        name,
        _texts(reader, data.get("text")),
        clean_line(category, limit=80),
        _stages(reader, data.get("stages", [])),
        _asks(reader, data.get("asks", {})),
        str(reader.path),
    )


def _stages(reader: Reader, given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        reader.wrong(("stages",), _("'stages' is a list of texts, such as [\"in_transit\"]."))
        return ()
    for one in given:
        if one not in STAGES:
            near = nearest(one, STAGES)
            sentence = _("there is no order stage '{stage}'; there are {stages}.")
            if near:
                sentence = _("there is no order stage '{stage}'; did you mean '{near}'?")
            shown = clean_line(one, limit=40)
            reader.wrong(("stages",), sentence.format(stage=shown, near=near, stages=", ".join(STAGES)))
    return tuple(given)


def _asks(reader: Reader, given: Any) -> dict[str, dict[str, str]]:
    out: dict[str, dict[str, str]] = {}
    if not reader.is_table(given, ("asks",)):
        return out
    for name, questions in given.items():
        key = ("asks", name)
        if not _VARIABLE.fullmatch(name) or name in ROOTS:
            sentence = _("'{key}': a variable is small letters, digits and _, and none of {taken}.")
            reader.wrong(key, sentence.format(key=dotted(key), taken=", ".join(sorted(ROOTS))))
        elif reader.is_table(questions, key):
            if not questions or not all(isinstance(one, str) and one.strip() for one in questions.values()):
                sentence = _("'{key}' needs a question per language, such as en = \"How much?\".")
                reader.wrong(key, sentence.format(key=dotted(key)))
            else:
                out[name] = {code: clean_line(text) for code, text in questions.items()}
    return out


def _texts(reader: Reader, given: Any) -> dict[str, TemplateText]:
    out: dict[str, TemplateText] = {}
    if not given:
        reader.wrong(("text",), _('there is no text: write [text.en] and under it body = "...".'))
        return out
    if not reader.is_table(given, ("text",)):
        return out
    for language, table in given.items():
        key = ("text", language)
        if not _LANGUAGE.fullmatch(language):
            sentence = _("'{key}': a language is a code such as en, zh or pt-BR.")
            reader.wrong(key, sentence.format(key=dotted(key)))
        elif reader.is_table(table, key):
            values = reader.table(_Text, table, key)
            body = table.get("body")
            if body is None or (isinstance(body, str) and not body.strip()):
                reader.wrong(key, _("'{key}' has no body.").format(key=dotted(key)))
            elif isinstance(body, str):
                values["body"] = clean(body).strip("\n")
                out[language] = TemplateText(language, **values)
    return out
