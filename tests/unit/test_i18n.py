"""Which language the desk speaks, and that it can change its mind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from csdesk import i18n


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    i18n.use("en")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"CSDESK_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        ({"CSDESK_LANG": "zh_CN.UTF-8"}, "zh"),
        ({"CSDESK_LANG": "zh-Hans"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_MESSAGES": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_environment_chooses(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    """Lost otherwise: a desk that can be read without changing the system."""
    for name in ("CSDESK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert i18n.from_environment() == language


def test_an_unknown_language_is_english() -> None:
    """Lost otherwise: the start, to a typo in config.toml."""
    i18n.use("tlh")
    assert i18n.language() == "en"
    assert i18n._("No such text anywhere") == "No such text anywhere"


def test_a_language_is_used_from_the_next_word_on() -> None:
    """Lost otherwise: a screen in two languages."""
    i18n.use("zh")
    assert i18n.language() == "zh"
    assert i18n._("No such text anywhere") == "No such text anywhere"


def test_counts_have_their_form() -> None:
    """Lost otherwise: '1 conversations'."""
    assert [i18n.ngettext("{n} dog", "{n} dogs", n) for n in (0, 1, 2)] == ["{n} dogs", "{n} dog", "{n} dogs"]
