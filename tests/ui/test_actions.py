"""The registry: one place for keys. A key that does two things, or an action nobody can find, costs mails."""

from __future__ import annotations

import itertools

import pytest

from csdesk import actions, i18n
from csdesk.actions import State


def test_no_key_does_two_things_in_one_pane() -> None:
    taken: dict[tuple[str, str], str] = {}
    for action in actions.registry():
        for pane, key in itertools.product(action.where, map(actions.key_name, action.keys)):
            assert taken.setdefault((pane, key), action.id) == action.id


def test_ids_are_one_of_a_kind_and_everything_is_described() -> None:
    known = actions.registry()
    assert len({action.id for action in known}) == len(known)
    assert all(
        action.label and action.help and action.group and action.where and action.keys for action in known
    )


def test_footers_name_only_actions_that_work_there() -> None:
    known = {action.id: action for action in actions.registry()}
    for pane, names in actions.FOOTERS.items():
        assert all(pane in known[name].where or pane == "filter" for name in names)


def test_the_original_stays_one_key_away() -> None:
    """'o' shows the original text beside a translation, and does nothing else."""
    assert [action.id for action in actions.registry() if "o" in action.keys] == ["thread.translation"]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"queue.clse": ("k",)}, "There is no action queue.clse; did you mean queue.close?"),
        ({"xyzzy": ("k",)}, "There is no action xyzzy."),
        ({"queue.close": ("ctrl+e",), "queue.snooze": ("ctrl+e",)}, "The key ctrl+e is"),
    ],
)
def test_mistakes_in_own_keys_are_told_in_words(own: dict[str, tuple[str, ...]], said: str) -> None:
    _known, problems = actions.with_keys(own)
    assert any(problem.startswith(said) for problem in problems)


def test_an_own_key_goes_before_a_default_one() -> None:
    known, _problems = actions.with_keys({"queue.close": ("r",)})
    keys = actions.bindings(known)
    assert keys["queue"]["r"] == "queue.close"
    assert "e" not in keys["queue"], "an action named in the config has only the keys given there"


def test_signs_and_names_of_keys_are_one() -> None:
    assert actions.key_name("/") == "slash" and actions.key_word("slash") == "/"
    assert actions.key_name("?") == "question_mark" and actions.key_word("question_mark") == "?"
    assert actions.key_name("!") == "exclamation_mark"
    assert actions.key_word("escape") == "esc"


def test_what_is_not_available_gives_a_sentence() -> None:
    closed = State(ready=True, target=1, status="closed", agent="Lin", assignee="Lin")
    known = {action.id: action for action in actions.registry()}
    assert known["queue.close"].available(closed) == "It is closed already."
    assert known["queue.mine"].available(closed) == "It is yours already."
    assert known["write.reply"].available(State()) == "The store is still being opened."
    assert known["write.send"].available(State(composing="reply", stale=True)) is not None
    assert known["write.send"].available(State(composing="reply")) is None
    for action in known.values():
        reason = action.available(State())
        assert reason is None or reason.endswith(".")


def test_the_manual_names_every_action_and_follows_the_language() -> None:
    manual = actions.keys_markdown()
    assert all(f"`{action.id}`" in manual for action in actions.registry())
    before = i18n.language()
    try:
        i18n.use("zh")
        assert [a.id for a in actions.registry()] == [a.id for a in actions._registry("en")]
    finally:
        i18n.use(before)


def test_the_registry_knows_no_screen_library() -> None:
    import subprocess
    import sys

    code = "import sys, csdesk.actions, csdesk.terminal, csdesk.themes; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_opening_the_screen_loads_no_store_and_no_network() -> None:
    """The first frame must not wait for modules that only the store or a channel needs."""
    import subprocess
    import sys

    code = (
        "import sys, csdesk.app\n"
        "bad = ('sqlmodel','sqlalchemy','httpx','babel','jinja2','csdesk.store','csdesk.db','csdesk.channels',"
        "'csdesk.services')\n"
        "print([m for m in sys.modules if m in bad or m.startswith('csdesk.services.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
