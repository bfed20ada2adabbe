"""What marketplaces and signing programs put around a person's words, and where those words stand in it. Knows lines
of text only.

Amazon's two bars come in the language of the marketplace (Amazon.com, .de, .fr, .it, .es, .co.jp, .com.br); eBay and
Etsy use headings and closing lines without a bar, so theirs count only in mail from them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BEGIN = (
    r"Begin message|Message\s*:|Anfang der Nachricht|Beginn der Nachricht|Début du message|Inizio (?:del )?messaggio|"
    r"Iniciar mensaje|Inicio del mensaje|In[ií]cio da mensagem|Iniciar mensagem|Mensagem\s*:|Begin (?:van )?bericht|"
    r"Start meddelande|Początek wiadomości|メッセージはここから|消息开始|开始消息|Mesaj başlangıcı|بداية الرسالة"
)
_END = (
    r"End message|Ende der Nachricht|Fin du message|Fine (?:del )?messaggio|Finalizar mensaje|Fin del mensaje|"
    r"Fim da mensagem|Encerrar mensagem|Mensagem final|Einde (?:van )?bericht|Slut meddelande|Koniec wiadomości|"
    r"メッセージはここまで|消息结束|结束消息|Mesaj sonu|نهاية الرسالة"
)
_AMAZON_BEGIN = re.compile(rf"^\s*-{{5,}}\s*(?:{_BEGIN})\s*-{{5,}}\s*$", re.IGNORECASE)
_AMAZON_END = re.compile(rf"^\s*-{{5,}}\s*(?:{_END})\s*-{{5,}}\s*$", re.IGNORECASE)
_HEADINGS = {
    "ebay": re.compile(
        r"^\s*(?:New message(?: from| to)?|Neue Nachricht(?: von)?|Nouveau message(?: de)?|Nuovo messaggio(?: da)?|"
        r"Nuevo mensaje(?: de)?)\b[^\n]{0,120}$|^\S{2,64} (?:has )?sent (?:you )?a (?:message|question)[^\n]{0,120}$|"
        r"^eBay sent this message to [^\n]{0,200}$|^Your registered name is included[^\n]{0,200}$",
        re.IGNORECASE,
    ),
    "etsy": re.compile(
        r"^[^\n]{0,80}\bsent you a message\b[^\n]{0,60}$|^New message from [^\n]{1,80}$|"
        r"^[^\n]{0,80}\bneeds help with an order\b[^\n]{0,60}$|^\s*[*=_-]{5,}\s*$|"
        r"^[^\n]{0,80}(?:hat dir eine Nachricht gesendet|vous a envoyé un message)[^\n]{0,40}$",
        re.IGNORECASE,
    ),
}
_CLOSINGS = {
    "ebay": re.compile(
        r"^\s*\[?(?:Reply|Respond|Respond now|Antworten|Répondre|Responder|Rispondi)\]?\s*(?:<\S+>)?\s*$|"
        r"^\s*(?:Your previous message|Your message|Ihre vorherige Nachricht|Votre message précédent|"
        r"Il tuo messaggio precedente|Tu mensaje anterior|Tu mensaje)\s*:?\s*$|"
        r"^\s*(?:Item (?:Id|number|name|status)|Order (?:number|status|total)|Transaction Id|Artikelnummer|"
        r"Bestellnummer|Numéro d'objet|Numero oggetto|Número de artículo)\s*[:#].{0,120}$|"
        r"^\s*(?:Email reference id|Only purchases on eBay|eBay sent this message|Learn how to protect yourself|"
        r"This (?:message|email) was sent|We don't check this mailbox|©).{0,400}$",
        re.IGNORECASE,
    ),
    "etsy": re.compile(
        r"^\s*\[?(?:View(?: the)? (?:message|conversation)|View|Reply here|Reply on Etsy|Reply to this message|"
        r"Nachricht ansehen|Voir le message)\]?\s*(?:\(|<|https?:|\.|$).{0,400}$|"
        r"^\s*(?:Quick tip:|Download the Etsy app|Need help\?|Etsy, Inc|You are receiving this|©|Copyright).{0,400}$",
        re.IGNORECASE,
    ),
}
_HEADING_LINES = 25
_PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_PGP_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_PGP_END = "-----END PGP SIGNATURE-----"


def fold_frames(lines: Sequence[str], kinds: list[str], text: str, market: str = "") -> None:
    """Mark with 'frame' the lines that are not the writer's. `market` is relays.market_of() of the sender or ''."""
    if "-----BEGIN PGP SIG" in text:
        _fold_armor(lines, kinds)
    said = _between_bars(lines, market) if "-----" in text else None
    if said is None and market in _HEADINGS:
        said = _below_heading(lines, market)
    if said is None or not any(line.strip() for line in lines[said[0] : said[1]]):
        return
    for number in (*range(said[0]), *range(said[1], len(lines))):
        kinds[number] = "frame"


def _between_bars(lines: Sequence[str], market: str) -> tuple[int, int] | None:
    """The lines between Amazon's bars. One bar alone is enough only in mail from Amazon."""
    begin = end = None
    for number, line in enumerate(lines):
        if line.lstrip()[:5] != "-----" or len(line) > 120 or not line.strip("- "):
            continue
        if begin is None and _AMAZON_BEGIN.match(line):
            begin = number + 1
        elif _AMAZON_END.match(line):
            end = number
            break
    if (begin is None or end is None) and market != "amazon":
        return None
    return None if begin is None and end is None else (begin or 0, len(lines) if end is None else end)


def _below_heading(lines: Sequence[str], market: str) -> tuple[int, int] | None:
    """The lines between the market's heading and its first closing line."""
    heading, closing = _HEADINGS[market], _CLOSINGS[market]
    begin = 0
    for number, line in enumerate(lines[:_HEADING_LINES]):
        if heading.match(line):
            begin = number + 1
        elif closing.match(line) and any(one.strip() for one in lines[begin:number]):
            break
    end = next((at for at in range(begin, len(lines)) if closing.match(lines[at])), len(lines))
    return None if begin == 0 and end == len(lines) else (begin, end)


def _fold_armor(lines: Sequence[str], kinds: list[str]) -> None:
    """The lines that PGP puts around a text it signs (RFC 9580 section 7)."""
    inside = ""
    for number, line in enumerate(lines):
        bare = line.strip()
        if bare == _PGP_SIGNED:
            inside = "head"
        elif bare == _PGP_SIGNATURE:
            inside = "signature"
        if inside:
            kinds[number] = "frame"
        if (inside == "head" and not bare) or bare == _PGP_END:
            inside = ""
