"""`csdesk activity` and `csdesk away`: the same look back for whoever works by command."""

from __future__ import annotations

import json

from tests.e2e.commands import Run


def test_acts_are_listed_and_one_is_taken_back(desk: Run) -> None:
    desk("close", "1")
    desk("tag", "2", "+late")
    acts = [json.loads(line) for line in desk("activity", "--json").out.splitlines()]
    assert [(act["kind"], act["conversation"]) for act in acts[:2]] == [("tagged", 2), ("closed", 1)]
    assert desk("activity", "--undo", str(acts[1]["id"])).code == 0
    assert json.loads(desk("show", "1", "--json").out)["status"] == "open"
    assert desk("activity", "--undo", str(acts[1]["id"])).code == 1
    assert desk("activity", "--undo", "99999999").code == 3
    assert "closed" in desk("activity").out


def test_what_happened_meanwhile(desk: Run) -> None:
    found = json.loads(desk("away", "--hours", "9999", "--json").out)
    assert {"since", "messages", "new", "answered", "closed", "failed", "conversations", "more"} == set(found)
    assert desk("away").code == 0
