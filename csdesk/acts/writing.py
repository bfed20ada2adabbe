"""Writing: replies, notes, templates, sending."""

from __future__ import annotations

from csdesk.acts import checks
from csdesk.acts.state import DESK, Action
from csdesk.i18n import _


# fmt: off
def actions() -> tuple[Action, ...]:
    """Writing: replies, notes, templates, sending."""
    group = _("Write")
    composer = frozenset({"composer"})
    return (
        Action("write.reply", ("r",), _("reply"), _("Write to the customer"), group, DESK, checks.target),
        Action("reply.all", ("R",), _("reply to all"), _("Write to the customer and everyone who got the mail"),
               group, DESK, checks.target),
        Action("write.note", ("n",), _("note"), _("Write an internal note; it never leaves"),
               group, DESK, checks.target),
        Action("write.template", ("/",), _("template"), _("Choose a reply template"), group, DESK, checks.target),
        Action("write.send", ("ctrl+s",), _("send"), _("Send it, or keep the note; then the next that waits"),
               group, composer, checks.may_send),
        Action("write.send_stay", ("ctrl+o",), _("send and stay"), _("Send it and stay in the conversation"), group,
               composer, checks.may_send),
        Action("write.later", ("ctrl+n",), _("send later"), _("Send it at a time of your choice"), group, composer,
               checks.may_send_reply),
        Action("write.quote", ("ctrl+r",), _("quote"), _("Let the customer's last words stand below it, or not"),
               group, composer, checks.replying),
        Action("write.insert", ("ctrl+t",), _("template"), _("Put a template in at the cursor"), group, composer,
               checks.replying),
        Action("write.cc", ("ctrl+l",), _("cc"), _("Who else gets it"), group, composer, checks.replying),
        Action("write.attach", ("ctrl+g",), _("attach"), _("Attach files"), group, composer, checks.replying),
        Action("write.outside", ("f2",), _("in your editor"), _("Write on in the editor of EDITOR or config.toml"),
               group, composer, checks.writing),
        Action("write.complete", ("f3",), _("complete"),
               _("Complete the word from this customer, order and conversation"), group, composer, checks.writing),
        Action("write.spelling", ("f7",), _("spelling"),
               _("To the next wrong word, and what may have been meant"), group, composer, checks.writing),
        Action("write.fix", ("f8",), _("put right"), _("Put right what is doubtful in the reply, or go there"), group,
               composer, checks.replying),
        Action("write.translate", ("f4",), _("translate"),
               _("Write in your language, send in the customer's"), group, composer,
               checks.replying),
        Action("write.sentences", ("f6",), _("translation"),
               _("Go through the translation and change sentences"), group, composer,
               checks.replying),
        Action("write.leave", ("escape",), _("leave"), _("Leave; the draft is kept"), group, composer, checks.always),
        Action("write.discard", ("ctrl+delete", "ctrl+b"), _("discard"), _("Throw the draft away"), group, composer,
               checks.always),
        Action("send.undo", ("u",), _("undo send"), _("Take back a message before it leaves"),
               group, DESK, checks.sending),
        Action("write.new", ("c",), _("new"), _("Write to somebody new"), group, DESK, checks.ready),
        Action("write.forward", ("F",), _("forward"), _("Forward the conversation, its notes left out"), group,
               DESK, checks.target),
    )
# fmt: on
