"""A LibreTranslate server behind ports.Translator: batches within its limits, its refusals in words, every number
proved like everywhere. Opens no connection: it is given what speaks to the server.

The API is that of the server's own description (GET /spec): POST /translate with q (a list), source, target, format,
api_key; GET /languages; GET /frontend/settings for its limits; errors as {"error": words} with 400, 403, 429 and 500.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

from csdesk.domain.ports import ChannelError, TranslationError
from csdesk.domain.translation import Route, Translation
from csdesk.i18n import _
from csdesk.text import clean_line
from csdesk.translation import whole

LETTERS = 4_000
"""Characters in one request, where the server allows as many."""
HOLDS = 3_600.0
"""Seconds for which what the server said about itself is believed."""
LONGEST_WAIT = 2.0
"""Seconds that a request waits when the server asks for it; a longer pause is told instead."""
CHECK = 5.0
"""Seconds that a question about the server itself may take."""
MORE = 5
"""Other answers of a sentence that are asked for when the first has lost something."""
_OTHER_CODES = {"zh": ("zh-Hans", "zh-CN"), "pt": ("pt-PT", "pb", "pt-BR"), "no": ("nb",), "he": ("iw",)}


class Reply(Protocol):
    """What a server answered; see channels.http.Spoken."""

    @property
    def status(self) -> int:
        """The status of HTTP."""
        ...

    @property
    def said(self) -> Any:
        """Its JSON; None when it was none."""
        ...

    @property
    def wait(self) -> float | None:
        """Seconds that it asks us to wait."""
        ...


class Server(Protocol):
    """What speaks to it; see channels.http.JsonServer."""

    @property
    def host(self) -> str:
        """Its name."""
        ...

    def ask(self, path: str, body: Mapping[str, Any] | None = None, *, timeout: float) -> Reply:
        """One request. Raises ChannelError."""
        ...

    def close(self) -> None:
        """End the connections."""
        ...


class LibreTranslate:
    """`server` is None where no URL is set. `key` gives the server's key, '' for none; it is asked for with the
    server's languages, and again after a refusal. `timeout` is seconds for one request, `batch` sentences in it."""

    def __init__(
        self, server: Server | None, key: Callable[[], str], *, timeout: float = 20.0, batch: int = 32
    ) -> None:
        self._server = server
        self._find_key = key
        self._key = ""
        self._timeout = timeout
        self._batch = batch
        self._letters = LETTERS
        self._languages: dict[str, frozenset[str]] = {}
        self._asked = -HOLDS
        self._alternatives = True
        self._forms: dict[tuple[str, str], whole.Forms] = {}
        self._lock = threading.Lock()
        self._closed = False

    def route(self, source: str, target: str) -> Route | None:
        """As the server last said; before it was asked, every pair. Asks nothing."""
        if self._server is None or source == target or not (source and target):
            return None
        if self._languages and self._codes(source, target) is None:
            return None
        return Route("libretranslate", (source, target), (self._server.host,))

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        *,
        keep: Collection[str] = (),
        urgent: bool = False,
    ) -> list[Translation]:
        """See ports.Translator. Urgent texts have a connection of their own anyway."""
        server = self._there()
        self._learn()
        codes = self._codes(source, target)
        if codes is None:
            words = _("{host} does not translate {source} to {target}.")
            said = words.format(host=server.host, source=source or "?", target=target or "?")
            raise TranslationError("no_model", said)
        forms = self._forms.setdefault((source, target), whole.Forms("numbers", "brackets"))
        decode = whole.Once(lambda some, count: self._some(some, codes, count), forms, most=1 + MORE)
        engine = f"libretranslate {source}→{target} ({clean_line(server.host, limit=100)})"
        return whole.translate(texts, source, target, keep, decode, engine)

    def check(self) -> str:
        """What the server says about itself, in a sentence. Raises TranslationError when it does not answer."""
        server = self._there()
        self._asked = -HOLDS
        self._learn()
        pairs = sum(len(targets) for targets in self._languages.values())
        words = _("{host} answers: {languages} languages, {pairs} pairs.")
        return words.format(host=server.host, languages=len(self._languages), pairs=pairs)

    def close(self) -> None:
        """End the connections."""
        self._closed = True
        if self._server is not None:
            self._server.close()

    def _there(self) -> Server:
        if self._closed:
            raise TranslationError("cancelled", _("The translation was stopped."))
        if self._server is None:
            words = _(
                "No LibreTranslate server is named: url in [translation.libretranslate] of config.toml."
            )
            raise TranslationError("no_model", words)
        return self._server

    # -- what it is ---------------------------------------------------------------------------------------

    def _learn(self) -> None:
        """Its languages and limits, asked again after a while."""
        with self._lock:
            if time.monotonic() - self._asked < HOLDS:
                return
            self._key = self._find_key()
            found = self._said(self._ask("/languages", None, min(CHECK, self._timeout)))
            languages = _languages(found)
            if not languages:
                raise self._strange()
            self._languages = languages
            # Servers may leave it out, and old ones do.
            settings = self._ask("/frontend/settings", None, min(CHECK, self._timeout)).said
            limit = settings.get("charLimit") if isinstance(settings, dict) else None
            self._letters = min(LETTERS, limit) if isinstance(limit, int) and limit > 1 else LETTERS
            self._asked = time.monotonic()

    def _codes(self, source: str, target: str) -> tuple[str, str] | None:
        """A pair in the server's codes, when it has it."""
        for first in (source, *_OTHER_CODES.get(source, ())):
            for second in (target, *_OTHER_CODES.get(target, ())):
                if second in self._languages.get(first, ()):
                    return first, second
        return None

    # -- what it answers ----------------------------------------------------------------------------------

    def _some(self, sentences: Sequence[str], codes: tuple[str, str], count: int) -> list[Sequence[str]]:
        answers: list[Sequence[str]] = []
        for part in self._parts(sentences):
            answers += self._part(part, codes, count)
        return answers

    def _parts(self, sentences: Sequence[str]) -> Iterator[list[str]]:
        part: list[str] = []
        letters = 0
        for one in sentences:
            if part and (len(part) >= self._batch or letters + len(one) > self._letters):
                yield part
                part, letters = [], 0
            part.append(one)
            letters += len(one)
        if part:
            yield part

    def _part(self, part: list[str], codes: tuple[str, str], count: int) -> list[Sequence[str]]:
        body: dict[str, Any] = {"q": part, "source": codes[0], "target": codes[1], "format": "text"}
        more = count > 1 and self._alternatives
        if more:
            body["alternatives"] = count - 1
        if self._key:
            body["api_key"] = self._key
        reply = self._ask("/translate", body, self._timeout)
        if reply.status == 400 and more:
            # A server may allow fewer of them, or none: the answers themselves matter more.
            self._alternatives = False
            return self._part(part, codes, count)
        if reply.status in (400, 413) and len(part) > 1:
            # Its limits are smaller than it says, or it says none.
            self._batch = max(1, min(self._batch, len(part) // 2))
            middle = len(part) // 2
            return [*self._part(part[:middle], codes, count), *self._part(part[middle:], codes, count)]
        return self._answers(self._said(reply), len(part))

    def _answers(self, said: Any, count: int) -> list[Sequence[str]]:
        texts = said.get("translatedText") if isinstance(said, dict) else None
        if (
            not isinstance(texts, list)
            or len(texts) != count
            or not all(isinstance(one, str) for one in texts)
        ):
            raise self._strange()
        others = said.get("alternatives")
        if not isinstance(others, list) or len(others) != count:
            return [[one] for one in texts]
        return [
            [one, *(text for text in (more if isinstance(more, list) else ()) if isinstance(text, str))]
            for one, more in zip(texts, others, strict=True)
        ]

    def _ask(self, path: str, body: Mapping[str, Any] | None, timeout: float) -> Reply:
        """One request, a second time when the server asks for a short pause."""
        server = self._there()
        try:
            reply = server.ask(path, body, timeout=timeout)
            if reply.status == 429 and reply.wait is not None and reply.wait <= LONGEST_WAIT:
                time.sleep(reply.wait)
                reply = server.ask(path, body, timeout=timeout)
        except ChannelError as error:
            if self._closed:
                raise TranslationError("cancelled", _("The translation was stopped.")) from error
            code = "timeout" if error.code == "timeout" else "unreachable"
            raise TranslationError(code, error.message) from error
        return reply

    def _said(self, reply: Reply) -> Any:
        """What a reply says, when it is no refusal. Raises TranslationError."""
        host = self._there().host
        error = reply.said.get("error") if isinstance(reply.said, dict) else None
        words = (
            self._without_key(clean_line(error, limit=200)) if isinstance(error, str) else str(reply.status)
        )
        if 300 <= reply.status < 400:
            said = _(
                "{host} sends us to another address; what customers write goes to no other. Correct the url."
            )
            raise TranslationError("refused", said.format(host=host))
        if reply.status == 429:
            said = _("{host} asks for a pause: {words}").format(host=host, words=words)
            raise TranslationError("refused", said, pause=reply.wait or 30.0)
        if reply.status in (400, 401, 403):
            self._asked = -HOLDS
            said = _("{host} refuses: {words}. If it wants a key: csdesk engines key").format(
                host=host, words=words.rstrip(".")
            )
            raise TranslationError("refused" if reply.status != 400 else "engine_dead", said)
        if reply.status >= 500:
            said = _("{host} failed: {words}").format(host=host, words=words)
            raise TranslationError("engine_dead", said)
        if reply.status != 200 or reply.said is None:
            raise self._strange()
        return reply.said

    def _without_key(self, words: str) -> str:
        return words.replace(self._key, "•••") if self._key else words

    def _strange(self) -> TranslationError:
        words = _("{host} answers, but not as a LibreTranslate server does. Check the url.")
        return TranslationError("damaged_model", words.format(host=self._there().host))


def _languages(said: Any) -> dict[str, frozenset[str]]:
    """Each language with those it is translated into; a server that does not list them translates every pair."""
    entries = said if isinstance(said, list) else []
    known = [one for one in entries if isinstance(one, dict) and isinstance(one.get("code"), str)]
    every = frozenset(one["code"] for one in known)
    out: dict[str, frozenset[str]] = {}
    for one in known:
        targets = one.get("targets")
        named = (
            frozenset(code for code in targets if isinstance(code, str))
            if isinstance(targets, list)
            else every
        )
        out[one["code"]] = named - {one["code"]}
    return out
