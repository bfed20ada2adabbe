"""What agents do with conversations, and taking it back. A failure here gives a customer to two agents or to none."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from csdesk.bootstrap import Desk
from csdesk.errors import Conflict, NotFound, Refused, Usage
from tests.unit.services.both.shop import DAY, Shop

Act = Callable[[Desk, int], object]
ACTS: dict[str, Act] = {
    "assign": lambda desk, c: desk.inbox.assign(c, "Mei"),
    "snooze": lambda desk, c: desk.inbox.snooze(c, desk.clock.now() + DAY),
    "close": lambda desk, c: desk.inbox.close(c),
    "spam": lambda desk, c: desk.inbox.spam(c),
    "tag": lambda desk, c: desk.inbox.tag(c, add=["VIP", "late parcel"]),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_can_be_taken_back_once_and_leaves_everything_as_it_was(
    desk: Desk, shop: Shop, name: str
) -> None:
    first = shop.asked()
    before, counts = desk.inbox.row(first), desk.inbox.counts()
    ACTS[name](desk, first)
    assert desk.inbox.row(first) != before
    desk.inbox.mark_read(first)  # the next conversation is opened: that is no act to take back
    desk.inbox.mark_unread(first) if before.unread and desk.inbox.row(first).status == "open" else None
    if name in ("assign", "tag"):
        assert desk.inbox.undo()  # the mark
    assert str(first) in desk.inbox.undo()
    after = desk.inbox.row(first)
    assert (after.status, after.assignee, after.tags, after.rank) == (
        before.status,
        before.assignee,
        before.tags,
        before.rank,
    )
    assert desk.inbox.counts() == counts
    with pytest.raises(Refused) as nothing:
        desk.inbox.undo()
    assert nothing.value.code == "nothing_to_undo"
    assert shop.rebuilt() == 0


def test_what_somebody_changed_since_is_not_taken_back(desk: Desk, shop: Shop) -> None:
    first = shop.asked(id="q@x")
    desk.inbox.close(first)
    shop.asked("again", In_Reply_To="<q@x>")
    with pytest.raises(Refused, match="changed since"):
        desk.inbox.undo()
    assert desk.inbox.row(first).status == "open"


def test_of_two_agents_who_claim_at_once_one_gets_it(desk: Desk, shop: Shop) -> None:
    first = shop.asked()
    mei = shop.desk_of("Mei")
    _ = (desk.agent, mei.agent)

    def claim(who: Desk) -> str:
        try:
            who.inbox.assign(first, who.agent.name, if_unassigned=True)
        except Conflict as lost:
            assert lost.code == "assigned"
            return ""
        return who.agent.name

    with ThreadPoolExecutor(8) as pool:
        won = {name for name in pool.map(claim, [desk, mei] * 4) if name}
    assert won == {desk.inbox.row(first).assignee}
    mei.close()


def test_reopening_lets_the_clock_run_from_when_the_customer_wrote(desk: Desk, shop: Shop) -> None:
    first = shop.asked()
    since = desk.inbox.row(first).waiting_since
    desk.inbox.close(first)
    assert desk.inbox.row(first).waiting_since is None
    desk.inbox.reopen(first)
    assert desk.inbox.row(first).waiting_since == since


def test_snoozed_wakes_unread_with_its_clock(desk: Desk, shop: Shop) -> None:
    first = shop.asked()
    with pytest.raises(Usage):
        desk.inbox.snooze(first, desk.clock.now() - DAY)
    desk.inbox.snooze(first, desk.clock.now() + DAY)
    assert desk.inbox.wake() == 0
    shop.clock.forward(days=2)
    assert desk.inbox.wake() == 1
    row = desk.inbox.row(first)
    assert (row.status, row.unread, row.snoozed_until) == ("open", True, None)
    assert row.waiting_since is not None


def test_merged_conversations_are_one_and_take_no_more_acts(desk: Desk, shop: Shop) -> None:
    one, two = shop.asked("first words"), shop.asked("second words")
    desk.inbox.tag(one, add=["vip"])
    desk.inbox.merge(one, two)
    thread = desk.inbox.thread(two)
    assert [m.text.strip() for m in thread.messages] == ["first words", "second words"]
    assert thread.tags == ("vip",)
    assert (desk.inbox.row(two).messages, desk.inbox.counts()["all"]) == (2, 1)
    for act in ACTS.values():
        with pytest.raises(Refused) as merged:
            act(desk, one)
        assert merged.value.code == "merged"
    for into in (one, two):
        with pytest.raises(Refused):
            desk.inbox.merge(one, into)
    assert desk.replies.note(one, "seen").conversation_id == two
    assert shop.rebuilt() == 0


def test_acts_on_what_is_not_there_say_so(desk: Desk, shop: Shop) -> None:
    first = shop.asked()
    with pytest.raises(NotFound, match="no agent 'Nobody'; there are: Lin, Mei"):
        desk.inbox.assign(first, "Nobody")
    for act in ACTS.values():
        with pytest.raises(NotFound):
            act(desk, 4711)
    with pytest.raises(Usage):
        desk.inbox.tag(first, add=["#"])


def test_the_day_is_counted_by_conversation_and_only_the_agents_own(desk: Desk, shop: Shop) -> None:
    """Else the quiet line at the end of a day praises for what somebody else did, or for yesterday."""
    first = shop.asked()
    morning = desk.clock.now()
    desk.replies.send(first, "One moment.")
    desk.replies.send(first, "It is on its way.")
    desk.inbox.close(first)
    wakes = desk.clock.now() + DAY
    desk.inbox.snooze(first, wakes)
    today = desk.inbox.today(morning)
    assert (today.answered, today.closed) == (1, 1)
    assert today.next_wake == wakes
    assert desk.inbox.today(desk.clock.now() + DAY).answered == 0
