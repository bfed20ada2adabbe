"""What template code may do, which is little: print values, choose, and repeat over a list that came in.

Jinja2's sandbox stands behind a list of allowed syntax: no calls, no arithmetic, no Python attribute of anything.
Names are looked up as keys of dicts only. Knows nothing of conversations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.runtime import LoopContext, Undefined
from jinja2.sandbox import SandboxedEnvironment

from csdesk.templating.marks import defuse
from csdesk.text import clean

MAX_SOURCE = 64_000
MAX_OUTPUT = 100_000
MAX_LIST = 200
MAX_LOOPS = 2
"""How deep loops may stand in one another."""

FILTERS = ("money", "date", "datetime", "number", "default", "join", "upper", "lower", "length", "first")
_TESTS = ("defined", "undefined")
_LOOP = ("index", "first", "last", "length")
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem),
    *(nodes.Const, nodes.Filter, nodes.If, nodes.For, nodes.Compare, nodes.Operand, nodes.And),
    *(nodes.Or, nodes.Not, nodes.Test, nodes.CondExpr),
)


class Table(dict[str, Any]):
    """A dict of the context that knows under which name it stands, for messages."""

    path = ""


class Row(list[Any]):
    """A list of the context that knows under which name it stands."""

    path = ""


def plain(value: Any, path: str = "", *, raw: bool = False) -> Any:
    """A value of the context as the sandbox may see it: Table, Row, cleaned text, number or instant.

    Text is defused unless `raw`. Raises TypeError for any other object: none may get near a template.
    """
    if isinstance(value, Mapping):
        table = Table(
            {str(k): plain(v, f"{path}.{k}" if path else str(k), raw=raw) for k, v in value.items()}
        )
        table.path = path
        return table
    if isinstance(value, list | tuple):
        row = Row(plain(one, f"{path}[{n}]", raw=raw) for n, one in enumerate(value[:MAX_LIST]))
        row.path = path
        return row
    if isinstance(value, str):
        text = clean(str(value), limit=8_000)
        return text if raw else defuse(text)
    if value is None or isinstance(value, int | float | Decimal | date):
        return value
    raise TypeError(f"a template cannot be given a {type(value).__name__} ({path})")


class Missing(StrictUndefined):
    """A value that nobody knew. Printing, comparing or repeating over it is noted by the environment; asking
    whether it is there is allowed."""

    path = ""
    note: Callable[[str], None] = staticmethod(lambda path: None)

    def __bool__(self) -> bool:  # type: ignore[override]
        return False

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        self.note(self.path)
        return iter(())

    def _compared(self, other: object) -> bool:
        self.note(self.path)
        return False

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _compared  # type: ignore[assignment]

    def __contains__(self, other: object) -> bool:  # type: ignore[override]
        return self._compared(other)

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)


class Sandbox(SandboxedEnvironment):
    """One rendering: `missing` fills up with the names of values nobody knew, in order, each once. `optional`
    are names whose absence a condition may ask for; any other name in a condition is a gap too."""

    def __init__(self, finalize: Callable[[Any], Any], filters: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(
            autoescape=False,  # plain text for mail; nothing here is ever HTML
            undefined=Missing,
            finalize=finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=0,
        )
        self.globals.clear()
        self.filters = dict(filters)
        self.tests = {name: test for name, test in self.tests.items() if name in _TESTS}
        self.missing: list[str] = []

    def gap(self, path: str) -> Missing:
        """A missing value that stands at a path."""
        value = Missing(name=path)
        value.path = path
        value.note = self.note
        return value

    def note(self, path: str) -> None:
        """Remember that a value was missing."""
        if path not in self.missing:
            self.missing.append(path)

    def found(self, value: Any, path: str) -> Any:
        """A value, or a gap where it is None or blank."""
        blank = value is None or (isinstance(value, str) and not value.strip())
        return self.gap(path) if blank else value

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Only keys of the context's dicts and the few facts of a loop; never an attribute of Python's."""
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        path = f"{getattr(obj, 'path', '')}.{attribute}".lstrip(".")
        return self.found(obj.get(attribute), path) if isinstance(obj, Table) else self.gap(path)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """order["number"] and order.items[0]."""
        if isinstance(argument, int):
            inside = isinstance(obj, Row) and -len(obj) <= argument < len(obj)
            path = f"{getattr(obj, 'path', '')}[{argument}]"
            return self.found(obj[argument], path) if inside else self.gap(path)
        return self.getattr(obj, str(argument))

    def parsed(self, source: str) -> nodes.Template:
        """The syntax tree of a source. Raises TemplateSyntaxError for what is no template or not allowed."""
        if len(source) > MAX_SOURCE:
            raise TemplateSyntaxError(f"longer than {MAX_SOURCE} characters", 1)
        tree = self.parse(source)
        _inspect(tree, 0)
        return tree


def _inspect(node: nodes.Node, loops: int) -> None:
    """Raise TemplateSyntaxError at the first piece of syntax that is not allowed."""
    reason = ""
    if not isinstance(node, _ALLOWED):
        reason = f"{type(node).__name__.lower()} is not allowed in a template"
    elif isinstance(node, nodes.Filter):
        if node.name not in FILTERS:
            reason = f"there is no filter '{node.name}'; there are {', '.join(FILTERS)}"
        elif node.kwargs or node.dyn_args or node.dyn_kwargs or node.node is None:
            reason = f"the filter '{node.name}' takes plain values only"
    elif isinstance(node, nodes.Test) and node.name not in _TESTS:
        reason = f"there is no test '{node.name}'; there are {', '.join(_TESTS)}"
    elif isinstance(node, nodes.For):
        loops += 1
        if loops > MAX_LOOPS or node.recursive or not isinstance(node.target, nodes.Name):
            reason = "loops are simple: for ONE in LIST, two deep at most"
    elif isinstance(node, nodes.Name) and node.name.startswith("_"):
        reason = f"there is no variable '{node.name}'"
    if reason:
        raise TemplateSyntaxError(reason, node.lineno or 1)
    for child in node.iter_child_nodes():
        _inspect(child, loops)


def is_missing(value: Any) -> bool:
    """Whether a value is a gap."""
    return isinstance(value, Undefined)
