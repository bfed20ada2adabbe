"""The words of commands: options anywhere, words that begin with '-', and what is said of mistakes."""

from __future__ import annotations

import argparse
from functools import cache
from typing import Any

import pytest

from csdesk import i18n
from csdesk.cli import build_parser
from csdesk.cli.parser import opens_screen
from csdesk.cli.words import SIGNED
from csdesk.errors import Usage

GLOBALS = ["--store", "sqlite:////x.db", "--as", "Lin", "--json", "--config", "c.toml"]
COMMANDS = [
    "init",
    "doctor",
    "config check",
    "config path",
    "config show",
    "agent add Lin",
    "agent list",
    "account add shop maildir /mail",
    "account test shop",
    "account list",
    "account set shop quote=1 colour=red",
    "account pause shop",
    "account resume shop",
    "sync",
    "status",
    "queue",
    "queue mine",
    "show 1",
    "new --to a@b.c --subject S --text T",
    "reply 1 --text T",
    "forward 1 --to a@b.c",
    "note 1 --text T",
    "assign 1 --to Lin",
    "snooze 1 --until 2h",
    "close 1",
    "reopen 1 2",
    "spam 1",
    "unread 1",
    "tag 1 +a -b",
    "merge 1 --into 2",
    "undo",
    "attachment save 1",
    "message save 1",
    "reply 1 --send --all --no-quote --at 2h",
    "search word",
    "templates list",
    "templates check",
    "templates render x",
    "orders import f.csv",
    "orders show 1001",
    "track X",
    "customer show 1",
    "outbox list",
    "outbox retry 1",
    "outbox resolve 1 --sent",
    "outbox undo 1",
    "backup f",
    "restore f",
    "demo",
]


@cache
def parser() -> argparse.ArgumentParser:
    """Made once: to make it is nearly all of the work here."""
    return build_parser()


def parsed(*words: str) -> argparse.Namespace:
    return parser().parse_args(list(words))


def globals_of(found: argparse.Namespace) -> tuple[Any, ...]:
    return found.store, found.agent, found.json, found.config


@pytest.mark.parametrize("command", COMMANDS)
def test_options_of_every_command_stand_anywhere(command: str) -> None:
    """Lost otherwise: scripts that say --json first, or last."""
    words = command.split()
    wanted = ("sqlite:////x.db", "Lin", True, "c.toml")
    assert globals_of(parsed(*GLOBALS, *words)) == wanted
    assert globals_of(parsed(*words, *GLOBALS)) == wanted
    assert globals_of(parsed(words[0], *GLOBALS, *words[1:])) == wanted
    assert (
        globals_of(parsed("--json", "--as", "Lin", *words, "--config=c.toml", "--store=sqlite:////x.db"))
        == wanted
    )
    assert globals_of(parsed(*words)) == (None, None, False, None)
    assert parsed(*words).run is parsed(*GLOBALS, *words).run


def test_a_later_option_wins() -> None:
    """Lost otherwise: an alias that sets --as and is overruled."""
    assert parsed("--as", "Lin", "queue", "--as", "Mei").agent == "Mei"


@pytest.mark.parametrize("text", ["-5 EUR", "-x", "- item", "-----", "--dear", "a=b", "-a=b"])
def test_a_text_may_begin_with_a_dash(text: str) -> None:
    """Lost otherwise: a reply that begins with a list or a signature line."""
    assert parsed("reply", "1", "--text", text, "--send").text == text


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        (["+a", "-b"], ["+a", "-b"]),
        (["-b", "--json", "+a"], ["-b", "+a"]),
        (["--json", "-h5", "-as"], ["-h5", "-as"]),
        (["--", "-b"], ["-b"]),
    ],
)
def test_a_tag_that_goes_is_no_option(words: list[str], tags: list[str]) -> None:
    """Lost otherwise: removing tags from the command line."""
    found = parsed("tag", "5", *words).words
    assert [word.removeprefix(SIGNED) for word in found] == ["5", *tags]


@pytest.mark.parametrize(
    "words",
    [
        ["account", "add", "shop", "maildir", "--smtp", "smtp://localhost", "/mail", "--address", "a@b.c"],
        ["account", "add", "--smtp", "smtp://localhost", "shop", "maildir", "/mail", "--address", "a@b.c"],
        ["account", "add", "shop", "--address", "a@b.c", "maildir", "--smtp=smtp://localhost", "/mail"],
    ],
)
def test_words_and_options_mix(words: list[str]) -> None:
    """Lost otherwise: account add in the order that its manual shows."""
    found = parsed(*words)
    assert (found.name, found.kind, found.path) == ("shop", "maildir", "/mail")
    assert (found.smtp, found.address) == ("smtp://localhost", "a@b.c")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["quee"], "did you mean queue?"),
        (["nonsense"], "--help lists them"),
        (["show"], "needs ID"),
        (["show", "x"], "'x' is not the number of a conversation"),
        (["show", "1", "--foo"], "csdesk show does not know --foo"),
        (["reply", "1", "--text"], "--text needs a value"),
        (["reply", "1", "--text", "--send"], "--text needs a value"),
        (["reply", "1", "--text", "a", "--file", "b"], "not both"),
        (["note", "1"], "needs one of --text --file"),
        (["outbox", "resolve", "1"], "needs one of --sent --resend --drop"),
        (["outbox", "list", "--state", "lost"], "it knows: queued"),
        (["account", "add", "a", "pigeon"], "it knows: imap, maildir, mbox"),
        (["account"], "csdesk account needs COMMAND"),
        (["sync", "--once=1"], "takes no value"),
        (["show", "99999999999999999999999"], "is not the number"),
        (["demo", "--dump", "--size", "0x5"], "write columns and rows as 160x45"),
        (["\x1b]0;x\x07"], "has no command ''"),
        (["--bogus"], "does not know --bogus"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(words: list[str], said: str) -> None:
    """Lost otherwise: the way out of a typing mistake."""
    with pytest.raises(Usage) as caught:
        parsed(*words)
    assert said in caught.value.message
    assert "\x1b" not in caught.value.message


@pytest.mark.parametrize(
    "word", ["translate", "models", "ticket", "kb", "rules", "report", "practice", "serve"]
)
def test_there_is_no_command_without_a_purpose(word: str) -> None:
    """Lost otherwise: trust in the list of commands."""
    with pytest.raises(Usage):
        parsed(word)


def test_help_speaks_the_language_in_use() -> None:
    """Every command has a line of help, and no English word of argparse's own is left. Lost otherwise: the manual."""
    i18n.use("en")
    text = build_parser().format_help()
    for command in COMMANDS:
        assert command.split()[0] in text
    assert "positional arguments" not in text
    assert "show this help message and exit" not in text


@pytest.mark.parametrize(
    ("words", "sure"),
    [
        ([], True),
        (["--store", "sqlite:///x.db", "--as", "Lin"], True),
        (["--config=other.toml"], True),
        (["demo", "--dump", "--size", "80x24"], True),
        (["demo", "--help"], False),
        (["--help"], False),
        (["--store"], False),
        (["queue"], False),
        (["--as", "Lin", "show", "7"], False),
        (["demmo"], False),
    ],
)
def test_only_words_that_surely_open_the_screen_do_without_the_other_commands(
    words: list[str], sure: bool
) -> None:
    """Or a command is unknown, or help leaves out what there is."""
    assert opens_screen(words) is sure
