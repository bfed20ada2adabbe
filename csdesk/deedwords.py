"""Acts on conversations in words, the same on the screen and from a command. Knows neither."""

from __future__ import annotations

from csdesk.i18n import ngettext


def done(kind: str, n: int) -> str:
    """What was done to so many conversations."""
    words = {
        "assigned": ngettext("{n} conversation assigned.", "{n} conversations assigned.", n),
        "snoozed": ngettext("{n} conversation snoozed.", "{n} conversations snoozed.", n),
        "closed": ngettext("{n} conversation closed.", "{n} conversations closed.", n),
        "reopened": ngettext("{n} conversation reopened.", "{n} conversations reopened.", n),
        "spammed": ngettext("{n} conversation marked as spam.", "{n} conversations marked as spam.", n),
        "tagged": ngettext("Tags of {n} conversation changed.", "Tags of {n} conversations changed.", n),
        "read": ngettext("{n} conversation marked read.", "{n} conversations marked read.", n),
        "unread": ngettext("{n} conversation marked unread.", "{n} conversations marked unread.", n),
    }
    return words[kind].format(n=n)


def asked(kind: str, n: int) -> str:
    """The question before it is done to so many conversations."""
    words = {
        "assigned": ngettext("Assign {n} conversation?", "Assign {n} conversations?", n),
        "snoozed": ngettext("Snooze {n} conversation?", "Snooze {n} conversations?", n),
        "closed": ngettext("Close {n} conversation?", "Close {n} conversations?", n),
        "reopened": ngettext("Reopen {n} conversation?", "Reopen {n} conversations?", n),
        "spammed": ngettext("Mark {n} conversation as spam?", "Mark {n} conversations as spam?", n),
        "tagged": ngettext(
            "Change the tags of {n} conversation?", "Change the tags of {n} conversations?", n
        ),
        "read": ngettext("Mark {n} conversation read?", "Mark {n} conversations read?", n),
        "unread": ngettext("Mark {n} conversation unread?", "Mark {n} conversations unread?", n),
    }
    return words[kind].format(n=n)


def unchanged(n: int) -> str:
    """How many of those chosen were so already; '' for none."""
    if n <= 0:
        return ""
    return ngettext("{n} was so already.", "{n} were so already.", n).format(n=n)
