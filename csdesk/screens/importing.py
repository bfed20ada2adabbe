"""A file of orders: which column is what, how its first orders would be read, what would be left out, and taking it in
while the desk goes on. Nothing is taken in by halves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from csdesk.domain.orderfiles import FIELDS, NEEDED, Checked, Look
from csdesk.errors import DeskError, Refused
from csdesk.i18n import _, ngettext
from csdesk.orderwords import field_word, kind_word, order_words
from csdesk.screens.activity import LookBack
from csdesk.screens.calls import start
from csdesk.screens.prompts import Choose
from csdesk.text import clean, clean_line
from csdesk.widgets.cells import Line, fit, line
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.screens.calls import Calls

OFTEN = 0.2
"""Seconds between two looks at how far it came."""
FIELD, COLUMN = 24, 20
"""Cells of a field's name and of the column that it is read from."""
AROUND = 9
"""Cells of a row that are no text: cursor, gaps, scroll bar."""
SHOWN = 4
"""Sentences about lines that would be left out."""


class OrderImport:
    """One file that is being taken in. It goes on whatever is shown meanwhile."""

    def __init__(self, path: str, kind: str, names: dict[str, str]) -> None:
        self.path, self.kind, self.names = path, kind, names
        self.far = (0, 0)
        self.stop, self.runs = False, True
        self.said, self.ink = "", "dim"

    @property
    def name(self) -> str:
        """The file's name alone."""
        return clean_line(Path(self.path).name, limit=60)

    async def run(self, calls: Calls) -> None:
        """Take it in, and say how it went. Whatever stops it leaves nothing of it behind."""
        try:
            report = await calls.call(
                lambda d: d.order_files.take_beside(self.path, self.kind, self.names, self._watch)
            )
        except DeskError as error:
            self.said, self.ink = error.message, "soon" if self.stop else "burn"
        else:
            words = _("{file}: {added} added, {updated} updated, {unchanged} unchanged, {left} left out.")
            self.said = words.format(
                file=self.name, added=report.added, updated=report.updated, unchanged=report.unchanged,
                left=len(report.skipped),
            )  # fmt: skip
            self.ink = "done"
        finally:
            self.runs = False

    def _watch(self, done: int, whole: int) -> None:
        """Told by the thread that reads and writes."""
        if self.stop:
            words = _("Stopped: nothing of {file} was taken in.")
            raise Refused(words.format(file=self.name), code="stopped")
        self.far = done, whole

    def told(self) -> str:
        """How far it came."""
        done, whole = self.far
        if not whole:
            words = _("{file} is being taken in, line {n} …   x stops it, nothing is kept")
            return words.format(file=self.name, n=f"{done:,}")
        words = _("{file} is being taken in, {percent} % …   x stops it, nothing is kept")
        return words.format(file=self.name, percent=min(99, 100 * done // whole))


class ImportScreen(LookBack):
    """One row a field, with the column it is read from and that column's first cells. Gives 0 for another file, or
    None."""

    KEYS = (
        ("enter", lambda: _("choose")),
        ("i", lambda: _("import")),
        ("t", lambda: _("as a table")),
        ("f", lambda: _("other file")),
        ("x", lambda: _("stop")),
        ("esc", lambda: _("back")),
    )

    def __init__(
        self,
        calls: Calls,
        clock: Clock,
        here: tzinfo | None,
        path: str,
        job: OrderImport | None,
        begin: Callable[[OrderImport], None],
    ) -> None:
        super().__init__(calls, clock, here)
        self.path, self.begin = path, begin
        self.job = job if job is not None and job.runs else None
        self.look: Look | None = None
        self.names: dict[str, str] | None = None
        self.kind = "auto"
        self.checked: Checked | None = None
        self._far = (0, 0)
        self._turn = 0
        self._notice = ""
        """What is said until the next key."""

    def heading(self) -> str:
        """What the screen is."""
        return f"{_('ORDERS FROM A FILE')}   {clean_line(Path(self.path).name, limit=60)}"

    def compose(self) -> ComposeResult:
        *above, foot = super().compose()
        yield from above
        yield Static(classes="whole")
        yield foot

    def on_mount(self) -> None:
        """Look now and then how far the reading is."""
        self.set_interval(OFTEN, self._tell)

    def load(self, said: str = "") -> None:
        """Read the file anew; keys that are faster than the reading call it off."""
        start(self, self._guarded(said), group="load", exclusive=True)

    async def fill(self, said: str) -> None:
        """Read the first lines under these names, then all of them."""
        path, names, kind = self.path, self.names, self.kind
        self._turn += 1
        self.checked, self.look = None, None
        self._far = (0, 0)
        self.say(_("reading …"))
        look = await self.calls.call(lambda d: d.order_files.look(path, names, kind))
        self.look, self.names = look, dict(look.names)
        self.query_one(PickList).show(self._rows(look), _("There are no columns to choose."), keep=True)
        self._below()
        self._tell()
        if not look.missing and self.job is None:
            start(self, self._check(look, self._turn), group="check")

    def _rows(self, look: Look) -> list[Choice]:
        width = self.size.width
        if not look.maps:
            return [Choice(one.name, (_column_row(one.name, one.samples, width),)) for one in look.columns]
        samples = {one.name: one.samples for one in look.columns}
        return [Choice(name, (_field_row(name, look, samples, width),)) for name in FIELDS]

    def on_resize(self, event: events.Resize) -> None:
        """Another width has room for other cells."""
        if self.look is not None:
            self.query_one(PickList).show(self._rows(self.look), keep=True)

    async def _check(self, look: Look, turn: int) -> None:
        """Read the whole file once without taking anything in."""

        def watch(done: int, whole: int) -> None:
            if turn != self._turn or not self.is_attached:
                raise Refused("", code="stopped")
            self._far = done, whole

        try:
            found = await self.calls.call(
                lambda d: d.order_files.check_beside(look.path, look.kind, look.names, watch)
            )
        except DeskError as error:
            if error.code != "stopped":
                self._turn += 1
                self._notice = error.message
                self._tell()
            return
        if turn == self._turn:
            self.checked = found
            self._below()
            self._tell()

    def _tell(self) -> None:
        """The line over the rows: what is missing, how far it is, what would happen."""
        look, job = self.look, self.job
        if self._notice:
            self.say(self._notice, "soon")
        elif job is not None:
            self.say(job.told() if job.runs else job.said, "accent" if job.runs else job.ink)
        elif look is not None and look.missing:
            missing = ", ".join(field_word(name) for name in look.missing)
            words = _("Still to choose, as no order can be read without: {fields}.")
            self.say(words.format(fields=missing), "soon")
        elif self.checked is not None:
            self.say(_counted(self.checked), "soon" if self.checked.refused else "done")
        elif look is not None and self._far[0]:
            done, whole = self._far
            words = (
                _("{kind}: line {n} of about {whole} is read …") if whole else _("{kind}: line {n} is read …")
            )
            self.say(words.format(kind=kind_word(look.kind), n=f"{done:,}", whole=f"{whole:,}"))

    def _below(self) -> None:
        """The first orders as they would be read, then why lines would be left out."""
        look = self.look
        if look is None:
            return
        said = []
        if look.first:
            said.append(_("The first ones, as they would be read:"))
            said += [f"  {order_words(one, self.here)}" for one in look.first]
        wrong = self.checked.reasons if self.checked is not None else look.wrong
        if wrong:
            said.append(_("Why lines would be left out:"))
            said += [
                "  " + _("line {line}: {reason}").format(line=number, reason=clean_line(reason, limit=200))
                for number, reason in wrong[:SHOWN]
            ]
        if look.remembered:
            said.append(_("The columns are as they were chosen for such a file before."))
        self.query_one(".whole", Static).update(Content(clean("\n".join(said))))

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """What was said of another row is over."""
        self._notice = ""

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Choose the column of this field."""
        look = self.look
        if look is None or self._busy():
            return
        if not look.maps:
            words = _("This is {kind}, and its columns are known; t reads it as any other table.")
            self._notice = words.format(kind=kind_word(look.kind))
            self._tell()
            return
        self.run_worker(self._choose(event.value, look), group="act", exclusive=True)

    async def _choose(self, name: str, look: Look) -> None:
        options = [("", _("none"), _("it is not read"))] if name not in NEEDED else []
        options += [(one.name, one.name, _samples(one.samples)) for one in look.columns]
        column = await self.app.push_screen_wait(
            Choose(_("Which column is: {field}").format(field=field_word(name)), options)
        )
        if column is None:
            return
        # '' is said, not left out: nothing that was chosen once, and no column of the field's own name, is read then.
        names = {ours: "" if theirs == column else theirs for ours, theirs in look.names.items()}
        names[name] = column
        self.names, self.kind = names, "generic"
        self.load()

    def _busy(self) -> bool:
        return self.job is not None and self.job.runs

    def press(self, key: str) -> bool:
        """i takes it in, t reads any table by its columns, f chooses another file, x stops."""
        self._notice = ""
        if key == "x" and self.job is not None:
            self.job.stop = True
        elif key == "f" and not self._busy():
            self.dismiss(0)
        elif key == "t" and not self._busy() and self.look is not None and self.look.kind != "json":
            self.kind, self.names = "generic", None
            self.load()
        elif key == "i" and not self._busy():
            self._import()
        else:
            return key in ("x", "f", "t", "i")
        return True

    def _import(self) -> None:
        look = self.look
        if look is None or look.missing:
            self._tell()
            return
        if self.checked is not None and not self.checked.good:
            self._notice = _("Nothing in this file can be read, so nothing is taken in.")
            self._tell()
            return
        self._turn += 1  # the look at the whole file ends
        self.job = OrderImport(look.path, look.kind, dict(look.names))
        self.begin(self.job)
        self._tell()

    def leave(self) -> None:
        """Escape: back. What is being taken in goes on."""
        self._turn += 1
        super().leave()


def _counted(found: Checked) -> str:
    good = ngettext("{n} can be read", "{n} can be read", found.good).format(n=f"{found.good:,}")
    if not found.refused:
        return _("{good}, none would be left out. i takes them in.").format(good=good)
    left = ngettext("{n} would be left out", "{n} would be left out", found.refused)
    return _("{good}, {left}. i takes in what can be read.").format(
        good=good, left=left.format(n=f"{found.refused:,}")
    )


def _samples(cells: tuple[str, ...], room: int = 0) -> str:
    """The first cells of a column, as many as have room whole; one at least."""
    told = ""
    for cell in cells:
        more = f"{told}   {clean_line(cell, limit=24)}" if told else clean_line(cell, limit=24)
        if told and room and cell_len(more) > room:
            break
        told = more
    return told


def _column_row(name: str, samples: tuple[str, ...], width: int) -> Line:
    room = width - FIELD - AROUND
    return line((f" {fit(clean_line(name), FIELD)} ", ""), (_samples(samples, room), "dim"))


def _field_row(name: str, look: Look, samples: dict[str, tuple[str, ...]], width: int) -> Line:
    column = look.names.get(name, "")
    needed = name in NEEDED
    label = (f" {fit(field_word(name), FIELD)} ", "strong" if needed else "")
    if not column:
        word = (_("needed; enter chooses its column"), "soon") if needed else (_("not read"), "faint")
        return line(label, word)
    told = _samples(samples.get(column, ()), width - FIELD - COLUMN - AROUND)
    return line(label, (fit(clean_line(column), COLUMN) + "  ", "accent"), (told, "dim"))
