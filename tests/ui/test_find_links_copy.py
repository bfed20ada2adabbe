"""Finding words in a conversation, its links, and copying: on purpose, and only what was meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from csdesk import opener
from csdesk.config import Config
from csdesk.domain.conversation import Attachment
from csdesk.screens import copying
from tests.ui.conftest import Opener, Session
from tests.ui.fakes import FakeDesk
from tests.ui.test_thread import long_desk, pane


async def find(s: Session, words: str) -> None:
    await s.keys("\\", f"text:{words}")
    await s.rest(0.35)


async def test_words_are_found_counted_and_marked_and_quotes_unfold_for_them(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter")
        await find(s, "LINEA 7")
        assert "1 of 1: LINEA 7" in s.text, "counted while one types"
        await s.keys("enter")
        assert "1 of 1: LINEA 7" in s.lowest
        assert "línea 7" in pane(s), "it was in a folded quote"
        reading = s.screen.thread.reading
        assert reading is not None and reading.hit == (("message", 100), 0)
        inks = {
            ink: text for one in s.screen.thread.lines for text, ink in one.pieces if ink in ("hit", "found")
        }
        assert inks == {"hit": "línea 7"}
        await s.keys("escape")
        assert "línea 7" not in s.text and s.screen.pane() == "thread"
        await s.keys("escape")
        assert s.screen.pane() == "queue"


async def test_enter_goes_from_hit_to_hit_round_the_ends_and_backspace_back(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter")
        await find(s, "aduana")
        await s.keys("enter")
        assert "1 of 1" in s.lowest
        await s.keys("escape")
        await find(s, "l")
        await s.keys("enter")
        total = len(s.screen.thread_keys.finder.hits)
        first = s.screen.thread_keys.finder.at
        await s.keys("enter")
        assert s.screen.thread_keys.finder.at == (first + 1) % total
        await s.keys("backspace", "backspace")
        assert s.screen.thread_keys.finder.at == (first - 1) % total


async def test_chinese_in_notes_and_in_folded_messages_is_found(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "H")
        await find(s, "海关")
        await s.keys("enter")
        assert "1 of 1: 海关" in s.lowest
        assert any(("海关", "hit") in one.pieces for one in s.screen.thread.lines), (
            "the note was opened for it"
        )


async def test_a_word_far_away_in_a_long_conversation_is_fetched(opened: Opener) -> None:
    desk = long_desk(1000)
    thread = desk.threads[1]
    first = replace(thread.messages[3], text="the needle is here")
    desk.threads[1] = replace(thread, entries=(*thread.entries[:3], first, *thread.entries[4:]))
    async with opened(desk) as s:
        await s.keys("enter")
        await find(s, "needle")
        await s.keys("enter")
        assert "the needle is here" in pane(s) and "1 of 1" in s.lowest


async def test_what_is_not_there_is_said(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "enter")
        assert "Nothing is being looked for" in s.lowest
        await find(s, "xyzzy")
        assert "xyzzy is not in this conversation." in s.text
        await s.keys("escape")
        assert not s.screen.thread_keys.finder.active


def linked_desk() -> FakeDesk:
    desk = FakeDesk()
    thread = desk.threads[1]
    text = (
        "Pay at www.paypal.com <https://pаypal.example/login> now\nhttps://shop.example/orders/1042\n"
        "<javascript:alert(1)>"
    )
    desk.threads[1] = replace(thread, entries=(replace(thread.messages[0], text=text, quotes=()),))
    return desk


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went to the clipboard."""
    out: list[str] = []

    def put(_app: Any, text: str) -> str:
        out.append(text)
        return ""

    monkeypatch.setattr("csdesk.screens.links.put", put)
    monkeypatch.setattr(copying, "put", put)
    return out


async def test_links_are_listed_with_where_they_lead_and_what_is_odd(opened: Opener) -> None:
    async with opened(linked_desk()) as s:
        await s.keys("enter", "J")
        assert "LINKS" in s.text and "3 links" in s.text
        assert "xn--pypal-4ve.example" in s.text and "reads pаypal.example" in s.text
        assert "It leads elsewhere than its words say." in s.text
        assert "https://shop.example/orders/1042" in s.text
        await s.keys("escape")
        assert s.screen.pane() == "thread"


async def test_a_link_is_opened_on_purpose_and_an_odd_one_after_a_question(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], str]] = []
    monkeypatch.setattr(opener, "start", lambda words, target: started.append((words, target)))
    async with opened(linked_desk(), config=Config(timezone="UTC", opener="mybrowser %s")) as s:
        await s.keys("enter", "J")
        assert started == []
        await s.keys("enter")
        assert "Open it all the same?" in s.text and started == []
        await s.keys("enter")
        assert started == [], "the first answer is no"
        await s.keys("enter", "2")
        assert started == [(["mybrowser", "%s"], "https://pаypal.example/login")]
        await s.keys("down", "enter")
        assert started[1][1] == "https://shop.example/orders/1042" and "Given to mybrowser" in s.text
        await s.keys("down", "enter")
        assert len(started) == 2 and "Links of the kind javascript are not opened." in s.text


async def test_over_ssh_a_link_is_copied_instead(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, copied: list[str]
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "1 2 3 4")
    async with opened(linked_desk()) as s:
        await s.keys("enter", "J", "down", "enter")
        assert copied == ["https://shop.example/orders/1042"]
        assert "No browser can be opened here" in s.text
        await s.keys("up", "c")
        assert copied[1] == "https://pаypal.example/login"


async def test_a_conversation_without_links_says_so(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "J")
        assert "No message here has a link." in s.text


async def test_message_order_parcel_and_address_are_copied_on_request(
    opened: Opener, copied: list[str]
) -> None:
    async with opened() as s:
        await s.keys("enter", "g", "Y")
        assert "Copy what" in s.text and "order number" in s.text
        await s.keys("1")
        assert copied == [s.desk.threads[1].messages[0].visible_text]
        await s.keys("Y", "3")
        assert copied[-1] == "#1042" and "Sent to the clipboard" in s.lowest
        await s.keys("Y", "4")
        assert copied[-1] == "RB123456785CN"
        await s.keys("Y", "escape")
        assert len(copied) == 3


async def test_what_is_too_long_for_terminals_is_refused_with_a_way_out(opened: Opener) -> None:
    desk = FakeDesk()
    thread = desk.threads[1]
    desk.threads[1] = replace(thread, entries=(replace(thread.messages[0], text="字" * 30_000, quotes=()),))
    async with opened(desk) as s:
        await s.keys("enter", "Y", "1")
        assert "terminals take 56 kB at most" in s.lowest


async def test_an_attachment_is_looked_into_without_being_opened(opened: Opener) -> None:
    desk = FakeDesk()
    thread = desk.threads[1]
    table = Attachment(77, "orders.csv", "text/csv", 30, "h")
    first = replace(thread.messages[0], attachments=(*thread.messages[0].attachments, table))
    desk.threads[1] = replace(thread, entries=(first, *thread.entries[1:]))
    desk.previews.data[77] = "名称,qty\n杯子,2\n\x1b]0;x\x07Tea,10\n".encode()
    async with opened(desk) as s:
        await s.keys("enter", "B")
        assert "Look into which file" in s.text
        await s.keys("2")
        assert "orders.csv" in s.text and "a table, 3 x 2" in s.text and "Tea   10" in s.text
        await s.keys("d")
        assert s.called("save_attachment") == [77] and "Saved as" in s.text
        await s.keys("escape")
        assert s.screen.pane() == "thread"


async def test_a_conversation_without_files_says_so(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("down", "enter", "B")
        assert "No message here has an attachment." in s.lowest


async def test_a_conversation_is_exported_without_its_notes_by_default(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "ctrl+e")
        assert "without internal notes" in s.text
        await s.keys("1")
        assert s.called("export") == [(1, "html", False)]
        assert "conversation-1.html" in s.lowest and "1 note was left out." in s.lowest
        await s.keys("ctrl+e", "5")
        assert s.called("export")[1] == (1, "txt", True)
