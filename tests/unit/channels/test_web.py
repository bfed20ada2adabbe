"""HTTP for shops. A failure here asks a shop so often that it shuts us out, does an act twice, or loses a sign-in."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from csdesk.channels import web
from csdesk.channels.shop_keys import ShopKeys
from csdesk.channels.web import Bucket, WebClient, span
from csdesk.clock import FixedClock
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError, MaybeSent, NotSent
from csdesk.domain.sources import Call, Limit, Renewed, Wait
from csdesk.secrets import Secrets
from tests.servers.base import free_port
from tests.servers.shop import Said, ShopServer

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SETTINGS = {"timeout": "5"}


Clients = Callable[..., WebClient]


@pytest.fixture
def client() -> Iterator[Clients]:
    """Clients that are closed at the end."""
    made: list[WebClient] = []

    def make(slept: list[float] | None = None, name: str = "shop") -> WebClient:
        kept = slept if slept is not None else []
        made.append(WebClient(name, SETTINGS, FixedClock(NOW), sleep=kept.append))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_busy_server_is_given_the_pause_that_it_asks_for(client: Clients) -> None:
    answers = [Said({}, 429, {"Retry-After": "7"}), Said({}, 503), Said({"ok": 1})]
    slept: list[float] = []
    with ShopServer(lambda _asked: answers.pop(0)) as server:
        assert client(slept).ask(Call("orders", "GET", server.url)).body == {"ok": 1}
    assert slept == [7.0, 4.0]


def test_nine_days_are_not_waited_for_but_said(client: Clients) -> None:
    with (
        ShopServer(lambda _asked: Said({}, 429, {"Retry-After": str(9 * 86400)})) as server,
        pytest.raises(
            Wait, match=r"asks to wait 9 days: paused until 2026-11-21 12:00 UTC, then it is asked again"
        ) as wait,
    ):
        client().ask(Call("orders", "GET", server.url))
    assert wait.value.until == NOW + timedelta(days=1)
    with ShopServer(lambda _asked: Said({}, 503, {"Retry-After": "Fri, 20 Nov 2026 12:05:00 GMT"})) as server:
        server.date = "Fri, 20 Nov 2026 12:00:00 GMT"
        with pytest.raises(Wait, match=r"wait 5 minutes: paused until 2026-11-20 12:05 UTC\."):
            client().ask(Call("orders", "GET", server.url))


def test_retries_draw_from_the_bucket_of_their_account_and_operation(client: Clients) -> None:
    now = [0.0]
    one = Bucket(Limit(0.5, 2), lambda: now[0])
    assert [one.take(), one.take()] == [0.0, 0.0]
    assert one.take() == 2.0
    now[0] = 2.0
    assert one.take() == 0.0
    one.empty()
    assert one.take() == 2.0
    limit = Limit(0.001, 2)
    with ShopServer(lambda _asked: Said({}, 503)) as server:
        with pytest.raises(Wait, match="allows no more of these requests now") as wait:
            client(name="bucket").ask(Call("orders", "GET", server.url, limit=limit))
        assert len(server.asked) == 2 and not wait.value.asked
        with pytest.raises(Wait):  # a second client of the same account finds it as empty
            client(name="bucket").ask(Call("orders", "GET", server.url, limit=limit))
        with pytest.raises(ChannelError):  # another account has its own
            client(name="other").ask(Call("notes", "GET", server.url, limit=Limit(9, 9)))
        assert len(server.asked) == 5
    assert ("bucket", "orders") in web._BUCKETS


def test_what_changes_something_is_never_repeated_without_an_answer(client: Clients) -> None:
    with ShopServer(lambda _asked: Said(hang_up=True)) as server:
        with pytest.raises(MaybeSent):
            client().ask(Call("note", "POST", server.url, json={}, safe=False))
        assert len(server.asked) == 1
    with ShopServer(lambda _asked: Said({}, 500)) as server, pytest.raises(MaybeSent):
        client().ask(Call("note", "POST", server.url, json={}, safe=False))
    with pytest.raises(NotSent):
        client().ask(Call("note", "POST", f"http://127.0.0.1:{free_port()}", json={}, safe=False))
    with pytest.raises(ChannelError, match="is not an https:// address"):
        client().ask(Call("note", "GET", "http://shop.example/x"))


def test_the_servers_clock_is_learnt_from_its_date(client: Clients) -> None:
    with ShopServer(lambda _asked: {}) as server:
        server.date = "Fri, 20 Nov 2026 11:50:00 GMT"
        one = client()
        one.ask(Call("orders", "GET", server.url))
    assert one.now() == NOW - timedelta(minutes=10)


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 second"), (61, "2 minutes"), (3600, "1 hour"), (9 * 86400, "9 days")]
)
def test_pauses_are_said_in_words(seconds: int, words: str) -> None:
    assert span(seconds) == words


def keys(folder: Path, **settings: str) -> ShopKeys:
    account = Account(1, "ebay", "ebay", "", settings=settings)
    return ShopKeys(account, Secrets(folder, use_keyring=False), FixedClock(NOW))


def test_one_of_many_renews_and_the_rotated_token_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFRESH", "r0")
    used: list[str] = []

    def renew(refresh: str) -> Renewed:
        used.append(refresh)
        return Renewed(f"a{len(used)}", f"r{len(used)}", 3600)

    got: list[str] = []
    threads = [
        threading.Thread(target=lambda: got.append(keys(tmp_path, refresh_env="REFRESH").token(renew)))
        for _ in "1234"
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (got, used) == (["a1"] * 4, ["r0"])
    assert keys(tmp_path, refresh_env="REFRESH").token(renew, refused="a1") == "a2"
    assert used == ["r0", "r1"]  # not the one that was entered: it is used up
    monkeypatch.setenv("REFRESH", "new")
    assert keys(tmp_path, refresh_env="REFRESH").token(renew) == "a3"
    assert used[-1] == "new"  # a person entered another one
    assert json.loads((tmp_path / "secrets.json").read_text())["ebay/token"]
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_missing_secret_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ChannelError, match="no password for account ebay"):
        keys(tmp_path).secret()
    with pytest.raises(ChannelError, match="csdesk account set ebay refresh_env=VARIABLE"):
        keys(tmp_path).secret("refresh")
