"""The rules, policies and words of notices, read from csdesk/notices.toml once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from csdesk.domain.notices import EVENTS, TOPICS, Policy, Rule
from csdesk.domain.orders import STAGES

FILE = Path(__file__).parents[1] / "notices.toml"


@dataclass(frozen=True, slots=True)
class Book:
    """All of the file. `answers` are by variable, then language; `tax_names`, `languages` and `late` (days) by country,
    `late` with '*' for all others."""

    rules: tuple[Rule, ...]
    policies: tuple[Policy, ...]
    answers: Mapping[str, Mapping[str, str]]
    tax_names: Mapping[str, str]
    languages: Mapping[str, str]
    late: Mapping[str, int]

    def rule(self, name: str) -> Rule | None:
        """A rule by its name."""
        return next((one for one in self.rules if one.name == name), None)

    def answer(self, variable: str, language: str) -> str:
        """What a template's question is answered with in a language, '' where nothing is written down."""
        known = self.answers.get(variable, {})
        return known.get(language) or known.get(language.partition("-")[0], "")


def read(text: str) -> Book:
    """A file's text as a book. Raises ValueError naming what is wrong."""
    data = tomllib.loads(text)
    return Book(
        tuple(_rule(one) for one in data["rule"]),
        tuple(_policy(one) for one in data["policy"]),
        data["answers"],
        data["tax_names"],
        data["languages"],
        data["late"],
    )


@lru_cache(maxsize=1)
def book() -> Book:
    """The file that comes with the desk."""
    return read(FILE.read_text("utf-8"))


def _rule(given: Mapping[str, Any]) -> Rule:
    known = {one.name for one in fields(Rule)}
    if unknown := sorted(given.keys() - known):
        raise ValueError(f"{given.get('name')}: {unknown}")
    rule = Rule(**_tuples(given))
    if rule.event not in EVENTS or rule.topic not in TOPICS or not set(rule.stages) <= set(STAGES):
        raise ValueError(rule.name)
    return rule


def _policy(given: Mapping[str, Any]) -> Policy:
    policy = Policy(**{"since": None, "forbids": (), **_tuples(given)})
    if not policy.source or not set(policy.forbids) <= set(TOPICS):
        raise ValueError(policy.channel)
    return policy


def _tuples(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
