"""The visible mark of a value that nobody knew, and the search for marks and raw template code in a text.

A text in which unresolved() finds something may not be sent, whoever wrote it: the wall fails closed. So that a
customer who is called '{{x}}' does not block every reply, values are defused before they are put in.
"""

from __future__ import annotations

import re

_OPEN = re.compile(r"⟦([^⟦⟧\n]{0,80})⟧?|(\{\{[^\n]{0,40}|\{%[^\n]{0,40})")
_STRANGE = re.compile(r"[^\w.\-\[\]]+")


def mark(variable: str) -> str:
    """What stands in the text where the value of a variable is missing."""
    return f"⟦{_STRANGE.sub('?', variable)[:60]}⟧"


def unresolved(text: str) -> tuple[str, ...]:
    """What a text still leaves open, each once, in order: variables whose mark stands in it, and pieces of raw
    template code ('{{ order.numbr }}'). Empty: it may be sent."""
    found: list[str] = []
    for hit in _OPEN.finditer(text):
        raw = hit[2] or ""
        for end in ("}}", "%}"):
            if end in raw:
                raw = raw[: raw.index(end) + 2]
        found.append(raw.strip() or hit[1] or "⟦")
    return tuple(dict.fromkeys(found))


def defuse(value: str) -> str:
    """A value from outside that can no longer be taken for template code or for a mark: '{{' becomes '{ {',
    '{%' becomes '{ %', and the brackets of marks become plain ones."""
    if "{" in value:
        value = re.sub(r"\{(?=[{%#])", "{ ", value)
    return value.replace("⟦", "[").replace("⟧", "]")
