"""The words by which mail programs announce a quote or a signature, one table per language. Data and patterns only.

An attribution is the line above a quote ("On Monday Ana wrote:"). Each pattern is matched against whole lines,
of which up to three may have been joined, because mailers wrap them.
"""

from __future__ import annotations

import re

# A date or time is what tells an attribution from a sentence of the writer that happens to end in a colon.
_D = r"(?=[^\n]{0,400}\d)"

_ADDRESS = r"<[^\s<>@]+@[^\s<>@]+>"

VERB = re.compile(
    r"wrote|writes|[写寫]|来信|schrieb|geschrieben|escribi|crit|scritto|escreveu|schreef|geschreven|napisa|pisze|"
    r"書きました|のメール|пи[шс]|작성|쓴 글|skrev|kirjoitti|كتب|كتاب|yazdı|>\s*[:：]$",
    re.I,
)
"""What every attribution holds: lines without it are not looked at any further."""

OPENED: dict[str, tuple[re.Pattern[str], ...]] = {
    "en": (re.compile(rf"^(?:On|(?-i:At))\b{_D}.{{6,400}}\bwrote\s*:$", re.I),),
    "zh": (
        re.compile(rf"^於{_D}.{{4,300}}{_ADDRESS}.{{0,20}}寫道\s*[:：]$"),
        re.compile(rf"^在{_D}.{{4,400}}(?:写道|寫道|写到|寫到|来信)\s*[:：]$"),
        re.compile(r"^\d{4}.{4,400}(?:写道|寫道|写|寫)\s*[:：]$"),
    ),
    "de": (
        re.compile(rf"^Am\b{_D}.{{6,400}}\bschrieb\b.{{0,200}}:$", re.I),
        re.compile(rf"^Am\b{_D}.{{6,400}}\bhat\b.{{1,300}}\bgeschrieben\s*:$", re.I),
    ),
    "es": (re.compile(rf"^(?:El|En)\b{_D}.{{6,400}}\bescribi[óo](?:\s*\([^()]{{3,200}}\))?\s*:$", re.I),),
    "fr": (re.compile(rf"^Le\b{_D}.{{6,400}}\ba\s*[ée]crit\s*:$", re.I),),
    "it": (re.compile(rf"^(?:Il|In data)\b{_D}.{{6,400}}\bha scritto\s*:$", re.I),),
    "pt": (re.compile(rf"^(?:Em|A|No dia)\b{_D}.{{6,400}}\bescreveu(?:\s*\([^()]{{3,200}}\))?\s*:$", re.I),),
    "nl": (
        re.compile(rf"^Op\b{_D}.{{6,400}}\bschreef\b.{{0,200}}:$", re.I),
        re.compile(rf"^Op\b{_D}.{{6,400}}\bheeft\b.{{1,300}}\bgeschreven\s*:$", re.I),
    ),
    "pl": (
        re.compile(rf"^(?:W dniu|Dnia)\b{_D}.{{6,400}}\b(?:napisał(?:\(a\)|a)?|pisze)\s*:$", re.I),
        re.compile(rf"^Wiadomość napisana (?:przez|w dniu)\b{_D}.{{6,300}}:$", re.I),
    ),
    "ja": (
        re.compile(rf"^\d{{4}}年\d{{1,2}}月\d{{1,2}}日.{{0,60}}\d{{1,2}}[:時].{{0,300}}{_ADDRESS}\s*[:：]$"),
        re.compile(r"^\d{4}[年/-].{6,400}は?書きました\s*[:：]$"),
        re.compile(r"^\d{4}[年/-].{6,400}のメール\s*[:：]$"),
    ),
    "ru": (
        re.compile(
            r"^(?:В\s+)?(?:(?:пн|вт|ср|чт|пт|сб|вс|пон|пят|суб|вос|чет)\w{0,10}\.?,?\s*)?\d{1,2}\s+[а-я]{3,9}\.?\s+\d{4}\s*г?\.?.{2,300}"
            rf"(?:{_ADDRESS}|пишет|писала?|писал\(а\)|написала?|написал\(-?а\))\s*:$",
            re.I,
        ),
        re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.{2,300}\b(?:пишет|писала?|написала?)\s*:$", re.I),
    ),
    "ko": (re.compile(r"^\d{4}(?:년|[.-]).{4,300}(?:작성|쓴 글)\s*:$"),),
    "tr": (re.compile(rf"^[^<>]{{0,80}}{_ADDRESS},{_D}.{{4,200}}yazdı\s*:$", re.I),),
    "fi": (
        re.compile(
            rf"^(?:(?:ma|ti|ke|to|pe|la|su)\w{{0,12}}\.?\s+)?\d{{1,2}}\.{_D}.{{6,300}}\bkirjoitti\s*:$", re.I
        ),
    ),
    "sv, da, no": (
        re.compile(rf"^(?:Den|Am|På)\b{_D}.{{6,400}}\bskrev\b.{{0,200}}:$", re.I),
        re.compile(
            r"^(?:\w{2,7}\.?,?\s)?\d{1,2}\.?\s[a-zæøå]{3,9}\.?\s\d{4}.{0,30}\bskrev\b.{0,200}:$", re.I
        ),
    ),
    "ar": (re.compile(rf"^(?:في|بتاريخ|يوم){_D}.{{6,400}}(?:كتب|كتاب).{{0,200}}[:：]$"),),
    "none": (re.compile(rf"^\d{{1,4}}[-./]\d{{1,2}}[-./]\d{{1,4}}.{{2,300}}{_ADDRESS}\s*:$"),),
}
"""Attributions whose first word or date tells where they begin, so that lines wrapped before it can be joined."""

LOOSE: dict[str, tuple[re.Pattern[str], ...]] = {
    "en": (re.compile(rf"^.{{2,200}}{_ADDRESS}\s*(?:wrote|writes)\s*(?:on{_D}.{{4,100}})?:$", re.I),),
    "zh": (re.compile(rf"^(?![于於]){_D}.{{4,400}}(?:写道|寫道|写到|寫到|来信)\s*[:：]$"),),
    "de": (
        re.compile(rf"^.{{2,200}}\bschrieb am\b{_D}.{{4,100}}:$", re.I),
        re.compile(rf"^.{{2,200}}\bhat am\b{_D}.{{4,100}}\bgeschrieben\s*:$", re.I),
    ),
    "pt": (re.compile(rf"^.{{2,200}}\bescreveu (?:no dia|em|a)\b{_D}.{{4,100}}:$", re.I),),
    "fi": (re.compile(rf"^.{{2,200}}\bkirjoitti\b{_D}.{{4,100}}:$", re.I),),
    "fr": (re.compile(rf"^.{{2,200}}\ba [ée]crit le\b{_D}.{{4,100}}:$", re.I),),
    "pl": (re.compile(rf"^{_D}.{{6,400}}\bnapisał(?:\(a\)|a)?\s*:$", re.I),),
    "ja": (re.compile(rf"^{_D}.{{6,400}}は書きました\s*[:：]$"),),
    "tr": (
        re.compile(rf"^{_D}.{{6,400}}\b(?:şunu yazdı|şunları yazdı|yazdı)\s*:$", re.I),
        re.compile(rf"^.{{2,200}}\b(?:şunu|şunları) yazdı\s*\({_D}.{{4,100}}\)\s*:$", re.I),
    ),
    "sv, da, no": (re.compile(rf"^{_D}.{{6,300}}\bskrev\b.{{0,200}}{_ADDRESS}\s*:$", re.I),),
    "ru": (re.compile(rf"^{_D}.{{6,400}}\b(?:пишет|писала?|написала?)\s*:$", re.I),),
}
"""Attributions that begin with a name: the shortest run of lines that makes one is taken."""

ORIGINAL = re.compile(
    r"^[-_=—\s>*]{2,60}\s*(?:Original Message|Original-Nachricht|Original|Ursprüngliche Nachricht|"
    r"Urspr\. Nachricht|Mensaje original|Message d['’]origine|Message original|Messaggio originale|"
    r"Mensagem original|Oorspronkelijk bericht|Oryginalna wiadomość|Wiadomość oryginalna|"
    r"Исходное сообщение|Original message|原始邮件|原始郵件|原邮件|邮件原文|回复的原邮件|回复的邮件|"
    r"元のメッセージ|Original Email|Reply message|원본 메[시세]지|원본 메일|원래 메시지|Alkuperäinen viesti|"
    r"Opprinnelig melding|Oprindelig (?:meddelelse|besked)|Ursprungligt meddelande|Originalmeddelande|"
    r"Orijinal (?:Mesaj|İleti)|Özgün İleti|الرسالة الأصلية|原始信件|Исходное письмо|"
    r"(?:On|Am|Le|El|Il|Em|Op|Den|在)\b.{10,300}(?:wrote|schrieb|crit|escribió|scritto|escreveu|schreef|skrev|写道)"
    r")\s*[-_=—\s*]{2,60}$",
    re.I,
)
"""The bar of Outlook, QQ, NetEase and phones above the message that is answered;
Zoho writes the whole attribution into it."""

FORWARDED = re.compile(
    r"^[-_=—\s>*]{2,60}\s*(?:Forwarded [Mm]essage|Weitergeleitete Nachricht|Mensaje reenviado|Message transféré|"
    r"Messaggio inoltrato|Mensagem encaminhada|Doorgestuurd bericht|Пересылаемое сообщение|转发的?邮件(?:信息)?|"
    r"轉寄郵件|转发邮件信息|転送メッセージ|전달된 (?:메일|메시지)|Välitetty viesti|Vidarebefordrat meddelande|"
    r"Videresendt (?:meddelelse|melding)|(?:İletilen|Yönlendirilmiş) (?:mesaj|ileti)|Przekazana wiadomość|"
    r"Wiadomość przekazana|رسالة (?:تمت إعادة توجيهها|معاد توجيهها)|"
    r"Begin forwarded message:?)\s*[-_=—\s*]{0,60}$|^Begin forwarded message:$",
    re.I,
)
"""The bar above a mail that is passed on. What follows is what the sender wants to be read, so it is not folded."""
