"""A reply written in English on the screen, through the sample shop's real models and into a real mailbox. Lost
otherwise: a number on its way to the customer."""

from __future__ import annotations

import mailbox
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from csdesk.app import DeskApp
from csdesk.bootstrap import open_desk
from csdesk.clock import FixedClock
from csdesk.config import Config
from csdesk.dump import press, screen_text, settle

NOW = datetime(2026, 11, 25, 1, 42, tzinfo=UTC)
OWN = (
    "Hello Ana, your order 1042 is in Madrid. The tracking number is RB123456785CN. The price was 38.00 EUR."
)


@pytest.mark.real
async def test_what_the_screen_showed_is_in_the_customers_mailbox(shop: Path, tmp_path: Path) -> None:
    shutil.copytree(shop, tmp_path / "shop")
    folder, out = tmp_path / "shop", tmp_path / "out"
    mailbox.Maildir(out)
    config = Config(timezone="Asia/Shanghai", agent="Lin")
    config = replace(config, translation=replace(config.translation, models=str(folder / "models")))
    desk = open_desk(config, store=f"sqlite:///{folder / 'desk.db'}", agent="Lin", clock=FixedClock(NOW))
    desk.accounts.set("support", {"path": str(out)})
    ana = next(row.id for row in desk.inbox.page("all").rows if "paquete" in row.subject)
    desk.replies.discard_draft(ana)
    app = DeskApp(lambda: desk, config=config, clock=FixedClock(NOW))
    try:
        async with app.run_test(size=(200, 50)) as pilot:
            await settle(pilot, 0.3)
            assert app.desk_screen is not None
            app.desk_screen.reader.open(ana)
            await settle(pilot, 0.3)
            await press(pilot, "r")
            await settle(pilot, 0.2)
            await press(pilot, f"text:{OWN}")
            composing = app.desk_screen.writer.composing
            for _n in range(400):
                await pilot.pause(0.05)
                if composing.current(OWN) is not None:
                    break
            made = composing.current(OWN)
            assert made is not None and made.doubtful == () and made.demo
            assert "numbers ok" in screen_text(app)
            await press(pilot, "ctrl+s")
            await settle(pilot, 0.5)
            if not desk.outbox.list(states=("queued",)):  # a doubt about its words was read
                await press(pilot, "ctrl+s")
                await settle(pilot, 0.5)
            row = desk.outbox.list(states=("queued",))[0]
            desk.outbox.retry(row.id)
    finally:
        desk.close()
    again = open_desk(config, store=f"sqlite:///{folder / 'desk.db'}", agent="Lin", clock=FixedClock(NOW))
    try:
        again.sync.once()
        message = next(one for one in again.inbox.thread(ana).messages if one.own_text)
        assert message.own_text == OWN and message.language == "es"
    finally:
        again.close()
    files = [one for one in (tmp_path / "out.Sent").rglob("*") if one.parent.name in ("cur", "new")]
    body = BytesParser(policy=policy.default).parsebytes(files[0].read_bytes()).get_content()
    said = " ".join(body.split())
    assert made.text in said and "your order" not in said
    for piece in ("1042", "RB123456785CN", "38.00 EUR"):
        assert piece in said
