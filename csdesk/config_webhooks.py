"""The part of config.toml about webhooks: each a table of its own, [webhooks.NAME]. Loaded only where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from csdesk.config import _check, _set
from csdesk.i18n import _
from csdesk.settings import Reader, dotted

EVENTS = (
    "conversation.opened",
    "conversation.answered",
    "conversation.closed",
    "conversation.reopened",
    "order.changed",
    "parcel.changed",
    "notice.sent",
    "customer.merged",
)
"""What a webhook can be told."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the sync process tells what happens; its secret is kept elsewhere."""

    url: str = _set(
        "",
        "text",
        "Where to POST: https://, or http:// on this machine. Its secret is kept by `csdesk webhook add-secret`, or\n"
        "stands in CSDESK_WEBHOOK_SECRET_NAME; never here.",
        check=_check("hook_url"),
        example='url = "https://erp.example.com/csdesk"',
    )
    events: tuple[str, ...] = _set(
        (),
        "words",
        "What it is told; empty: everything. " + ", ".join(EVENTS[:3]) + ",\n" + ", ".join(EVENTS[3:]) + ".",
        check=_check("hook_events"),
        example='events = ["order.changed", "parcel.changed"]',
    )
    enabled: bool = _set(True, "bool", "Whether it is told anything; what happens meanwhile waits.")
    allow_private: bool = _set(
        False, "bool", "Whether its name may lead into a private network, to 10.0.0.7 or 192.168.1.9."
    )
    give_up_days: int = _set(
        3, "int", "Days without success after which it is paused until somebody resumes it.", low=1, high=30
    )


def read(reader: Reader, data: Any) -> dict[str, Webhook]:
    """Webhooks by name; each needs an address. Mistakes are noted by the reader."""
    from csdesk.config_checks import hook_name

    out: dict[str, Webhook] = {}
    if not reader.is_table(data, ("webhooks", "NAME")):
        return out
    for name, given in data.items():
        key = ("webhooks", name)
        if complaint := hook_name(name):
            reader.wrong(key, _("'{key}' cannot be that: {why}.").format(key=dotted(key), why=complaint))
        elif reader.is_table(given, key):
            if not given.get("url"):
                reader.wrong(key, _("'{key}' lacks url.").format(key=dotted(key)))
            out[name] = Webhook(**reader.table(Webhook, given, key))
    return out
