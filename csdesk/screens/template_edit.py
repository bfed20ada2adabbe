"""Writing a template: one language at a time, what is wrong said below while one types, kept whole or not at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, TextArea

from csdesk.domain.template import Template, TemplateText
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.i18n import language as own_language
from csdesk.screens.calls import Calls, start
from csdesk.screens.over import Over
from csdesk.screens.prompts import Choose, plain
from csdesk.templating.forms import asks_text, with_general, with_text, words_line
from csdesk.widgets.bars import Bar, KeyBar
from csdesk.widgets.cells import Line, Piece, line, one_line, wrap
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.editor import Editor
from csdesk.widgets.lines import LineView

if TYPE_CHECKING:
    from csdesk.config import Config
    from csdesk.templating import Problem

PAUSE = 0.25
GENERAL = "*"
LINES = ("title", "subject", "avoid", "words")


class Tabs(Bar):
    """The languages; a click chooses one."""

    spans: tuple[tuple[int, str], ...] = ()

    def on_click(self, event: events.Click) -> None:
        """Another language."""
        for end, code in self.spans:
            if event.x < end:
                screen = self.screen
                if isinstance(screen, TemplateEditor):
                    screen.turn_to(code)
                return


class Problems(LineView, can_focus=False):
    """What is wrong, worst first."""

    said: tuple[str, ...] = ()

    def layout_lines(self, width: int) -> list[Line]:
        """Sentences, wrapped."""
        if not self.said:
            return [line((" " + _("Nothing is wrong with it."), "done"))]
        return [line((f" {part}", "soon")) for one in self.said for part in wrap(one_line(one), width - 2)]


class TemplateEditor(Over[bool]):
    """Edits one template. Gives True when it was kept. `before` is what the service said when it was opened."""

    def __init__(self, calls: Calls, template: Template, before: str, config: Config) -> None:
        super().__init__()
        self.calls, self.before, self.config = calls, before, config
        self.template = self.kept = template
        self.codes = tuple(dict.fromkeys((*config.templates.languages, *template.texts)))
        self.current = next((c for c in (own_language(), *self.codes) if c in template.texts), self.codes[0])
        self.found: tuple[Problem, ...] = ()
        self.wrong: tuple[str, ...] = ()
        self._filling = False
        self._saved = False

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield Tabs(classes="tabs")
        with Vertical(id="of-language"):
            for name, label in (
                ("title", _("Title, as the list shows it")),
                ("subject", _("Subject of a new mail")),
            ):
                yield plain(label, "quiet")
                yield CleanInput(id=f"t-{name}", compact=True)
            yield plain(_("Text; {{ order.number }} and the like are filled in"), "quiet")
            yield self._area("t-body")
            yield plain(_("What to avoid, for whoever sends it"), "quiet")
            yield CleanInput(id="t-avoid", compact=True)
            yield plain(_("What customers say, with commas between"), "quiet")
            yield CleanInput(id="t-words", compact=True)
        with Vertical(id="of-all"):
            for name, label in (
                ("category", _("Category")),
                ("stages", _("Order stages, with commas between")),
            ):
                yield plain(label, "quiet")
                yield CleanInput(id=f"t-{name}", compact=True)
            yield plain(_("What it asks, one a line: days en: How many days?"), "quiet")
            yield self._area("t-asks")
        yield Problems()
        yield KeyBar()

    def _area(self, id: str) -> Editor:
        return Editor(id=id, soft_wrap=True, compact=True, theme="css", highlight_cursor_line=False)

    def on_mount(self) -> None:
        """Fill the fields in."""
        for area in self.query(TextArea):
            area.cursor_blink = False
        keys = (("ctrl+s", _("keep")), ("ctrl+n", _("next language")), ("ctrl+b", _("previous")),
                ("f2", _("in your editor")), ("esc", _("back")))  # fmt: skip
        self.query_one(KeyBar).say(*keys)
        self.turn_to(self.current)
        self.check()

    # -- the fields ---------------------------------------------------------------------------------------

    def turn_to(self, code: str) -> None:
        """Show this language, or GENERAL."""
        self.current = code
        general = code == GENERAL
        self.query_one("#of-all").display, self.query_one("#of-language").display = general, not general
        self._filling = True
        if general:
            self._put("category", self.template.category)
            self._put("stages", ", ".join(self.template.stages))
            self._put("asks", asks_text(self.template))
        else:
            text = self.template.texts.get(code, TemplateText(code, ""))
            for name in ("title", "subject", "avoid"):
                self._put(name, getattr(text, name))
            self._put("words", words_line(text.words))
            self._put("body", text.body)
        self.call_after_refresh(self._filled)
        self.query_one("#t-category" if general else "#t-body").focus()
        self.draw()

    def _filled(self) -> None:
        self._filling = False

    def _put(self, name: str, value: str) -> None:
        widget = self.query_one(f"#t-{name}")
        if isinstance(widget, Input):
            widget.value = value
        elif isinstance(widget, TextArea):
            widget.load_text(value)

    def _get(self, name: str) -> str:
        widget = self.query_one(f"#t-{name}")
        return (
            widget.value if isinstance(widget, Input) else widget.text if isinstance(widget, TextArea) else ""
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something was typed."""
        self.changed()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Something was typed."""
        self.changed()

    def on_editor_slash(self, event: Editor.Slash) -> None:
        """A slash is only a slash here."""
        event.area.insert("/")

    def changed(self) -> None:
        """Take the fields over and look at them in a moment."""
        if self._filling:
            return
        if self.current == GENERAL:
            self.template, self.wrong = with_general(
                self.template,
                category=self._get("category"),
                stages=self._get("stages"),
                asks=self._get("asks"),
            )
        else:
            fields = {name: self._get(name) for name in (*LINES, "body")}
            self.template = with_text(self.template, self.current, **fields)
        self.draw()
        self.check()

    @property
    def dirty(self) -> bool:
        """Something is not kept yet."""
        return self.template != self.kept

    # -- what is wrong ------------------------------------------------------------------------------------

    def check(self) -> None:
        """Ask what is wrong with it, beside the screen."""
        start(self, self._check(self.template), group="check", exclusive=True)

    async def _check(self, template: Template) -> None:
        await asyncio.sleep(PAUSE)
        try:
            self.found = await self.calls.call(lambda d: d.templates.examine(template))
        except DeskError as error:
            self.say(error.message)
            return
        here = sorted(self.found, key=lambda one: (one.language != self.current, one.language))
        unread = tuple(_("This line is no question: {line}").format(line=one) for one in self.wrong)
        self.say(*unread, *(one.sentence for one in here))
        self.draw()

    def on_editor_too_much(self, event: Editor.TooMuch) -> None:
        """A paste was refused."""
        self.say(event.sentence)

    def say(self, *sentences: str) -> None:
        """The lines below."""
        problems = self.query_one(Problems)
        problems.said = tuple(dict.fromkeys(sentences))
        problems.relayout()

    def draw(self) -> None:
        """The head and the languages."""
        state: Piece = (_("not kept yet"), "soon") if self.dirty else ("", "dim")
        self.query_one(".head", Bar).set_line(
            line(
                (f" {_('TEMPLATE')} ", "accent"),
                (one_line(self.template.name) + "   ", "strong"),
                state,
                ground="bar",
            )
        )
        bad = {one.language for one in self.found if one.language in self.template.texts}
        pieces: list[Piece] = []
        spans: list[tuple[int, str]] = []
        at = 0
        for code in (GENERAL, *self.codes):
            word = _("general") if code == GENERAL else one_line(code)
            ink = "soon" if code in bad else "" if code == GENERAL or code in self.template.texts else "faint"
            pieces += [(f" {word} ", "accent" if code == self.current else ink), (" ", "")]
            at += len(word) + 3 if word.isascii() else 2 * len(word) + 3
            spans.append((at, code))
        tabs = self.query_one(Tabs)
        tabs.spans = tuple(spans)
        tabs.set_line(Line(tuple(pieces)))

    # -- keys ---------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """ctrl+s keeps, ctrl+n and ctrl+b turn, f2 goes to the person's editor, escape leaves."""
        order = (GENERAL, *self.codes)
        steps = {"ctrl+n": 1, "ctrl+pagedown": 1, "ctrl+b": -1, "ctrl+pageup": -1}
        if event.key == "ctrl+s":
            start(self, self._keep(), group="keep", exclusive=True)
        elif event.key in steps:
            self.turn_to(order[(order.index(self.current) + steps[event.key]) % len(order)])
        elif event.key == "f2" and self.current != GENERAL:
            self._outside()
        elif event.key == "escape":
            start(self, self._leave(), group="keep", exclusive=True)
        else:
            return
        event.stop()
        event.prevent_default()

    def _outside(self) -> None:
        from csdesk.screens.outside import write_outside

        text = write_outside(self.app, self.config, self._get("body"), self.say)
        if text is not None:
            self._put("body", text.strip("\n"))

    async def _keep(self) -> bool:
        template, before = self.template, self.before
        if not template.texts:
            self.say(_("Write a text in one language at least; nothing was kept."))
            return False
        try:
            await self.calls.call(lambda d: d.templates.save(template, before))
            _kept, self.before = await self.calls.call(lambda d: d.templates.opened(template.name))
        except DeskError as error:
            self.say(*error.message.split("\n"))
            return False
        self.kept, self._saved = template, True
        self.draw()
        return True

    async def _leave(self) -> None:
        if not self.dirty:
            self.dismiss(self._saved)
            return
        options = [
            ("keep", _("Keep it"), ""),
            ("drop", _("Throw the change away"), ""),
            ("stay", _("Go on"), ""),
        ]
        chosen = await self.app.push_screen_wait(Choose(_("It is not kept yet"), options))
        if chosen == "drop" or (chosen == "keep" and await self._keep()):
            self.dismiss(self._saved)
