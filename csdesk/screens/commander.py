"""Doing what the command line says: actions by their names, with what they take; and the last words said there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from csdesk import keymaps, themes
from csdesk.commandline import Command, Vocabulary
from csdesk.domain.deeds import Deed
from csdesk.domain.filters import IS, KEYS, SORTS
from csdesk.domain.views import VIEWS
from csdesk.errors import Usage
from csdesk.i18n import _
from csdesk.languages import LIKELY, language_name
from csdesk.screens import when
from csdesk.screens.shelf import sort_word
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen

KEPT = 100
TIMES = ("30 min", "2 h", "4 h", "1 d", "3 d", "1 w", "tomorrow 9:00", "mon 9:00", "fri 14:00")


class Commander:
    """Asks for a command and does it."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.history: list[str] = []

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        return {"place.command": lambda: self.screen.run(self._ask(), "command", exclusive=True)}

    async def _ask(self) -> None:
        from csdesk.screens.command import CommandLine

        words = Vocabulary(self.screen.actions, await self._things())
        text = await self.screen.app.push_screen_wait(CommandLine(words.complete, self.history))
        if text is None:
            return
        self.history = [*(one for one in self.history if one != text), text][-KEPT:]
        self._do(words.understand(text))

    async def _things(self) -> dict[str, list[tuple[str, str]]]:
        """What commands can be given: agents, tags, views, times, colours, sets of keys."""
        screen = self.screen
        found: dict[str, list[tuple[str, str]]] = {
            "view": [(view, screen.reader.name_of(view)) for view in screen.reader.views()],
            "time": [(one, "") for one in TIMES],
            "theme": [(themes.short(one), "") for one in screen.palettes],
            "keymap": [(name, "") for name in keymaps.SETS],
            "sort": [(sort, sort_word(sort)[0]) for sort in SORTS],
            "language": [(code, language_name(code)) for code in LIKELY],
            "saved": list(screen.shelf.own.views.items()),
            "filter": [(f"{key}:", "") for key in KEYS],
        }
        if screen.reader.desk is not None:
            agents, tags = await screen.call(lambda d: (d.agents.list(), d.inbox.tags()))
            found["agent"] = [*((one.name, " ".join(one.languages)) for one in agents), ("nobody", "")]
            found["tags"] = [(tag, "") for tag in tags]
            known = [
                *(f"is:{one}" for one in IS),
                *(f"sort:{one}" for one in SORTS),
                *(f"in:{one}" for one in VIEWS),
            ]
            known += [
                *(f"tag:{tag}" for tag in tags),
                *(f"assigned:{name}" for name, _hint in found["agent"]),
            ]
            found["filter"] += [(one, "") for one in known]
        return found

    def _do(self, command: Command) -> None:
        """Do it; what is missing is asked for as the action's key would."""
        screen, name, given = self.screen, command.name, command.given
        if name == "goto":
            screen.reader.open(int(given))
        elif not given:
            screen.act(name)
        elif reason := screen.actions[name].available(screen.state()):
            screen.say(reason, "soon")
        else:
            self._given()[name](given)

    def _given(self) -> dict[str, Callable[[str], None]]:
        screen = self.screen
        return {
            "queue.tag": self._tag,
            "queue.assign": lambda name: screen.triage.do(
                Deed("assigned", agent=None if name == "nobody" else name)
            ),
            "queue.snooze": self._snooze,
            "queue.merge": lambda number: screen.run(screen.triage.merge_into(int(number)), "triage"),
            "queue.language": lambda code: screen.run(screen.triage.answer_in(code), "triage"),
            "queue.filter": screen.reader.show_filter,
            "view.choose": screen.reader.go,
            "view.sort": screen.shelf.sort,
            "view.save": screen.shelf.save,
            "view.drop": screen.shelf.drop,
            "place.search": lambda text: screen.visits.search(text),
            "place.theme": screen.looks.choose,
            "place.keys": screen.visits.choose_keys,
        }

    def _tag(self, text: str) -> None:
        from csdesk.screens.triage import tag_deed

        if (deed := tag_deed(text)) is None:
            raise Usage(_("Say which tags: +vip adds one, -vip removes it."))
        self.screen.triage.do(deed)

    def _snooze(self, text: str) -> None:
        at = when.parse(text, self.screen.clock.now(), self.screen.here)
        if at is None:
            words = _("{text} is not a time to come that the desk understands.")
            raise Usage(words.format(text=clean_line(text, limit=40)))
        self.screen.triage.do(Deed("snoozed", until=at))
