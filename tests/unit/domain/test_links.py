"""Where links lead. A failure here sends an agent to a thief's page with the desk's blessing."""

from __future__ import annotations

import pytest

from csdesk.domain.links import link, links, punycode


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("see https://shop.example/a?b=1.", ["https://shop.example/a?b=1"]),
        ("(https://en.wikipedia.org/wiki/A_(b))", ["https://en.wikipedia.org/wiki/A_(b)"]),
        ("请看 https://shop.example/订单。谢谢", ["https://shop.example/订单。谢谢"]),
        ("click here <https://shop.example/x>", ["https://shop.example/x"]),
        ("write <mailto:a@b.example> or tel:+49301234", ["mailto:a@b.example", "tel:+49301234"]),
        ("www.shop.example/faq, please", ["https://www.shop.example/faq"]),
        ("run <javascript:alert(1)> <file:///etc/passwd>", ["javascript:alert(1)", "file:///etc/passwd"]),
        ("www.shop.example <https://shop.example/x>", ["https://shop.example/x"]),
        ("no link at 12:30, ratio 3:1, a@www.b.example", []),
    ],
)
def test_links_are_found_without_the_punctuation_around_them(text: str, targets: list[str]) -> None:
    assert [one.target for one in links(text)] == targets


@pytest.mark.parametrize(
    ("words", "target", "problem"),
    [
        ("Track your parcel", "https://track.example/1", ""),
        ("www.paypal.com", "https://paypal.evil.example/login", "mismatch"),
        ("https://www.paypal.com/signin", "http://198.51.100.7/x", "mismatch"),
        ("shop.example.co.uk", "https://mail.example.co.uk/", ""),
        ("paypal.com", "https://www.paypal.com/x", ""),
        ("", "https://paypal.com@evil.example/", "user"),
        ("", "http://198.51.100.7/x", "address"),
        ("", "http://[2001:db8::1]/x", "address"),
        ("", "http://3232235777/", "address"),
        ("", "https://pаypal.com/", "letters"),
        ("", "https://xn--pypal-4ve.com/", "letters"),
        ("", "https://аррӏе.com/", "letters"),
        ("", "https://сора.com/", "letters"),
        ("", "https://müller.example/", ""),
        ("", "https://京东.example/", ""),
        ("boss@shop.example", "mailto:thief@evil.example", "mismatch"),
        ("boss@shop.example", "mailto:Boss@shop.example?subject=x", ""),
        ("", "javascript:alert(1)", "scheme"),
        ("", "data:text/html,x", "scheme"),
        ("", "https://", "scheme"),
        ("", "http://[bad/", "scheme"),
    ],
)
def test_what_is_odd_about_a_link_is_said(words: str, target: str, problem: str) -> None:
    found = link(target, words)
    assert found.problem == problem
    assert found.opens == (problem != "scheme")
    assert found.host.isascii()


def test_a_host_is_shown_in_ascii_and_as_it_reads() -> None:
    found = link("https://müller.example/ü")
    assert (found.host, found.shown) == ("xn--mller-kva.example", "müller.example")
    assert punycode("MÜLLER.example.") == "xn--mller-kva.example"
    assert link("https://xn--mller-kva.example/").shown == "müller.example"
    assert link("https://shop.example/").shown == ""


def test_a_line_of_a_megabyte_is_no_trouble() -> None:
    assert len(links("https://a.example/" + "x" * 1_000_000)) == 1
    assert links("<" * 100_000 + ":") == []
