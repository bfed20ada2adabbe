"""A file of the conversation, looked into: what it is, its first lines or the picture itself. Nothing is opened, it is
only read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult

from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.paths import downloads
from csdesk.screens.over import Over
from csdesk.widgets import words
from csdesk.widgets.bars import Bar
from csdesk.widgets.cells import Line, line, one_line, wrap
from csdesk.widgets.lines import LineView

if TYPE_CHECKING:
    from csdesk.screens.calls import Calls
    from csdesk.screens.face import Depicted, FilePreview

_STEPS = {"down": 1, "j": 1, "up": -1, "k": -1}


class FileView(LineView):
    """The lines of a file."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: tuple[str, ...] = ()
        self.more = False

    def layout_lines(self, width: int) -> list[Line]:
        """Long lines are wrapped."""
        out = [line(f" {part}") for text in self.texts for part in wrap(text, width - 2)]
        if self.more:
            out += [Line(), line((" " + _("There is more; save the file to have all of it."), "dim"))]
        return out

    def by(self, lines: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)


class FileScreen(Over[None]):
    """One file. d saves it."""

    def __init__(self, calls: Calls, attachment: int, pictures: str = "off") -> None:
        super().__init__()
        self.calls, self.attachment, self.pictures = calls, attachment, pictures
        self._shown: Depicted | None = None
        self._kind = ""

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield Bar(classes="found")
        yield FileView()
        yield Bar(classes="foot")

    def on_mount(self) -> None:
        """Look into it."""
        keys = (("d", _("save")), ("esc", _("back")))
        pieces = [piece for key, word in keys for piece in ((f" {key}", "accent"), (f" {word}  ", "dim"))]
        self.query_one(".foot", Bar).set_line(Line(tuple(pieces), "bar"))
        self.query_one(FileView).focus()
        self.run_worker(self._look(), group="load", exclusive=True)

    async def _look(self) -> None:
        try:
            found: FilePreview = await self.calls.call(lambda d: d.previews.look(self.attachment))
        except DeskError as error:
            self.say(error.message, "burn")
            return
        name = one_line(found.file.name) or _("(no name)")
        self.query_one(".head", Bar).set_line(line((f" {name}", "accent"), ground="bar"))
        self.say(f"{found.kind}  {words.size(found.file.size)}")
        view = self.query_one(FileView)
        view.texts, view.more = found.lines, found.more
        view.relayout()
        if found.picture:
            await self._show()

    async def _show(self) -> None:
        """The picture itself, where the terminal shows pictures; its description stands above it all the same."""
        from csdesk.pictures import kind_for

        driver: Any = self.app._driver
        kind = kind_for(self.pictures, os.environ)
        if not kind or not hasattr(driver, "picture"):
            return
        room, cell = self.query_one(FileView).region, driver.cell_pixels()
        if room.width < 4 or room.height < 2:
            return
        try:
            self._shown = await self.calls.call(
                lambda d: d.previews.depict(self.attachment, kind, room.width - 2, room.height, cell)
            )
        except DeskError as error:
            self.say(error.message, "soon")
            return
        self._kind = kind
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        """Behind the cells of this frame, which would cover it."""
        driver: Any = self.app._driver
        if self._shown is not None and self.is_current:
            room = self.query_one(FileView).region
            driver.picture(self._shown.sequence, room.x + 1, room.y)

    def _clear(self) -> None:
        """kitty's pictures lie over the text until they are taken away; sixels go when their cells are written."""
        if self._shown is None:
            return
        self._shown = None
        driver: Any = self.app._driver
        if self._kind == "kitty":
            from csdesk.pictures import kitty_away

            driver.picture(kitty_away(), 0, 0)

    def on_resize(self, event: events.Resize) -> None:
        """Another size: the picture is made anew for it."""
        if self._shown is not None:
            self._clear()
            self.refresh()
            self.run_worker(self._show(), group="picture", exclusive=True)

    def on_unmount(self) -> None:
        """Nothing of it stays on the desk."""
        self._clear()

    def say(self, text: str, ink: str = "dim") -> None:
        """The line over the file."""
        self.query_one(".found", Bar).set_line(line((f" {text}", ink)))

    def on_key(self, event: events.Key) -> None:
        """Scroll, save, go back."""
        view = self.query_one(FileView)
        page = max(view.size.height - 2, 1)
        steps = {
            **_STEPS,
            "pagedown": page,
            "space": page,
            "pageup": -page,
            "home": -(1 << 30),
            "end": 1 << 30,
        }
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "d":
            self.run_worker(self._save(), group="save", exclusive=True)
        elif event.key in steps:
            view.by(steps[event.key])
        else:
            return
        event.stop()

    async def _save(self) -> None:
        try:
            path: Path = await self.calls.call(
                lambda d: d.inbox.save_attachment(self.attachment, downloads())
            )
        except DeskError as error:
            self.say(error.message, "burn")
            return
        self.say(_("Saved as {path}").format(path=path), "done")
