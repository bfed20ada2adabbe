"""The pure parts of the screen: widths, wrapping, clocks, times, pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from csdesk.domain.conversation import QueuePage
from csdesk.screens import when
from csdesk.terminal import can_run_full_screen, has_few_colours
from csdesk.widgets import words
from csdesk.widgets.cells import cut, fit, line, spread, wrap
from csdesk.widgets.pages import KEEP, SIZE, Pages
from csdesk.widgets.queue_row import CLOCK, Columns, Sight, first, second
from tests.ui.fake_samples import NOW, make_thread, row_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("text", ["plain", "我的包裹还没到", "mixed 山田花子 x", "", "👩‍👩‍👧 family", "é́é"])
@pytest.mark.parametrize("width", [0, 1, 2, 3, 7, 20])
def test_columns_are_exact_in_cells(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(cut(text, width)) <= width


@pytest.mark.parametrize("width", [2, 3, 5, 10, 40])
def test_wrapping_loses_nothing_and_never_overflows(width: int) -> None:
    text = (
        "Hola Ana, 您的包裹正在马德里海关,请回复您的税号。 averyveryverylongwordwithoutanyspace RB123456785CN"
    )
    lines = wrap(text, width)
    assert all(cell_len(one) <= width for one in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize("mark", "。，？！；：、）」》,?")
def test_a_line_does_not_begin_with_a_closing_mark(mark: str) -> None:
    text = f"一二三四{mark}五六七八{mark}九十"
    assert all(not one.startswith(mark) for width in range(4, 20) for one in wrap(text, width))


def test_a_line_with_two_ends_keeps_its_right_end() -> None:
    shown = spread((("a very long beginning that does not fit", ""),), (("sent", "done"),), 20)
    assert shown.width == 20 and shown.text.endswith("sent")
    assert line("a", ("b", "dim")).text == "ab"


@pytest.mark.parametrize("width", [8, 20, 40, 62, 80, 200])
def test_every_row_of_the_queue_is_as_wide_as_its_columns(width: int) -> None:
    columns = Columns.of(width)
    sight = Sight(NOW, SHANGHAI, "Lin")
    for number in range(1, 8):
        row = row_of(make_thread(number), {})
        upper = sum(cell_len(text) for text, _ink in first(row, columns, sight))
        lower = sum(cell_len(text) for text, _ink in second(row, columns, sight))
        assert upper == 3 + CLOCK + columns.who + 1 + columns.lang + columns.via + columns.about
        assert lower <= upper + 2


@pytest.mark.parametrize(
    ("minutes", "text", "ink"),
    [
        (30, "0:30", "burn"),
        (90, "1:30", "soon"),
        (300, "5:00", ""),
        (-75, "late 1:15", "burn"),
        (3000, "2 d 2 h", ""),
    ],
)
def test_the_clock_says_how_long_is_left_and_burns_when_it_should(minutes: int, text: str, ink: str) -> None:
    due = NOW + timedelta(minutes=minutes)
    assert words.clock(due, NOW, NOW, NOW, SHANGHAI) == (text, ink)


def test_where_nobody_waits_the_clock_is_a_quiet_time() -> None:
    assert words.clock(None, None, NOW - timedelta(hours=1), NOW, SHANGHAI) == ("21:41", "faint")


def test_money_and_sizes() -> None:
    assert words.money(Decimal("38"), "EUR") == "€38.00"
    assert words.money(Decimal("1200"), "JPY") == "¥1,200"
    assert words.money(Decimal("5.5"), "PLN") == "5.50 PLN"
    assert (words.size(812), words.size(24_000), words.size(3_100_000)) == ("812 B", "24 kB", "3.1 MB")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 h", "2026-11-21T18:41"), ("90min", "2026-11-21T16:11"), ("2d", "2026-11-23T14:41"), ("1 w", "2026-11-28T14:41"),  # noqa: E501
        ("23:30", "2026-11-21T15:30"), ("9:00", "2026-11-22T01:00"), ("tomorrow", "2026-11-22T01:00"),
        ("tomorrow 14:30", "2026-11-22T06:30"), ("mon", "2026-11-23T01:00"), ("mon 9:30", "2026-11-23T01:30"),
        ("2026-11-25", "2026-11-25T01:00"), ("2026-11-25 09:15", "2026-11-25T01:15"), ("明天", "2026-11-22T01:00"),
        ("周一 10:00", "2026-11-23T02:00"),
    ],
)  # fmt: skip
def test_times_are_understood_in_the_agents_zone(text: str, expected: str) -> None:
    at = when.parse(text, NOW, SHANGHAI)
    assert at is not None and at.astimezone(UTC).isoformat()[:16] == expected


@pytest.mark.parametrize("text", ["", "soon", "25:00", "2020-01-01", "9:99", "mon noon", "-3 h"])
def test_what_is_no_time_to_come_is_not_guessed(text: str) -> None:
    assert when.parse(text, NOW, SHANGHAI) is None


def test_a_morning_across_the_clock_change_is_nine_there() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)  # the night in which Madrid leaves summer time
    at = when.parse("tomorrow", before, ZoneInfo("Europe/Madrid"))
    assert at is not None and at.astimezone(ZoneInfo("Europe/Madrid")).hour == 9


def test_far_pages_are_forgotten_and_come_back_in_their_place() -> None:
    rows = tuple(row_of(make_thread(1), {}) for _ in range(SIZE))
    pages = Pages(QueuePage("open", rows, (0, 1)))
    for number in range(1, 40):
        pages.append(QueuePage("open", rows, (number, number)))
    pages.forget_far_from(len(pages) - 1)
    assert len(pages) == 40 * SIZE
    assert sum(1 for _ in pages.loaded()) <= (KEEP + 1) * SIZE
    missing, after = pages.missing(0)
    assert missing and after is None and pages.row(0) is None
    pages.put_back(None, rows)
    assert pages.row(0) is not None and pages.missing(0) == (False, None)


class _Stream:
    def __init__(self, tty: bool, encoding: str | None = "utf-8") -> None:
        self.tty, self.encoding = tty, encoding

    def isatty(self) -> bool:
        return self.tty


def test_a_terminal_that_cannot_is_refused_with_the_way_out() -> None:
    ok = _Stream(True)
    assert can_run_full_screen({"TERM": "xterm"}, ok, ok) is None
    assert "--dump" in (can_run_full_screen({"TERM": "xterm"}, ok, _Stream(False)) or "")
    assert "dumb" in (can_run_full_screen({"TERM": "dumb"}, ok, ok) or "")
    assert "latin-1" in (can_run_full_screen({"TERM": "xterm"}, ok, _Stream(True, "latin-1")) or "")
    assert can_run_full_screen({"TERM": "xterm"}, ok, _Stream(True, "ascii")) is None


@pytest.mark.parametrize(
    ("term", "colorterm", "few"),
    [
        ("linux", "", True), ("screen", "", True), ("xterm-16color", "", True), ("vt220", "", True),
        ("xterm-256color", "", False), ("screen-256color", "", False), ("tmux-256color", "", False),
        ("linux", "truecolor", False), ("xterm-kitty", "", False), ("xterm", "", False), ("", "", False),
    ],
)  # fmt: skip
def test_who_has_only_sixteen_colours(term: str, colorterm: str, few: bool) -> None:
    """The theme of sixteen is for them; anybody else would lose the quiet greys."""
    assert has_few_colours({"TERM": term, "COLORTERM": colorterm}) is few
