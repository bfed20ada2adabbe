"""Doubts about a reply, said over the composer when the keys rest and before it goes; one key puts the first right.

A doubt never takes the reply away: whoever read it and presses send once more, sends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from csdesk.actions import key_word
from csdesk.errors import DeskError
from csdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from csdesk.domain.before import Finding
    from csdesk.domain.composed import Composed
    from csdesk.screens.write import Writer
    from csdesk.widgets.composer import Writing

REST = 1.2
"""Seconds without a key after which a reply is looked at."""


class Doubts:
    """Asks for what is doubtful beside the screen, and shows it."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.screen = writer.screen
        self.found: tuple[Finding, ...] = ()
        self._text = ""
        self._made: Composed | None = None
        self._read: tuple[str, bool] = ("", False)
        self._rest: Timer | None = None

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        return {"write.fix": lambda: self.screen.run(self._fix(), "doubts", exclusive=True)}

    def typed(self) -> None:
        """Something was written: what was said no longer holds; look again when the keys rest."""
        self._unsay()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.screen.set_timer(REST, self._look_now)

    def end(self) -> None:
        """Nothing is being written any more."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        self.found, self._text, self._made, self._read = (), "", None, ("", False)

    def _look_now(self) -> None:
        self._rest = None
        self.screen.run(self._look(), "doubts", exclusive=True)

    async def _look(self) -> None:
        composer = self.screen.composer
        writing = composer.writing
        if writing is None or writing.mode != "reply" or not (text := composer.editor.text).strip():
            return
        composing = self.writer.composing
        if composing.on and composing.current(text) is None:
            return  # it is looked at when its translation is there
        try:
            await self._ask(writing, text, composing.current(text))
        except DeskError:
            return  # sending asks again, and says what is wrong
        if self.found and composer.editor.text == text:
            self._say()
            self._read = (self._key, False)

    async def _ask(self, writing: Writing, text: str, made: Composed | None = None) -> None:
        language = writing.template_language or writing.language
        chosen = bool(writing.template_language)
        found = await self.screen.call(
            lambda d: d.before.findings(
                writing.conversation, text, language=language, chosen_language=chosen, made=made
            )
        )
        self.found, self._text, self._made = found, text, made

    @property
    def _key(self) -> str:
        """What was looked at: the text as it would leave, and what the agent wrote for it."""
        return self._text if self._made is None else f"{self._text}\0{self._made.text}"

    async def may_go(self, writing: Writing, text: str, made: Composed | None = None) -> bool:
        """Whether a reply goes now: nothing is doubtful, or the person has read what is. A doubt that only warns needs
        no second press when it stood there already."""
        key = text if made is None else f"{text}\0{made.text}"
        if self._read == (key, True):
            return True
        await self._ask(writing, text, made)
        stops = any(one.level == "stops" for one in self.found)
        if not self.found or (self._read[0] == key and not stops):
            return True
        self._read = (key, True)
        self._say()
        self.screen.go_to(self.screen.composer.editor)
        return False

    def _say(self) -> None:
        if self.writer.stale or not self.found:
            return
        first, more = self.found[0], len(self.found) - 1
        fix, send = (self.screen.actions[name].keys for name in ("write.fix", "write.send"))
        parts = [first.sentence]
        if fix:
            does = _("{key} puts it right") if first.fix is not None else _("{key} goes there")
            parts.append(does.format(key=key_word(fix[0])))
        if send:
            parts.append(_("{key} sends it all the same").format(key=key_word(send[0])))
        if more:
            parts.append(ngettext("{n} more", "{n} more", more).format(n=more))
        # What to press stands first: only the end of a long reason can be cut off.
        self.screen.composer.warn("   ".join([*parts[1:], parts[0]]))

    def _unsay(self) -> None:
        if self.found and not self.writer.stale:
            self.screen.composer.warn("")
        self.found = ()

    async def _fix(self) -> None:
        """Put the first doubt right, or go to it; with nothing said yet, look."""
        composer = self.screen.composer
        writing = composer.writing
        if writing is None or writing.mode != "reply":
            return
        editor, text = composer.editor, composer.editor.text
        composing = self.writer.composing
        made = composing.current(text)
        if self._text != text or self._made is not made or not self.found:
            await self._ask(writing, text, made)
            if not self.found:
                self.screen.say(_("Nothing is doubtful in it."), "done")
                return
            if composer.editor.text == text:
                self._say()
                self._read = (self._key, False)
            return
        first, rest = self.found[0], self.found[1:]
        if made is not None:
            await self._fix_translation(made, first, rest)
            return
        if first.fix is None:
            self.found = (*rest, first)
            editor.move_cursor(_location(text, first.start))
            editor.move_cursor(_location(text, first.end), select=True)
            self._say()
            return
        editor.replace(
            first.fix,
            _location(text, first.start),
            _location(text, first.end),
            maintain_selection_offset=False,
        )
        self._unsay()  # the editor's own word of the change may come only after the next look
        await self._look()

    async def _fix_translation(self, made: Composed, first: Finding, rest: tuple[Finding, ...]) -> None:
        """The same in the translation: the sentence is changed there, or shown."""
        composing = self.writer.composing
        number = made.at(first.start)
        if first.fix is None:
            self.found = (*rest, first)
            await composing.go_through(number)
            return
        start = first.start - made.start(number)
        text = made.sentences[number].text
        self._unsay()
        await composing.edit(number, text[:start] + first.fix + text[start + first.end - first.start :])
        await self._look()


def _location(text: str, index: int) -> tuple[int, int]:
    """A place in a text as row and column."""
    before = text[:index]
    return before.count("\n"), len(before) - (before.rfind("\n") + 1)
