"""In which language a text is written: by script first, by py3langid where the script leaves a choice.

Runs in the sync process and in commands, never in the screen's process: the model takes 90 MB and half a second
to load. Knows no store.
"""

from __future__ import annotations

import re
import threading
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

_URLS = re.compile(r"https?://\S+|\S+@\S+|#?\b[A-Z]{0,3}\d[\w-]*")
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
_lock = threading.Lock()
_identifier: Any = None


def detect(text: str, fallback: str = "") -> str:
    """The ISO 639-1 code of a text, or `fallback` (the conversation's own language) when it says too little."""
    sample = _URLS.sub(" ", text[:_SAMPLE])
    some = _COUNTERS[-1:] if sample.isascii() else _COUNTERS
    counts = {name: sum(map(len, pattern.findall(sample))) for name, pattern in some}
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


def _by_words(sample: str, fallback: str) -> str:
    global _identifier
    with _lock:
        if _identifier is None:
            try:
                _identifier = _read_model()
            except OSError:
                # The model is unpacked into a temporary file: a full /tmp must not keep mail from coming in.
                return fallback
        code, confidence = _identifier.classify(sample[:_SPOKEN])
    return str(code) if float(confidence) >= MIN_CONFIDENCE else fallback


def _read_model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(list(LATIN))
    # Its table lies column by column in half precision; by rows and in the precision it is added up in, a text is
    # judged in two thirds of the time.
    model.nb_ptc = model.nb_ptc.astype("float32", order="C")
    return model
