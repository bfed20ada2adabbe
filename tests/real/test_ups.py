"""Our questions to UPS against UPS's own description of its API, which Prism holds every request to. Skipped, with the
reason, where the description or npm is missing. Prism invents its answers: what they say is not looked at closely."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from csdesk.channels.web import WebClient
from csdesk.domain.people import Account
from csdesk.domain.ports import Asked
from csdesk.domain.sources import Renewed
from csdesk.orders.carriers.opening import open_carrier
from tests.servers.base import HOST
from tests.servers.shop import Asked as Request
from tests.servers.shop import Said, ShopServer

pytestmark = pytest.mark.real
SPECS = Path(__file__).parents[3] / "shared" / "specs" / "ups"
PRISM = "@stoplight/prism-cli@5.16.0"
NUMBER = "1Z999AA10123456784"


class Keys:
    def secret(self, name: str = "") -> str:
        return "s3cret"

    def token(self, renew: Callable[[str], Renewed], *, refused: str = "") -> str:
        return renew("").access


def _free() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def prisms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Path of a question to the address of the Prism that holds it to its description."""
    if not (SPECS / "Tracking.yaml").is_file():
        pytest.skip("UPS's description of its API does not lie beside the project")
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("prism")
    words = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), PRISM]
    if subprocess.run(words, capture_output=True, timeout=300).returncode:
        pytest.skip("npm cannot fetch Prism")
    started, found = [], {}
    try:
        for path, spec in (("/track/", "Tracking.yaml"), ("/security/", "OAuthClientCredentials.yaml")):
            port = _free()
            program = str(folder / "node_modules" / ".bin" / "prism")
            log = (folder / f"{spec}.log").open("wb")
            started.append(
                subprocess.Popen(
                    [program, "mock", "-h", HOST, "-p", str(port), str(SPECS / spec)],
                    stdout=log, stderr=log, start_new_session=True,
                )
            )  # fmt: skip
            log.close()
            found[path] = f"http://{HOST}:{port}"
        for url in found.values():
            _answers(url)
        yield found
    finally:
        for one in started:
            os.killpg(one.pid, signal.SIGTERM)
            one.wait(10)


def _answers(url: str) -> None:
    for _try in range(200):
        try:
            httpx.get(url, timeout=2)
            return
        except httpx.HTTPError:
            time.sleep(0.2)
    pytest.fail(f"Prism does not answer at {url}")


def test_our_questions_are_as_ups_describes_them(prisms: dict[str, str]) -> None:
    wrong: list[str] = []

    def ask(asked: Request) -> Any:
        path = asked.path.removeprefix("/api")  # the description's own servers end in /api
        base = next(url for begin, url in prisms.items() if path.startswith(begin))
        kept = ("authorization", "transid", "transactionsrc", "accept")
        headers = {name: value for name, value in asked.headers.items() if name.lower() in kept}
        form = asked.body if isinstance(asked.body, dict) else None
        said = httpx.request(asked.method, base + path, params=asked.query, headers=headers, data=form)
        told = said.headers.get("sl-violations", "")
        wrong.extend(one for one in told.split('{"location":') if one.startswith('["request"'))
        return Said(said.json(), said.status_code)

    with ShopServer(ask) as server:
        account = Account(1, "ups", "ups", "", settings={"url": server.url, "key": "id"})
        web = WebClient("ups", account.settings)
        try:
            (told,) = open_carrier(account, web, Keys()).ask([Asked(NUMBER)])
        finally:
            web.close()
        assert [one.path for one in server.asked] == [
            "/security/v1/oauth/token",
            f"/api/track/v1/details/{NUMBER}",
        ]
    assert not wrong
    assert told.error == "" and told.shipment is not None and told.shipment.number == NUMBER
    # And the judge can say no: without its headers the same question is not as described.
    bare = httpx.get(f"{prisms['/track/']}/track/v1/details/{NUMBER}", headers={"Authorization": "Bearer t"})
    assert '["request"' in bare.headers.get("sl-violations", "") or bare.status_code >= 400
