"""Pictures in terminals: who gets them, in which bytes, and what a hostile file costs."""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib

import pytest
from PIL import Image

from csdesk import pictures
from csdesk.errors import Refused
from csdesk.services.depict import depict


@pytest.mark.parametrize(
    ("wanted", "environment", "kind"),
    [
        ("auto", {"TERM": "xterm-kitty"}, "kitty"),
        ("auto", {"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ("auto", {"TERM": "foot"}, "sixel"),
        ("auto", {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "sixel"),
        ("auto", {"TERM": "xterm-256color"}, ""),
        ("auto", {"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, ""),
        ("auto", {"TERM": "screen-256color", "TERM_PROGRAM": "iTerm.app"}, ""),
        ("sixel", {"TERM": "xterm-256color"}, "sixel"),
        ("off", {"TERM": "xterm-kitty"}, ""),
    ],
)
def test_only_a_terminal_that_is_known_or_named_gets_pictures(
    wanted: str, environment: dict[str, str], kind: str
) -> None:
    """Another one would print a screen full of letters."""
    assert pictures.kind_for(wanted, environment) == kind


def made(width: int = 60, height: int = 40, form: str = "PNG") -> bytes:
    image = Image.new("RGB", (width, height), (255, 0, 0))
    image.paste((0, 0, 255), (0, 0, width // 2, height))
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_kitty_gets_a_png_in_pieces_that_fits_the_room(form: str) -> None:
    sequence, wide, high = depict(made(800, 400, form), "kitty", 30, 10, (10, 20))
    assert (wide, high) == (30, 8)
    pieces = re.findall("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\", sequence)
    assert "".join(f"\x1b_G{a};{b}\x1b\\" for a, b in pieces) == sequence
    assert all("q=2" in head for head, _ in pieces), "an answer of the terminal would be typed into the desk"
    assert all(len(body) <= 4096 for _, body in pieces)
    assert pieces[-1][0].endswith("m=0") and all(head.endswith("m=1") for head, _ in pieces[:-1])
    with Image.open(io.BytesIO(base64.b64decode("".join(body for _, body in pieces)))) as image:
        assert image.size == (300, 150)


def read_sixel(sequence: str) -> Image.Image:
    """What a terminal makes of a sixel picture."""
    head = re.match('\x1bP[0-9;]*q"1;1;(\\d+);(\\d+)', sequence)
    assert head is not None and sequence.endswith("\x1b\\")
    image = Image.new("RGB", (int(head[1]), int(head[2])), (9, 9, 9))
    colours: dict[int, tuple[int, ...]] = {}
    x = top = 0
    ink: tuple[int, ...] = (0, 0, 0)
    for define, use, repeat, char, control in re.findall(
        r"#(\d+;2;\d+;\d+;\d+)|#(\d+)|!(\d+)(?=[?-~])|([?-~])|([$-])", sequence[head.end() : -2]
    ):
        if define:
            number, _, *parts = (int(part) for part in define.split(";"))
            colours[number] = tuple(round(part * 2.55) for part in parts)
        elif use:
            ink = colours[int(use)]
        elif repeat:
            times = int(repeat)
            continue
        elif char:
            for bit in range(6):
                if (ord(char) - 63) >> bit & 1:
                    for at in range(x, x + times):
                        image.putpixel((at, top + bit), ink)
            x += times
        else:
            x, top = 0, top + (6 if control == "-" else 0)
        times = 1
    return image


def test_sixels_are_the_picture() -> None:
    sequence, wide, high = depict(made(60, 40), "sixel", 30, 10, (10, 20))
    assert (wide, high) == (6, 2)
    image = read_sixel(sequence)
    assert image.size == (60, 40)
    seen = image.getcolors()
    assert seen is not None and sorted(count for count, _ in seen) == [1200, 1200]
    assert image.getpixel((0, 39)) == (0, 0, 255) and image.getpixel((59, 0)) == (255, 0, 0)


def test_a_picture_is_never_enlarged_and_never_nothing() -> None:
    assert pictures.fitted(5, 5, 80, 20, (10, 20)) == (1, 1)
    assert pictures.fitted(10, 100_000, 80, 20, (10, 20)) == (1, 20)


def bomb() -> bytes:
    """A PNG that says it has a hundred thousand rows of as many pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize("kind", pictures.KINDS)
@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", bomb(), made()[:60], made(form="JPEG")[:300], b"\x89PNG\r\n\x1a\nnonsense" * 9]
)
def test_a_file_that_is_none_or_far_too_large_is_refused_with_a_sentence(data: bytes, kind: str) -> None:
    with pytest.raises(Refused, match="save it"):
        depict(data, kind, 30, 10, (10, 20))
