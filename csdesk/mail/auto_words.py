"""Auto-replies that no header marks as such, known by their words in 18 languages. Patterns only.

A subject alone never decides: customers answer under any subject. It takes a second sign: words of absence in a
short text, or that the mail answers within one of ours without quoting it.
"""

from __future__ import annotations

import re

from csdesk.mail.thread import without_answers

_SUBJECT_WORDS: dict[str, str] = {
    "en": r"out of (?:the )?office|automatic(?:ally generated)? reply|auto(?:mated)?[- ]?(?:reply|"
    r"response|responder)|"
    r"away from (?:the )?office|vacation (?:reply|response|notice|message)",
    "zh": r"自动(?:回复|答复|回覆)|自動(?:回覆|回復|答覆)|不在办公室|不在辦公室|休假通知",
    "ja": r"自動(?:返信|応答)|不在(?:の(?:お知らせ|連絡)|通知|連絡)|受付完了",
    "ko": r"자동\s?(?:회신|응답|답장)|부재\s?중",
    "de": r"abwesenheits(?:notiz|meldung|benachrichtigung|agent)|automatische (?:antwort|rückmeldung)|"
    r"nicht im (?:büro|haus)|"
    r"eingangsbestätigung|außer haus",
    "fr": r"réponse automatique|absence du bureau|absente? du bureau|message d'absence|accusé de réception",
    "es": r"respuesta automática|fuera de (?:la )?oficina|auto-?respuesta",
    "it": r"risposta automatica|fuori (?:ufficio|sede)",
    "pt": r"resposta automática|fora do escritório|mensagem de ausência",
    "nl": r"automatisch(?:e)? (?:antwoord|beantwoording)|afwezigheid(?:sbericht)?|niet op kantoor",
    "pl": r"autoodpowiedź|automatyczna odpowiedź|odpowiedź automatyczna|poza biurem",
    "ru": r"автоответ(?:чик)?|автоматический ответ|нет на месте|вне офиса",
    "sv": r"autosvar|automatiskt svar|frånvaro(?:meddelande)?|inte på kontoret",
    "da": r"autosvar|automatisk svar|fraværsmeddelelse|ikke til stede",
    "no": r"automatisk svar|autosvar|fraværsmelding|ikke på kontoret",
    "fi": r"automaattinen vastaus|poissaolo(?:viesti|ilmoitus)?|poissa toimistosta",
    "tr": r"otomatik (?:yanıt|cevap)|ofis dışında",
    "ar": r"رد (?:تلقائي|آلي)|الرد التلقائي|خارج المكتب",
}
"""What programs write, not what people do: 'on holiday' alone is in many a customer's subject."""
_TEXT_WORDS: dict[str, str] = {
    "en": r"(?:am|are|is|be) (?:currently )?(?:out of|away from) (?:the |my |our )?office|on (?:annual |"
    r"parental |sick )?leave|"
    r"(?:do not|don't) reply to this|this is an automat|will (?:reply|respond|get back|return)|"
    r"limited access to (?:my )?e-?mail",
    "zh": r"自动(?:回复|发送|答复)|自動(?:回覆|發送|回復)|(?:会|將|将)?尽快(?:给您|为您)?(?:回复|答复|"
    r"处理)|不在(?:办公室|辦公室)|请勿(?:直接)?回复|"
    r"已(?:经)?收到您的(?:邮件|来信)|您的(?:邮件|来信)(?:我)?已(?:经)?收到",
    "ja": r"自動(?:的に)?(?:返信|送信|配信)|不在(?:にして|と(?:なって|させて))|休暇(?:中|を)|"
    r"改めて(?:ご連絡|ご返信)|返信(?:は)?できません",
    "ko": r"자동(?:으로)?\s?(?:발송|회신|응답)|부재\s?중|휴가\s?중|빠른 시일",
    "de": r"nicht (?:im büro|im haus|erreichbar|da)|automatisch (?:erstellt|generiert|versendet)|"
    r"(?:wieder )?(?:ab|bis|zurück).{0,30}\d|"
    r"(?:e-?mails?|nachrichten?) (?:wird|werden) nicht|im urlaub|baldmöglichst|schnellstmöglich",
    "fr": r"(?:suis|serai|sommes) (?:actuellement )?(?:absent|en congé|en déplacement)|"
    r"réponse automatique|de retour le|ne pas répondre|"
    r"dès mon retour|dans les plus brefs délais",
    "es": r"(?:estoy|estaré|me encuentro) (?:fuera|ausente|de vacaciones)|respuesta automática|"
    r"no responda|a la brevedad|a mi regreso",
    "it": r"(?:sono|sarò) (?:assente|fuori (?:ufficio|sede)|in ferie)|risposta automatica|non rispond|"
    r"al mio (?:rientro|ritorno)|al più presto",
    "pt": r"(?:estou|estarei) (?:ausente|fora|de férias)|resposta automática|não respond|(?:assim que|"
    r"logo que) possível|regress|retorn",
    "nl": r"(?:ben|zijn) (?:momenteel |tot )?(?:afwezig|niet (?:op kantoor|aanwezig)|met vakantie)|"
    r"automatisch|zo spoedig mogelijk|tot en met",
    "pl": r"(?:jestem|będę) (?:nieobecn|poza biurem|na urlopie)|"
    r"wiadomość (?:została )?wygenerowana automatycznie|odpowiem po|nie odpowiad",
    "ru": r"(?:нахожусь|буду) (?:в отпуске|вне офиса)|отсутству|автоматическ|отвечу (?:вам )?(?:после|"
    r"как)|не отвечайте",
    "sv": r"(?:är|kommer) (?:inte på kontoret|på semester|ledig|tillbaka|frånvarande)|automatiskt|"
    r"svara inte|åter den|så snart",
    "da": r"(?:er|holder) (?:ikke (?:på kontoret|til stede)|på ferie|ferie|fraværende)|automatisk|"
    r"tilbage (?:den|igen)|hurtigst muligt",
    "no": r"(?:er|har) (?:ikke på kontoret|på ferie|ferie|fraværende|borte)|automatisk|tilbake (?:den|"
    r"igjen)|så snart",
    "fi": r"(?:olen|olemme) (?:poissa|lomalla|matkalla)|automaattinen|palaan|vastaan (?:viest|sähköpost)",
    "tr": r"(?:ofis dışındayım|izindeyim|tatildeyim)|otomatik|en kısa (?:sürede|zamanda)|yanıtlamayın",
    "ar": r"(?:خارج المكتب|في إجازة)|(?:رسالة|رد) (?:آلية|آلي|تلقائي)|في أقرب وقت|لا ترد",
}
_STEMS = (
    "auto", "out of", "away from", "vacation", "自动", "自動", "不在", "休假", "受付完了", "자동", "부재", "abwesen",
    "nicht im", "eingangsbest", "außer haus", "absen", "accusé de", "fuera de", "ausên", "fuori", "escritório",
    "afwezig", "niet op kantoor", "poza biurem", "автомат", "автоответ", "нет на месте", "вне офиса", "frånvaro",
    "kontoret", "fravær", "til stede", "poissa", "otomatik", "ofis dışında", "تلقائي", "آلي", "خارج المكتب",
)  # fmt: skip
"""One of these is in every subject that the patterns know: a look that costs little, since every mail is looked at."""
_SUBJECT = re.compile("|".join(f"(?:{one})" for one in _SUBJECT_WORDS.values()), re.IGNORECASE)
_TEXT = re.compile("|".join(f"(?:{one})" for one in _TEXT_WORDS.values()), re.IGNORECASE)
_QUESTION = re.compile(r"[?？؟]")
_LOOKED_AT = 1200


def may_be(subject: str) -> bool:
    """Whether is_auto_reply() is worth asking. An answer to an automatic mail ('Re: Automatic reply') is a person's."""
    lowered = (
        without_answers(subject).lower() if ":" in subject[:12] or "：" in subject[:12] else subject.lower()
    )
    if len(lowered) < len(subject.strip()):
        return False
    return any(stem in lowered for stem in _STEMS)


def is_auto_reply(subject: str, visible: str, *, answers: bool, quotes: bool) -> bool:
    """Whether subject and words together say so. `visible` is what the writer wrote, `answers` whether the mail
    names one it answers, `quotes` whether it carries a quote, as people's answers do. A question in it makes it
    a person's mail."""
    if not _SUBJECT.search(subject) or len(visible) > _LOOKED_AT or _QUESTION.search(visible):
        return False
    return _TEXT.search(visible) is not None and (answers or not quotes)
