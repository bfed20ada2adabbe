"""Many orders at once, some hundred a round: what is known is read together, and what is new goes in together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from csdesk.db.order_cases import buyer_identity
from csdesk.db.shop_tables import OrderPayload
from csdesk.db.tables import Order as OrderTable
from csdesk.db.tables import Shipment, table
from csdesk.domain import orders as domain
from csdesk.domain.parcels import merged

if TYPE_CHECKING:
    from csdesk.db.orders import Orders

_ORD = table(OrderTable)
_SHIP = table(Shipment)
_PAYLOAD = table(OrderPayload)
ROUND = 400


def upsert_all(store: Orders, orders: Iterable[domain.Order]) -> list[str]:
    """Store orders as their source tells them now: 'added', 'updated' or 'unchanged' for each."""
    out: list[str] = []
    for some in _rounds(orders):
        out += _Round(store, some).run()
    return out


def _rounds(orders: Iterable[domain.Order]) -> Iterator[list[domain.Order]]:
    """In order, at most ROUND together, no order twice in one."""
    from csdesk.db.orders import number_key

    held: list[domain.Order] = []
    seen: set[tuple[object, ...]] = set()
    for order in orders:
        keys = {(order.source, number_key(order.number)), (order.account, order.source_id or order.number)}
        if held and (len(held) >= ROUND or keys & seen):
            yield held
            held, seen = [], set()
        held.append(order)
        seen |= keys
    if held:
        yield held


class _Round:
    """One round."""

    def __init__(self, store: Orders, orders: Sequence[domain.Order]) -> None:
        self.store, self.tx, self.orders = store, store.tx, orders

    def run(self) -> list[str]:
        from csdesk.db.orders import values_of

        told = [values_of(order) for order in self.orders]
        known = [
            self._known(order, values) for order, values in zip(self.orders, told, strict=True)
        ] if self._look(told) else [None] * len(told)  # fmt: skip
        owners = self._owners()
        out, new, changed, ids = [], [], [], list[int | None]()
        for order, values, row in zip(self.orders, told, known, strict=True):
            if row is not None and (row.hash == values["hash"] or row.account_id != order.account is None):
                out.append("unchanged")  # a shop that is asked itself knows better than a file
                ids.append(None)
                continue
            values |= {"customer_id": owners(order), "updated_at": self.tx.now}
            out.append("added" if row is None else "updated")
            ids.append(0 if row is None else row.id)
            if row is None:
                new.append(values)
            else:
                changed.append((row.id, {k: v for k, v in values.items() if k not in order.untold}))
        fresh = iter(self.tx.allocate(_ORD, len(new)))
        ids = [next(fresh) if one == 0 else one for one in ids]
        made = iter([one for one, what in zip(ids, out, strict=True) if what == "added"])
        self.tx.add_all(_ORD, [{"id": next(made), **values} for values in new])
        for number, values in changed:
            self.tx.run(update(_ORD).where(_ORD.c.id == number).values(**values))
        touched = [(one, order) for one, order in zip(ids, self.orders, strict=True) if one is not None]
        self._payloads(touched)
        self._parcels(touched)
        if touched:
            self.tx.log.append("orders_changed", data={"orders": [number for number, _order in touched]})
        return out

    def _look(self, told: Sequence[dict[str, Any]]) -> bool:
        """Read what may be these orders. Whether there is any."""
        of = select(
            _ORD.c.id, _ORD.c.hash, _ORD.c.account_id, _ORD.c.source, _ORD.c.number_key, _ORD.c.source_id,
            _ORD.c.placed_at,
        )  # fmt: skip
        rows = list(self.tx.rows(of.where(_ORD.c.number_key.in_([one["number_key"] for one in told]))))
        accounts = {order.account for order in self.orders} - {None}
        for account in accounts:
            mine = [order.source_id for order in self.orders if order.account == account]
            rows += self.tx.rows(of.where(_ORD.c.account_id == account, _ORD.c.source_id.in_(mine)))
        self._shop = {(row.account_id, row.source_id): row for row in rows if row.account_id is not None}
        self._file = {(row.source, row.number_key): row for row in rows if row.account_id is None}
        self._same = {(row.source, row.number_key, row.placed_at): row for row in rows}
        return bool(rows)

    def _known(self, order: domain.Order, values: dict[str, Any]) -> Any:
        """The row of this order: by the shop's own id; else the same order that came from the other way, a file or
        the shop itself, which has the same number and the same instant."""
        key = (order.source, values["number_key"])
        if order.account is None:
            return self._file.get(key) or self._same.get((*key, order.placed_at))
        row = self._shop.get((order.account, order.source_id)) or self._file.get(key)
        return row if row is None or row.account_id is not None or row.placed_at == order.placed_at else None

    def _owners(self) -> Any:
        """Whose an order is: by mail address (a marketplace's relay address is one), else by the buyer's id, which is
        remembered with the customer whom the address told."""
        wanted = {("mail", order.email.lower()) for order in self.orders if order.email}
        buyers = {buyer for order in self.orders if (buyer := buyer_identity(order))}
        found = self.tx.customers.by_identities(wanted | buyers)

        def owner(order: domain.Order) -> int | None:
            buyer = buyer_identity(order)
            by_mail = found.get(("mail", order.email.lower())) if order.email else None
            if by_mail is not None and buyer and buyer not in found:
                self.tx.customers.add_identity(by_mail, *buyer, order.customer_name)
                found[buyer] = by_mail
            return by_mail if by_mail is not None else found.get(buyer) if buyer else None

        return owner

    def _payloads(self, touched: Sequence[tuple[int, domain.Order]]) -> None:
        rows = [{"order_id": number, "payload": order.payload} for number, order in touched if order.payload]
        if rows:
            self.tx.run(delete(_PAYLOAD).where(_PAYLOAD.c.order_id.in_([row["order_id"] for row in rows])))
            self.tx.add_all(_PAYLOAD, rows)

    def _parcels(self, touched: Sequence[tuple[int, domain.Order]]) -> None:
        from csdesk.db.orders import on_its_way, shipment_values

        numbers = [one.number for _number, order in touched for one in order.shipments]
        known: set[str] = set()
        for start in range(0, len(numbers), 500):
            query = select(_SHIP.c.number).where(_SHIP.c.number.in_(numbers[start : start + 500]))
            known |= {row[0] for row in self.tx.rows(query)}
        rows = []
        for owner, order in touched:
            for one in order.shipments:
                if one.number in known:
                    self.store.put_shipment(one, owner, order.country)
                else:
                    known.add(one.number)
                    told = on_its_way(merged(None, one), order.country)
                    rows.append({"order_id": owner, **shipment_values(told, self.tx.now)})
        self.tx.add_all(_SHIP, rows)
