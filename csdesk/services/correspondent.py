"""Whose mail this is: the customer's side of it as an identity. Pure, over a parsed mail.

A marketplace's relay writes in many buyers' names from few addresses, so there the alias it gives a buyer is the
identity, not the address on the envelope.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from csdesk.domain.mail import ParsedMail
from csdesk.mail.relays import relay_of


@dataclass(frozen=True, slots=True)
class Person:
    """One identity as a mail shows it. `channel` is 'mail' or a market, `value` normalised."""

    channel: str
    value: str
    name: str


def shop_wrote(mail: ParsedMail, own: Collection[str]) -> bool:
    """Whether the shop wrote it. A contact form writes in the shop's name to the shop: that is a customer."""
    people = (*mail.to, *mail.cc)
    return mail.sender.address in own and any(a.address not in own for a in people)


def other_side(mail: ParsedMail, outbound: bool, own: Collection[str]) -> Person:
    """The customer's side: the sender, the buyer behind a relay, or whom the shop wrote to."""
    if outbound:
        for address in (*mail.to, *mail.cc):
            if address.address not in own:
                return Person("mail", address.address, address.name)
        return Person("mail", mail.sender.address, mail.sender.name)
    if mail.sender.address in own and mail.reply_to:
        return Person("mail", mail.reply_to[0].address, mail.reply_to[0].name or mail.sender.name)
    relay = relay_of(mail)
    if relay is not None and relay.alias:
        # An alias that is an address can also be written to, and is what orders carry: one identity for both.
        channel = "mail" if "@" in relay.alias else relay.market
        return Person(
            channel,
            relay.alias.lower() if channel == "mail" else relay.alias,
            relay.buyer or mail.sender.name,
        )
    return Person("mail", mail.sender.address or "unknown@invalid", mail.sender.name)
