"""What an agent is writing everywhere, and what was thrown away: listed, and had back."""

from __future__ import annotations

from dataclasses import replace

from csdesk.domain.conversation import Draft, DraftLine
from csdesk.errors import NotFound
from csdesk.i18n import _
from csdesk.services.context import Context
from csdesk.store import Tx


class Drafts:
    """The acting agent's own drafts; a colleague's are not shown."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def all(self) -> tuple[DraftLine, ...]:
        """What is being written, the newest first, then what was thrown away in the last thirty days."""
        agent = self.context.agent.id
        with self.store.read() as tx:
            return tx.drafts.listed(agent)

    def restore(self, number: int) -> Draft:
        """What was thrown away is a draft again, below what is being written there by now. Raises NotFound."""
        with self.context.acting() as tx:
            return take_up(tx, number, self.context.agent.id)


def take_up(tx: Tx, number: int, agent: int) -> Draft:
    """The same within a transaction."""
    gone = tx.drafts.take_up(number, agent)
    if gone is None:
        raise NotFound(
            _("There is no thrown away draft {id}; csdesk drafts list shows those of thirty days.").format(
                id=number
            )
        )
    conversation = tx.conversations.root(gone.conversation_id)
    rev = tx.conversations.state(conversation).rev
    draft = replace(gone, conversation_id=conversation, rev=rev, cursor=len(gone.text))
    known = tx.drafts.get(conversation, gone.agent_id, gone.mode)
    if known is not None:
        text = "\n\n".join(part for part in (known.text, gone.text) if part.strip())
        draft = replace(
            known,
            text=text,
            cc=tuple(dict.fromkeys((*known.cc, *gone.cc))),
            attachments=tuple(dict.fromkeys((*known.attachments, *gone.attachments))),
            cursor=len(text),
        )
    tx.drafts.put(draft)
    return draft
