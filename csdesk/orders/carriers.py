"""Which post a parcel number belongs to, without asking anyone: only UPU S10 numbers tell by themselves."""

from __future__ import annotations

from csdesk.domain.orders import s10_valid

# The last two letters of an S10 number are the country of the post that gave it out (ISO 3166).
_POSTS = {
    "AT": "Österreichische Post",
    "AU": "Australia Post",
    "BE": "bpost",
    "BR": "Correios",
    "CA": "Canada Post",
    "CH": "Swiss Post",
    "CN": "China Post",
    "CZ": "Česká pošta",
    "DE": "Deutsche Post",
    "DK": "PostNord",
    "ES": "Correos",
    "FI": "Posti",
    "FR": "La Poste",
    "GB": "Royal Mail",
    "HK": "Hongkong Post",
    "IE": "An Post",
    "IN": "India Post",
    "IT": "Poste Italiane",
    "JP": "Japan Post",
    "KR": "Korea Post",
    "MX": "Correos de México",
    "MY": "Pos Malaysia",
    "NL": "PostNL",
    "NO": "Posten",
    "NZ": "NZ Post",
    "PL": "Poczta Polska",
    "PT": "CTT",
    "SE": "PostNord",
    "SG": "Singapore Post",
    "TH": "Thailand Post",
    "TR": "PTT",
    "TW": "Chunghwa Post",
    "UA": "Ukrposhta",
    "US": "USPS",
}


def carrier_of(number: str) -> str:
    """The post of an S10 parcel number with a right check digit; '' for any other number, whose carrier a
    number alone does not prove."""
    compact = number.replace(" ", "").upper()
    return _POSTS.get(compact[-2:], f"Post ({compact[-2:]})") if s10_valid(compact) else ""
