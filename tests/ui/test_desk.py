"""Reading and triage with keys: what an agent does all day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from csdesk.config import Config
from csdesk.domain.webhooks import HookHealth
from csdesk.errors import StoreFailure
from tests.ui.conftest import Opener
from tests.ui.fake_samples import NOW
from tests.ui.fakes import FakeDesk


async def test_the_queue_shows_who_waits_how_long_and_about_what(opened: Opener) -> None:
    async with opened() as s:
        row = next(line for line in s.text.split("\n") if line.startswith("▌"))
        assert "0:38" in row and "Ana López" in row and "es" in row and "Where is my parcel?" in row
        header = s.text.split("\n")[0]
        assert "Nordlicht Shop · Lin" in header and "2 burning" in header and "22:41 Shanghai" in header


async def test_enter_opens_and_marks_read_but_resting_does_not(opened: Opener) -> None:
    async with opened() as s:
        assert "NOTE  Mei" in s.text, "the conversation under the resting cursor is shown"
        assert s.called("mark_read") == []
        await s.keys("enter")
        assert s.called("mark_read") == [1]


async def test_quotes_are_folded_and_one_key_unfolds_them(opened: Opener) -> None:
    async with opened() as s:
        assert "+ 14 quoted lines" in s.text and "línea 3" not in s.text
        await s.keys("enter", "q")
        await s.keys("home")
        assert "línea 3" in s.text


async def test_both_times_are_shown_and_a_note_says_that_it_stays(opened: Opener) -> None:
    async with opened() as s:
        assert "Ana López  10:32  (17:32 yours)" in s.text
        assert "stays here" in s.text


async def test_an_attachment_is_saved_on_a_key_and_the_path_is_shown(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "d")
        assert s.called("save_attachment") == [10]
        assert "foto del paquete.jpg" in s.lowest and "Saved as" in s.lowest


@pytest.mark.parametrize(
    ("key", "call", "value"),
    [("a", "assign", (1, "Lin")), ("e", "close", 1), ("!", "spam", 1), ("m", "mark_unread", 1)],
)
async def test_triage_keys_act_on_the_row_under_the_cursor(
    opened: Opener, key: str, call: str, value: object
) -> None:
    async with opened() as s:
        await s.keys(key)
        assert s.called(call) == [value]


async def test_closing_moves_on_and_the_closed_row_stays_in_its_place(opened: Opener) -> None:
    async with opened() as s:
        before = [line[14:30] for line in s.text.split("\n")[4:12]]
        await s.keys("e")
        assert [line[14:30] for line in s.text.split("\n")[4:12]] == before
        assert s.screen.queue.cursor == 1
        assert "closed" in s.text


async def test_undo_takes_the_last_act_back(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("e", "z")
        assert s.desk.threads[1].status == "open"
        assert 1 not in s.screen.queue.gone


async def test_a_merge_is_taken_apart_again(opened: Opener) -> None:
    """Lost otherwise: a second customer's words, in the wrong conversation for good."""
    async with opened() as s:
        s.desk.change(2, status="merged", merged_into=1)
        await s.keys("alt+m")
        assert s.called("split") == [1]
        assert "Conversation 2 is on its own again." in s.lowest
        assert s.desk.threads[2].merged_into is None
        await s.keys("alt+m")
        assert "Nothing was merged into conversation 1." in s.text


async def test_snoozing_offers_times_and_takes_words(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("s")
        assert "Snooze until" in s.text and "tomorrow 9:00" in s.text
        await s.keys("1")
        assert s.called("snooze")[0][1].isoformat() == "2026-11-21T15:41:00+00:00"
        await s.keys("s", "end", "enter", "text:mon 9:30", "enter")
        assert s.called("snooze")[1][1].isoformat() == "2026-11-23T01:30:00+00:00"


async def test_tags_are_added_and_taken_away(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("t", "text:late -vip", "enter")
        assert s.called("tag") == [(1, ("late",), ("vip",))]


async def test_filter_as_you_type_and_escape_brings_everything_back(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("f", "text:weber")
        await s.rest()
        assert s.screen.queue.row is not None and s.screen.queue.row.who == "J. Weber"
        assert len(s.screen.queue.rows) == 6
        await s.keys("escape")
        await s.rest()
        assert len(s.screen.queue.rows) == 40


async def test_new_mail_moves_nothing_and_is_counted(opened: Opener) -> None:
    async with opened(FakeDesk(count=41)) as s:
        del s.desk.threads[41]
        await s.keys("ctrl+r", "down", "down")
        rows = s.text.split("\n")[4:40]
        s.desk.threads[41] = s.desk.thread_of(41)
        s.desk.receive(41, "Me again")
        await s.pilot.pause(0.9)
        await s.rest()
        shown = [line[:60] for line in s.text.split("\n")[4:40]]
        assert shown == [line[:60] for line in rows]


async def test_a_suggested_order_waits_for_the_agent(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("down")
        await s.rest()
        assert "suggested: the text names this" in s.text
        await s.keys("y")
        assert s.called("confirm") == [(2, 2)]
        assert "suggested" not in s.text.split("PARCEL")[0].split("ORDER")[-1]


async def test_what_cannot_be_done_says_why(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("u")
        assert "Nothing is waiting to be sent" in s.lowest
        await s.keys("y")
        assert "No order is suggested here." in s.lowest


async def test_a_store_that_does_not_open_is_a_sentence_and_is_tried_again(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csdesk.screens.read.RETRY", 0.1)
    desk = FakeDesk(fail_open=[StoreFailure("The store is locked by another program.")] * 2)
    async with opened(desk) as s:
        for _ in range(30):
            await s.pilot.pause(0.05)
            if s.screen.reader.standing.counts:
                break
        await s.rest()
        assert "Ana López" in s.text


async def test_a_failing_service_is_a_sentence_and_the_screen_lives(opened: Opener) -> None:
    async with opened() as s:
        s.desk.fail_next.append(StoreFailure("The disk is full; nothing was changed."))
        await s.keys("e")
        assert "The disk is full" in s.lowest
        await s.keys("e")
        assert s.desk.threads[1].status == "closed"


async def test_help_lists_every_action_of_the_registry(opened: Opener) -> None:
    from csdesk.actions import registry

    async with opened(size=(120, 200)) as s:
        await s.keys("?")
        shown = " ".join(s.text.split())
        for action in registry():
            assert action.id in shown
        await s.keys("escape")
        assert not s.app.screen.is_modal


async def test_the_palette_finds_an_action_by_its_words(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("ctrl+p", "text:spam")
        await s.rest(0.4)
        await s.keys("down", "enter")
        await s.rest()
        assert s.called("spam") == [1]


async def test_own_keys_replace_the_defaults_and_mistakes_are_told(opened: Opener) -> None:
    config = Config(timezone="Asia/Shanghai", keys={"queue.close": ("ctrl+e",), "queue.cloze": ("y",)})
    async with opened(config=config) as s:
        assert "did you mean queue.close?" in s.lowest
        await s.keys("e")
        assert s.called("close") == []
        await s.keys("ctrl+e")
        assert s.called("close") == [1]


async def test_every_action_has_someone_who_does_it(opened: Opener) -> None:
    async with opened() as s:
        assert set(s.screen.handlers) == set(s.screen.actions)


async def test_search_finds_and_opens(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("S", "text:rückgabe")
        await s.rest()
        assert "J. Weber" in s.text and "hits, newest first" in s.text
        await s.keys("enter")
        await s.rest()
        assert s.screen.reader.opened is not None and s.screen.reader.opened.who == "J. Weber"


async def test_the_outbox_says_what_failed_and_tries_again(opened: Opener) -> None:
    from dataclasses import replace

    async with opened() as s:
        row = s.desk.replies.send(3, "Hello")
        s.desk.box[row.id] = replace(row, state="failed", error="550 no such user")
        await s.keys("x")
        assert "failed" in s.text and "550 no such user" in s.text
        await s.keys("r")
        assert s.called("retry") == [row.id]


async def test_accounts_are_told_in_words(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("X")
        assert "The password was not accepted" in s.text and "well" in s.text
        assert "1200 of 200000 mails read" in s.text


async def test_webhooks_stand_below_the_accounts_with_what_is_wrong(opened: Opener) -> None:
    async with opened() as s:
        said = "The other side did not take it (503): maintenance"
        s.desk.webhooks.lines = (
            HookHealth("erp", "https://erp.example/in", True, False, False, said, NOW - timedelta(hours=3)),
            HookHealth("bi", "https://bi.example/in", True, False, True, "well"),
        )
        await s.keys("X")
        assert said in s.text and "https://erp.example/in" in s.text and "last taken 3" in s.text
        assert "nothing taken yet" in s.text
        await s.keys("p")
        assert "paused by" not in s.text, "an account is not a webhook"
        await s.keys("down", "down", "down", "p")
        assert "Paused: paused by Lin" in s.text and s.desk.webhooks.lines[1].paused
        await s.keys("p")
        assert "paused by" not in s.text and said in s.text


async def test_engines_that_translate_stand_there_too_and_nothing_waits_for_them(opened: Opener) -> None:
    """A server that does not answer takes seconds to say so."""
    async with opened() as s:
        s.desk.engines.gate.clear()
        await s.pilot.press("X")
        await s.pilot.pause(0.3)
        assert "libretranslate" in s.text and "ja-en" in s.text and "all others" in s.text
        assert s.text.count("being asked …") == 2
        await s.pilot.press("down")
        await s.pilot.pause(0.05)
        assert "▌  ebay" in s.text
        s.desk.engines.gate.set()
        await s.rest(0.3)
        assert "translate.nordlicht.example failed: 502" in s.text and "being asked" not in s.text
        await s.keys("end", "p")
        assert s.desk.webhooks.lines == (), "an engine is not a webhook"


async def test_a_queue_of_a_million_pages_as_one_goes_down(opened: Opener) -> None:
    async with opened(FakeDesk(count=1_000_000)) as s:
        for _ in range(12):
            await s.keys("end")
        assert s.screen.queue.cursor >= 1000
        held = sum(1 for _ in s.screen.queue.rows.loaded())
        assert held <= 1400, "far pages are forgotten"
        await s.keys("home")
        await s.rest()
        row = s.screen.queue.row
        assert row is not None and row.id == 1
