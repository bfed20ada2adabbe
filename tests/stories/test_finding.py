"""Finding and reading: filter, search, orders, attachments, quotes; and how the desk looks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.conftest import Telling


async def test_the_filter_narrows_the_queue_as_it_is_typed_and_gives_it_back(tell: Telling) -> None:
    """Twenty rows are read, two hundred are not."""
    async with tell() as t:
        await t.do("queue.filter")
        await t.type("Retoure")
        await t.wait(seconds=1)
        narrowed = len(list(t.screen.queue.rows.loaded()))
        await t.keys("escape")
        await t.wait(seconds=1)
        assert narrowed < len(list(t.screen.queue.rows.loaded()))


@pytest.mark.parametrize(("words", "who"), [("1043", "Ingrid"), ("绿色背包", "云仓"), ("lampa", "Carmen")])
async def test_a_word_or_a_number_is_found_and_opened(tell: Telling, words: str, who: str) -> None:
    """In any script, from three letters on."""
    async with tell() as t:
        await t.do("place.search")
        await t.type(words)
        await t.wait(seconds=1)
        t.sees(who)
        await t.keys("enter")
        await t.wait(seconds=1)
        assert t.opened.id


async def test_a_suggested_order_counts_once_the_agent_says_so(tell: Telling) -> None:
    """A number in a text proves nothing."""
    async with tell() as t:
        await t.go("云仓")
        before = [link for link in t.screen.reader.orders if link.state == "suggested"]
        assert before
        await t.do("order.confirm")
        number = before[0].order.number
        assert any(link.state == "linked" and link.order.number == number for link in t.screen.reader.orders)


async def test_a_suggested_order_of_somebody_else_goes_away(tell: Telling) -> None:
    """And stays away."""
    async with tell() as t:
        await t.go("云仓")
        number = next(link for link in t.screen.reader.orders if link.state == "suggested").order.number
        await t.do("order.reject")
        assert number not in [
            link.order.number for link in t.screen.reader.orders if link.state != "rejected"
        ]


async def test_an_attachment_is_saved_and_the_place_is_said(
    tell: Telling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that nobody finds was not saved."""
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(tmp_path / "downloads"))
    async with tell() as t:
        await t.go("Emily")
        await t.do("thread.save")
        if t.app.screen is not t.screen:
            await t.keys("enter")
        await t.wait(seconds=1)
        assert t.screen.said, "the place is said"
        said = t.screen.said[-1].text
        assert any(Path(part).exists() for part in said.replace("。", " ").split() if "/" in part), said


async def test_the_original_of_a_mail_is_saved_as_it_came(tell: Telling) -> None:
    """For the day on which a lawyer asks."""
    async with tell() as t:
        await t.go("Emily")
        await t.do("thread.original")
        if t.app.screen is not t.screen:
            await t.keys("enter")
        await t.wait(seconds=1)
        assert ".eml" in t.screen.said[-1].text


async def test_quoted_lines_unfold_and_fold(tell: Telling) -> None:
    """Nothing is cut, it is only out of the way."""
    async with tell() as t:
        await t.go("云仓")
        before = len(t.screen.thread.lines)
        await t.do("thread.quotes")
        assert len(t.screen.thread.lines) > before
        for _level in range(5):
            if len(t.screen.thread.lines) == before:
                break
            await t.do("thread.quotes")
        assert len(t.screen.thread.lines) == before


async def test_the_palette_does_anything_by_its_name(tell: Telling) -> None:
    """For the key that is not remembered."""
    async with tell() as t:
        emily = await t.go("Emily")
        label = t.screen.actions["queue.mine"].help
        await t.do("place.palette")
        await t.type(label[:12])
        await t.wait(seconds=1)
        await t.keys("down", "enter")
        await t.wait(seconds=1)
        assert t.row(emily).assignee == "Lin"


async def test_help_tells_every_key_of_the_desk(tell: Telling) -> None:
    """A key that help does not know does not exist."""
    async with tell() as t:
        await t.do("place.help")
        t.sees(t.screen.actions["move.down"].help)
        await t.keys("escape")
        assert t.app.screen is t.screen


async def test_colours_and_density_change_at_once(tell: Telling) -> None:
    """Tired eyes at four in the morning."""
    async with tell() as t:
        theme = t.app.theme
        await t.do("place.theme")
        await t.keys("down", "enter")
        assert t.app.theme != theme
        rows = t.text
        await t.do("look.density")
        assert t.text != rows


async def test_the_accounts_say_how_they_are(tell: Telling) -> None:
    """Silence of a mailbox must not look like a calm night."""
    async with tell() as t:
        await t.do("place.accounts")
        t.sees("support@nordlicht.example")
        t.says("well")


async def test_a_mailbox_that_is_gone_is_said_and_mended(tell: Telling) -> None:
    """The desk goes on with what it has, and tells what to do."""
    async with tell() as t:
        away = t.mailbox.with_name("elsewhere")
        t.mailbox.rename(away)
        await t.wait(minutes=3)
        await t.do("place.accounts")
        assert t.desk.accounts.get("support").health
        await t.keys("escape")
        await t.do("move.down", "queue.open")
        assert t.opened.messages
        away.rename(t.mailbox)
        await t.wait(minutes=30)
        assert not t.desk.accounts.get("support").health


async def test_a_message_that_cannot_leave_is_said_and_leaves_later(tell: Telling) -> None:
    """Failed is a place, not an end."""
    async with tell() as t:
        in_the_way = t.mailbox.with_name("mail.Sent")
        in_the_way.write_text("not a folder")
        emily = await t.go("Emily")
        await t.do("write.reply")
        await t.type("Hello")
        await t.do("write.send_stay")
        await t.wait(minutes=2)
        assert not t.outbox("sent") and t.row(emily).status == "open"
        await t.do("place.outbox")
        t.sees("mail.Sent")
        await t.keys("escape")
        in_the_way.unlink()
        await t.wait(hours=2)
        await t.wait(hours=2)
        assert t.outbox("sent")[0].conversation_id == emily
