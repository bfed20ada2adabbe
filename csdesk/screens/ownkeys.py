"""The keys of whoever sits here: config.toml's, and before them those that were changed on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk import actions, keysfile
from csdesk.keysfile import OwnKeys
from csdesk.paths import config_file

if TYPE_CHECKING:
    from pathlib import Path

    from csdesk.actions import Action
    from csdesk.config import Config


class Keyboard:
    """Which keys there are now. `remember` finds changes again at the next start."""

    def __init__(self, config: Config, *, remember: bool = False) -> None:
        self.config = config
        self.path: Path | None = None
        self.own = OwnKeys()
        if remember:
            self.path = (config.source or config_file()).with_name(keysfile.NAME)
            self.own = keysfile.read(self.path)

    @property
    def chosen(self) -> str:
        """The set of keys."""
        return self.own.keymap or self.config.keymap

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """All own keys by action id, those changed on the screen before those of config.toml."""
        return {**self.config.keys, **self.own.keys}

    def actions(self) -> tuple[tuple[Action, ...], tuple[str, ...]]:
        """Every action with its keys, and what is wrong with a person's own."""
        known, problems = actions.with_keys(self.keys, chosen=self.chosen)
        return known, (self.own.problem, *problems) if self.own.problem else problems

    def change(self, keymap: str) -> None:
        """Another set of keys. Raises Refused where it cannot be kept; it is changed all the same."""
        self._keep(OwnKeys(keymap, self.own.keys))

    def bind(self, changed: dict[str, tuple[str, ...] | None]) -> None:
        """Other keys for actions; None takes back what was changed on the screen. Raises Refused as change() does."""
        keys = dict(self.own.keys)
        for name, given in changed.items():
            if given is None:
                keys.pop(name, None)
            else:
                keys[name] = given
        self._keep(OwnKeys(self.own.keymap, keys))

    def reset(self) -> None:
        """Nothing changed on the screen any more; config.toml stays. Raises Refused as change() does."""
        self._keep(OwnKeys())

    def _keep(self, own: OwnKeys) -> None:
        damaged, self.own = bool(self.own.problem), own
        if self.path is not None:
            if damaged:
                self.path.replace(self.path.with_name(self.path.name + ".old"))
            keysfile.write(self.path, own)
