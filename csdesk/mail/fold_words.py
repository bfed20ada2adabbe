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
    r"wrote|writes|[写寫]|来信|schrieb|escribi|crit|scritto|escreveu|schreef|napisał|書きました|пи[шс]|작성|skrev|"
    r"كتب|yazdı|>\s*[:：]$",
    re.I,
)
"""What every attribution holds: lines without it are not looked at any further."""

OPENED: dict[str, tuple[re.Pattern[str], ...]] = {
    "en": (re.compile(rf"^(?:On|At)\b{_D}.{{6,400}}\bwrote\s*:$", re.I),),
    "zh": (
        re.compile(rf"^在{_D}.{{4,400}}(?:写道|寫道|写到|寫到|来信)\s*[:：]$"),
        re.compile(r"^\d{4}.{4,400}(?:写道|寫道|写|寫)\s*[:：]$"),
    ),
    "de": (re.compile(rf"^Am\b{_D}.{{6,400}}\bschrieb\b.{{0,200}}:$", re.I),),
    "es": (re.compile(rf"^El\b{_D}.{{6,400}}\bescribi[óo](?:\s*\([^()]{{3,200}}\))?\s*:$", re.I),),
    "fr": (re.compile(rf"^Le\b{_D}.{{6,400}}\ba\s*[ée]crit\s*:$", re.I),),
    "it": (re.compile(rf"^(?:Il|In data)\b{_D}.{{6,400}}\bha scritto\s*:$", re.I),),
    "pt": (re.compile(rf"^(?:Em|A|No dia)\b{_D}.{{6,400}}\bescreveu(?:\s*\([^()]{{3,200}}\))?\s*:$", re.I),),
    "nl": (re.compile(rf"^Op\b{_D}.{{6,400}}\bschreef\b.{{0,200}}:$", re.I),),
    "pl": (re.compile(rf"^(?:W dniu|Dnia)\b{_D}.{{6,400}}\bnapisał(?:\(a\)|a)?\s*:$", re.I),),
    "ja": (
        re.compile(rf"^\d{{4}}年\d{{1,2}}月\d{{1,2}}日.{{0,60}}\d{{1,2}}[:時].{{0,300}}{_ADDRESS}\s*[:：]$"),
        re.compile(r"^\d{4}[年/-].{6,400}は?書きました\s*[:：]$"),
    ),
    "ru": (
        re.compile(
            r"^(?:(?:пн|вт|ср|чт|пт|сб|вс)\w{0,10}\.?,?\s*)?\d{1,2}\s+[а-я]{3,9}\.?\s+\d{4}\s*г?\.?.{2,300}"
            rf"(?:{_ADDRESS}|пишет|писала?|писал\(а\)|написала?|написал\(а\))\s*:$",
            re.I,
        ),
        re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.{2,300}\b(?:пишет|писала?|написала?)\s*:$", re.I),
    ),
    "ko": (re.compile(r"^\d{4}년.{4,300}작성\s*:$"),),
    "tr": (re.compile(rf"^[^<>]{{0,80}}{_ADDRESS},{_D}.{{4,200}}yazdı\s*:$", re.I),),
    "sv, da, no": (re.compile(rf"^(?:Den|Am|På)\b{_D}.{{6,400}}\bskrev\b.{{0,200}}:$", re.I),),
    "ar": (re.compile(rf"^(?:في|بتاريخ){_D}.{{6,400}}كتب.{{0,200}}[:：]$"),),
    "none": (re.compile(rf"^\d{{1,4}}[-./]\d{{1,2}}[-./]\d{{1,4}}.{{2,300}}{_ADDRESS}\s*:$"),),
}
"""Attributions whose first word or date tells where they begin, so that lines wrapped before it can be joined."""

LOOSE: dict[str, tuple[re.Pattern[str], ...]] = {
    "en": (re.compile(rf"^.{{2,200}}{_ADDRESS}\s*(?:wrote|writes)\s*(?:on{_D}.{{4,100}})?:$", re.I),),
    "zh": (re.compile(rf"^(?!于){_D}.{{4,400}}(?:写道|寫道|写到|寫到|来信)\s*[:：]$"),),
    "de": (re.compile(rf"^.{{2,200}}\bschrieb am\b{_D}.{{4,100}}:$", re.I),),
    "fr": (re.compile(rf"^.{{2,200}}\ba [ée]crit le\b{_D}.{{4,100}}:$", re.I),),
    "pl": (re.compile(rf"^{_D}.{{6,400}}\bnapisał(?:\(a\)|a)?\s*:$", re.I),),
    "ja": (re.compile(rf"^{_D}.{{6,400}}は書きました\s*[:：]$"),),
    "tr": (re.compile(rf"^{_D}.{{6,400}}\b(?:şunu yazdı|şunları yazdı|yazdı)\s*:$", re.I),),
    "sv, da, no": (re.compile(rf"^{_D}.{{6,300}}\bskrev\b.{{0,200}}{_ADDRESS}\s*:$", re.I),),
    "ru": (re.compile(rf"^{_D}.{{6,400}}\b(?:пишет|писала?|написала?)\s*:$", re.I),),
}
"""Attributions that begin with a name: the shortest run of lines that makes one is taken."""

ORIGINAL = re.compile(
    r"^[-_=—\s>*]{2,60}\s*(?:Original Message|Original-Nachricht|Original|Ursprüngliche Nachricht|"
    r"Urspr\. Nachricht|Mensaje original|Message d['’]origine|Message original|Messaggio originale|"
    r"Mensagem original|Oorspronkelijk bericht|Oryginalna wiadomość|Wiadomość oryginalna|"
    r"Исходное сообщение|Original message|原始邮件|原始郵件|原邮件|邮件原文|回复的原邮件|回复的邮件|"
    r"元のメッセージ|Original Email|Reply message|원본 메시지)\s*[-_=—\s*]{2,60}$",
    re.I,
)
"""The bar of Outlook, QQ, NetEase and phones above the message that is answered."""

FORWARDED = re.compile(
    r"^[-_=—\s>*]{2,60}\s*(?:Forwarded [Mm]essage|Weitergeleitete Nachricht|Mensaje reenviado|Message transféré|"
    r"Messaggio inoltrato|Mensagem encaminhada|Doorgestuurd bericht|Пересылаемое сообщение|转发的?邮件(?:信息)?|"
    r"轉寄郵件|转发邮件信息|転送メッセージ|Begin forwarded message:?)\s*[-_=—\s*]{0,60}$|^Begin forwarded message:$",
    re.I,
)
"""The bar above a mail that is passed on. What follows is what the sender wants to be read, so it is not folded."""

LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "ar": {"from": ("من",), "sent": ("تم الإرسال", "التاريخ"), "to": ("إلى",), "subject": ("الموضوع",)},
    "tr": {"from": ("kimden",), "sent": ("gönderildi", "tarih"), "to": ("kime",), "subject": ("konu",)},
    "sv": {"from": ("från",), "sent": ("skickat", "datum"), "to": ("till",), "subject": ("ämne",)},
    "en": {
        "from": ("from",),
        "sent": ("sent", "date", "sent at"),
        "to": ("to",),
        "cc": ("cc",),
        "subject": ("subject",),
    },
    "zh": {
        "from": ("发件人", "寄件者", "寄件人", "發件人"),
        "sent": ("发送时间", "发送日期", "日期", "时间", "寄件日期", "發送時間", "傳送時間"),
        "to": ("收件人", "收件者"),
        "cc": ("抄送", "副本"),
        "subject": ("主题", "主旨", "主題"),
    },
    "de": {
        "from": ("von",),
        "sent": ("gesendet", "datum", "gesendet am"),
        "to": ("an",),
        "cc": ("cc", "kopie"),
        "subject": ("betreff",),
    },
    "es": {
        "from": ("de",),
        "sent": ("enviado", "enviado el", "fecha"),
        "to": ("para", "a"),
        "cc": ("cc",),
        "subject": ("asunto",),
    },
    "fr": {
        "from": ("de",),
        "sent": ("envoyé", "envoyé le", "date", "envoye"),
        "to": ("à", "a"),
        "cc": ("cc",),
        "subject": ("objet", "sujet"),
    },
    "it": {
        "from": ("da",),
        "sent": ("inviato", "data"),
        "to": ("a",),
        "cc": ("cc",),
        "subject": ("oggetto",),
    },
    "pt": {
        "from": ("de",),
        "sent": ("enviado", "enviada em", "enviado em", "data"),
        "to": ("para",),
        "cc": ("cc",),
        "subject": ("assunto",),
    },
    "nl": {
        "from": ("van",),
        "sent": ("verzonden", "datum"),
        "to": ("aan",),
        "cc": ("cc",),
        "subject": ("onderwerp",),
    },
    "pl": {"from": ("od",), "sent": ("wysłano", "data"), "to": ("do",), "cc": ("dw",), "subject": ("temat",)},
    "ja": {
        "from": ("差出人", "from"),
        "sent": ("送信日時", "日時", "送信"),
        "to": ("宛先",),
        "cc": ("cc",),
        "subject": ("件名",),
    },
    "ru": {
        "from": ("от", "от кого"),
        "sent": ("отправлено", "дата"),
        "to": ("кому",),
        "cc": ("копия",),
        "subject": ("тема",),
    },
}
"""The header block that Outlook and its kin put above the answered message, in the program's language."""

_APPS = (
    r"(?:iphone|ipad|android|samsung|galaxy|huawei|xiaomi|redmi|outlook|yahoo|mail|gmx|web\.de|blackberry|windows|"
    r"smartphone|handy|mobile|telefon|teléfono|móvil|portable|téléphone|proton|gmail|aol|orange|телефон|aqua)"
)
DEVICE = re.compile(
    rf"^(?:(?:sent (?:from|with|via)|get|gesendet (?:von|mit)|von meinem|diese nachricht wurde von|"
    rf"enviado (?:desde|con|do)|obtener|obtenir|holen sie sich|envoyé (?:de|depuis|à partir)|téléchargez|"
    rf"télécharger|inviato da|verzonden (?:vanaf|met)|"
    rf"wysłane z|отправлено (?:с|из)|скачать)\b.{{0,60}}{_APPS}.{{0,80}})$"
    r"|^(?:发自|發自|来自我的|從我的|从我的|傳送自|发送自|通过|获取|下载)\s*.{0,40}"
    r"(?:iphone|ipad|手机|手機|邮箱|信箱|邮件|郵件|outlook|android|安卓|大师|华为|小米|荣耀|mail|传送|傳送|发送)\S{0,20}\s*.{0,30}$"
    r"|^(?:الحصول على|أرسلت من|تم الإرسال من)\s.{0,60}$|^.{0,30}umdan gönderildi$|^skickat från .{0,40}$"
    r"|^(?:iphone|ipad|android|スマートフォン|携帯)\s*(?:から送信|で送信).{0,20}$",
    re.I,
)
"""The one-line signature that phones and apps add, in the languages of LABELS."""
