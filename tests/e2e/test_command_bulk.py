"""Acts on many conversations by command: by numbers, by view, by filter; asked before, taken back whole."""

from __future__ import annotations

from tests.e2e.commands import Run


def statuses(desk: Run) -> dict[int, str]:
    return {row["id"]: row["status"] for row in desk("queue", "all", "--json").objects}


def test_several_by_number_are_one_act(desk: Run) -> None:
    before = statuses(desk)
    first, second, third = [one for one, status in before.items() if status == "open"][:3]
    done = desk("close", first, second, third, "--json")
    assert [one["id"] for one in done.objects] == [first, second, third]
    assert {statuses(desk)[one] for one in (first, second, third)} == {"closed"}
    assert "3 conversations" in desk("undo").out
    assert statuses(desk) == before


def test_a_view_or_a_filter_chooses_and_asks_first(desk: Run) -> None:
    before = statuses(desk)
    open_ = [one for one, status in before.items() if status == "open"]
    refused = desk("close", "--view", "open", "--json")
    assert refused.code == 1 and refused.error == "confirm"
    assert str(len(open_)) in refused.err and "--yes" in refused.err
    assert statuses(desk) == before
    done = desk("tag", "--view", "open", "--yes", "+sale", "-nothing", "--json").one
    assert done == {"act": "tagged", "chosen": len(open_), "changed": len(open_)}
    again = desk("tag", "--view", "open", "--yes", "+sale")
    assert f"{len(open_)} were so already" in again.out
    assert desk("undo").code == 0
    word = desk("queue", "--json").objects[0]["subject"].split()[-1].strip("?!.")
    found = [row["id"] for row in desk("queue", "--filter", word, "--json").objects]
    assert found and desk("snooze", "--filter", word, "--until", "2h", "--yes", "--json").one[
        "changed"
    ] == len(found)
    assert {one for one, status in statuses(desk).items() if status == "snoozed"} >= set(found)


def test_numbers_and_a_view_at_once_or_neither_is_a_mistake_in_words(desk: Run) -> None:
    for words in (("close",), ("close", "1", "--view", "open"), ("tag", "1", "2"), ("assign", "--to", "Lin")):
        done = desk(*words)
        assert done.code == 2 and done.err.startswith("csdesk: ") and done.err.rstrip().endswith(".")
    assert desk("assign", "1", "2", "--to", "Lin", "--if-unassigned").code == 2
    assert desk("close", "--view", "nowhere", "--yes").code == 2
    assert desk("close", "1", "99999").code == 3
    assert desk("show", "1", "--json").one["status"] == "open"


def test_reading_and_tagging_several(desk: Run) -> None:
    tagged = desk("tag", "1", "2", "+vip", "--json").objects
    assert [one["id"] for one in tagged] == [1, 2] and all("vip" in one["tags"] for one in tagged)
    assert desk("read", "1", "2", "--json").objects[0]["unread"] is False
    assert desk("unread", "1", "--json").one["unread"] is True
