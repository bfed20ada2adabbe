"""keys.toml beside config.toml: the set of keys and the single keys that were changed on the screen. Written whole or
not at all; a damaged file is said and left as it is. Knows no particular action.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.settings import as_toml

NAME = "keys.toml"
_HEAD = """\
# csdesk: keys that were changed on the screen of keys. They go before those in config.toml.
"""


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """The chosen set, '' for the config's, and keys by action id; `problem` is what is wrong with the file."""

    keymap: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str = ""


def read(path: Path) -> OwnKeys:
    """What the file says; nothing where it is missing, a sentence where it makes no sense."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return OwnKeys()
    except OSError as error:
        return OwnKeys(problem=_wrong(path, error.strerror or str(error)))
    try:
        data = tomllib.loads(text.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        return OwnKeys(problem=_wrong(path, str(error)))
    keymap, keys = data.get("keymap", ""), data.get("keys", {})
    if not isinstance(keymap, str) or not isinstance(keys, dict) or not all(map(_is_keys, keys.values())):
        return OwnKeys(problem=_wrong(path, _("keys are lists of texts")))
    return OwnKeys(keymap, {name: tuple(given) for name, given in keys.items()})


def _is_keys(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


def _wrong(path: Path, reason: str) -> str:
    return _("{path} makes no sense and is left as it is: {reason}.").format(path=path, reason=reason)


def write(path: Path, own: OwnKeys) -> None:
    """Put this in the place of what was there. Raises Refused where that cannot be done."""
    lines = [_HEAD]
    if own.keymap:
        lines.append(f"keymap = {as_toml(own.keymap)}\n")
    lines.append("[keys]")
    lines += [f"{as_toml(name)} = {as_toml(list(keys))}" for name, keys in sorted(own.keys.items())]
    put(path, "\n".join(lines) + "\n")


def put(path: Path, text: str) -> None:
    """A file of preferences, whole or not at all, for its owner alone. Raises Refused."""
    import tempfile

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(text)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        words = _("{path} cannot be written: {reason}.")
        raise Refused(words.format(path=path, reason=error.strerror or error), code="file") from error
