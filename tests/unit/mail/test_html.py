"""HTML mail as a person would read it, in a terminal. A wrong row hides words, shows hidden ones, or loses a link."""

from __future__ import annotations

import subprocess
import sys

import pytest

from csdesk.domain.mail import Quote
from csdesk.mail.body import unflow
from csdesk.mail.html import to_text
from csdesk.mail.invite import to_text as invite_text

CASES = {
    "paragraphs": ("<p>one</p><p>two</p>", "one\n\ntwo"),
    "lines": ("one<br>two<div>three</div>four", "one\ntwo\nthree\nfour"),
    "an empty line": ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
    "white space": ("<p>a \n\t b&nbsp;&nbsp;c</p>", "a b c"),
    "entities": ("&lt;b&gt; &amp; &eacute; &#x4f60;", "<b> & é 你"),
    "a list": ("<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>", "- a\n- b\n  1. c\n  2. d"),
    "a table": ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a  b\nc"),
    "preformatted": ("<pre>a\n   b</pre>", "a\n   b"),
    "a quote": (
        "<p>a</p><blockquote><p>b</p><blockquote>c</blockquote></blockquote><p>d</p>",
        "a\n\n> b\n>\n>> c\n\nd",
    ),
    "a link": ('see <a href="https://x.example/a">here</a>.', "see here <https://x.example/a>."),
    "a link that shows itself": ('<a href="https://www.x.example/">x.example</a>', "x.example"),
    "a mail link": ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
    "a link that lies": (
        '<a href="https://evil.example">shop.example</a>',
        "shop.example <https://evil.example>",
    ),
    "a link on a picture": (
        '<a href="https://x.example"><img src=y alt="Track"></a>',
        "[Track] <https://x.example>",
    ),
    "a link on nothing": ('<a href="https://x.example"></a>', "<https://x.example>"),
    "a script link": ('<a href="javascript:x()">a</a>', "a"),
    "a link over lines": (
        '<a href="https://x.example"><div>a</div><div>b</div></a>',
        "a\nb\n<https://x.example>",
    ),
    "scripts and styles": ("<style>p{}</style><script>x</script>a<!-- c --><title>t</title>", "a"),
    "hidden": (
        '<div style="DISPLAY : none">x</div><p hidden>y</p><span style="font-size:0px">z</span>a',
        "a",
    ),
    "small but shown": ('<span style="font-size:0.8em;line-height:0">a</span>', "a"),
    "not closed": ("<p>a<b>b<div>c", "ab\n\nc"),
    "no markup": ("just words", "just words"),
    "nothing": ("", ""),
    "a rule": ("a<hr>b", "a\n---\nb"),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_what_is_read(case: str) -> None:
    markup, text = CASES[case]
    assert to_text(markup).text == text


QUOTED = {
    "gmail": '<div>a</div><div class="gmail_quote"><div class="gmail_attr">x</div><blockquote>q</blockquote></div>',
    "thunderbird": '<p>a</p><div class="moz-cite-prefix">x</div><blockquote type="cite">q</blockquote>',
    "outlook on the web": '<div>a</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">x</div><div>q</div>',
    "yahoo": '<div>a</div><div class="yahoo_quoted"><div>x</div><div>q</div></div>',
    "proton": '<div>a</div><div class="protonmail_quote">x<blockquote>q</blockquote></div>',
}


@pytest.mark.parametrize("client", sorted(QUOTED))
def test_what_the_markup_shows_as_quoted(client: str) -> None:
    read = to_text(QUOTED[client])
    lines = read.text.split("\n")
    folded = {number for quote in read.quotes for number in range(quote.start, quote.end)}
    shown = [line for number, line in enumerate(lines) if number not in folded and not line.startswith(">")]
    assert [line for line in shown if line] == ["a"]
    assert any("q" in line for line in lines)  # folded, never cut


def test_a_forwarded_mail_in_a_quote_frame_stays_in_sight() -> None:
    read = to_text(
        'a<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------</div>b</div>'
    )
    assert read.quotes == ()


def test_a_signature_in_the_markup_is_one() -> None:
    read = to_text('<div>a</div><div class="gmail_signature">Ana</div><div>b</div>')
    assert read.quotes == (Quote(1, 2, "signature"),)


def test_a_soft_wrapped_paragraph_is_one_line_again() -> None:
    assert unflow("one \ntwo\nthree", False) == "one two\nthree"
    assert unflow("one \ntwo", True) == "onetwo"
    assert unflow("> a \n> b\nc", False) == "> a b\nc"
    assert unflow("> a \nb", False) == "> a\nb"
    assert unflow("a\n-- \nAna", False) == "a\n-- \nAna"
    assert unflow(" >not a quote", False) == ">not a quote"


def test_a_calendar_without_an_event_says_nothing() -> None:
    assert invite_text("BEGIN:VCALENDAR\nEND:VCALENDAR") == ""
    assert (
        invite_text("BEGIN:VEVENT\nSUMMARY:a\\, b\nDTSTART:20261121T120000Z") == "a, b\n2026-11-21 12:00 UTC"
    )


def test_plain_mail_loads_no_heavy_library() -> None:
    """Otherwise every command that touches mail starts slower."""
    code = (
        "import sys; from csdesk.mail.parse import parse; parse(b'From: a@b.example\\n\\nhi');"
        "print([name for name in ('selectolax', 'charset_normalizer') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
