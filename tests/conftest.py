"""What every test is protected from: the developer's own desk, keyring, agent, language and clock settings."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import hypothesis
import pytest

# Slow machines are not faults. On CI the same examples every time: a change must not fail for another's find.
hypothesis.settings.register_profile("csdesk", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("csdesk")


def pytest_xdist_auto_num_workers() -> int:
    """How many workers `-n auto` means: four a core, because many tests wait for terminals, servers and clocks."""
    return 4 * (os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count() or 2)


def pytest_collection_finish() -> None:
    """Screens come and go by the hundred among a million objects that stay: looking through those each time is a
    quarter of the work of a test that presses keys."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 1000)


@pytest.fixture(scope="session", autouse=True)
def _nobodys_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Folders of the run's own and a keyring that keeps nothing, for this process and every child of it."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [n for n in os.environ if n.startswith("CSDESK_")]:
            environment.delenv(name)
        home = tmp_path_factory.mktemp("home")
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            environment.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        environment.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        environment.setenv("LC_ALL", "C.UTF-8")
        yield
