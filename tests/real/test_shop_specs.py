"""Amazon's own description of its API, served by Prism: it refuses what the description does not have, and answers with
its examples."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from csdesk.channels.shop_keys import ShopKeys
from csdesk.channels.web import WebClient
from csdesk.domain.people import Account
from csdesk.orders.shops import open_source
from csdesk.secrets import Secrets
from tests.real import npm
from tests.servers.base import HOST, free_port
from tests.servers.shop import ShopServer

pytestmark = pytest.mark.real
SPECS = Path(
    os.environ.get("CSDESK_TEST_SPECS", "") or Path(__file__).resolve().parents[3] / "shared" / "specs"
)
ORDERS = SPECS / "amazon-spapi" / "orders_2026-01-01.json"


@pytest.fixture(scope="module")
def prism() -> Iterator[str]:
    if not ORDERS.exists():
        pytest.skip(f"no description at {ORDERS}; name its folder in CSDESK_TEST_SPECS")
    folder, why = npm.installed("prism", npm.package(**{"@stoplight/prism-cli": "5.16.0"}))
    if folder is None:
        pytest.skip(why)
    port = free_port()
    words = ("node_modules/.bin/prism", "mock", "-h", HOST, "-p", str(port), "--errors", str(ORDERS))
    with subprocess.Popen(
        words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            end = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection((HOST, port), 1).close()
                    break
                except OSError:
                    assert time.monotonic() < end and process.poll() is None
                    time.sleep(0.1)
            yield f"http://{HOST}:{port}"
        finally:
            process.terminate()


def test_amazon_takes_our_requests_and_we_read_its_examples(
    prism: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: an account that works in tests and is refused by Amazon."""
    monkeypatch.setenv("SECRET", "s")
    monkeypatch.setenv("REFRESH", "r")
    with ShopServer(lambda _asked: {"access_token": "a", "expires_in": 3600}) as tokens:
        settings = {
            "url": prism, "token_url": f"{tokens.url}/token", "key": "client", "marketplace": "ATVPDKIKX0DER",
            "password_env": "SECRET", "refresh_env": "REFRESH",
        }  # fmt: skip
        account = Account(1, "amazon", "amazon", "", settings=settings)
        web = WebClient("spec", settings)
        source = open_source(account, web, ShopKeys(account, Secrets(tmp_path, use_keyring=False)))
        try:
            assert [(one.step, one.ok) for one in source.check()] == [("sign in", True), ("orders", True)]
            batch = next(iter(source.fetch("")))
        finally:
            web.close()
    assert batch.orders and not batch.unread
    order = batch.orders[0]
    assert order.number and order.items and order.total > Decimal(0) and "unknown" not in order.raw
