"""A picture made small enough for the cells that it may take, in the bytes of a terminal's protocol.

Pillow decodes, limited to five formats and to a number of pixels that the header tells before anything is decoded: a
hostile file costs a sentence. Loaded only when somebody looks at a picture in a terminal that shows it.
"""

from __future__ import annotations

import io
import warnings

from csdesk import pictures
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.services.preview import picture

MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
COLOURS = 64
"""Of a sixel picture: enough to see a scratch, and a quarter of the bytes of 256."""
_SIXEL_PIXELS = 480_000


def depict(data: bytes, kind: str, columns: int, rows: int, cell: tuple[int, int]) -> tuple[str, int, int]:
    """The escape sequence, and how many columns and rows it takes. `cell` is a cell's size in pixels, `kind` one of
    pictures.KINDS. Raises Refused with a sentence when the bytes are no picture that can be shown."""
    size = picture(data)
    if (
        size is None
        or size[0].upper() not in FORMATS
        or size[1] * size[2] > MOST_PIXELS
        or not size[1] * size[2]
    ):
        raise Refused(_("This picture cannot be shown here; save it to look at it."), code="picture")
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow doubts about broken metadata changes nothing here
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                wide, high = pictures.fitted(*image.size, columns, rows, cell)
                room = wide * cell[0], high * cell[1]
                image.draft("RGB", room)
                shown = image.convert("RGBA")
        shown.thumbnail(room)
        ground = Image.new("RGBA", shown.size, (255, 255, 255, 255))
        ground.alpha_composite(shown)
        flat = ground.convert("RGB")
    except Exception as error:  # whatever a decoder stumbles over: the file is at fault
        raise Refused(
            _("This picture cannot be shown here; save it to look at it."), code="picture"
        ) from error
    if kind == "kitty":
        out = io.BytesIO()
        flat.save(out, "PNG")
        return pictures.kitty(out.getvalue(), wide, high), wide, high
    while flat.width * flat.height > _SIXEL_PIXELS:
        flat.thumbnail((flat.width * 3 // 4, flat.height * 3 // 4))
    found = flat.quantize(COLOURS)
    flatly = found.getpalette() or []
    palette = [(flatly[at], flatly[at + 1], flatly[at + 2]) for at in range(0, len(flatly) - 2, 3)][:COLOURS]
    return pictures.sixel(found.tobytes(), found.width, found.height, palette), wide, high
