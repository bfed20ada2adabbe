"""What the command line understands and offers. A failure here does something else than was said."""

from __future__ import annotations

import pytest

from csdesk import actions
from csdesk.commandline import TAKES, Command, Vocabulary
from csdesk.errors import Usage

WORDS = Vocabulary(
    {one.id: one for one in actions.registry()},
    {
        "agent": [("Lin", "es"), ("Mei", ""), ("nobody", "")],
        "tags": [("vip", ""), ("late", ""), ("late-parcel", "")],
        "view": [("open", "Open 3"), ("mine", "")],
        "time": [("2 h", ""), ("tomorrow 9:00", "")],
    },
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("close", Command("queue.close")),
        ("queue.close", Command("queue.close")),
        ("  goto 123 ", Command("goto", "123")),
        ("123", Command("goto", "123")),
        ("tag vip -late", Command("queue.tag", "vip -late")),
        ("assign mei", Command("queue.assign", "Mei")),
        ("assign L", Command("queue.assign", "Lin")),
        ("snooze tomorrow 9:00", Command("queue.snooze", "tomorrow 9:00")),
        ("filter lang:es parcel", Command("queue.filter", "lang:es parcel")),
        ("go.mine", Command("go.mine")),
    ],
)
def test_what_is_understood(text: str, meant: Command) -> None:
    assert WORDS.understand(text) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clsoe", "There is no command clsoe; did you mean close?"),
        ("xyzzy", "There is no command xyzzy."),
        ("", "There is no command ."),
        ("close 5", "close takes nothing after it."),
        ("goto", "Say which: goto 123."),
        ("goto ana", "Say which: goto 123."),
        ("merge ana", "ana is no conversation's number."),
        ("assign Bob", "Bob is none of these: Lin, Mei, nobody."),
    ],
)
def test_what_is_not_gets_a_sentence_that_helps(text: str, said: str) -> None:
    with pytest.raises(Usage) as error:
        WORDS.understand(text)
    assert error.value.message == said


def test_every_action_can_be_said_by_its_id_and_offered() -> None:
    offered = {one.line.strip() for one in WORDS.complete("")}
    assert len(offered) == 50, "no more than can be looked through"
    for name in WORDS.actions:
        assert WORDS.understand(name) == Command(name)
        label = WORDS.actions[name].label
        found = [WORDS.names().get(one.line.strip()) for one in WORDS.complete(label)]
        assert name in found, f"{name} is not offered for {label}"
    assert {name for name in TAKES if name != "goto"} <= set(WORDS.actions)


def test_offers_follow_what_is_typed() -> None:
    assert WORDS.complete("clo")[0].line == "close"
    assert WORDS.complete("assi")[0].line == "assign "
    assert [one.line for one in WORDS.complete("assign ")] == ["assign Lin", "assign Mei", "assign nobody"]
    assert [one.line for one in WORDS.complete("tag vip -la")] == ["tag vip -late", "tag vip -late-parcel"]
    assert [one.line for one in WORDS.complete("snooze to")] == ["snooze tomorrow 9:00"]
    assert WORDS.complete("goto 1") == []
    assert WORDS.complete("nonsense and more") == []
