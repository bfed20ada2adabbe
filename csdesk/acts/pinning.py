"""Two conversations side by side: one is pinned and read while the desk goes on with another."""

from __future__ import annotations

from csdesk.acts import checks
from csdesk.acts.state import PANES, PINNED, Action
from csdesk.i18n import _


# fmt: off
def actions() -> tuple[Action, ...]:
    """Two conversations side by side."""
    group = _("Side by side")
    return (
        Action("pin.toggle", ("|",), _("pin"), _("Pin this conversation beside the others, or let it go again"), group,
               PANES, checks.may_pin),
        Action("pin.swap", ("&",), _("swap"), _("The pinned and the open conversation change places"), group, PANES,
               checks.may_swap),
        Action("pin.open", ("enter",), _("open"), _("Open the pinned conversation, which is no longer pinned then"),
               group, PINNED, checks.pinned),
        Action("pin.leave", ("escape",), _("unpin"), _("Let the pinned conversation go"), group, PINNED, checks.pinned),
    )
# fmt: on
