"""When an action is not available: each check gives None, or the reason as a sentence. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.i18n import _, pgettext

if TYPE_CHECKING:
    from csdesk.acts.state import Check, State


BESIDE = 140
"""Columns from which two conversations stand side by side."""


def always(state: State) -> str | None:
    """Nothing stands in the way."""
    return None


def ready(state: State) -> str | None:
    """The store is open."""
    return None if state.ready else _("The store is still being opened.")


def target(state: State) -> str | None:
    """There is a conversation to act on."""
    if reason := ready(state):
        return reason
    return None if state.target is not None else _("No conversation is chosen.")


def opened(state: State) -> str | None:
    """A conversation is open."""
    if reason := ready(state):
        return reason
    return None if state.opened else _("No conversation is open.")


def translated(state: State) -> str | None:
    """Something of the open conversation is translated."""
    if reason := opened(state):
        return reason
    return None if state.translated else _("Nothing in this conversation is translated.")


def marked(state: State) -> str | None:
    """Something is marked."""
    return None if state.marked else _("Nothing is marked.")


def filtered(state: State) -> str | None:
    """A filter is there to be saved."""
    return ready(state) or (None if state.filtered else _("Nothing is filtered here that could be saved."))


def saved(state: State) -> str | None:
    """A view was saved."""
    return None if state.saved else _("No view was saved yet.")


def repeats(state: State) -> str | None:
    """Something was done that can be done again."""
    if reason := target(state):
        return reason
    return None if state.repeats else _("Nothing was done yet that could be done again.")


def not_mine(state: State) -> str | None:
    """It is not yet the agent's own."""
    if state.marked:
        return None
    if (reason := target(state)) is None and state.assignee == state.agent:
        return _("It is yours already.")
    return reason


def assigned(state: State) -> str | None:
    """Somebody has it."""
    if state.marked:
        return None
    if (reason := target(state)) is None and state.assignee is None:
        return _("Nobody has it.")
    return reason


def unless(*statuses: str) -> Check:
    """A check: its status is none of these."""

    def check(state: State) -> str | None:
        if state.marked:
            return None
        if (reason := target(state)) is None and state.status in statuses:
            return _("It is {status} already.").format(status=status_word(state.status))
        return reason

    return check


def is_shut(state: State) -> str | None:
    """It is not open."""
    if state.marked:
        return None
    if (reason := target(state)) is None and state.status == "open":
        return _("It is open already.")
    return reason


def suggested(state: State) -> str | None:
    """An order is suggested."""
    if (reason := opened(state)) is None and not state.suggestions:
        return _("No order is suggested here.")
    return reason


def in_shop(state: State) -> str | None:
    """A linked order came from a shop that the desk is connected to."""
    if (reason := opened(state)) is None and not state.orders:
        return _("No order of a connected shop is linked here.")
    return reason


def parcel(state: State) -> str | None:
    """A parcel stands beside the conversation."""
    if (reason := opened(state)) is None and not state.parcels:
        return _("No parcel is known here.")
    return reason


def own_parcel(state: State) -> str | None:
    """A parcel of a linked order: what is only suggested may be somebody else's."""
    if (reason := parcel(state)) is None and not state.own_parcels:
        return _("The order is only suggested; confirm first that it is this customer's.")
    return reason


def has_attachments(state: State) -> str | None:
    """A message has an attachment."""
    if (reason := opened(state)) is None and not state.attachments:
        return _("No message here has an attachment.")
    return reason


def has_messages(state: State) -> str | None:
    """There is a message."""
    if (reason := opened(state)) is None and not state.messages:
        return _("No message is here yet.")
    return reason


def has_quotes(state: State) -> str | None:
    """Something is folded."""
    if (reason := opened(state)) is None and not state.quotes:
        return _("Nothing is folded here.")
    return reason


def sending(state: State) -> str | None:
    """A message can still be taken back."""
    return None if state.sending else _("Nothing is waiting to be sent that could be taken back.")


def may_send(state: State) -> str | None:
    """Something is written and nothing newer came."""
    if not state.composing:
        return _("Nothing is being written.")
    if state.stale:
        return _("A newer message came. Press escape to read it; your draft is kept.")
    return None


def may_send_reply(state: State) -> str | None:
    """A reply is written and nothing newer came."""
    return may_send(state) or replying(state)


def replying(state: State) -> str | None:
    """A reply is being written, no note."""
    if state.composing == "note":
        return _("A note has no recipients and no files.")
    return None if state.composing else _("Nothing is being written.")


def may_pin(state: State) -> str | None:
    """There is room, and a conversation, or one that is pinned and can be let go."""
    return _room(state) or (None if state.beside else target(state))


def pinned(state: State) -> str | None:
    """A conversation is pinned."""
    return None if state.beside else _("No conversation is pinned.")


def may_swap(state: State) -> str | None:
    """One is pinned and another is open."""
    return _room(state) or pinned(state) or (None if state.other else _("No other conversation is open."))


def _room(state: State) -> str | None:
    if state.columns >= BESIDE:
        return None
    if state.beside:
        words = _(
            "The pinned conversation is hidden until the terminal has {need} columns again; it has {n}."
        )
    else:
        words = _("Two conversations side by side need {need} columns; this terminal has {n}.")
    return words.format(need=BESIDE, n=state.columns)


def writing(state: State) -> str | None:
    """Something is being written."""
    return None if state.composing else _("Nothing is being written.")


def status_word(status: str) -> str:
    """The word for a conversation's status."""
    words = {
        "open": pgettext("status", "open"),
        "snoozed": _("snoozed"),
        "closed": _("closed"),
        "spam": _("spam"),
        "lists": _("list mail"),
        "merged": _("merged"),
    }
    return words.get(status, status)
