"""Writing in one's own language: the reply in the customer's stands below the text, made anew sentence by sentence when
the keys rest. What leaves is what stood there.

One question at a time, beside the screen; what is answered too late only adds to what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.timer import Timer

from csdesk.actions import key_word
from csdesk.domain.composed import checked
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.languages import language_name
from csdesk.text import clean
from csdesk.widgets.composed import Shown

if TYPE_CHECKING:
    from csdesk.domain.composed import Composed, Said, Way
    from csdesk.domain.conversation import Draft
    from csdesk.screens.face import Desk
    from csdesk.screens.write import Writer
    from csdesk.widgets.composer import Writing

REST = 0.4
"""Seconds without a key after which changed sentences are translated."""
KNOWN = 400
"""Sentences of this reply that are remembered while it is written."""


class Composing:
    """Holds the translation of what is being written, and shows it."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.screen = writer.screen
        self.way: Way | None = None
        self.on = False
        self._said: bool | None = None
        self.made: Composed | None = None
        self._shown: Composed | None = None
        self._known: dict[str, Said] = {}
        self._hint = ""
        self._read = ""
        self._rest: Timer | None = None
        self._asking = False
        self._again = False
        self._turn = 0
        self._warned = False

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        run = self.screen.run
        return {
            "write.translate": lambda: run(self._toggle(), "composing"),
            "write.sentences": lambda: run(self.go_through(), "sentences", exclusive=True),
        }

    # -- opening and leaving ------------------------------------------------------------------------------

    def begin(self, writing: Writing, draft: Draft | None) -> None:
        """A reply is being written: find out, beside the screen, whether it is to be translated."""
        self.end()
        if writing.mode == "reply":
            self.screen.run(self._begin(writing, draft), "composing")

    async def _begin(self, writing: Writing, draft: Draft | None, language: str = "") -> None:
        turn = self._turn
        before = draft.made if draft is not None else None
        target = language or (before.target_language if before is not None else "")
        text = draft.text if draft is not None else ""
        way = await self.screen.call(lambda d: d.composing.way(writing.conversation, target, text))
        if turn != self._turn or self.screen.composer.writing is None:
            return
        self.way = way
        self._said = draft.translate if draft is not None else None
        wanted = way.usual if self._said is None else self._said
        self.on = wanted and way.open
        if before is not None and (before.source_language, before.target_language) == (
            way.source,
            way.target,
        ):
            self._known |= before.known()
            self.made = before
        self._hint = way.hint if wanted else ""
        self._tell()
        if self.on:
            await self._ask()

    def end(self) -> None:
        """Nothing is being written any more."""
        self._turn += 1
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        self.way, self.made, self._shown, self._hint, self._read = None, None, None, "", ""
        self.on, self._said, self._again, self._warned = False, None, False, False
        self._known.clear()
        self._tell()

    def into(self, draft: Draft) -> Draft:
        """The draft with what is to be kept of its translation."""
        if draft.mode != "reply":
            return draft
        return replace(draft, translate=self.on or None if self._said is None else self._said, made=self.made)

    async def language_changed(self, language: str) -> None:
        """The customer is answered in another language from now on."""
        composer = self.screen.composer
        if (writing := composer.writing) is None or writing.mode != "reply":
            return
        draft = composer.draft(self.writer.agent_id, self.screen.clock.now())
        self.end()
        composer.change(language=language)
        if draft is not None:
            await self._begin(writing, replace(draft, made=None), language)

    async def _toggle(self) -> None:
        """Translate this reply, or do not."""
        way = self.way
        if way is None:
            return
        if not self.on and not way.open:
            # A model may have been put in since.
            writing = self.screen.composer.writing
            if writing is not None and way.target:
                way = self.way = await self.screen.call(
                    lambda d: d.composing.way(writing.conversation, way.target)
                )
            if not way.open:
                words = _("It is not known in which language this customer is answered.")
                if way.source and way.source == way.target:
                    words = _("You write the customer's language: nothing is to be translated.")
                self.screen.say(way.hint or words, "soon", 12)
                return
        self.on = self._said = not self.on
        self._hint = ""
        self.writer.typed()
        words = _("It leaves in {language}; what you wrote stays with it.")
        if not self.on:
            words = _("It leaves as you write it.")
        self.screen.say(words.format(language=language_name(way.target)), "dim")
        self._tell()
        if self.on:
            await self._ask()

    # -- making -------------------------------------------------------------------------------------------

    def typed(self) -> None:
        """Something was written: translate what changed when the keys rest."""
        if self._warned and not self.writer.stale:
            self.screen.composer.warn("")
        self._warned = False
        if not self.on:
            return
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.screen.set_timer(REST, self._ask_now)
        self._tell()

    def _ask_now(self) -> None:
        self._rest = None
        self.screen.run(self._ask(), "composing")

    async def _ask(self) -> None:
        """Have the text of now translated; while that is done, the next question waits and is asked once."""
        if self._asking:
            self._again = True
            return
        self._asking = True
        try:
            while True:
                self._again = False
                await self._make()
                if not self._again:
                    break
        finally:
            self._asking = False

    async def _make(self) -> None:
        composer = self.screen.composer
        writing, way, turn = composer.writing, self.way, self._turn
        if writing is None or way is None or not self.on:
            return
        text, known = clean(composer.editor.text), dict(self._known)
        if not text.strip():
            self.made, self._hint = None, ""
            self._tell()
            return
        theirs = writing.template_language
        try:
            now, made = await self.screen.call(
                lambda d: _composed(d, writing.conversation, text, way, known, theirs)
            )
        except DeskError as error:
            if turn == self._turn:
                self._hint = error.message
                self._tell()
            return
        if turn != self._turn or not self.on:
            return
        self.way = now
        if made is None:
            self._hint = now.hint
            self._tell()
            return
        self._hint = ""
        edited = {own: one for own, one in self._known.items() if one.origin == "edited"}
        self._known = {**dict(list(self._known.items())[-KNOWN:]), **made.known(), **edited}
        if text != clean(composer.editor.text):
            self._again = self._again or self._rest is None
            return
        self.made = self._with_edits(made)
        self._tell()
        self.writer.translated()

    def _with_edits(self, made: Composed) -> Composed:
        """What a person changed while this was asked for."""
        sentences = tuple(
            replace(self._known[one.own], gap=one.gap)
            if one.own in self._known and self._known[one.own].origin == "edited"
            else one
            for one in made.sentences
        )
        return replace(made, sentences=sentences)

    def current(self, text: str) -> Composed | None:
        """The translation of exactly this text, where there is one; None while it is made, and where the reply leaves
        as it is written."""
        made = self.made
        return made if self.on and made is not None and made.own == clean(text) else None

    async def settle(self, text: str) -> tuple[bool, Composed | None]:
        """For sending: whether this text may go now, and in which translation. A translation that did not stand there
        yet is shown, and goes with the next press; so does the text itself where it cannot be translated."""
        if not self.on:
            return True, None
        made = self.current(text)
        if made is not None and made is self._shown:
            return True, made
        await self._ask()
        made = self.current(text)
        send = self.screen.actions["write.send"].keys
        key = key_word(send[0]) if send else ""
        if made is not None:
            self._tell()
            said = _("Read the translation; {key} sends it.")
        elif self._hint and self._read == text:
            return True, None
        elif self._hint:
            self._read = text
            said = _("Not translated: {reason} {key} sends what you wrote.")
        else:
            said = _("The translation is being made.")
        self._warned = True
        self.screen.composer.warn(said.format(key=key, reason=self._hint))
        return False, None

    # -- showing and changing -----------------------------------------------------------------------------

    def _tell(self) -> None:
        """Show what there is."""
        composer = self.screen.composer
        if composer.writing is None or self.way is None:
            composer.preview(None)
            return
        if not self.on:
            hint = self._hint if self.way.usual else ""
            composer.preview(Shown(hint=hint) if hint else None)
            composer.written_in("")
            return
        text = clean(composer.editor.text)
        pending = not self._hint and bool(text.strip()) and (self.made is None or self.made.own != text)
        at = self.made.at_own(composer.editor.index) if self.made is not None else 0
        keys = self.screen.actions["write.sentences"].keys
        composer.written_in(self.way.source)
        hint = self._hint
        made = self.made
        if (
            made is not None
            and not pending
            and text.strip()
            and all(one.origin == "same" for one in made.sentences)
        ):
            hint = _("It is in {language} already, and goes as it is.").format(
                language=language_name(self.way.target)
            )
        composer.preview(Shown(made, pending, at, hint, self.way.target, key_word(keys[0]) if keys else ""))
        self._shown = made if not pending else None

    async def go_through(self, at: int | None = None) -> None:
        """Sentence by sentence: change one, take one from memory, have one made anew."""
        from csdesk.screens.sentences import Sentences, changed

        composer = self.screen.composer
        if not self.on or composer.writing is None:
            self.screen.say(_("This reply is not translated."), "soon")
            return
        if self.current(composer.editor.text) is None:
            await self._ask()
        if self.made is None or not self.made.own.strip():
            self.screen.say(self._hint or _("Nothing is written yet."), "soon")
            return
        place = self.made.at_own(composer.editor.index) if at is None else at
        while self.made is not None and composer.writing is not None:
            chosen = await self.screen.app.push_screen_wait(Sentences(self.made, place))
            if chosen is None or self.made is None:
                return
            what, place = chosen
            one = self.made.sentences[place]
            if what == "memory":
                await self.edit(place, one.offer)
            elif what == "anew":
                self._known.pop(one.own, None)
                self.made = None
                await self._ask()
            elif (text := await changed(self.screen.app, one)) is not None and text != one.text:
                await self.edit(place, text)

    async def edit(self, number: int, text: str) -> None:
        """A sentence is from now on as a person wrote it; what it says again is asked for beside the screen."""
        way, made, turn = self.way, self.made, self._turn
        if way is None or made is None or number >= len(made.sentences):
            return
        own = made.sentences[number].own
        self._put(own, text, "")
        back = await self.screen.call(lambda d: d.composing.back(text, way))
        if turn == self._turn and back and self._known[own].text == text:
            self._put(own, text, back)
        self.writer.kept_soon()

    def _put(self, own: str, text: str, back: str) -> None:
        """Every sentence that was written so is sent so."""
        if self.made is None:
            return
        for number, one in enumerate(self.made.sentences):
            if one.own == own:
                self.made = self.made.edited(number, text, back)
                self._known[own] = checked(self.made.sentences[number])
        self._tell()


def _composed(
    desk: Desk, conversation: int, text: str, way: Way, known: Mapping[str, Said], theirs: str
) -> tuple[Way, Composed | None]:
    """On a worker thread: the text in the customer's language, from whichever of the agent's it is written in; None
    where that cannot be translated."""
    now = desk.composing.way(conversation, way.target, text)
    if not now.open:
        return now, None
    return now, desk.composing.compose(conversation, text, now, known=known, template_language=theirs)
