"""Shops that orders are pulled from, one file each. A source is given what speaks HTTP and what holds the secrets."""

from __future__ import annotations

from csdesk.domain.people import Account
from csdesk.domain.sources import SHOP_KINDS, Keys, OrderSource, Web
from csdesk.errors import Usage
from csdesk.i18n import _


def open_source(account: Account, web: Web, keys: Keys) -> OrderSource:
    """The source of an account; only its own file is imported. Asks nobody: mistakes in the settings come out of
    check() and fetch() as ChannelError('not_configured'). Raises Usage for an unknown kind."""
    if account.kind == "shopify":
        from csdesk.orders.shops.shopify import Shopify

        return Shopify(account, web, keys)
    if account.kind == "woocommerce":
        from csdesk.orders.shops.woocommerce import WooCommerce

        return WooCommerce(account, web, keys)
    if account.kind == "vendure":
        from csdesk.orders.shops.vendure import Vendure

        return Vendure(account, web, keys)
    if account.kind == "amazon":
        from csdesk.orders.shops.amazon import Amazon

        return Amazon(account, web, keys)
    if account.kind == "ebay":
        from csdesk.orders.shops.ebay import EBay

        return EBay(account, web, keys)
    if account.kind == "aliexpress":
        from csdesk.orders.shops.aliexpress import AliExpress

        return AliExpress(account, web, keys)
    raise Usage(
        _("There is no kind of account called {kind}. Use one of: {kinds}.").format(
            kind=repr(account.kind), kinds=", ".join(SHOP_KINDS)
        )
    )
