"""Customers for the side panel and the commands."""

from __future__ import annotations

from csdesk.domain.customer import Customer
from csdesk.services.context import Context


class Customers:
    """Who writes."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def card(self, customer: int) -> Customer:
        """A customer with identities and earlier conversations. Raises NotFound."""
        with self.store.read() as tx:
            return tx.customers.card(customer)
