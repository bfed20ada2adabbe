"""The house hours of an account, and whether a customer who writes now is to be told that nobody is there."""

from __future__ import annotations

from datetime import datetime

from csdesk.domain.hours import Hours, parse_hours
from csdesk.domain.people import Account
from csdesk.errors import Usage
from csdesk.i18n import _


def hours_of(settings: dict[str, str]) -> Hours | None:
    """The account's house hours (settings 'hours' and 'hours_zone'), None where it has none. Raises Usage."""
    text = settings.get("hours", "")
    if not text:
        return None
    try:
        return parse_hours(text, settings.get("hours_zone", "") or "UTC")
    except ValueError as error:
        raise Usage(
            _(
                "{part!r} is not understood; write hours as 'mon-fri 8:00-17:00, sat 20:00-4:00' "
                "and hours_zone as Asia/Shanghai."
            ).format(part=str(error))
        ) from error


def acknowledges(account: Account, now: datetime) -> bool:
    """Whether a person switched the acknowledgement on for this account, and nobody is there now. Hours that are not
    understood acknowledge nothing, and stop no mail from coming in."""
    if account.settings.get("acknowledge", "") != "1":
        return False
    try:
        hours = hours_of(account.settings)
    except Usage:
        return False
    return hours is not None and not hours.open_at(now)
