"""The links of a conversation: where each leads in plain letters, what is odd about it, and opening one on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from csdesk import opener
from csdesk.errors import DeskError
from csdesk.i18n import _, ngettext
from csdesk.screens.activity import LookBack
from csdesk.screens.copying import put
from csdesk.widgets.bars import Bar
from csdesk.widgets.cells import Line, Piece, line, one_line
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from datetime import tzinfo

    from csdesk.clock import Clock
    from csdesk.domain.links import Link
    from csdesk.domain.reading import Key
    from csdesk.screens.calls import Calls


class LinksScreen(LookBack):
    """The links, those of the newest message first. Gives nothing back."""

    KEYS = (("enter", lambda: _("open")), ("c", lambda: _("copy")), ("esc", lambda: _("back")))

    def __init__(
        self, calls: Calls, clock: Clock, here: tzinfo | None, conversation: int, program: str
    ) -> None:
        super().__init__(calls, clock, here)
        self.conversation, self.program = conversation, program

    def heading(self) -> str:
        """What the screen is."""
        return _("LINKS")

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield Bar(classes="found")
        yield PickList(tall=2)
        yield Bar(classes="foot")

    async def fill(self, said: str) -> None:
        """Show the links."""
        found = await self.calls.call(lambda d: d.reading.links(self.conversation))
        rows = [Choice(one, _rows(*one)) for one in found]
        self.query_one(PickList).show(rows, _("No message here has a link."), keep=True)
        count = ngettext(
            "{n} link. Nothing opens by itself.", "{n} links. Nothing opens by itself.", len(found)
        )
        self.say(said or (count.format(n=len(found)) if found else ""))

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Open it, after a question where something is odd."""
        self.run_worker(self._open(event.value[1]), group="open", exclusive=True)

    async def _open(self, link: Link) -> None:
        if not link.opens:
            self.say(_("Links of the kind {scheme} are not opened.").format(scheme=link.scheme), "burn")
            return
        if link.problem and not await self._sure(link):
            return
        words = opener.program(self.program)
        if words is None:
            self._copy(link, _("No browser can be opened here; the link was sent to the clipboard: {target}"))
            return
        try:
            await self.calls.call(lambda _desk: opener.start(words, link.target))
        except (OSError, DeskError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            said = _("{program} cannot be started: {reason}. Set opener in config.toml.")
            self.say(said.format(program=words[0], reason=reason), "burn")
            return
        self.say(
            _("Given to {program}: {target}").format(program=words[0], target=one_line(link.target)), "done"
        )

    async def _sure(self, link: Link) -> bool:
        from csdesk.screens.prompts import Choose

        title = _("Open it all the same?")
        yes = _("open {host}").format(host=link.host or link.target)
        options = [(False, _("no"), problem_word(link)), (True, yes, "")]
        return bool(await self.app.push_screen_wait(Choose(title, options)))

    def press(self, key: str) -> bool:
        """c sends the target to the clipboard."""
        chosen: tuple[Key, Link] | None = self.query_one(PickList).value
        if key != "c" or chosen is None:
            return False
        self._copy(chosen[1], _("Sent to the clipboard: {target}"))
        return True

    def _copy(self, link: Link, said: str) -> None:
        problem = put(self.app, link.target)
        self.say(problem or said.format(target=one_line(link.target)), "soon" if problem else "done")


def problem_word(link: Link) -> str:
    """What is odd about a link, as a sentence."""
    return {
        "mismatch": _("It leads elsewhere than its words say."),
        "letters": _("Its name is written in letters that look like others."),
        "address": _("It leads to a bare number instead of a name."),
        "user": _("What stands before the @ is no place; it leads to what stands behind it."),
        "scheme": _("It is no link that the desk opens."),
    }.get(link.problem, "")


def _rows(_key: Key, link: Link) -> tuple[Line, Line]:
    """Where it leads, its host strong; below it the words that stand for it, or what is odd."""
    target = one_line(link.target)
    place: list[Piece] = [(" ", "")]
    raw = link.shown or link.host
    before, found, after = target.partition(raw) if raw and raw in target else ("", "", "")
    if found:
        place += [(before, "dim"), (link.host, "strong"), (after, "dim")]
    elif link.host:
        place += [(f"{link.scheme}://", "dim"), (link.host, "strong"), (f"  {target}", "dim")]
    else:
        place.append((target, "strong"))
    if link.shown:
        place.append(("  " + _("reads {name}").format(name=one_line(link.shown)), "faint"))
    below: list[Piece] = [("   ", "")]
    if link.problem:
        below.append(
            (f"! {problem_word(link)} ", "burn" if link.problem in ("mismatch", "letters") else "soon")
        )
    if link.text:
        below.append((one_line(link.text), "faint"))
    return Line(tuple(place)), Line(tuple(below)) if len(below) > 1 else line("")
