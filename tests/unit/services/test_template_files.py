"""Own and team templates over the desk's: which one is used, and that nothing a person wrote is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk, open_desk
from csdesk.clock import SystemClock
from csdesk.config import Config, Templates
from csdesk.domain.template import Template, TemplateText
from csdesk.errors import Conflict, NotFound, Refused

OURS = 'category = "x"\n[text.en]\ntitle = "{0}"\nbody = "{0} text"\n'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "team").mkdir()
    config = Config(
        agent="Lin",
        source=tmp_path / "config.toml",
        templates=Templates((tmp_path / "team", tmp_path / "gone")),
    )
    made = open_desk(config, store=f"sqlite:///{tmp_path}/desk.db", agent="", clock=SystemClock())
    yield made
    made.close()


def title(desk: Desk, name: str) -> str:
    return desk.templates.get(name).texts["en"].title


def test_the_teams_go_before_the_desks_and_the_own_before_both(desk: Desk, tmp_path: Path) -> None:
    built_in = title(desk, "delayed")
    (tmp_path / "team" / "delayed.toml").write_text(OURS.format("Team"))
    assert title(desk, "delayed") == "Team", "a file that a colleague adds is seen without a new start"
    assert desk.templates.get("delayed").origin == "team"
    desk.templates.save(Template("delayed", {"en": TemplateText("en", "mine", "Mine")}))
    assert title(desk, "delayed") == "Mine" and desk.templates.get("delayed").origin == "own"
    beneath = desk.templates.remove("delayed")
    assert beneath is not None and beneath.origin == "team" and title(desk, "delayed") == "Team"
    (tmp_path / "team" / "delayed.toml").unlink()
    assert title(desk, "delayed") == built_in and desk.templates.get("delayed").origin == "desk"


def test_what_was_taken_away_is_put_back_as_it_was(desk: Desk, tmp_path: Path) -> None:
    desk.templates.save(Template("mine", {"en": TemplateText("en", "x", "Mine")}))
    before = (tmp_path / "templates" / "mine.toml").read_bytes()
    assert desk.templates.remove("mine") is None
    with pytest.raises(NotFound):
        desk.templates.get("mine")
    assert desk.templates.put_back("mine").texts["en"].title == "Mine"
    assert (tmp_path / "templates" / "mine.toml").read_bytes() == before
    with pytest.raises(Conflict):
        desk.templates.put_back("mine")
    for name in ("delayed", "../config", "mine/x"):
        with pytest.raises((NotFound, Refused)):
            desk.templates.remove(name)


def test_a_copy_of_the_desks_is_an_own_one_and_takes_no_name_twice(desk: Desk, tmp_path: Path) -> None:
    made = desk.templates.copy("delayed", "Delayed Again")
    assert made.name == "delayed_again" and made.origin == "own"
    assert made.texts == desk.templates.get("delayed").texts
    assert (tmp_path / "templates").stat().st_mode & 0o077 == 0
    with pytest.raises(Conflict):
        desk.templates.copy("delayed", "delayed_again")
    with pytest.raises(Refused):
        desk.templates.copy("delayed", "../evil")


def test_a_change_by_another_program_is_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    _template, before = desk.templates.opened("delayed")
    mine = Template("delayed", {"en": TemplateText("en", "x", "Mine")})
    desk.templates.save(mine, before)
    with pytest.raises(Conflict):
        desk.templates.save(mine, before)
    desk.templates.save(mine, desk.templates.opened("delayed")[1])


def test_what_would_not_be_read_back_is_refused_and_nothing_changes(desk: Desk, tmp_path: Path) -> None:
    desk.templates.save(Template("mine", {"en": TemplateText("en", "x", "Mine")}))
    broken = Template("mine", {"en": TemplateText("en", "y")}, stages=("nowhere",))
    with pytest.raises(Refused, match="nowhere"):
        desk.templates.save(broken)
    assert title(desk, "mine") == "Mine"
    assert sorted(one.name for one in (tmp_path / "templates").iterdir()) == ["mine.toml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_said(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir(mode=0o500)
    with pytest.raises(Refused, match="could not be written"):
        desk.templates.save(Template("mine", {"en": TemplateText("en", "x")}))


def test_a_folder_of_the_team_that_is_not_there_is_named(desk: Desk) -> None:
    assert any("gone" in problem.sentence for problem in desk.templates.check())


def test_the_check_asks_for_the_languages_that_the_shop_wants(desk: Desk) -> None:
    mine = Template("mine", {"en": TemplateText("en", "x"), "es": TemplateText("es", "x")})
    missing = {one.language for one in desk.templates.examine(mine)}
    assert {"zh", "de", "fr", "ja", "pt", "it", "ru", "ar"} <= missing
    desk.context.config = replace(desk.context.config, templates=Templates((), ("en", "es")))
    assert desk.templates.examine(mine) == ()
