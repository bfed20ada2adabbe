"""Words for the full-text index, made by the desk itself so that both databases find the same. Pure.

Scripts without spaces (Han, kana, Hangul, Thai) are indexed as overlapping pairs plus the last character of a
run; a single character is then a prefix of a pair. Everything else is folded (width, case, accents) and split at
what is neither letter nor digit, so an order number glued to Chinese text is a word of its own.
"""

from __future__ import annotations

import re
import unicodedata

MAX_WORD = 40
MAX_TOKENS = 12_000
"""PostgreSQL keeps positions up to 16383; longer texts are findable by their first words."""

_DENSE = (
    "\u0e00-\u0eff\u1780-\u17ff"  # Thai, Lao, Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\u3040-\u30ff\u3105-\u312f\u31a0-\u31bf"  # kana, Bopomofo
    "\ua960-\ua97f\uac00-\ud7ff"  # Hangul
)
_ASCII = re.compile("[a-z0-9]+")
_WORDS = re.compile(f"([{_DENSE}]+)|((?:(?![{_DENSE}])[^\\W_])+)")


def _bases() -> dict[str, str]:
    table = {}
    for low, high in ((0x00C0, 0x024F), (0x0370, 0x03FF), (0x0400, 0x04FF), (0x1E00, 0x1FFF)):
        for code in range(low, high + 1):
            base = unicodedata.normalize("NFD", chr(code))[0]
            if base != chr(code):
                table[chr(code)] = base
    table.update({"\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u0131": "i"})
    return table


_BASES = _bases()
_ACCENTED = re.compile(f"[{''.join(sorted(_BASES))}]")


def normal(text: str) -> str:
    """Width, case and accents folded: what two spellings of one word have in common."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Not translate(): that is slow for every letter that stays, and most do.
    return _ACCENTED.sub(lambda found: _BASES[found[0]], folded)


def tokens(text: str) -> list[str]:
    """The index words of a text, in order."""
    if text.isascii():  # the same as below, in a fifth of the time
        return [word[:MAX_WORD] for word in _ASCII.findall(text.lower())[:MAX_TOKENS]]
    out: list[str] = []
    for dense, word in _WORDS.findall(normal(text)):
        if word:
            out.append(word[:MAX_WORD])
        else:
            out.extend(map(str.__add__, dense, dense[1:]))
            out.append(dense[-1])
        if len(out) >= MAX_TOKENS:
            break
    return out[:MAX_TOKENS]


def index_words(*texts: str) -> str:
    """Texts as one string of index words. Words hold letters and digits only, so no quoting is ever needed."""
    return " ".join([word for part in texts for word in tokens(part)])


def phrases(query: str) -> list[tuple[list[str], bool]]:
    """A query as phrases that must all occur: (consecutive words, whether the last is only the beginning of a
    word). Nothing the user types is syntax."""
    found: list[tuple[list[str], bool]] = []
    for part in query.split():
        pieces = _WORDS.findall(normal(part))
        words: list[str] = []
        prefix = False
        for at, (dense, word) in enumerate(pieces):
            last = at == len(pieces) - 1
            if word:
                words.append(word[:MAX_WORD])
                prefix = last
            elif len(dense) == 1:
                words.append(dense)
                prefix = last
            else:
                # In the index a run of n characters is n words; inside a phrase the last single one counts too.
                words.extend(dense[i : i + 2] for i in range(len(dense) - 1))
                if not last:
                    words.append(dense[-1])
                prefix = False
        if words:
            found.append((words, prefix))
    return found
