"""Words for translation models that the screen and the commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.domain.models import Need
    from csdesk.domain.translation import EngineHealth


def how(need: Need) -> str:
    """How a pair is translated now, or what puts that right."""
    if need.route is None:
        return _("no model: csdesk models install {pair}").format(pair=need.pair)
    way = " → ".join(need.route.steps)
    if need.route.demo:
        return _("{way}, a demonstration model: csdesk models install {pair}").format(way=way, pair=need.pair)
    return way if need.route.engine == "argos" else f"{way}, {need.route.engine}"


def used_for(one: EngineHealth) -> str:
    """What an engine is there for."""
    if not one.used:
        return _("not used")
    named = [_("all others") if pair == "*" else pair for pair in one.pairs]
    return ", ".join(named) or _("in place of others")
