"""Triage: whose it is, when it comes back, what it is about."""

from __future__ import annotations

from csdesk.acts import checks
from csdesk.acts.state import DESK, Action
from csdesk.i18n import _


# fmt: off
def actions() -> tuple[Action, ...]:
    """Triage: whose it is, when it comes back, what it is about."""
    group = _("Triage")
    rows = frozenset({"queue"})
    return (
        Action("queue.mine", ("a",), _("assign to me"), _("Take the conversation"), group, DESK, checks.not_mine),
        Action("queue.assign", ("@",), _("assign to"), _("Give it to an agent"), group, DESK, checks.target),
        Action("queue.unassign", ("A",), _("give back"), _("Take my name, or anybody's, off it"), group, DESK,
               checks.assigned),
        Action("queue.snooze", ("s",), _("snooze"), _("Put it away until a time"), group, DESK, checks.target),
        Action("queue.close", ("e",), _("close"), _("Close it; a new message opens it again"), group, DESK,
               checks.unless("closed", "merged")),
        Action("queue.reopen", ("E",), _("reopen"), _("Put it back into the open ones"), group, DESK, checks.is_shut),
        Action("queue.tag", ("t",), _("tag"), _("Add and remove tags: vip -late"), group, DESK, checks.target),
        Action("queue.spam", ("!",), _("spam"), _("Mark it as spam"), group, DESK, checks.unless("spam")),
        Action("queue.unread", ("m",), _("unread"), _("Mark it unread"), group, DESK, checks.target),
        Action("queue.read", ("i",), _("read"), _("Mark it read"), group, DESK, checks.target),
        Action("queue.language", ("f9",), _("language"), _("Choose the language in which the customer is answered"),
               group, DESK | {"composer"}, checks.target),
        Action("queue.merge", ("M",), _("merge"), _("Merge it into another conversation"), group, DESK, checks.target),
        Action("queue.split", ("alt+m",), _("take apart"), _("Take apart what was merged into it"), group, DESK,
               checks.target),
        Action("queue.undo", ("z",), _("undo"), _("Take back what you did last"), group, DESK, checks.ready),
        Action("queue.repeat", (".",), _("again"), _("Do the last of these acts again, here"), group, DESK,
               checks.repeats),
        Action("mark.row", (",",), _("mark"), _("Mark the conversation, or take its mark away"), group, rows,
               checks.target),
        Action("mark.range", ("V",), _("mark range"), _("Mark all from the last mark to here"), group, rows,
               checks.target),
        Action("mark.all", ("*",), _("mark all"), _("Mark all of this view and filter, also those further down"),
               group, rows, checks.ready),
        Action("mark.invert", ("I",), _("invert marks"),
               _("Mark what is not marked in this view, unmark what is"), group, rows, checks.ready),
        Action("mark.none", ("U",), _("no marks"), _("Take all marks away"), group, rows, checks.marked),
    )
# fmt: on
