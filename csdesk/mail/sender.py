"""Who a mail is really from, in sentences for a person: where From, Sender, Reply-To, Return-Path and the receiving
server's checks disagree, and domains that only look like a known one. Pure: asks no DNS, checks no signature.

Authentication-Results is RFC 8601. Only the topmost field counts, and a 'pass' in it only when the server it names
also wrote one of the topmost Received lines: everybody can send such a field along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from csdesk.domain.mail import ParsedMail
from csdesk.i18n import _
from csdesk.mail import domains, relays

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(dkim|spf|dmarc)\s*=\s*([a-z]+)(.*)$", re.IGNORECASE | re.DOTALL)
_DKIM_DOMAIN = re.compile(r"\bheader\.(?:d|i)\s*=\s*\"?[^@\s;\"]*@?([^@\s;\"]+)", re.IGNORECASE)
_IN_NAME = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)")
_FAILED = frozenset(("fail", "softfail", "permerror"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about who sent a mail. `code` is stable; `sentence` is in the interface's language;
    `level` is 'warning', 'note' or 'good'."""

    code: str
    sentence: str
    level: str = "note"


@dataclass(frozen=True, slots=True)
class Checks:
    """What the receiving server found: `server` '' when it does not name itself; results lower case or '';
    `signed` the domains whose DKIM signature held; `trusted` whether the field is that server's own."""

    server: str = ""
    dkim: str = ""
    spf: str = ""
    dmarc: str = ""
    signed: tuple[str, ...] = ()
    trusted: bool = False

    def confirms(self, domain: str) -> bool:
        """Whether the receiving server vouches for this From domain."""
        aligned = any(domains.related(one, domain) for one in self.signed)
        return self.trusted and (self.dmarc == "pass" or (not self.dmarc and self.dkim == "pass" and aligned))

    def denies(self) -> bool:
        """Whether the checks say that the mail is not from where it says."""
        if self.dmarc:
            return self.dmarc in _FAILED
        return self.spf in _FAILED and self.dkim != "pass"


def checks(mail: ParsedMail) -> Checks:
    """The topmost Authentication-Results of a mail, read."""
    value = mail.headers.get("authentication-results", "")
    if not value:
        return Checks()
    for _again in range(3):
        value = _COMMENT.sub(" ", value)
    pieces = value.split(";")
    first = pieces[0].split()[:1]
    server = first[0].lower() if first and "=" not in first[0] else ""
    results: dict[str, str] = {}
    signed: list[str] = []
    for piece in pieces:
        found = _RESULT.match(piece)
        if found is None:
            continue
        method, result = found[1].lower(), found[2].lower()
        if results.get(method) != "pass":
            results[method] = result
        if method == "dkim" and result == "pass":
            signed += [one.lower() for one in _DKIM_DOMAIN.findall(found[3])]
    by = mail.headers.get("received-by", "").split()
    trusted = (
        any(domains.related(server, host) for host in by) if server else any(_microsoft(one) for one in by)
    )
    return Checks(
        server,
        results.get("dkim", ""),
        results.get("spf", ""),
        results.get("dmarc", ""),
        tuple(signed),
        trusted,
    )


def _microsoft(host: str) -> bool:
    """Microsoft's servers leave their name out of the field (RFC 8601 wants it)."""
    return host.endswith((".outlook.com", ".office365.com"))


def sender_truth(mail: ParsedMail, known: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What there is to know, worst first; () when all agree and nothing was checked. `known`: domains that a
    stranger may want to pass for, such as the shop's own and its customers'."""
    domain = _domain(mail.sender.address)
    if not domain:
        return (Finding("no-sender", _("This mail does not say who sent it."), "warning"),)
    found = checks(mail)
    findings = [*_disguise(mail, domain, known), *_checked(mail, domain, found)]
    if relays.market_of(mail.sender.address) is None:
        findings += _disagreement(mail, domain, found)
    order = {"warning": 0, "note": 1, "good": 2}
    return tuple(sorted(findings, key=lambda one: order[one.level]))


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _disguise(mail: ParsedMail, domain: str, known: Sequence[str]) -> list[Finding]:
    """A domain or a name that wants to be taken for another one."""
    out: list[Finding] = []
    shown = domains.shown(domain)
    like = domains.look_alike(domain, known)
    if like:
        words = _("{domain} looks like {known}, but is another domain.").format(domain=shown, known=like)
        out.append(Finding("look-alike", words, "warning"))
    elif domains.mixed(domain):
        words = _("{domain} mixes letters of several scripts to look like another name.").format(domain=shown)
        out.append(Finding("mixed-scripts", words, "warning"))
    named = _IN_NAME.search(mail.sender.name)
    if named and not domains.related(named[1].lower(), domain):
        words = _("The name shows {shown}, but the mail is from {address}.")
        out.append(
            Finding("name", words.format(shown=named[0].lower(), address=mail.sender.address), "warning")
        )
    return out


def _checked(mail: ParsedMail, domain: str, found: Checks) -> list[Finding]:
    results = (("dmarc", found.dmarc), ("dkim", found.dkim), ("spf", found.spf))
    told = ", ".join(f"{method}={result}" for method, result in results if result)
    shown = domains.shown(domain)
    if found.denies():
        words = _("The receiving server could not confirm that this mail is from {domain} ({results}).")
        return [Finding("not-confirmed", words.format(domain=shown, results=told), "warning")]
    if found.confirms(domain):
        words = _("The receiving server confirmed that this mail is from {domain} ({results}).")
        return [Finding("confirmed", words.format(domain=shown, results=told), "good")]
    return []


def _disagreement(mail: ParsedMail, domain: str, found: Checks) -> list[Finding]:
    """Fields that name somebody else. A foreign Return-Path is usual for services that send for others, so it
    counts only where nothing confirms the sender."""
    out: list[Finding] = []
    foreign = [one.address for one in mail.reply_to if not domains.related(_domain(one.address), domain)]
    if foreign:
        words = _("An answer goes to {other}, not to {sender}.")
        level = "note" if found.confirms(domain) else "warning"
        out.append(
            Finding("reply-to", words.format(other=", ".join(foreign[:3]), sender=mail.sender.address), level)
        )
    submitted = mail.headers.get("sender", "")
    if submitted and not domains.related(_domain(submitted), domain):
        words = _("It was sent by {other} in the name of {sender}.")
        out.append(Finding("sender", words.format(other=submitted, sender=mail.sender.address)))
    returned = mail.headers.get("return-path", "").strip("<> ").lower()
    if "@" in returned and not found.confirms(domain) and not domains.related(_domain(returned), domain):
        words = _("It came from a server of {other}, not of {domain}.")
        out.append(
            Finding("return-path", words.format(other=_domain(returned), domain=domains.shown(domain)))
        )
    return out
