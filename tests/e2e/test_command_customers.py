"""`csdesk customers` and `csdesk customer ...`: whoever works by command finds, edits, merges and parts customers."""

from __future__ import annotations

import io
import json
import sys

import pytest

from tests.e2e.commands import Run


class Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


def ids(desk: Run, *names: str) -> list[int]:
    return [
        json.loads(desk("customers", "--filter", name, "--json").out.splitlines()[0])["id"] for name in names
    ]


def test_recent_customers_are_listed_filtered_and_numbered(desk: Run) -> None:
    rows = desk("customers", "--limit", "0", "--json").objects
    assert len(rows) >= 28 and [r["at"] for r in rows] == sorted((r["at"] for r in rows), reverse=True)
    assert {"id", "name", "address", "language", "country", "tags", "at", "subject"} == set(rows[0])
    assert len(desk("customers", "--limit", "3").out.splitlines()) == 4
    assert "Ana López" in desk("customers", "--filter", "lopez").out
    assert "No customer matches." in desk("customers", "--filter", "nobody-at-all").out
    assert desk("customers", "--order", "shoe-size").code == 2


def test_a_customer_is_shown_with_orders_and_totals(desk: Run) -> None:
    (ana,) = ids(desk, "ana lopez")
    shown = desk("customer", "show", ana, "--json").one
    assert shown["orders"] and shown["totals"] and shown["tags"] is not None and shown["earlier"]
    out = desk("customer", "show", ana).out
    assert "#1042" in out and "time zone" in out
    assert desk("customer", "show", 4711).code == 3


def test_an_edit_says_what_is_wrong_and_undo_takes_it_back(desk: Run) -> None:
    (ana,) = ids(desk, "ana lopez")
    before = desk("customer", "show", ana, "--json").one
    done = desk("customer", "edit", ana, "--language", "klingonish")
    assert done.code == 2 and "no language" in done.err
    assert desk("customer", "edit", ana).code == 2
    done = desk("customer", "edit", ana, "--name", "Ana L.", "--country", "Mexico", "--tag", "VIP", "--tag", "b2b",
                "--notes", "calls at night", "--json")  # fmt: skip
    assert (done.one["name"], done.one["country"]) == ("Ana L.", "MX")
    assert done.one["tags"][-2:] == ["vip", "b2b"] or set(done.one["tags"]) >= {"vip", "b2b"}
    assert "b2b" not in desk("customer", "edit", ana, "--untag", "b2b").out
    assert "edited customer" in desk("activity").out
    assert desk("undo").code == desk("undo").code == 0
    assert desk("customer", "show", ana, "--json").one == before


def test_a_merge_without_a_terminal_happens_at_once_and_is_undone(desk: Run) -> None:
    ana, tom = ids(desk, "ana lopez", "tom whitfield")
    before = [desk("customer", "show", one, "--json").one for one in (ana, tom)]
    preview = desk("customer", "merge", ana, tom, "--preview")
    assert "conversation moves" in preview.out and "From then on" in preview.out
    assert desk("customer", "show", tom, "--json").one == before[1], "a preview moves nothing"
    assert desk("customer", "merge", ana, tom, "--json").one["gone"] == tom
    assert desk("customer", "show", tom, "--json").one["id"] == ana
    assert desk("customer", "merge", ana, tom).code == 1
    assert "two again" in desk("customer", "merge", ana, tom, "--undo").out
    assert [desk("customer", "show", one, "--json").one for one in (ana, tom)] == before
    assert desk("customer", "merge", ana, tom, "--undo").code == 1
    assert desk("customer", "merge", tom, ana, "--undo").code == 3


def test_at_a_terminal_a_person_is_asked_twice(desk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, tom = ids(desk, "ana lopez", "tom whitfield")
    for typed in ("no\n", "yes\n\n", f"yes\n{ana}\n"):
        monkeypatch.setattr(sys, "stdin", Typed(typed))
        done = desk("customer", "merge", ana, tom)
        assert done.code == 1 and "Nothing was merged." in done.err
    assert desk("customer", "show", tom, "--json").one["id"] == tom
    monkeypatch.setattr(sys, "stdin", Typed(f"yes\n{tom}\n"))
    assert desk("customer", "merge", ana, tom).code == 0
    assert desk("customer", "show", tom, "--json").one["id"] == ana
