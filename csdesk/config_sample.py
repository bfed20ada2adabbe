"""The sample config.toml, made from the descriptions in config.py: every default, a comment on every key."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any

from csdesk.config import SECTIONS, Config, Target, default_of, presets
from csdesk.config_webhooks import Webhook
from csdesk.settings import as_toml

_HEAD = """\
# csdesk: preferences of one person on one machine. Every key may be left out; what stands here is the default.
# `csdesk config check` names a mistake by its line, `csdesk config path` says where this file belongs.
"""
_TARGETS = """
# When the first reply is due, per kind of channel. What you write for a kind replaces all of its presets;
# for several dates write [[targets.mail]] more than once.
"""
_WEBHOOKS = """\
Where the sync process tells other programs what happens; see docs/integration.md. Each has a name of its own.
Without the marks it would be:"""


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
        inner = [one for one in fields(kind) if "rule" in one.metadata]
        tables = [one for one in inner if one.metadata["rule"].kind == "choices"]
        out += [f"[{name}]", *(line for one in inner if one not in tables for line in _shown(one)), ""]
        for one in tables:
            rule = one.metadata["rule"]
            out += [*_comment(rule.comment), f"# Each is one of: {', '.join(rule.choices)}."]
            out += [f"[{name}.{one.name}]", f"# {rule.example}", ""]
    return "\n".join(out) + _TARGETS.lstrip("\n") + "\n".join(_targets()) + "\n" + _webhook()


def _targets() -> list[str]:
    out: list[str] = []
    for one in fields(Target):
        out += _comment(f"{one.name}: {one.metadata['rule'].comment}")
    for kind, targets in presets().items():
        for target in targets:
            out += ["", f"[[targets.{kind}]]" if len(targets) > 1 else f"[targets.{kind}]"]
            out += [f"{one.name} = {as_toml(getattr(target, one.name))}" for one in fields(Target)]
    return out


def _webhook() -> str:
    """One for show, nothing of which holds."""
    out = ["", *_comment(_WEBHOOKS), "# [webhooks.erp]"]
    for one in fields(Webhook):
        rule = one.metadata["rule"]
        out += [f"# {one.name}: {rule.comment}".replace("\n", "\n# "), f"# {rule.example or _default(one)}"]
    return "\n".join(out) + "\n"


def _default(one: Field[Any]) -> str:
    return f"{one.name} = {as_toml(default_of(one))}"


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
