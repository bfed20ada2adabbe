"""Reply templates: reading them, choosing one, filling it in, and finding what is still open in a text.

Knows the domain and the leaves; what a conversation knows comes in as plain dicts (see context.py).
"""

from __future__ import annotations

from csdesk.templating.check import check
from csdesk.templating.choose import best_language, find
from csdesk.templating.context import KNOWN, context
from csdesk.templating.engine import Engine
from csdesk.templating.loader import Loaded, Problem, load_folder
from csdesk.templating.marks import mark, unresolved

__all__ = [
    "KNOWN",
    "Engine",
    "Loaded",
    "Problem",
    "best_language",
    "check",
    "context",
    "find",
    "load_folder",
    "mark",
    "unresolved",
]
