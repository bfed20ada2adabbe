"""An agent's own log, and the look back at the start of a shift. A gap in it is a customer nobody thinks of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from csdesk.bootstrap import Desk
from csdesk.domain.conversation import Draft
from csdesk.errors import NotFound, Refused
from csdesk.services.activity import SHIFT
from tests.unit.services.both.shop import DAY, Shop


def test_acts_are_listed_newest_first_and_one_of_them_is_taken_back(desk: Desk, shop: Shop) -> None:
    """Undo takes back the last act; a mistake noticed three conversations later needs this."""
    one, two = shop.asked(), shop.asked()
    desk.inbox.tag(one, add=["vip"])
    desk.inbox.close(two)
    desk.inbox.snooze(one, desk.clock.now() + DAY)
    acts = desk.activity.mine()
    assert [(a.kind, a.conversation) for a in acts] == [("snoozed", one), ("closed", two), ("tagged", one)]
    assert all(act.undoable for act in acts)
    assert str(two) in desk.activity.take_back(acts[1].id)
    assert desk.inbox.row(two).status == "open"
    again = desk.activity.mine()
    assert again[0].kind == "undone" and not next(a for a in again if a.id == acts[1].id).undoable
    with pytest.raises(Refused):
        desk.activity.take_back(acts[1].id)
    assert shop.rebuilt() == 0


def test_a_draft_that_was_thrown_away_is_an_act_that_can_be_taken_back(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    for text in ("A reply that took a while to write.", "And another one, thrown away as well."):
        desk.replies.save_draft(Draft(one, desk.agent.id, "reply", text, 0, desk.clock.now()))
        desk.replies.discard_draft(one)
    newer, older = (act for act in desk.activity.mine() if act.kind == "draft_discarded")
    assert newer.undoable and older.undoable and newer.conversation == one
    assert f"conversation {one}" in desk.activity.take_back(older.id)
    back = desk.replies.draft(one)
    assert back is not None and back.text == "A reply that took a while to write."
    with pytest.raises(Refused):
        desk.activity.take_back(older.id)
    (kept,) = (line for line in desk.drafts.all() if line.id is not None)
    desk.drafts.restore(kept.id or 0)
    acts = {act.id: act for act in desk.activity.mine()}
    assert not acts[newer.id].undoable, "it was had back from the list of drafts"
    assert acts[max(acts)].kind == "undone"


def test_what_somebody_changed_since_is_not_taken_back(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    desk.inbox.close(one)
    act = desk.activity.mine()[0]
    desk.inbox.reopen(one)
    assert not next(a for a in desk.activity.mine() if a.id == act.id).undoable
    with pytest.raises(Refused):
        desk.activity.take_back(act.id)
    with pytest.raises(NotFound):
        desk.activity.take_back(10_000_000)


def test_a_shift_begins_with_what_was_missed_and_trouble_comes_first(desk: Desk, shop: Shop) -> None:
    mine = shop.asked()
    desk.inbox.assign(mine, desk.agent.name)
    assert desk.activity.shift() is None, "nothing happened since"
    shop.clock.at += SHIFT + timedelta(hours=1)
    fresh = shop.asked()
    found = desk.activity.shift()
    assert found is not None and found.fresh == 1 and found.messages >= 1
    assert not found.more and found.missed == (), "the figures alone are asked for at every start"
    whole = desk.activity.away()
    assert whole is not None and replace(whole, missed=()) == found
    assert fresh in [one.conversation for one in whole.missed]
    desk.inbox.tag(fresh, add=["seen"])
    assert desk.activity.shift() is None, "the shift has begun"


def test_an_agent_who_never_did_anything_has_missed_nothing(desk: Desk) -> None:
    assert desk.activity.away() is None and desk.activity.shift() is None
