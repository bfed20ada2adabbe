"""The engines that translate: which are in use, how each is, and the key of a server."""

from __future__ import annotations

import os
from collections.abc import Callable

from csdesk.config import ENGINES
from csdesk.domain.ports import TranslationError
from csdesk.domain.translation import EngineHealth
from csdesk.services.context import Context
from csdesk.translation.router import LAST, Router

KEY_VARIABLE = "CSDESK_LIBRETRANSLATE_KEY"
_KEY = "translation:libretranslate"
"""The name under which the key is kept; a colon stands in no account's name."""


class Engines:
    """Looks at the engines. `router` gives them."""

    def __init__(self, context: Context, router: Callable[[], Router]) -> None:
        self.context = context
        self._router = router

    def all(self, *, ask: bool = True, unused: bool = True) -> tuple[EngineHealth, ...]:
        """Each engine. `ask` has every one show that it works: up to some seconds each, and the first time a process or
        a connection. Otherwise only what is known is told. Without `unused`, those that are in use."""
        wanted = self.context.config.translation
        out = []
        for name in ENGINES[:-1]:
            pairs = tuple(pair for pair, engine in wanted.pairs.items() if engine == name)
            if wanted.engine == name:
                pairs = (*pairs, "*")
            used = bool(pairs) or (name == LAST and wanted.fallback and wanted.any)
            if not (used or unused):
                continue
            ok, words = self._asked(name) if ask else self._known(name)
            out.append(EngineHealth(name, used, pairs, ok, words))
        return tuple(out)

    def _asked(self, name: str) -> tuple[bool, str]:
        try:
            return True, self._router().check(name)
        except TranslationError as error:
            return name == LAST and error.code == "no_model", error.message

    def _known(self, name: str) -> tuple[bool, str]:
        why = self._router().resting(name)
        return not why, why

    def key(self) -> str:
        """The key of the LibreTranslate server, '' for none. Raises Refused."""
        return self.context.secrets.get(_KEY, KEY_VARIABLE) or ""

    def keep_key(self, key: str) -> str:
        """Keep it, and say where: 'keyring' or 'file'; an empty one is forgotten: ''. Raises Refused."""
        if not key:
            self.context.secrets.delete(_KEY)
            return ""
        return self.context.secrets.set(_KEY, key)

    @property
    def from_environment(self) -> bool:
        """Whether a variable says the key, which then goes before what is kept."""
        return bool(os.environ.get(KEY_VARIABLE))
