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
    from csdesk.domain.conversation import Glance
    from csdesk.domain.people import Agent
    from csdesk.domain.ports import Translator
    from csdesk.services.activity import Activity
    from csdesk.services.before import Before
    from csdesk.services.bulk import Bulk
    from csdesk.services.composing import Composing
    from csdesk.services.context import Context
    from csdesk.services.customers import Customers
    from csdesk.services.drafts import Drafts
    from csdesk.services.engines import Engines
    from csdesk.services.export import Export
    from csdesk.services.inbox import Inbox
    from csdesk.services.memory import Glossary, Memory
    from csdesk.services.model_index import ModelIndex
    from csdesk.services.model_shelf import ModelShelf
    from csdesk.services.notices import Notices
    from csdesk.services.order_files import OrderFiles
    from csdesk.services.orders import Orders
    from csdesk.services.outbox import Outbox
    from csdesk.services.parcels import Parcels
    from csdesk.services.people import Accounts, Agents
    from csdesk.services.preview import Previews
    from csdesk.services.reading import Reading
    from csdesk.services.reply import Replies
    from csdesk.services.reports import Reports
    from csdesk.services.search import Search
    from csdesk.services.shops import Shops
    from csdesk.services.spelling import Spelling
    from csdesk.services.standing import Standing
    from csdesk.services.sync import Sync
    from csdesk.services.templates import Templates
    from csdesk.services.translations import Translations
    from csdesk.services.troubles import Troubles
    from csdesk.services.webhooks import Webhooks
    from csdesk.services.whereabouts import Whereabouts
    from csdesk.store import ChangeFeed, Store
    from csdesk.translation.models import Models
    from csdesk.translation.router import Engine, Router


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
        self._key = os.environ.get("CSDESK_STORE_KEY", "")

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

        return Store(self.store_url, self.clock, key=self._key)

    def glance(self, limit: int) -> Glance | None:
        """The head of the queue before the store is opened, where there is a quick way to it; None elsewhere."""
        from csdesk.db.rows import glance

        return glance(self.store_url, self._key, limit=limit)

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
    def reading(self) -> Reading:
        """What is at hand of a conversation, and how far it was read."""
        from csdesk.services.reading import Reading

        return Reading(self.context)

    @cached_property
    def bulk(self) -> Bulk:
        """One act on many conversations."""
        from csdesk.services.bulk import Bulk

        return Bulk(self.context)

    @cached_property
    def export(self) -> Export:
        """Conversations as files."""
        from csdesk.services.export import Export

        return Export(self.context)

    @cached_property
    def reports(self) -> Reports:
        """What other programs read."""
        from csdesk.services.reports import Reports

        return Reports(self.context)

    @cached_property
    def previews(self) -> Previews:
        """Attachments as text."""
        from csdesk.services.preview import Previews

        return Previews(self.context)

    @cached_property
    def activity(self) -> Activity:
        """What the agent did, and missed."""
        from csdesk.services.activity import Activity

        return Activity(self.context)

    @cached_property
    def replies(self) -> Replies:
        """Drafts, notes, replies, forwards."""
        from csdesk.services.reply import Replies

        return Replies(self.context)

    @cached_property
    def drafts(self) -> Drafts:
        """What is being written, and what was thrown away."""
        from csdesk.services.drafts import Drafts

        return Drafts(self.context)

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
    def parcels(self) -> Parcels:
        """Where parcels are."""
        from csdesk.services.parcels import Parcels

        return Parcels(self.context)

    @cached_property
    def shops(self) -> Shops:
        """What is done in shops, and rates."""
        from csdesk.services.shops import Shops

        return Shops(self.context)

    @cached_property
    def templates(self) -> Templates:
        """Reply templates."""
        from csdesk.services.templates import Templates

        return Templates(self.context)

    @cached_property
    def notices(self) -> Notices:
        """What is written to customers unasked."""
        from csdesk.services.notices import Notices

        return Notices(self.context, self.templates)

    @cached_property
    def whereabouts(self) -> Whereabouts:
        """Answers about parcels."""
        from csdesk.services.whereabouts import Whereabouts

        return Whereabouts(self.context, self.templates)

    @cached_property
    def order_files(self) -> OrderFiles:
        """Files of orders."""
        from csdesk.services.order_files import OrderFiles

        return OrderFiles(self.context)

    @cached_property
    def troubles(self) -> Troubles:
        """What is out of the ordinary about orders."""
        from csdesk.services.troubles import Troubles

        return Troubles(self.context, self.templates)

    @cached_property
    def before(self) -> Before:
        """What is doubtful about a reply before it goes."""
        from csdesk.services.before import Before

        return Before(self.context)

    @cached_property
    def spelling(self) -> Spelling:
        """Spelling."""
        from csdesk.services.spelling import Spelling

        return Spelling(self.context)

    @cached_property
    def models(self) -> Models:
        """The translation models on this machine."""
        from csdesk.translation.models import Models

        named = self.config.translation.models
        folder = Path(named).expanduser() if named else paths.models()
        if not folder.is_absolute() and self.config.source is not None:
            folder = self.config.source.parent / folder
        return Models(folder)

    @cached_property
    def model_index(self) -> ModelIndex:
        """The models that can be had."""
        from csdesk.services.model_index import ModelIndex

        return ModelIndex(self.config.translation.index, self.models)

    @cached_property
    def shelf(self) -> ModelShelf:
        """The models that the shop has and needs."""
        from csdesk.services.model_shelf import ModelShelf

        return ModelShelf(
            self.context, lambda: self.models, lambda: self.model_index, lambda: self.translator
        )

    @cached_property
    def router(self) -> Router:
        """All engines behind one. Processes and connections are opened by the first text."""
        from csdesk.translation.router import Router

        return Router(
            {"argos": self._argos, "apertium": self._apertium, "libretranslate": self._libretranslate},
            self.config.translation.engine_of,
            fallback=self.config.translation.fallback,
        )

    def _argos(self) -> Engine:
        from csdesk.translation.client import Argos

        wanted = self.config.translation
        return Argos(self.models, threads=wanted.threads, megabytes=wanted.memory_mb)

    def _apertium(self) -> Engine:
        from csdesk.translation.apertium import Apertium

        wanted = self.config.translation.apertium
        folder = Path(wanted.folder).expanduser()
        return Apertium(folder, megabytes=wanted.memory_mb, patience=wanted.timeout_seconds)

    def _libretranslate(self) -> Engine:
        from csdesk.translation.libretranslate import LibreTranslate

        wanted = self.config.translation.libretranslate
        server = None
        if wanted.url:
            from csdesk.channels.http import JsonServer

            server = JsonServer(wanted.url)
        return LibreTranslate(
            server, lambda: self.engines.key(), timeout=wanted.timeout_seconds, batch=wanted.batch
        )

    @property
    def translator(self) -> Translator:
        """What translates."""
        from csdesk.translation.client import Off

        wanted = self.config.translation
        return self.router if wanted.any else Off()

    @cached_property
    def engines(self) -> Engines:
        """Which engines there are, and how they are."""
        from csdesk.services.engines import Engines

        return Engines(self.context, lambda: self.router)

    @cached_property
    def translations(self) -> Translations:
        """What customers wrote, in the agent's language."""
        from csdesk.services.translations import Translations

        return Translations(self.context, lambda: self.translator)

    @cached_property
    def composing(self) -> Composing:
        """Replies in the customer's language."""
        from csdesk.services.composing import Composing

        return Composing(self.context, self.translations, lambda: self.translator)

    @cached_property
    def memory(self) -> Memory:
        """What was translated before."""
        from csdesk.services.memory import Memory

        return Memory(self.context)

    @cached_property
    def glossary(self) -> Glossary:
        """The words of the trade."""
        from csdesk.services.memory import Glossary

        return Glossary(self.context)

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

        return Sync(self.context, lambda go_on: self.translations.catch_up(go_on))

    @cached_property
    def standing(self) -> Standing:
        """Whether mail flows."""
        from csdesk.services.standing import Standing

        return Standing(self.context)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Who is told what happens."""
        from csdesk.services.webhooks import Webhooks

        return Webhooks(self.context)

    def changes(self) -> ChangeFeed:
        """What happens in the store from now on."""
        return self.store.feed()

    def close(self) -> None:
        """Close all connections."""
        if "spelling" in self.__dict__:
            self.spelling.close()
        if "router" in self.__dict__:
            self.router.close()
        if "store" in self.__dict__:
            self.store.close()
