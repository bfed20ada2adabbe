"""How a conversation reads: days, messages, folded quotes, attachments, notes. Pure: a Thread in, lines out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from csdesk.actions import status_word
from csdesk.domain.conversation import Attachment, Message, Note, Thread
from csdesk.domain.mail import Address, Quote
from csdesk.i18n import _
from csdesk.text import clean
from csdesk.widgets import words
from csdesk.widgets.cells import Line, Piece, cut, line, one_line, spread, wrap


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading needs besides the thread: the instant, both zones (`there` is the customer's, None where it is
    not known), whether quotes are unfolded, and when queued messages leave (outbox id -> instant)."""

    now: datetime
    here: tzinfo | None = None
    there: tzinfo | None = None
    unfolded: bool = False
    leaving: Mapping[int, datetime] = field(default_factory=dict)


def thread_lines(thread: Thread, width: int, reading: Reading) -> list[Line]:
    """The whole conversation in lines, oldest first. A message's first line carries its id as data."""
    out: list[Line] = []
    day = None
    for entry in thread.entries:
        at = entry.created_at if isinstance(entry, Note) else entry.sent_at
        today = at.astimezone(reading.here).date()
        if today != day:
            day = today
            out += _day(at, width, reading)
        if isinstance(entry, Note):
            out += _note(entry, width, reading)
        else:
            out += _message(entry, width, reading)
        out.append(Line())
    return out


def _day(at: datetime, width: int, reading: Reading) -> list[Line]:
    word = f" {words.day(at, reading.now, reading.here)} "
    left = max((width - line(word).width) // 2, 1)
    right = max(width - left - line(word).width, 0)
    return [line(("─" * left, "rule"), (word, "dim"), ("─" * right, "rule"))]


def _note(note: Note, width: int, reading: Reading) -> list[Line]:
    at = note.created_at.astimezone(reading.here)
    head = ((f" {_('NOTE')} ", "note"), (f" {one_line(note.agent)}  {at:%H:%M}", "note"))
    said = (_("stays here"), "note")
    out = [spread(head, (said, (" ", "")), width, ground="note", data=("note", note.id))]
    for paragraph in clean(note.text).split("\n"):
        out += [line((f" {part}", "note"), ground="note") for part in wrap(paragraph, width - 2)]
    return out


def _message(message: Message, width: int, reading: Reading) -> list[Line]:
    out = [spread(_head(message, reading), _state(message, reading), width, data=("message", message.id))]
    out += _findings(message, width, reading)
    if message.broken:
        out += [line((f" {part}", "soon")) for part in wrap(one_line(message.broken), width - 2)]
    out += _body(message, width, reading)
    out += [_attachment(number, one, width) for number, one in enumerate(message.attachments, 1)]
    if message.state in ("failed", "uncertain", "bounced") and message.error:
        ink = "soon" if message.state == "uncertain" else "burn"
        out += [line((f" {part}", ink)) for part in wrap(one_line(message.error), width - 2)]
    return out


def _findings(message: Message, width: int, reading: Reading) -> list[Line]:
    """What is odd about who sent it: the worst warning in one line, all that was found when unfolded."""
    if reading.unfolded:
        inks = {"warning": "soon", "good": "done"}
        return [
            line((f" {'!' if level == 'warning' else ' '} {part}", inks.get(level, "dim")))
            for level, sentence in message.findings
            for part in wrap(one_line(sentence), width - 4)
        ]
    warnings = [sentence for level, sentence in message.findings if level == "warning"]
    if not warnings:
        return []
    more: tuple[Piece, ...] = ()
    if len(message.findings) > 1:
        more = ((_("+{n} more").format(n=len(message.findings) - 1), "faint"), (" ", ""))
    return [spread(((f" ! {one_line(warnings[0])}", "soon"),), more, width, data=("finding", message.id))]


def folded(thread: Thread) -> int:
    """How many things of a conversation unfold: quotes, signatures, what was found out about senders."""
    return sum(len(m.quotes) + len(m.findings) for m in thread.messages)


def speaker(message: Message) -> str:
    """Who says it: the agent's name, or the sender's name, or the address where there is none."""
    if message.direction == "out":
        return one_line(message.agent or message.sender.name or message.sender.address)
    return one_line(message.sender.name or message.sender.address)


def _head(message: Message, reading: Reading) -> tuple[Piece, ...]:
    mine = message.sent_at.astimezone(reading.here)
    out: list[Piece] = [
        (" ", ""),
        (cut(speaker(message), 40), "strong" if message.direction == "in" else "accent"),
    ]
    if reading.there is None:
        out.append((f"  {mine:%H:%M}", "dim"))
    else:
        theirs = message.sent_at.astimezone(reading.there)
        if message.direction == "in":
            other = _("{time} yours").format(time=_other(mine, theirs))
            out += [(f"  {theirs:%H:%M}", "dim"), (f"  ({other})", "faint")]
        else:
            other = _("{time} theirs").format(time=_other(theirs, mine))
            out += [(f"  {mine:%H:%M}", "dim"), (f"  ({other})", "faint")]
    if message.automatic:
        out.append((f"  {_automatic(message.automatic)}", "soon"))
    if word := protection_word(message.protection):
        out.append((f"  {word}", "dim"))
    if message.cc:
        names = ", ".join(_short(one) for one in message.cc[:3])
        out.append(("  " + _("cc {names}").format(names=names), "faint"))
    return tuple(out)


def _other(local: datetime, beside: datetime) -> str:
    """A time of day, with its weekday where that differs from the other side's."""
    if local.date() == beside.date():
        return f"{local:%H:%M}"
    return f"{words.weekday(local.weekday())} {local:%H:%M}"


def _short(address: Address) -> str:
    return one_line(address.name or address.address)


def _automatic(kind: str) -> str:
    kinds = {
        "auto-reply": _("automatic reply"),
        "bounce": _("could not be delivered"),
        "list": _("list mail"),
    }
    return kinds.get(kind, _("automatic"))


def protection_word(kind: str) -> str:
    """How a mail was protected on its way, in a word."""
    return {"signed": _("signed"), "encrypted": _("encrypted")}.get(kind, "")


def _state(message: Message, reading: Reading) -> tuple[Piece, ...]:
    if message.direction == "in":
        return ((one_line(message.language), "faint"), (" ", ""))
    text, ink = state_word(message, reading)
    return ((text, ink), (" ", ""))


def state_word(message: Message, reading: Reading) -> Piece:
    """What became of an outgoing message, in a word or two."""
    if message.state == "queued":
        leaves = reading.leaving.get(message.outbox_id or 0)
        if leaves is not None and leaves > reading.now:
            return _("sending in {span}").format(span=words.span(leaves - reading.now)), "accent"
        return _("waiting to be sent"), "accent"
    known: dict[str, Piece] = {
        "sending": (_("being sent"), "accent"),
        "sent": (_("sent"), "done"),
        "failed": (_("failed"), "burn"),
        "uncertain": (_("uncertain: may have been sent"), "soon"),
        "cancelled": (_("taken back"), "faint"),
        "delivered": (_("delivered"), "done"),
        "bounced": (_("came back: not delivered"), "burn"),
    }
    return known.get(message.state, (one_line(message.state), "dim"))


def _body(message: Message, width: int, reading: Reading) -> list[Line]:
    texts = clean(message.text).split("\n")
    folds = {quote.start: quote for quote in message.quotes}
    out: list[Line] = []
    at = 0
    blank = True
    while at < len(texts):
        fold = folds.get(at)
        if fold is not None and fold.end > at and not _is_all(fold, texts):
            while out and not out[-1].text.strip():
                out.pop()
            out += _folded(fold, texts, width, reading)
            at, blank = fold.end, False
            continue
        if texts[at].strip() or not blank:
            out += [line(f" {part}") for part in wrap(texts[at], width - 2)]
        blank = not texts[at].strip()
        at += 1
    while out and not out[-1].text.strip():
        out.pop()
    return out


def _is_all(fold: Quote, texts: list[str]) -> bool:
    """A message that is nothing but a quote is shown: else nothing would be left to read."""
    said = [n for n, text in enumerate(texts) if text.strip()]
    return bool(said) and said[0] >= fold.start and said[-1] < fold.end


def _folded(fold: Quote, texts: list[str], width: int, reading: Reading) -> list[Line]:
    if fold.kind == "signature":
        word = _("signature")
    else:
        word = words.lines_word(fold.end - fold.start)
    sign = "-" if reading.unfolded else "+"
    out = [line((f"   {sign} {word}", "faint"), data=("fold", fold.start))]
    if reading.unfolded:
        for text in texts[fold.start : fold.end]:
            out += [line((f"   {part}", "dim")) for part in wrap(text, width - 4)]
    return out


def _attachment(number: int, one: Attachment, width: int) -> Line:
    left = ((f"   {number} ", "dim"), (one_line(one.name) or _("(no name)"), "accent"))
    right = ((f"{one_line(one.mime)}  {words.size(one.size)}", "faint"), (" ", ""))
    return spread(left, right, width, data=("attachment", one.id))


def waiting_word(thread: Thread, now: datetime) -> Piece:
    """How the conversation stands, for its head line."""
    if thread.status == "open" and thread.waiting_since is not None:
        waited = _("waiting {span}").format(span=words.span(now - thread.waiting_since))
        left = thread.due_at - now if thread.due_at is not None else timedelta(days=9)
        return waited, "burn" if left < words.BURNING else "soon" if left < words.SOON else "dim"
    return (_("answered") if thread.status == "open" else status_word(thread.status)), "dim"
