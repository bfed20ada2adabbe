"""Translation models on the screen: what customers need stands first, and nothing is fetched unasked."""

from __future__ import annotations

from pathlib import Path

from csdesk.errors import NetworkFailure
from tests.ui.conftest import Opener


async def test_a_pair_that_customers_need_is_installed_and_its_progress_is_seen(opened: Opener) -> None:
    async with opened(size=(80, 24)) as s:
        s.desk.shelf.gate.clear()
        await s.keys("f7")
        assert "Japanese → English" in s.text and "214 messages" in s.text
        assert "no model; enter installs it" in s.text
        assert s.called("available") == [], "nothing is fetched unasked"
        await s.keys("enter")
        assert (
            "fetches about 100 MB" in s.text
            and "42.0 GB are free" in s.text
            and s.called("install_model") == []
        )
        await s.pilot.press("enter")
        for _n in range(100):
            await s.pilot.pause(0.05)
            if "31" in s.text:
                break
        assert "esc stops it" in s.text
        s.desk.shelf.gate.set()
        await s.rest(0.5)
        assert "ja-en is installed." in s.text and s.called("install_model") == ["ja-en"]
        await s.keys("enter")
        assert "is translated already" in s.text and s.called("install_model") == ["ja-en"]


async def test_a_fetch_is_stopped_by_escape_and_the_screen_stays(opened: Opener) -> None:
    async with opened() as s:
        s.desk.shelf.gate.clear()
        await s.keys("f7", "enter")
        await s.pilot.press("enter")
        await s.pilot.pause(0.3)
        await s.pilot.press("escape")
        s.desk.shelf.gate.set()
        await s.rest(0.5)
        assert "goes on where it was" in s.text and "TRANSLATION MODELS" in s.text
        assert "ja-en" not in {one.pair for one in s.desk.shelf.here}
        await s.keys("escape")
        assert "TRANSLATION MODELS" not in s.text


async def test_the_index_a_file_and_taking_away(opened: Opener, tmp_path: Path) -> None:
    package = tmp_path / "de_en.argosmodel"
    package.write_bytes(b"PK")
    async with opened() as s:
        await s.keys("f7", "a")
        assert "3 models in the index" in s.text and s.text.count("in the index") == 4
        s.desk.fail_next.append(NetworkFailure("The index cannot be reached."))
        await s.keys("a")
        assert "The index cannot be reached." in s.text
        await s.keys("f", f"text:{tmp_path}/none.argosmodel", "enter")
        assert s.called("install_file") == [] and "none.argosmodel" in s.text, (
            "what is wrong is said where it is typed"
        )
        await s.keys("escape", "f", f"text:{tmp_path}/de_", "tab")
        assert "de_en.argosmodel" in s.text
        await s.keys("enter")
        await s.rest()
        assert s.called("install_file") == [str(package)] and "de-en is installed." in s.text
        await s.keys(*["down"] * 4, "d")
        assert "d once more removes en-es" in s.text and s.called("remove_model") == []
        await s.keys("down", "up", "d")
        assert s.called("remove_model") == [], "who went away in between is asked again"
        await s.keys("d")
        assert s.called("remove_model") == ["en-es"] and "en-es is removed." in s.text
