"""The sample shop for stories: loaded once, copied for each. Half of the stories are told once in `make test`, sizes
and languages taken in turn; `make test-real` tells each at all sizes in both languages."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from csdesk import i18n
from csdesk.app import DeskApp
from csdesk.bootstrap import open_desk
from csdesk.clock import FixedClock
from csdesk.config import Config, Shop
from csdesk.demo.load import AGENT, load
from csdesk.dump import settle
from tests.stories.teller import SIZES, Teller
from tests.ui.conftest import is_open

NOW = datetime(2026, 11, 25, 1, 42, tzinfo=UTC)
Telling = Callable[[], AbstractAsyncContextManager[Teller]]
STAGES = [(size, language) for size in SIZES for language in i18n.LANGUAGES]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One stage for every other story in the quick suite, the rest for the long one."""
    if "stage" in metafunc.fixturenames:
        chosen = zlib.crc32(metafunc.function.__name__.encode()) % (2 * len(STAGES))
        metafunc.parametrize(
            "stage",
            [
                pytest.param(
                    stage,
                    id=f"{stage[0][0]}x{stage[0][1]}-{stage[1]}",
                    marks=[] if number == chosen else [pytest.mark.real],
                )
                for number, stage in enumerate(STAGES)
            ],
        )


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample shop as it lies on disk."""
    folder = tmp_path_factory.mktemp("shop")
    desk = load(folder, Config(timezone="Asia/Shanghai"), FixedClock(NOW))
    desk.close()
    return folder


@pytest.fixture
def tell(shop: Path, stage: tuple[tuple[int, int], str], tmp_path: Path) -> Telling:
    """Opens the desk on a copy of the shop: `async with tell() as t`."""

    @asynccontextmanager
    async def begin() -> AsyncIterator[Teller]:
        async with _opened(shop, *stage, tmp_path) as teller:
            yield teller

    return begin


@asynccontextmanager
async def _opened(shop: Path, size: tuple[int, int], language: str, tmp_path: Path) -> AsyncIterator[Teller]:
    folder = tmp_path / "shop"
    shutil.copytree(shop, folder)
    clock = FixedClock(NOW)
    config = Config(
        timezone="Asia/Shanghai", shop=Shop(name="Nordlicht Shop"), language=language, agent=AGENT
    )
    i18n.use(language)
    desk = open_desk(config, store=f"sqlite:///{folder / 'desk.db'}", agent=AGENT, clock=clock)
    desk.accounts.set("support", {"path": str(folder / "mail")})
    try:
        app = DeskApp(lambda: desk, config=config, clock=clock)
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            await is_open(app, pilot)
            yield Teller(desk, app, pilot, clock, folder / "mail")
    finally:
        desk.close()
        i18n.use("en")
