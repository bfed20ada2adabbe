"""What goes along with a reply: whom one may want in copy, how much fits, and which signature stands below."""

from __future__ import annotations

from collections.abc import Sequence

from csdesk.domain.conversation import Thread
from csdesk.domain.limits import LIMITS, MB, Limit
from csdesk.domain.mail import Address, Part
from csdesk.domain.people import Account, Known
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.mail.relays import market_of
from csdesk.store import Tx

MOST = 60


def known_addresses(tx: Tx, thread: Thread) -> tuple[Known, ...]:
    """Addresses that a copy may go to, the likeliest first, each once: others of this customer, who was in this
    conversation, our own mailboxes and colleagues at them, and who got copies lately. Who gets the reply anyway is
    left out by whoever asks."""
    accounts = tx.accounts.all()
    own = {one.address.lower() for one in accounts}
    domains = {one.rpartition("@")[2] for one in own} - {""}
    found: dict[str, Known] = {}

    def add(address: Address, why: str) -> None:
        value = address.address.lower()
        if value and "@" in value and value not in found and value != thread.account_address.lower():
            found[value] = Known(value, address.name, why)

    for identity in tx.customers.identities(thread.customer_id):
        if identity.channel == "mail":
            add(Address(identity.value, identity.name), "customer")
    for message in reversed(thread.messages):
        for person in (message.sender, *message.to, *message.cc):
            at_home = person.address.lower().rpartition("@")[2] in domains
            add(person, "colleague" if at_home else "conversation")
    for account in accounts:
        add(Address(account.address, account.display_name), "colleague")
    for person in tx.messages.copied():
        at_home = person.address.lower().rpartition("@")[2] in domains
        add(person, "colleague" if at_home else "before")
    return tuple(found.values())[:MOST]


def holds(thread: Thread) -> Limit:
    """How much a message may hold in a conversation: as much as a mail, or as the marketplace behind whose address
    the customer is takes."""
    asked = [one for one in thread.messages if one.direction == "in"]
    market = market_of(asked[-1].sender.address) if asked else None
    return LIMITS.get(market or "mail", LIMITS["mail"])


def room(thread: Thread) -> Limit:
    """How much may be attached in a conversation; a mail server's usual measure where the marketplace has none."""
    found = holds(thread)
    return found if found.file_bytes else LIMITS["mail"]


def fits(parts: Sequence[Part], limit: Limit) -> None:
    """Raises Refused when a channel takes fewer files or less of them."""
    total = sum(len(part.data) for part in parts)
    if limit.file_bytes and total > limit.file_bytes:
        words = _("The attachments are larger than the {limit} MB that {channel} takes.")
        raise Refused(words.format(limit=limit.file_bytes // MB, channel=limit.channel), code="attachment")
    if limit.files and len(parts) > limit.files:
        words = _("There are more attachments than the {limit} that {channel} takes.")
        raise Refused(words.format(limit=limit.files, channel=limit.channel), code="attachment")


def signature(account: Account, language: str, agent: str) -> str:
    """What stands under a message of an account in a language: the account's own for that language, or for its base
    ('pt' for 'pt-BR'), else the one for all. '{agent}' in it is who answers."""
    base = language.partition("-")[0]
    for code in (language, base):
        if code and (text := account.settings.get(f"signature_{code}", "")):
            break
    else:
        text = account.signature
    return text.replace("{agent}", agent or account.display_name)
