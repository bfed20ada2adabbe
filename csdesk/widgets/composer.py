"""Where a reply or a note is written. Its mode is set when it opens and no key changes it. Sends nothing itself."""

from __future__ import annotations

import asyncio
import importlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from csdesk.i18n import _
from csdesk.text import clean
from csdesk.widgets.bars import Bar
from csdesk.widgets.cells import Line, Piece, cut_pieces, one_line, spread, wrap

if TYPE_CHECKING:
    from textual.widgets import TextArea

    from csdesk.domain.conversation import Draft
    from csdesk.widgets.composed import ComposedView, Shown
    from csdesk.widgets.editor import Editor

WARNING = 3
"""Lines that a warning may take; what is longer is cut off."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What is being written, apart from the text itself. `whom` and `language` are for the head line; `sender` and
    `to` are the addresses it goes from and to; `quote` says that the customer's last words stand below it; `most` is
    how many characters its channel takes, 0 where it has no limit; `own_language` is what it is written in where it
    leaves in another one."""

    conversation: int
    mode: str
    rev: int
    whom: str
    language: str = ""
    cc: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    template: str = ""
    template_language: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    quote: bool = False
    most: int = 0
    own_language: str = ""


class _Shown:
    """What stands in the head line beside the mode."""

    def __init__(self) -> None:
        self.state: Piece = ("", "dim")
        self.warning = ""


class Composer(Vertical):
    """The head line with its mode, a warning where one is due, what goes along, and the text."""

    class Typed(Message):
        """The text was changed by the person."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.writing: Writing | None = None
        self._shown = _Shown()
        self._known = ""
        self._editor: Editor | None = None
        self._preview: ComposedView | None = None
        self._translated: Shown | None = None
        self._making = asyncio.Lock()

    def compose(self) -> ComposeResult:
        for _line in range(WARNING):
            yield Bar(classes="warning")
        yield Bar(classes="mode")
        yield Bar(classes="along")

    async def ready(self) -> None:
        """The text field is there. It comes after the first frame, or when somebody begins to write before that."""
        async with self._making:
            if self._editor is None:
                for name in ("csdesk.widgets.editor", "csdesk.widgets.composed"):
                    await asyncio.to_thread(importlib.import_module, name)
                from csdesk.widgets.composed import ComposedView
                from csdesk.widgets.editor import Editor

                editor = Editor(
                    soft_wrap=True, show_line_numbers=False, tab_behavior="focus", theme="css", compact=True,
                    highlight_cursor_line=False,
                )  # fmt: skip
                self._preview = ComposedView(classes="composed")
                self._preview.display = False
                await self.mount(editor, self._preview)
                # The cursor stands still: a blinking one is sent over the line twice a second.
                editor.cursor_blink = False
                self._editor = editor

    @property
    def editor(self) -> Editor:
        """The text field; only after ready()."""
        assert self._editor is not None
        return self._editor

    def holds(self, widget: object) -> bool:
        """Whether this is the text field."""
        return self._editor is not None and widget is self._editor

    @property
    def mode(self) -> str:
        """'reply', 'note', or '' when nothing is being written."""
        return self.writing.mode if self.writing else ""

    def open(self, writing: Writing, text: str, cursor: int | None = None) -> None:
        """Begin to write, with what was written before."""
        self.writing = writing
        self.update_classes({"-note": writing.mode == "note", "-open": True})
        self._known = clean(text)
        self.editor.load_text(self._known)
        self.editor.place(len(self._known) if cursor is None else cursor)
        self._shown = _Shown()
        self.say_state(_("draft kept") if text else "", "dim")
        self.call_after_refresh(self.draw)

    def shut(self) -> None:
        """Stop writing; whoever calls this has kept the draft."""
        self.writing = None
        self.remove_class("-open", "-note")
        self._known = ""
        if self._editor is not None:
            self._editor.vocabulary = ()
            self._editor.mark(())
            self._editor.load_text("")

    def draft(self, agent_id: int, now: datetime) -> Draft | None:
        """What is to be kept."""
        if (writing := self.writing) is None:
            return None
        from csdesk.domain.conversation import Draft

        return Draft(
            writing.conversation, agent_id, writing.mode, self.editor.text, writing.rev, now, writing.cc,
            writing.attachments, writing.template, writing.template_language, self.editor.index,
        )  # fmt: skip

    def change(self, **fields: Any) -> None:
        """Other recipients, files, template or revision; never another mode or conversation."""
        if self.writing is not None:
            self.writing = replace(
                self.writing, **{k: v for k, v in fields.items() if k not in ("mode", "conversation")}
            )
            self.draw()

    def insert(self, text: str) -> None:
        """Put text in at the cursor."""
        self.editor.insert(clean(text))

    def say_state(self, text: str, ink: str) -> None:
        """What the head line says at its right end: draft kept, sending ..."""
        if self._shown.state != (text, ink):
            self._shown.state = (text, ink)
            self.draw()

    def warn(self, sentence: str) -> None:
        """Show a sentence over the composer, or take it away."""
        if self._shown.warning != sentence:
            self._shown.warning = sentence
            self.draw()

    def preview(self, shown: Shown | None) -> None:
        """What the reply says in the customer's language; None where it is not translated."""
        if self._translated != shown:
            self._translated = shown
            self._draw_preview()

    def _draw_preview(self) -> None:
        if self._preview is not None:
            self._preview.show(self._translated, self.size.width or 80, self.app.size.height)

    def written_in(self, language: str) -> None:
        """The language of the agent's own text where it is translated, else ''."""
        if self.writing is not None and self.writing.own_language != language:
            self.change(own_language=language)

    def draw(self) -> None:
        """Draw the lines around the text."""
        if (writing := self.writing) is None:
            return
        width = self.size.width or 80
        *warnings, mode, along = (one for one in self.query(Bar) if one is not self._preview)
        said = (
            wrap(one_line(self._shown.warning), max(width - 2, 10))[:WARNING] if self._shown.warning else []
        )
        for number, bar in enumerate(warnings):
            bar.set_class(number < len(said), "-shown")
            bar.set_line(Line(((f" {said[number] if number < len(said) else ''}", "soon"),), "amber"))
        mode.set_line(
            spread(
                _mode(writing), (*_count(len(self._known), writing.most), self._shown.state, (" ", "")), width
            )
        )
        pieces = _along(writing)
        along.set_class(bool(pieces), "-shown")
        along.set_line(Line(cut_pieces(pieces, width)))

    def on_resize(self, event: events.Resize) -> None:
        """Another width: the lines are laid out anew."""
        self.draw()
        self._draw_preview()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell only what the person changed, not what was loaded."""
        event.stop()
        text = self.editor.text
        if self.writing is not None and text != self._known:
            self._known = text
            if self.writing.most:
                self.draw()
            self.post_message(self.Typed())


def _mode(writing: Writing) -> tuple[Piece, ...]:
    if writing.mode == "note":
        return ((f" {_('NOTE')} ", "note"), ("  " + _("for the team only, it never leaves"), "note"))
    whom = one_line(writing.whom)
    said = _("to {whom}, in {language}") if writing.language else _("to {whom}")
    if writing.own_language:
        said = _("to {whom}, {own} → {language}")
    words = said.format(whom=whom, own=writing.own_language, language=one_line(writing.language))
    return ((f" {_('REPLY')} ", "accent"), (" " + words, ""))


def _count(written: int, most: int) -> tuple[Piece, ...]:
    """How much of what the channel takes is written, and how much is too much."""
    if not most:
        return ()
    if written > most:
        words = _("{n} too many: the channel takes {most} characters")
        return ((words.format(n=f"{written - most:,}", most=f"{most:,}") + "   ", "burn"),)
    said = _("{n} of {most}").format(n=f"{written:,}", most=f"{most:,}")
    return ((said + "   ", "soon" if written * 10 > most * 9 else "dim"),)


def _along(writing: Writing) -> tuple[Piece, ...]:
    """Whom it goes to, which files go along, whether the customer's words do, and from where it comes: what is
    cut off on a narrow terminal is the end."""
    if writing.mode == "note":
        return ()
    files = [path.rsplit("/", 1)[-1] for path in writing.attachments]
    parts = (
        (_("to"), writing.to),
        (_("cc"), writing.cc),
        (_("files"), files),
        (_("quote"), [_("below")] if writing.quote else ()),
        (_("from"), [writing.sender] if writing.sender else ()),
    )
    out: list[Piece] = []
    for name, words in parts:
        if words:
            out += [(f" {name} ", "faint"), (", ".join(map(one_line, words)) + " ", "")]
    return tuple(out)
