"""Looking: the queue, a conversation, a customer, search. Changes nothing, marks nothing as read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from csdesk.cli.words import number
from csdesk.domain.views import DEFAULT_VIEW, VIEWS
from csdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.out import Out
    from csdesk.cli.parser import Commands
    from csdesk.domain.conversation import Message, Note, QueueRow, Thread
    from csdesk.domain.customer import Customer
    from csdesk.domain.orders import OrderLink

PAGE = 200
SHOWN = 50


def register(commands: Commands) -> None:
    """queue, show, search, customer."""
    queue = commands.add("queue", run_queue, _("list the conversations of a view"))
    queue.add_argument(
        "view", nargs="?", default=DEFAULT_VIEW, choices=VIEWS, metavar=_("VIEW"), help=", ".join(VIEWS)
    )
    queue.add_argument(
        "--limit",
        type=number(lambda: _("lines")),
        metavar="N",
        help=_("at most N; 0 is all. Without it {count} are shown, and all with --json").format(count=SHOWN),
    )
    queue.add_argument(
        "--filter", default="", metavar=_("WORDS"), help=_("only those in which these words occur")
    )
    show = commands.add("show", run_show, _("show a conversation whole"))
    show.add_argument("id", type=number(lambda: _("a conversation")), metavar="ID")
    show.add_argument("--full", action="store_true", help=_("with quoted text and signatures"))
    search = commands.add("search", run_search, _("find messages, customers and order numbers, newest first"))
    search.add_argument("query", nargs="+", metavar=_("WORDS"))
    search.add_argument(
        "--limit", type=number(lambda: _("lines")), default=50, metavar="N", help=_("at most N")
    )
    with commands.group("customer", _("customers")) as customer:
        card = customer.add("show", run_customer, _("show a customer's card"))
        card.add_argument("id", type=number(lambda: _("a customer")), metavar="ID")


def run_queue(call: Call) -> None:
    """One line a conversation."""
    from csdesk.cli import shapes

    args, out = call.args, call.out
    limit = args.limit if args.limit is not None else (0 if out.json else SHOWN)
    rows = _rows(call, args.view, limit, args.filter)
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
    total = call.desk.inbox.counts().get(args.view, 0)
    if not args.filter and total > len(listed):
        more = ngettext(
            "{count} more; --limit 0 shows all.", "{count} more; --limit 0 shows all.", total - len(listed)
        )
        out.warn(more.format(count=total - len(listed)))


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
    if out.json:
        out.object(shapes.thread(thread, card, links, call.clock.now()))
        return
    _head(out, thread, card, links)
    from csdesk.domain.conversation import Message

    for entry in thread.entries:
        out.say()
        if isinstance(entry, Message):
            _message(out, entry, call.args.full)
        else:
            _note(out, entry)


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


def _message(out: Out, message: Message, full: bool) -> None:
    arrow = "<" if message.direction == "in" else ">"
    from csdesk.services.checks import state_word

    state = "" if message.direction == "in" else f"  [{state_word(message.state)}]"
    out.say(f"{arrow} {out.time(message.sent_at)}  {message.sender}{state}")
    if message.broken:
        out.say(f"  ! {message.broken}")
    if message.error:
        out.say(f"  ! {message.error}")
    for line in (message.text if full else message.visible_text).split("\n"):
        out.say(f"  {line}".rstrip())
    for file in message.attachments:
        words = _("attachment {id}: {name} ({size} bytes)")
        out.say("  " + words.format(id=file.id, name=file.name, size=file.size))


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
    out.table(heads, ((h.conversation, out.time(h.at), _short(h.who, 24), h.snippet) for h in hits))


def run_customer(call: Call) -> None:
    """A customer's card."""
    from csdesk.cli import shapes

    out = call.out
    card = call.desk.customers.card(call.args.id)
    if out.json:
        earlier = [
            {
                "id": e.id,
                "subject": e.subject,
                "status": e.status,
                "last_message_at": shapes.instant(e.last_message_at),
            }
            for e in card.earlier
        ]
        out.object({**shapes.customer(card), "earlier": earlier})
        return
    out.facts(
        (
            (_("customer"), f"{card.id}  {card.name}"),
            *((one.channel, one.value) for one in card.identities),
            (_("language"), card.language),
            (_("country"), card.country),
            (_("time zone"), card.timezone),
            (_("since"), out.time(card.since)),
            (_("notes"), card.notes),
            *((f"#{one.id}", f"{out.time(one.last_message_at)}  {one.subject}") for one in card.earlier),
        )
    )
