"""Small questions over the desk: one line of text, a menu, a form of a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from csdesk.actions import key_word
from csdesk.i18n import _
from csdesk.screens.over import ModalOver
from csdesk.text import clean, clean_line
from csdesk.widgets.cells import Piece, line
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.editor import Editor
from csdesk.widgets.picklist import Choice, PickList


def plain(text: str, classes: str = "", id: str | None = None) -> Static:
    """Text as it is: nothing in it is taken for markup."""
    return Static(Content(clean(text)), classes=classes, id=id)


class AskText(ModalOver[str | None]):
    """Asks for one line. Escape gives None."""

    def __init__(self, title: str, label: str, text: str = "") -> None:
        super().__init__()
        self.words = title, label, text

    def compose(self) -> ComposeResult:
        title, label, text = self.words
        with Vertical(classes="box"):
            yield plain(title, "title")
            yield plain(label, "quiet")
            yield CleanInput(text, compact=True)
            yield plain(_("enter done   esc cancel"), "quiet keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: this is it."""
        self.dismiss(event.value)

    def on_key(self, event: events.Key) -> None:
        """Escape: never mind."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)


class Choose(ModalOver[Any]):
    """A menu. Escape gives None. Options are (value, label, hint); the first nine have their numbers as keys."""

    def __init__(self, title: str, options: Sequence[tuple[Any, str, str]]) -> None:
        super().__init__()
        self.caption, self.options = title, options

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield plain(self.caption, "title")
            yield PickList()
            yield plain(_("enter choose   esc cancel"), "quiet keys")

    def on_mount(self) -> None:
        """Show the options."""
        pick = self.query_one(PickList)
        pick.styles.height = min(len(self.options), 14)
        choices = []
        for number, (value, label, hint) in enumerate(self.options, 1):
            key: Piece = (f"{number} " if number < 10 else "  ", "faint")
            choices.append(Choice(value, (line(key, clean_line(label), (f"   {clean_line(hint)}", "dim")),)))
        pick.show(choices)
        pick.focus()

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Chosen."""
        self.dismiss(event.value)

    def on_key(self, event: events.Key) -> None:
        """Arrows, numbers, enter, escape."""
        key = {"j": "down", "k": "up"}.get(event.key, event.key)
        if key == "escape":
            self.dismiss(None)
        elif key.isdigit() and 1 <= int(key) <= len(self.options):
            self.dismiss(self.options[int(key) - 1][0])
        elif not self.query_one(PickList).press(key):
            return
        event.stop()


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form; `tall` makes it a text of several lines."""

    name: str
    label: str
    text: str = ""
    tall: bool = False


class Form(ModalOver[Mapping[str, str] | None]):
    """A few fields. ctrl+s gives their texts by name, escape None; `check` may refuse with a sentence."""

    def __init__(self, title: str, fields: Sequence[Field], done: str = "") -> None:
        super().__init__()
        self.caption, self.fields, self.done = title, fields, done

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield plain(self.caption, "title")
            with VerticalScroll(can_focus=False):
                for field in self.fields:
                    yield plain(field.label, "quiet")
                    if field.tall:
                        yield Editor(clean(field.text), id=f"field-{field.name}", soft_wrap=True, compact=True,
                                     theme="css", highlight_cursor_line=False)  # fmt: skip
                    else:
                        yield CleanInput(clean_line(field.text), id=f"field-{field.name}", compact=True)
            keys = _("{key} {done}   tab next field   esc cancel")
            yield plain(keys.format(key=key_word("ctrl+s"), done=self.done or _("done")), "quiet keys")

    def on_mount(self) -> None:
        """The cursor to the first empty field."""
        for editor in self.query(TextArea):
            editor.cursor_blink = False
        empty = next((f for f in self.fields if not f.text), self.fields[0])
        self.query_one(f"#field-{empty.name}").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field, and is done after the last."""
        if event.input.id == f"field-{self.fields[-1].name}":
            self.finish()
        else:
            self.focus_next()

    def on_key(self, event: events.Key) -> None:
        """ctrl+s: done. Escape: never mind."""
        if event.key == "ctrl+s":
            event.stop()
            self.finish()
        elif event.key == "escape":
            event.stop()
            self.dismiss(None)

    def on_editor_slash(self, event: Editor.Slash) -> None:
        """A slash is only a slash here."""
        self.query_one(Editor).insert("/")

    def finish(self) -> None:
        """Give the texts."""
        out: dict[str, str] = {}
        for field in self.fields:
            widget = self.query_one(f"#field-{field.name}")
            out[field.name] = (
                widget.text
                if isinstance(widget, TextArea)
                else widget.value
                if isinstance(widget, Input)
                else ""
            )
        self.dismiss(out)
