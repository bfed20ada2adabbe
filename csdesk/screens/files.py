"""Which files go along: a path that is completed while it is typed, the folders of before, what fits."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from csdesk.domain.limits import MB, Limit
from csdesk.i18n import _, ngettext
from csdesk.screens import statefile
from csdesk.screens.calls import start
from csdesk.screens.over import ModalOver
from csdesk.screens.prompts import plain
from csdesk.text import clean_line
from csdesk.widgets import words
from csdesk.widgets.cells import Line, fit, line, one_line
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.picklist import Choice, PickList

RECENT = "folders.json"
MOST_FOLDERS = 8
MOST_SHOWN = 500
BESIDE = 12
"""Lines of the box that are not its list."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder to choose. `size` is -1 for a folder."""

    path: str
    size: int = -1


def look(typed: str) -> tuple[Entry, ...]:
    """What a typed path may mean: the entries of its folder that begin so, folders first. Reads the disk."""
    path = Path(os.path.expanduser(typed)) if typed else Path.home()  # noqa: PTH111 - keeps a trailing slash's meaning
    whole = not typed or typed.endswith("/") or typed == "~"
    folder, begun = (path, "") if whole else (path.parent, path.name)
    found: list[Entry] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.casefold().startswith(begun.casefold()) or (
                    entry.name.startswith(".") and not begun.startswith(".")
                ):
                    continue
                try:
                    if entry.is_dir():
                        found.append(Entry(entry.path))
                    elif entry.is_file():
                        found.append(Entry(entry.path, entry.stat().st_size))
                except OSError:
                    continue
                if len(found) > 20 * MOST_SHOWN:
                    break
    except (OSError, ValueError):
        return ()
    found.sort(key=lambda one: (one.size >= 0, one.path.casefold()))
    return tuple(found[:MOST_SHOWN])


def usable(path: str) -> str:
    """'' for a file that can go along, else why not, as a sentence. Reads the disk."""
    shown = clean_line(path, limit=120)
    try:
        path.encode()
    except UnicodeEncodeError:
        return _("The name of {path} is not UTF-8; rename the file first.").format(path=shown)
    try:
        if not Path(path).is_file():
            return _("There is no file {path}.").format(path=shown)
    except (OSError, ValueError):
        return _("There is no file {path}.").format(path=shown)
    if not os.access(path, os.R_OK):
        return _("{path} cannot be read.").format(path=shown)
    return ""


def recent() -> tuple[str, ...]:
    """Folders that files were taken from, the latest first."""
    found = statefile.read(RECENT).get("folders", [])
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def remember(folder: str) -> None:
    """A file was taken from this folder."""
    kept = [folder, *(one for one in recent() if one != folder)]
    statefile.write(RECENT, {"folders": kept[:MOST_FOLDERS]})


class FilePicker(ModalOver[tuple[str, ...] | None]):
    """Chooses files; enter adds one or takes it away again, ctrl+s is done. Escape gives None."""

    def __init__(self, given: tuple[str, ...], room: Limit) -> None:
        super().__init__()
        self.chosen: dict[str, int] = dict.fromkeys(given, 0)
        self.room = room

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield plain(_("Attach files"), "title")
            yield plain(_("A path; ~ is your home"), "quiet")
            yield CleanInput(compact=True)
            yield PickList()
            yield plain("", "along")
            yield plain("", "wrong")
            yield plain(_("enter add or take away   tab complete   ctrl+s done   esc cancel"), "quiet keys")

    def on_mount(self) -> None:
        """The folders of before, or the home folder."""
        self.query_one(PickList).styles.height = max(min(12, self.app.size.height - BESIDE), 3)
        self.query_one(Input).focus()
        start(self, self._begin(), group="look", exclusive=True)

    async def _begin(self) -> None:
        await asyncio.to_thread(self._measure)
        self._say()
        await self._look("")

    def _measure(self) -> None:
        for path in self.chosen:
            try:
                self.chosen[path] = Path(path).stat().st_size
            except (OSError, ValueError):
                self.chosen[path] = 0

    async def _look(self, typed: str) -> None:
        if not typed and (before := await asyncio.to_thread(recent)):
            found = tuple(Entry(one) for one in before)
        else:
            found = await asyncio.to_thread(look, typed)
        choices = [Choice(one, (self._row(one),)) for one in found]
        self.query_one(PickList).show(choices, _("Nothing here begins so."), keep=True)

    def _row(self, entry: Entry) -> Line:
        name = entry.path if not self.query_one(Input).value and entry.size < 0 else Path(entry.path).name
        shown = one_line(_home(name)) + ("/" if entry.size < 0 else "")
        size = words.size(entry.size) if entry.size >= 0 else ""
        along = _("along") if entry.path in self.chosen else ""
        return line(
            (fit(shown, 54) + " ", "accent" if entry.size < 0 else ""),
            (fit(size, 9, right=True) + "  ", "dim"),
            (along, "done"),
        )

    def _say(self, wrong: str = "") -> None:
        total = sum(self.chosen.values())
        said = ngettext("{count} file, {size}", "{count} files, {size}", len(self.chosen)).format(
            count=len(self.chosen), size=words.size(total)
        )
        most = _("{channel} takes {size}").format(
            channel=words.channel(self.room.channel), size=words.size(self.room.file_bytes)
        )
        self.query_one(".along", Static).update(plain(f"{said}   {most}").content)
        self.query_one(".wrong", Static).update(plain(wrong).content)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another path."""
        start(self, self._look(event.value), group="look", exclusive=True)

    def on_key(self, event: events.Key) -> None:
        """Arrows move, tab completes, ctrl+s is done."""
        pick = self.query_one(PickList)
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "ctrl+s":
            self.dismiss(tuple(self.chosen))
        elif event.key == "tab":
            if pick.value is not None:
                self._go(pick.value)
        elif event.key not in ("down", "up", "pagedown", "pageup") or not pick.press(event.key):
            return
        event.stop()
        event.prevent_default()

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """A click on what is under the cursor."""
        self._take(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The path that was typed, else what is under the cursor."""
        event.stop()
        start(self, self._submitted(event.value), group="take", exclusive=True)

    async def _submitted(self, typed: str) -> None:
        path = os.path.abspath(os.path.expanduser(typed)) if typed.strip() else ""  # noqa: PTH100, PTH111
        if path and not await asyncio.to_thread(usable, path):
            await self._toggle(path)
            return
        entry: Entry | None = self.query_one(PickList).value
        if entry is not None:
            self._take(entry)
        elif path:
            self._say(await asyncio.to_thread(usable, path))

    def _take(self, entry: Entry) -> None:
        if entry.size < 0:
            self._go(entry)
        else:
            start(self, self._toggle(entry.path), group="take", exclusive=True)

    def _go(self, entry: Entry) -> None:
        """Its path into the line; a folder's entries are shown then."""
        field = self.query_one(Input)
        try:
            entry.path.encode()
        except UnicodeEncodeError:
            self._say(usable(entry.path))
            return
        field.value = _home(entry.path) + ("/" if entry.size < 0 else "")
        field.cursor_position = len(field.value)

    async def _toggle(self, path: str) -> None:
        if path in self.chosen:
            del self.chosen[path]
            self._say()
        elif wrong := await asyncio.to_thread(usable, path):
            self._say(wrong)
        else:
            size = (await asyncio.to_thread(Path(path).stat)).st_size
            if wrong := self._too_much(size):
                self._say(wrong)
                return
            self.chosen[path] = size
            await asyncio.to_thread(remember, str(Path(path).parent))
            self._say()
        await self._look(self.query_one(Input).value)

    def _too_much(self, size: int) -> str:
        room = self.room
        if room.file_bytes and sum(self.chosen.values()) + size > room.file_bytes:
            said = _("That would be more than the {limit} MB that {channel} takes.")
            return said.format(limit=room.file_bytes // MB, channel=room.channel)
        if room.files and len(self.chosen) >= room.files:
            said = ngettext(
                "{channel} takes {count} file at most.", "{channel} takes {count} files at most.", room.files
            )
            return said.format(channel=room.channel, count=room.files)
        return ""


def _home(path: str) -> str:
    """A path as a person writes it."""
    home = str(Path.home())
    return f"~{path[len(home) :]}" if path == home or path.startswith(home + os.sep) else path
