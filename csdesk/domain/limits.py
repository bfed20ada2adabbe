"""How much a message may hold on each channel: characters, lines, files. A table of facts with where each was read.

Only what a channel documents, or what its sellers are held to, stands here: AliExpress publishes no figure for its
messages, so none is made up.
"""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limit:
    """0 means no limit of its own. `characters` counts code points, `octets` bytes of UTF-8; `line` is the longest
    line in characters; `files` how many, `file_bytes` how large all of them together may be."""

    channel: str
    characters: int = 0
    octets: int = 0
    line: int = 0
    files: int = 0
    file_bytes: int = 0
    source: str = ""


LIMITS: dict[str, Limit] = {
    one.channel: one
    for one in (
        Limit("mail", line=998, file_bytes=20 * MB, source="RFC 5322 section 2.1.1; what most mail servers take"),
        Limit("amazon", 4000, files=5, file_bytes=10 * MB,
              source="Seller Central, Buyer-Seller Messages (files up to 10 MB); its message field takes 4,000"),
        Limit("amazon_api", 2000, files=5, source="Selling Partner API, messaging.json, free text"),
        Limit("ebay", 2000, files=5, source="eBay Commerce Message API, send_message"),
        Limit("tiktok", 2000, source="TikTok Shop API 202309, customer service messages"),
        Limit("whatsapp", 4096, file_bytes=100 * MB, source="WhatsApp Cloud API, text messages and media"),
        Limit("telegram", 4096, file_bytes=50 * MB, source="Telegram Bot API, sendMessage and sendDocument"),
        Limit("messenger", 2000, file_bytes=25 * MB, source="Messenger Platform, Send API"),
        Limit("instagram", octets=1000, source="Instagram Messaging API, text in UTF-8 bytes"),
        Limit("matrix", octets=60_000, source="Matrix client-server API: an event is at most 65,536 bytes"),
    )
}  # fmt: skip
BY_MAIL = ("mail", "amazon", "ebay")
"""What a mailbox may write to: customers themselves, and buyers behind the relays of marketplaces."""


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit that a text breaks: `what` is 'characters', 'octets' or 'line'."""

    limit: Limit
    what: str
    found: int
    allowed: int


def excesses(text: str, channels: tuple[str, ...]) -> tuple[Excess, ...]:
    """The limits of these channels that a text breaks; a channel that is not in the table has none."""
    out = []
    longest = max(map(len, text.split("\n")))
    for limit in (LIMITS[name] for name in channels if name in LIMITS):
        for what, found, allowed in (
            ("characters", len(text), limit.characters),
            ("octets", len(text.encode("utf-8", "replace")), limit.octets),
            ("line", longest, limit.line),
        ):
            if allowed and found > allowed:
                out.append(Excess(limit, what, found, allowed))
    return tuple(out)
