"""The wall before the terminal: words are scrubbed and aligned, JSON is escaped and still says the same."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from csdesk.cli.out import Out, aligned, as_json, prepare

DRIVES = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


@given(st.text(st.characters(exclude_categories=())))
def test_json_says_everything_and_drives_nothing(text: str) -> None:
    """Lost otherwise: the terminal, or the truth of what a customer wrote."""
    line = as_json({"text": text})
    assert not DRIVES.search(line)
    assert json.loads(line) == {"text": text}


def test_json_fits_a_stream_that_knows_ascii_only() -> None:
    """Lost otherwise: valid JSON under LANG=C, for every emoji."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert json.loads(as_json("é🙂字", stream)) == "é🙂字"
    assert as_json("é🙂字", stream).isascii()
    assert as_json("é🙂字") == '"é🙂字"'


def test_a_stream_that_cannot_show_a_character_shows_its_code() -> None:
    """Lost otherwise: the queue, to a UnicodeEncodeError."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    prepare(stream)
    stream.write("字")
    stream.flush()
    assert raw.getvalue() == b"\\u5b57"


def test_columns_begin_in_the_same_cell() -> None:
    """Lost otherwise: a queue with Chinese names that can be read."""
    lines = aligned([["ID", "who", "x"], ["1", "云仓杭州", "y"], ["22", "José", "z"]])
    assert {cell_len(line[:-1]) for line in lines} == {4 + 8 + 2}


def test_a_line_is_cut_at_the_edge_of_the_terminal() -> None:
    """Lost otherwise: one line a conversation."""
    line = aligned([["1", "云仓杭州云仓杭州"]], 10)[0]
    assert cell_len(line) <= 10
    assert line.endswith("…")


def test_words_are_scrubbed(capsys: pytest.CaptureFixture[str]) -> None:
    """Lost otherwise: the terminal, to a subject; and the table, to a line break in it."""
    out = Out()
    evil = "a\x1b]52;c;eA==\x07\u202eb\nforged  line"
    out.say(evil)
    out.warn(evil)
    out.error("x", evil)
    out.table(("head",), [(evil,)])
    out.facts([("name", evil), ("none", ""), ("nothing", None)])
    shown = capsys.readouterr()
    assert not DRIVES.search(shown.out.replace("\n", ""))
    assert not DRIVES.search(shown.err.replace("\n", ""))
    assert shown.out.endswith("name  ab forged line\n")


def test_times_are_the_agents(capsys: pytest.CaptureFixture[str]) -> None:
    """Lost otherwise: eight hours, for an agent in Shanghai."""
    at = datetime(2026, 11, 21, 22, 41, tzinfo=UTC)
    assert Out(where=ZoneInfo("Asia/Shanghai")).time(at) == "2026-11-22 06:41"
    assert Out().time(None) == ""


def test_an_error_for_programs_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    """Lost otherwise: scripts that ask why."""
    Out(json=True).error("not_found", "There is no conversation 9.\u202e")
    found = json.loads(capsys.readouterr().err)
    assert found["error"]["code"] == "not_found"
