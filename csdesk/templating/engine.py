"""Filling in a template: values in the customer's format, gaps listed and visibly marked. Knows no store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from csdesk.domain.template import Rendered, Template, TemplateText
from csdesk.errors import NotFound, Refused
from csdesk.i18n import _
from csdesk.templating.marks import mark
from csdesk.text import clean, clean_line

if TYPE_CHECKING:
    from jinja2 import nodes

    from csdesk.templating.sandbox import Sandbox


class Engine:
    """Renders templates. Has no state: one may serve many threads. Jinja2 and Babel load on first use."""

    def render(
        self,
        template: Template,
        language: str,
        context: Mapping[str, Any],
        answers: Mapping[str, str] | None = None,
    ) -> Rendered:
        """The text of a template in one of its languages, from a context as context.py shapes it.

        `answers` are what the agent said to the template's asks and of facts that nobody knew, by their dotted names;
        a fact that is known stays. Template code in them is not run but left as it is, so that the wall before
        sending sees it. Missing values are marked in the text and listed.
        Raises NotFound where the template lacks the language, Refused where its text is no valid template.
        """
        text = template.texts.get(language)
        if text is None:
            sentence = _("Template '{name}' has no text in '{language}'.")
            raise NotFound(sentence.format(name=template.name, language=language))
        from csdesk.templating.context import KNOWN
        from csdesk.templating.sandbox import plain

        values = plain(context)
        given = answers or {}
        values |= plain({name: given[name] for name in template.asks if name in given}, raw=True)
        for name in KNOWN.keys() & given.keys() - template.asks.keys():
            _told(values, name, plain(given[name], raw=True))
        missing: list[str] = []
        body = _fill(template, text, text.body, values, missing)
        subject = _fill(template, text, text.subject, values, missing)
        return Rendered(
            template.name, language, clean(body).strip(), clean_line(subject), tuple(dict.fromkeys(missing))
        )

    def variables(self, template: Template, language: str) -> tuple[str, ...]:
        """The names a text uses ('order.number', 'refund_amount'), in order, each once; loop names left out.

        Raises NotFound and Refused as render() does.
        """
        text = template.texts.get(language)
        if text is None:
            return self.render(template, language, {}).missing
        found: list[str] = []
        for source in (text.body, text.subject):
            found += _guarded(template, text, partial(_named, text, source))
        return tuple(dict.fromkeys(found))


def _told(values: dict[str, Any], name: str, answer: str) -> None:
    """Put in what an agent said of a fact, where nobody knew it."""
    from csdesk.templating.sandbox import Table

    root, _dot, field = name.partition(".")
    if values.get(root) is None:
        values[root] = Table()
        values[root].path = root
    if values[root].get(field) in (None, "") or _unknown_sum(values[root][field]):
        values[root][field] = answer


def _unknown_sum(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("amount", "") is None


def _named(text: TemplateText, source: str) -> list[str]:
    return list(_paths(_sandbox(text, {}).parsed(source), frozenset()))


def _guarded(template: Template, text: TemplateText, work: Callable[[], Any]) -> Any:
    """The result of work on template code; whatever such code may provoke becomes one sentence."""
    from jinja2.exceptions import TemplateError, TemplateSyntaxError

    try:
        return work()
    except (TemplateError, ArithmeticError, LookupError, RecursionError, MemoryError, SyntaxError) as error:
        line = error.lineno if isinstance(error, TemplateSyntaxError) else 0
        detail = str(getattr(error, "message", "") or type(error).__name__)
    except (TypeError, ValueError, AttributeError) as error:
        line, detail = 0, str(error)
    where = {
        "name": template.name,
        "language": text.language,
        "line": line,
        "why": clean_line(detail, limit=200),
    }
    sentence = _("Template '{name}' ({language}) cannot be filled in: {why}.")
    if line:
        sentence = _("Template '{name}' ({language}) cannot be filled in: line {line}: {why}.")
    raise Refused(sentence.format(**where), code="template")


def _fill(
    template: Template, text: TemplateText, source: str, values: dict[str, Any], missing: list[str]
) -> str:
    def work() -> str:
        sandbox = _sandbox(text, values)
        tree = sandbox.parsed(source)
        names = {path.partition(".")[0] for path in _paths(tree, frozenset())}
        given = {name: sandbox.found(values.get(name), name) for name in names}
        out: list[str] = []
        size = 0
        for piece in sandbox.from_string(tree).generate(given):
            size += len(piece)
            if size > MAX_OUTPUT:
                raise ValueError(_("the text grows beyond {limit} characters").format(limit=MAX_OUTPUT))
            out.append(piece)
        missing.extend(sandbox.missing)
        unknown = [path for path in _paths(tree, frozenset()) if _misspelt(path, template)]
        missing.extend(path for path in unknown if path not in missing)
        return "".join(out)

    from csdesk.templating.sandbox import MAX_OUTPUT

    return str(_guarded(template, text, work))


def _misspelt(path: str, template: Template) -> bool:
    """Whether a name is none that a context can ever have: a gap even where it only stands in a condition."""
    from csdesk.templating.context import KNOWN, ROOTS

    known = path in template.asks or path in ROOTS or path in KNOWN
    return not known and not any(path.startswith(f"{name}.") for name in KNOWN)


def _sandbox(text: TemplateText, values: Mapping[str, Any]) -> Sandbox:
    from csdesk.templating import formats
    from csdesk.templating.sandbox import Sandbox, is_missing

    customer = values.get("customer")
    facts: Mapping[str, Any] = customer if isinstance(customer, Mapping) else {}
    locale = formats.locale_of(text.language, str(facts.get("country") or ""))
    zone = formats.zone_of(facts.get("timezone"))

    def shown(value: Any) -> Any:
        if is_missing(value):
            sandbox.note(value.path)
            return mark(value.path)
        if isinstance(value, datetime):
            return formats.moment(value, zone, locale)
        if isinstance(value, date):
            return formats.day(value, zone, locale)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return gap(formats.number(value, locale), "number")
        if isinstance(value, Mapping):
            named = str(getattr(value, "path", ""))
            return gap(value.get("title") or formats.money(value, "", locale), named)
        if isinstance(value, list):
            return ", ".join(_item(one, shown) for one in value)
        return value

    def gap(done: Any, path: str) -> Any:
        return shown(sandbox.gap(path)) if done is None else done

    def through(format_value: Callable[..., str | None], name: str) -> Callable[..., Any]:
        """A filter that leaves gaps gaps, and a text that is already words as it is."""

        def apply(value: Any, *rest: Any) -> Any:
            if is_missing(value):
                return value
            done = format_value(value, *rest)
            if done is None:
                return value if isinstance(value, str) else sandbox.gap(getattr(value, "path", "") or name)
            return done

        return apply

    def either(value: Any, other: Any = "") -> Any:
        return other if is_missing(value) else value

    def first(value: Any) -> Any:
        return (
            value[0]
            if isinstance(value, list | str) and value
            else sandbox.gap(getattr(value, "path", "") or "first")
        )

    filters: dict[str, Callable[..., Any]] = {
        "money": through(lambda value, code="": formats.money(value, str(code), locale), "money"),
        "date": through(lambda value: formats.day(value, zone, locale), "date"),
        "datetime": through(lambda value: formats.moment(value, zone, locale), "datetime"),
        "number": through(lambda value: formats.number(value, locale), "number"),
        "join": through(lambda value, by=", ": str(by).join(_item(one, shown) for one in value), "join"),
        "upper": through(lambda value: str(shown(value)).upper(), "upper"),
        "lower": through(lambda value: str(shown(value)).lower(), "lower"),
        "length": through(lambda value: str(len(value)), "length"),
        "default": either,
        "first": first,
    }
    sandbox = Sandbox(shown, filters)
    return sandbox


def _item(value: Any, shown: Callable[[Any], Any]) -> str:
    """One thing of a list in words; an order item as '2 x Kettle'."""
    if isinstance(value, Mapping) and value.get("quantity") not in (None, 1) and value.get("title"):
        return f"{value['quantity']} x {value['title']}"
    return str(shown(value))


def _paths(node: nodes.Node, bound: frozenset[str]) -> Iterator[str]:
    """Dotted names that a tree reads from the context."""
    from jinja2 import nodes as n

    if isinstance(node, n.For) and isinstance(node.target, n.Name):
        yield from _paths(node.iter, bound)
        inner = bound | {node.target.name, "loop"}
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            yield from _paths(child, inner)
        return
    path = _path(node)
    if path:
        if path.partition(".")[0] not in bound:
            yield path
        return
    for child in node.iter_child_nodes():
        yield from _paths(child, bound)


def _path(node: nodes.Node) -> str:
    """'order.number' for such a node, '' for any other. What follows a list index is left out."""
    from jinja2 import nodes as n

    if isinstance(node, n.Name):
        return str(node.name)
    if isinstance(node, n.Getattr):
        inner, name = _path(node.node), node.attr
    elif isinstance(node, n.Getitem) and isinstance(node.arg, n.Const):
        inner, name = _path(node.node), node.arg.value if isinstance(node.arg.value, str) else ""
    else:
        return ""
    return f"{inner}.{name}" if inner and name else inner
