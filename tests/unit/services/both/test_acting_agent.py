"""Who acts. A failure here signs one agent's work with another one's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from csdesk.errors import NotFound, Refused
from csdesk.services import context
from tests.databases import SteppingClock

Opens = Callable[..., str]


@pytest.fixture
def acting(
    store_url: str, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., str]]:
    """Opens a desk as 'os-user' and says who acts."""
    opened: list[Desk] = []
    monkeypatch.setattr(context, "os_user", lambda: "os-user")
    monkeypatch.delenv("CSDESK_AGENT", raising=False)

    def act(
        *, said: str = "", environment: str = "", config: str = "", os_users: Mapping[str, str] | None = None
    ) -> str:
        monkeypatch.setenv("CSDESK_AGENT", environment)
        preferences = replace(Config(), agent=config, os_users=dict(os_users or {}))
        opened.append(open_desk(preferences, store=store_url, agent=said, clock=clock))
        return opened[-1].agent.name

    def add(*names: str) -> None:
        desk = open_desk(Config(), store=store_url, clock=clock)
        for name in names:
            desk.agents.add(name)
        desk.close()

    act.add = add  # type: ignore[attr-defined]
    yield act
    for desk in opened:
        desk.close()


def test_the_nearest_word_decides(acting: Callable[..., str]) -> None:
    acting.add("Lin", "Mei", "Bo", "Jo")  # type: ignore[attr-defined]
    mapped = {"os-user": "Jo"}
    assert acting(said="Lin", environment="Mei", config="Bo", os_users=mapped) == "Lin"
    assert acting(environment="Mei", config="Bo", os_users=mapped) == "Mei"
    assert acting(config="Bo", os_users=mapped) == "Bo"
    assert acting(os_users=mapped) == "Jo"
    for wrong in (
        {"said": "Max"},
        {"environment": "Max"},
        {"config": "Max"},
        {"os_users": {"os-user": "Max"}},
    ):
        with pytest.raises(NotFound, match="Lin, Mei, Bo, Jo"):
            acting(**wrong)


def test_among_several_nobody_is_guessed_but_the_os_user(acting: Callable[..., str]) -> None:
    acting.add("Lin", "Mei")  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="Lin, Mei") as refused:
        acting()
    assert refused.value.code == "agent_unknown"
    with pytest.raises(Refused):
        acting(os_users={"somebody-else": "Mei"})
    acting.add("os-user")  # type: ignore[attr-defined]
    assert acting() == "os-user"


def test_the_only_agent_acts(acting: Callable[..., str]) -> None:
    acting.add("Lin")  # type: ignore[attr-defined]
    assert acting() == "Lin"


def test_the_first_who_acts_becomes_the_first_agent(acting: Callable[..., str]) -> None:
    with pytest.raises(NotFound):
        acting(said="Lin")  # a slip of the pen makes no agent
    assert acting() == "os-user"
    assert acting() == "os-user"


def test_the_first_agent_is_named_as_the_preferences_say(acting: Callable[..., str]) -> None:
    assert acting(config="Lin") == "Lin"
    assert acting() == "Lin"
