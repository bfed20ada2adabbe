"""The links in a text: where each one really leads, and what is odd about it. Pure; nothing is opened here.

Schemes are limited to those that a help desk needs. A host is shown in its punycode spelling, because letters of other
alphabets look alike (UTS 39); what the words beside a link promise is compared with where it leads.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

SCHEMES = ("https", "http", "mailto", "tel")
MOST_CHARS = 4000

# Text of a web page became `words <target>`; in plain mail a link stands by itself.
_LINK = re.compile(
    r"<(?P<marked>[a-z][a-z0-9+.-]{1,20}:[^<>\s]{1,4000})>|(?P<bare>\b(?:https?://|mailto:|tel:)[^\s<>\"“”「」《》]{1,4000})"
    r"|(?P<www>(?<![\w@./-])www\.[\w-]+(?:\.[\w-]+)+(?:/[^\s<>\"]{0,2000})?)",
    re.IGNORECASE,
)
_STANDS_FOR = re.compile(r" ?<[a-z][a-z0-9+.-]{1,20}:[^<>\s]", re.IGNORECASE)
_TRAILING = ".,;:!?'’)]}、。，；：！？）」』】…"
_HOST_LIKE = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?![\w@])")
_SECOND = frozenset(("co", "com", "net", "org", "gov", "edu", "ac", "ne", "or", "go", "gob"))


@dataclass(frozen=True, slots=True)
class Link:
    """One link. `text` are the words that stand for it ('' when it stands for itself), `target` what would be opened,
    `host` its host in punycode ('' for mail and telephone), `shown` the same as it would be read where that differs.
    `problem` is '' or what is odd: 'mismatch', 'letters', 'address', 'user', 'scheme'."""

    text: str
    target: str
    scheme: str
    host: str = ""
    shown: str = ""
    problem: str = ""

    @property
    def opens(self) -> bool:
        """Whether it may be opened at all."""
        return self.problem != "scheme"


def links(text: str) -> list[Link]:
    """The links of a cleaned text, in order, each as often as it stands there."""
    out = []
    for line in text.split("\n"):
        if ":" not in line and "www." not in line.lower():
            continue
        for found in _LINK.finditer(line[: 4 * MOST_CHARS]):
            if not found["marked"] and _STANDS_FOR.match(line, found.end()):
                continue  # the words of the link that follows
            marked, bare, www = found["marked"], found["bare"], found["www"]
            words = line[: found.start()].rstrip() if marked else ""
            out.append(link(marked or _trimmed(bare or f"https://{www}"), words))
    return out


def link(target: str, words: str = "") -> Link:
    """A link by its target, and the words before it."""
    scheme, _colon, rest = target.partition(":")
    scheme = scheme.lower()
    text = _last(words)
    if scheme not in SCHEMES:
        return Link(text, target, scheme, problem="scheme")
    if scheme in ("mailto", "tel"):
        address = unquote(rest.partition("?")[0])
        promised = re.search(r"[\w.+-]+@[\w.-]+\w", text) if scheme == "mailto" else None
        odd = promised is not None and promised[0].lower() != address.lower()
        return Link(text, target, scheme, problem="mismatch" if odd else "")
    try:
        parts = urlsplit(target)
        raw = parts.hostname or ""
    except ValueError:
        return Link(text, target, scheme, problem="scheme")
    if not raw:
        return Link(text, target, scheme, problem="scheme")
    host, shown = punycode(raw), _decoded(raw)
    return Link(
        text,
        target,
        scheme,
        host,
        shown if shown != host else "",
        _problem(parts.username, host, shown, text),
    )


def _problem(user: str | None, host: str, shown: str, text: str) -> str:
    promised = _HOST_LIKE.search(text.rstrip("/").rpartition("//")[2].partition("/")[0])
    if promised and organisation(punycode(promised[0])) != organisation(host):
        return "mismatch"
    if user is not None:
        return "user"
    if _is_address(host):
        return "address"
    return "letters" if _odd_letters(shown) else ""


def punycode(host: str) -> str:
    """A host in ASCII; a label that cannot be one is spelled as its code points say."""
    out = []
    for label in host.lower().rstrip(".").split("."):
        if label.isascii():
            out.append(label)
            continue
        try:
            out.append("xn--" + unicodedata.normalize("NFKC", label).encode("punycode").decode("ascii"))
        except UnicodeError:
            out.append(label.encode("ascii", "backslashreplace").decode("ascii"))
    return ".".join(out)


def _decoded(host: str) -> str:
    out = []
    for label in host.lower().rstrip(".").split("."):
        if label.startswith("xn--"):
            try:
                label = label[4:].encode("ascii").decode("punycode")
            except (UnicodeError, ValueError):
                pass
        out.append(label)
    return ".".join(out)


def organisation(host: str) -> str:
    """The part of a host that one owner registered, as far as the name tells."""
    labels = host.lower().strip(".").split(".")
    last = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND else 2
    return ".".join(labels[-last:])


def _odd_letters(host: str) -> bool:
    """A label that mixes alphabets, or that is written in letters which all look Latin and are not."""
    for label in host.split("."):
        scripts = {unicodedata.name(char, "").split(" ")[0] for char in label if char.isalpha()}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}:
            return True
        if scripts == {"CYRILLIC"} and all(char in _LIKE_LATIN for char in label if char.isalpha()):
            return True
    return False


_LIKE_LATIN = frozenset("аеорсухіјѕԁԛԝһӏкмтвгпь")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.isdecimal() or host.startswith("0x")
    return True


def _trimmed(target: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays where it was opened inside."""
    while target and target[-1] in _TRAILING:
        if target[-1] == ")" and target.count("(") >= target.count(")"):
            break
        target = target[:-1]
    return target


def _last(words: str) -> str:
    """The words that stand for a link: the end of what is before it on its line."""
    words = words.rpartition(">")[2].strip()
    return words if len(words) <= 80 else "…" + words[-79:]
