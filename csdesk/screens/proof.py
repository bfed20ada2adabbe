"""Help with words while a reply is written: how one may go on, and which of them no dictionary knows.

Nothing here takes a key or moves the text by itself; dictionaries are asked beside the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from csdesk.errors import DeskError
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.screens.write import Writer

REST = 0.8
"""Seconds without a key after which the spelling is looked at."""


class Proof:
    """Completes words, marks wrong ones, offers what may have been meant."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.screen = writer.screen
        self.language = self.country = ""
        self._rest: Timer | None = None
        self._silent = False

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        run = self.screen.run
        return {
            "write.complete": lambda: run(self._complete(), "proof", exclusive=True),
            "write.spelling": lambda: run(self._correct(), "proof", exclusive=True),
        }

    def begin(self) -> None:
        """Something is being written: read the words that it may need, beside the screen."""
        self.screen.run(self._begin(), "vocabulary", exclusive=True)

    async def _begin(self) -> None:
        composer, reader = self.screen.composer, self.screen.reader
        if (writing := composer.writing) is None:
            return
        self.country = reader.customer.country if reader.customer else ""
        words = await self.screen.call(lambda d: d.replies.vocabulary(writing.conversation))
        if composer.writing is not None and composer.writing.conversation == writing.conversation:
            composer.editor.vocabulary = words
            self.typed()

    # -- completing ---------------------------------------------------------------------------------------

    async def _complete(self) -> None:
        """The word at the cursor is completed; where several may be meant, or none is begun, a list asks which."""
        editor = self.screen.composer.editor
        found = editor.offers() if editor.begun else tuple(editor.vocabulary[:14])
        if not found:
            self.screen.say(_("No word of this customer, order or conversation begins so."), "dim")
            return
        chosen: str | None = found[0]
        if len(found) > 1 and not (editor.suggestion and found[0] == editor.begun + editor.suggestion):
            from csdesk.screens.prompts import Choose

            options = [(one, one, "") for one in found[:14]]
            chosen = await self.screen.app.push_screen_wait(Choose(_("Which word"), options))
        if chosen is not None:
            editor.complete(chosen)

    # -- spelling -----------------------------------------------------------------------------------------

    def typed(self) -> None:
        """Something was written: look at the spelling when the keys rest."""
        if not self.screen.config.spelling or self._silent:
            return
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.screen.set_timer(REST, self._look_now)

    def end(self) -> None:
        """Nothing is being written any more."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None

    def _look_now(self) -> None:
        self._rest = None
        self.screen.run(self._look(), "spelling", exclusive=True)

    async def _look(self) -> None:
        """Mark what is wrong in the text as it is now."""
        composer = self.screen.composer
        if (writing := composer.writing) is None:
            return
        editor, text = composer.editor, composer.editor.text
        language = writing.own_language or writing.template_language or writing.language
        known = frozenset(part for one in editor.vocabulary for part in (one, *one.split()))
        try:
            found = await self.screen.call(
                lambda d: d.spelling.wrong(
                    text, language, country="" if writing.own_language else self.country, known=known
                )
            )
        except DeskError:
            self._silent = True  # the key says why; nobody is told of it at every pause
            return
        if composer.writing is writing and editor.text == text:
            at = editor.index
            editor.mark([(one.start, one.end, one.text) for one in found if one.end != at])

    async def _correct(self) -> None:
        """Go to the next wrong word and offer what may have been meant."""
        from csdesk.screens.prompts import Choose

        screen = self.screen
        composer = screen.composer
        if (writing := composer.writing) is None:
            return
        language = writing.own_language or writing.template_language or writing.language
        country = "" if writing.own_language else self.country
        if trouble := await screen.call(lambda d: d.spelling.trouble(language, country)):
            screen.say(trouble, "soon", 20)
            return
        self._silent = False
        text = composer.editor.text
        known = frozenset(part for one in composer.editor.vocabulary for part in (one, *one.split()))
        found = await screen.call(lambda d: d.spelling.wrong(text, language, country=country, known=known))
        editor = composer.editor
        if composer.writing is None or editor.text != text:
            return
        editor.mark([(one.start, one.end, one.text) for one in found])
        if (place := editor.wrong_after()) is None:
            screen.say(_("No word is wrong in {language}.").format(language=language), "done")
            return
        row, start, end, word = place
        editor.move_cursor((row, start))
        editor.move_cursor((row, end), select=True)
        offered = await screen.call(lambda d: d.spelling.suggest(word, language, country=country))
        options = [
            *((("use", one), one, "") for one in offered),
            (("add", word), _("{word} is right").format(word=word), _("from now on")),
        ]
        title = _("{word}: not in the dictionary").format(word=word)
        chosen: tuple[str, str] | None = await screen.app.push_screen_wait(Choose(title, options))
        if chosen is None or not composer.mode or editor.document.get_line(row)[start:end] != word:
            editor.move_cursor((row, end))
            return
        if chosen[0] == "use":
            editor.replace(chosen[1], (row, start), (row, end), maintain_selection_offset=False)
        else:
            await screen.call(lambda d: d.spelling.add(word, language))
            editor.move_cursor((row, end))
        self.typed()
