"""A text in sentences, as far as marks and white space tell: to look up what was translated before. Pure.

An engine splits by itself, and better. Here a sentence that is split in two is only not found again.
"""

from __future__ import annotations

import re

_END = re.compile(r"(?:[.!?…]+[\"'»”’)\]]*(?=\s)|[。！？]+[」』”’）]*|(?=\n))\s*")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:[A-Za-zÀ-ɏ]|Sr|Sra|Dr|Mr|Mrs|Ms|St|Nr|No|Nº|N°|nr|no|bzw|ca|usw|etc|approx|art|núm|tel"
    r"|z\. ?B|e\.g|i\.e)\.$"
)


def units(text: str) -> list[tuple[str, str]]:
    """The sentences of a text, each with the white space behind it; together they are the text. White space before
    the first is the gap of an empty one."""
    out: list[tuple[str, str]] = []
    start = len(text) - len(text.lstrip())
    if start:
        out.append(("", text[:start]))
    begin = start
    for found in _END.finditer(text, start):
        said = text[begin : found.end()].rstrip()
        if not said.strip() or (_SHORT.search(said) and "\n" not in found[0]):
            continue
        out.append((said, text[begin + len(said) : found.end()]))
        begin = found.end()
    if begin < len(text):
        said = text[begin:].rstrip()
        out.append((said, text[begin + len(said) :]))
    return out
