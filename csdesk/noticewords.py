"""Notices in words: the same on the screen and from a command. Knows neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.domain.notices import Proposal


def rule_word(name: str) -> str:
    """What a notice is about."""
    words = {
        "payment_review": _("payment being checked"),
        "before_dispatch": _("address and tax number"),
        "on_the_way": _("news on the way"),
        "extend": _("protection extended"),
        "confirm_receipt": _("arrived, confirm it"),
        "review": _("an honest review"),
    }
    return words.get(name, name)


def event_word(name: str) -> str:
    """What a rule's days are counted from."""
    words = {
        "placed": _("the order"),
        "dispatched": _("the dispatch"),
        "delivered": _("the delivery"),
        "protection_ends": _("the end of the protection"),
    }
    return words.get(name, name)


def blocked_word(proposal: Proposal) -> str:
    """Why a notice that is due is not proposed, as a sentence; '' when nothing is in the way."""
    if proposal.blocked == "policy" and proposal.policy is not None:
        words = (
            _("{market} does not let sellers write this unasked.")
            if proposal.policy.verified
            else _("What {market} lets sellers write unasked is not verified, so nothing is written there.")
        )
        return words.format(market=proposal.policy.channel.capitalize())
    reasons = {
        "opted_out": _("This customer does not want notices (tag no-notices)."),
        "waits": _("The customer waits for an answer; write that instead."),
        "talking": _("You were just talking with this customer; a review is asked for later."),
        "relay": _("This market's address takes mails only in a conversation that the buyer began."),
        "nobody": _("No address of the customer is known."),
    }
    return reasons.get(proposal.blocked, "")
