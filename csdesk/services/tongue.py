"""Which language a customer is answered in: what a person chose for the conversation, else what the last words are
surely in, else what was told from them or from the customer."""

from __future__ import annotations

from csdesk.domain.before import guess
from csdesk.domain.conversation import Message, Thread
from csdesk.domain.translated import base
from csdesk.store import Tx


def spoken(tx: Tx, thread: Thread, last: Message | None) -> str:
    """The language, ISO 639-1; '' where nothing tells it. `last` is what the customer wrote last."""
    if thread.language_chosen and thread.language:
        return base(thread.language)
    # The stored language of a few words is a guess; what they surely are in counts more.
    said = guess(last.visible_text) if last else ""
    told = said or (last.language if last else "") or thread.language
    return base(told or tx.customers.card(thread.customer_id).language)
