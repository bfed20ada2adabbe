"""One act on many conversations. A failure here closes what nobody chose, or cannot be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from csdesk.bootstrap import Desk
from csdesk.domain.deeds import Deed
from csdesk.errors import NotFound, Refused, Usage
from csdesk.services import bulk
from tests.unit.services.both.shop import DAY, Shop


def run(desk: Desk, deed: Deed, ids: list[int]) -> list[tuple[int, int, int]]:
    return [(step.done, step.changed, step.total) for step in desk.bulk.run(deed, ids)]


def deeds(desk: Desk) -> list[Deed]:
    return [
        Deed("assigned", agent="Mei"),
        Deed("snoozed", until=desk.clock.now() + DAY),
        Deed("closed"),
        Deed("spammed"),
        Deed("tagged", add=("VIP", "late parcel")),
        Deed("read"),
    ]


@pytest.mark.parametrize("number", range(6))
def test_many_are_changed_at_once_and_one_undo_takes_all_of_it_back(
    desk: Desk, shop: Shop, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    ids = [shop.asked() for _n in range(5)]
    before, counts = [desk.inbox.row(one) for one in ids], desk.inbox.counts()
    steps = run(desk, deeds(desk)[number], ids)
    assert steps == [(2, 2, 5), (4, 4, 5), (5, 5, 5)], "one transaction a batch, told after each"
    assert all(desk.inbox.row(one.id) != one for one in before)
    desk.inbox.undo()
    assert [desk.inbox.row(one) for one in ids] == before
    assert desk.inbox.counts() == counts
    with pytest.raises(Refused) as nothing:
        desk.inbox.undo()
    assert nothing.value.code == "nothing_to_undo"
    assert shop.rebuilt() == 0


def test_reopening_many_starts_their_clocks_again(desk: Desk, shop: Shop) -> None:
    ids = [shop.asked() for _n in range(3)]
    due = [desk.inbox.row(one).due_at for one in ids]
    run(desk, Deed("closed"), ids)
    run(desk, Deed("reopened"), ids)
    assert [desk.inbox.row(one).due_at for one in ids] == due
    assert {desk.inbox.row(one).status for one in ids} == {"open"}


def test_what_is_so_already_is_left_alone_and_what_is_not_there_stops_its_batch(
    desk: Desk, shop: Shop
) -> None:
    ids = [shop.asked() for _n in range(3)]
    desk.inbox.close(ids[0])
    assert run(desk, Deed("closed"), ids) == [(3, 2, 3)]
    with pytest.raises(NotFound):
        run(desk, Deed("spammed"), [*ids, 99_999])
    assert {desk.inbox.row(one).status for one in ids} == {"closed"}


def test_undo_leaves_what_a_customer_or_colleague_changed_since(desk: Desk, shop: Shop) -> None:
    ids = [shop.asked(id="a@x"), shop.asked(id="b@x"), shop.asked(id="c@x")]
    run(desk, Deed("closed"), ids)
    shop.asked("again", In_Reply_To="<b@x>")
    said = desk.inbox.undo()
    assert "2 conversations" in said and "1 was changed since" in said
    assert [desk.inbox.row(one).status for one in ids] == ["open", "open", "open"]
    assert desk.inbox.row(ids[1]).messages == 2


def test_acts_before_a_batch_can_still_be_taken_back_after_it_was(desk: Desk, shop: Shop) -> None:
    ids = [shop.asked() for _n in range(4)]
    desk.inbox.tag(ids[0], add=["vip"])
    run(desk, Deed("closed"), ids)
    desk.inbox.tag(ids[1], add=["late"])
    assert str(ids[1]) in desk.inbox.undo()
    assert "4 conversations" in desk.inbox.undo()
    assert str(ids[0]) in desk.inbox.undo()
    assert desk.inbox.row(ids[0]).tags == ()


def test_a_look_back_shows_one_act_for_many_and_takes_it_back_whole(desk: Desk, shop: Shop) -> None:
    ids = [shop.asked() for _n in range(4)]
    run(desk, Deed("closed"), ids)
    desk.inbox.tag(ids[0], add=["vip"])
    acts = desk.activity.mine()
    assert [(act.kind, act.conversation, act.count) for act in acts] == [
        ("tagged", ids[0], 1),
        ("closed", None, 4),
    ]
    assert acts[1].undoable
    desk.activity.take_back(acts[1].id)
    assert {desk.inbox.row(one).status for one in ids} == {"open"}
    assert not desk.activity.mine()[1].undoable
    with pytest.raises(Refused):
        desk.activity.take_back(acts[1].id)


def test_what_was_done_before_work_was_stopped_can_be_taken_back(
    desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    ids = [shop.asked() for _n in range(6)]
    next(desk.bulk.run(Deed("closed"), ids))
    assert [desk.inbox.row(one).status for one in ids].count("closed") == 2
    assert "2 conversations" in desk.inbox.undo()


def test_an_act_that_makes_no_sense_is_a_sentence(desk: Desk, shop: Shop) -> None:
    first = shop.asked()
    for deed in (
        Deed("tagged", add=("+",)),
        Deed("snoozed", until=desk.clock.now() - timedelta(1)),
        Deed("burnt"),
    ):
        with pytest.raises(Usage):
            run(desk, deed, [first, first])
    with pytest.raises(NotFound):
        run(desk, Deed("assigned", agent="Nobody I know"), [first])


def test_all_of_a_view_or_of_a_filter_can_be_chosen(desk: Desk, shop: Shop) -> None:
    first, second = shop.asked("a blue mug"), shop.asked("a red mug")
    desk.inbox.close(shop.asked("a blue mug again"))
    assert desk.inbox.ids() == [row.id for row in desk.inbox.page().rows]
    assert set(desk.inbox.ids()) == {first, second}
    assert desk.inbox.ids(text="blue") == [first]
    with pytest.raises(Usage):
        desk.inbox.ids("nowhere")
