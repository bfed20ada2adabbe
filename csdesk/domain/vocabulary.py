"""Words that a reply is likely to need: names, numbers and articles of this customer and order, and what was said.
Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from csdesk.domain.conversation import Thread
from csdesk.domain.customer import Customer
from csdesk.domain.orders import Order

_WORD = re.compile(r"[^\W_]+(?:[-'’/.][^\W_]+)*")
_TAIL = re.compile(r"[^\W_]+(?:[-'’/.#][^\W_]+)*[-'’/.]?$")
SHORTEST = 5
"""Words of the talk that are shorter are typed as quickly as completed."""
MOST = 400


def vocabulary(customer: Customer | None, orders: Iterable[Order], thread: Thread) -> tuple[str, ...]:
    """The likeliest first: facts of order and customer, then words of the conversation by how often they came."""
    facts: list[str] = []
    for order in orders:
        facts.append(order.number)
        for parcel in order.shipments:
            facts += [parcel.number, parcel.carrier]
        for item in order.items:
            facts += [item.sku, item.title]
        facts += [order.city, order.customer_name]
    if customer is not None:
        facts += [customer.name, *(one.name for one in customer.identities), *customer.name.split()]
    facts += [word for fact in tuple(facts) for word in _WORD.findall(fact) if len(word) >= SHORTEST]
    said = Counter(
        word
        for message in thread.messages
        for word in _WORD.findall(message.visible_text)
        if SHORTEST <= len(word) <= 40 and not _spaceless(word)
    )
    found = (*facts, *(word for word, _count in said.most_common(MOST)))
    return tuple(dict.fromkeys(one.strip() for one in found if one and len(one.strip()) > 1))[:MOST]


def begun(line: str) -> str:
    """The word at the end of a line that is being typed, '' where none is begun."""
    found = _TAIL.search(line)
    return found[0] if found else ""


def completions(word: str, words: Sequence[str]) -> tuple[str, ...]:
    """Words that begin with what was typed, the likeliest first. Three letters must stand there, two where one is a
    digit or the script puts no spaces between words; what is complete already is left out."""
    least = 2 if _spaceless(word) or any(char.isdigit() for char in word) else 3
    if len(word) < least:
        return ()
    start = word.casefold()
    return tuple(one for one in words if one.casefold().startswith(start) and len(one) > len(word))


def _spaceless(text: str) -> bool:
    return any("\u3041" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" for char in text)
