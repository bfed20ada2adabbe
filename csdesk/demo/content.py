"""What the sample shop ships with: its mails, its orders and the ways of its parcels, as they lie in the package.

Reads package data only; knows no store and no channel, and changes nothing it reads.
"""

from __future__ import annotations

from importlib.resources import files

_PACKAGE = "csdesk.demo"


def mails() -> list[tuple[str, bytes]]:
    """(file name, raw bytes) of every sample mail, conversation by conversation, oldest first within each."""
    folder = files(_PACKAGE) / "mail"
    found = [(item.name, item.read_bytes()) for item in folder.iterdir() if item.name.endswith(".eml")]
    return sorted(found)


def orders_csv() -> str:
    """The shop's forty orders, in the columns of Shopify's order export."""
    return (files(_PACKAGE) / "orders.csv").read_text(encoding="utf-8")


def tracking_csv() -> str:
    """The parcels' events: number, carrier, order, status, at, text, place, eta_from, eta_to; instants in UTC."""
    return (files(_PACKAGE) / "tracking.csv").read_text(encoding="utf-8")


def markets_csv() -> tuple[str, str]:
    """Orders of two marketplaces in the desk's own columns, and the events of their parcels."""
    folder = files(_PACKAGE)
    orders, events = folder / "markets.csv", folder / "markets_tracking.csv"
    return orders.read_text(encoding="utf-8"), events.read_text(encoding="utf-8")
