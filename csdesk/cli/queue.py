"""Looking: the queue, a conversation, search. Changes nothing, marks nothing as read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.cli.words import number
from csdesk.domain.filters import SORTS
from csdesk.domain.views import DEFAULT_VIEW, VIEWS
from csdesk.errors import Refused, Usage
from csdesk.i18n import _, ngettext, pgettext
from csdesk.languages import language_name
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.out import Out
    from csdesk.cli.parser import Commands
    from csdesk.domain.conversation import Message, Note, QueueRow, Thread
    from csdesk.domain.customer import Customer
    from csdesk.domain.orders import OrderLink
    from csdesk.domain.translation import Translation
    from csdesk.services.search import Hit
    from csdesk.viewsfile import OwnViews

PAGE = 200
SHOWN = 50


def register(commands: Commands) -> None:
    """queue, show, search."""
    queue = commands.add("queue", run_queue, _("list the conversations of a view"))
    queue.add_argument(
        "view",
        nargs="?",
        default=DEFAULT_VIEW,
        metavar=_("VIEW"),
        help=", ".join(VIEWS) + ", " + _("or a saved one"),
    )
    queue.add_argument(
        "--limit",
        type=number(lambda: _("lines")),
        metavar="N",
        help=_("at most N; 0 is all. Without it {count} are shown, and all with --json").format(count=SHOWN),
    )
    queue.add_argument(
        "--filter",
        default="",
        metavar=_("FILTER"),
        help=_(
            "words, tag:vip, -tag:late, from:ana, lang:es, account:, assigned:me, is:unread, after:3d, before:"
        ),
    )
    queue.add_argument(
        "--sort", default="", choices=SORTS, metavar=pgettext("sort", "ORDER"), help=", ".join(SORTS)
    )
    with commands.group("views", _("filters that are saved under a name and shown as views")) as views:
        views.add("list", run_views, _("list the saved views"))
        save = views.add("save", run_save_view, _("save a filter under a name"))
        save.add_argument("name", metavar=_("NAME"))
        save.add_argument("filter", nargs="+", metavar=_("FILTER"))
        drop = views.add("drop", run_drop_view, _("forget a saved view; its conversations stay"))
        drop.add_argument("name", metavar=_("NAME"))
    show = commands.add("show", run_show, _("show a conversation whole"))
    show.add_argument("id", type=number(lambda: _("a conversation")), metavar="ID")
    show.add_argument("--full", action="store_true", help=_("with quoted text and signatures"))
    show.add_argument(
        "--lang",
        default="",
        metavar="xx",
        help=_("what customers wrote in this language, translated where needed"),
    )
    search = commands.add("search", run_search, _("find messages, customers and order numbers, newest first"))
    search.add_argument("query", nargs="+", metavar=_("WORDS"))
    search.add_argument(
        "--limit", type=number(lambda: _("lines")), default=50, metavar="N", help=_("at most N")
    )


def run_queue(call: Call) -> None:
    """One line a conversation."""
    from csdesk.cli import shapes

    args, out = call.args, call.out
    limit = args.limit if args.limit is not None else (0 if out.json else SHOWN)
    view, text = chosen(
        call, args.view, " ".join(filter(None, (args.filter, args.sort and f"sort:{args.sort}")))
    )
    rows = _rows(call, view, limit, text)
    if out.json:
        for row in rows:
            out.object(shapes.queue_row(row))
        return
    listed = list(rows)
    if not listed:
        out.say(_("No conversation in {view}.").format(view=args.view))
        return
    heads = ("ID", _("due"), _("customer"), _("subject"), _("agent"), _("account"))
    out.table(heads, (_line(row, out) for row in listed))
    total = call.desk.inbox.counts().get(view, 0)
    if not text and total > len(listed):
        more = ngettext(
            "{count} more; --limit 0 shows all.", "{count} more; --limit 0 shows all.", total - len(listed)
        )
        out.warn(more.format(count=total - len(listed)))


def views_path(call: Call) -> Path:
    """Where the saved views lie: beside config.toml."""
    from csdesk.paths import config_file
    from csdesk.viewsfile import NAME

    return (call.config.source or config_file()).with_name(NAME)


def _saved(call: Call) -> OwnViews:
    from csdesk.viewsfile import read

    own = read(views_path(call))
    if own.problem:
        raise Refused(own.problem, code="file")
    return own


def chosen(call: Call, view: str, text: str) -> tuple[str, str]:
    """The desk's view and the filter behind a view's name. Raises Usage with the nearest one."""
    if view in VIEWS:
        return view, text
    own = _saved(call)
    if view not in own.views:
        known = [*VIEWS, *own.views]
        near = difflib.get_close_matches(view, known, n=1)
        words = _("There is no view {view!r}; did you mean {near}? The views are {views}.")
        if not near:
            words = _("There is no view {view!r}; the views are {views}.")
        raise Usage(words.format(view=clean_line(view, limit=40), near="".join(near), views=", ".join(known)))
    return own.asked(view, text)


def run_views(call: Call) -> None:
    """One line a view."""
    own = _saved(call)
    if call.out.json:
        for name, text in own.views.items():
            call.out.object({"name": name, "filter": text})
    elif own.views:
        call.out.table((_("view"), _("filter")), own.views.items())
    else:
        call.out.say(_("No view was saved yet."))


def run_save_view(call: Call) -> None:
    """Keep a filter, once it makes sense."""
    from csdesk.domain.filters import parse
    from csdesk.viewsfile import write

    name, text = call.args.name, " ".join(call.args.filter)
    parse(text, call.clock.now(), call.out.where)
    write(views_path(call), _saved(call).saved(name, text))
    call.out.done({"name": name, "filter": text}, _("Saved as the view {name}.").format(name=name))


def run_drop_view(call: Call) -> None:
    """Forget one."""
    from csdesk.viewsfile import write

    name = call.args.name
    write(views_path(call), _saved(call).dropped(name))
    words = _("The view {name} is gone; its conversations are not.")
    call.out.done({"name": name, "dropped": True}, words.format(name=clean_line(name)))


def _rows(call: Call, view: str, limit: int, text: str) -> Iterator[QueueRow]:
    """The rows of a view, page by page; `limit` 0 is all."""
    after: tuple[int, int] | None = None
    left = limit
    while True:
        size = min(left, PAGE) if limit else PAGE
        page = call.desk.inbox.page(view, after=after, limit=size, text=text)
        yield from page.rows
        left -= len(page.rows)
        if page.next is None or (limit and left <= 0):
            return
        after = page.next


def _line(row: QueueRow, out: Out) -> tuple[str, ...]:
    due = out.time(row.due_at) if row.waiting_since else ""
    if row.status == "snoozed":
        due = out.time(row.snoozed_until)
    mark = "* " if row.unread else ""
    return (
        str(row.id),
        due or "-",
        _short(row.who, 24),
        _short(mark + row.subject, 56),
        row.assignee or "-",
        row.account,
    )


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def run_show(call: Call) -> None:
    """A conversation with its customer and orders."""
    from csdesk.cli import shapes

    desk, out = call.desk, call.out
    thread = desk.inbox.thread(call.args.id)
    card = desk.customers.card(thread.customer_id)
    links = desk.orders.beside(thread.id)
    translated = _translated(call, thread)
    if out.json:
        out.object(shapes.thread(thread, card, links, call.clock.now(), translated))
        return
    _head(out, thread, card, links)
    from csdesk.domain.conversation import Message

    for entry in thread.entries:
        out.say()
        if isinstance(entry, Message):
            _message(out, entry, call.args.full, translated.get(entry.id) if call.args.lang else None)
        else:
            _note(out, entry)


def check_language(language: str) -> None:
    """Raises Usage for what is no language's code."""
    if not (language.isalpha() and len(language) in (2, 3)):
        raise Usage(
            _("{text!r} is no language; write a code such as es, or its name.").format(text=language[:20])
        )


def _translated(call: Call, thread: Thread) -> Mapping[int, Translation]:
    """What is translated of a conversation: with --lang all that can be, made now where it must be; without, what is
    stored for the agent. Who acts may not be known, and need not be for looking."""
    desk, language = call.desk, call.args.lang
    if not language:
        if not call.out.json or not desk.agents.list():
            return {}
        try:
            return desk.translations.stored(thread.messages)
        except Refused:
            return {}
    check_language(language)
    known = desk.translations.known(thread.messages, language)
    made = dict(known.made)
    todo = set(known.todo)
    for message in thread.messages:
        if message.id in todo:
            made |= desk.translations.make((message,), language)
    if len(made) < len(known.made) + len(todo):
        known = desk.translations.known(thread.messages, language)
    for one, hint in known.hints.items():
        call.out.warn(_("message {id}: {why}").format(id=one, why=hint))
    return made


def _head(out: Out, thread: Thread, card: Customer, links: tuple[OrderLink, ...]) -> None:
    from csdesk.actions import status_word

    out.say(f"#{thread.id}  {thread.subject}")
    addresses = ", ".join(one.value for one in card.identities)
    out.facts(
        (
            (_("customer"), f"{card.name}  {addresses}"),
            (_("country"), card.country),
            (_("language"), thread.language),
            (_("account"), thread.account),
            (_("status"), status_word(thread.status)),
            (_("agent"), thread.assignee or ""),
            (_("due"), out.time(thread.due_at) if thread.waiting_since else ""),
            (_("snoozed until"), out.time(thread.snoozed_until)),
            (_("tags"), ", ".join(thread.tags)),
            (_("merged into"), thread.merged_into or ""),
            *((_("order") if link.state == "linked" else _("order?"), _order_line(link)) for link in links),
        )
    )


def _order_line(link: OrderLink) -> str:
    order = link.order
    parcels = ", ".join(f"{p.number} {p.status}" for p in order.shipments)
    return f"{order.number}  {order.total} {order.currency}  {order.fulfilment}  {parcels}  ({link.reason})"


def _message(out: Out, message: Message, full: bool, made: Translation | None = None) -> None:
    arrow = "<" if message.direction == "in" else ">"
    from csdesk.services.checks import state_word

    state = "" if message.direction == "in" else f"  [{state_word(message.state)}]"
    out.say(f"{arrow} {out.time(message.sent_at)}  {message.sender}{state}")
    if message.broken:
        out.say(f"  ! {message.broken}")
    if message.error:
        out.say(f"  ! {message.error}")
    if made is not None:
        out.say(f"  [{made.source_language} → {made.target_language}, {_engine(made)}]")
        for at in made.doubtful:
            out.say("  (?) " + ", ".join(made.sentences[at].flags) + f": {made.sentences[at].target}")
    said = made.text if made is not None else message.text if full else message.visible_text
    for line in said.split("\n"):
        out.say(f"  {line}".rstrip())
    if message.own_text:
        out.say("  " + _("written in {language}:").format(language=language_name(message.own_language)))
        for line in message.own_text.split("\n"):
            out.say(f"  | {line}".rstrip())
    for file in message.attachments:
        words = _("attachment {id}: {name} ({size} bytes)")
        out.say("  " + words.format(id=file.id, name=file.name, size=file.size))


def _engine(made: Translation) -> str:
    return f"{made.engine}, {_('demonstration model')}" if made.demo else made.engine


def _note(out: Out, note: Note) -> None:
    words = _("note by {agent}, stays inside")
    out.say(f"# {out.time(note.created_at)}  " + words.format(agent=note.agent))
    for line in note.text.split("\n"):
        out.say(f"  | {line}".rstrip())


def run_search(call: Call) -> None:
    """Finds, newest first."""
    from csdesk.cli import shapes

    out = call.out
    hits = call.desk.search.find(" ".join(call.args.query), limit=call.args.limit or 1000)
    if out.json:
        for hit in hits:
            out.object(shapes.hit(hit))
        return
    if not hits:
        out.say(_("Nothing was found."))
        return
    heads = ("ID", _("when"), _("who"), _("where"))
    rows = ((h.conversation, out.time(h.at), _short(h.who, 24), _marked(h)) for h in hits)
    out.table(heads, rows)


def _marked(hit: Hit) -> str:
    """Where it was found, an internal note named as one."""
    return hit.snippet if hit.note is None else f"[{_('internal note')}] {hit.snippet}"
