"""The long forms: a thousand sentences a pair, and a worker that is killed twenty times."""

from __future__ import annotations

from pathlib import Path

import pytest

from csdesk.translation.client import Argos
from tests.translating import installed, prove
from tests.unit.translation.test_argos import (
    test_killed_in_mid_work_every_text_ends_translated_once as killed,
)

pytestmark = pytest.mark.real


@pytest.mark.parametrize("pair", ["es-en", "en-es", "de-en", "en-de"])
def test_every_number_survives_a_thousand_sentences(pair: str, tmp_path: Path) -> None:
    """Lost otherwise: the rare one."""
    argos = Argos(installed(tmp_path))
    source, target = pair.split("-")
    if argos.route(source, target) is None:
        pytest.skip(f"no model for {pair} here")
    try:
        ways = prove(argos, source, target, 1_000)
    finally:
        argos.close()
    assert sum(ways.values()) == 1_000


def test_killed_twenty_times(tmp_path: Path) -> None:
    """Lost otherwise: messages whose translation never comes."""
    killed(installed(tmp_path), kills=20)
