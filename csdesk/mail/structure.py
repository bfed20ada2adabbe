"""The parts of a mail as a tree of email.message.Message. Knows no meaning of any part.

The standard parser reads line by line and looks at each line several times. Here the plain form (every head line a
field, every multipart with its boundary and its end, nothing enclosed) is cut with a few searches into the same tree;
whatever is not quite of that form is left to the standard parser, which knows what to do about it. That one runs with
the compat32 policy: policy.default is fifteen times slower and misreads gb2312.
"""

from __future__ import annotations

import re
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

_FIELD = re.compile(r"([!-9;-~]+):[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_HEAD_END = re.compile(r"\n\r?\n")
_RAW_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LONE_CR = re.compile(r"\r(?!\n)")
_MULTIPART = re.compile(
    r"multipart/[a-z0-9.+-]+(?:\s*;\s*[a-z0-9.-]+=(?:\"[^\"\\\r\n]*\"|[^\s\";\\]+))*\s*;?\s*", re.IGNORECASE
)
_BOUNDARY = re.compile(
    r";\s*boundary=(?:\"([\w'()+,./:=? -]{1,70})\"|([\w'()+,./:=?-]{1,70}))", re.IGNORECASE
)
_LINE_REST = re.compile(r"(--)?[ \t]*\r?(?:\n|\Z)")
_NOT_ENCODED = ("", "7bit", "8bit", "binary")
_MOST_PARTS = 100
_DEEPEST = 8


class Plain(Message):
    """A mail or part in plain form. `source` is its body, as ASCII with other bytes as lone surrogates; '' where
    there are parts. `fields` are the first values by lower-case name."""

    def __init__(self) -> None:
        super().__init__(policy=compat32)
        self.source = ""
        self.fields: dict[str, str] = {}


class _NotPlain(Exception):
    """Something for the standard parser."""


def message(raw: bytes) -> Message:
    """The tree of these bytes, as the standard parser with the compat32 policy makes it (preamble and epilogue of
    multiparts aside, which say nothing)."""
    text = raw.decode("ascii", "surrogateescape")
    if "\r" not in text or _LONE_CR.search(text) is None:
        try:
            return _entity(text, 0)
        except _NotPlain:
            pass
    return standard(raw)


def standard(raw: bytes) -> Message:
    """The tree by the standard parser, which of a mail without parts is given the head alone."""
    parser = BytesParser(policy=compat32)
    found = _RAW_HEAD_END.search(raw)
    head = raw[: found.end()].lower() if found is not None else b""
    if found is not None and b"multipart" not in head and b"message/" not in head:
        message = parser.parsebytes(raw[: found.end()])
        if not message.get_payload():
            message.set_payload(raw[found.end() :].decode("ascii", "surrogateescape"))
            return message
    return parser.parsebytes(raw)


def _entity(text: str, depth: int, *, part: bool = False) -> Plain:
    """A mail, or a part without the line end before its boundary. Raises _NotPlain."""
    found = Plain()
    if part and text.startswith(("\n", "\r\n")):
        head, body = "", text[text.index("\n") + 1 :]
    else:
        end = _HEAD_END.search(text)
        if end is None:
            raise _NotPlain
        head, body = text[: end.start() + 1], text[end.end() :]
    at = 0
    for field in _FIELD.finditer(head):
        if field.start() != at:
            raise _NotPlain
        at = field.end()
        name, value = field[1], field[2].rstrip("\r\n")
        if value[:1] in ("\r", "\n"):  # how this is read depends on the version of Python
            name, value = compat32.header_source_parse([field[0]])
        found.set_raw(name, value)
        found.fields.setdefault(name.lower(), value)
    if at != len(head):
        raise _NotPlain
    kind = found.fields.get("content-type", "").lower()
    if "multipart" in kind:
        _multipart(found, kind, body, depth)
    elif "message" in kind:
        raise _NotPlain
    else:
        if part:
            body = body[:-2] if body.endswith("\r\n") else body.removesuffix("\n")
        found.source = body
        found.set_payload(body)
    return found


def _multipart(found: Plain, kind: str, body: str, depth: int) -> None:
    value = found.fields["content-type"].strip()
    named = _BOUNDARY.findall(value)
    if (
        len(named) != 1
        or not _MULTIPART.fullmatch(value)
        or "digest" in kind
        or depth >= _DEEPEST
        or found.fields.get("content-transfer-encoding", "").lower() not in _NOT_ENCODED
    ):
        raise _NotPlain
    for piece in _pieces(body, "--" + (named[0][0] or named[0][1]).rstrip()):
        found.attach(_entity(piece, depth + 1, part=True))


def _pieces(body: str, mark: str) -> list[str]:
    """What stands between the boundary lines, up to the line that ends the multipart. Raises _NotPlain when that is
    missing or a boundary follows a boundary."""
    pieces: list[str] = []
    start = None
    at = body.find(mark)
    while at >= 0:
        rest = _LINE_REST.match(body, at + len(mark))
        if rest is None or (at and body[at - 1] != "\n"):
            at = body.find(mark, at + 1)
            continue
        if start is not None:
            pieces.append(body[start:at])
            if start == at or len(pieces) > _MOST_PARTS:
                raise _NotPlain
        if rest[1]:
            if start is None:
                break
            return pieces
        start = rest.end()
        at = body.find(mark, start)
    raise _NotPlain
