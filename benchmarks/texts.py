"""Synthetic shop talk: English and Chinese sentences over vocabularies with the long tail that real words have.

The same seed gives the same texts on every machine. Knows nothing of the store.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

_STARTS = "b c d f g h k l m n p r s t v w br ch cl dr gr pl pr sh sp st th tr".split()
_VOWELS = "a e i o u ai ea ee ou".split()
_ENDS = ("", "", "n", "r", "s", "t", "l", "ck", "nd", "ng", "st")
_COMMON = (
    "the order has not arrived yet please tell me where my parcel is tracking number says customs since monday "
    "refund broken mug box package wrong colour size return address delivery delivered late thank you can i we "
    "it is was for and to in of with my your this that ship shipped shipping label invoice payment card"
).split()
_HAN_COMMON = (
    "的订单没有收到快递退款换货发货地址物流海关包裹破损尺码颜色发票客服请问"
    "什么时候可以帮我查一下谢谢您好还是已经商品质量问题"
)
LANGUAGES = ("en", "en", "en", "zh")
"""In which shares languages are written."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and its language."""

    text: str
    language: str


def _vocabulary(dice: random.Random, size: int) -> list[str]:
    words = list(dict.fromkeys(_COMMON))
    known = set(words)
    while len(words) < size:
        syllables = dice.choice((1, 2, 2, 3, 3))
        word = "".join(dice.choice(_STARTS) + dice.choice(_VOWELS) for _ in range(syllables)) + dice.choice(
            _ENDS
        )
        if word not in known:
            known.add(word)
            words.append(word)
    return words


def _weights(size: int) -> list[float]:
    """Cumulative weights by Zipf's law: the n-th word comes 1/n as often as the first."""
    total, out = 0.0, []
    for rank in range(1, size + 1):
        total += 1.0 / rank
        out.append(total)
    return out


def pool(size: int = 12_000, seed: int = 7) -> dict[str, list[Sentence]]:
    """`size` different sentences of each language."""
    dice = random.Random(seed)
    words = _vocabulary(dice, 20_000)
    weights = _weights(len(words))
    rare = [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)]
    han = list(dict.fromkeys(_HAN_COMMON)) + rare
    han_weights = _weights(len(han))
    english, chinese = [], []
    for _ in range(size):
        said = dice.choices(words, cum_weights=weights, k=dice.randint(6, 16))
        english.append(Sentence(" ".join(said).capitalize() + ".", "en"))
        signs = dice.choices(han, cum_weights=han_weights, k=dice.randint(8, 24))
        chinese.append(Sentence("".join(signs) + "。", "zh"))
    return {"en": english, "zh": chinese}


def names(dice: random.Random, count: int) -> list[tuple[str, str]]:
    """`count` different customers as (name, address)."""
    words = _vocabulary(dice, 3_000)
    out = []
    for number in range(count):
        first, last = dice.choice(words), dice.choice(words)
        out.append((f"{first} {last}".title(), f"{first}.{last}{number}@shop-mail.example"))
    return out
