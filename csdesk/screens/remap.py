"""The screen of keys: every action with its keys; type another key and what clashes is said before it is kept."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult

from csdesk import keymaps
from csdesk.actions import Action, grouped, key_name, key_word
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.keys import Taken, in_short, is_letter
from csdesk.screens.over import Over
from csdesk.screens.ownkeys import Keyboard
from csdesk.widgets.bars import Bar, KeyBar
from csdesk.widgets.cells import Line, Piece, fit, line
from csdesk.widgets.picklist import Choice, PickList

KEYS, LABEL, GROUP = 22, 15, 14
"""Cells of the columns."""
ONE_LINE = 120
"""Columns of a terminal that has room for all of an action in one line; no text of what an action does is longer than
60 cells, a test looks."""


class KeysScreen(Over[None]):
    """Changes keys at once and keeps them; escape goes back."""

    def __init__(self, keyboard: Keyboard) -> None:
        super().__init__()
        self.keyboard = keyboard
        self.known: dict[str, Action] = {}
        self.asking = ""
        self.adding = False
        self.typed: list[str] = []

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield Bar(classes="found")
        yield PickList()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the actions."""
        self.query_one(PickList).focus()
        self.show()

    def show(self, said: str = "", ink: str = "dim") -> None:
        """All actions by group, under the keys of now; and a sentence above them."""
        known, problems = self.keyboard.actions()
        self.known = {one.id: one for one in known}
        self._rows()
        head = line((" " + _("KEYS"), "accent"), ("   " + self.keyboard.chosen, ""), ground="bar")
        self.query_one(".head", Bar).set_line(head)
        if not said and problems:
            said, ink = in_short(problems), "soon"
        self.say(said, ink)
        self._foot()

    def _rows(self) -> None:
        """Two lines an action where one has no room for what it does."""
        pick = self.query_one(PickList)
        pick.tall = 1 if self.app.size.width >= ONE_LINE else 2
        both = grouped(self.known.values())
        pick.show([Choice(one.id, self._row(one, group)) for group, ones in both for one in ones], keep=True)

    def on_resize(self, event: events.Resize) -> None:
        """Another width may have room for one line, or need two."""
        self._rows()

    def _row(self, one: Action, group: str) -> tuple[Line, ...]:
        keys = "  ".join(key_word(key) for key in one.keys) or "-"
        own = one.id in self.keyboard.keys
        first: tuple[Piece, ...] = (
            (fit(keys, KEYS) + " ", "strong" if own else "accent"),
            (fit(one.label, LABEL) + " ", ""),
            (fit(group, GROUP) + " ", "faint"),
        )
        if self.query_one(PickList).tall == 1:
            return (Line((*first, (one.help, "dim"))),)
        return Line(first), line(("  " + one.help, "dim"))

    def say(self, text: str, ink: str = "dim") -> None:
        """The line over the rows."""
        self.query_one(".found", Bar).set_line(line((f" {text}", ink)))

    def _foot(self) -> None:
        words: tuple[tuple[str, str], ...]
        if self.asking:
            words = (("enter", _("keep it")), ("esc", _("never mind")))
        else:
            words = (("enter", _("another key")), ("a", _("one more key")), ("s", _("set of keys")),
                     ("backspace", _("as it came")), ("ctrl+r", _("all as they came")), ("esc", _("back")))  # fmt: skip
        self.query_one(KeyBar).say(*words)

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Enter or a second click: another key for this one."""
        self._ask(event.value, adding=False)

    def on_key(self, event: events.Key) -> None:
        """A key for the action, or what the keys of this screen mean."""
        event.stop()
        event.prevent_default()
        if self.asking:
            self._take(event.key)
            return
        key = {"j": "down", "k": "up"}.get(event.key, event.key)
        value = self.query_one(PickList).value
        if key == "escape":
            self.dismiss(None)
        elif key == "a":
            self._ask(value, adding=True)
        elif key in ("backspace", "delete"):
            self._keep({value: None}, _("As it came."))
        elif key == "ctrl+r":
            self._try(self.keyboard.reset, _("All keys are as they came."))
        elif key == "s":
            self.run_worker(self._choose_set(), group="set", exclusive=True)
        else:
            self.query_one(PickList).press(key)

    # -- another key --------------------------------------------------------------------------------------

    def _ask(self, name: str, *, adding: bool) -> None:
        self.asking, self.adding, self.typed = name, adding, []
        words = _("Type a key for {label}, or two one after the other.")
        self.say(words.format(label=self.known[name].label), "accent")
        self._foot()

    def _take(self, key: str) -> None:
        """One more key; enter keeps what was typed."""
        name = self.asking
        if key == "escape":
            self.asking = ""
            self.show()
        elif key == "enter" and self.typed:
            self.asking = ""
            self._bind(name, " ".join(self.typed))
        elif len(self.typed) < 2 and key != "enter":
            self.typed.append(key)
            self.say(*self._told(name, " ".join(self.typed)))

    def _told(self, name: str, key: str) -> tuple[str, str]:
        """What a key would mean for this action: free, or whose it is."""
        action, word = self.known[name], key_word(key)
        if reason := self._refused(action, key):
            return reason, "burn"
        clash = [self.known[one].label for one in self._clashes(action, key)]
        if clash:
            said = _("{key} is {others} already, and is taken from there.")
            return said.format(key=word, others=", ".join(clash)), "soon"
        return _("{key} is free.").format(key=word), "done"

    def _refused(self, action: Action, key: str) -> str:
        for name, guarded in keymaps.GUARDED.items():
            shared = self.known[name].where & action.where
            if name != action.id and shared and key_name(key).split()[0] in guarded:
                return _("{key} always is {label}.").format(key=key_word(key), label=self.known[name].label)
        if action.where <= {"composer", "filter"} and is_letter(key):
            return _("Where that works, {key} is a letter of the text.").format(key=key_word(key))
        return ""

    def _clashes(self, action: Action, key: str) -> list[str]:
        """The other actions that this key means, or begins with, or that begin with it."""
        found = []
        for one in self.known.values():
            if one.id != action.id and one.where & action.where:
                taken = Taken()
                for had in one.keys:
                    taken.take(one, had)
                if taken.take(action, key) is not None:
                    found.append(one.id)
        return found

    def _bind(self, name: str, key: str) -> None:
        action = self.known[name]
        if reason := self._refused(action, key):
            self.show(reason, "burn")
            return
        had = action.keys if self.adding else ()
        changed: dict[str, tuple[str, ...] | None] = {name: tuple(dict.fromkeys((*had, key)))}
        for other in self._clashes(action, key):
            one = self.known[other]
            taken = Taken()
            taken.take(action, key)
            changed[other] = tuple(had for had in one.keys if taken.take(one, had) is None)
        bare = [self.known[one].label for one, keys in changed.items() if not keys]
        said = _("{key} is {label} now.").format(key=key_word(key), label=action.label)
        if bare:
            said += " " + _("Without a key now: {names}.").format(names=", ".join(bare))
        self._keep(changed, said)

    def _keep(self, changed: dict[str, tuple[str, ...] | None], said: str) -> None:
        self._try(lambda: self.keyboard.bind(changed), said)

    def _try(self, work: Callable[[], None], said: str) -> None:
        try:
            work()
        except DeskError as error:
            self.show(error.message, "burn")
        else:
            self.show(said, "done")

    async def _choose_set(self) -> None:
        from csdesk.screens.prompts import Choose

        words = {"desk": _("the desk's own"), "vi": _("as in vi"), "gmail": _("as in Gmail")}
        options = [(name, name, words.get(name, "")) for name in keymaps.SETS]
        chosen = await self.app.push_screen_wait(Choose(_("Set of keys"), options))
        if chosen is not None:
            self._try(lambda: self.keyboard.change(chosen), _("The keys are {name} now.").format(name=chosen))
