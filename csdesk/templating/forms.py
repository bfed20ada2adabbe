"""A template as fields that a person fills in, and back: lists and questions as lines of text. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from csdesk.domain.template import Template, TemplateText
from csdesk.text import clean, clean_line


def words_line(words: tuple[str, ...]) -> str:
    """What customers say, in one line."""
    return ", ".join(words)


def words_of(line: str) -> tuple[str, ...]:
    """The phrases of such a line; Chinese and Arabic commas part them too."""
    for comma in "，、،;；":
        line = line.replace(comma, ",")
    return tuple(dict.fromkeys(part for one in line.split(",") if (part := clean_line(one).strip())))


def asks_text(template: Template) -> str:
    """The questions, one a line: 'days en: How many days?'."""
    return "\n".join(
        f"{name} {code}: {question}"
        for name, questions in template.asks.items()
        for code, question in questions.items()
    )


def asks_of(text: str) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    """The questions of such lines, and the lines that are none."""
    asks: dict[str, dict[str, str]] = {}
    wrong = []
    for row in text.splitlines():
        head, colon, question = row.partition(":")
        parts = head.split()
        if not row.strip():
            continue
        if not colon or not 1 <= len(parts) <= 2 or not question.strip():
            wrong.append(clean_line(row, limit=80))
            continue
        code = parts[1] if len(parts) == 2 else "en"
        asks.setdefault(parts[0], {})[code] = clean_line(question).strip()
    return asks, tuple(wrong)


def with_text(template: Template, language: str, **fields: str) -> Template:
    """The template with the fields of one language as typed; a language without a body is left out."""
    text = TemplateText(
        language,
        clean(fields["body"]).strip("\n"),
        clean_line(fields["title"]).strip(),
        clean_line(fields["subject"]).strip(),
        clean_line(fields["avoid"]).strip(),
        words_of(fields["words"]),
    )
    texts = {code: one for code, one in template.texts.items() if code != language or text.body.strip()}
    if text.body.strip():
        texts[language] = text
    return replace(template, texts=texts)


def with_general(
    template: Template, *, category: str, stages: str, asks: str
) -> tuple[Template, tuple[str, ...]]:
    """The template with what holds for all its languages as typed, and the lines of questions that are none."""
    found, wrong = asks_of(asks)
    changed = replace(
        template, category=clean_line(category).strip(), stages=words_of(stages.replace(" ", ",")), asks=found
    )
    return changed, wrong


def name_of(given: str) -> str:
    """A name as typed in the form that files have, or '' when it can be none."""
    found = given.strip().lower().replace(" ", "_").replace("-", "_")
    return found if re.fullmatch(r"[a-z][a-z0-9_]{0,59}", found) else ""
