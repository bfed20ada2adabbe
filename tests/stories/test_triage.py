"""Keeping the queue short: whose it is, when it comes back, what it is about; and taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stories.conftest import Telling


async def test_a_conversation_is_taken_and_given_back(tell: Telling) -> None:
    """Two agents must not answer the same customer."""
    async with tell() as t:
        emily = await t.go("Emily")
        await t.do("queue.mine")
        assert t.row(emily).assignee == "Lin"
        await t.do("queue.unassign")
        assert t.row(emily).assignee is None


async def test_what_was_put_away_comes_back_at_its_time(tell: Telling) -> None:
    """Or it is forgotten, which is worse than late."""
    async with tell() as t:
        emily = await t.go("Emily")
        await t.do("queue.snooze")
        await t.keys("enter")
        row = t.row(emily)
        assert row.status == "snoozed" and row.snoozed_until is not None
        await t.wait(seconds=(row.snoozed_until - t.clock.now()).total_seconds() + 60)
        assert t.row(emily).status == "open"


async def test_a_conversation_closed_too_early_is_opened_by_undo(tell: Telling) -> None:
    """The finger was faster than the eye."""
    async with tell() as t:
        emily = await t.go("Emily")
        await t.do("queue.close")
        assert t.row(emily).status == "closed"
        await t.do("queue.undo")
        assert t.row(emily).status == "open"


async def test_a_closed_conversation_opens_when_the_customer_writes(tell: Telling) -> None:
    """Closing is no wall against customers."""
    async with tell() as t:
        emily = await t.go("Emily")
        last = next(m for m in reversed(t.opened.messages) if m.direction == "in")
        await t.do("queue.close")
        await t.receive(f"Emily Carter <{last.sender.address}>", "Re: Mug", "And now?", last.message_id or "")
        row = t.row(emily)
        assert row.status == "open" and row.unread


async def test_tags_are_added_and_removed_in_one_line(tell: Telling) -> None:
    """vip -customs says what a form would need two pages for."""
    async with tell() as t:
        ana = await t.go("Ana", words="mi paquete")
        assert set(t.row(ana).tags) == {"vip", "customs"}
        await t.do("queue.tag")
        await t.keys(*["backspace"] * 40)
        await t.type("late -customs")
        await t.keys("enter")
        assert set(t.row(ana).tags) == {"vip", "late"}


async def test_spam_leaves_the_queue_and_comes_back(tell: Telling) -> None:
    """A customer who was taken for spam is a customer lost."""
    async with tell() as t:
        emily = await t.go("Emily")
        await t.do("queue.spam")
        assert t.row(emily).status == "spam"
        await t.do("queue.undo")
        assert t.row(emily).status == "open"


async def test_what_was_read_by_mistake_is_unread_again(tell: Telling) -> None:
    """Bold is how an agent remembers."""
    async with tell() as t:
        emily = await t.go("Emily")
        assert not t.row(emily).unread
        await t.do("queue.unread")
        assert t.row(emily).unread


async def test_the_second_mail_of_the_same_customer_is_merged(tell: Telling) -> None:
    """One question, one conversation, whatever the mail program did."""
    async with tell() as t:
        emily = await t.go("Emily")
        address = next(m for m in t.opened.messages if m.direction == "in").sender.address
        await t.receive(f"Emily Carter <{address}>", "My mug", "I forgot to say: it was blue.")
        other = max(row.id for row in t.desk.inbox.page("all", limit=100).rows)
        assert other != emily
        t.screen.reader.open(other)
        await t.wait(seconds=1)
        await t.do("queue.merge")
        await t.type(str(emily))
        await t.keys("enter")
        await t.wait(seconds=1)
        assert any("it was blue" in m.text for m in t.desk.inbox.thread(emily).messages)


async def test_an_act_that_was_not_the_last_is_taken_back(tell: Telling) -> None:
    """Undo without a list only helps those who notice at once."""
    async with tell() as t:
        emily = await t.go("Emily")
        await t.do("queue.close")
        giulia = await t.go("Giulia")
        await t.do("queue.mine", "place.activity")
        await t.keys("down", "z")
        assert t.row(emily).status == "open" and t.row(giulia).assignee == "Lin"


async def test_what_happened_while_away_is_told(tell: Telling) -> None:
    """The first question of every shift."""
    async with tell() as t:
        emily = await t.go("Emily")
        await t.do("queue.close")
        last = (
            next(m for m in reversed(t.opened.messages) if m.direction == "in") if t.opened.messages else None
        )
        t.clock.at += timedelta(hours=9)
        address = last.sender.address if last else "new@buyer.example"
        await t.receive(f"Emily Carter <{address}>", "Still broken", "It is still broken.")
        await t.do("place.away")
        t.sees("Emily Carter")
        assert emily


@pytest.mark.parametrize("view", ["snoozed", "mine"])
async def test_the_views_hold_what_their_counters_say(tell: Telling, view: str) -> None:
    """A counter that lies sends an agent hunting."""
    async with tell() as t:
        t.screen.reader.choose(view)
        await t.wait(seconds=1)
        assert len(t.desk.inbox.page(view, limit=100).rows) == t.desk.inbox.counts()[view]
        assert t.screen.queue.rows.loaded()
