"""Filters, orders and saved views by command: the same language as on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import Run


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSDESK_CONFIG", str(tmp_path / "config.toml"))


def test_a_filter_restricts_and_an_order_sorts(desk: Run) -> None:
    rows = desk("queue", "--json").objects
    unread = [row["id"] for row in rows if row["unread"]]
    assert [row["id"] for row in desk("queue", "--filter", "is:unread", "--json").objects] == unread
    language = rows[0]["language"]
    found = desk("queue", "--filter", f"lang:{language}", "--json").objects
    assert found and {row["language"] for row in found} == {language}
    oldest = [row["waiting_since"] for row in desk("queue", "--sort", "oldest", "--json").objects]
    assert oldest == sorted(oldest) and len(oldest) > 3
    desk("tag", str(rows[2]["id"]), "+vip")
    assert [row["id"] for row in desk("queue", "--filter", "tag:vip -tag:late", "--json").objects].count(
        rows[2]["id"]
    )
    assert len(desk("queue", "--filter", "is:unread", "--limit", "2", "--json").objects) == min(
        2, len(unread)
    )


def test_a_bad_filter_or_view_is_a_mistake_in_words(desk: Run) -> None:
    assert "did you mean from:?" in desk("queue", "--filter", "form:ana").err
    assert desk("queue", "--filter", "is:nothing").code == 2
    assert "did you mean closed?" in desk("queue", "closd").err
    assert desk("queue", "--sort", "size").code == 2


def test_a_saved_view_is_a_view(desk: Run) -> None:
    assert desk("views", "list").out.strip() == "No view was saved yet."
    saved = desk("views", "save", "vip", "in:open", "tag:vip", "sort:oldest", "--json").one
    assert saved == {"name": "vip", "filter": "in:open tag:vip sort:oldest"}
    first = desk("queue", "--json").objects[0]["id"]
    desk("tag", first, "+vip")
    rows = [row["id"] for row in desk("queue", "vip", "--json").objects]
    assert first in rows
    assert desk("close", "--view", "vip", "--yes", "--json").one["changed"] == len(rows)
    assert desk("views", "list", "--json").objects == [saved]
    assert desk("views", "drop", "vip").code == 0 and desk("queue", "vip").code == 2
    assert desk("views", "drop", "vip").code == 3
    assert desk("views", "save", "open", "tag:vip").code == 2
    assert desk("views", "save", "bad", "form:ana").code == 2
