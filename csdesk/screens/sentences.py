"""A translated reply sentence by sentence: what was written, what is sent, what that says again. Changes nothing
itself: it says which sentence is to be changed, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from csdesk.i18n import _
from csdesk.languages import language_name
from csdesk.screens.over import ModalOver
from csdesk.screens.prompts import plain
from csdesk.text import clean_line
from csdesk.widgets.cells import Line, Piece, cut, line, wrap
from csdesk.widgets.composed import tag
from csdesk.widgets.picklist import Choice, PickList
from csdesk.widgets.thread_translation import DOUBT, reason

if TYPE_CHECKING:
    from csdesk.domain.composed import Composed, Said

TALL = 4
"""Lines of a sentence in the list: what was written, what is sent, what that says again, a gap."""


class Sentences(ModalOver[tuple[str, int] | None]):
    """Gives ('edit', 'memory' or 'anew', the sentence's number), or None."""

    def __init__(self, made: Composed, at: int = 0) -> None:
        super().__init__()
        self.made = made
        self.numbers = [number for number, one in enumerate(made.sentences) if one.own.strip()]
        self.first = at

    def compose(self) -> ComposeResult:
        into = language_name(self.made.target_language)
        with Vertical(classes="box help"):
            yield plain(_("The reply in {language}, sentence by sentence").format(language=into), "title")
            yield PickList(tall=TALL)
            yield plain("", "quiet hint")
            yield plain(_("enter change   m from memory   x as the model has it   esc back"), "quiet keys")

    def on_mount(self) -> None:
        """Every sentence; the cursor on the one that is meant."""
        self.query_one(PickList).styles.height = "1fr"
        self._lay()
        if self.first in self.numbers:
            self.query_one(PickList).move(self.numbers.index(self.first))
        self.query_one(PickList).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Another width."""
        self._lay()

    def _lay(self) -> None:
        self.query_one(PickList).show(
            [Choice(at, _lines(self.made.sentences[at])) for at in self.numbers], keep=True
        )

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """What the list has no room for: the sentence whole, or what memory offers."""
        if event.value is None:
            return
        one = self.made.sentences[event.value]
        width = max(self.query_one(".hint").size.width, 20)
        said = f"{tag(one)} {one.offer}" if one.offer else one.text if cell_len(one.text) > width - 12 else ""
        rows = wrap(clean_line(said), width)[:2]
        self.query_one(".hint", Static).update(Content("\n".join(rows)))

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """This one is to be changed."""
        self.dismiss(("edit", event.value))

    def on_key(self, event: events.Key) -> None:
        """Up, down, what to do, escape."""
        pick = self.query_one(PickList)
        key = {"j": "down", "k": "up"}.get(event.key, event.key)
        if key in ("escape", "f6"):
            self.dismiss(None)
        elif key == "m" and pick.value is not None and self.made.sentences[pick.value].offer:
            self.dismiss(("memory", pick.value))
        elif key == "x" and pick.value is not None and self.made.sentences[pick.value].origin == "edited":
            self.dismiss(("anew", pick.value))
        elif not pick.press(key):
            return
        event.stop()


async def changed(app: App[Any], one: Said) -> str | None:
    """The sentence as the person changes it, asked from a worker; None where it stays."""
    from csdesk.screens.prompts import Field, Form

    form = Form(_("As it is sent"), [Field("text", one.own, one.text, tall=True)])
    given = await app.push_screen_wait(form)
    text = " ".join(given["text"].split()) if given is not None else ""
    return text or None


def _lines(one: Said) -> tuple[Line, ...]:
    width = 400
    sent: list[Piece] = [(cut(clean_line(one.text), width), "soon" if one.flags else "strong")]
    if one.flags:
        sent.insert(0, (f"{DOUBT} ", "soon"))
    if word := tag(one):
        sent.append((f"  {word}", "accent" if one.offer and one.origin == "model" else "dim"))
    again: Piece = (cut(clean_line(one.back), width), "dim")
    if one.flags:
        again = ("; ".join(reason(flag, one.missing, one.added) for flag in one.flags), "soon")
    return line((cut(clean_line(one.own), width), "dim")), Line(tuple(sent)), line(again), Line()
