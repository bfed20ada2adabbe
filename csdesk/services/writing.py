"""Small pieces of writing: addresses as people type them, forwarded talk as text, a message taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from email.utils import getaddresses

from csdesk.domain.composed import unpacked
from csdesk.domain.conversation import Draft, Message
from csdesk.domain.mail import Address
from csdesk.domain.outbox import OutboxRow
from csdesk.errors import Usage
from csdesk.i18n import _
from csdesk.store import Tx
from csdesk.text import clean_line, excerpt

_ADDRESS = re.compile(r"^[^\s@<>,;\"]+@[^\s@<>,;\"]+$")


def addresses(given: Sequence[str]) -> tuple[Address, ...]:
    """Addresses as typed ('Ana <ana@x.es>, b@y.de'). Raises Usage naming the one that is none."""
    found: list[Address] = []
    for text in given:
        for name, address in getaddresses([text.replace(";", ",")]):
            if not name and not address:
                continue
            if not _ADDRESS.match(address):
                raise Usage(_("{text!r} is not a mail address.").format(text=clean_line(text, limit=80)))
            found.append(Address(address.lower(), clean_line(name)))
    if given and not found and any(text.strip() for text in given):
        raise Usage(_("{text!r} is not a mail address.").format(text=clean_line(given[0], limit=80)))
    return tuple(found)


def receivers(given: str) -> tuple[Address, ...]:
    """To whom a new message goes, as typed. Raises Usage when that is nobody."""
    found = addresses([given])
    if not found:
        raise Usage(_("Say to which mail address this goes."), code="no_recipient")
    return found


def forwarded(messages: Sequence[Message]) -> str:
    """Public messages as one text, oldest first. Takes messages only: a note cannot come in here."""
    parts = []
    for message in messages:
        head = [
            "---------- " + _("Forwarded message") + " ----------",
            _("From: {sender}").format(sender=message.sender),
            _("Date: {date}").format(date=message.sent_at.strftime("%Y-%m-%d %H:%M UTC")),
            _("Subject: {subject}").format(subject=message.subject),
        ]
        if message.to:
            head.append(_("To: {to}").format(to=", ".join(str(a) for a in message.to)))
        parts.append("\n".join(head) + "\n\n" + message.visible_text)
    return "\n\n".join(parts)


def follow(tx: Tx, draft: Draft) -> Draft:
    """A draft for where its conversation's talk goes on: while it was written, that may have become part of another
    one. Words that were being written there stay above it."""
    root = tx.conversations.root(draft.conversation_id)
    if root == draft.conversation_id:
        return draft
    known = tx.drafts.get(root, draft.agent_id, draft.mode)
    kept = _above(known.text, draft.text) if known is not None else ""
    text = "\n\n".join(part for part in (kept, draft.text) if part.strip())
    return replace(draft, conversation_id=root, text=text, cursor=draft.cursor + len(text) - len(draft.text))


def _above(known: str, text: str) -> str:
    """What of a stored draft is not an earlier state of this text: all up to the paragraph where that begins."""
    parts = known.split("\n\n")
    for start in range(len(parts)):
        tail = "\n\n".join(parts[start:])
        if text.startswith(tail) or tail.startswith(text) or _alike(tail, text):
            return "\n\n".join(parts[:start])
    return known


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one[:2000], other[:2000]).ratio() > 0.6


def take_back(tx: Tx, row: OutboxRow, agent: int) -> Draft:
    """Cancel a queued row; what was written becomes the agent's draft, below a newer one if there is any."""
    written = tx.outbox.draft_of(row.id)
    tx.outbox.step(row.id, "cancelled", agent=agent)
    tx.messages.withdraw(row.message_id)
    if written.get("template") and row.agent is not None:
        tx.uses.count(str(written["template"]), tx.accounts.agent(row.agent).id, -1)
    shown = tx.messages.of_conversation(row.conversation_id)
    tx.conversations.set_preview(
        {row.conversation_id: (excerpt(shown[-1].visible_text) if shown else "", None)}
    )
    state = tx.conversations.state(row.conversation_id)
    if state.messages == 0:
        tx.conversations.change(row.conversation_id, "closed", {"status": "closed"}, agent=agent)
    draft = Draft(
        conversation_id=row.conversation_id,
        agent_id=agent,
        mode="reply",
        text=str(written.get("text", "")),
        rev=state.rev,
        updated_at=tx.now,
        cc=tuple(written.get("cc", ())),
        attachments=tuple(written.get("attachments", ())),
        template=str(written.get("template", "")),
        language=str(written.get("language", "")),
        translate=True if written.get("made") else None,
        made=unpacked(written.get("made")),
    )
    known = tx.drafts.get(row.conversation_id, agent, "reply")
    if known is not None:
        draft = replace(
            known,
            text="\n\n".join(part for part in (known.text, draft.text) if part.strip()),
            cc=tuple(dict.fromkeys((*known.cc, *draft.cc))),
            attachments=tuple(dict.fromkeys((*known.attachments, *draft.attachments))),
            updated_at=tx.now,
        )
    tx.drafts.put(draft)
    return draft
