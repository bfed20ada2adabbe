"""What leaves of a translated reply, and what is remembered of it: the sentences that a person put right."""

from __future__ import annotations

from csdesk.domain.composed import Composed
from csdesk.domain.memory import LONGEST, Remembered
from csdesk.domain.people import Agent
from csdesk.errors import Conflict
from csdesk.i18n import _
from csdesk.services import checks
from csdesk.store import Tx
from csdesk.text import clean


def translated_body(text: str, made: Composed) -> str:
    """What is sent for a text. Raises Conflict when the translation is that of another text, Refused when it is empty
    or has places that nothing filled."""
    if clean(made.own).strip() != text.strip():
        raise Conflict(
            _("The text was changed since it was translated; translate it again."), code="stale_translation"
        )
    body = clean(made.text).strip("\n")
    checks.text(body)
    return body


def learn(tx: Tx, made: Composed, agent: Agent) -> int:
    """Remember what the agent put right and sent; returns how many sentences were new. What the model wrote and nobody
    touched is not remembered: its mistakes would come back as somebody's word."""
    kept = 0
    for own, text in made.corrected:
        pair = clean(own).strip(), clean(text).strip()
        if max(map(len, pair)) <= LONGEST:
            one = Remembered(made.source_language, made.target_language, *pair, agent.name)
            kept += tx.memory.put(one, agent.id)
    return kept
