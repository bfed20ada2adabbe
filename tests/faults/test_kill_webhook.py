"""kill -9 while other programs are told what happens. Lost otherwise: an order that the ERP never hears of."""

from __future__ import annotations

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from csdesk.domain.webhooks import happenings
from tests.faults.support import Zygote, desk_on, dice

KILLS = 8
SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()
HEAD = "number,email,placed_at,currency,total\n"


@pytest.mark.real
def test_every_event_arrives_in_order_whenever_the_sync_is_killed(tmp_path: Path) -> None:
    chance = dice("kill_webhook")
    desk, url = desk_on(tmp_path)
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(json.loads(body)["id"])
            time.sleep(0.004)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    config = tmp_path / "config.toml"
    config.write_text(
        f'[webhooks.erp]\nurl = "http://127.0.0.1:{server.server_address[1]}/in"\nevents = ["order.changed"]\n'
    )
    words = ("command", "sync", "--once", "--store", url, "--config", str(config))
    killed = 0
    try:
        with Zygote(tmp_path, env={"CSDESK_WEBHOOK_SECRET_ERP": SECRET}) as zygote:
            zygote.run(*words)
            with desk.store.read() as tx:
                begun = tx.log.last_id()
            whole = 0.0
            for number in range(KILLS):
                lines = [f"#{n},ana@buyer.test,2026-11-02,EUR,{number + 1}.00\n" for n in range(25)]
                (tmp_path / "orders.csv").write_text(HEAD + "".join(lines))
                desk.orders.import_file(tmp_path / "orders.csv")
                at = time.monotonic()
                worker = zygote.start(*words)
                if worker.wait(whole * chance.uniform(0.3, 0.95) if whole else 60):
                    whole = whole or time.monotonic() - at
                else:
                    killed += 1
                worker.kill()
                with desk.store.read() as tx:
                    state = tx.webhooks.state("erp")
                    events = tx.log.whole(begun, 1000)
                assert state is not None
                told = [
                    one.id for event in events if event.id <= state.cursor[0] for one in happenings(event)
                ]
                assert set(told) <= set(got), "the cursor is ahead of what was taken"
            for _round in range(
                20
            ):  # a round tells things for some seconds only, and there may be many by now
                zygote.run(*words)
                with desk.store.read() as tx:
                    state, last = tx.webhooks.state("erp"), tx.log.last_id()
                assert state is not None
                if state.cursor == (last, 0):
                    break
            assert zygote.traces() == ""
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    with desk.store.read() as tx:
        events = tx.log.whole(begun, 1000)
    wanted = [one.id for event in events for one in happenings(event) if one.type == "order.changed"]
    print(f"{killed} kills, {len(wanted)} events, {len(got) - len(wanted)} told twice")
    assert killed and len(wanted) == 25 * KILLS
    assert list(dict.fromkeys(got)) == wanted, "each once and in order, but for repeats"
    assert len(got) - len(wanted) <= killed, "a kill repeats one at most"
    desk.close()
