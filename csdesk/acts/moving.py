"""Moving and reading: the queue, the panes, the conversation."""

from __future__ import annotations

from csdesk.acts import checks
from csdesk.acts.state import DESK, PANES, Action
from csdesk.i18n import _


# fmt: off
def actions() -> tuple[Action, ...]:
    """Moving and reading: the queue, the panes, the conversation."""
    group = _("Move and read")
    rows = frozenset({"queue"})
    return (
        Action("move.down", ("down", "j"), _("down"), _("Next conversation, or one line down"),
               group, PANES, checks.always),
        Action("move.up", ("up", "k"), _("up"), _("Previous conversation, or one line up"), group, PANES,
               checks.always),
        Action("move.page_down", ("pagedown", "space"), _("page"), _("A page down"), group, PANES, checks.always),
        Action("move.page_up", ("pageup",), _("page up"), _("A page up"), group, PANES, checks.always),
        Action("move.top", ("home", "g"), _("top"), _("To the first line"), group, PANES, checks.always),
        Action("move.bottom", ("end", "G"), _("end"), _("To the last line"), group, PANES, checks.always),
        Action("move.jump", (";",), _("jump"), _("A letter beside every place to go; typing it goes there"),
               group, PANES, checks.always),
        Action("trail.back", ("ctrl+o", "alt+left"), _("back"), _("Back to the conversation opened before"), group,
               DESK, checks.ready),
        Action("trail.forward", ("ctrl+y", "alt+right"), _("onward"), _("Forward again"), group, DESK, checks.ready),
        Action("queue.open", ("enter",), _("open"), _("Open the conversation"), group, rows, checks.target),
        Action("view.next", ("]",), _("next view"), _("Next view of the queue"), group, PANES, checks.ready),
        Action("view.before", ("[",), _("previous view"), _("Previous view of the queue"), group, PANES, checks.ready),
        Action("view.choose", ("v",), _("view"), _("Choose a view"), group, PANES, checks.ready),
        Action("queue.filter", ("f",), _("filter"), _("Filter the queue as you type"), group, PANES, checks.ready),
        Action("queue.refresh", ("ctrl+r", "f5"), _("refresh"), _("Sort the queue anew and show what came"), group,
               PANES, checks.ready),
        Action("queue.next", ("N",), _("next"), _("Open the next conversation that waits"), group, PANES, checks.ready),
        Action("pane.next", ("tab",), _("panes"), _("Next pane"), group, PANES | {"composer"}, checks.always),
        Action("pane.before", ("shift+tab",), _("previous pane"), _("Previous pane"), group, PANES | {"composer"},
               checks.always),
        Action("pane.queue", ("escape",), _("queue"), _("Back to the queue"), group, DESK | {"filter"}, checks.always),
        Action("pane.side", ("p",), _("side panel"), _("Show or hide the side panel"), group, PANES, checks.always),
        Action("thread.save", ("d",), _("save file"), _("Save an attachment"), group, DESK, checks.has_attachments),
        Action("thread.original", ("D",), _("original"), _("Save a message's original bytes as an .eml file"), group,
               DESK, checks.has_messages),
    )
# fmt: on
