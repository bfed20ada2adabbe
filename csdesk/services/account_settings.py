"""What can be set of an account: one table of known keys, with how each is written. Asks no store and no server.

docs/accounts.md is made from this table, so its texts are English like those of the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from csdesk.channels.oauth_providers import PROVIDERS
from csdesk.channels.url import parse_url
from csdesk.domain.hours import parse_hours
from csdesk.domain.sources import CARRIER_KINDS, PULLED, RENEWED, SHOP_KINDS
from csdesk.errors import Usage
from csdesk.i18n import _
from csdesk.settings import nearest
from csdesk.text import clean, clean_line

MAIL = ("imap", "maildir", "mbox")
ALL = (*MAIL, *PULLED)
COLOURS = ("red", "green", "yellow", "blue", "magenta", "cyan")
MAX_UNDO = 600
_ON, _OFF = ("1", "yes", "true", "on"), ("0", "no", "false", "off")
_SIGNED = re.compile(r"signature_[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
"""A signature for one language; there are as many such keys as languages."""
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `kept` gives the form in which a value is stored and raises ValueError for what is none; `shape`
    says in words what it holds; `own` are columns of the account itself, the others are its settings."""

    name: str
    shape: str
    meaning: str
    kept: Callable[[str], str]
    kinds: tuple[str, ...] = MAIL
    own: str = ""
    example: str = ""


def _flag(text: str) -> str:
    if text.lower() not in (*_ON, *_OFF):
        raise ValueError(text)
    return "1" if text.lower() in _ON else "0"


def _between(low: float, high: float, *, whole: bool = True) -> Callable[[str], str]:
    def kept(text: str) -> str:
        number = float(text)
        if not low <= number <= high or (whole and not number.is_integer()):
            raise ValueError(text)
        return f"{number:.0f}" if whole else f"{number:g}"

    return kept


def _one_of(*words: str) -> Callable[[str], str]:
    def kept(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(text)
        return text.lower()

    return kept


def _url(protocol: str) -> Callable[[str], str]:
    def kept(text: str) -> str:
        url = parse_url(text, protocol)
        if url.protocol != protocol:
            raise Usage(_("{url} is not an address for {key}.").format(url=url, key=protocol.upper()))
        return str(url)

    return kept


def _path(text: str) -> str:
    return str(Path(text).expanduser().absolute())


def _variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        raise ValueError(text)
    return text


def _web(text: str) -> str:
    if not re.match(r"https://[^/\s]|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", text):
        raise ValueError(text)
    return text


def _hours(text: str) -> str:
    parse_hours(text, "UTC")
    return text


def _zone(text: str) -> str:
    parse_hours("", text)
    return text


def _signature(text: str) -> str:
    return clean(text.replace("\\n", "\n")).strip("\n")


def _shop_url(text: str) -> str:
    """https, or http on this machine; an address without either is https."""
    return _web(text if "://" in text else f"https://{text}").rstrip("/")


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise ValueError(text)
    return text.upper()


_IMAP, _FILES = ("imap",), ("maildir", "mbox")
NEEDED = {
    "shopify": ("url",),
    "woocommerce": ("url", "key"),
    "vendure": ("url",),
    "amazon": ("key", "marketplace"),
    "ebay": ("key",),
    "aliexpress": ("key",),
    "ups": ("key",),
    "usps": ("key",),
    "royalmail": ("key",),
    "yunexpress": ("key",),
}
"""What an account cannot work without."""
_GROUPS: Mapping[tuple[str, ...], str] = {
    ALL: "", MAIL: "mail", SHOP_KINDS: "shops", CARRIER_KINDS: "carriers", PULLED: "shops, carriers",
}  # fmt: skip
KEYS: tuple[Key, ...] = (
    Key("address", "mail address", "the address that replies come from", str, own="address"),
    Key("display_name", "text", "the name that replies come from", clean_line, own="display_name"),
    Key("signature", "text", r"put under every reply; \n begins a line", _signature, own="signature"),
    Key("undo", f"seconds, 0 to {MAX_UNDO}", "how long a sent message can be taken back", _between(0, MAX_UNDO),
        own="undo_seconds"),
    Key("colour", " | ".join(COLOURS), "the colour of the account's name in the queue", _one_of(*COLOURS)),
    Key("quote", "1 or 0", "replies carry the customer's last words below their own; 0 unless it is set", _flag),
    Key("hours", "hours", "when somebody answers; a span may run past midnight", _hours,
        example="mon-fri 8:00-17:00, sat 20:00-4:00"),
    Key("hours_zone", "time zone", "the zone of `hours`; UTC unless it is set", _zone, example="Asia/Shanghai"),
    Key("acknowledge", "1 or 0", "outside `hours`, customers who write are told once that their mail came; 0 unless it "
        "is set", _flag),
    Key("acknowledge_template", "template", "the template of that answer; out_of_hours unless it is set", clean_line),
    Key("imap", "URL", "the server to read from", _url("imap"), _IMAP,
        example="imaps://support@shop.example@mail.shop.example/INBOX"),
    Key("smtp", "URL", "the server to send through", _url("smtp"),
        example="smtps://support@shop.example@mail.shop.example"),
    Key("path", "path", "where the mailbox lies", _path, _FILES),
    Key("folders", "names", "more folders to read, with commas between them", clean_line, ("imap", "maildir"),
        example="Returns, Wholesale"),
    Key("sent", "folder", "where our copies are filed", clean_line),
    Key("server_files_sent", "1 or 0", "the server keeps a copy of what it sends by itself", _flag, _IMAP),
    Key("follow_sent", "1 or 0", "replies written in other programs are read from the Sent folder; 1 unless it is set",
        _flag, _IMAP),
    Key("mark_seen", "1 or 0", "what was fetched is marked as read on the server; 0 unless it is set", _flag, _IMAP),
    Key("password_env", "variable", "the environment variable that holds the password or the shop's secret", _variable,
        ALL),
    Key("refresh_env", "variable", "the environment variable that holds the refresh token", _variable, RENEWED),
    Key("url", "URL", "the shop's address; at a marketplace or carrier its API's, where that is another one than usual",
        _shop_url, PULLED, example="https://shop.example"),
    Key("user", "text", "who signs in; without it the secret is a token", clean_line, ("vendure",), example="desk"),
    Key("key", "text", "the consumer key, client id or app key that belongs to the secret", clean_line,
        ("woocommerce", *RENEWED, "ups", "usps", "royalmail", "yunexpress"), example="ck_0123"),
    Key("channel", "text", "the token of one of the shop's channels", clean_line, ("vendure",)),
    Key("replacement_coupon", "text", "a coupon that makes an order free, for goods that are sent again", clean_line,
        ("vendure",)),
    Key("marketplace", "ids", "marketplaces to read, with commas between them", clean_line, ("amazon", "ebay"),
        example="A1PA6795UKMFR9"),
    Key("api_version", "text", "another version of the shop's API than the desk was written for", clean_line,
        ("shopify",), example="2026-10"),
    Key("currency", "currency", "the currency that the shop reckons in", _currency, SHOP_KINDS, example="EUR"),
    Key("days", "days, 1 to 730", "how far back the first look at a shop goes; 60 unless it is set", _between(1, 730),
        SHOP_KINDS),
    Key("after_days", "days, 0 to 60", "how long a parcel that arrived is still asked about; 3 unless it is set",
        _between(0, 60), CARRIER_KINDS),
    Key("smtp_password_env", "variable", "the same for sending, where that has another password", _variable),
    Key("ca_file", "path", "the certificate of an authority of your own", _path, ALL),
    Key("timeout", "seconds, 0.1 to 600", "how long a server may take to answer", _between(0.1, 600, whole=False), ALL),
    Key("settle_seconds", "seconds, 0 to 3600", "how long a server may take to show what it sent in its Sent folder; "
        "30 unless it is set", _between(0, 3600, whole=False)),
    Key("bytes_per_day", "bytes", "at most so much is fetched a day; 0 is no limit", _between(0, 1e15), _IMAP),
    Key("connections", "number", "at most so many connections at once; 0 is no limit", _between(0, 1000), _IMAP),
    Key("oauth", " | ".join(PROVIDERS), "sign in at this provider instead of with a password", _one_of(*PROVIDERS)),
    Key("oauth_client_id", "text", "the shop's client id at the provider", clean_line),
    Key("oauth_tenant", "text", "the organisation at Microsoft; common unless it is set", clean_line),
    Key("oauth_auth_url", "URL", "sign-in page of another provider", _web),
    Key("oauth_token_url", "URL", "token address of another provider", _web),
    Key("oauth_device_url", "URL", "device code address of another provider", _web),
    Key("oauth_scope", "text", "what to ask another provider for", clean_line),
)  # fmt: skip


def of_kind(kind: str) -> dict[str, Key]:
    """The keys that an account of this kind knows, by name; a signature for a language is not among them."""
    return {key.name: key for key in KEYS if kind in key.kinds}


def is_own(kind: str, name: str) -> str:
    """The column of the account that a key is kept in, or '' for one of its settings."""
    key = of_kind(kind).get(name)
    return key.own if key else ""


def checked(kind: str, values: Mapping[str, str]) -> dict[str, str]:
    """These values in the form in which they are kept; '' stays '' and means: not set. Raises Usage naming the key,
    and the nearest one for a key that an account of this kind does not know."""
    known = of_kind(kind)
    out = {}
    for name, value in values.items():
        if _SIGNED.fullmatch(name):
            out[name] = _signature(value.strip())
            continue
        if name not in known:
            raise Usage(_unknown(kind, name, known))
        out[name] = _kept(known[name], value.strip())
    return out


def _unknown(kind: str, name: str, known: Mapping[str, Key]) -> str:
    shown, near = clean_line(name, limit=60), nearest(name, known)
    if name in {key.name for key in KEYS}:
        return _("A {kind} account has no setting {name!r}.").format(kind=kind, name=shown)
    if near:
        words = _("A {kind} account has no setting {name!r}; did you mean {near}?")
        return words.format(kind=kind, name=shown, near=near)
    words = _("A {kind} account has no setting {name!r}; it has: {names}.")
    return words.format(kind=kind, name=shown, names=", ".join(known))


def _kept(key: Key, value: str) -> str:
    if not value:
        return ""
    try:
        return key.kept(value)
    except ValueError as error:
        told = clean_line(value, limit=60)
        if key.example:
            words = _("{key} cannot be {value!r}; write it as {example!r}.")
            raise Usage(words.format(key=key.name, value=told, example=key.example)) from error
        words = _("{key} cannot be {value!r}; it is: {shape}.")
        raise Usage(words.format(key=key.name, value=told, shape=key.shape)) from error


def markdown() -> str:
    """docs/accounts.md."""
    lines = [
        "# Settings of an account",
        "",
        "`csdesk account set NAME key=value ...` sets them, also several at once; `key=` takes one back. Where it says",
        "no kind, every kind of account has the setting; `mail` are imap, maildir and mbox, `shops` all shops,",
        "`carriers` all carriers and tracking services.",
        "",
        "| key | what it holds | meaning | kinds |",
        "|---|---|---|---|",
    ]
    for key in KEYS:
        shape = key.shape.replace("|", "\\|")
        shape += f", such as `{key.example}`" if key.example else ""
        kinds = {
            ALL: "",
            MAIL: "mail",
            SHOP_KINDS: "shops",
            CARRIER_KINDS: "carriers",
            PULLED: "shops, carriers",
        }.get(key.kinds, ", ".join(key.kinds))
        lines.append(f"| `{key.name}` | {shape} | {key.meaning} | {kinds} |")
        if key.name == "signature":
            lines.append(
                "| `signature_es`, `signature_pt-BR` ... | text | the same for replies in this language; "
                "`{agent}` in a signature is who answers | |"
            )
    return "\n".join(lines)
