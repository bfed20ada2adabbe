"""HTML mail as readable text. Nothing is fetched and nothing runs; what a reader would not see is left out.

Quotes that the markup shows (Gmail, Outlook, Apple, Yahoo, Proton, Thunderbird) come back as line ranges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import unquote

from csdesk.domain.mail import Quote

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_MARKUP = 3_000_000
"""Above this many characters, or MAX_TAGS tags, the tags are only stripped: a tree would cost too much."""
MAX_TAGS = 40_000
MAX_DEPTH = 20
MAX_MARKS = 100
MAX_UNCLOSED = 10_000
"""The parser looks through all open elements at each tag, so deep nesting costs its square."""

_DROPPED = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "template",
        "noscript",
        "object",
        "embed",
        "applet",
        "iframe",
        "frame",
        "svg",
        "math",
        "audio",
        "video",
        "select",
        "textarea",
        "canvas",
        "map",
        "datalist",
        "progress",
        "meter",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "li",
        "main",
        "nav",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "caption",
        "body",
        "html",
    ]
)
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "blockquote"])
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|(?<![-\w])font-size:0(?:\.0+)?(?:px|pt|em|%)?(?:;|!|$)"
    r"|(?<![-\w])max-height:0(?:px)?(?:;|!|$)|(?<![-\w])opacity:0(?:;|!|$)"
)
_QUOTE_CLASSES = frozenset(
    ("gmail_attr", "moz-cite-prefix", "protonmail_quote", "yahoo_quoted", "yahoo_quoted_begin")
)
_SIGNATURE_CLASSES = frozenset(("gmail_signature", "moz-signature", "protonmail_signature_block-user"))
_SIGNATURE_IDS = frozenset(("signature", "applemailsignature", "ms-outlook-mobile-signature", "x_signature"))
_REST_IDS = frozenset(
    ("divrplyfwdmsg", "appendonsend", "x_divrplyfwdmsg", "x_appendonsend", "isreplycontent")
)
_REST_CLASSES = frozenset(("outlookmessageheader",))
_EBAY_WORDS = "userinputtedtext"
"""Where eBay puts what the member wrote; all around it is eBay's."""
_SAID = "said"
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_FORWARD = re.compile(r"forwarded message|weitergeleitete|reenviado|transf[ée]r|转发|轉寄", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:https?:|mailto:|tel:|ftp:)", re.IGNORECASE)
_STRIP_PREFIX = re.compile(r"^(?:https?://|mailto:|tel:)(?:www\.)?", re.IGNORECASE)
_UNREAD = re.compile(r"(</?(?:script|style|title)\b|<!--|-->)", re.IGNORECASE)
_TAG_BREAK = re.compile(
    r"<(?:br|/?p|/?div|/?tr|/?li|/?h\d|/?table|/?blockquote)\b[^<>]{0,2000}>", re.IGNORECASE
)
_TAG_ANY = re.compile(r"<[a-zA-Z/!?][^<>]{0,4000}>")


@dataclass(frozen=True, slots=True)
class Readable:
    """Text of an HTML body and the lines of it that its markup shows as quote or signature."""

    text: str
    quotes: tuple[Quote, ...] = ()


@dataclass(slots=True)
class _Page:
    """The lines written so far. `quote` counts blockquotes around the place, `folded` names what the markup
    says about it ('' | 'quote' | 'signature')."""

    lines: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    now: list[str] = field(default_factory=list)
    quote: int = 0
    pre: int = 0
    marked: int = 0
    folded: list[str] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    pictures: Mapping[str, str] = field(default_factory=dict)

    def write(self, text: str) -> None:
        if not self.pre:
            text = _SPACE.sub(" ", text)
            if text.startswith(" ") and (not self.now or self.now[-1].endswith(" ")):
                text = text[1:]
        elif "\n" in text:
            first, *others = text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")
            self.write(first)
            for other in others:
                self.end_line(force=True)
                self.write(other)
            return
        if text:
            self.now.append(text)

    def end_line(self, force: bool = False) -> None:
        content = "".join(self.now).rstrip()
        self.now.clear()
        if not content and not force:
            return
        prefix = ">" * min(self.quote, MAX_DEPTH)
        self.lines.append(f"{prefix} {content}".rstrip() if prefix else content)
        self.marks.append(self.folded[-1] if self.folded else "")

    def gap(self) -> None:
        """End the line and leave one empty one before what follows."""
        self.end_line()
        if self.lines and (self.lines[-1].strip("> ") or len(self.lines[-1]) > self.quote):
            self.end_line(force=True)


def to_text(markup: str, pictures: Mapping[str, str] = MappingProxyType({})) -> Readable:
    """The text a reader would see. Blockquotes get '> ', links stay visible as `text <url>`. Not cleaned.
    `pictures`: the file name of each content id; it stands where an image without words of its own is shown."""
    markup = markup.replace("\x00", "")
    tags = markup.count("<")
    if len(markup) > MAX_MARKUP or tags > MAX_TAGS or tags - 2 * markup.count("</") > MAX_UNCLOSED:
        return Readable(_stripped(markup))
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        root = LexborHTMLParser(markup).body
    except (SelectolaxError, ValueError, UnicodeError):
        return Readable(_stripped(markup))
    if root is None:
        return Readable("")
    page = _Page(pictures=pictures)
    _walk(root, page)
    page.end_line()
    return _finished(page)


def _walk(root: LexborNode, page: _Page) -> None:
    """Depth first without recursion: hostile mail nests a hundred thousand elements."""
    node: LexborNode | None = root
    leave: list[tuple[LexborNode, str, int]] = []
    while node is not None:
        down = _enter(node, page, leave)
        child = node.child if down else None
        if child is not None:
            node = child
            continue
        while node is not None:
            if leave and leave[-1][0].mem_id == node.mem_id:
                _, link, folds = leave.pop()
                _exit(node, page, link)
                del page.folded[folds:]
            if node.mem_id == root.mem_id:
                return
            following = node.next
            if following is not None:
                node = following
                break
            node = node.parent


def _enter(node: LexborNode, page: _Page, leave: list[tuple[LexborNode, str, int]]) -> bool:
    """Write what stands at the beginning of a node; whether its children are to be read."""
    tag = node.tag or ""
    if tag == "-text":
        page.write(node.text_content or "")
        return False
    if tag in _DROPPED or not tag[:1].isalpha():
        return False
    if tag == "br":
        page.end_line(force=True)
        return False
    attributes = node.attributes
    if attributes and _is_hidden(attributes):
        return False
    folds = len(page.folded)
    if attributes and _mark(node, attributes, page, leave):
        folds = len(page.folded)
    if tag == "img":
        shown = (attributes.get("alt") or "").strip() or _picture(attributes.get("src") or "", page)
        if shown:
            page.write(f"[{shown[:200]}]")
        return False
    if tag == "hr":
        page.end_line()
        page.write("---")
        page.end_line()
        return False
    link = (attributes.get("href") or "").strip() if tag == "a" else ""
    if link and not _SCHEME.match(link):
        link = ""
    leave.append((node, f"{len(page.lines)} {len(page.now)} {link}" if link else "", folds))
    _open(tag, page)
    return True


def _picture(source: str, page: _Page) -> str:
    """The name of the enclosed file that an image shows."""
    source = source.strip()
    if not page.pictures or source[:4].lower() != "cid:":
        return ""
    return page.pictures.get(source[4:]) or page.pictures.get(unquote(source[4:]), "")


def _open(tag: str, page: _Page) -> None:
    if tag in _SPACED and not (tag in ("ul", "ol") and page.lists):
        page.gap()
    elif tag in _BLOCKS:
        page.end_line()
    elif tag in ("td", "th") and page.now and not page.now[-1].endswith(" "):
        page.now.append("  ")
    if tag == "blockquote":
        page.quote += 1
    elif tag == "pre":
        page.pre += 1
    elif tag in ("ul", "ol"):
        page.lists.append(0 if tag == "ol" else -1)
    elif tag == "li":
        if page.lists and page.lists[-1] >= 0:
            page.lists[-1] += 1
        indent = "  " * max(0, min(len(page.lists), 8) - 1)
        page.now.append(f"{indent}{page.lists[-1]}. " if page.lists and page.lists[-1] > 0 else f"{indent}- ")


def _exit(node: LexborNode, page: _Page, link: str) -> None:
    """Write what stands at the end of a node."""
    tag = node.tag or ""
    if link:
        _close_link(page, link)
    if tag == "blockquote":
        page.end_line()
        page.quote = max(0, page.quote - 1)
        page.gap()
    elif tag in _SPACED:
        page.end_line()
        if tag == "pre":
            page.pre = max(0, page.pre - 1)
        elif tag in ("ul", "ol") and page.lists:
            page.lists.pop()
        if not page.lists:
            page.gap()
    elif tag in _BLOCKS:
        page.end_line()


def _close_link(page: _Page, opened: str) -> None:
    """Add ` <url>` unless the text says the same."""
    line, at, url = opened.split(" ", 2)
    url = _SPACE.sub("", url)
    shown = "".join(page.now[int(at) :]) if int(line) == len(page.lines) else "".join(page.now)
    if _STRIP_PREFIX.sub("", url).rstrip("/") != _STRIP_PREFIX.sub("", shown.strip()).rstrip("/"):
        page.now.append(f" <{url}>" if shown.strip() and not shown.endswith(" ") else f"<{url}>")


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return bool(style) and _HIDDEN.search(_SPACE.sub("", (style or "")[:4000]).lower()) is not None


def _mark(
    node: LexborNode, attributes: dict[str, str | None], page: _Page, leave: list[tuple[LexborNode, str, int]]
) -> bool:
    """Note what the markup says: from here on to the end of this node (or of its parent, for the clients that
    put only a divider before the quote: then True) the lines are quote or signature."""
    name = (attributes.get("id") or "").lower()
    classes = (attributes.get("class") or "").lower().split()
    if (not name and not classes) or page.marked > MAX_MARKS:
        return False
    if name in _REST_IDS or not _REST_CLASSES.isdisjoint(classes) or "olk_src_body_section" in name:
        page.end_line()
        # To be undone when the parent ends, so the siblings that follow are inside.
        page.folded.append("quote")
        if leave:
            holder, link, folds = leave[-1]
            leave[-1] = (holder, link, min(folds, len(page.folded) - 1))
        return True
    elif name == _EBAY_WORDS:
        page.end_line()
        page.folded.append(_SAID)
    elif not _QUOTE_CLASSES.isdisjoint(classes):
        page.end_line()
        page.marked += 1
        if not _FORWARD.search(node.text()[:300]):
            page.folded.append("quote")
    elif not _SIGNATURE_CLASSES.isdisjoint(classes) or name in _SIGNATURE_IDS:
        page.end_line()
        page.folded.append("signature")
    return False


def _finished(page: _Page) -> Readable:
    """Text and ranges, with runs of empty lines made one."""
    lines: list[str] = []
    marks: list[str] = []
    for line, mark in zip(page.lines, page.marks, strict=True):
        if not line and (not lines or not lines[-1]):
            continue
        while lines and not lines[-1].strip(">") and len(lines[-1]) > len(line) - len(line.lstrip(">")):
            lines.pop()
            marks.pop()
        lines.append(line)
        marks.append(mark)
    while lines and not lines[-1]:
        lines.pop()
        marks.pop()
    if any(mark == _SAID and line for line, mark in zip(lines, marks, strict=True)):
        marks = [mark or "frame" for mark in marks]
    marks = ["" if mark == _SAID else mark for mark in marks]
    quotes: list[Quote] = []
    for number, mark in enumerate(marks):
        if not mark:
            continue
        if quotes and quotes[-1].end == number and quotes[-1].kind == mark:
            quotes[-1] = Quote(quotes[-1].start, number + 1, mark)
        else:
            quotes.append(Quote(number, number + 1, mark))
    return Readable("\n".join(lines), tuple(quotes))


def _stripped(markup: str) -> str:
    """Text of markup too large for a tree: tags dropped, breaks kept."""
    kept: list[str] = []
    closing = ""
    for piece in _UNREAD.split(markup):
        lowered = piece[:9].lower()
        if closing:
            closing = "" if lowered.startswith(closing) else closing
        elif lowered == "<!--":
            closing = "-->"
        elif lowered in ("<script", "<style", "<title"):
            closing = "</" + lowered[1:]
            kept.append(" ")
        else:
            kept.append(piece)
    text = _TAG_ANY.sub(" ", _TAG_BREAK.sub("\n", "".join(kept)))
    lines = (_SPACE.sub(" ", line).strip() for line in unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)
