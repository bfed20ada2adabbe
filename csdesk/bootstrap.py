"""The composition root: config to store, secrets and services. Everything opens on first use."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk import clock as clocks
from csdesk import config as configs
from csdesk import i18n, paths

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.config import Config
    from csdesk.domain.people import Agent
    from csdesk.services.context import Context
    from csdesk.services.customers import Customers
    from csdesk.services.inbox import Inbox
    from csdesk.services.orders import Orders
    from csdesk.services.outbox import Outbox
    from csdesk.services.people import Accounts, Agents
    from csdesk.services.reply import Replies
    from csdesk.services.search import Search
    from csdesk.services.sync import Sync
    from csdesk.services.templates import Templates
    from csdesk.store import ChangeFeed, Store


def load_config(path: str | None = None) -> Config:
    """The preferences, with the interface language put to use. Raises ConfigError."""
    config = configs.load(Path(path).expanduser() if path else None, required=path is not None)
    i18n.use(i18n.from_environment() if config.language == "auto" else config.language)
    return config


def store_url(config: Config, wanted: str | None = None) -> str:
    """--store, else CSDESK_STORE, else the config's store, else the user's data folder."""
    return wanted or os.environ.get("CSDESK_STORE", "") or config.store or paths.default_store()


def open_desk(
    config: Config | None = None, *, store: str | None = None, agent: str = "", clock: Clock | None = None
) -> Desk:
    """A desk for one acting agent. Cheap: the store is opened by the first service that needs it."""
    config = config or load_config()
    return Desk(config, store_url(config, store), agent, clock or clocks.from_environment())


class Desk:
    """All services over one store. Safe to use from several threads; close() ends its connections."""

    def __init__(self, config: Config, url: str, agent: str, clock: Clock) -> None:
        self.config = config
        self.clock = clock
        self.store_url = url
        self._wanted_agent = agent

    @cached_property
    def context(self) -> Context:
        """What the services share."""
        from csdesk.secrets import Secrets
        from csdesk.services.context import Context

        folder = self.store.path.parent if self.store.path else None
        return Context(
            self.store, self.config, self.clock, Secrets(folder, scope=self.store_url), self._wanted_agent
        )

    @cached_property
    def store(self) -> Store:
        """The store, not opened yet."""
        from csdesk.store import Store

        return Store(self.store_url, self.clock, key=os.environ.get("CSDESK_STORE_KEY", ""))

    @property
    def agent(self) -> Agent:
        """Who acts. Opens the store."""
        return self.context.agent

    @cached_property
    def inbox(self) -> Inbox:
        """The queue and its conversations."""
        from csdesk.services.inbox import Inbox

        return Inbox(self.context)

    @cached_property
    def replies(self) -> Replies:
        """Drafts, notes, replies, forwards."""
        from csdesk.services.reply import Replies

        return Replies(self.context)

    @cached_property
    def customers(self) -> Customers:
        """Who writes."""
        from csdesk.services.customers import Customers

        return Customers(self.context)

    @cached_property
    def orders(self) -> Orders:
        """Orders and parcels."""
        from csdesk.services.orders import Orders

        return Orders(self.context)

    @cached_property
    def templates(self) -> Templates:
        """Reply templates."""
        from csdesk.services.templates import Templates

        return Templates(self.context)

    @cached_property
    def search(self) -> Search:
        """Search."""
        from csdesk.services.search import Search

        return Search(self.context)

    @cached_property
    def outbox(self) -> Outbox:
        """What was handed over for sending."""
        from csdesk.services.outbox import Outbox

        return Outbox(self.context)

    @cached_property
    def accounts(self) -> Accounts:
        """Configured mailboxes."""
        from csdesk.services.people import Accounts

        return Accounts(self.context)

    @cached_property
    def agents(self) -> Agents:
        """The people who answer."""
        from csdesk.services.people import Agents

        return Agents(self.context)

    @cached_property
    def sync(self) -> Sync:
        """Fetching and sending."""
        from csdesk.services.sync import Sync

        return Sync(self.context)

    def changes(self) -> ChangeFeed:
        """What happens in the store from now on."""
        return self.store.feed()

    def close(self) -> None:
        """Close all connections."""
        if "store" in self.__dict__:
            self.store.close()
