"""Places to go to and the desk itself."""

from __future__ import annotations

from csdesk.acts import checks
from csdesk.acts.state import ANYWHERE, DESK, PANES, Action
from csdesk.i18n import _, pgettext


# fmt: off
def actions() -> tuple[Action, ...]:
    """Places to go to and the desk itself."""
    group = _("Places")
    return (
        Action("place.search", ("S", "ctrl+f"), _("search"), _("Search messages, customers, orders"), group, PANES,
               checks.ready),
        Action("place.customer", ("C",), _("customer"), _("All of this customer: facts, conversations, orders"), group,
               DESK, checks.target),
        Action("place.customers", ("P",), _("customers"), _("Who wrote last, whom I looked at, who may be one person"),
               group, PANES, checks.ready),
        Action("place.outbox", ("x",), _("outbox"), _("What waits, failed or may have been sent"), group, PANES,
               checks.ready),
        Action("place.accounts", ("X",), _("accounts"), _("How the accounts are"), group, PANES, checks.ready),
        Action("place.activity", ("Z",), _("my acts"), _("What I did, and taking one of it back"), group, PANES,
               checks.ready),
        Action("place.away", ("W",), _("while away"), _("What happened since I last did something"), group, PANES,
               checks.ready),
        Action("place.drafts", ("ctrl+b",), pgettext("place", "drafts"),
               _("What I am writing, and what was thrown away"), group, PANES, checks.ready),
        Action("place.to_write", ("f6", "' n"), _("to notify"),
               _("Customers to be told something before they ask"), group, PANES, checks.ready),
        Action("place.models", ("f7", "' t"), _("models"),
               _("Models for translation: what is here, what customers need"), group, PANES, checks.ready),
        Action("place.troubles", ("f10", "' e"), _("exceptions"),
               _("Orders and parcels in trouble, the most urgent first"), group, PANES, checks.ready),
        Action("place.import", ("f8", "' i"), _("import orders"),
               _("Take in a file of orders or parcels: CSV, XLSX or JSON lines"), group, PANES, checks.ready),
        Action("place.notices", ("L",), _("notices"), _("What the lowest line said, to read again"), group, PANES,
               checks.always),
        Action("place.templates", ("ctrl+t",), _("templates"), _("Read, write and copy reply templates"), group, PANES,
               checks.ready),
        Action("place.theme", ("T",), _("colours"), _("Choose the colours"), group, PANES, checks.always),
        Action("place.keys", ("K",), _("keys"), _("Choose a set of keys and change single ones"), group, PANES,
               checks.always),
        Action("look.density", ("ctrl+d",), _("density"), _("One line a conversation in the queue, or two"), group,
               PANES, checks.always),
        Action("look.wider", (">",), _("wider"), _("More room for this pane"), group, PANES, checks.always),
        Action("look.narrower", ("<",), _("narrower"), _("Less room for this pane"), group, PANES, checks.always),
        Action("look.even", ("=",), _("usual widths"), _("The panes as wide as they come"), group, PANES,
               checks.always),
        Action("place.command", (":",), _("command"), _("Say what is to be done: close, tag vip, goto 123"), group,
               PANES, checks.always),
        Action("place.palette", ("ctrl+p",), _("palette"), _("Find anything that can be done by its words"), group,
               PANES | {"composer"}, checks.always),
        Action("place.help", ("?", "f1"), _("help"), _("All keys and what the words mean"), group, PANES,
               checks.always),
        Action("place.quit", ("ctrl+q", "Q"), _("quit"), _("Leave the desk; drafts are kept"), group, ANYWHERE,
               checks.always),
    )
# fmt: on
