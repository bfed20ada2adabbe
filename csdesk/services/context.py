"""What every service is given: the store, the preferences, the clock, the secrets and who is acting."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TYPE_CHECKING

from csdesk.clock import Clock
from csdesk.domain.people import Agent
from csdesk.errors import NotFound, Refused
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.config import Config
    from csdesk.secrets import Secrets
    from csdesk.store import Store, Tx


def os_user() -> str:
    """The login name of whoever runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "agent"


@dataclass(slots=True)
class Context:
    """Shared by all services of one desk. `wanted_agent` is what --as or CSDESK_AGENT said, or ''."""

    store: Store
    config: Config
    clock: Clock
    secrets: Secrets
    wanted_agent: str = ""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    _agent: Agent | None = None

    @property
    def agent(self) -> Agent:
        """Who acts: --as, else CSDESK_AGENT, else the config's agent, else the OS user as the config maps it,
        else the only agent there is; on a desk with no agent yet the OS user becomes the first."""
        if self._agent is None:
            self._agent = self._find_agent()
        return self._agent

    @property
    def here(self) -> tzinfo | None:
        """The zone of whoever works here; None for the machine's."""
        if self.config.timezone in ("", "local"):
            return None
        import zoneinfo

        try:
            return zoneinfo.ZoneInfo(self.config.timezone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return None

    @contextmanager
    def acting(self) -> Iterator[Tx]:
        """A write transaction for an act of the agent, who is found before it begins: the first agent of a desk is
        written down in a transaction of its own, which would wait for this one. Raises what finding out raises."""
        if self._agent is None:
            self._agent = self._find_agent()
        with self.store.write() as tx:
            yield tx

    def _find_agent(self) -> Agent:
        user = os_user()
        named = self.wanted_agent or self.environment.get("CSDESK_AGENT", "") or self.config.agent
        named = named or self.config.os_users.get(user, "")
        with self.store.read() as tx:
            agents = tx.accounts.agents()
            if named and (agents or self.wanted_agent):
                return tx.accounts.agent(named)
        if len(agents) == 1:
            return agents[0]
        for agent in agents:
            if agent.name == user:
                return agent
        if agents:
            raise Refused(
                _("Say who you are: --as NAME or CSDESK_AGENT. The agents are {names}.").format(
                    names=", ".join(agent.name for agent in agents)
                ),
                code="agent_unknown",
            )
        with self.store.write() as tx:
            try:
                return tx.accounts.agent(named or user)
            except NotFound:
                made = tx.accounts.add_agent(named or user, ())
                tx.log.append("agent_added", agent=made.id, data={"name": made.name})
                return made
