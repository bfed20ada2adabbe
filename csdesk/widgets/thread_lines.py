"""How a conversation reads: days, messages, folded quotes, attachments, notes. Pure: a Thread in, lines out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from csdesk.actions import status_word
from csdesk.domain.conversation import Attachment, Message, Note, Thread
from csdesk.domain.reading import Key, Mark, first_new, key_of
from csdesk.i18n import _, ngettext
from csdesk.text import clean, excerpt
from csdesk.widgets import words
from csdesk.widgets.cells import Line, Piece, cut, line, one_line, spread, wrap
from csdesk.widgets.thread_body import Marker, body
from csdesk.widgets.thread_translation import above

if TYPE_CHECKING:
    from csdesk.domain.mail import Address
    from csdesk.domain.translation import Translation


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading needs besides the thread: the instant, both zones (`there` is the customer's, None where it is
    not known), when queued messages leave (outbox id -> instant), how far `agent` had read, and how the reader has
    it: `level` quote levels open (`levels` has the level of each line by message id), all messages shut to one line
    or not, `turned` those that are the other way, `whole` messages with everything open, the words looked for, the
    hit the reader is at (entry, number), the entry the reader is at; `translated` are translations by message,
    `hints` why others have none, `way` what of the translated ones is shown (domain.translated.WAYS)."""

    now: datetime
    here: tzinfo | None = None
    there: tzinfo | None = None
    leaving: Mapping[int, datetime] = field(default_factory=dict)
    mark: Mark | None = None
    agent: str = ""
    level: int = 0
    levels: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    shut: bool = False
    turned: frozenset[Key] = frozenset()
    whole: frozenset[int] = frozenset()
    find: str = ""
    hit: tuple[Key, int] | None = None
    at: Key | None = None
    translated: Mapping[int, Translation] = field(default_factory=dict)
    hints: Mapping[int, str] = field(default_factory=dict)
    way: str = "translation"

    def is_shut(self, key: Key) -> bool:
        """Whether an entry is folded to one line."""
        return self.shut != (key in self.turned)


def thread_lines(thread: Thread, width: int, reading: Reading) -> list[Line]:
    """All that is at hand in lines, oldest first."""
    fresh = first_new(thread, reading.mark, reading.agent)
    return [
        part for at in range(len(thread.entries)) for part in entry_lines(thread, at, width, reading, fresh)
    ]


def entry_lines(thread: Thread, at: int, width: int, reading: Reading, fresh: int | None) -> list[Line]:
    """The entry in this place with what stands above it: the day where it begins, the line above what is new, which
    begins in the place `fresh`. The first line of the entry itself carries its key as data."""
    entry = thread.entries[at]
    out: list[Line] = []
    if at == 0 and thread.earlier:
        out.append(
            _beyond(ngettext("{n} earlier message", "{n} earlier messages", thread.earlier), thread.earlier)
        )
    said_at = _said_at(entry)
    if at == 0 or said_at.astimezone(reading.here).date() != _said_at(
        thread.entries[at - 1]
    ).astimezone(reading.here).date():  # fmt: skip
        out += _rule(words.day(said_at, reading.now, reading.here), "dim", width)
    if at == fresh:
        out += _rule(_("new since you looked"), "accent", width)
    if reading.is_shut(key_of(entry)):
        out.append(_shut(entry, width, reading))
    else:
        if isinstance(entry, Note):
            out += _note(entry, width, reading)
        else:
            out += _message(entry, width, reading)
        out.append(Line())
    if at == len(thread.entries) - 1 and thread.later:
        out.append(_beyond(ngettext("{n} later message", "{n} later messages", thread.later), thread.later))
    return out


def _said_at(entry: Message | Note) -> datetime:
    return entry.created_at if isinstance(entry, Note) else entry.sent_at


def _beyond(said: str, count: int) -> Line:
    return line((f"   + {said.format(n=count)}", "faint"))


def _shut(entry: Message | Note, width: int, reading: Reading) -> Line:
    """An entry as one line: who, when, its first words."""
    if isinstance(entry, Note):
        head = _note_head(entry, reading)
        return spread(
            (*head, (f"  {excerpt(entry.text)}", "note")), (), width, ground="note", data=key_of(entry)
        )
    head = _head(entry, reading)
    made = reading.translated.get(entry.id) if reading.way != "original" else None
    said = excerpt(one_line((made.text if made is not None else entry.visible_text)[:400]))
    return spread((*head, (f"  {said}", "faint")), _state(entry, reading), width, data=key_of(entry))


def _rule(said: str, ink: str, width: int) -> list[Line]:
    """A rule with a word in its middle."""
    word = f" {cut(said, max(width - 4, 1))} "
    left = max((width - line(word).width) // 2, 1)
    right = max(width - left - line(word).width, 0)
    return [line(("─" * left, "rule"), (word, ink), ("─" * right, "rule"))]


def _cursor(key: Key, reading: Reading) -> Piece:
    """The sign of the entry at which the reader is, in the cell before its head."""
    return ("▌", "accent") if key == reading.at else (" ", "")


def _note_head(note: Note, reading: Reading) -> tuple[Piece, ...]:
    at = note.created_at.astimezone(reading.here)
    return (
        _cursor(("note", note.id), reading),
        (f"{_('NOTE')} ", "note"),
        (f" {one_line(note.agent)}  {at:%H:%M}", "note"),
    )


def _note(note: Note, width: int, reading: Reading) -> list[Line]:
    head = _note_head(note, reading)
    said = (_("stays here"), "note")
    out = [spread(head, (said, (" ", "")), width, ground="note", data=("note", note.id))]
    marker = Marker(("note", note.id), clean(note.text), reading)
    for number in range(len(marker.texts)):
        out += marker.lines(number, width - 2, " ", "note", "note")
    return out


def _message(message: Message, width: int, reading: Reading) -> list[Line]:
    out = [spread(_head(message, reading), _state(message, reading), width, data=("message", message.id))]
    out += _findings(message, width, reading)
    if message.broken:
        out += [line((f" {part}", "soon")) for part in wrap(one_line(message.broken), width - 2)]
    out += above(message, width, reading)
    out += body(message, width, reading)
    out += [_attachment(number, one, width) for number, one in enumerate(message.attachments, 1)]
    if message.state in ("failed", "uncertain", "bounced") and message.error:
        ink = "soon" if message.state == "uncertain" else "burn"
        out += [line((f" {part}", ink)) for part in wrap(one_line(message.error), width - 2)]
    return out


def _findings(message: Message, width: int, reading: Reading) -> list[Line]:
    """What is odd about who sent it: the worst warning in one line, all that was found when unfolded."""
    if reading.level or message.id in reading.whole:
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
        _cursor(("message", message.id), reading),
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
