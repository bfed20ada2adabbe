"""The folders that templates lie in, and changes to the person's own: written whole or not at all, and what was taken
away can be put back."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from csdesk.config import Config
from csdesk.domain.template import Template
from csdesk.errors import Conflict, NotFound, Refused
from csdesk.i18n import _
from csdesk.paths import config_file
from csdesk.templating import as_text, load_text
from csdesk.templating.forms import name_of

BUILT_IN = Path(__file__).parent.parent / "templates"
DESK, TEAM, OWN = "desk", "team", "own"
_REMOVED = ".removed"


def folders(config: Config) -> tuple[tuple[str, Path], ...]:
    """Whose folder and where, in the order in which a later one replaces an earlier one."""
    return (
        (DESK, BUILT_IN),
        *((TEAM, folder) for folder in config.templates.folders),
        (OWN, own_folder(config)),
    )


def own_folder(config: Config) -> Path:
    """The person's own templates: beside the config file that is in use, or where it would be."""
    return (config.source or config_file()).parent / "templates"


def changed_at(config: Config) -> tuple[int, ...]:
    """When files came or went in each folder: another value means that templates are to be read again."""
    return tuple(_stamp(folder) for _origin, folder in folders(config))


def _stamp(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def fingerprint(path: Path) -> str:
    """What tells one content of a file from another; '' where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def named(name: str) -> str:
    """A name that a template may have. Raises Refused."""
    if not (found := name_of(name)):
        raise Refused(
            _("A template's name is small letters, digits and _, beginning with a letter: late_parcel."),
            code="name",
        )
    return found


def save(config: Config, template: Template, *, before: str | None = None) -> Path:
    """Write a template into the person's own folder. `before` is the fingerprint of the own file that the change
    began with ('' for none). Raises Conflict when another program changed it since, Refused for what cannot be
    written or would not be read back."""
    path = own_folder(config) / f"{named(template.name)}.toml"
    if before is not None and fingerprint(path) != before:
        raise Conflict(
            _("The template {name} was changed by another program; open it again.").format(
                name=template.name
            ),
            code="template_changed",
        )
    text = as_text(template)
    _found, problems = load_text(text, path)
    if problems:
        raise Refused("\n".join(problem.sentence for problem in problems), code="template")
    _write(path, text)
    return path


def remove(config: Config, name: str) -> None:
    """Take an own template away: into a folder beside, from which put_back() gets it. Raises NotFound."""
    path = own_folder(config) / f"{named(name)}.toml"
    try:
        kept = path.parent / _REMOVED
        kept.mkdir(mode=0o700, exist_ok=True)
        path.replace(kept / path.name)
    except FileNotFoundError:
        raise NotFound(
            _("{name} is none of your own templates; only these can be taken away.").format(name=name)
        ) from None
    except OSError as error:
        raise _failed(path, error) from error


def put_back(config: Config, name: str) -> None:
    """An own template that was taken away, as it was. Raises NotFound, and Conflict when there is another by now."""
    path = own_folder(config) / f"{named(name)}.toml"
    kept = path.parent / _REMOVED / path.name
    if path.exists():
        raise Conflict(_("There is an own template {name} already; nothing was put back.").format(name=name))
    try:
        kept.replace(path)
    except FileNotFoundError:
        raise NotFound(_("No template {name} was taken away.").format(name=name)) from None
    except OSError as error:
        raise _failed(path, error) from error


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _failed(path, error) from error


def _failed(path: Path, error: OSError) -> Refused:
    return Refused(
        _("{path} could not be written: {reason}.").format(path=path, reason=error.strerror or error),
        code="not_saved",
    )
