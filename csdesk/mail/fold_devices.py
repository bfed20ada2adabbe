"""The one-line signatures that phones, apps and web mailers add, one row per language. Patterns only; each is matched
against a whole line without the link behind it."""

from __future__ import annotations

import re

_APP = (
    r"(?:iphone|ipad|ipod|apple watch|android|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|vivo|oneplus|pixel|"
    r"nokia|outlook|yahoo|mail|gmx|web\.de|t-online|blackberry|windows|smartphone|handy|mobil\w*|telefon\w*|"
    r"teléfono|móvil|celular|telemóvel|portable|téléphone|proton|gmail|aol|orange|telia|libero|correo|courrier|"
    r"телефон\w*|устройств\w*|почт\w*|яндекс|aqua|zoho|spark|bluemail|tablet|puhelime\w*|laittee\w*)"
)
_DEVICES: dict[str, tuple[str, ...]] = {
    "en": (
        rf"sent (?:from|with|via|using)\b.{{0,60}}{_APP}[^,;!?]{{0,60}}",
        rf"(?:get|download)\b.{{0,30}}{_APP}.{{0,80}}",
    ),
    "de": (
        rf"(?:gesendet|geschickt) (?:von|mit|aus)\b.{{0,60}}{_APP}.{{0,80}}",
        r"von (?:meinem|meiner|unterwegs)\b.{0,60}(?:gesendet|geschickt|verschickt).{0,20}",
        rf"diese (?:nachricht|e-mail) wurde (?:von|mit)\b.{{0,60}}{_APP}.{{0,80}}",
        rf"(?:holen|beschaffen|laden) sie sich.{{0,20}}{_APP}.{{0,80}}",
    ),
    "fr": (
        rf"envoyé (?:de|depuis|à partir|avec)\b.{{0,60}}{_APP}.{{0,80}}",
        rf"(?:télécharge[rz]|obtenir|obtenez)\b.{{0,20}}{_APP}.{{0,80}}",
        rf"provenance\s*:.{{0,40}}{_APP}.{{0,40}}",
    ),
    "es": (
        rf"enviado (?:desde|con|a través)\b.{{0,60}}{_APP}.{{0,80}}",
        rf"(?:obtener|obtenga|obtén|descargar?)\b.{{0,20}}{_APP}.{{0,80}}",
    ),
    "it": (
        rf"inviato (?:da|dal|con)\b.{{0,60}}{_APP}.{{0,80}}",
        rf"(?:scarica|ottieni)\b.{{0,20}}{_APP}.{{0,80}}",
    ),
    "pt": (
        rf"enviad[oa] (?:do|da|de|a partir|pelo|com)\b.{{0,60}}{_APP}.{{0,80}}",
        rf"(?:obter|obtenha|baixe|baixar)\b.{{0,20}}{_APP}.{{0,80}}",
    ),
    "nl": (
        rf"(?:verzonden|verstuurd|gestuurd) (?:vanaf|met|via|vanuit)\b.{{0,60}}{_APP}.{{0,80}}",
        r"(?:download|haal) outlook.{0,80}|outlook (?:voor|for) \w+ (?:downloaden|ophalen)",
    ),
    "pl": (
        rf"(?:wysłane|wysłano) (?:z|ze|za pomocą)\b.{{0,60}}{_APP}.{{0,80}}",
        rf"pobierz\b.{{0,40}}{_APP}.{{0,80}}",
    ),
    "ru": (
        rf"отправлено (?:с|со|из|через)\b.{{0,60}}{_APP}.{{0,80}}",
        rf"(?:скачать|загрузить|получить|скачайте)\b.{{0,20}}{_APP}.{{0,80}}",
    ),
    "sv": (
        r"skickat (?:från|med|via) .{1,60}",
        r"(?:skaffa|hämta|ladda ned) outlook.{0,60}",
    ),
    "da, no": (
        rf"sendt (?:fra|med|via)\b.{{0,60}}{_APP}.{{0,60}}",
        r"(?:hent|få|skaff deg|last ned) outlook.{0,60}",
    ),
    "fi": (
        rf"lähetetty\b.{{0,60}}{_APP}.{{0,60}}",
        r"hanki outlook.{0,60}|lataa outlook.{0,60}",
    ),
    "tr": (
        r".{0,60}(?:['’]?(?:um|im|ım|üm)?(?:dan|den|tan|ten)|ile) gönderildi\.?",
        r".{0,30}outlook['’]?u (?:edinin|indirin|alın).{0,40}",
    ),
    "ar": (r"(?:الحصول على|احصل على|أرسلت من|أُرسلت من|تم الإرسال من|مرسل من|مُرسل من|مرسلة من)\s.{0,60}",),
    "ko": (
        r".{0,40}(?:에서|으로|로)\s*(?:보냄|보냈습니다|보낸 메일입니다|발송됨|전송됨)\.?",
        r".{0,30}outlook.{0,20}(?:다운로드|받기|가져오기).{0,20}",
    ),
    "ja": (
        r".{0,40}(?:から|で)\s*(?:送信|送られました|送信されました|送信しました).{0,20}",
        r".{0,30}outlook.{0,20}(?:入手|ダウンロード|取得).{0,20}",
    ),
    "zh": (
        r"(?:发自|發自|發送自|来自|來自|從我的|从我的|傳送自|发送自|寄自|通过|透過|获取|下载|取得|下載|使用)\s*.{0,40}"
        r"(?:iphone|ipad|手机|手機|邮箱|信箱|邮件|郵件|outlook|android|安卓|大师|大師|华为|華為|小米|荣耀|榮耀|mail|"
        r"传送|傳送|发送|發送|foxmail|qq|windows|智慧型|平板|galaxy).{0,40}",
    ),
}
DEVICE = re.compile("|".join(f"(?:{one})" for row in _DEVICES.values() for one in row))
"""For lines in lower case: ignoring the case takes twice as long."""
LINK = re.compile(r"\s*[<(\[]?\s*https?://\S+\s*[>)\]]?\s*$", re.IGNORECASE)
"""The link that Outlook and Yahoo put behind the words."""


def is_device_line(line: str) -> bool:
    """Whether this line is such a signature and nothing else."""
    words = (LINK.sub("", line) if "://" in line else line).strip("-_ \u2014\xa0")
    return 0 < len(words) <= 160 and DEVICE.fullmatch(words.replace("\u0130", "i").lower()) is not None
