"""Whether a message asks where a parcel is, in ten languages, and which template answers what is known of it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csdesk.domain.orders import Order, OrderLink, Shipment, numbers_in

if TYPE_CHECKING:
    from csdesk.domain.conversation import Message
    from csdesk.domain.template import Rendered

IDENTITY = "identity_check"
"""What a stranger gets who quotes somebody's order: a question, and no fact."""
LOOKED_AT = 4000
SURE = 8
"""Signs of a parcel's number that no other number holds by chance."""

WORDS: dict[str, tuple[str, ...]] = {
    "en": (
        "where is my", "where's my", "wheres my", "where are my", "where is it", "not arrived", "hasn't arrived",
        "has not arrived", "hasn't come", "didn't arrive", "still waiting for my", "still not here",
        "when will it arrive",
        "when will it arrive",
        "when does it arrive", "when will i get", "track my", "tracking number", "tracking hasn't", "tracking doesn't",
        "status of my order", "status of my parcel", "any news about my", "any news on",
        "has it shipped", "has it been sent",
        "never arrived", "never received my", "not received my", "haven't received",
    ),
    "es": (
        "donde esta mi", "donde se encuentra mi", "no ha llegado", "no me ha llegado", "sigue sin llegar",
        "cuando llega",
        "cuando llegara", "numero de seguimiento", "estado de mi pedido", "estado del pedido", "no he recibido",
        "todavia no llega", "sigo esperando", "aun no llega", "rastrear",
    ),
    "de": (
        "wo ist mein", "wo bleibt mein", "wo bleibt die", "wo ist die bestellung", "nicht angekommen", "noch nicht da",
        "wann kommt", "sendungsnummer", "sendungsverfolgung", "stand meiner bestellung", "nicht erhalten",
        "warte noch auf", "warte immer noch", "wo ist das paket", "ist nicht eingetroffen",
    ),
    "fr": (
        "ou est mon", "ou est ma", "ou en est ma", "ou en est mon", "ou se trouve", "pas arrive", "toujours pas recu",
        "pas encore recu", "n'ai rien recu", "n'ai pas recu", "quand arrive", "numero de suivi", "suivi de ma",
        "suivi de mon", "suivre mon colis",
    ),
    "it": (
        "dov'e il mio", "dove si trova", "dov'e il pacco", "non e arrivato", "non e ancora arrivato", "quando arriva",
        "arrivera in tempo",
        "numero di tracciamento", "codice di tracciamento", "stato dell'ordine", "stato del mio ordine",
        "non ho ricevuto",
        "sto ancora aspettando", "tracking",
    ),
    "pt": (
        "onde esta meu", "onde esta o meu", "onde esta minha", "onde esta a minha", "cade meu", "cade o meu",
        "nao chegou",
        "quando chega", "codigo de rastreio", "codigo de rastreamento", "rastreio", "rastreamento", "nao recebi",
        "ainda nao chegou", "status do pedido", "estado do pedido", "estado da encomenda",
    ),
    "ru": (
        "где мой", "где моя", "где заказ", "где посылка", "не пришел", "не пришла", "не пришло", "когда придет",
        "когда приедет", "номер отслеживания", "трек-номер", "трек номер", "отследить", "не получил", "не получила",
        "статус заказа", "до сих пор нет",
    ),
    "zh": (
        "到哪里了", "到哪了", "在哪里", "在哪儿", "还没收到", "没有收到", "还没到", "没收到货", "什么时候到",
        "几时到", "查快递", "物流信息", "物流不动",
        "没有更新", "快递单号", "到哪一步", "发货了吗", "還沒收到", "到哪裡", "什麼時候到",
    ),
    "ja": (
        "届かない", "届いていません", "届きません", "届いてない", "いつ届", "どこにあり", "追跡", "配送状況",
        "まだ来ない", "まだ届",
        "荷物はどこ", "発送されました", "発送済み", "お届け予定",
    ),
    "ar": (
        "اين طلبي", "اين الطلب", "اين شحنتي", "اين الشحنه", "اين الطرد", "لم يصل", "لم تصل", "لم يصلني", "لم استلم",
        "متي يصل", "متي تصل", "رقم التتبع", "تتبع الشحنه", "تتبع الطلب", "حاله الطلب", "حاله الشحنه",
    ),
}  # fmt: skip
"""What customers write, in small letters without accents."""
_ALIKE = str.maketrans({"’": "'", "ı": "i", "ة": "ه", "ى": "ي", "ё": "е", "й": "й", "ـ": ""})

_TEMPLATES = {
    "customs": "customs",
    "delivery_failed": "delivery_failed",
    "ready_for_pickup": "pickup_waiting",
    "returning": "parcel_returning",
    "returned": "parcel_returning",
    "lost": "lost_parcel",
    "delivered": "delivered_not_received",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers a conversation that asks for its parcel. `asks` says whether its last message does; `order` is the
    number whose facts go in, '' for none; `language` the customer's."""

    conversation: int
    asks: bool
    template: str
    order: str
    language: str
    text: Rendered


def plain(text: str) -> str:
    """Small letters without accents, signs between words as one space."""
    split = unicodedata.normalize("NFKD", text[:LOOKED_AT].casefold().translate(_ALIKE))
    kept = "".join(char for char in split if not unicodedata.combining(char)).translate(_ALIKE)
    lone = "".join(
        char if char.isalnum() or char == "'" else " " for char in unicodedata.normalize("NFC", kept)
    )
    return " ".join(lone.split())


def asks_where(text: str) -> bool:
    """Whether a text asks where a parcel is or when it comes."""
    said = f" {plain(text)}"
    return any(phrase in said for phrases in _phrases() for phrase in phrases)


def _phrases() -> list[tuple[str, ...]]:
    if not _READY:
        for language, words in WORDS.items():
            lead = "" if language in ("zh", "ja") else " "
            _READY.append(tuple(lead + plain(word) for word in words))
    return _READY


_READY: list[tuple[str, ...]] = []


def unanswered(newest: Sequence[Message]) -> str:
    """What the customer wrote since the shop's last word, subjects too; '' where the shop has the last word."""
    said: list[str] = []
    for message in reversed(newest):
        if message.automatic:
            continue
        if message.direction != "in":
            break
        said += [message.visible_text, message.subject]
    return "\n".join(reversed(said))


def whose(links: Sequence[OrderLink], said: str) -> Order | None:
    """The order an answer may tell facts of: one that is surely this customer's. None where the text quotes an order
    that is only suggested: who writes it may not be who ordered."""
    quoted = {number.replace("#", "").upper() for number in numbers_in(said)}
    bare = "".join(said.split()).upper()
    known = {parcel.number.upper() for one in links for parcel in one.order.shipments}
    quoted |= {number for number in known if len(number) >= SURE and number in bare}
    for link in links:
        if link.state == "suggested" and _numbers(link.order) & quoted:
            return None
    linked = [link.order for link in links if link.state == "linked"]
    named = [order for order in linked if _numbers(order) & quoted]
    moving = [order for order in linked if not _arrived(order)]
    return next(iter((*named, *moving, *linked)), None)


def _numbers(order: Order) -> set[str]:
    return {order.number.replace("#", "").upper(), *(parcel.number.upper() for parcel in order.shipments)}


def _arrived(order: Order) -> bool:
    return order.fulfilment in ("delivered", "cancelled") or (
        bool(order.shipments) and all(parcel.status == "delivered" for parcel in order.shipments)
    )


def template_for(order: Order | None, parcel: Shipment | None, *, late: bool) -> str:
    """The template that answers what is known."""
    if order is None:
        return IDENTITY
    if order.payment in ("pending", "verifying", "authorized"):
        return "payment_pending"
    if parcel is None:
        return "where_is_my_order"
    if parcel.status == "customs" and not (parcel.action_required or parcel.reason == "customs_docs"):
        return "where_is_my_order"  # it only passes; nobody has to send a number
    return _TEMPLATES.get(parcel.status, "delayed" if late else "where_is_my_order")
