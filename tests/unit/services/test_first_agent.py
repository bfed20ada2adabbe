"""A desk on which nobody has acted yet: whoever acts first becomes its first agent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from csdesk.errors import Refused
from tests.faults.support import add_maildir, deliver, mail


def _import(desk: Desk, folder: Path) -> None:
    (folder / "orders.csv").write_text(
        "number,email,total,currency,placed_at\n1,a@b.test,1.00,EUR,2026-11-01\n"
    )
    assert desk.orders.import_file(folder / "orders.csv").added == 1


def _reopen(desk: Desk, _folder: Path) -> None:
    with desk.store.write() as tx:
        state = tx.conversations.state(1)
        assert state.status == "open"
        tx.conversations.change(1, "closed", {"status": "closed"}, agent=None)
    desk.inbox.reopen(1)


ACTS: dict[str, Callable[[Desk, Path], object]] = {
    "read": lambda desk, _f: desk.inbox.mark_read(1),
    "close": lambda desk, _f: desk.inbox.close(1),
    "spam": lambda desk, _f: desk.inbox.spam(1),
    "snooze": lambda desk, _f: desk.inbox.snooze(1, desk.clock.now() + timedelta(days=1)),
    "tag": lambda desk, _f: desk.inbox.tag(1, add=("urgent",)),
    "merge": lambda desk, _f: desk.inbox.merge(1, 2),
    "reopen": _reopen,
    "import": _import,
    "note": lambda desk, _f: desk.replies.note(1, "Noted."),
    "send": lambda desk, _f: desk.replies.send(1, "It left."),
    "undo": lambda desk, _f: _undo(desk),
}


def _undo(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.inbox.undo()


@pytest.mark.parametrize("act", ACTS)
def test_the_first_act_makes_the_first_agent_and_waits_for_nobody(act: str, tmp_path: Path) -> None:
    """Lost otherwise: the first minutes with the desk, in which every command says that the store is locked."""
    desk = open_desk(Config(), store=f"sqlite:///{tmp_path / 'desk.db'}")
    desk.store.patience = 0.2
    new = add_maildir(desk, tmp_path)
    for number in (1, 2):
        deliver(new, mail(number))
    desk.sync.once()
    assert desk.agents.list() == ()
    ACTS[act](desk, tmp_path)
    assert len(desk.agents.list()) == 1
    desk.close()
