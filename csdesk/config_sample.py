"""The sample config.toml, made from the descriptions in config.py: every default, a comment on every key."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any

from csdesk.config import SECTIONS, Config, Target, default_of, presets
from csdesk.settings import as_toml

_HEAD = """\
# csdesk: preferences of one person on one machine. Every key may be left out; what stands here is the default.
# `csdesk config check` names a mistake by its line, `csdesk config path` says where this file belongs.
"""
_TARGETS = """
# When the first reply is due, per kind of channel. What you write for a kind replaces all of its presets;
# for several dates write [[targets.mail]] more than once.
"""


def sample() -> str:
    """The text of a config.toml that says every default, with a comment on every key."""
    with_rule = [one for one in fields(Config) if "rule" in one.metadata]
    out = [_HEAD]
    for one in with_rule:
        if one.metadata["rule"].kind not in ("table", "keys"):
            out += [*_shown(one), ""]
    for one in with_rule:
        rule = one.metadata["rule"]
        if rule.kind in ("table", "keys"):
            out += [*_comment(rule.comment), f"[{one.name}]", f"# {rule.example}", ""]
    for name, kind in SECTIONS.items():
        out += [f"[{name}]", *(line for one in fields(kind) for line in _shown(one)), ""]
    return "\n".join(out) + _TARGETS.lstrip("\n") + "\n".join(_targets()) + "\n"


def _targets() -> list[str]:
    out: list[str] = []
    for one in fields(Target):
        out += _comment(f"{one.name}: {one.metadata['rule'].comment}")
    for kind, targets in presets().items():
        for target in targets:
            out += ["", f"[[targets.{kind}]]" if len(targets) > 1 else f"[targets.{kind}]"]
            out += [f"{one.name} = {as_toml(getattr(target, one.name))}" for one in fields(Target)]
    return out


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in text.splitlines()]


def _shown(one: Field[Any]) -> list[str]:
    rule = one.metadata["rule"]
    allowed = f"# One of: {', '.join(rule.choices)}." if rule.choices else ""
    if rule.kind in ("int", "number"):
        allowed = f"# {rule.type_name().capitalize()}."
    example = f"# {rule.example}" if rule.example else ""
    return [
        *_comment(rule.comment),
        *(x for x in (allowed, example) if x),
        f"{one.name} = {as_toml(default_of(one))}",
    ]
