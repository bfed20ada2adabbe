"""Names of countries in the interface's language, for the customer card. The code itself where none is known."""

from __future__ import annotations

from csdesk.i18n import _


def country(code: str) -> str:
    """The name of an ISO 3166 alpha-2 country."""
    return _names().get(code.upper(), code.upper())


def _names() -> dict[str, str]:
    return {
        "AE": _("United Arab Emirates"),
        "AR": _("Argentina"),
        "AT": _("Austria"),
        "AU": _("Australia"),
        "BE": _("Belgium"),
        "BR": _("Brazil"),
        "CA": _("Canada"),
        "CH": _("Switzerland"),
        "CL": _("Chile"),
        "CN": _("China"),
        "CO": _("Colombia"),
        "CZ": _("Czechia"),
        "DE": _("Germany"),
        "DK": _("Denmark"),
        "EG": _("Egypt"),
        "ES": _("Spain"),
        "FI": _("Finland"),
        "FR": _("France"),
        "GB": _("United Kingdom"),
        "GR": _("Greece"),
        "HK": _("Hong Kong"),
        "HU": _("Hungary"),
        "ID": _("Indonesia"),
        "IE": _("Ireland"),
        "IL": _("Israel"),
        "IN": _("India"),
        "IT": _("Italy"),
        "JP": _("Japan"),
        "KR": _("South Korea"),
        "KZ": _("Kazakhstan"),
        "MA": _("Morocco"),
        "MX": _("Mexico"),
        "MY": _("Malaysia"),
        "NL": _("Netherlands"),
        "NO": _("Norway"),
        "NZ": _("New Zealand"),
        "PE": _("Peru"),
        "PH": _("Philippines"),
        "PL": _("Poland"),
        "PT": _("Portugal"),
        "RO": _("Romania"),
        "RU": _("Russia"),
        "SA": _("Saudi Arabia"),
        "SE": _("Sweden"),
        "SG": _("Singapore"),
        "TH": _("Thailand"),
        "TR": _("Türkiye"),
        "TW": _("Taiwan"),
        "UA": _("Ukraine"),
        "US": _("United States"),
        "VN": _("Vietnam"),
        "ZA": _("South Africa"),
    }
