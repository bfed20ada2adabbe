"""The template picker: find as you type, read it in the customer's language beside your own, answer what is missing,
put it in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.i18n import language as own_language
from csdesk.screens.calls import Calls, start
from csdesk.screens.over import ModalOver
from csdesk.screens.prompts import Field, Form, plain
from csdesk.text import clean
from csdesk.widgets.cells import Line, line, one_line, wrap
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.lines import LineView
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.domain.template import Rendered, Template, Uses

PAUSE = 0.08


@dataclass(frozen=True, slots=True)
class Insert:
    """A template filled in; `missing` names what nobody knew, with which nothing can be sent."""

    name: str
    language: str
    text: str
    missing: tuple[str, ...] = ()


class Preview(LineView, can_focus=False):
    """A template as the customer would read it."""

    def __init__(self, *, classes: str) -> None:
        super().__init__(classes=classes)
        self.rendered: Rendered | None = None
        self.advice = ""
        self.words = ""

    def show(self, rendered: Rendered | None, advice: str = "", words: str = "") -> None:
        """Show this text, or words in its place."""
        self.rendered, self.advice, self.words = rendered, advice, words
        self.relayout()

    def layout_lines(self, width: int) -> list[Line]:
        """The text wrapped, what it still asks for above it."""
        if (rendered := self.rendered) is None:
            return [line((f" {part}", "soon")) for part in wrap(self.words, width - 2)] if self.words else []
        out = [line((f" {one_line(rendered.language)}", "dim"))]
        if rendered.missing:
            asks = _("asks for: {names}").format(names=", ".join(map(one_line, rendered.missing)))
            out += [line((f" {part}", "soon")) for part in wrap(asks, width - 2)]
        out.append(Line())
        for paragraph in clean(rendered.text).split("\n"):
            out += [line(f" {part}") for part in wrap(paragraph, width - 2)]
        if self.advice:
            out.append(Line())
            out += [line((f" {part}", "dim")) for part in wrap(one_line(self.advice), width - 2)]
        return out


class TemplatePicker(ModalOver[Insert | None]):
    """Choose a template for a conversation. Escape gives None."""

    def __init__(self, calls: Calls, conversation: int, language: str) -> None:
        super().__init__()
        self.calls, self.conversation, self.language = calls, conversation, language
        self.uses: Mapping[str, Uses] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="box picker"):
            yield plain(_("TEMPLATE"), "title")
            yield CleanInput(compact=True)
            with Horizontal():
                yield PickList()
                yield Preview(classes="theirs")
                yield Preview(classes="own")
            yield plain(_("enter insert   tab the other language   esc cancel"), "quiet keys")

    def on_mount(self) -> None:
        """All templates, best first."""
        self.query_one(Input).focus()
        self.find("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find as you type."""
        self.find(event.value)

    def find(self, query: str) -> None:
        """Find templates, beside the screen."""
        start(self, self._find(query), group="find", exclusive=True)

    async def _find(self, query: str) -> None:
        await asyncio.sleep(PAUSE if query else 0)
        pick = self.query_one(PickList)
        try:
            found, self.uses = await self.calls.call(
                lambda d: (
                    d.templates.find(query, language=self.language, conversation=self.conversation),
                    d.templates.uses(),
                )
            )
        except DeskError as error:
            pick.show((), error.message)
            return
        choices = [Choice(one, (self._row(one),)) for one in found]
        pick.show(choices, _("No template matches."))

    def _row(self, template: Template) -> Line:
        text = template.texts.get(own_language()) or next(iter(template.texts.values()), None)
        title = one_line(text.title) if text and text.title else one_line(template.name).replace("_", " ")
        ink = "" if self.language in template.texts else "dim"
        used = self.uses.get(template.name)
        return line((title, ink), (f"  {used.total}" if used else "", "faint"))

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """Another one under the cursor: show how it reads."""
        if event.value is not None:
            start(self, self._preview(event.value), group="preview", exclusive=True)
        else:
            self._show(None, None)

    async def _preview(self, template: Template) -> None:
        await asyncio.sleep(PAUSE)
        try:
            theirs = await self._fill(template, {})
            own = await self._fill(template, {}, own_language())
        except DeskError as error:
            self._say(error.message)
            return
        self._show(template, theirs, own if own.language != theirs.language else None)

    def _show(self, template: Template | None, theirs: Rendered | None, own: Rendered | None = None) -> None:
        """The customer's language, and beside it the agent's own where that is another."""
        self.set_class(own is None, "-one")
        for name, rendered in (("theirs", theirs), ("own", own)):
            text = template.texts.get(rendered.language) if template and rendered else None
            self.query_one(f".{name}", Preview).show(rendered, text.avoid if text else "")

    def _say(self, words: str) -> None:
        self.add_class("-one")
        self.query_one(".theirs", Preview).show(None, words=words)

    async def _fill(self, template: Template, answers: dict[str, str], language: str = "") -> Rendered:
        wanted = language or self.language
        return await self.calls.call(
            lambda d: d.templates.render(
                template.name, conversation=self.conversation, language=wanted, answers=answers
            )
        )

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """This one."""
        start(self, self._choose(event.value), group="choose", exclusive=True)

    async def _choose(self, template: Template) -> None:
        """Ask for what is missing, fill it in, hand it over."""
        try:
            asks = await self.calls.call(
                lambda d: d.templates.asks(
                    template.name, conversation=self.conversation, language=self.language
                )
            )
            answers: dict[str, str] = {}
            if asks:
                fields = [Field(f"f{number}", question) for number, (_name, question) in enumerate(asks)]
                given = await self.app.push_screen_wait(Form(_("What is still needed"), fields, _("insert")))
                if given is None:
                    return
                answers = {
                    name: given[f"f{n}"] for n, (name, _question) in enumerate(asks) if given[f"f{n}"].strip()
                }
            rendered = await self._fill(template, answers)
        except DeskError as error:
            self._say(error.message)
            return
        self.dismiss(Insert(template.name, rendered.language, rendered.text, rendered.missing))

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list while the cursor stays in the field."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            self.toggle_class("-own")
        elif event.key in ("down", "up", "pagedown", "pageup"):
            event.stop()
            self.query_one(PickList).press(event.key)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes what is under the cursor."""
        event.stop()
        self.query_one(PickList).pick()
