"""A reply in the customer's language by command: made, and shown before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.errors import NotFound, Refused
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.domain.composed import Composed, Way


def composed(
    call: Call, conversation: int, text: str, kept: Composed | None = None, template_language: str = ""
) -> Composed:
    """The text in the language of --lang, else in the customer's. What is `kept` of a draft is taken, sentence by
    sentence, where it is still that text. Raises Refused where nothing can be translated, NotFound without a model."""
    from csdesk.text import clean

    wanted = _named(call)
    if kept is not None and kept.own == clean(text) and wanted in ("", kept.target_language):
        return kept
    way = call.desk.composing.way(conversation, wanted or (kept.target_language if kept else ""), text)
    _check(way)
    known = kept.known() if kept is not None and kept.target_language == way.target else {}
    return call.desk.composing.compose(
        conversation, text, way, known=known, template_language=template_language
    )


def composed_to(call: Call, address: str, text: str, template_language: str = "") -> Composed:
    """The same for a message to an address."""
    way = call.desk.composing.way_to(address, _named(call), text)
    _check(way)
    return call.desk.composing.compose(None, text, way, template_language=template_language)


def _named(call: Call) -> str:
    """The language of --lang, unless it is that of a template."""
    return str(call.args.lang) if getattr(call.args, "template", None) is None else ""


def _check(way: Way) -> None:
    if way.hint:
        raise NotFound(way.hint, code="no_model")
    if not way.open:
        words = _("It is not known in which language this customer is answered; name it with --lang.")
        raise Refused(words, code="no_language")


def show_composed(call: Call, made: Composed) -> None:
    """The translation for a person who looks: what would be sent, and what of it is doubtful."""
    if call.out.json:
        return
    for line in made.text.split("\n"):
        call.out.say(line)
    if made.demo:
        call.out.warn(_("By small demonstration models, not for production."))
    for at in made.doubtful:
        one = made.sentences[at]
        pieces = ", ".join((*one.missing, *one.added)) or ", ".join(one.flags)
        call.out.warn(_("doubtful: {sentence} ({pieces})").format(sentence=one.text, pieces=pieces))
