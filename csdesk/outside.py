"""A program of the person's own to write in: which one, and a text given to it in a file that nobody else can read.
Knows no screen; whoever calls it has left the terminal free."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from csdesk.errors import Refused
from csdesk.i18n import _

USUAL = ("sensible-editor", "nano", "vim", "vi")


def editor(configured: str = "", environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The command of the editor: as the config says, else VISUAL, else EDITOR, else a usual one. Raises Refused when
    there is none, or when what is named cannot be run."""
    env = os.environ if environment is None else environment
    named = configured or env.get("VISUAL", "") or env.get("EDITOR", "")
    if not named:
        named = next((one for one in USUAL if shutil.which(one)), "")
    try:
        words = tuple(shlex.split(named))
    except ValueError:
        words = ()
    if not words:
        raise Refused(_("No editor is known: set EDITOR, or editor in config.toml."), code="no_editor")
    if shutil.which(os.path.expanduser(words[0])) is None:  # noqa: PTH111 - a bare name must stay one
        raise Refused(
            _("The editor {name} is not on this machine: set EDITOR, or editor in config.toml.").format(
                name=words[0]
            ),
            code="no_editor",
        )
    return (os.path.expanduser(words[0]), *words[1:])  # noqa: PTH111


def edited(text: str, command: Sequence[str], *, suffix: str = ".txt") -> str | None:
    """The text as it was saved in the editor; None when the editor ended with an error, which leaves all as it was.
    The file has mode 0600, lies in a folder of its own, and is gone afterwards. Raises Refused."""
    try:
        with tempfile.TemporaryDirectory(prefix="csdesk-") as folder:
            file = Path(folder) / f"text{suffix}"
            file.touch(mode=0o600)
            file.write_text(text, "utf-8")
            code = subprocess.call([*command, str(file)])
            return file.read_bytes().decode("utf-8-sig") if code == 0 else None
    except UnicodeDecodeError as error:
        raise Refused(
            _("What the editor saved is not UTF-8 text; nothing was changed."), code="file"
        ) from error
    except OSError as error:
        raise Refused(
            _("The editor could not be run: {reason}.").format(reason=error.strerror or error),
            code="no_editor",
        ) from error
