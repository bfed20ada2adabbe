"""A file of orders before it is taken in: what each column would be read as, and what would be refused. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from csdesk.domain.orders import Order, Shipment

Watch = Callable[[int, int], None]
"""Told how many lines were read, of how many (0 where that is not known). What it raises ends the reading."""

FIELDS = (
    *(
        "number",
        "email",
        "placed_at",
        "currency",
        "total",
        "name",
        "payment",
        "fulfilment",
        "country",
        "city",
    ),
    *("address", "tax_number", "note", "item", "sku", "quantity", "price", "options", "parcel", "carrier"),
    *("protection_until", "source", "after_sale", "respond_by"),
)
"""What a table of orders may hold, as docs/orders-csv.md names it, in the order in which a person looks for it."""
NEEDED = FIELDS[:5]

ALIKE: Mapping[str, tuple[str, ...]] = {
    "number": (
        "order number", "order no", "order no.", "order id", "order_id", "order", "bestellnummer", "bestellnr",
        "auftragsnummer", "numéro de commande", "commande", "número de pedido", "pedido", "numero ordine",
        "номер заказа", "注文番号", "订单号", "订单编号", "訂單編號",
    ),
    "email": (
        "e-mail", "mail", "buyer email", "customer email", "email address", "e-mail-adresse", "correo",
        "correo electrónico", "courriel", "メールアドレス", "邮箱", "买家邮箱", "电子邮箱",
    ),
    "placed_at": (
        "date", "order date", "created at", "created_at", "placed", "purchase date", "datum", "bestelldatum", "fecha",
        "date de commande", "data", "дата", "注文日", "下单时间", "订单创建时间", "日期",
    ),
    "currency": ("currency code", "währung", "moneda", "devise", "valuta", "moeda", "валюта", "通貨", "币种", "货币"),
    "total": (
        "amount", "order total", "grand total", "summe", "betrag", "gesamt", "importe", "montant", "totale", "сумма",
        "合計", "订单金额", "总额", "金额", "实付金额",
    ),
    "name": (
        "buyer", "buyer name", "customer", "customer name", "kunde", "cliente", "client", "买家", "买家姓名", "收货人",
    ),
    "country": ("country code", "ship country", "land", "país", "pays", "paese", "国家", "收货国家"),
    "item": ("product", "product name", "title", "artikel", "producto", "produit", "商品", "商品名称"),
    "quantity": ("qty", "menge", "anzahl", "cantidad", "quantité", "数量"),
    "price": ("unit price", "preis", "precio", "prix", "单价"),
    "parcel": ("tracking number", "tracking", "tracking no", "sendungsnummer", "物流单号", "运单号", "快递单号"),
    "carrier": ("shipping carrier", "versanddienst", "transportista", "物流公司", "承运商"),
}  # fmt: skip
"""What such columns are called elsewhere, in small letters. A guess, for a person to look at."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file by its name in small letters, and its first cells that are not empty."""

    name: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """A file at a glance. `kind` is shopify, generic, tracking or json; `columns` those of a table. `names` says which
    column each field is read from; `missing` the needed fields that have none; `remembered` that it was said before.
    `first` are the first orders or parcels as they would be read, `wrong` sentences about first lines that could not
    be; `lines` how many the file has, 0 where that is not known."""

    path: str
    kind: str
    columns: tuple[Column, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    remembered: bool = False
    first: tuple[Order | Shipment, ...] = ()
    wrong: tuple[tuple[int, str], ...] = ()
    lines: int = 0

    @property
    def maps(self) -> bool:
        """Whether columns are to be chosen: what a shop or a program wrote is read as it is."""
        return self.kind == "generic"


@dataclass(frozen=True, slots=True)
class Checked:
    """A whole file, read and not taken in: how many orders and parcels are good, how many would be left out, and the
    first sentences that say why, each with its line."""

    good: int
    refused: int
    reasons: tuple[tuple[int, str], ...] = ()


def guessed(columns: Mapping[str, object] | tuple[str, ...] | list[str]) -> dict[str, str]:
    """Which column may be which field, by the names alone: its own name first, then what it is called elsewhere."""
    there = list(columns)
    out: dict[str, str] = {}
    for name in FIELDS:
        for column in (name, *ALIKE.get(name, ())):
            if column in there and column not in out.values():
                out[name] = column
                break
    return out
