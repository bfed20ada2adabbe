"""The names of languages in the interface's language. Knows ISO 639-1 codes and nothing else."""

from __future__ import annotations

from csdesk.i18n import N_, _

_NAMES = {
    "ar": N_("Arabic"),
    "bg": N_("Bulgarian"),
    "ca": N_("Catalan"),
    "cs": N_("Czech"),
    "da": N_("Danish"),
    "de": N_("German"),
    "el": N_("Greek"),
    "en": N_("English"),
    "es": N_("Spanish"),
    "et": N_("Estonian"),
    "fa": N_("Persian"),
    "fi": N_("Finnish"),
    "fr": N_("French"),
    "he": N_("Hebrew"),
    "hi": N_("Hindi"),
    "hu": N_("Hungarian"),
    "id": N_("Indonesian"),
    "it": N_("Italian"),
    "ja": N_("Japanese"),
    "ko": N_("Korean"),
    "lt": N_("Lithuanian"),
    "lv": N_("Latvian"),
    "nl": N_("Dutch"),
    "no": N_("Norwegian"),
    "pl": N_("Polish"),
    "pt": N_("Portuguese"),
    "ro": N_("Romanian"),
    "ru": N_("Russian"),
    "sk": N_("Slovak"),
    "sl": N_("Slovenian"),
    "sv": N_("Swedish"),
    "th": N_("Thai"),
    "tr": N_("Turkish"),
    "uk": N_("Ukrainian"),
    "vi": N_("Vietnamese"),
    "zh": N_("Chinese"),
}

LIKELY = ("en", "es", "de", "fr", "it", "pt", "nl", "pl", "ja", "ko", "ru", "ar", "tr", "zh")
"""What customers write most, for lists to choose from."""


def language_name(code: str) -> str:
    """A language in a word; its code where it has no name here."""
    name = _NAMES.get(code.replace("_", "-").partition("-")[0].lower())
    return code if name is None else _(name)
