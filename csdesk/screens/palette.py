"""The command palette's source: every action of the registry by its words; what cannot be done now says why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from csdesk.actions import Action, key_word
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen

HIDDEN = ("move.", "write.send", "write.leave", "write.insert", "place.palette")


def command_palette() -> CommandPalette:
    """Textual's palette, asking in the interface's language."""
    return CommandPalette(placeholder=_("What is to be done?"), id="--command-palette")


class DeskCommands(Provider):
    """Actions of the desk."""

    @property
    def _desk(self) -> DeskScreen | None:
        from csdesk.screens.desk import DeskScreen

        return self.screen if isinstance(self.screen, DeskScreen) else None

    def _offers(self) -> list[tuple[Action, str]]:
        desk = self._desk
        if desk is None:
            return []
        state = desk.state()
        known = [one for one in desk.actions.values() if not one.id.startswith(HIDDEN)]
        return [(one, one.available(state) or one.help) for one in known]

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for action, text in self._offers():
            yield DiscoveryHit(
                Content(_name(action)),
                partial(cast("DeskScreen", self.screen).act, action.id),
                _name(action),
                text,
            )

    async def search(self, query: str) -> Hits:
        """What matches, best first."""
        matcher = self.matcher(query)
        for action, text in self._offers():
            score = max(matcher.match(_name(action)), matcher.match(action.help), matcher.match(action.id))
            if score > 0:
                act = partial(cast("DeskScreen", self.screen).act, action.id)
                yield Hit(score, matcher.highlight(_name(action)), act, _name(action), text)


def _name(action: Action) -> str:
    keys = ", ".join(key_word(key) for key in action.keys[:1])
    return f"{action.label}   {keys}" if keys else action.label
