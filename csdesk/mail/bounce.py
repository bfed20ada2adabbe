"""Why a mail came back, in words, and the bounces of servers that do not write RFC 3464. Pure; knows no store.

Status codes are RFC 3463 (and its registry: 5.7.26 and kin), the texts those of qmail's QSBMF, Exchange, Gmail,
QQ, NetEase and Postfix as their own bounces carry them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from csdesk.i18n import _
from csdesk.text import clean_line

_LOOKED_AT = 20_000
_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
_STATUSES: tuple[tuple[str, str], ...] = (
    (r"[45]\.1\.(?:1|0|6|10)|5\.2\.1|5\.5\.1\b.*user", "unknown"),
    (r"[45]\.1\.[2-4]|5\.4\.4|5\.1\.8", "domain"),
    (r"[45]\.2\.2", "full"),
    (r"[45]\.2\.3|[45]\.3\.4", "large"),
    (r"5\.7\.(?:26|2[0-9]|8|9)", "unproven"),
    (r"[45]\.7\.\d+", "blocked"),
    (r"4\.4\.\d+|5\.4\.[0-7]", "unreachable"),
    (r"4\.2\.1|4\.3\.\d+", "busy"),
)
_TEXTS: tuple[tuple[str, str], ...] = (
    (r"over ?quota|quota (?:has been )?exceeded|mailbox (?:is |has been )?full|full mailbox|"
    r"insufficient storage|out of storage|"
     r"exceeded storage|邮箱(?:空间)?已?满|空间不足|收件人邮箱已满|容量不足|posteingang.{0,20}voll|"
     r"postfach.{0,20}voll|bo[iî]te.{0,20}pleine|"
     r"buzón.{0,20}lleno|casella.{0,20}piena|ящик.{0,20}переполнен|メールボックス.{0,20}(?:一杯|いっぱい|"
     r"容量)", "full"),
    (r"too (?:large|big)|size (?:limit|exceeds)|message size|exceeds? (?:the )?(?:maximum|size)|附件过大|"
    r"邮件(?:大小)?(?:超过|过大)|zu groß|"
     r"trop volumineux|demasiado grande", "large"),
    (r"dmarc|spf (?:check|fail)|dkim|unauthenticated|not authorized to send|authentication (?:required|"
    r"check)", "unproven"),
    (r"spam|blacklist|block ?list|blocklist|blocked|spamhaus|reputation|policy|rejected due to content|"
    r"垃圾邮件|拒收|黑名单|"
     r"content rejected|listed at|rbl", "blocked"),
    (r"host (?:or domain name )?not found|domain (?:name )?(?:not found|does ?n[o']t exist)|"
    r"no (?:such )?domain|nxdomain|"
     r"unrouteable|couldn'?t find any host|域名.{0,10}(?:不存在|错误)|dns (?:error|failure)|no mx", "domain"),
    (r"(?:user|mailbox|address|recipient|account|adressat|empfänger)\b.{0,60}(?:unknown|not found|"
    r"no longer|doesn'?t exist|"
     r"does not exist|unavailable|disabled|inactive|invalid|rejected|unbekannt)|unknown (?:user|recipient|"
     r"mailbox|address)|"
     r"no such (?:user|recipient|mailbox|address|person)|no mailbox (?:here )?by that name|"
     r"not a valid (?:user|mailbox)|user unknown|"
     r"wasn'?t found at|couldn'?t be found|address not found|(?:用户|收件人|邮箱|帐户|帐号|"
     r"账号)(?:地址)?.{0,12}(?:不存在|无效|未找到)|"
     r"(?:no existe|inconnue?|sconosciuto|не существует|存在しません)", "unknown"),
    (r"greylist|graylist|try again|temporar|deferred|too many|rate limit|throttl|频率|稍后", "busy"),
    (r"timed? ?out|connection (?:refused|reset|lost)|unreachable|no route|could not connect|"
    r"couldn'?t (?:connect|establish)|超时|无法连接",
     "unreachable"),
)  # fmt: skip
_STATUS_RULES = tuple((re.compile(f"^(?:{pattern})"), reason) for pattern, reason in _STATUSES)
_TEXT_RULES = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), reason) for pattern, reason in _TEXTS)
_SHAPES = re.compile(
    r"^Hi\. This is the (?:qmail-send|[\w.-]+) program at|I'm afraid I wasn't able to deliver your message|"
    r"^Your message did not reach some or all of the intended recipients|"
    r"Delivery has failed to these recipients|"
    r"^Diagnostic information for administrators|^\*\* (?:Address not found|Message (?:not delivered|"
    r"blocked)) \*\*|"
    r"^Your message wasn't delivered to|Delivery to the following recipients? failed|"
    r"^This message was created automatically by mail delivery software|"
    r"A message that you sent could not be delivered|"
    r"^I'm sorry to have to inform you that your message could not|很抱歉.{0,20}(?:您|"
    r"你)的邮件.{0,20}(?:退回|投递|送达)|"
    r"^退信|系统退信|您的邮件被退回|无法(?:投递|送达)|Mail delivery failed|Undelivered Mail Returned to Sender|"
    r"您发送的邮件.{0,60}(?:未能|退回|失败)|以下收件人.{0,30}失败|couldn't be delivered to",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_DELAYED = re.compile(
    r"has not (?:yet )?been delivered|delivery (?:is |has been )?(?:delayed|incomplete)|"
    r"will (?:be )?(?:retr|keep trying|continue)|"
    r"warning only|no need to re-?send|temporary problem|仍在尝试|延迟|还会继续尝试",
    re.IGNORECASE,
)
_SENDERS = re.compile(
    r"^(?:mailer-?daemon|postmaster|mail-daemon|microsoftexchange[0-9a-f]{4,40}|bounces?)(?:[+=-][^@]*)?@"
)
_SUBJECTS = re.compile(
    r"^(?:undeliver|delivery status notification|delivery (?:failure|has failed|delayed)|"
    r"mail delivery (?:failed|system|failure)|"
    r"failure notice|returned mail|non[- ]?remis|unzustellbar|mail non consegnat|no se puede entregar|"
    r"não entregue|"
    r"onbestelbaar|niedostarczon|недоставлен|系统退信|退信|邮件退回|無法傳遞|无法传递|配信不能|전송 실패|반송)",
    re.IGNORECASE,
)
_RECIPIENT = re.compile(
    rf"(?:^\s*<?({_ADDRESS})>?:?\s*$)|(?:(?:to|recipient|收件人|delivered to)\W{{0,12}}<?({_ADDRESS}))",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS_IN_TEXT = re.compile(r"(?<![\d.])#?([245]\.\d{1,2}\.\d{1,3})(?![\d.])")
_REASON_LINE = re.compile(
    r"^.{0,300}(?<!\d)[45]\d\d[ -](?:#?[45]\.\d{1,2}\.\d{1,3}|\S+ ).{0,300}$|^.{0,80}(?:remote (?:host|"
    r"server) (?:said|returned)|"
    r"(?:the )?(?:response|reason|error)(?: from the remote server)?(?: was| is)?\s*:|原因|错误).{0,400}$",
    re.IGNORECASE | re.MULTILINE,
)
_ORIGINAL_ID = re.compile(r"^message-id:[ \t]*((?:[^\n]|\n[ \t])+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says. `reason` is one of 'unknown', 'domain', 'full', 'large', 'blocked', 'unproven',
    'unreachable', 'busy', 'other'; `delayed`: the server is still trying; `temporary`: a later try may succeed;
    `sentence` is for a person, in the interface's language."""

    reason: str
    delayed: bool
    temporary: bool
    recipient: str
    status: str
    diagnostic: str
    sentence: str


def explain(headers: Mapping[str, str]) -> Bounce | None:
    """The bounce in `ParsedMail.headers` ('failed-status', 'failed-reason' ...); None when there is none."""
    status, diagnostic = headers.get("failed-status", ""), headers.get("failed-reason", "")
    action, recipient = headers.get("failed-action", ""), headers.get("failed-recipient", "")
    if not (status or diagnostic or action or recipient):
        return None
    reason = reason_of(status, diagnostic)
    delayed = action == "delayed"
    temporary = delayed or status.startswith("4")
    sentence = _sentence(reason, recipient or _("the recipient"), delayed)
    return Bounce(reason, delayed, temporary, recipient, status, diagnostic, sentence)


def reason_of(status: str, diagnostic: str) -> str:
    """One word for why. Servers write a general status beside a telling text, so each is asked for what it knows."""
    by_status = next((reason for rule, reason in _STATUS_RULES if rule.match(status)), "")
    if by_status and by_status not in ("blocked", "busy", "unreachable"):
        return by_status
    by_text = next((reason for rule, reason in _TEXT_RULES if rule.search(diagnostic)), "")
    return by_text or by_status or ("busy" if status.startswith("4") else "other")


def _sentence(reason: str, who: str, delayed: bool) -> str:
    if delayed:
        return _("The mail to {address} is late: {why} The server is still trying.").format(
            address=who, why=words(reason)
        )
    return _("The mail to {address} did not arrive: {why}").format(address=who, why=words(reason))


def words(reason: str) -> str:
    """A reason as a sentence of its own, in the interface's language."""
    sentences = {
        "unknown": _("there is no such mailbox."),
        "domain": _("there is no such mail domain."),
        "full": _("the mailbox is full."),
        "large": _("the mail is too large for the other server."),
        "blocked": _("the other server took it for spam or blocks our server."),
        "unproven": _("the other server wants proof that it is from us (SPF, DKIM or DMARC)."),
        "unreachable": _("the other server could not be reached."),
        "busy": _("the other server asked to try again later."),
    }
    return sentences.get(reason) or _("the other server refused it.")


def looks_like(sender: str, subject: str, text: str) -> bool:
    """Whether this is a bounce without the MIME shape of one: a machine's address or subject together with the
    words of a known server. One sign alone is not enough: people forward bounces and write about them."""
    named = _SENDERS.match(sender) is not None
    titled = _SUBJECTS.match(subject) is not None
    return (
        (named or titled)
        and _SHAPES.search(text[:_LOOKED_AT]) is not None
        and (named or (titled and _told(text)))
    )


def _told(text: str) -> bool:
    """Whether a failed recipient and a code or reason stand in the text."""
    start = text[:_LOOKED_AT]
    return _RECIPIENT.search(start) is not None and _REASON_LINE.search(start) is not None


def from_text(text: str) -> dict[str, str]:
    """What a bounce without a delivery report tells in its words, under the names that automatic.failure() uses."""
    start = text[:_LOOKED_AT]
    out: dict[str, str] = {"failed-action": "delayed" if _DELAYED.search(start) else "failed"}
    recipient = _RECIPIENT.search(start)
    if recipient:
        out["failed-recipient"] = (recipient[1] or recipient[2]).lower()
    status = _STATUS_IN_TEXT.search(start)
    if status:
        out["failed-status"] = status[1]
    reason = _REASON_LINE.search(start, recipient.end() if recipient and recipient[1] else 0)
    if reason is None:
        reason = next((found for rule, _r in _TEXT_RULES if (found := rule.search(start))), None)
    if reason:
        begin = start.rfind("\n", 0, reason.start()) + 1
        end = start.find("\n", reason.end())
        out["failed-reason"] = clean_line(start[begin : end if end >= 0 else None], limit=500)
    original = _ORIGINAL_ID.search(text[:200_000])
    if original:
        out["original-id"] = original[1]
    return out
