"""Cutting what a channel found into batches that fit into one transaction and into memory. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from csdesk.domain.ports import RawMail

MAX_MAILS = 400
"""A transaction costs nearly the same for one mail as for a hundred."""
MAX_BYTES = 20 * 1024 * 1024

_ASK = 1000


def batches(mails: Iterable[RawMail]) -> Iterator[list[RawMail]]:
    """Mails in order, at most MAX_MAILS and about MAX_BYTES together (one mail may be bigger by itself)."""
    held: list[RawMail] = []
    size = 0
    for mail in mails:
        if held and (len(held) >= MAX_MAILS or size + len(mail.raw) > MAX_BYTES):
            yield held
            held, size = [], 0
        held.append(mail)
        size += len(mail.raw)
    if held:
        yield held


def unknown(ids: Sequence[str], known: Callable[[Collection[str]], set[str]]) -> list[str]:
    """The ids that are not stored yet, in order; asks for at most 1,000 at a time."""
    fresh: list[str] = []
    for start in range(0, len(ids), _ASK):
        some = ids[start : start + _ASK]
        stored = known(some)
        fresh.extend(each for each in some if each not in stored)
    return fresh
