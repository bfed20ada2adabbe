"""What a cell is: the desk, the terminal and tmux between them must agree, or every column to the right jumps."""

from __future__ import annotations

import shutil
import subprocess
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from wcwidth import wcwidth

from csdesk.widgets.linefilter import Harmless
from csdesk.widgets.steady import steady

FAMILY, HEART, KEYCAP, THUMB = "👨‍👩‍👧", "❤️", "1️⃣", "👍🏽"
COMPOSED = {
    FAMILY: "👨", HEART: "❤ ", KEYCAP: "1 ", THUMB: "👍", "🧑🏽‍💻": "🧑", "🏳️‍🌈": "🏳 ", "☎️": "☎ ", "™️": "™ ",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": "🏴",
}  # fmt: skip
ASIDE = ("می‌خواهم", "क्‍ष", "नमस्ते", "กำลัง", "é", "が", "😀", "您好", "🇪🇸", "10 €", "#1042 *")


def of_each(text: str) -> int:
    """The cells of a terminal that knows single signs only."""
    return sum(max(wcwidth(char), 0) for char in text)


@pytest.mark.parametrize(("whole", "first"), COMPOSED.items())
def test_a_composed_emoji_is_its_first_sign_in_the_room_of_the_whole(whole: str, first: str) -> None:
    assert steady(whole) == first
    assert steady(f"<{whole}>") == f"<{first}>"
    assert of_each(steady(f"a {whole} b")) == cell_len(f"a {whole} b"), "no terminal can differ about it"


@pytest.mark.parametrize("text", ASIDE)
def test_other_scripts_are_left_alone(text: str) -> None:
    """A Persian word without its joiner is another word."""
    assert steady(text) == text


@given(
    st.text(
        st.sampled_from(
            [*"ab 1#你ア", "\u200d", "\ufe0f", "\u20e3", "\U0001f3fd", *"👨👩❤☎😀", "ی", "\u200c"]
        )
    )
)
def test_the_room_is_always_the_same(text: str) -> None:
    assert cell_len(steady(text)) == cell_len(text)


def test_the_last_wall_draws_them_so_unless_the_person_wants_them_whole() -> None:
    line = [Segment("ok " + FAMILY), Segment("│")]
    drawn = "".join(one.text for one in Harmless().apply(line, Color(0, 0, 0)))
    assert drawn == "ok 👨│"
    assert FAMILY in "".join(one.text for one in Harmless(whole_emoji=True).apply(line, Color(0, 0, 0)))


@pytest.mark.real
def test_tmux_gives_them_the_same_room() -> None:
    program, name = shutil.which("tmux"), f"csdesk-{uuid.uuid4().hex[:8]}"
    if program is None:
        pytest.skip("tmux is not installed (apt-get install tmux)")

    def run(*args: str) -> str:
        return subprocess.run(
            [program, "-L", name, "-f", "/dev/null", "-u", *args],
            capture_output=True, text=True, timeout=30, check=True,
        ).stdout  # fmt: skip

    try:
        # A server ends with its last session, and a new one may still meet it ending: one session stays.
        run("new-session", "-d", "-s", "stays", "sleep 600")
        for text in (*COMPOSED, "您好", "😀 ok"):
            shown = steady(text)
            run("new-session", "-d", "-x", "60", "-y", "5", "-s", "w", f"printf '%s' '{shown}'; sleep 20")
            for _ in range(100):
                if run("capture-pane", "-p", "-t", "w").strip():
                    break
            assert run("display-message", "-p", "-t", "w", "#{cursor_x}").strip() == str(cell_len(text)), text
            run("kill-session", "-t", "w")
    finally:
        subprocess.run([program, "-L", name, "kill-server"], capture_output=True, check=False)
