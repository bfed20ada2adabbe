"""In which language a text is written: by script first, by py3langid where the script leaves a choice.

Runs in the sync process and in commands, never in the screen's process: the model takes 90 MB and half a second
to load. Knows no store.
"""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from typing import Any

LATIN = (
    "en",
    "es",
    "de",
    "fr",
    "it",
    "pt",
    "nl",
    "pl",
    "sv",
    "da",
    "no",
    "fi",
    "tr",
    "cs",
    "ro",
    "hu",
    "id",
    "vi",
)
"""Languages that are told apart by their words. py3langid knows 97; asking about those nobody here writes in
only makes it err."""

MIN_LETTERS = 14
"""Shorter Latin texts are not judged: "no" reads as Arabic and "merci" as Polish."""
MIN_CONFIDENCE = 0.6
_SAMPLE = 1200
_SPOKEN = 320
"""So many characters are shown to py3langid. It walks them one by one, and what it says of more is the same."""

_COMMON = {
    "en": "the and you your my with this that have has not are was were would could please when where which been "
    "what did from but can how thank thanks if any they since yet received arrived",
    "de": "und nicht ich der das ist mit für auf wir sie haben habe eine einen wurde noch bitte mein meine aber auch "
    "wann wie",
    "fr": "le les je vous est pas une mon votre pour dans avec nous ai été mais sur ce cette quand merci avez pourquoi",
    "es": "el los las mi pero muy cuando usted ustedes está gracias pedido también hasta donde dónde cuándo hola he",
    "it": "il gli che non sono mio della nel ancora quando ho ordine grazie vostro anche perché questo ma più",
    "nl": "het een niet ik mijn van ben heb maar wanneer nog bestelling graag jullie geen wel naar mij",
}
_WORDS = {word: code for code, words in _COMMON.items() for word in words.split()}
"""The commonest words of some languages, each in one list only."""
_SURE, _SHARE = 5, 0.16
"""So many words, and so large a share of all, must be of one language alone for a text to need no model: it takes
twenty times as long as counting."""

_NUMBERS = re.compile(r"#?\b[A-Z]{0,3}\d[\w-]*")
_URLS = re.compile(r"https?://\S+|(?<!\S)\S+@\S+|" + _NUMBERS.pattern)
_SCRIPTS = (
    ("kana", "\u3040-\u30ff"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff"),
    ("ko", "\uac00-\ud7a3\u1100-\u11ff"),
    ("arabic", "\u0600-\u06ff\u0750-\u077f"),
    ("cyrillic", "\u0400-\u04ff"),
    ("el", "\u0370-\u03ff"),
    ("he", "\u0590-\u05ff"),
    ("th", "\u0e00-\u0e7f"),
    ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
)
_COUNTERS = tuple((name, re.compile(f"[{chars}]+")) for name, chars in _SCRIPTS)
_ASCII_LETTERS = bytes((*range(65, 91), *range(97, 123)))
_NO_SCRIPT = re.compile("[\x00-\x7f\u2000-\u206f\u3000-\u303f\uff00-\uff65]+")
"""ASCII, and the punctuation of all scripts."""
_lock = threading.Lock()
_identifier: Any = None


def warm_up() -> None:
    """Load the model, unless that is done. For a thread of its own: who detects meanwhile waits for it."""
    with _lock:
        _model()


def detect(text: str, fallback: str = "") -> str:
    """The ISO 639-1 code of a text, or `fallback` (the conversation's own language) when it says too little."""
    sample = text[:_SAMPLE]
    sample = (_URLS if "@" in sample or "://" in sample else _NUMBERS).sub(" ", sample)
    counts = _counts(sample)
    # A Chinese or Japanese character says about as much as three Latin letters.
    weights = {n: c * (3 if n in ("kana", "han", "ko") else 1) for n, c in counts.items()}
    script = max(weights, key=lambda name: weights[name])
    if not weights[script]:
        return fallback
    if script in ("kana", "han"):
        return "ja" if counts["kana"] * 5 >= counts["han"] else "zh"
    if script == "arabic":
        return "fa" if re.search("[پچژگ]", sample) else "ar"
    if script == "cyrillic":
        return "uk" if re.search("[іїєґ]", sample, re.IGNORECASE) else "ru"
    if script != "latin":
        return script
    if counts["latin"] < MIN_LETTERS:
        return fallback
    return _by_words(sample, fallback)


def _counts(sample: str) -> dict[str, int]:
    """How many letters of each script there are."""
    plain = sample.encode("ascii", "ignore")
    counts = dict.fromkeys((name for name, _chars in _SCRIPTS), 0)
    counts["latin"] = len(plain) - len(plain.translate(None, _ASCII_LETTERS))
    if sample.isascii():
        return counts
    rest = _NO_SCRIPT.sub("", sample)
    left = len(rest)
    for name, pattern in _COUNTERS:
        if left <= 0:
            break
        count = sum(map(len, pattern.findall(rest)))
        counts[name] += count
        left -= count
    return counts


def _obvious(sample: str) -> str:
    """The language whose commonest words the text is full of while it holds next to none of another's, or ''."""
    words = sample.lower().split()
    counts: dict[str, int] = {}
    for word in words:
        code = _WORDS.get(word)
        if code is not None:
            counts[code] = counts.get(code, 0) + 1
    if not counts:
        return ""
    first = max(counts, key=lambda code: counts[code])
    most, rest = counts[first], sum(counts.values()) - counts[first]
    return first if most >= _SURE and most >= _SHARE * len(words) and rest * 10 <= most else ""


def _by_words(sample: str, fallback: str) -> str:
    if obvious := _obvious(sample):
        return obvious
    with _lock:
        model = _model()
        if model is None:
            return fallback
        code, confidence = model.classify(sample[:_SPOKEN])
    return str(code) if float(confidence) >= MIN_CONFIDENCE else fallback


def _model() -> Any:
    """The model, read once; None where that cannot be."""
    global _identifier
    if _identifier is None:
        # It is unpacked into a temporary file: a full /tmp must not keep mail from coming in.
        with suppress(OSError):
            _identifier = _read_model()
    return _identifier


def _read_model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(list(LATIN))
    # Its table lies column by column in half precision; by rows and in the precision it is added up in, a text is
    # judged in two thirds of the time.
    model.nb_ptc = model.nb_ptc.astype("float32", order="C")
    return model
