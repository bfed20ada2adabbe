"""An answer that shows images in its text: the HTML form beside the plain one, tied to the images by content id.
Knows only what an Outgoing holds; build writes the rest.

In the text an image stands as '[name]'; an inline image that the text does not name comes below the words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from html import escape

from csdesk.domain.mail import Outgoing, Part
from csdesk.mail import names
from csdesk.mail.encode import CRLF, base64_lines, body, mime_type, parameter
from csdesk.text import clean

_ID = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,100}@[A-Za-z0-9.-]{1,100}")


def of(out: Outgoing) -> tuple[Part, ...]:
    """The images that are to be shown in the text."""
    return tuple(part for part in out.attachments if part.inline and part.mime.startswith("image/"))


def content_id(out: Outgoing, number: int, part: Part) -> str:
    """The part's own content id when it can stand in a header, else one made from the message's id."""
    if _ID.fullmatch(part.content_id):
        return part.content_id
    made = hashlib.sha256(f"{out.message_id}:{number}".encode()).hexdigest()[:20]
    return f"image{number + 1}.{made}@{out.message_id.rpartition('@')[2]}"


def related(out: Outgoing, words: str, foot: str, boundary: str) -> str:
    """The multipart/related part: HTML and the images it shows. `words` is what was written, `foot` what stands
    below it (signature and quoted original)."""
    images = of(out)
    ids = [content_id(out, number, part) for number, part in enumerate(images)]
    encoding, lines = body(_markup(words, foot, images, ids))
    html = (
        f"Content-Type: text/html; charset={'us-ascii' if encoding == '7bit' else 'utf-8'}{CRLF}"
        f"Content-Transfer-Encoding: {encoding}{CRLF}{CRLF}{lines}"
    )
    taken: set[str] = set()
    parts = [html, *(_image(part, cid, taken) for part, cid in zip(images, ids, strict=True))]
    return (
        f'Content-Type: multipart/related; type="text/html";{CRLF} boundary="{boundary}"{CRLF}{CRLF}'
        + "".join(f"--{boundary}{CRLF}{part}" for part in parts)
        + f"--{boundary}--{CRLF}"
    )


def _image(part: Part, cid: str, taken: set[str]) -> str:
    mime = mime_type(part.mime)
    name = names.distinct(names.safe(part.name) or f"image-{len(taken) + 1}.{names.extension(mime)}", taken)
    return (
        f"Content-Type: {mime}{parameter('name', name)}{CRLF}"
        f"Content-Transfer-Encoding: base64{CRLF}"
        f"Content-ID: <{cid}>{CRLF}"
        f"Content-Disposition: inline{parameter('filename', name)}{CRLF}{CRLF}"
        f"{base64_lines(part.data)}"
    )


def _markup(words: str, foot: str, images: Sequence[Part], ids: Sequence[str]) -> str:
    """Plain HTML of the text: every character escaped, line ends kept, images where their names stand."""
    said = _lines(words)
    below: list[str] = []
    for part, cid in zip(images, ids, strict=True):
        shown = f'<img src="cid:{escape(cid)}" alt="{escape(part.name, quote=True)}">'
        marker = escape(f"[{part.name}]")
        if part.name and marker in said:
            said = said.replace(marker, shown, 1)
        else:
            below.append(f"<div>{shown}</div>\n")
    rest = f'<div dir="auto"><br>\n{_lines(foot)}</div>\n' if foot else ""
    return f'<html><body>\n<div dir="auto">{said}</div>\n{"".join(below)}{rest}</body></html>'


def _lines(text: str) -> str:
    return "<br>\n".join(escape(line, quote=False) for line in clean(text).split("\n"))
