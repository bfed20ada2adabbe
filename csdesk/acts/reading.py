"""Reading a conversation: its messages, what is new, what is folded."""

from __future__ import annotations

from csdesk.acts import checks
from csdesk.acts.state import DESK, PANES, Action
from csdesk.i18n import _


# fmt: off
def actions() -> tuple[Action, ...]:
    """Reading a conversation: its messages, what is new, what is folded."""
    group = _("Read")
    return (
        Action("thread.next", ("}",), _("next message"), _("To the next message of the conversation"), group, PANES,
               checks.opened),
        Action("thread.before", ("{",), _("message before"), _("To the message before"), group, PANES, checks.opened),
        Action("thread.unread", ("l",), _("next unread"),
               _("To my next new message, then to the next unread conversation"), group, DESK,
               checks.ready),
        Action("thread.quotes", ("q",), _("quotes"),
               _("Unfold quotes, signatures and warnings in steps, or fold"),
               group, PANES, checks.has_quotes),
        Action("thread.translation", ("o",), _("original"),
               _("Show the translation, both texts, or the original alone"), group, PANES,
               checks.translated),
        Action("thread.fold", ("h",), _("fold"), _("Fold this message to one line, or open it"), group, PANES,
               checks.opened),
        Action("thread.find", ("\\",), _("find"), _("Find words in this conversation"), group, DESK, checks.opened),
        Action("thread.find_next", ("enter", "f3"), _("next hit"), _("To the next hit of what was looked for"), group,
               frozenset({"thread"}), checks.opened),
        Action("thread.find_before", ("backspace",), _("hit before"), _("To the hit before"), group,
               frozenset({"thread"}), checks.opened),
        Action("thread.links", ("J",), _("links"), _("The links of this conversation and where they lead"), group, DESK,
               checks.opened),
        Action("thread.copy", ("Y",), _("copy"),
               _("Copy the message, order number or address to the clipboard"), group,
               DESK, checks.opened),
        Action("thread.file", ("B",), _("look into file"), _("Look into an attachment without opening it"), group, DESK,
               checks.has_attachments),
        Action("thread.export", ("ctrl+e",), _("export"),
               _("Save the conversation as text, web page, mailbox or JSON"), group, DESK, checks.opened),
        Action("thread.fold_all", ("H",), _("fold all"), _("Fold every message to one line, or open all"), group, PANES,
               checks.opened),
    )
# fmt: on
