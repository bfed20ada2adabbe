"""Reading the folders of one IMAP account: new mail first, then older mail from the newest backwards. Sends nothing.

Between two batches the connection may be used for something else, or be another one; so every step opens its
folder again, and a folder that was numbered anew meanwhile is started over. Heads come before bodies where mails
may be known already (a folder numbered anew, our own sent mail), so that a body is fetched once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from csdesk.channels.batches import MAX_BYTES, MAX_MAILS, unknown
from csdesk.channels.imap_cursor import Cursor, Place, external_id
from csdesk.channels.imap_limits import Limits, demand_bytes, may_fetch_old
from csdesk.channels.imap_session import ImapSession, Opened
from csdesk.channels.imap_wire import Fetched
from csdesk.clock import Clock
from csdesk.domain.ports import Batch, ChannelError, Head, RawMail, Recognise
from csdesk.i18n import _

_BODY = "(UID INTERNALDATE BODY.PEEK[])"
_SIZE = "(UID RFC822.SIZE)"
_HEAD = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM DATE SUBJECT)])"
_AT_ONCE = 50
_PATIENCE = timedelta(seconds=3)
"""Mails that came so long ago are handed on, however few they are: on a slow line the first rows come soon."""
_BYTES_AT_ONCE = 4 * 1024 * 1024

Known = Callable[[Collection[str]], set[str]]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder to read. Mail in an `outbound` one was written by the shop."""

    name: str
    outbound: bool = False


@dataclass(slots=True)
class _Portion:
    """What came of some UIDs: mails, mails that are stored already, and the last UID that this covers."""

    mails: list[RawMail] = field(default_factory=list)
    same: list[tuple[str, int]] = field(default_factory=list)
    size: int = 0
    last: int = 0


class Reader:
    """One fetch of one account. `session` gives a connection that answers; `host` is for sentences."""

    def __init__(
        self,
        session: Callable[[], ImapSession],
        host: str,
        cursor: Cursor,
        known: Known,
        *,
        limits: Limits,
        clock: Clock,
        recognise: Recognise | None = None,
        mark_seen: bool = False,
    ) -> None:
        self._session, self._host = session, host
        self._cursor, self._known = cursor, known
        self._limits, self._clock = limits, clock
        self._recognise: Recognise = recognise or (lambda _heads: {})
        self._mark_seen = mark_seen
        self._written = str(cursor)
        self._older: dict[str, list[int]] = {}
        self._held: ImapSession | None = None  # the connection, as long as nobody else can have used it

    def read(self, folders: list[Folder]) -> Iterator[Batch]:
        """All that is new, then older mail batch by batch, with a look for new mail before each. Raises
        ChannelError; the cursor of the last batch stays true. A folder that is missing, and mails that the
        server does not give, are named at the end, when the others are through."""
        troubles: list[ChannelError] = []
        there = list(folders)
        for folder in folders:
            try:
                yield from self._news(folder, again=True)
            except ChannelError as error:
                if error.code != "no_such_folder":
                    raise
                troubles.append(error)
                there.remove(folder)
        turn = 0
        while waiting := [each for each in there if self._has_backlog(each)]:
            if not may_fetch_old(self._limits, self._cursor, self._day()):
                break
            yield from self._backlog(waiting[turn % len(waiting)])
            turn += 1
            for folder in there:
                yield from self._news(folder)
        if str(self._cursor) != self._written:
            yield self._batch(_Portion())
        troubles.extend(self._not_given(each) for each in there if self._cursor.folders[each.name].again)
        if troubles:
            raise troubles[0]

    def _day(self) -> str:
        return self._clock.now().date().isoformat()

    def _has_backlog(self, folder: Folder) -> bool:
        return self._cursor.folders[folder.name].has_backlog

    def _open(self, folder: Folder) -> tuple[ImapSession, Opened, Place]:
        session = self._held = self._session()
        opened = session.examine(folder.name)
        before = self._cursor.folders.get(folder.name)
        if before is not None and before.uidvalidity != opened.validity:
            self._older.pop(folder.name, None)
        place = self._cursor.place(folder.name, opened.validity)
        if place.high == 0:
            self._begin(session, opened, place)
        return session, opened, place

    def _begin(self, session: ImapSession, opened: Opened, place: Place) -> None:
        """The first look at a folder: all that is there now is older mail."""
        uids = session.search("UID", "1:*") if opened.exists else []
        place.low = place.high = max(uids, default=0) + 1
        place.left = place.total = len(uids)
        place.modseq = opened.modseq
        self._older[opened.folder] = uids
        if not uids:
            place.rebuilt = False

    def _news(self, folder: Folder, *, again: bool = False) -> Iterator[Batch]:
        """Mails above what was handed out, ascending; with `again` those too that were not given before."""
        session, opened, place = self._open(folder)
        retry = list(place.again) if again else []
        if self._is_quiet(opened, place) and not retry:
            return
        found = [uid for uid in session.search("UID", f"{place.high}:*") if uid >= place.high]
        if not found and not retry:
            return
        demand_bytes(self._limits, self._cursor, self._day(), self._host)
        fresh = self._unknown(folder, place, [*retry, *found])
        if again:
            place.again = []
        for portion in self._portions(folder, place, fresh):
            place.high = max(place.high, portion.last + 1)
            if portion.last == fresh[-1]:
                place.high = max([place.high, *(uid + 1 for uid in found)])
                place.modseq = opened.modseq
            yield self._batch(portion)
            self._seen(folder, portion)
            demand_bytes(self._limits, self._cursor, self._day(), self._host)
        place.high = max([place.high, *(uid + 1 for uid in found)])
        place.modseq = opened.modseq

    def _is_quiet(self, opened: Opened, place: Place) -> bool:
        """By CONDSTORE (RFC 7162) nothing changed since the folder was read to its end, so there is no need to
        search it. QRESYNC would add which mails vanished, and that is not mirrored."""
        return bool(opened.modseq) and opened.modseq == place.modseq and 0 < opened.uidnext <= place.high

    def _backlog(self, folder: Folder) -> Iterator[Batch]:
        """The next batch of older mail, from the newest backwards."""
        session, _opened, place = self._open(folder)
        older = self._older.get(folder.name)
        if older is None:
            older = session.search("UID", f"1:{place.low - 1}") if place.low > 1 else []
            older = self._older[folder.name] = [uid for uid in older if uid < place.low]
        while older:
            some = [older.pop() for _each in range(min(MAX_MAILS, len(older)))]
            place.left = len(older)
            fresh = self._unknown(folder, place, some)
            for portion in self._portions(folder, place, fresh):
                place.low = min(place.low, portion.last)
                if not older and portion.last == fresh[-1]:
                    self._all_here(folder, place)
                yield self._batch(portion)
                self._seen(folder, portion)
            place.low = min(place.low, some[-1])
            if fresh:
                break
        if not older:
            self._all_here(folder, place)

    def _all_here(self, folder: Folder, place: Place) -> None:
        place.low, place.left, place.rebuilt = 1, 0, False
        self._older.pop(folder.name, None)

    def _unknown(self, folder: Folder, place: Place, uids: list[int]) -> list[int]:
        ids = {external_id(folder.name, place.uidvalidity, uid): uid for uid in uids}
        return [ids[each] for each in unknown(list(ids), self._known)]

    def _batch(self, portion: _Portion) -> Batch:
        self._cursor.spend(portion.size, self._day())
        self._written = str(self._cursor)
        return Batch(tuple(portion.mails), self._written, tuple(portion.same))

    def _portions(self, folder: Folder, place: Place, uids: list[int]) -> Iterator[_Portion]:
        """The mails with these UIDs in their order, at most MAX_MAILS and about MAX_BYTES together; inside one
        portion by ascending UID. What a server claims about sizes only decides how much is asked for at once;
        the real bytes decide the rest."""
        held, since = _Portion(), self._clock.now()
        for start in range(0, len(uids), MAX_MAILS):
            some = uids[start : start + MAX_MAILS]
            heads = self._at(folder, place).fetch(some, _HEAD if self._may_be_known(folder, place) else _SIZE)
            same = self._same(folder, place, heads)
            held.same += same.values()
            held.size += sum(len(each.body or b"") for each in heads.values())
            for few in _shares([uid for uid in some if uid not in same], heads):
                found = self._bodies(folder, place, few)
                held.mails += [self._mail(folder, place, each) for each in found]
                held.size += sum(len(each.body or b"") for each in found)
                held.last = few[-1]
                late = self._clock.now() - since > _PATIENCE
                full = len(held.mails) + _AT_ONCE > MAX_MAILS or held.size >= MAX_BYTES - _BYTES_AT_ONCE
                if full or (late and held.mails):
                    yield self._in_order(held)
                    held, since, self._held = _Portion(), self._clock.now(), None
            if held.same:
                held.last = some[-1]
                yield self._in_order(held)
                held, since, self._held = _Portion(), self._clock.now(), None
        if held.mails:
            held.last = uids[-1]
            yield self._in_order(held)

    @staticmethod
    def _in_order(portion: _Portion) -> _Portion:
        portion.mails.sort(key=lambda each: int(each.external_id.rpartition("/")[2]))
        return portion

    def _may_be_known(self, folder: Folder, place: Place) -> bool:
        return folder.outbound or place.rebuilt

    def _same(self, folder: Folder, place: Place, heads: Mapping[int, Fetched]) -> dict[int, tuple[str, int]]:
        """uid -> (external id, stored message) of the mails that are surely stored."""
        if not self._may_be_known(folder, place):
            return {}
        ids = {external_id(folder.name, place.uidvalidity, uid): uid for uid in heads}
        asked = [
            Head(each, heads[uid].body or b"", heads[uid].at, folder.outbound) for each, uid in ids.items()
        ]
        return {ids[each]: (each, stored) for each, stored in self._recognise(asked).items() if each in ids}

    def _at(self, folder: Folder, place: Place) -> ImapSession:
        """A connection with the folder open, as it was. Raises ChannelError when it was numbered anew just now;
        the next fetch starts it over."""
        session = self._held or self._session()
        self._held = session
        opened = session.opened
        if opened is None or opened.folder != folder.name:
            opened = session.examine(folder.name)
        if opened.validity != place.uidvalidity:
            raise ChannelError(
                "unreachable",
                _("{host} renumbered {folder} while it was read. It is read again.").format(
                    host=self._host, folder=folder.name
                ),
            )
        return session

    def _bodies(self, folder: Folder, place: Place, uids: list[int]) -> list[Fetched]:
        """The mails with these UIDs, as far as they still exist. One that stays silent is asked for by itself;
        when it is there and still not given, it is noted in `place.again`."""
        session = self._at(folder, place)
        answers = session.fetch(uids, _BODY)
        found: list[Fetched] = []
        for uid in uids:
            answer = answers.get(uid)
            if answer is None or answer.body is None:
                answer = session.fetch([uid], _BODY).get(uid)
            if answer is not None and answer.body is not None:
                found.append(answer)
            elif uid in session.search("UID", str(uid)) and uid not in place.again:
                place.again.append(uid)
        return found

    def _mail(self, folder: Folder, place: Place, answer: Fetched) -> RawMail:
        return RawMail(
            external_id=external_id(folder.name, place.uidvalidity, answer.uid),
            raw=answer.body or b"",
            received_at=answer.at or self._clock.now(),
            folder=folder.name,
            outbound=folder.outbound,
        )

    def _seen(self, folder: Folder, portion: _Portion) -> None:
        """Mark what is stored as read, where the account wants that."""
        if self._mark_seen and portion.mails and not folder.outbound:
            session = self._session()
            session.examine(folder.name, writable=True)
            session.mark_seen(int(each.external_id.rpartition("/")[2]) for each in portion.mails)

    def _not_given(self, folder: Folder) -> ChannelError:
        uids = self._cursor.folders[folder.name].again
        return ChannelError(
            "protocol",
            _(
                "{host} has mails in {folder} that it does not give out (UID {uids}). Open them in another "
                "mail program; they are tried again."
            ).format(host=self._host, folder=folder.name, uids=", ".join(map(str, uids[:10]))),
        )


def _shares(uids: list[int], heads: Mapping[int, Fetched]) -> Iterator[list[int]]:
    """UIDs to ask for at once, by number and by the sizes that the server claims."""
    few: list[int] = []
    claimed = 0
    for uid in uids:
        size = heads[uid].size if uid in heads else 0
        if few and (len(few) >= _AT_ONCE or claimed + size > _BYTES_AT_ONCE):
            yield few
            few, claimed = [], 0
        few.append(uid)
        claimed += size
    if few:
        yield few
