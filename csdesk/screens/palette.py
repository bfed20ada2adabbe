"""The command palette's source: every action of the registry by its words; what cannot be done now says why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from csdesk.actions import Action, key_word
from csdesk.i18n import _
from csdesk.screens.over import Over

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen


class DeskPalette(CommandPalette):
    """Textual's palette, which closes once like every screen over the desk; see csdesk.screens.over."""

    _answered = False
    render = Over.render  # type: ignore[assignment]

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close with a result; only the first call counts, and only on top."""
        if self._answered or not self.is_active:
            return AwaitComplete()
        self._answered = True
        return super().dismiss(result)


def command_palette() -> CommandPalette:
    """The palette, asking in the interface's language."""
    return DeskPalette(placeholder=_("What is to be done?"), id="--command-palette")


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
        return [(one, one.available(state) or one.help) for one in desk.actions.values()]

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
