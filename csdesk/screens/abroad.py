"""A message that we begin, in the language of whoever gets it: made when it is to be sent, read sentence by sentence;
what was read leaves with the next press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.actions import key_word
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.languages import language_name
from csdesk.screens.sentences import Sentences, changed

if TYPE_CHECKING:
    from csdesk.domain.composed import Composed, Said, Way
    from csdesk.screens.desk import DeskScreen


class Abroad:
    """The translation of one form. `made` is what leaves; None where the text leaves as it is written."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.made: Composed | None = None
        self._known: dict[str, Said] = {}
        self._read = ("", "")

    async def ready(self, to: str, text: str) -> str:
        """'' when this text may leave to this address; else what the form says, after which it may. Raises DeskError
        for what is no address."""
        if self._read == (to, text):
            return ""
        way = await self.screen.call(lambda d: d.composing.way_to(to, "", text))
        self.made, self._read = None, (to, text)
        if not way.usual or not text.strip():
            return ""
        key, reason = key_word("ctrl+s"), way.hint
        if way.open:
            try:
                made = await self._through(await self._composed(text, way), text, way)
            except DeskError as error:
                reason = error.message
            else:
                if made is None:
                    return ""
                self.made = made
                self._known |= made.known()
                said = _("It leaves in {language}, as you read it; {key} sends it.")
                return said.format(language=language_name(way.target), key=key)
        return _("Not translated: {reason} {key} sends what you wrote.").format(reason=reason, key=key)

    async def _composed(self, text: str, way: Way) -> Composed:
        known = dict(self._known)
        return await self.screen.call(lambda d: d.composing.compose(None, text, way, known=known))

    async def _through(self, made: Composed, text: str, way: Way) -> Composed | None:
        """Show it, and change in it what the person wants; None for what is in that language already."""
        if all(one.origin == "same" for one in made.sentences):
            return None
        app, place = self.screen.app, next(iter(made.doubtful), 0)
        while (chosen := await app.push_screen_wait(Sentences(made, place))) is not None:
            what, place = chosen
            one = made.sentences[place]
            if what == "anew":
                self._known = {own: said for own, said in made.known().items() if own != one.own}
                made = await self._composed(text, way)
                continue
            given = one.offer if what == "memory" else await changed(app, one)
            if given and given != one.text:
                back = await self.screen.call(lambda d, given=given: d.composing.back(given, way))  # type: ignore[misc]
                made = made.edited(place, given, back)
        return made
