"""Small questions over the desk: one line of text, a menu, a form of a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from csdesk.actions import key_word
from csdesk.i18n import _
from csdesk.screens.over import ModalOver
from csdesk.text import clean, clean_line
from csdesk.widgets.cells import Line, Piece, cut, fit, one_line
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


BOX = 64
"""Cells of a box that nothing makes wider."""
AROUND = 10
"""Cells of a box that are no text of a list in it: border, padding, cursor, scroll bar."""
HINT = 88
"""Cells that a hint may have: ours are shorter, and what came from outside is cut there."""
GAP = "   "


class Choose(ModalOver[Any]):
    """A menu. Escape gives None. Options are (value, label, hint); the first nine have their numbers as keys.
    `keys` are shown behind the labels, by value.

    Hints stand in a column of their own in a box as wide as they need. Where the terminal is too narrow for that, the
    hint of the option under the cursor stands below the list, whole.
    """

    def __init__(
        self, title: str, options: Sequence[tuple[Any, str, str]], keys: Mapping[Any, str] | None = None
    ) -> None:
        super().__init__()
        self.caption, self.options, self.keys = title, options, keys or {}
        self._beside = True

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield plain(self.caption, "title")
            yield PickList()
            yield plain("", "quiet hint")
            yield plain(_("enter choose   esc cancel"), "quiet keys")

    def on_mount(self) -> None:
        """Show the options."""
        self._lay()
        self.query_one(PickList).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Another width may have no room for the hints, or have it again."""
        self._lay()

    def _lay(self) -> None:
        labels = [clean_line(label) for _value, label, _hint in self.options]
        hints = [cut(clean_line(hint), HINT) for _value, _label, hint in self.options]
        keys = [self.keys.get(value, "") for value, _label, _hint in self.options]
        wide, by, far = (max(map(cell_len, texts), default=0) for texts in (labels, keys, hints))
        head = 2 + wide + (len(GAP) + by if by else 0)
        need, room = head + len(GAP) + far + AROUND, self.app.size.width
        self._beside = not far or need <= room
        self.query_one(".box").styles.width = max(BOX, need if self._beside else min(head + AROUND, room))
        numbers = all(hint.isdecimal() for hint in hints)
        choices = []
        for number, (value, label, key, hint) in enumerate(
            zip((value for value, _label, _hint in self.options), labels, keys, hints, strict=True), 1
        ):
            pieces: list[Piece] = [(f"{number} " if number < 10 else "  ", "faint"), (fit(label, wide), "")]
            if by:
                pieces.append((GAP + fit(key, by), "accent"))
            if self._beside:
                pieces.append((GAP + fit(hint, far, right=numbers), "dim"))
            choices.append(Choice(value, (Line(tuple(pieces)),)))
        pick, below = self.query_one(PickList), self.query_one(".hint", Static)
        below.display = not self._beside
        pick.styles.height = min(len(self.options), 14 if self._beside else 12)
        pick.show(choices, keep=True)
        self._tell()

    def _tell(self) -> None:
        """The hint of the option under the cursor, where the list has none."""
        if not self._beside and self.options:
            hint = self.options[self.query_one(PickList).cursor][2]
            self.query_one(".hint", Static).update(Content(cut(clean_line(hint), HINT)))

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """Another hint."""
        self._tell()

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
    """A few fields. ctrl+s gives their texts by name, escape None; `last` has them either way. `complaint` says why
    the texts were not taken the time before."""

    def __init__(self, title: str, fields: Sequence[Field], done: str = "", complaint: str = "") -> None:
        super().__init__()
        self.caption, self.fields, self.done, self.complaint = title, fields, done, complaint
        self.last: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield plain(self.caption, "title")
            if self.complaint:
                yield plain(one_line(self.complaint), "complaint")
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
        self.query_one(f"#field-{self.first().name}").focus()

    def first(self) -> Field:
        """The field in which writing begins: the first empty one."""
        return next((field for field in self.fields if not field.text), self.fields[0])

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
            self.last = self.texts()
            self.dismiss(None)

    def on_editor_slash(self, event: Editor.Slash) -> None:
        """A slash is only a slash here."""
        self.query_one(Editor).insert("/")

    def on_editor_too_much(self, event: Editor.TooMuch) -> None:
        """A paste was refused: said over the fields."""
        for old in self.query(".complaint"):
            old.remove()
        self.query_one(".box").mount(plain(event.sentence, "complaint"), after=self.query_one(".title"))

    def finish(self) -> None:
        """Give the texts."""
        self.last = self.texts()
        self.dismiss(self.last)

    def texts(self) -> dict[str, str]:
        """What is written, by the names of the fields."""
        out: dict[str, str] = {}
        for field in self.fields:
            widget = self.query_one(f"#field-{field.name}")
            if isinstance(widget, TextArea):
                out[field.name] = widget.text
            elif isinstance(widget, Input):
                out[field.name] = widget.value
        return out
