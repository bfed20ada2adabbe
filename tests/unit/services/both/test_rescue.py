"""A draft that the store did not take when the desk went is put aside, and the next start takes it in."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.domain.conversation import Draft
from csdesk.screens import rescue
from tests.unit.services.both.shop import Shop


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def aside(desk: Desk, conversation: int, text: str, **more: object) -> Path:
    draft = Draft(conversation, desk.agent.id, "reply", text, 0, desk.clock.now(), **more)  # type: ignore[arg-type]
    file = rescue.put_aside(desk.store_url, desk.agent.name, draft)
    assert file is not None
    return file


def kept(desk: Desk, conversation: int) -> str:
    draft = desk.replies.draft(conversation)
    return draft.text if draft is not None else ""


def test_it_comes_back_whole_over_what_was_kept_before(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    desk.replies.save_draft(Draft(one, desk.agent.id, "reply", "Dear", 0, desk.clock.now()))
    file = aside(
        desk, one, "Dear Ana, 您好", cc=("boss@x.test",), attachments=("/tmp/a.pdf",), translate=True
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert rescue.have_back(desk) == 1
    back = desk.replies.draft(one)
    assert back is not None and (back.text, back.cc, back.attachments, back.translate) == (
        "Dear Ana, 您好", ("boss@x.test",), ("/tmp/a.pdf",), True,
    )  # fmt: skip
    assert not file.exists() and rescue.have_back(desk) == 0


def test_it_stands_below_what_was_written_since(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    aside(desk, one, "Written at night.")
    desk.clock.forward(hours=8)  # type: ignore[attr-defined]
    desk.replies.save_draft(Draft(one, desk.agent.id, "reply", "Written by day.", 0, desk.clock.now()))
    assert rescue.have_back(desk) == 1
    assert kept(desk, one) == "Written by day.\n\nWritten at night."


def test_another_agents_another_stores_and_a_damaged_file_are_left_alone(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    mine = Draft(one, desk.agent.id, "reply", "not for here", 0, desk.clock.now() - timedelta(days=1))
    others = [
        rescue.put_aside("sqlite:///other", desk.agent.name, mine),
        rescue.put_aside(desk.store_url, "Mei", mine),
    ]
    broken = aside(desk, one, "cut off")
    broken.write_text(broken.read_text("utf-8")[:40], "utf-8")
    gone = aside(desk, 999_999, "its conversation is no more")
    assert rescue.have_back(desk) == 0
    assert kept(desk, one) == "" and all(
        file is not None and file.exists() for file in (*others, broken, gone)
    )


def test_nothing_is_put_aside_for_nothing_and_a_full_disk_ends_nobody(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rescue.put_aside(desk.store_url, "Lin", Draft(1, 1, "reply", " \n", 0, desk.clock.now())) is None
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert rescue.put_aside(desk.store_url, "Lin", Draft(1, 1, "reply", "words", 0, desk.clock.now())) is None
    assert rescue.have_back(desk) == 0
