"""From an account to its carrier. Imports a carrier's file only when an account of that kind is opened."""

from __future__ import annotations

from csdesk.domain.people import Account
from csdesk.domain.ports import Carrier
from csdesk.domain.sources import CARRIER_KINDS, Keys, Web
from csdesk.errors import Usage
from csdesk.i18n import _

SERVICES = ("17track", "aftership")
"""They know the parcels of all carriers."""
NAMES = {
    "ups": "UPS",
    "usps": "USPS",
    "dhl": "DHL",
    "royalmail": "Royal Mail",
    "yanwen": "Yanwen",
    "yunexpress": "YunExpress",
}
"""Whose parcels an account of the other kinds knows."""


def open_carrier(account: Account, web: Web, keys: Keys) -> Carrier:
    """The carrier of an account. Asks nobody. Raises Usage for an unknown kind."""
    match account.kind:
        case "17track":
            from csdesk.orders.carriers.track17 import Track17

            return Track17(account, web, keys)
        case "aftership":
            from csdesk.orders.carriers.aftership import AfterShip

            return AfterShip(account, web, keys)
        case "ups":
            from csdesk.orders.carriers.ups import Ups

            return Ups(account, web, keys)
        case "usps":
            from csdesk.orders.carriers.usps import Usps

            return Usps(account, web, keys)
        case "dhl":
            from csdesk.orders.carriers.dhl import Dhl

            return Dhl(account, web, keys)
        case "royalmail":
            from csdesk.orders.carriers.royalmail import RoyalMail

            return RoyalMail(account, web, keys)
        case "yanwen":
            from csdesk.orders.carriers.yanwen import Yanwen

            return Yanwen(account, web, keys)
        case "yunexpress":
            from csdesk.orders.carriers.yunexpress import YunExpress

            return YunExpress(account, web, keys)
    raise Usage(
        _("There is no kind of account called {kind}. Use one of: {kinds}.").format(
            kind=repr(account.kind), kinds=", ".join(CARRIER_KINDS)
        )
    )
