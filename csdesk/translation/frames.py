"""Messages on a pipe: four bytes that say how long it is, then JSON. Used on both ends of the worker's pipes."""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import Any

LARGEST = 32 * 1024 * 1024
_HEAD = struct.Struct(">I")


class Closed(Exception):
    """The other end is gone, or says what is no message."""


def pack(message: dict[str, Any]) -> bytes:
    """A message as bytes."""
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
    return _HEAD.pack(len(body)) + body


def write(handle: int, message: dict[str, Any]) -> None:
    """Send a message. Raises Closed."""
    left = memoryview(pack(message))
    try:
        while left:
            left = left[os.write(handle, left) :]
    except OSError as error:
        raise Closed from error


def read(handle: int, patience: float | None = None) -> dict[str, Any]:
    """Wait for a message, for so many seconds at most. Raises Closed, or TimeoutError."""
    until = None if patience is None else time.monotonic() + patience
    (length,) = _HEAD.unpack(_exactly(handle, _HEAD.size, until))
    if length > LARGEST:
        raise Closed
    try:
        message = json.loads(_exactly(handle, length, until))
    except ValueError as error:
        raise Closed from error
    if not isinstance(message, dict):
        raise Closed
    return message


def _exactly(handle: int, count: int, until: float | None) -> bytes:
    parts: list[bytes] = []
    while count:
        if until is not None:
            ready = select.select([handle], [], [], max(0.0, until - time.monotonic()))[0]
            if not ready:
                raise TimeoutError
        try:
            part = os.read(handle, min(count, 1 << 20))
        except OSError as error:
            raise Closed from error
        if not part:
            raise Closed
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
