"""Reply templates as data: one text in many languages with variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TemplateText:
    """The text in one language. `subject` is only used for new conversations; `avoid` is advice to the agent;
    `words` are what customers write in this situation, for finding the template."""

    language: str
    body: str
    title: str = ""
    subject: str = ""
    avoid: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """One situation. `name` is the file's stem; `stages` are order stages it fits ('' fits all);
    `asks` maps a variable the agent is asked for to the question, per language of the interface. `origin` is 'desk',
    'team' or 'own': whose folder it lies in."""

    name: str
    texts: dict[str, TemplateText]
    category: str = ""
    stages: tuple[str, ...] = ()
    asks: dict[str, dict[str, str]] = field(default_factory=dict)
    source: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template filled in. `missing` are variables nobody knew: as long as one is left nothing may be sent."""

    name: str
    language: str
    text: str
    subject: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Uses:
    """How often a template was used: by the agent who asks, by everybody, and when last (aware UTC)."""

    mine: int = 0
    total: int = 0
    last_at: datetime | None = None
