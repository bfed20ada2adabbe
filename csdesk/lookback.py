"""What an agent did and what was missed, in words: the same on the screen and from a command. Knows neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.acts.checks import status_word
from csdesk.i18n import _, ngettext, pgettext

if TYPE_CHECKING:
    from csdesk.domain.activity import Act, Away, Missed


def act_word(kind: str) -> str:
    """The word for an act."""
    words = {
        "assigned": _("assigned"),
        "snoozed": _("snoozed"),
        "closed": _("closed"),
        "reopened": _("reopened"),
        "spammed": _("marked as spam"),
        "tagged": _("tagged"),
        "language": _("language chosen"),
        "unread": _("marked unread"),
        "read": _("marked read"),
        "merged_away": _("merged"),
        "split": _("took apart"),
        "queued": _("answered"),
        "forwarded": _("forwarded"),
        "note": _("wrote a note"),
        "draft_discarded": _("threw away draft"),
        "undone": _("took back"),
        "customer_edited": _("edited customer"),
        "customer_merged": _("merged customers"),
    }
    return words.get(kind, kind)


def many(act: Act) -> str:
    """On how many conversations an act was, where it was on more than one; else ''."""
    if act.conversation is not None:
        return ""
    return ngettext("{n} conversation chosen", "{n} conversations chosen", act.count).format(n=act.count)


def away_words(away: Away) -> str:
    """The figures of a look back in one line; what is nothing is left out."""
    parts = []
    if away.messages:
        parts.append(ngettext("{n} message", "{n} messages", away.messages).format(n=away.messages))
    if away.fresh:
        parts.append(_("{n} new").format(n=away.fresh))
    if away.answered:
        parts.append(_("{n} answered by others").format(n=away.answered))
    if away.closed:
        parts.append(_("{n} closed by others").format(n=away.closed))
    if away.trouble:
        parts.append(_("{n} not delivered").format(n=away.trouble))
    return pgettext("list", ", ").join(parts)


def missed_word(one: Missed) -> str:
    """What happened in a conversation, what matters most first."""
    parts = []
    if one.kinds & {"send_failed", "bounced"}:
        parts.append(_("not delivered"))
    if "send_uncertain" in one.kinds:
        parts.append(_("may have been sent"))
    if one.messages:
        parts.append(ngettext("{n} message", "{n} messages", one.messages).format(n=one.messages))
    if one.mine:
        parts.append(_("yours"))
    if "queued" in one.kinds:
        parts.append(_("answered"))
    if one.status != "open":
        parts.append(status_word(one.status))
    return pgettext("list", ", ").join(parts) or _("changed")
