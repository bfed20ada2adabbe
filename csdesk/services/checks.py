"""What stops a message before it is queued (fail closed), each with its reason in words."""

from __future__ import annotations

from csdesk.db.outbox import STATE_WORDS
from csdesk.errors import Conflict, Refused
from csdesk.i18n import _, ngettext
from csdesk.store import Tx
from csdesk.templating.marks import unresolved


def text(body: str, *, what: str = "text") -> None:
    """Raises Refused when a text is empty or still holds a place that a template could not fill."""
    if not body.strip():
        words = _("The subject is empty.") if what == "subject" else _("There is no text to send.")
        raise Refused(words, code="empty")
    left = unresolved(body)
    if left:
        words = ngettext(
            "Not sent: {places} is not filled in yet.", "Not sent: {places} are not filled in yet.", len(left)
        )
        raise Refused(words.format(places=", ".join(left)), code="unresolved")


def current(tx: Tx, conversation: int, rev: int | None) -> None:
    """Raises Conflict when something public was said after `rev`; None means the writer saw everything."""
    now = tx.conversations.state(conversation).rev
    if rev is None or now <= rev:
        return
    last = [m for m in tx.messages.of_conversation(conversation) if not m.automatic][-1:]
    if last and last[0].direction == "out":
        words = _("{name} answered this conversation while you were writing; read it, then send again.")
        raise Conflict(words.format(name=last[0].agent or last[0].sender), code="newer_message")
    raise Conflict(
        _("The customer wrote again while you were writing; read it, then send again."), code="newer_message"
    )


def state_word(state: str) -> str:
    """An outbox state in the reader's language."""
    return _(STATE_WORDS.get(state, state))
