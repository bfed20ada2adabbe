"""Going straight to a view of the queue."""

from __future__ import annotations

from csdesk.acts import checks
from csdesk.acts.state import PANES, Action
from csdesk.i18n import _, pgettext


# fmt: off
def actions() -> tuple[Action, ...]:
    """Going straight to a view of the queue."""
    group = _("Go to")
    views = (
        ("open", "' o", _("open ones"), _("All that is not done")),
        ("mine", "' m", _("mine"), _("What is mine")),
        ("unassigned", "' u", _("unassigned"), _("What nobody has")),
        ("waiting", "' w", _("waiting"), _("Where a customer waits for us")),
        ("snoozed", "' s", _("snoozed ones"), _("What was put away until a time")),
        ("closed", "' c", _("closed ones"), _("What is closed")),
        ("failed", "' f", _("failed ones"), _("Where something could not be sent or came back")),
        ("drafts", "' d", pgettext("view", "drafts"), _("What you are writing")),
        ("spam", "' x", _("spam ones"), _("What is spam")),
        ("lists", "' l", _("lists"), _("Newsletters and mailing lists")),
        ("all", "' a", _("everything"), _("All conversations, newest first")),
    )
    own = (
        Action("view.sort", ("^",), pgettext("sort", "order"),
               _("Choose the order of this view; it is kept for the view"), group, PANES, checks.ready),
        Action("view.save", ("+",), _("save view"), _("Save this filter as a view of its own"), group, PANES,
               checks.filtered),
        Action("view.drop", ("-",), _("forget view"), _("Forget a saved view; its conversations stay"), group, PANES,
               checks.saved),
    )
    return own + tuple(
        Action(f"go.{view}", (key,), label, help, group, PANES, checks.ready) for view, key, label, help in views
    )
# fmt: on
