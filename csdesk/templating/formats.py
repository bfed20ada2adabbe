"""Money, numbers and dates in the locale of a text (Babel). What cannot be formatted is None: a gap, no guess."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from babel.languages import get_official_languages

_LARGEST = Decimal(10) ** 15


def locale_of(language: str, country: str = "") -> Locale:
    """The locale of a text: its language, as written in the customer's country where it is official there
    (British dates for en in GB, plain English ones for en in ES); English for a language CLDR lacks."""
    at_home = country and "-" not in language and language in get_official_languages(country.upper())
    for tag in (f"{language}-{country}" if at_home else language, language):
        try:
            return Locale.parse(tag.replace("_", "-"), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    base = language.partition("-")[0]
    return locale_of(base) if base != language else Locale("en")


def zone_of(name: object) -> tzinfo:
    """The zone of an IANA name; UTC where there is none."""
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def decimal_of(value: object) -> Decimal | None:
    """A plain number (Decimal, int, float or its text with a decimal point), or None. Absurd ones are None:
    a hostile 1e999999 would be a million digits."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    exponent = number.as_tuple().exponent
    if not number.is_finite() or not isinstance(exponent, int) or exponent < -12 or abs(number) >= _LARGEST:
        return None
    return number


def money(value: object, currency: str, locale: Locale) -> str | None:
    """An amount: {amount, currency}, or a number with the currency (ISO 4217) given beside it."""
    if isinstance(value, Mapping):
        currency = currency or str(value.get("currency") or "")
        value = value.get("amount")
    amount = decimal_of(value)
    if amount is None or not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        return None
    return babel_numbers.format_currency(amount, currency.upper(), locale=locale)


def number(value: object, locale: Locale) -> str | None:
    """A number with the locale's separators."""
    amount = decimal_of(value)
    return None if amount is None else babel_numbers.format_decimal(amount, locale=locale)


def day(value: object, zone: tzinfo, locale: Locale) -> str | None:
    """The date of an instant in a zone, or a date, in long form."""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        value = _local(value, zone).date()
    return babel_dates.format_date(value, "long", locale=locale) if isinstance(value, date) else None


def moment(value: object, zone: tzinfo, locale: Locale) -> str | None:
    """Date, time and zone of an instant."""
    if isinstance(value, str):
        value = _parsed(value)
    if not isinstance(value, datetime):
        return day(value, zone, locale)
    at = _local(value, zone)
    time = babel_dates.format_time(at, "short", tzinfo=zone, locale=locale)
    offset = babel_dates.get_timezone_gmt(at, width="long", locale=locale)
    pattern = str(babel_dates.get_datetime_format("long", locale=locale)).replace("'", "")
    return pattern.replace("{0}", f"{time} ({offset})").replace("{1}", str(day(at, zone, locale)))


def _local(value: datetime, zone: tzinfo) -> datetime:
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(zone)


def _parsed(value: str) -> date | None:
    """An ISO date or instant as an agent types it, or None."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(value.strip())
        except ValueError:
            continue
    return None
