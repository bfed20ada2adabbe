"""views.toml beside config.toml: filters that were saved under a name and are shown as views, and the order in which
each view is shown. Written whole or not at all; a damaged file is said and left as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from csdesk.domain.filters import SORTS
from csdesk.domain.views import VIEWS
from csdesk.errors import NotFound, Refused, Usage
from csdesk.i18n import _
from csdesk.patterns import pattern
from csdesk.settings import as_toml

NAME = "views.toml"
_NAME = pattern(r"[^\W_][\w-]{0,23}")
_HEAD = """\
# csdesk: saved views, a name and a filter each, and the order of views that is not the usual one.
"""


@dataclass(frozen=True, slots=True)
class OwnViews:
    """Filters by the name of their view, orders by view; `problem` is what is wrong with the file."""

    views: Mapping[str, str] = field(default_factory=dict)
    sorts: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    def asked(self, view: str, text: str = "") -> tuple[str, str]:
        """The view of the desk and the filter that stand behind a view's name and what is filtered in it besides."""
        terms = [self.views.get(view, ""), text]
        if view in self.sorts and not any("sort:" in one for one in terms):
            terms.append(f"sort:{self.sorts[view]}")
        return (view if view in VIEWS else "open"), " ".join(filter(None, (one.strip() for one in terms)))

    def saved(self, name: str, text: str) -> OwnViews:
        """With one more, or another filter under this name. Raises Usage for a name that cannot be one."""
        if name in VIEWS:
            raise Usage(_("{name} is a view of the desk; choose another name.").format(name=name))
        if not _NAME.fullmatch(name):
            raise Usage(_("A view's name is one word of at most 24 letters, digits and hyphens."))
        if not text.strip():
            raise Usage(_("There is no filter to save."))
        return replace(self, views={**self.views, name: text.strip()}, problem="")

    def dropped(self, name: str) -> OwnViews:
        """Without this one. Raises NotFound."""
        if name not in self.views:
            raise NotFound(_("There is no saved view {name}.").format(name=name[:40]))
        return replace(self, views={one: text for one, text in self.views.items() if one != name}, problem="")

    def sorted(self, view: str, sort: str) -> OwnViews:
        """With this order of a view; '' for the usual one."""
        rest = {one: given for one, given in self.sorts.items() if one != view}
        return replace(self, sorts={**rest, view: sort} if sort else rest, problem="")


def read(path: Path) -> OwnViews:
    """What the file says; nothing where it is missing, a sentence where it makes no sense."""
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return OwnViews()
    except OSError as error:
        return OwnViews(problem=_wrong(path, error.strerror or str(error)))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        return OwnViews(problem=_wrong(path, str(error)))
    views, sorts = data.get("views", {}), data.get("sorts", {})
    if not (isinstance(views, dict) and isinstance(sorts, dict)):
        return OwnViews(problem=_wrong(path, _("[views] and [sorts] are tables of texts")))
    return OwnViews(
        {name: text for name, text in views.items() if isinstance(text, str) and name not in VIEWS},
        {name: sort for name, sort in sorts.items() if sort in SORTS},
    )


def _wrong(path: Path, reason: str) -> str:
    return _("{path} makes no sense and is left as it is: {reason}.").format(path=path, reason=reason)


def write(path: Path, own: OwnViews) -> None:
    """Put this in the place of what was there; a damaged file is put aside. Raises Refused."""
    from csdesk.keysfile import put

    lines = [_HEAD, "[views]", *(f"{as_toml(name)} = {as_toml(text)}" for name, text in own.views.items())]
    lines += ["", "[sorts]", *(f"{as_toml(name)} = {as_toml(sort)}" for name, sort in own.sorts.items())]
    if read(path).problem:
        try:
            path.replace(path.with_name(path.name + ".old"))
        except OSError as error:
            words = _("{path} cannot be written: {reason}.")
            raise Refused(words.format(path=path, reason=error.strerror or error), code="file") from error
    put(path, "\n".join(lines) + "\n")
