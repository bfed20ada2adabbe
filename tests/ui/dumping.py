"""Every screen of the desk as text: how each is reached on the desk in memory, and where its dump is kept.

`python -m tests.ui.dumping` writes all dumps anew. Each place begins on a desk and a screen of its own, so that one
dump never depends on another; the app beneath them is started once for a size and a language.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import pkgutil
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from textual.screen import Screen

import csdesk.screens
from csdesk import i18n
from csdesk.app import DeskApp
from csdesk.clock import Clock
from csdesk.config import Config
from csdesk.domain.activity import Away, Missed
from csdesk.domain.conversation import Draft
from csdesk.domain.outbox import OutboxRow
from csdesk.domain.people import Account
from csdesk.domain.translation import Sentence, Translation
from csdesk.domain.webhooks import HookHealth
from csdesk.dump import press, screen_text, settle
from csdesk.screens.first import FirstScreen
from csdesk.screens.menu import Menu
from csdesk.screens.over import ModalOver, Over
from tests.ui.fake_samples import NOW
from tests.ui.fakes import FakeDesk

KEPT = Path(__file__).parents[1] / "dumps"
SIZES = ((80, 24), (120, 40), (200, 50))
BASES = {"LookBack", Over.__name__, ModalOver.__name__}
"""Screens that are only ever shown as one of their subclasses."""

Setup = Callable[[FakeDesk], None]
Over_ = Callable[[DeskApp], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """A screen to be dumped: its name, the class that is on top then, the keys that lead there from a desk just
    opened, what the desk holds, and what is opened by hand where no key does it. `rest` is for screens that wait a
    moment by themselves before they ask."""

    name: str
    kind: str
    keys: Sequence[str] = ()
    setup: Setup | None = None
    opens: Over_ | None = None
    rest: float = 0.04


# -- what the desk holds ------------------------------------------------------------------------------------


def _links(desk: FakeDesk) -> None:
    text = (
        "Pay at www.paypal.com <https://pаypal.example/login> now\nhttps://shop.example/orders/1042\n"
        "<javascript:alert(1)>"
    )
    thread = desk.threads[1]
    desk.threads[1] = replace(thread, entries=(replace(thread.messages[0], text=text, quotes=()),))


def _away(desk: FakeDesk) -> None:
    desk.away = Away(
        NOW - timedelta(hours=9),
        messages=4,
        trouble=1,
        missed=(
            Missed(3, "J. Weber", "Rückgabe", frozenset({"bounced"}), 0, False, False, "open"),
            Missed(2, "山田花子", "商品が違います", frozenset({"received"}), 3, True, False, "open"),
            Missed(5, "أحمد صالح", "استفسار عن الطلب", frozenset({"received"}), 1, False, False, "open"),
        ),
    )


def _outbox(desk: FakeDesk) -> None:
    said = {
        "uncertain": "The line broke while it was being sent; it may have arrived.",
        "failed": "550 5.1.1 There is no such mailbox.",
        "sending": "",
        "queued": "",
    }
    for number, (state, error) in enumerate(said.items(), 501):
        thread = desk.threads[number - 500]
        desk.box[number] = OutboxRow(
            number, thread.id, number, 1, "support", state, f"k{number}", "support@nordlicht.example",
            (f"c{thread.id}@example.com",), "h", 1, NOW + timedelta(minutes=4),
            NOW - timedelta(minutes=7 * number - 3500), None, error, "Lin", thread.subject,
        )  # fmt: skip


def _drafts(desk: FakeDesk) -> None:
    desk.drafts[3, "reply"] = Draft(3, 1, "reply", "Guten Tag, senden Sie die Tasse bitte an", 1, NOW)
    desk.drafts[1, "note"] = Draft(1, 1, "note", "海关要求税号", 1, NOW - timedelta(minutes=40))
    desk.drafts.gone.append(Draft(4, 1, "reply", "Bonjour, bien sûr.", 1, NOW - timedelta(days=2)))


def _file(desk: FakeDesk) -> None:
    desk.previews.data[10] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x01\x00\x48\x00\x48\x00\x00"


def _accounts(desk: FakeDesk) -> None:
    """Several accounts, so that the queue names them."""
    other = Account(2, "ebay-de", "ebay", "nordlicht", "Nordlicht eBay", settings={"colour": "teal"})
    desk.more_accounts = (other,)


def _hooks(desk: FakeDesk) -> None:
    """Other programs that are told what happens: one well, one that does not answer, one paused."""
    said = i18n._("The other side did not take it ({status}): {words}")
    failed = said.format(status=503, words="maintenance")
    gone = i18n._("Paused: {why}").format(why=i18n._("The other side says that it is gone for good (410)."))
    desk.webhooks.lines = (
        HookHealth("bi", "https://bi.nordlicht.example/in", True, False, True, i18n._("well"), NOW),
        HookHealth("erp", "https://erp.nordlicht.example/csdesk", True, False, False, failed, NOW),
        HookHealth(
            "wms", "https://wms.nordlicht.example/csdesk", True, True, False, gone, NOW - timedelta(days=3)
        ),
    )


def _translated(desk: FakeDesk) -> None:
    """A translator into Spanish, with a memory and a number that it loses."""
    desk.composing.into = ("es",)
    desk.composing.says = {
        "Hello Ana.": "Hola, Ana:",
        "Your parcel RB123456785CN is in Madrid.": "Su paquete RB123456785CN está en Madrid.",
        "It cost 38.00 EUR.": "Costó 36 EUR.",
    }
    desk.composing.offers = {"Hello Ana.": "Estimada Ana:"}


def _told(desk: FakeDesk) -> None:
    """What a carrier said, translated by a model that is a demonstration."""
    said = "held by customs, papers asked for"
    sentence = Sentence(said, "stopped at customs, documents requested")
    desk.translations.phrases.told[said] = Translation("es", "en", (sentence,), "argos es→en 1.9", True)


async def _translate(app: DeskApp) -> None:
    desk = app.desk_screen
    assert desk is not None
    await desk.writer.composing._ask()
    await desk.writer.keep()
    await desk.reader.again()


def _nothing(desk: FakeDesk) -> None:
    desk.threads.clear()
    desk.count = 0


# -- what no key opens --------------------------------------------------------------------------------------


async def _first(app: DeskApp) -> None:
    async def shown() -> None:
        return

    await app.push_screen(FirstScreen(shown))


async def _menu(app: DeskApp) -> None:
    desk = app.desk_screen
    assert desk is not None
    await app.push_screen(Menu(desk))


def _in_shop(desk: FakeDesk) -> None:
    from tests.ui.fake_shops import shop_link

    desk.links = {1: (shop_link(1),)}


async def _keep(app: DeskApp) -> None:
    """The draft is kept after a moment by itself; a dump waits for no clock."""
    desk = app.desk_screen
    assert desk is not None
    await desk.writer.keep()


async def _notices(app: DeskApp) -> None:
    desk = app.desk_screen
    assert desk is not None
    desk.say(i18n._("Changed."), "done")
    desk.act("place.notices")


ORDERS = {
    "bestellungen.csv": "Bestellnr;Kundenmail;Datum;Waehrung;Summe;Artikel\n"
    "2001;anna@example.com;2026-11-02 09:15:00 +0100;EUR;57.80;Kanne\n"
    "2002;joao@example.com;2026-11-03;BRL;120.00;Lampe\n",
    "订单.csv": "订单号,邮箱,下单时间,币种,金额,商品名称,数量,运单号\n"
    "3001,lin@example.com,2026-11-02 09:15:00,EUR,57.80,马克杯,2,LX204163720CN\n"
    "3002,lin@example.com,昨天,EUR,12.00,灯,1,\n"
    '3003,lin@example.com,2026-11-04,EUR,"1.234,00",灯,1,\n',
}
"""Files of orders in the home folder."""
OWN = "Hello Ana. Your parcel RB123456785CN is in Madrid. It cost 38.00 EUR."

PLACES = (
    Place("first", "FirstScreen", opens=_first),
    Place("desk", "DeskScreen"),
    Place("desk-none", "DeskScreen", setup=_nothing),
    Place("desk-lines", "DeskScreen", ("ctrl+d", "down", "down"), _accounts),
    Place("desk-marked", "DeskScreen", (",", "down", ",")),
    Place("desk-filter", "DeskScreen", ("f", "text:lang:es"), rest=0.3),
    Place("desk-keys", "DeskScreen", ("'",)),
    Place("desk-thread", "DeskScreen", ("enter",)),
    Place("desk-quotes", "DeskScreen", ("enter", "q", "home")),
    Place("desk-suggested", "DeskScreen", ("down", "enter", "tab")),
    Place("desk-side", "DeskScreen", ("enter", "tab")),
    Place("desk-reply", "DeskScreen", ("enter", "r", "text:Su paqeute está aquí.", "ctrl+r"), opens=_keep, rest=0.3),
    Place("desk-translated", "DeskScreen", ("enter", "r", f"text:{OWN}"), _translated, _translate, rest=1.6),
    Place("sentences", "Sentences", ("enter", "r", f"text:{OWN}", "f6"), _translated, _translate, rest=1.6),
    Place("language", "Choose", ("f9",)),
    Place("desk-note", "DeskScreen", ("enter", "n", "text:海关要求税号,请帮忙看一下。"), opens=_keep),
    Place("desk-shop", "DeskScreen", ("enter", "tab"), _in_shop),
    Place("order-shop", "Choose", ("enter", "O"), _in_shop),
    Place("order-note", "AskText", ("enter", "O", "1"), _in_shop),
    Place("order-address", "Form", ("enter", "O", "3"), _in_shop),
    Place("order-again", "Form", ("enter", "O", "4"), _in_shop),
    Place("order-compare", "Choose", ("enter", "O", "3", "text: 9", "ctrl+s"), _in_shop),
    Place("jump", "JumpOver", ("enter", ";")),
    Place("command", "CommandLine", (":",)),
    Place("command-tag", "CommandLine", (":", "text:sn")),
    Place("palette", "DeskPalette", ("ctrl+p",), rest=0.3),
    Place("menu", "Menu", opens=_menu),
    Place("find", "FindLine", ("enter", "\\", "text:aduana"), rest=0.4),
    Place("help", "HelpScreen", ("?",)),
    Place("help-end", "HelpScreen", ("?", "end")),
    Place("view", "Choose", ("v",)),
    Place("sort", "Choose", ("^",)),
    Place("snooze", "Choose", ("s",)),
    Place("copy", "Choose", ("enter", "Y")),
    Place("export", "Choose", ("enter", "ctrl+e")),
    Place("theme", "ChooseTheme", ("T",)),
    Place("tags", "AskText", ("t",)),
    Place("save-view", "AskText", ("f", "text:lang:es", "enter", "+"), rest=0.3),
    Place("new", "Form", ("c", "1")),
    Place("forward", "Form", ("enter", "F")),
    Place("copies", "AskCopies", ("enter", "r", "ctrl+l")),
    Place("files", "FilePicker", ("enter", "r", "ctrl+g", "text:~/"), rest=0.2),
    Place("templates-choose", "TemplatePicker", ("enter", "/"), rest=0.3),
    Place("templates-own", "TemplatePicker", ("enter", "/", "down", "tab"), rest=0.3),
    Place("templates-asks", "Form", ("enter", "/", "down", "enter"), rest=0.3),
    Place("templates", "TemplatesScreen", ("ctrl+t", "down"), rest=0.3),
    Place("template", "TemplateEditor", ("ctrl+t", "down", "enter"), rest=0.4),
    Place("template-all", "TemplateEditor", ("ctrl+t", "down", "enter", "ctrl+b"), rest=0.4),
    Place("customer", "CustomerScreen", ("C",)),
    Place("customer-orders", "CustomerScreen", ("C", "tab")),
    Place("customer-pairs", "CustomerScreen", ("C", "tab", "tab")),
    Place("customer-edit", "EditScreen", ("C", "e")),
    Place("order", "OrderScreen", ("C", "tab", "enter")),
    Place("order-told", "OrderScreen", ("C", "tab", "enter"), _told),
    Place("unite", "UniteScreen", ("C", "tab", "tab", "enter")),
    Place("unite-sure", "UniteScreen", ("C", "tab", "tab", "enter", "enter")),
    Place("customers", "CustomersScreen", ("P",), rest=0.2),
    Place("customers-pairs", "CustomersScreen", ("P", "tab", "tab"), rest=0.2),
    Place("search", "SearchScreen", ("S",)),
    Place("search-hits", "SearchScreen", ("S", "text:parcel"), rest=0.3),
    Place("outbox", "OutboxScreen", ("x",), _outbox),
    Place("outbox-failed", "OutboxScreen", ("x", "down"), _outbox),
    Place("accounts", "AccountsScreen", ("X",)),
    Place("accounts-hooks", "AccountsScreen", ("X",), _hooks),
    Place("activity", "ActivityScreen", ("e", "e", "m", "Z")),
    Place("away", "AwayScreen", ("W",), _away),
    Place("drafts", "DraftsScreen", ("ctrl+b",), _drafts),
    Place("to-notify", "ToWriteScreen", ("f6",), rest=0.2),
    Place("to-notify-not", "ToWriteScreen", ("f6", "n"), rest=0.2),
    Place("models", "ModelsScreen", ("f7",)),
    Place("models-all", "ModelsScreen", ("f7", "a")),
    Place("import-file", "OneFile", ("f8", "text:~/"), rest=0.2),
    Place("import", "ImportScreen", ("f8", "text:~/bestellungen.csv", "enter"), rest=0.6),
    Place("import-wrong", "ImportScreen", ("f8", "text:~/订单.csv", "enter"), rest=0.6),
    Place("import-column", "Choose", ("f8", "text:~/bestellungen.csv", "enter", "down", "enter"), rest=0.6),
    Place("exceptions", "TroublesScreen", ("f10",), rest=0.2),
    Place("notices", "NoticesScreen", opens=_notices),
    Place("links", "LinksScreen", ("enter", "J"), _links),
    Place("link-odd", "Choose", ("enter", "J", "enter"), _links),
    Place("file", "FileScreen", ("enter", "B"), _file),
    Place("keys", "KeysScreen", ("K",)),
    Place("keys-asks", "KeysScreen", ("K", "enter", "e")),
    Place("keys-set", "Choose", ("K", "s")),
)  # fmt: skip


def screens() -> dict[str, type[Screen[Any]]]:
    """Every screen that csdesk/screens defines, by its name."""
    out: dict[str, type[Screen[Any]]] = {}
    for one in pkgutil.walk_packages(csdesk.screens.__path__, "csdesk.screens."):
        for name, kind in inspect.getmembers(import_module(one.name), inspect.isclass):
            if issubclass(kind, Screen) and kind.__module__ == one.name:
                out[name] = kind
    return out


def file_of(place: str, size: tuple[int, int], language: str) -> Path:
    """Where the dump of a place is kept."""
    return KEPT / f"{place}.{size[0]}x{size[1]}.{language}.txt"


# -- walking ------------------------------------------------------------------------------------------------


@contextmanager
def home() -> Iterator[None]:
    """A home folder with a few files, the same on every machine, and no desk's settings."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = str(root / ".xdg" / kind.lower())
        os.environ["HOME"] = folder
        for name, size in {"Bilder/": 0, "foto del paquete.jpg": 240_000, "发票.pdf": 80_100}.items():
            path = root / name
            path.mkdir() if name.endswith("/") else path.write_bytes(bytes(size))
        for name, text in ORDERS.items():
            (root / name).write_text(text, "utf-8-sig")
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


class Walk:
    """One app, in which desk after desk is opened."""

    def __init__(self, size: tuple[int, int], language: str) -> None:
        self.size, self.language = size, language
        self.desk = FakeDesk()
        self.app = DeskApp(lambda: self.desk, config=Config(timezone="Asia/Shanghai"), clock=self._clock())

    def _clock(self) -> Clock:
        return self.desk.clock

    async def all(self, places: Sequence[Place]) -> dict[str, str]:
        """The text of each place, by its name."""
        before = i18n.language()
        i18n.use(self.language)
        try:
            with home():
                async with self.app.run_test(size=self.size) as pilot:
                    return {place.name: await self._one(place, pilot) for place in places}
        finally:
            i18n.use(before)

    async def _one(self, place: Place, pilot: Any) -> str:
        await settle(pilot, 0.02)
        await self._afresh(place.setup)
        await self._ready(pilot)
        for key in place.keys:
            await press(pilot, key)
            await settle(pilot, 0.04)
        if place.opens is not None:
            await place.opens(self.app)
        await settle(pilot, 0.04)
        if place.rest > 0.04:
            await settle(pilot, place.rest)
        top = screens()[place.kind]
        assert type(self.app.screen) is top, f"{place.name}: {self.app.screen} is shown"
        return screen_text(self.app)

    async def _afresh(self, setup: Setup | None) -> None:
        """Another desk, and a screen that has seen nothing yet."""
        app = self.app
        while len(app.screen_stack) > 1:
            await app.pop_screen()
        if (old := app.desk_screen) is not None:
            old.reader.live.end()
        self.desk = FakeDesk()
        if setup is not None:
            setup(self.desk)
        app.__dict__.pop("calls", None)
        shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)
        await app.push_screen(app._make_desk())

    async def _ready(self, pilot: Any) -> None:
        for _n in range(200):
            await settle(pilot, 0.04)
            found = self.app.desk_screen
            assert found is not None
            if found.reader.standing.counts is not None or found.reader.standing.trouble:
                break
        await settle(pilot, 0.06)


def text_of(size: tuple[int, int], language: str) -> dict[str, str]:
    """What is shown at every place, by name."""
    return asyncio.run(Walk(size, language).all(PLACES))


def write() -> None:
    """Write every dump anew, and take away those of places that are no more."""
    KEPT.mkdir(exist_ok=True)
    walks = [(size, language) for size in SIZES for language in i18n.LANGUAGES]
    with ProcessPoolExecutor(2 * (os.cpu_count() or 1)) as pool:  # half of the time a walk waits
        found = list(pool.map(text_of, *zip(*walks, strict=True)))
    written = set()
    for (size, language), texts in zip(walks, found, strict=True):
        for name, text in texts.items():
            path = file_of(name, size, language)
            path.write_text(text, "utf-8")
            written.add(path)
    for old in set(KEPT.iterdir()) - written:
        old.unlink()


if __name__ == "__main__":
    write()
    sys.exit(0)
