"""What every test is protected from: the developer's own desk, keyring, agent, language and clock settings."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest

# Slow machines are not faults. On CI the same examples every time: a change must not fail for another's find.
hypothesis.settings.register_profile("csdesk", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("csdesk")


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
