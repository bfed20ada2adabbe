"""Accounts, agents, cursors and the store's own facts."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from csdesk.db.tables import Account, Agent, Cursor, Meta, table
from csdesk.db.tx import Tx
from csdesk.domain import people as domain
from csdesk.errors import Conflict, NotFound
from csdesk.i18n import _

_ACCT = table(Account)
_AGENT = table(Agent)
_CURSOR = table(Cursor)
_META = table(Meta)


class Accounts:
    """Who answers, and through what."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def all(self) -> tuple[domain.Account, ...]:
        """All accounts in the order they were added."""
        return tuple(_account(row) for row in self.tx.rows(select(_ACCT).order_by(_ACCT.c.id)))

    def get(self, name: str) -> domain.Account:
        """One account by name. Raises NotFound naming those there are."""
        row = self.tx.one(select(_ACCT).where(_ACCT.c.name == name))
        if row is None:
            names = ", ".join(account.name for account in self.all()) or _("none yet")
            raise NotFound(
                _("There is no account {name!r}; there are: {names}.").format(name=name, names=names)
            )
        return _account(row)

    def by_id(self, account: int) -> domain.Account:
        """One account by id. Raises NotFound."""
        row = self.tx.one(select(_ACCT).where(_ACCT.c.id == account))
        if row is None:
            raise NotFound(_("There is no account {name!r}.").format(name=account))
        return _account(row)

    def add(self, **values: Any) -> domain.Account:
        """A new account. Raises Conflict when the name is taken."""
        if self.tx.one(select(_ACCT.c.id).where(_ACCT.c.name == values["name"])):
            raise Conflict(_("There is already an account {name!r}.").format(name=values["name"]))
        self.tx.insert(insert(_ACCT).values(created_at=self.tx.now, **values))
        return self.get(values["name"])

    def set(self, account: int, **values: Any) -> None:
        """Change fields of an account (paused, health, last_sync_at ...)."""
        self.tx.run(update(_ACCT).where(_ACCT.c.id == account).values(**values))

    def cursor(self, account: int) -> str:
        """How far an account was read; '' at first."""
        row = self.tx.one(select(_CURSOR.c.value).where(_CURSOR.c.account_id == account))
        return row[0] if row else ""

    def set_cursor(self, account: int, value: str) -> None:
        """Move the cursor; in the transaction that stores the rows it stands for."""
        self.tx.run(delete(_CURSOR).where(_CURSOR.c.account_id == account))
        self.tx.run(insert(_CURSOR).values(account_id=account, value=value))

    def agents(self) -> tuple[domain.Agent, ...]:
        """All agents in the order they were added."""
        rows = self.tx.rows(select(_AGENT).order_by(_AGENT.c.id))
        return tuple(domain.Agent(row.id, row.name, tuple(row.languages)) for row in rows)

    def agent(self, name: str) -> domain.Agent:
        """One agent by name. Raises NotFound naming those there are."""
        for agent in self.agents():
            if agent.name == name:
                return agent
        names = ", ".join(agent.name for agent in self.agents()) or _("none yet")
        raise NotFound(_("There is no agent {name!r}; there are: {names}.").format(name=name, names=names))

    def add_agent(self, name: str, languages: Sequence[str]) -> domain.Agent:
        """A new agent. Raises Conflict when the name is taken."""
        if self.tx.one(select(_AGENT.c.id).where(_AGENT.c.name == name)):
            raise Conflict(_("There is already an agent {name!r}.").format(name=name))
        self.tx.insert(insert(_AGENT).values(name=name, languages=list(languages), created_at=self.tx.now))
        return self.agent(name)

    def secret(self) -> bytes:
        """The store's own key for the Message-IDs it makes; made on first use in a write transaction."""
        row = self.tx.one(select(_META.c.value).where(_META.c.name == "secret"))
        if row is None:
            value = secrets.token_hex(32)
            self.tx.run(insert(_META).values(name="secret", value=value))
            return bytes.fromhex(value)
        return bytes.fromhex(row[0])


def _account(row: Any) -> domain.Account:
    return domain.Account(
        row.id,
        row.name,
        row.kind,
        row.address,
        row.display_name,
        dict(row.settings),
        row.signature,
        row.undo_seconds,
        row.first_reply_minutes,
        row.paused,
        row.last_sync_at,
        row.health,
    )
