"""Which language the desk speaks, and that it can change its mind."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

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


def _kept(text: str) -> str:
    """A sentence that was made in English, kept, and read by somebody who reads Chinese."""
    i18n.use("en")
    kept = i18n.stored(text)
    i18n.use("zh")
    return i18n.told(kept)


def test_a_stored_sentence_is_read_in_the_readers_language() -> None:
    """Lost otherwise: what a mailbox said, to the colleague whose background sync speaks another language."""
    address, why = "ana@x.example", i18n._("the mailbox is full.")
    late = i18n._("The mail to {address} did not arrive: {why}").format(address=address, why=why)
    read = _kept(late)
    assert address in read and "did not arrive" not in read and "full" not in read
    assert i18n._("the mailbox is full.") in read
    i18n.use("en")
    assert i18n.told(i18n.stored(read)) == late


def test_counts_contexts_and_sentences_in_a_row_are_stored_too() -> None:
    i18n.use("en")
    count = i18n.ngettext("{n} message", "{n} messages", 3).format(n=3)
    i18n.use("zh")
    assert _kept(count) == i18n.ngettext("{n} message", "{n} messages", 3).format(n=3) != count
    i18n.use("en")
    two = i18n.together([i18n._("the mailbox is full."), i18n._("signed")])
    assert two == "the mailbox is full. signed"
    assert _kept(two) == f"{i18n._('the mailbox is full.')} {i18n._('signed')}"


@pytest.mark.parametrize(
    "text", ["", "plain words", "{not} a place", "\x1e{broken", '\x1e{"s":["n","a"]}', "\x1e[1]"]
)
def test_any_other_text_comes_back_as_it_is(text: str) -> None:
    """Lost otherwise: a queue that cannot be opened, to one odd row."""
    assert i18n.told(i18n.stored(text)) == text.lstrip("\x1e")
    assert isinstance(i18n.told(text), str)


def test_a_sentence_that_is_not_known_any_more_comes_in_english() -> None:
    i18n.use("zh")
    gone = '\x1e{"s":["","Gone {name}"],"v":{"name":"x"}}'
    assert i18n.told(gone) == "Gone x"
    assert "Gone" in i18n.told('\x1e{"s":["","Gone {name}"],"v":{"other":"x"}}')


def test_a_sentence_survives_a_process_and_is_a_text_everywhere() -> None:
    sentence = i18n._("The mail to {address} did not arrive: {why}").format(address="a", why=i18n._("signed"))
    again = pickle.loads(pickle.dumps(sentence))  # noqa: S301
    assert again == sentence and i18n.stored(again) == i18n.stored(sentence)
    assert json.loads(json.dumps(sentence)) == sentence


def test_chinese_sentences_have_chinese_marks() -> None:
    """Lost otherwise: a text that looks as if two people had written it, one of them in a hurry."""
    from babel.messages.pofile import read_po

    with (Path(i18n.__file__).parent / "locale/zh/LC_MESSAGES/csdesk.po").open("rb") as file:
        catalogue = read_po(file, locale="zh")
    texts = [
        text
        for message in catalogue
        if message.id
        for text in ([message.string] if isinstance(message.string, str) else message.string)
    ]
    marks = re.compile("[\u3400-\u9fff」）》”][,;!?]|[,;][\u3400-\u9fff]")
    assert not [text for text in texts if marks.search(text)]
