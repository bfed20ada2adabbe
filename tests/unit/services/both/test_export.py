"""A conversation as a file, on both databases. A note that leaves in one may reach the customer."""

from __future__ import annotations

import json
import mailbox
import stat
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.errors import NotFound, Refused, Usage
from tests.unit.services.both.shop import Shop

SECRET = "the colleague's secret opinion"


def talk(desk: Desk, shop: Shop) -> int:
    found = shop.asked("<script>alert(1)</script> & \x1b]52;c;eA==\x07 where?\nFrom here on\n您好", id="a@x")
    desk.replies.note(found, SECRET)
    desk.replies.send(found, "It left on Monday.", now=True)
    return found


@pytest.mark.parametrize("form", ["txt", "html", "mbox", "json"])
def test_notes_stay_out_of_every_format_unless_asked_for(desk: Desk, shop: Shop, form: str) -> None:
    made = desk.export.make(talk(desk, shop), form)
    assert SECRET.encode() not in made.data and b"secret" not in made.data and made.notes == 1
    assert b"Monday" in made.data and b"where?" in made.data


def test_notes_that_are_asked_for_are_marked_and_never_become_mail(desk: Desk, shop: Shop) -> None:
    found = talk(desk, shop)
    text = desk.export.make(found, "txt", notes=True).data.decode()
    assert text.index("INTERNAL NOTE") < text.index(SECRET)
    page = desk.export.make(found, "html", notes=True).data.decode()
    assert 'class="note"' in page and "INTERNAL NOTE" in page
    whole = json.loads(desk.export.make(found, "json", notes=True).data)
    assert [one["text"] for one in whole["messages"] if one.get("internal")] == [SECRET]
    with pytest.raises(Refused, match="a note is none"):
        desk.export.make(found, "mbox", notes=True)


def test_a_page_runs_and_loads_nothing_and_no_format_drives_a_terminal(desk: Desk, shop: Shop) -> None:
    found = talk(desk, shop)
    page = desk.export.make(found, "html").data.decode()
    assert "<script" not in page and "&lt;script&gt;" in page and "default-src 'none'" in page
    for form in ("txt", "html", "json"):
        assert b"\x1b" not in desk.export.make(found, form).data
    assert "您好" in page


def test_a_mailbox_holds_the_mails_byte_for_byte(desk: Desk, shop: Shop, tmp_path: Path) -> None:
    path, left = desk.export.save(talk(desk, shop), "mbox", tmp_path)
    assert left == 1 and stat.S_IMODE(path.stat().st_mode) == 0o600
    box = mailbox.mbox(path)
    mails = list(box)
    box.close()
    assert len(mails) == 2 and mails[0]["Message-ID"] == "<a@x>"
    assert ">From here on" in str(mails[0].get_payload()), "quoted, so that it begins no mail"


def test_what_cannot_be_exported_is_said(desk: Desk, shop: Shop, tmp_path: Path) -> None:
    found = talk(desk, shop)
    with pytest.raises(NotFound):
        desk.export.make(10**9, "txt")
    with pytest.raises(Usage, match="txt, html, mbox, json"):
        desk.export.make(found, "docx")
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused):
        desk.export.save(found, "txt", tmp_path / "file" / "x")
    first, _ = desk.export.save(found, "txt", tmp_path)
    second, _ = desk.export.save(found, "txt", tmp_path)
    assert first != second, "nothing is overwritten"


def test_words_are_found_in_messages_quotes_and_notes(desk: Desk, shop: Shop) -> None:
    found = talk(desk, shop)
    hits = desk.reading.find(found, "SECRET")
    assert [(key[0], count) for key, count in hits] == [("note", 1)]
    assert [key[0] for key, _count in desk.reading.find(found, "您好")] == ["message"]
    assert desk.reading.find(found, "xyzzy") == () == desk.reading.find(found, " ")


def test_the_links_of_a_conversation_are_listed_once_the_newest_first(desk: Desk, shop: Shop) -> None:
    found = shop.asked("see https://a.example/1 and https://b.example", id="l@x")
    shop.asked(
        "www.shop.example <https://evil.example> and https://a.example/1", id="m@x", In_Reply_To="<l@x>"
    )
    listed = [link for _key, link in desk.reading.links(found)]
    assert {one.target for one in listed} == {
        "https://evil.example",
        "https://a.example/1",
        "https://b.example",
    }
    assert listed[0].target == "https://evil.example" and listed[0].problem == "mismatch"
