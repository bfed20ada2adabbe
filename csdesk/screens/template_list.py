"""The templates themselves: which there are, whose, how often they are used; to edit, copy, take away and put back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from csdesk.domain.template import Rendered, Template, TemplateText, Uses
from csdesk.errors import DeskError
from csdesk.i18n import _, pgettext
from csdesk.i18n import language as own_language
from csdesk.screens.calls import Calls, start
from csdesk.screens.over import Over
from csdesk.screens.templates import PAUSE, Preview
from csdesk.widgets.bars import Bar, KeyBar
from csdesk.widgets.cells import Line, Piece, fit, line, one_line
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.config import Config


class TemplatesScreen(Over[None]):
    """All templates, found as you type."""

    def __init__(self, calls: Calls, config: Config) -> None:
        super().__init__()
        self.calls, self.config = calls, config
        self.uses: Mapping[str, Uses] = {}
        self.removed: list[str] = []

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield CleanInput(placeholder=_("/ to search in any language"), compact=True)
        yield Bar(classes="found")
        with Horizontal():
            yield PickList()
            yield Preview(classes="theirs")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the list."""
        self.query_one(".head", Bar).set_line(line((f" {_('TEMPLATES')}", "accent"), ground="bar"))
        keys = (("enter", _("edit")), ("n", _("new")), ("c", _("copy")), ("d", _("take away")),
                ("z", _("put back")), ("/", _("search")), ("esc", _("back")))  # fmt: skip
        self.query_one(KeyBar).say(*keys)
        self.query_one(PickList).focus()
        self.load()

    def say(self, text: str, ink: str = "dim") -> None:
        """The line over the list."""
        self.query_one(".found", Bar).set_line(line((f" {text}", ink)))

    def load(self, at: str = "") -> None:
        """Read the templates anew, the cursor on this one."""
        start(self, self._load(self.query_one(Input).value, at), group="find", exclusive=True)

    async def _load(self, query: str, at: str) -> None:
        await asyncio.sleep(PAUSE if query else 0)
        pick = self.query_one(PickList)
        try:
            found, self.uses = await self.calls.call(lambda d: (d.templates.find(query), d.templates.uses()))
        except DeskError as error:
            pick.show((), error.message)
            return
        before = at or (pick.value.name if pick.value else "")
        pick.show([Choice(one, (self._row(one),)) for one in found], _("No template matches."))
        place = next((n for n, one in enumerate(found) if one.name == before), 0)
        pick.move(place)

    def _row(self, template: Template) -> Line:
        used = self.uses.get(template.name)
        own: Piece = (fit(_origin(template.origin), 5), "accent" if template.origin == "own" else "faint")
        return line(
            own, (fit(str(used.total) if used else "", 4, right=True), "dim"), ("  ", ""), _title(template)
        )

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """Another one under the cursor: show its text in the agent's language."""
        template: Template | None = event.value
        text = template and (template.texts.get(own_language()) or next(iter(template.texts.values()), None))
        shown = Rendered(template.name, text.language, text.body) if template and text else None
        self.query_one(Preview).show(shown, text.avoid if text else "")

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Edit it."""
        self.edit(event.value.name)

    def edit(self, name: str, fresh: Template | None = None) -> None:
        """Open one in the editor; `fresh` is one that does not exist yet."""
        start(self, self._edit(name, fresh), group="edit", exclusive=True)

    async def _edit(self, name: str, fresh: Template | None) -> None:
        from csdesk.screens.template_edit import TemplateEditor

        try:
            template, before = (
                (fresh, "") if fresh else await self.calls.call(lambda d: d.templates.opened(name))
            )
        except DeskError as error:
            self.say(error.message, "burn")
            return
        kept = await self.app.push_screen_wait(TemplateEditor(self.calls, template, before, self.config))
        if kept:
            self.say(_("{name} is kept among your own.").format(name=name), "done")
        self.load(name)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find as you type."""
        self.load()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """To the list."""
        self.query_one(PickList).focus()

    def on_key(self, event: events.Key) -> None:
        """In the list letters are commands, in the field they are letters."""
        pick, field = self.query_one(PickList), self.query_one(Input)
        if event.key == "escape":
            if field.has_focus:
                pick.focus()
            elif field.value:
                field.value = ""
            else:
                self.dismiss(None)
        elif field.has_focus:
            if event.key not in ("down", "up") or not pick.press(event.key):
                return
        elif event.key == "slash":
            field.focus()
        elif not (self._does(event.key) or pick.press({"j": "down", "k": "up"}.get(event.key, event.key))):
            return
        event.stop()
        event.prevent_default()

    def _does(self, key: str) -> bool:
        template: Template | None = self.query_one(PickList).value
        if key == "n":
            start(self, self._new(), group="edit", exclusive=True)
        elif key == "z":
            start(self, self._put_back(), group="change", exclusive=True)
        elif key in ("c", "d") and template is not None:
            work = self._copy(template) if key == "c" else self._remove(template)
            start(self, work, group="change", exclusive=True)
        else:
            return key in ("c", "d")
        return True

    async def _ask_name(self, title: str, text: str = "") -> str | None:
        from csdesk.screens.prompts import AskText

        label = _("Small letters, digits and _: late_parcel")
        given: str | None = await self.app.push_screen_wait(AskText(title, label, text))
        return given.strip() if given and given.strip() else None

    async def _new(self) -> None:
        from csdesk.templating.forms import name_of

        if (given := await self._ask_name(_("Name of the new template"))) is None:
            return
        name = name_of(given)
        if not name:
            self.say(
                _("A template's name is small letters, digits and _, beginning with a letter: late_parcel."),
                "burn",
            )
            return
        language = own_language()
        self.edit(name, Template(name, {language: TemplateText(language, "", name.replace("_", " "))}))

    async def _copy(self, template: Template) -> None:
        if (given := await self._ask_name(_("Name of the copy"), f"{template.name}_2")) is None:
            return
        try:
            made = await self.calls.call(lambda d: d.templates.copy(template.name, given))
        except DeskError as error:
            self.say(error.message, "burn")
            return
        self.edit(made.name)

    async def _remove(self, template: Template) -> None:
        try:
            beneath = await self.calls.call(lambda d: d.templates.remove(template.name))
        except DeskError as error:
            self.say(error.message, "soon")
            return
        self.removed.append(template.name)
        said = _("{name} is taken away; z puts it back.")
        if beneath is not None:
            said = _("{name} is as it came again; z puts your own back.")
        self.say(said.format(name=template.name), "dim")
        self.load()

    async def _put_back(self) -> None:
        if not self.removed:
            self.say(_("Nothing was taken away here."), "soon")
            return
        name = self.removed.pop()
        try:
            await self.calls.call(lambda d: d.templates.put_back(name))
        except DeskError as error:
            self.say(error.message, "burn")
            return
        self.say(_("{name} is back.").format(name=name), "done")
        self.load(name)


def _origin(origin: str) -> str:
    words = {"team": pgettext("template", "team"), "own": pgettext("template", "own")}
    return words.get(origin, "")


def _title(template: Template) -> str:
    text = template.texts.get(own_language()) or next(iter(template.texts.values()), None)
    return one_line(text.title if text and text.title else template.name.replace("_", " "))
