"""Apertium, where the system has it, behind ports.Translator: the programs of a pair are started once, one behind the
other, and kept warm. No shell has a part in it, and no text is ever an argument.

A pair is described by modes/PAIR.mode in its folder: commands with a pipe between them, as /usr/bin/apertium runs
them. With -z each flushes at a NUL, so that a sentence goes in and comes out (measured: 1.5 ms, after 0.1 to 0.2 s for
the start). Text is escaped as Apertium's deformatters do it, and what must survive travels in [...], which no stage
touches.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import select
import shlex
import shutil
import subprocess
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from pathlib import Path

from csdesk.domain.ports import TranslationError
from csdesk.domain.translation import Route, Translation
from csdesk.i18n import _
from csdesk.translation import whole
from csdesk.translation.worker import NICE

MOST_PAIRS = 2
"""Pairs that are warm at a time: each has some ten processes."""
TRIES = 2
_ISO3 = {
    "ar": "ara", "be": "bel", "bg": "bul", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng",
    "es": "spa", "eu": "eus", "fr": "fra", "gl": "glg", "id": "ind", "is": "isl", "it": "ita", "kk": "kaz", "mk": "mkd",
    "ms": "msa", "mt": "mlt", "nb": "nob", "nl": "nld", "nn": "nno", "oc": "oci", "pl": "pol", "pt": "por", "ro": "ron",
    "ru": "rus", "sc": "srd", "sl": "slv", "sv": "swe", "tr": "tur", "tt": "tat", "uk": "ukr", "ur": "urd", "hi": "hin",
}  # fmt: skip
_ISO2 = {three: two for two, three in _ISO3.items()}
_PROGRAM = re.compile(r"(?:lt|lrx|lsx|cg|hfst|rtx)-proc|apertium(?:-[a-z0-9]+)+")
_MODE = re.compile(r"([a-z]{2,3})-([a-z]{2,3})\.mode")
_SPECIAL = re.compile(r"[\\\[\]{}^$/@<>]")
_MARK = re.compile(r"⟦\d+⟧")
_OUT = re.compile(r"\\(.)|[\[\]]", re.DOTALL)
_END = "[][\n]"
"""Behind every sentence, so that it is one: the taggers wait for what comes next."""


class Apertium:
    """The pairs of a folder. `megabytes` is the address space of each process, `patience` seconds for one sentence.
    Safe to use from several threads."""

    def __init__(self, folder: Path, *, megabytes: int = 1000, patience: float = 10.0) -> None:
        self.folder = folder
        self._megabytes = megabytes
        self._patience = patience
        self._lines: OrderedDict[tuple[str, str], Line] = OrderedDict()
        self._forms = whole.Forms("brackets", "numbers")
        self._lock = threading.Lock()
        self._closed = False

    def pairs(self) -> dict[tuple[str, str], Path]:
        """The installed pairs, in codes of two letters, each with the file that describes it."""
        found = {}
        with contextlib.suppress(OSError):
            for file in sorted((self.folder / "modes").iterdir()):
                if named := _MODE.fullmatch(file.name):
                    found[_ISO2.get(named[1], named[1]), _ISO2.get(named[2], named[2])] = file
        return found

    def route(self, source: str, target: str) -> Route | None:
        """Directly, or not at all. Starts nothing."""
        file = self.pairs().get((source, target))
        if source == target or file is None or shutil.which("lt-proc") is None:
            return None
        return Route("apertium", (source, target), (file.stem,))

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        *,
        keep: Collection[str] = (),
        urgent: bool = False,
    ) -> list[Translation]:
        """See ports.Translator. Urgent texts wait for one sentence of others at most."""
        route = self.route(source, target)
        if route is None:
            raise self._none(source, target)

        def ask(some: Sequence[str], _count: int) -> list[list[str]]:
            return [[self._sentence(one, source, target)] for one in some]

        decode = whole.Once(ask, self._forms)
        engine = f"apertium {route.models[0].replace('-', '→')}"
        return whole.translate(texts, source, target, keep, decode, engine)

    def check(self) -> str:
        """What is installed, in a sentence. Raises TranslationError where nothing is, or it does not run."""
        pairs = self.pairs()
        if not pairs or shutil.which("lt-proc") is None:
            raise self._none("", "")
        self.translate(["a"], *next(iter(pairs)))
        words = _("Apertium answers: {pairs}.")
        return words.format(pairs=", ".join(sorted("-".join(pair) for pair in pairs)))

    def close(self) -> None:
        """End all processes. What is under way is told that it was cancelled."""
        with self._lock:
            self._closed = True
            lines = list(self._lines.values())
            self._lines.clear()
        for line in lines:
            line.end()

    def _none(self, source: str, target: str) -> TranslationError:
        if not self.pairs():
            words = _("Apertium is not installed in {folder}: apt install apertium apertium-eng-spa")
            return TranslationError("no_model", words.format(folder=self.folder))
        words = _("Apertium has no pair {source} to {target} here; apt search apertium- names all.")
        return TranslationError("no_model", words.format(source=source or "?", target=target or "?"))

    def _sentence(self, sentence: str, source: str, target: str) -> str:
        """One sentence, a second time with fresh processes when they died of the first."""
        said = escaped(sentence) + _END
        for attempt in range(TRIES):
            line = self._line(source, target)
            try:
                made = line.ask(said, self._patience)
                if not made.endswith(_END):
                    raise EOFError  # what a stage writes at last when the one before it is gone
                return unescaped(made[: -len(_END)]).strip()
            except (OSError, EOFError, UnicodeDecodeError) as error:
                late = isinstance(error, TimeoutError)
                self._drop(source, target, line)
                if self._closed:
                    raise TranslationError("cancelled", _("The translation was stopped.")) from error
                if late:
                    words = _("Apertium took too long over this text; it stays as it is.")
                    raise TranslationError("timeout", words) from error
                if attempt + 1 == TRIES:
                    words = _("Apertium ended twice over this text; it stays as it is.")
                    raise TranslationError("engine_dead", words) from error
        raise AssertionError

    def _line(self, source: str, target: str) -> Line:
        old: list[Line] = []
        with self._lock:
            if self._closed:
                raise TranslationError("cancelled", _("The translation was stopped."))
            line = self._lines.get((source, target))
            if line is None or not line.alive:
                old += [line] if line is not None else []
                line = self._lines[source, target] = Line(self._commands(source, target), self._megabytes)
            self._lines.move_to_end((source, target))
            while len(self._lines) > MOST_PAIRS:
                old.append(self._lines.popitem(last=False)[1])
        for one in old:
            one.end()
        return line

    def _drop(self, source: str, target: str, line: Line) -> None:
        with self._lock:
            if self._lines.get((source, target)) is line:
                del self._lines[source, target]
        line.end()

    def _commands(self, source: str, target: str) -> list[list[str]]:
        file = self.pairs().get((source, target))
        if file is None:
            raise self._none(source, target)
        try:
            return commands(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            words = _("{path} describes no pair that can be kept warm: {reason}.")
            said = words.format(path=file, reason=getattr(error, "strerror", None) or error)
            raise TranslationError("damaged_model", said) from error


class Line:
    """The processes of one pair, each reading what the one before writes. They end when their input does, which is when
    this process ends, however it does."""

    def __init__(self, programs: Sequence[Sequence[str]], megabytes: int) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        source: int | None = None
        try:
            for program in programs:
                process = subprocess.Popen(
                    program,
                    stdin=subprocess.PIPE if source is None else source,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
                self._processes.append(process)
                if source is not None:
                    os.close(source)
                assert process.stdout is not None
                source = os.dup(process.stdout.fileno())
                process.stdout.close()
                _limit(process.pid, megabytes)
        except OSError as error:
            if source is not None:
                os.close(source)
            self._out = -1
            self.end()
            words = _("Apertium could not be started: {reason}.")
            raise TranslationError("unreachable", words.format(reason=error.strerror or error)) from error
        assert source is not None
        self._out = source

    @property
    def alive(self) -> bool:
        """Whether all of them run."""
        return bool(self._processes) and all(one.poll() is None for one in self._processes)

    @property
    def pids(self) -> list[int]:
        """Their numbers, in order."""
        return [one.pid for one in self._processes]

    def ask(self, text: str, patience: float) -> str:
        """What comes out for what goes in. Raises EOFError when a process is gone, TimeoutError, OSError. Afterwards
        the line is of no more use."""
        with self._lock:
            if self._out < 0:
                raise EOFError
            first = self._processes[0].stdin
            assert first is not None
            os.write(first.fileno(), text.encode("utf-8", "replace").replace(b"\0", b" ") + b"\0")
            out, until = bytearray(), time.monotonic() + patience
            while not out.endswith(b"\0"):
                left = until - time.monotonic()
                if left <= 0 or not select.select([self._out], [], [], left)[0]:
                    raise TimeoutError
                part = os.read(self._out, 1 << 16)
                if not part:
                    raise EOFError
                out += part
            return out[:-1].decode("utf-8")

    def end(self) -> None:
        """End all of them."""
        for process in self._processes:
            with contextlib.suppress(OSError):
                process.kill()
        with self._lock:
            for process in self._processes:
                if process.stdin is not None:
                    with contextlib.suppress(OSError):
                        process.stdin.close()
                process.wait()
            if self._out >= 0:
                os.close(self._out)
                self._out = -1


def _limit(pid: int, megabytes: int) -> None:
    """So much address space, no files, and the screen goes first."""
    with contextlib.suppress(OSError, ValueError):
        resource.prlimit(pid, resource.RLIMIT_AS, (megabytes * 1_000_000, megabytes * 1_000_000))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        os.setpriority(os.PRIO_PROCESS, pid, NICE)


def commands(mode: str) -> list[list[str]]:
    """The programs of a mode file with their arguments, each made to flush at a NUL. Unknown words come out unmarked
    ($1 is -n), and a single reading is chosen ($2 is left out). Raises ValueError for what is no such file."""
    parts = shlex.shlex(mode, posix=True, punctuation_chars="|")
    parts.whitespace_split = True
    parts.commenters = ""
    out: list[list[str]] = [[]]
    for word in parts:
        if word == "|":
            out.append([])
        elif word != "$2":
            out[-1].append("-n" if word == "$1" else word)
    for program in out:
        if not program or not _PROGRAM.fullmatch(program[0]):
            raise ValueError(_("{name} is no part of Apertium").format(name=program[0] if program else "''"))
        found = shutil.which(program[0])
        if found is None:
            raise ValueError(_("{name} is not installed").format(name=program[0]))
        program[:1] = [found, "-z"]
    return out


def escaped(sentence: str) -> str:
    """A sentence as Apertium's stream, its placeholders in blanks."""
    out, at = [], 0
    for mark in _MARK.finditer(sentence):
        out += [_SPECIAL.sub(r"\\\g<0>", sentence[at : mark.start()]), f"[{mark[0]}]"]
        at = mark.end()
    return "".join((*out, _SPECIAL.sub(r"\\\g<0>", sentence[at:])))


def unescaped(stream: str) -> str:
    """A stream as text again."""
    return _OUT.sub(lambda found: found[1] or "", stream)
