"""Opens the sample shop: its mails come in through the Maildir channel, its orders through the CSV importer,
with all dates moved so that the newest mail arrived just now and a night lies behind it. Nothing here writes a row by
itself."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from csdesk.bootstrap import Desk, open_desk
from csdesk.clock import Clock, FixedClock
from csdesk.config import Config
from csdesk.demo import content
from csdesk.demo.night import EVENING, Post, pass_night
from csdesk.demo.rebase import delta, rebase_csv, rebase_mail
from csdesk.errors import DeskError
from csdesk.translation.models import Models

ACCOUNT = "support"
ADDRESS = "support@nordlicht.example"
AGENT = "Lin"


def load(folder: Path, config: Config, clock: Clock) -> Desk:
    """A desk on a fresh copy of the sample shop inside `folder` (which must be empty), acting as Lin."""
    now = clock.now()
    mails = content.mails()
    by = delta([raw for _name, raw in mails], now - timedelta(minutes=4))
    post = Post(folder / "mail", [(name, rebase_mail(raw, by)) for name, raw in mails])
    told = FixedClock(now - EVENING)
    config = replace(config, store="", agent=AGENT, sync=replace(config.sync, autostart=False))
    if not config.shop.name:
        config = replace(config, shop=replace(config.shop, name="Nordlicht Shop"))
    config = replace(config, translation=replace(config.translation, models=str(_models(folder / "models"))))
    store = f"sqlite:///{folder / 'desk.db'}"
    desk = open_desk(config, store=store, agent=AGENT, clock=told)
    desk.agents.add(AGENT, ["zh", "en"])
    desk.agents.add("Mei", ["zh", "es"])
    desk.accounts.add(
        ACCOUNT,
        "maildir",
        address=ADDRESS,
        display_name="Nordlicht Shop",
        settings={"path": str(folder / "mail")},
        signature="Nordlicht Shop\nhttps://nordlicht.example",
    )
    markets, on_the_way = content.markets_csv()
    files = {
        "orders.csv": content.orders_csv(),
        "tracking.csv": content.tracking_csv(),
        "markets.csv": markets,
        "markets_tracking.csv": on_the_way,
    }
    for name, text in files.items():
        path = folder / name
        path.write_text(rebase_csv(text, by), encoding="utf-8")
        desk.orders.import_file(path)
    mei = open_desk(config, store=store, agent="Mei", clock=told)
    try:
        pass_night(desk, mei, post, told, now)
        # What the background does elsewhere; no sync runs beside this shop.
        desk.translations.phrases.catch_up(lambda: True)
    finally:
        mei.close()
        desk.close()
    return open_desk(config, store=store, agent=AGENT, clock=clock)


def _models(folder: Path) -> Path:
    """The two small models that come with the sample shop, in a folder of their own; they know that they are a
    demonstration. A full disk leaves the shop without them."""
    models = Models(folder)
    with suppress(DeskError):
        for package in sorted((Path(__file__).parent / "models").glob("*.argosmodel")):
            models.install(package, demo=True)
    return folder
