"""Marks, counts and acts on many conversations from the keyboard. A failure here touches what nobody chose."""

from __future__ import annotations

from csdesk.domain.deeds import Deed
from tests.ui.conftest import Opener, Session
from tests.ui.fakes import FakeDesk


def marked_rows(s: Session) -> list[str]:
    return [line[:40] for line in s.text.split("\n") if line[1:2] == "*"]


def ids(s: Session) -> tuple[int, ...]:
    return tuple(row.id for _number, row in s.screen.queue.rows.loaded())


def bulk(s: Session) -> list[tuple[str, tuple[int, ...]]]:
    return [(deed.kind, ids) for deed, ids in s.called("bulk")]


async def test_marks_are_seen_counted_and_taken_away(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(",", ",")
        assert len(marked_rows(s)) == 2 and "2 marked" in s.text
        assert s.screen.queue.cursor == 2, "the cursor goes on, so that the next can be marked"
        await s.keys("up", ",")
        assert s.screen.queue.marked == {1}
        await s.keys("U")
        assert marked_rows(s) == [] and "marked" not in s.text
        await s.keys("U")
        assert "Nothing is marked." in s.lowest


async def test_a_range_all_and_the_other_way_round(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(",", "down", "down", "V")
        assert s.screen.queue.marked == {1, 2, 3, 4}
        await s.keys("I")
        assert s.called("ids")[-1] == ("open", "")
        assert s.screen.queue.marked.isdisjoint({1, 2, 3, 4}) and len(s.screen.queue.marked) == 36
        await s.keys("*")
        assert len(s.screen.queue.marked) == 40 and "40 conversations are marked." in s.lowest


async def test_all_is_all_of_the_filter_and_another_view_takes_marks_away(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("f", "text:weber", "enter", "*")
        assert s.called("ids")[-1] == ("open", "weber")
        assert s.screen.queue.marked and len(s.screen.queue.marked) < 10
        await s.keys("]")
        assert s.screen.queue.marked == set(), "what is not seen is not acted on"


async def test_an_act_on_marks_is_one_act_with_one_undo(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(",", ",", ",", "e")
        assert bulk(s) == [("closed", (1, 2, 3))]
        assert "3 conversations closed." in s.lowest and "z undo" in s.lowest
        assert s.screen.queue.marked == set()
        await s.keys("z")
        assert {s.desk.threads[one].status for one in (1, 2, 3)} == {"open"}
        assert "3 conversations are as they were." in s.lowest


async def test_tags_a_time_and_an_agent_for_all_that_is_marked(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(",", ",", "t", "text:sale -vip", "enter")
        assert s.called("bulk")[-1] == (Deed("tagged", add=("sale",), remove=("vip",)), (1, 2))
        await s.keys("home", ",", ",", "s", "1")
        assert bulk(s)[-1] == ("snoozed", (1, 2))
        await s.keys("home", "down", "down", ",", ",", "@", "2")
        assert s.called("bulk")[-1] == (Deed("assigned", agent="Mei"), (3, 4))
        await s.keys(",", ",", "i")
        assert bulk(s)[-1][0] == "read"


async def test_in_the_conversation_an_act_is_about_that_one_alone(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(",", ",", "enter", "m")
        assert s.called("bulk") == [] and s.called("mark_unread") == [3]


async def test_counts_move_and_act_on_so_many_rows(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("5", "j")
        assert s.screen.queue.cursor == 5
        await s.keys("2", "k")
        assert s.screen.queue.cursor == 3
        await s.keys("1", "2")
        assert "12 times" in s.lowest
        await s.keys("escape")
        assert "12 times" not in s.lowest
        await s.keys("3", "e")
        assert bulk(s) == [("closed", ids(s)[3:6])]
        await s.keys("1", "0", "G")
        assert s.screen.queue.cursor == 9
        await s.keys("2", ",")
        assert s.screen.queue.marked == set(ids(s)[9:11])


async def test_a_count_that_is_too_long_does_no_harm(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(*("9" * 30), "j")
        assert s.screen.queue.cursor == 39


async def test_many_are_asked_for_first_and_no_means_no(opened: Opener) -> None:
    async with opened(FakeDesk(count=60)) as s:
        await s.keys("*", "e")
        assert "Close 60 conversations?" in s.text
        await s.keys("2")
        assert s.called("bulk") == [] and len(s.screen.queue.marked) == 60
        await s.keys("e", "1")
        assert bulk(s)[0][0] == "closed" and len(bulk(s)[0][1]) == 60


async def test_long_work_tells_how_far_it_is_and_escape_stops_it(opened: Opener) -> None:
    desk = FakeDesk()
    desk.bulk.gate.clear()
    async with opened(desk) as s:
        await s.keys("*")
        await s.pilot.press("m")
        for _n in range(100):
            await s.pilot.pause(0.02)
            if "10 of 40" in s.text:
                break
        assert "10 of 40   esc stops" in s.lowest
        await s.pilot.press("j", "escape")
        assert s.screen.queue.cursor == 1, "the screen goes on meanwhile"
        desk.bulk.gate.set()
        await s.rest()
        assert "Stopped before the end." in s.lowest
        assert sum(thread.unread for thread in desk.threads.values()) < 40


async def test_the_last_act_is_done_again_on_another_row(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(".")
        assert "Nothing was done yet" in s.lowest
        await s.keys("t", "text:sale", "enter", "down", ".")
        assert s.called("tag") == [(1, ("sale",), ()), (2, ("sale",), ())]
        await s.keys("down", "3", ".")
        assert s.called("bulk") == [(Deed("tagged", add=("sale",)), ids(s)[2:5])]


async def test_a_mark_costs_a_few_cells_and_no_row(opened: Opener) -> None:
    async with opened() as s:
        drawn: list[int | None] = []
        queue = s.screen.queue
        redraw = queue.redraw

        def watched(y: int, count: int = 1, *, x: int = 0, width: int | None = None) -> None:
            drawn.append(width)
            redraw(y, count, x=x, width=width)

        queue.redraw = watched  # type: ignore[method-assign]
        await s.keys(",")
        assert drawn and all(width is not None and width <= 3 for width in drawn)
