"""What is doubtful about a reply before it goes: its facts gathered for the rules of domain/before.py.

What stops is overridden by whoever read the reason; the caller asks. Reads only.
"""

from __future__ import annotations

from functools import cached_property

from csdesk.domain.before import STOPS, Finding, Reply, findings, guess
from csdesk.domain.composed import Composed, doubts
from csdesk.domain.lexicon import Market, chosen
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.paths import config_file
from csdesk.services import lexicon
from csdesk.services.context import Context
from csdesk.services.orders import linked
from csdesk.services.tongue import spoken
from csdesk.services.writing import addresses
from csdesk.text import clean


class Before:
    """Looks at replies. Safe to use from several threads; takes some milliseconds, so never on the screen's own."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    @cached_property
    def loaded(self) -> lexicon.Loaded:
        """The markets' words: the desk's, and over them own ones in the folder `lexicon` beside the config file."""
        folder = (self.context.config.source or config_file()).parent / "lexicon"
        return lexicon.load(lexicon.FOLDER, folder)

    @property
    def markets(self) -> tuple[Market, ...]:
        """All markets that are told about."""
        return self.loaded.markets

    def findings(
        self,
        conversation: int,
        text: str,
        *,
        language: str = "",
        chosen_language: bool = False,
        own: str = "",
        made: Composed | None = None,
    ) -> tuple[Finding, ...]:
        """All doubts about a reply, what stops first. `language` is the one it is meant to be in;
        `chosen_language` says that the person named it; `own` is what the agent wrote when the text is its
        translation. With `made` that translation is looked at, whatever `text` is. Raises NotFound."""
        text = clean(text)
        if made is not None:
            text, own, language = made.text, own or made.own, made.target_language
        with self.store.read() as tx:
            thread = tx.inbox.thread(tx.conversations.root(conversation), ())
            last = tx.messages.last_asked(thread.id)
            customer = tx.customers.card(thread.customer_id)
            orders = tuple(link.order for link in linked(tx, thread.id) if link.state == "linked")
            theirs = spoken(tx, thread, last)
            terms = tx.terms.all(made.source_language, made.target_language) if made is not None else ()
        said = last.visible_text if last else ""
        written = guess(text) or language or theirs
        entries = chosen(self.markets, customer.country.upper(), written.partition("-")[0])
        names = (customer.name, thread.who, self.context.agent.name)
        found = findings(Reply(text, language, theirs, chosen_language, own, said, orders, entries, names))
        return found if made is None else _together(found, doubts(made, terms))

    def first(
        self,
        to: str,
        text: str,
        *,
        language: str = "",
        chosen_language: bool = False,
        made: Composed | None = None,
    ) -> tuple[Finding, ...]:
        """The same for a message to somebody at an address, who may never have written. Raises Usage for what
        is no address."""
        text, own = clean(text), ""
        if made is not None:
            text, own, language = made.text, made.own, made.target_language
        address = next((one.address for one in addresses([to])), "")
        with self.store.read() as tx:
            known = tx.customers.by_values("mail", [address]).get(address)
            customer = tx.customers.card(known) if known is not None else None
            terms = tx.terms.all(made.source_language, made.target_language) if made is not None else ()
        theirs = language if chosen_language else customer.language if customer else ""
        written = guess(text) or language or theirs
        country = customer.country.upper() if customer else ""
        entries = chosen(self.markets, country, written.partition("-")[0])
        names = (customer.name if customer else "", self.context.agent.name)
        found = findings(Reply(text, language, theirs, False, own, entries=entries, names=names))
        return found if made is None else _together(found, doubts(made, terms))


def _together(found: tuple[Finding, ...], more: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Both, what stops first; what is said of a number already is not said again of its sentence."""
    told = [one.sentence for one in found if one.code in ("new_number", "lost_number")]
    numbers = any(told)
    fresh = [one for one in more if not (numbers and one.code == "unverified" and _said(one, told))]
    return tuple(sorted((*found, *fresh), key=lambda one: (one.level != STOPS, one.start, one.end)))


def _said(one: Finding, told: list[str]) -> bool:
    """Whether every piece that a finding names is named by the others."""
    pieces = one.sentence.rpartition(": ")[2].rstrip(".").split(", ")
    return all(any(piece in sentence for sentence in told) for piece in pieces)


def stop(found: tuple[Finding, ...]) -> None:
    """Raises Refused (code 'doubtful') with the reasons when something in there stops."""
    reasons = [one.sentence for one in found if one.level == STOPS]
    if reasons:
        words = _("Not sent: {reasons} Change it, or send it all the same with --anyway.")
        raise Refused(words.format(reasons=" ".join(reasons[:3])), code="doubtful")
