"""Keys of one's own and the built-in sets. A failure here leaves a desk that cannot be worked, or left."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from csdesk import actions, keymaps, keysfile
from csdesk.errors import Refused
from csdesk.keys import in_short
from csdesk.keysfile import OwnKeys


@pytest.mark.parametrize("chosen", keymaps.SETS)
def test_every_action_has_a_key_of_its_own_in_every_set(chosen: str) -> None:
    known, problems = actions.with_keys({}, chosen=chosen)
    assert problems == ()
    usual = {one.id: one.keys for one in actions.registry()}
    assert set(keymaps.SETS[chosen]) <= set(usual)
    taken: dict[tuple[str, str], str] = {}
    for one in known:
        assert one.keys, one.id
        wanted = keymaps.SETS[chosen].get(one.id, usual[one.id])
        assert set(map(actions.key_name, one.keys)) >= set(map(actions.key_name, wanted)), one.id
        for pane, key in itertools.product(one.where, map(actions.key_name, one.keys)):
            assert taken.setdefault((pane, key), one.id) == one.id
    for pane, key in taken:
        start, _space, rest = key.partition(" ")
        assert not rest or (pane, start) not in taken, f"{key} can never be typed in {pane}"


@pytest.mark.parametrize("chosen", keymaps.SETS)
def test_arrows_help_and_palette_work_in_every_set(chosen: str) -> None:
    keys = actions.bindings(actions.with_keys({}, chosen=chosen)[0])
    for pane in ("queue", "thread", "side"):
        assert keys[pane]["down"] == "move.down" and keys[pane]["up"] == "move.up"
        assert keys[pane]["ctrl+p"] == "place.palette" and keys[pane]["f1"] == "place.help"
        assert keys[pane]["ctrl+q"] == "place.quit"


def test_all_keys_bound_to_one_leave_a_usable_desk_and_a_sentence() -> None:
    known, problems = actions.with_keys({one.id: ("q",) for one in actions.registry()})
    keys = actions.bindings(known)
    assert keys["queue"]["q"] == "move.down", "the first keeps it"
    assert len([name for name in keys["queue"].values() if name == "move.down"]) >= 2
    assert keys["queue"]["ctrl+p"] == "place.palette" and keys["queue"]["f1"] == "place.help"
    assert keys["queue"]["enter"] == "queue.open" and keys["composer"]["escape"] == "write.leave"
    assert keys["queue"]["e"] == "queue.close", "what could not have its own key keeps its usual one"
    assert "q" not in keys.get("composer", {}), "in a text field q is a letter"
    said = in_short(problems)
    assert said.startswith("The key q is move.down already;") and "more of your keys were left out." in said
    assert len(said) < 220


def test_guarded_keys_cannot_be_given_away() -> None:
    known, problems = actions.with_keys({"queue.close": ("f1", "ctrl+p", "escape"), "place.help": ("H",)})
    keys = actions.bindings(known)
    assert keys["queue"]["f1"] == "place.help" and keys["queue"]["H"] == "place.help"
    assert "question_mark" not in keys["queue"]
    assert keys["queue"]["ctrl+p"] == "place.palette" and keys["queue"]["e"] == "queue.close"
    assert len(problems) == 3


def test_sequences_and_single_keys_do_not_get_into_each_others_way() -> None:
    known, problems = actions.with_keys(
        {"queue.close": ("x y",), "queue.spam": ("x",), "queue.tag": ("a b c",)}
    )
    keys = actions.bindings(known)
    assert keys["queue"]["x y"] == "queue.close"
    assert keys["queue"]["exclamation_mark"] == "queue.spam"
    assert "place.outbox" not in keys["queue"].values(), "its only key begins another now"
    assert any("x is queue.close already" in one for one in problems)
    assert any("a sequence has two" in one for one in problems)


def test_an_unknown_set_is_said_and_the_desks_own_is_used() -> None:
    known, problems = actions.with_keys({}, chosen="emacs")
    assert known == actions.with_keys({})[0] and "emacs" in problems[0] and "vi" in problems[0]


def test_signs_of_sequences() -> None:
    assert actions.key_name("g !") == "g exclamation_mark"
    assert actions.key_word("g exclamation_mark") == "g !"
    assert actions.key_name(" ") == "space"


def test_what_was_changed_on_the_screen_is_found_again(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "keys.toml"
    own = OwnKeys("vi", {"queue.close": ("ctrl+e", "g e", '"'), "queue.tag": ()})
    keysfile.write(file, own)
    assert keysfile.read(file) == own
    assert list(file.parent.iterdir()) == [file]
    assert keysfile.read(tmp_path / "none.toml") == OwnKeys()


@pytest.mark.parametrize(
    "text", ["[keys", "keys = 3", "keymap = []", '[keys]\n"a" = [1]', "\xff\xfe", "[keys]\na = ['']"]
)
def test_a_damaged_file_of_keys_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.toml"
    file.write_bytes(text.encode("latin-1"))
    found = keysfile.read(file)
    assert str(file) in found.problem and found.keys == {} and found.keymap == ""
    assert file.read_bytes() == text.encode("latin-1")


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused):
        keysfile.write(tmp_path / "file" / "keys.toml", OwnKeys("vi"))
