"""Reply templates: reading them, choosing one, filling it in, and finding what is still open in a text.

Knows the domain and the leaves; what a conversation knows comes in as plain dicts (see context.py).
"""

from __future__ import annotations

from csdesk.templating.check import check
from csdesk.templating.choose import Finder, Talk, best_language, find
from csdesk.templating.context import KNOWN, context
from csdesk.templating.engine import Engine
from csdesk.templating.loader import Loaded, Problem, load_folder, load_text
from csdesk.templating.marks import mark, unresolved
from csdesk.templating.writer import as_text

__all__ = [
    "KNOWN",
    "Engine",
    "Finder",
    "Loaded",
    "Problem",
    "Talk",
    "as_text",
    "best_language",
    "check",
    "context",
    "find",
    "load_folder",
    "load_text",
    "mark",
    "unresolved",
]
