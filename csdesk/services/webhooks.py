"""Tells other programs what happens: every wanted event of the log once it is committed, in order for each webhook,
again until it is taken. The cursor of a webhook moves after the answer and never before it, so a killed process tells
the last one twice and loses none; the same event has the same id.

Each webhook has a thread of its own in the sync process: one whose server is slow or gone keeps nobody waiting.
"""

from __future__ import annotations

import json
import logging
import os
import random
import secrets as chances
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from csdesk.channels import hook
from csdesk.config_webhooks import Webhook
from csdesk.domain.ports import ChannelError
from csdesk.domain.webhooks import (
    VERSION,
    Happening,
    HookHealth,
    HookState,
    happenings,
    key_of,
    made_secret,
    pause,
    signature,
)
from csdesk.errors import DeskError, NetworkFailure, NotFound, Refused, Usage
from csdesk.i18n import _, ngettext
from csdesk.services import owners
from csdesk.services.context import Context
from csdesk.settings import nearest
from csdesk.store import Tx

LEASE = timedelta(minutes=2)
"""Longer than one POST to all addresses of a name takes."""
AT_ONCE = 200
BIGGEST = 256 * 1024
"""Bytes of one message; what would be more comes without its details."""
POLL = 2.0
"""Seconds between two looks into the log."""
NO_SECRET = timedelta(minutes=1)
ENDING = 3.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook and how it is. `state` is None before it was told anything; `words` say how it is, `well` whether that
    is good."""

    name: str
    config: Webhook
    state: HookState | None
    secret: bool
    words: str
    well: bool


class Webhooks:
    """The webhooks of config.toml."""

    def __init__(self, context: Context, *, chance: Callable[[], float] = random.random) -> None:
        self.context = context
        self.store = context.store
        self._chance = chance

    def all(self, *, secrets: bool = True) -> tuple[Hook, ...]:
        """Every webhook and how it is. Without `secrets` the keyring is not asked, and each counts as having one."""
        found = self.context.config.webhooks
        with self.store.read() as tx:
            states = {name: tx.webhooks.state(name) for name in found}
            now = tx.now
        out = []
        for name, one in sorted(found.items()):
            known = self._key(name) is not None if secrets else True
            words, well = said(one, states[name], now, known)
            out.append(Hook(name, one, states[name], known, words, well))
        return tuple(out)

    def health(self) -> tuple[HookHealth, ...]:
        """How every webhook is, as far as it is known without asking the keyring."""
        return tuple(
            HookHealth(
                one.name, one.config.url, one.config.enabled, bool(one.state and one.state.paused), one.well, one.words,
                one.state.delivered_at if one.state else None,
            )
            for one in self.all(secrets=False)
        )  # fmt: skip

    def pause(self, name: str) -> None:
        """Tell a webhook nothing until it is resumed; what happens meanwhile waits. Raises NotFound."""
        self._config(name)
        agent = self.context.agent
        words = _("paused by {agent}").format(agent=agent.name)
        with self.store.write() as tx:
            tx.webhooks.begin(name)
            tx.webhooks.put(name, paused=words)
            tx.log.append("webhook", agent=agent.id, data={"webhook": name, "state": "paused"})

    def resume(self, name: str, *, skip: bool = False) -> None:
        """Go on, where it ended; with `skip` from now on. Raises NotFound."""
        self._config(name)
        agent = self.context.agent
        with self.store.write() as tx:
            before = tx.webhooks.begin(name)
            cursor = (tx.log.last_id(), 0) if skip else before.cursor
            tx.webhooks.put(
                name, cursor=cursor, paused="", error="", failing_since=None, attempts=0, next_at=None
            )
            tx.log.append("webhook", agent=agent.id, data={"webhook": name, "state": "resumed", "skip": skip})

    def keep_secret(self, name: str, secret: str) -> str:
        """Keep a webhook's secret and say where: 'keyring' or 'file'; an empty one is forgotten: ''. Raises Usage,
        NotFound, Refused."""
        self._config(name)
        if not secret:
            self.context.secrets.delete(_kept(name))
            return ""
        if key_of(secret) is None:
            raise Usage(
                _(
                    "That is no secret of a webhook: it is whsec_ and 24 to 64 bytes in base64. "
                    "--new makes one that both sides can use."
                ),
                code="no_secret",
            )
        return self.context.secrets.set(_kept(name), secret.strip())

    def new_secret(self, name: str) -> tuple[str, str]:
        """Make a secret and keep it: the secret, to be given to the other side, and where it is kept."""
        made = made_secret(chances.token_bytes(32))
        return made, self.keep_secret(name, made)

    def test(self, name: str) -> int:
        """Tell a webhook that this is a test, now; the answer's status. Raises NotFound, Refused, NetworkFailure."""
        config, key = self._config(name), self._key(name)
        if key is None:
            raise Refused(_no_secret(name), code="no_secret")
        now = self.context.clock.now()
        told = Happening(f"evt_test_{int(now.timestamp() * 1000)}", "webhook.test", now, name, {})
        try:
            answer = self._post(config, key, told, {"webhook": name})
        except ChannelError as error:
            raise NetworkFailure(error.message, code=error.code) from error
        if not 200 <= answer.status < 300:
            raise NetworkFailure(_failed(answer), code="refused")
        return answer.status

    def deliver(self, name: str, go_on: Callable[[], bool] = lambda: True) -> int:
        """Tell a webhook what it was not told yet, until that is all, it fails, or `go_on` says no; how much it took.
        One process at a time works on a webhook. Raises StoreFailure."""
        config = self._config(name)
        if not config.enabled or not self._something(name):
            return 0
        lease, owner = f"webhook:{name}", f"{owners.me()}"
        with self.store.write() as tx:
            tx.leases.break_dead(lease, owners.is_dead)
            if not tx.leases.take(lease, owner, LEASE):
                return 0
        try:
            return self._deliver(name, config, go_on, lambda tx: tx.leases.take(lease, owner, LEASE))
        finally:
            with self.store.write() as tx:
                tx.leases.release(lease, owner)

    def _something(self, name: str) -> bool:
        """Whether there is anything to look at; a webhook that is new begins here."""
        with self.store.read() as tx:
            state = tx.webhooks.state(name)
            if state is not None:
                ready = not state.paused and (state.next_at is None or state.next_at <= tx.now)
                return ready and tx.log.last_id() > state.cursor[0]
        with self.store.write() as tx:
            tx.webhooks.begin(name)
        return False

    def _deliver(
        self, name: str, config: Webhook, go_on: Callable[[], bool], renew: Callable[[Tx], bool]
    ) -> int:
        key, taken = self._key(name), 0
        while go_on():
            with self.store.read() as tx:
                state = tx.webhooks.state(name)
                if state is None or state.paused or (state.next_at and state.next_at > tx.now):
                    return taken
                events = tx.webhooks.next_events(state.cursor[0], AT_ONCE)
                if not events:
                    return taken
            end = (events[-1].id, 0)
            for before, told in _steps(state.cursor, events):
                if config.events and told.type not in config.events:
                    continue
                with self.store.read() as tx:
                    data = _data(tx, told)
                if data is None:
                    continue
                if key is None:
                    with self.store.write() as tx:
                        tx.webhooks.set(state, error=_no_secret(name), next_at=tx.now + NO_SECRET)
                    return taken
                if not go_on():
                    return taken
                failure = self._try(config, key, told, data)
                with self.store.write() as tx:
                    if failure is not None:
                        tx.webhooks.set(state, **self._after(tx, name, config, state, failure))
                        return taken
                    after = replace(
                        state, cursor=before, error="", failing_since=None, attempts=0, next_at=None,
                        delivered_at=tx.now,
                    )  # fmt: skip
                    if not renew(tx) or not tx.webhooks.set(state, **_fields(after)):
                        return taken
                state, taken = after, taken + 1
            with self.store.write() as tx:
                if not tx.webhooks.set(state, cursor=end):
                    return taken
        return taken

    def _try(
        self, config: Webhook, key: bytes, told: Happening, data: dict[str, Any]
    ) -> hook.HookAnswer | ChannelError | None:
        """None when it was taken; else what came instead."""
        try:
            answer = self._post(config, key, told, data)
        except ChannelError as error:
            return error
        return None if 200 <= answer.status < 300 else answer

    def _post(self, config: Webhook, key: bytes, told: Happening, data: dict[str, Any]) -> hook.HookAnswer:
        body = body_of(told, data)
        at = int(self.context.clock.now().timestamp())
        headers = {
            "webhook-id": told.id,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(key, told.id, at, body),
        }
        return hook.post(config.url, headers, body, private=config.allow_private)

    def _after(
        self,
        tx: Tx,
        name: str,
        config: Webhook,
        state: HookState,
        failure: hook.HookAnswer | ChannelError,
    ) -> dict[str, Any]:
        """What a failure changes."""
        gone = isinstance(failure, hook.HookAnswer) and failure.status == 410
        asked = failure.wait if isinstance(failure, hook.HookAnswer) else None
        error = _failed(failure) if isinstance(failure, hook.HookAnswer) else failure.message
        since = state.failing_since or tx.now
        paused = ""
        if gone:
            paused = _("The other side says that it is gone for good (410).")
        elif tx.now - since >= timedelta(days=config.give_up_days):
            n = config.give_up_days
            words = ngettext("Nothing was taken for {n} day.", "Nothing was taken for {n} days.", n)
            paused = words.format(n=n)
        if paused:
            log.warning("webhook %s paused: %s", name, error)
            tx.log.append("webhook", data={"webhook": name, "state": "paused"})
        return {
            "paused": paused, "error": error, "failing_since": since, "attempts": state.attempts + 1,
            "next_at": tx.now + pause(state.attempts + 1, self._chance(), asked),
        }  # fmt: skip

    def _config(self, name: str) -> Webhook:
        found = self.context.config.webhooks
        if name in found:
            return found[name]
        if not found:
            raise NotFound(
                _("config.toml has no webhook; write [webhooks.{name}] and its url.").format(name=name[:30])
            )
        near = nearest(name, found)
        words = _("There is no webhook {name!r} in config.toml.")
        if near:
            words = _("There is no webhook {name!r} in config.toml; did you mean {near}?")
        raise NotFound(words.format(name=name[:60], near=near))

    def _key(self, name: str) -> bytes | None:
        variable = "CSDESK_WEBHOOK_SECRET_" + name.upper().replace("-", "_")
        kept = self.context.secrets.get(_kept(name), variable)
        return key_of(kept) if kept else None

    def from_environment(self, name: str) -> bool:
        """Whether a variable says the secret, which then goes before what is kept."""
        return bool(os.environ.get("CSDESK_WEBHOOK_SECRET_" + name.upper().replace("-", "_")))


class Posting:
    """A thread for every webhook that is told anything, until `stop`."""

    def __init__(self, context: Context, stop: threading.Event) -> None:
        self.hooks, self.stop = Webhooks(context), stop
        self._threads = [
            threading.Thread(target=self._run, args=(name,), name=f"webhook {name}", daemon=True)
            for name, one in context.config.webhooks.items()
            if one.enabled
        ]
        for thread in self._threads:
            thread.start()

    def _run(self, name: str) -> None:
        while not self.stop.is_set():
            try:
                self.hooks.deliver(name, lambda: not self.stop.is_set())
            except DeskError as error:  # the store is locked or full: it says so itself
                log.info("webhook %s: %s", name, error.message)
            except Exception:
                log.exception("webhook %s", name)
            self.stop.wait(POLL)

    def close(self) -> None:
        """Wait a moment for what is under way; what is cut off is told again."""
        for thread in self._threads:
            thread.join(ENDING)


def body_of(told: Happening, data: dict[str, Any]) -> bytes:
    """A message as JSON, at most BIGGEST bytes."""
    whole = {
        "id": told.id,
        "type": told.type,
        "time": f"{told.at:%Y-%m-%dT%H:%M:%SZ}",
        "version": VERSION,
        "data": data,
    }
    made = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(made) > BIGGEST:
        whole["data"] = {"id": told.about, "reduced": True}
        made = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return made


def said(config: Webhook, state: HookState | None, now: datetime, secret: bool) -> tuple[str, bool]:
    """How a webhook is, in words, and whether that is good."""
    if not config.enabled:
        return _("not enabled"), True
    if state is not None and state.paused:
        why = " ".join(part for part in (state.paused, state.error) if part)
        return _("Paused: {why}").format(why=why), False
    if not secret:
        return _("No secret is kept for it: csdesk webhook add-secret."), False
    if state is not None and state.error:
        return state.error, False
    return _("well"), True


def _steps(cursor: tuple[int, int], events: list[Any]) -> Iterator[tuple[tuple[int, int], Happening]]:
    """Each happening behind the cursor, with where the cursor is once it was taken."""
    last, skip = cursor
    for event in events:
        found = happenings(event)
        for at, told in enumerate(found, 1):
            if at > skip:
                yield ((event.id, 0) if at == len(found) else (last, at)), told
        last, skip = event.id, 0


def _data(tx: Tx, told: Happening) -> dict[str, Any] | None:
    """What a message says, as it is now; None when there is nothing to tell."""
    kind, about = told.type.partition(".")[0], told.about
    if told.type == "conversation.answered" and tx.webhooks.automatic(told.data["message_id"]):
        return None
    found: dict[str, Any] | None
    if kind == "parcel":
        name, found = "shipment", tx.webhooks.shipment(str(about))
    elif kind == "customer":
        name, found = kind, tx.webhooks.customer(int(about))
    elif kind == "conversation":
        name, found = kind, tx.webhooks.conversation(int(about))
    else:
        name, found = "order", tx.webhooks.order(int(about))
    return {name: found, **told.data} if found is not None else None


def _fields(state: HookState) -> dict[str, Any]:
    return {
        "cursor": state.cursor, "error": state.error, "failing_since": state.failing_since,
        "attempts": state.attempts, "next_at": state.next_at, "delivered_at": state.delivered_at,
    }  # fmt: skip


def _kept(name: str) -> str:
    """The name under which a secret is kept; a colon stands in no account's name."""
    return f"webhook:{name}"


def _no_secret(name: str) -> str:
    return _("No secret is kept for it: csdesk webhook add-secret {name}.").format(name=name)


def _failed(answer: hook.HookAnswer) -> str:
    if 300 <= answer.status < 400:
        words = _("The other side sends us elsewhere ({status}); write the right url in config.toml.")
        return words.format(status=answer.status)
    words = _("The other side did not take it ({status}): {words}")
    return words.format(status=answer.status, words=answer.said[:120] or "-")
