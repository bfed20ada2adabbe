"""Sets of keys, sequences, and the screen on which they are changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from csdesk import actions, keysfile
from csdesk.config import Config
from csdesk.screens.ownkeys import Keyboard
from tests.ui.conftest import Opener

VI = Config(timezone="Asia/Shanghai", keymap="vi")


async def test_vi_and_gmail_hands_find_their_keys(opened: Opener) -> None:
    async with opened(config=VI) as s:
        await s.keys("G")
        assert s.screen.queue.cursor == 39
        await s.keys("g", "g")
        assert s.screen.queue.cursor == 0
        await s.keys("down", "d", "d")
        assert s.called("close") == [2]
    async with opened(config=replace(VI, keymap="gmail")) as s:
        await s.keys("x", "x", "e")
        assert [ids for _deed, ids in s.called("bulk")] == [(1, 2)]
        await s.keys("g", "a")
        assert s.screen.reader.view == "all"


async def test_the_first_of_two_keys_shows_what_may_follow(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("'")
        following = "\n".join(s.text.rstrip("\n").split("\n")[-2:])
        assert all(one in following for one in ("a everything", "m mine", "o open ones", "x spam ones"))
        await s.keys("m")
        assert s.screen.reader.view == "mine" and "open ones" not in s.lowest
        await s.keys("'", "escape", "'", "%")
        assert "' % means nothing here." in s.lowest
        await s.keys("'", "o")
        assert s.screen.reader.view == "open"


async def test_a_key_is_changed_on_the_screen_and_works_at_once(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("K")
        pick = s.app.screen.query_one("PickList")
        while pick.value != "queue.close":  # type: ignore[attr-defined]
            await s.pilot.press("down")
        await s.keys("enter", "r")
        assert "r is reply already, and is taken from there." in s.text
        await s.keys("enter")
        assert "r is close now." in s.text and "Without a key now: reply." in s.text
        await s.keys("escape", "r")
        assert s.called("close") == [1]
        await s.keys("e")
        assert s.called("close") == [1], "a key that was given up does nothing"
        await s.keys("K", "ctrl+r", "escape", "e")
        assert len(s.called("close")) == 2


async def test_guarded_keys_and_letters_of_the_text_are_refused_at_once(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("K", "enter", "f1")
        assert "f1 always is help." in s.text
        await s.keys("enter")
        assert s.screen.keyboard.own.keys == {}
        pick = s.app.screen.query_one("PickList")
        while pick.value != "write.send":  # type: ignore[attr-defined]
            await s.pilot.press("down")
        await s.keys("enter", "x")
        assert "x is a letter of the text." in s.text
        await s.keys("escape", "a", "f8", "enter", "escape")
        assert s.screen.actions["write.send"].keys == ("ctrl+s", "f8")


async def test_another_set_is_chosen_on_the_screen(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("K", "s", "2")
        assert "The keys are vi now." in s.text
        await s.keys("escape", "G", "g", "g")
        assert s.screen.queue.cursor == 0 and s.screen.keyboard.chosen == "vi"


async def test_own_keys_that_are_all_one_are_said_in_a_line(opened: Opener) -> None:
    keys = {one.id: ("q",) for one in actions.registry()}
    async with opened(config=Config(timezone="Asia/Shanghai", keys=keys)) as s:
        assert "The key q is move.down already" in s.lowest
        await s.keys("q", "down")
        assert s.screen.queue.cursor == 2
        await s.keys("f1")
        assert "KEYS" in s.text


def test_changes_are_kept_beside_the_config_and_a_damaged_file_is_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSDESK_CONFIG", str(tmp_path / "config.toml"))
    board = Keyboard(Config(), remember=True)
    board.change("gmail")
    board.bind({"queue.close": ("ctrl+e",)})
    again = Keyboard(Config(keys={"queue.close": ("f7",), "queue.tag": ("f8",)}), remember=True)
    known = {one.id: one.keys for one in again.actions()[0]}
    assert again.chosen == "gmail" and known["queue.close"] == ("ctrl+e",) and known["queue.tag"] == ("f8",)
    file = tmp_path / keysfile.NAME
    file.write_text("[keys")
    damaged = Keyboard(Config(), remember=True)
    assert str(file) in damaged.actions()[1][0]
    damaged.change("vi")
    assert (tmp_path / "keys.toml.old").read_text() == "[keys"
    assert Keyboard(Config(), remember=True).chosen == "vi"
    assert Keyboard(Config()).chosen == "desk", "a test or a dump is not changed by what a person chose"
