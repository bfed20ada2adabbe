"""Where a customer lives, as far as mail and orders tell, and which time zone that is. Guesses are only used to
show a local time and to greet at a decent hour, never to decide anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Country codes that are mostly used as brand names; seeing one says nothing of a country.
_BRANDS = frozenset({"io", "co", "me", "tv", "ai", "cc", "fm", "to", "ly", "gg", "ws", "nu", "is", "app"})


def country_of_address(address: str) -> str:
    """ISO 3166 code that a mail address's domain suggests ('.de' is DE, '.co.uk' is GB), else ''."""
    ending = address.rpartition(".")[2].lower()
    if len(ending) != 2 or not ending.isalpha() or ending in _BRANDS:
        return ""
    return {"uk": "GB", "eu": "", "su": "RU"}.get(ending, ending.upper())


@lru_cache(maxsize=512)
def _zones(country: str) -> tuple[str, ...]:
    from babel.core import get_global

    return tuple(get_global("territory_zones").get(country, ()))


def zone_of(country: str, utc_offset: int | None, now: datetime) -> str:
    """IANA zone of a country; where a country has several, the one whose offset from UTC (minutes, as the
    customer's mails carry it) is that now. '' when it cannot be told."""
    zones = _zones(country) if country else ()
    if len(zones) == 1:
        return zones[0]
    if utc_offset is None:
        return _capital_zone(country, zones)
    wanted = timedelta(minutes=utc_offset)
    for name in sorted(zones, key=lambda z: (z != _capital_zone(country, zones), z)):
        try:
            if now.astimezone(ZoneInfo(name)).utcoffset() == wanted:
                return name
        except (ZoneInfoNotFoundError, ValueError):
            continue
    if zones:
        return _capital_zone(country, zones)
    hours, rest = divmod(abs(utc_offset), 60)
    if rest or hours > 14:
        return ""
    # POSIX spelling: Etc/GMT-8 lies east of Greenwich.
    return "UTC" if hours == 0 else f"Etc/GMT{'-' if utc_offset > 0 else '+'}{hours}"


_CAPITALS = {
    "US": "America/New_York",
    "CA": "America/Toronto",
    "BR": "America/Sao_Paulo",
    "MX": "America/Mexico_City",
    "RU": "Europe/Moscow",
    "AU": "Australia/Sydney",
    "ES": "Europe/Madrid",
    "PT": "Europe/Lisbon",
    "DE": "Europe/Berlin",
    "CN": "Asia/Shanghai",
    "CL": "America/Santiago",
    "AR": "America/Argentina/Buenos_Aires",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "NZ": "Pacific/Auckland",
    "UA": "Europe/Kiev",
    "MY": "Asia/Kuala_Lumpur",
    "EC": "America/Guayaquil",
}


def _capital_zone(country: str, zones: tuple[str, ...]) -> str:
    wanted = _CAPITALS.get(country, "")
    if wanted and (not zones or wanted in zones):
        return wanted
    return zones[0] if len(zones) == 1 else ""


def local_time(zone: str, now: datetime) -> datetime | None:
    """The instant in a zone, or None when the zone is unknown on this machine."""
    try:
        return now.astimezone(ZoneInfo(zone)) if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
