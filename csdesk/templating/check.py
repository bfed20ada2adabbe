"""`templates check`: what an agent would stumble over later, found beforehand. Reads no file."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from csdesk.domain.limits import Excess, excesses
from csdesk.domain.template import Template
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.settings import nearest
from csdesk.templating.context import KNOWN
from csdesk.templating.engine import Engine
from csdesk.templating.loader import Problem

_PLACE = re.compile(r"\{\{.*?\}\}")
_CODE = re.compile(r"\{%.*?%\}\n?")
FILLED = "x" * 24
"""A value of usual length, in the place of a variable: a name, a number, a date."""


def check(
    templates: Sequence[Template],
    languages: Collection[str] = (),
    known: Collection[str] = tuple(KNOWN),
    channels: tuple[str, ...] = (),
) -> list[Problem]:
    """What is wrong with templates: a language of `languages` that is missing, code that cannot be run, a
    variable that is neither in `known` nor asked for, an ask that no text uses or that has no English question, and
    a text that is longer than one of `channels` takes.
    """
    return [problem for template in templates for problem in _one(template, languages, known, channels)]


def _one(
    template: Template, languages: Collection[str], known: Collection[str], channels: tuple[str, ...]
) -> list[Problem]:
    out: list[Problem] = []
    used: set[str] = set()

    def wrong(sentence: str, language: str = "") -> None:
        out.append(Problem(template.name, sentence, template.source, language=language))

    for language in sorted(set(languages) - set(template.texts)):
        sentence = _("Template '{name}' has no text in '{language}'.")
        wrong(sentence.format(name=template.name, language=language), language)
    for language in template.texts:
        try:
            variables = Engine().variables(template, language)
        except Refused as error:
            wrong(error.message, language)
            continue
        used.update(variables)
        for variable in variables:
            if not _is_known(variable, template, known):
                wrong(_unknown(template, language, variable, known), language)
    for language, text in template.texts.items():
        for excess in excesses(_CODE.sub("", _PLACE.sub(FILLED, text.body)), channels):
            wrong(_too_long(template, language, excess), language)
    for name, questions in template.asks.items():
        if name not in used:
            sentence = _("Template '{name}' asks for '{variable}', but no text uses it.")
            wrong(sentence.format(name=template.name, variable=name))
        if "en" not in questions:
            sentence = _("Template '{name}' asks for '{variable}' without a question in English.")
            wrong(sentence.format(name=template.name, variable=name))
    return out


def _is_known(variable: str, template: Template, known: Collection[str]) -> bool:
    if variable in known or variable in template.asks:
        return True
    return any(variable.startswith(f"{name}.") or name.startswith(f"{variable}.") for name in known)


def _unknown(template: Template, language: str, variable: str, known: Collection[str]) -> str:
    near = nearest(variable, (*known, *template.asks))
    sentence = _("Template '{name}' ({language}) uses '{variable}', which nobody knows or asks for.")
    if near:
        sentence = _("Template '{name}' ({language}) uses '{variable}'; did you mean '{near}'?")
    return sentence.format(name=template.name, language=language, variable=variable, near=near)


def _too_long(template: Template, language: str, excess: Excess) -> str:
    sentence = {
        "characters": _(
            "Template '{name}' ({language}) has about {found} characters; {channel} takes {allowed}."
        ),
        "octets": _("Template '{name}' ({language}) has about {found} bytes; {channel} takes {allowed}."),
        "line": _(
            "Template '{name}' ({language}) has a line of {found} characters; {channel} takes {allowed}."
        ),
    }[excess.what]
    return sentence.format(
        name=template.name,
        language=language,
        found=excess.found,
        channel=excess.limit.channel,
        allowed=excess.allowed,
    )
