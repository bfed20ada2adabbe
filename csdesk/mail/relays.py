"""Mails that a marketplace passes on for a buyer: which market, which buyer, which order. Knows no store.

Sources. Amazon: seller help 200389080 and 200383320 (an anonymised address per buyer and seller that stays the same;
addresses at marketplace.amazon.*), order numbers 3-7-7 digits. eBay: addresses at members.ebay.* stand for one member;
order numbers NN-NNNNN-NNNNN, item numbers of 12 digits. Etsy: messages come from conversations@mail.etsy.com or
no-reply@account.etsy.com (help 'Etsy's addresses'), so that address is nobody's: the buyer is told by the frame or the
number in the conversation's link; orders have receipt numbers of 9 to 11 digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from csdesk.domain.mail import ParsedMail
from csdesk.text import clean_line

_ENDING = r"(?:[a-z]{2,3})(?:\.[a-z]{2})?"
_MARKETS = (
    ("amazon", re.compile(rf"@(?:[a-z0-9-]+\.)?marketplace\.amazon\.{_ENDING}$")),
    (
        "ebay",
        re.compile(
            rf"@(?:members|reply|rover|msg)\.ebay\.{_ENDING}$|^(?:ebay|member)[\w.+-]*@ebay\.{_ENDING}$"
        ),
    ),
    ("etsy", re.compile(r"@(?:[a-z0-9-]+\.){0,2}etsy\.com$")),
)
_NOBODY = re.compile(
    r"^(?:do-?not-?reply|no-?reply|donotreply|conversations?|transaction|ebay|member|auto-?confirm|[a-z-]*notification)s?@"
)
_AMAZON_ORDER = re.compile(r"(?<![\d-])(\d{3}-\d{7}-\d{7})(?![\d-])")
_EBAY_ORDER = re.compile(r"(?<![\d-])(\d{2}-\d{5}-\d{5})(?![\d-])")
_ETSY_ORDER = re.compile(
    r"(?:order|receipt|bestellung|commande|pedido|ordine|bestelling|zamówienie|ご?注文|订单)\s*(?:number|id|nr\.?|no\.?|n[°º])?"
    r"\s*[:：]?\s*#?\s*(\d{9,11})(?!\d)|etsy\.com/(?:your/)?(?:orders|purchases)/(?:sold/)?(\d{9,11})(?!\d)",
    re.IGNORECASE,
)
_ETSY_TALK = re.compile(r"etsy\.com/(?:[a-z]{2}/)?(?:conversations|messages)/(\d{5,15})", re.IGNORECASE)
_AMAZON_NAME = re.compile(
    r"\s*[-–|(]\s*(?:via\s+)?Amazon(?:\s+Marketplace|\.[a-z.]+)?.*$|\s+via Amazon.*$", re.IGNORECASE
)
_EBAY_NEWS = "New message from|Neue Nachricht von|Nouveau message de|Nuovo messaggio da|Nuevo mensaje de"
_NAMES = {
    "amazon": (
        re.compile(
            r"(?:received a message from|message from the Amazon buyer|Nachricht von|message de|mensaje de)\s+"
            r"([^\n.,:]{2,60}?)(?:\s+-\s|[.,:\n]|$)"
        ),
    ),
    "ebay": (
        re.compile(rf"^(?:{_EBAY_NEWS})\s*:?\s*([\w.*\-]{{2,64}})", re.MULTILINE),
        re.compile(
            r"^(\S{2,64}) (?:has sent you a question|sent (?:you )?a message|hat Ihnen eine (?:Frage|Nachricht))",
            re.MULTILINE,
        ),
    ),
    "etsy": (
        re.compile(
            r"(?:New message from|Etsy Conversation with|Neue Nachricht von|Nouveau message de)\s+"
            r"([^\n]{2,60})$",
            re.MULTILINE,
        ),
        re.compile(
            r"(?:^|, )([^\n,]{2,60}?)\s+(?:sent you a message|needs help with an order)", re.MULTILINE
        ),
    ),
}
"""The names in what the market writes around the words, in the subject or the beginning of the text."""
_LOOKED_AT = 4000


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail that came through a market. `alias` is the key of this buyer there, '' when the mail names none;
    `orders` the order numbers found, in the order found; `buyer` the name or nick the frame tells, or ''.
    `answerable`: whether a mail to the sender's address reaches the buyer."""

    market: str
    alias: str
    orders: tuple[str, ...] = ()
    buyer: str = ""
    answerable: bool = True


def market_of(address: str) -> str | None:
    """'amazon', 'ebay' or 'etsy' for an address of their mail, else None."""
    address = address.lower()
    for market, pattern in _MARKETS:
        if market in address and pattern.search(address):
            return market
    return None


def relay_of(mail: ParsedMail) -> Relay | None:
    """What the market tells of this mail's buyer; None for mail that came straight."""
    market = market_of(mail.sender.address)
    if market is None:
        return None
    nobody = _NOBODY.match(mail.sender.address) is not None
    answer = next((one.address for one in mail.reply_to if not _NOBODY.match(one.address)), "")
    alias = mail.sender.address if not nobody else answer if market_of(answer) == market else ""
    buyer = _buyer(market, mail)
    if not alias and market == "etsy":
        talk = _ETSY_TALK.search(mail.text[: 20 * _LOOKED_AT])
        alias = f"conversation:{talk[1]}" if talk else f"member:{buyer.casefold()}" if buyer else ""
    return Relay(market, alias, order_numbers(market, mail), buyer, answerable=bool(answer) or not nobody)


def order_numbers(market: str, mail: ParsedMail) -> tuple[str, ...]:
    """The market's order numbers in subject and text, each once, at most ten."""
    told = f"{mail.subject}\n{mail.text[: 20 * _LOOKED_AT]}"
    if market == "amazon":
        found = _AMAZON_ORDER.findall(told)
    elif market == "ebay":
        found = _EBAY_ORDER.findall(told)
    else:
        found = [one or other for one, other in _ETSY_ORDER.findall(told)]
    return tuple(dict.fromkeys(found))[:10]


def _buyer(market: str, mail: ParsedMail) -> str:
    """The name in the From field where the market puts it there, else the one the frame tells."""
    name = mail.sender.name
    if market == "amazon":
        name = _AMAZON_NAME.sub("", name)
        if name and not name.lower().startswith("amazon") and "@" not in name:
            return name
    for told in (mail.subject, mail.text[:_LOOKED_AT]):
        for pattern in _NAMES[market]:
            found = pattern.search(told)
            if found:
                return clean_line(found[1], limit=80).strip(" .,:")
    return ""
