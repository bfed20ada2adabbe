"""Themes of a person's own: TOML files in the folder `themes` beside config.toml, named after the file.

    base = "dark"          # what stays as it is: dark, light, contrast, colour-blind
    accent = "#ff9f43"
    ground = "#101418"

Read only where the folder is there. A file that makes no sense is said, with line and nearest name, and left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, make_dataclass, replace
from pathlib import Path
from typing import Any

from csdesk import themes
from csdesk.errors import ConfigError
from csdesk.i18n import N_, _
from csdesk.settings import Reader, Rule

FOLDER = "themes"
BASES = ("dark", "light", "contrast", "colour-blind")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Own:
    """The palettes that were found, by name, and what is wrong with the other files, a sentence a mistake."""

    palettes: tuple[themes.Palette, ...] = ()
    problems: tuple[str, ...] = ()


def _colour(value: str) -> str | None:
    return None if _COLOUR.fullmatch(value) else _("a colour is written as #rrggbb, such as #7fb0e6")


def _fields() -> list[tuple[str, type, Any]]:
    colours = [one.name for one in fields(themes.Palette) if one.name not in ("name", "dark", "ansi")]
    rules = {"base": Rule("choice", N_("The theme that this one changes."), choices=BASES)}
    rules |= {name: Rule("text", "", check=_colour) for name in colours}
    return [(name, str, field(default="", metadata={"rule": rule})) for name, rule in rules.items()]


_File = make_dataclass("_File", _fields(), frozen=True)


def names(folder: Path) -> tuple[str, ...]:
    """The names of the themes in a folder, whether they make sense or not; none where it is missing."""
    try:
        return tuple(sorted(path.stem for path in folder.glob("*.toml") if _NAME.fullmatch(path.stem)))
    except OSError:
        return ()


def read(folder: Path) -> Own:
    """Every theme in the folder. Never raises."""
    palettes, problems = [], []
    for name in names(folder):
        path = folder / f"{name}.toml"
        if name in [themes.short(one) for one in themes.ALL]:
            sentence = _("{path}: '{name}' is a theme of the desk; give yours another name.")
            problems.append(sentence.format(path=path, name=name))
            continue
        try:
            palettes.append(_read(path, name))
        except ConfigError as error:
            problems += error.message.splitlines()
        except OSError as error:
            sentence = _("{path} cannot be read: {reason}.")
            problems.append(sentence.format(path=path, reason=error.strerror or error))
        except UnicodeDecodeError as error:
            sentence = _("{path} is not UTF-8 text (byte {at}); save it as UTF-8.")
            problems.append(sentence.format(path=path, at=error.start))
    return Own(tuple(palettes), tuple(problems))


def _read(path: Path, name: str) -> themes.Palette:
    reader = Reader(path, path.read_bytes().decode("utf-8-sig"))
    found = reader.table(_File, reader.data, ())
    reader.finish()
    base = themes.named(found.pop("base", "dark"))
    return replace(base, name=f"own-{name}", **{key: value.lower() for key, value in found.items()})
