"""Text from outside: what must go, what must stay, and what a card number may show."""

from __future__ import annotations

import unicodedata

import pytest

from csdesk import text


@pytest.mark.parametrize(
    ("dirty", "harmless"),
    [
        ("\x1b]0;owned\x07Hello", "Hello"),  # title
        ("\x1b]52;c;cm0gLXJm\x1b\\Hello", "Hello"),  # clipboard
        ("\x9d52;c;cm0=\x9cHello", "Hello"),  # the same in C1
        ("\x1bP$q q\x1b\\Hello", "Hello"),  # DCS with its payload
        ("\x90$q q\x9cHello", "Hello"),
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x9b2Jgone?", "gone?"),
        ("a\x00b\x07c\x7fd", "abcd"),
        ("gnp.\u202egpj.exe", "gnp.gpj.exe"),  # a file name that reads backwards
        ("pay\u200bpal\ufeff", "paypal"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\tb", "a    b"),
        ("\ud83dlone", "lone"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("\u3164\uffa0blank", "blank"),
    ],
)
def test_what_could_drive_a_terminal_or_deceive_an_eye_goes(dirty: str, harmless: str) -> None:
    """Lost otherwise: the clipboard, the window title, or the agent's trust in a file name."""
    assert text.clean(dirty) == harmless


@pytest.mark.parametrize(
    "good",
    [
        "می‌خواهم سفارشم را پیگیری کنم",  # Persian needs its ZWNJ
        "क्‍ष",  # a ZWJ that shapes Devanagari
        "👩‍👩‍👧 👍🏽 ❤️‍🔥",  # families are joined, hearts burn
        "Tiếng Việt: đơn hàng ở đâu?",
        "שָׁלוֹם",
        "私の荷物はどこですか",
        "1️⃣ ещё нет",
        "ka\u0302\u0323",
    ],
)
def test_what_a_script_needs_stays(good: str) -> None:
    """Lost otherwise: words of customers who do not write Latin."""
    assert text.clean(good) == good


def test_joiners_that_join_nothing_go() -> None:
    """Lost otherwise: the search hit for a word in which somebody hid one."""
    assert text.clean("re\u200dfund 退\u200c款 \u200d") == "refund 退款 "


def test_a_flood_of_marks_is_clamped() -> None:
    """Lost otherwise: the lines above and below, which sixty accents on one letter paint over."""
    for mark in ("\u0301", "\u20dd", "\u0670", "\u06d6", "\ufe0f", "\u0903", "\ua66f", "\U0001e8d0"):
        assert len(text.clean("a" + mark * 60)) <= 1 + text.MAX_MARKS


def test_the_short_way_lets_nothing_through() -> None:
    """Every character that skips the second look is shown and stands alone. Lost otherwise: the wall."""
    letters = [c for c in map(chr, range(0x110000)) if text._PLAIN.fullmatch(c) and c != "\n"]
    kinds = {unicodedata.category(c) for c in letters}
    assert "你" in letters
    assert not kinds & {"Mn", "Me", "Mc", "Cc", "Cf", "Cs"}
    assert not text._FORBIDDEN.search("".join(letters))


def test_a_limit_caps_and_says_so() -> None:
    """Lost otherwise: the screen, to a subject of a megabyte."""
    assert text.clean("x" * 1_000_000, limit=10) == "x" * 9 + "…"
    assert text.clean("x" * 10, limit=10) == "x" * 10
    assert len(text.clean_line("word " * 100_000)) <= 998


def test_one_line_is_one_line() -> None:
    """Lost otherwise: the row below, to a subject with a newline in it."""
    assert text.clean_line("  Where\r\n is\tmy \u2028 parcel?  ") == "Where is my parcel?"


def test_the_last_wall_keeps_the_layout() -> None:
    """Output that is laid out keeps its newlines and spaces. Lost otherwise: aligned columns."""
    assert text.scrub("a  b\n  c\x1b[2J\x07\u202e") == "a  b\n  c"


def test_lists_show_bare_symbols() -> None:
    """Lost otherwise: the column edge, where two terminals disagree on a symbol's width."""
    assert text.bare("❤️ ok") == "❤ ok"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("card 4111 1111 1111 1111 thanks", "card •••• •••• •••• 1111 thanks"),
        ("4111-1111-1111-1111", "••••-••••-••••-1111"),
        ("378282246310005.", "•••••••••••0005."),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),  # fails the Luhn check
        ("0000 0000 0000 0000", "0000 0000 0000 0000"),
        ("order 1042, RB123456785CN", "order 1042, RB123456785CN"),
    ],
)
def test_card_numbers_are_masked(said: str, shown: str) -> None:
    """Lost otherwise: a customer's card, to the index and the logs."""
    assert text.mask_cards(said) == shown


def test_an_amazon_order_is_no_card() -> None:
    """One in ten passes the card check by chance. Lost otherwise: the order number the reply needs."""
    numbers = [f"028-{n:07d}-1234567" for n in range(1000, 1100)]
    assert [text.mask_cards(n) for n in numbers] == numbers


def test_an_excerpt_fits() -> None:
    """Lost otherwise: the second line of the queue."""
    assert text.excerpt("one\n two   three", 40) == "one two three"
    assert text.excerpt("abcdefgh", 5) == "abcd…"
