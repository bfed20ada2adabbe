"""Words by which a reply is judged before it goes: common words of languages, forms of address, promises. Data only."""

from __future__ import annotations

import re

_COMMON = {
    "en": "the and you your we our is are was were have has had will would can could please thank thanks with for "
    "this that it not if when which been from but any there their they do does did i my of to at by be on as an so",
    "de": "der die das und ist sind war wir sie ihr ihre ihren ihnen uns unser unsere nicht haben hat wurde werden "
    "wird mit für auf bitte vielen dank ein eine einen einem bei von dass wenn noch auch aber ich es zu den dem im am",
    "fr": "le la les des et est sont vous votre vos nous notre nos pas une un pour dans avec que qui sur merci bonjour "
    "cette ce ont été avez avons sera je de du au aux par plus si mais dès en il elle",
    "es": "el la los las y es son su sus usted nuestro nuestra hemos ha han no una un para con que por gracias hola "
    "pedido esta este está será puede si pero cuando le lo de del al en se más muy ya he",
    "it": "il lo la gli le e è sono suo sua nostro nostra abbiamo ha hanno non una un per con che grazie buongiorno "
    "questo questa sarà può se ma quando del della dei nel di da più le ho ordine al alla ci",
    "pt": "o a os as e é são seu sua nosso nossa temos tem não uma um para com que por obrigado obrigada olá pedido "
    "este esta está será pode se mas quando do da dos das no na em você já foi ao à mais",
    "nl": "de het een en is zijn was wij we u uw je jouw onze ons niet hebben heeft wordt worden met voor op bedankt "
    "bij van dat als nog ook maar ik er naar om te",
    "pl": "i w na z do nie jest są się to że pan pani państwa nasz dziękujemy dzień dobry proszę zamówienie po od za "
    "jak ale już czy przez",
    "sv": "och är att det en ett vi du din ditt er vår inte har med för på tack hej beställning som av till den när "
    "om men",
    "tr": "ve bir bu için ile siz sizin biz değil var olarak teşekkür merhaba sipariş lütfen ancak daha çok",
}
COMMON: dict[str, frozenset[str]] = {code: frozenset(words.split()) for code, words in _COMMON.items()}
"""Words that nearly every text of a language holds; several languages may share one."""

SCRIPTS: tuple[tuple[str, str], ...] = (
    ("kana", "\u3040-\u30ff"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff"),
    ("ko", "\uac00-\ud7a3"),
    ("ar", "\u0600-\u06ff\u0750-\u077f"),
    ("ru", "\u0400-\u04ff"),
    ("el", "\u0370-\u03ff"),
    ("he", "\u0590-\u05ff"),
    ("th", "\u0e00-\u0e7f"),
    ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
)
SCRIPT_OF = {
    "ja": "kana", "zh": "han", "ko": "ko", "ar": "ar", "fa": "ar", "ur": "ar", "ru": "ru", "uk": "ru", "bg": "ru",
    "be": "ru", "sr": "ru", "kk": "ru", "mk": "ru", "el": "el", "he": "he", "th": "th",
}  # fmt: skip
"""The script of a language; every other is written in Latin letters."""

FAMILIAR: dict[str, str] = {
    "de": r"(?<![\w])(?:[Dd]u|[Dd]ir|[Dd]ich|[Dd]ein(?:e[nmrs]?)?)(?!\w)",
    "fr": r"(?i:(?<![\w'’-])(?:tu|toi|te|tes|ta)(?![\w'’])|(?<!\w)t['’](?=[aeiouéèêh]))",
    "es": r"(?i:(?<!\w)(?:tú|tu|tus|ti|contigo)(?!\w))",
    "it": r"(?<!\w)(?:[Tt]u|[Tt]i|[Tt]uo|[Tt]ua|[Tt]uoi|[Tt]ue)(?!\w)",
    "pt": r"(?i:(?<!\w)(?:tu|teu|tua|teus|tuas|contigo)(?!\w))",
    "nl": r"(?i:(?<!\w)(?:jij|jou|jouw)(?!\w))",
    "ru": r"(?i:(?<!\w)(?:ты|тебя|тебе|тобой|твой|твоя|твоё|твое|твои|твоего|твоей|твоему|твою|твоим|твоих)(?!\w))",
    "zh": r"(?<!迷)你",
    "ja": r"(?:だよ|だね|だぜ|である|(?<![んせ])だ|(?<![まで])した|じゃない|しない|できない|わからない|思う|いる|する)"
    r"(?=[。！!])",
}
"""Words by which one speaks to a friend; in Japanese, ends of sentences in the plain form."""
POLITE: dict[str, str] = {
    # At the beginning of a sentence "Sie" may be "she" or "they".
    "de": r"(?<=[a-zäöüß,] )(?:Sie|Ihnen|Ihr(?:e[nmrs]?)?)(?!\w)|(?<!\w)Ihnen(?!\w)",
    "fr": r"(?i:(?<![\w-])(?:vous|votre|vos)(?!\w))",
    "es": r"(?i:(?<!\w)(?:usted|su (?:pedido|paquete|compra|reembolso|dirección|mensaje|correo|envío|cuenta))(?!\w))",
    "it": r"(?<=[a-zàèéìòù,] )(?:Lei|Le|La|Suo|Sua|Suoi|Sue)(?!\w)",
    "pt": r"(?i:(?<!\w)(?:você|o senhor|a senhora)(?!\w))",
    "nl": r"(?i:(?<!\w)(?:u|uw)(?!\w))",
    "ru": r"(?i:(?<!\w)(?:вы|вас|вам|вами|ваш|ваша|ваше|ваши|вашего|вашей|вашему|вашу|вашим|ваших)(?!\w))",
    "zh": r"您",
    "ja": r"(?:です|ます|ました|ません|でした|ください|ございます)(?=[。！!])",
}
"""Words by which one speaks to a customer."""
TO_POLITE: dict[str, dict[str, str]] = {
    "de": {"dir": "Ihnen", "dich": "Sie", "dein": "Ihr", "deine": "Ihre", "deinen": "Ihren", "deinem": "Ihrem",
           "deiner": "Ihrer", "deines": "Ihres"},
    "fr": {"toi": "vous", "te": "vous", "tes": "vos", "ta": "votre"},
    "es": {"tu": "su", "tus": "sus", "ti": "usted", "contigo": "con usted"},
    "it": {"tuo": "Suo", "tua": "Sua", "tuoi": "Suoi", "tue": "Sue"},
    "pt": {"teu": "seu", "tua": "sua", "teus": "seus", "tuas": "suas"},
    "nl": {"jouw": "uw", "jou": "u"},
    "ru": {"тебя": "вас", "тебе": "вам", "тобой": "вами", "твой": "ваш", "твоя": "ваша", "твоё": "ваше",
           "твое": "ваше", "твои": "ваши", "твоего": "вашего", "твоей": "вашей", "твоему": "вашему",
           "твою": "вашу", "твоим": "вашим", "твоих": "ваших"},
    "zh": {"你": "您"},
}  # fmt: skip
"""Where the polite word can take the familiar one's place and nothing else changes. A verb would: those are left."""
PAIRS = {
    "de": "du, Sie", "fr": "tu, vous", "es": "tú, usted", "it": "tu, Lei", "pt": "tu, você", "nl": "jij, u",
    "ru": "ты, Вы", "zh": "你, 您", "ja": "だ, です・ます",
}  # fmt: skip

REFUND: dict[str, str] = {
    "en": r"\b(?:we|i)(?:['’]ve|['’]ll| have| will)? (?:\w+ )?(?:refund(?:ed)?|issued? (?:\w+ )?(?:\w+ )?refund)\b"
    r"|\b(?:refund|money) (?:has been|was|will be) (?:issued|sent|made|paid)|\byou(?:['’]ll| will) (?:get|receive) "
    r"(?:\w+ )?(?:\w+ )?(?:refund|money back)|\bguarantee(?:d)? (?:\w+ )?refund",
    "de": r"\b(?:wir|ich) (?:haben|habe|werden|werde) .{0,60}\b(?:erstattet|erstatten|"
    r"zurückerstattet|zurückerstatten|zurücküberwiesen)\b|\b(?:wir|ich) erstatten? ihnen\b|\bihr geld zurück\b",
    "fr": r"\b(?:nous|je|j['’]) ?(?:avons|ai|allons|vais) .{0,40}\brembours(?:é|er)\b"
    r"|\bnous vous rembours(?:ons|erons)\b|\bvous serez remboursée?\b|\bvous avez été remboursée?\b",
    "es": r"\b(?:hemos|he|vamos a|voy a) (?:\w+ )?(?:reembols\w+|devuelto el (?:dinero|importe)|devolver\w* el dinero)"
    r"|\ble (?:reembols\w+|devolveremos)\b|\brecibirá (?:el|su|un) reembolso\b",
    "it": r"\b(?:abbiamo|ho) (?:\w+ )?(?:rimborsato|emesso il rimborso)\b|\b(?:la|le) rimborseremo\b|"
    r"\briceverà (?:il|un) rimborso\b",
    "pt": r"\b(?:reembolsamos|reembolsaremos|estornamos|estornaremos|vamos (?:reembolsar|estornar))\b|"
    r"\b(?:receberá|vai receber) o (?:reembolso|estorno|dinheiro)\b",
    "ru": r"\b(?:мы |я )?(?:вернули|вернём|вернем|возместили|возместим) (?:вам )?(?:деньги|средства|сумму|стоимость)\b",
    "zh": r"(?:已|已经|会|将|马上|一定)(?:为您|给您)?(?:全额)?退款",
    "ja": r"(?:ご?返金|払い戻し)(?:を|の手続きを)?(?:いたしました|いたします|しました|します|させていただきます)",
    "ar": r"(?:لقد |تم |سوف |سن)(?:رد|إعادة|استرداد|نعيد|عيد|رجع) (?:المبلغ|المال|الأموال|أموالك)",
}
"""A refund that was made or is promised, as against one that is explained."""
ARRIVAL: dict[str, str] = {
    "en": r"\b(?:will|['’]ll|going to|guarantee\w*) (?:\w+ ){0,3}?(?:arrive|be delivered|reach you|be with you|"
    r"be there|get (?:it|there)|ship|leave|be shipped|be dispatched)"
    r"|\byou(?:['’]ll| will) (?:have|get|receive) (?:it|your)\b",
    "de": r"\b(?:kommt|trifft|wird|erhalten sie|bekommen sie|haben sie)\b.{0,60}(?:\ban\b|ankommen|eintreffen|"
    r"geliefert|zugestellt|versandt|verschickt|bei ihnen|ihr paket|ihre sendung)",
    "fr": r"\b(?:arrivera|sera (?:livrée?|expédiée?|chez vous)|vous (?:le |la |l['’])?recevrez)\b",
    "es": r"\b(?:llegará|se entregará|será entregad[oa]|lo recibirá|la recibirá|recibirá su|saldrá)\b",
    "it": r"\b(?:arriverà|sarà consegnat[oa]|lo riceverà|la riceverà|riceverà il|partirà)\b",
    "pt": r"\b(?:chegará|vai chegar|será entregue|receberá o|vai receber o|será enviado)\b",
    "ru": r"\b(?:придёт|придет|прибудет|будет доставлен\w?|вы получите|доставим|отправим)\b",
    "zh": r"(?:会|将|能|一定|保证).{0,8}(?:到|送达|收到|发货|寄出)",
    "ja": r"(?:届きます|お届けいたします|お届けします|到着いたします|到着します|発送いたします|発送します)",
    "ar": r"(?:سيصل|ستصل|سوف يصل|سيتم تسليم|ستستلم|سنشحن|سيتم شحن)",
}
"""Something will arrive or leave."""
_MONTHS = (
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin|juil|août|déc|ene|abr|ago|dic|"
    r"gen|mag|giu|lug|set|ott|fev|out|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек"
)
DAY: dict[str, str] = {
    "en": r"\b(?:today|tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    "de": r"\b(?:heute|morgen|übermorgen|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)\b",
    "fr": r"\b(?:aujourd['’]hui|demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b",
    "es": r"\b(?:hoy|mañana|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b",
    "it": r"\b(?:oggi|domani|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)\b",
    "pt": r"\b(?:hoje|amanhã|segunda|terça|quarta|quinta|sexta|sábado|domingo)\b",
    "ru": r"\b(?:сегодня|завтра|послезавтра|понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)\b",
    "zh": r"今天|明天|后天|本周[一二三四五六日天]|下?周[一二三四五六日天]|星期[一二三四五六日天]|\d+\s?[号日]",
    "ja": r"本日|今日|明日|明後日|[月火水木金土日]曜日?|\d+日(?!間)",
    "ar": r"اليوم|غد[اًا]|الأحد|الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت",
}
DATE = re.compile(
    rf"\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|\d{{4}}-\d\d-\d\d"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|er)?[ .]{{1,2}}(?:de |of |di )?"
    rf"(?:{_MONTHS})[\w.]*|\b(?:{_MONTHS})[\w.]* \d{{1,2}}\b",
    re.IGNORECASE,
)
HEDGES: dict[str, str] = {
    "en": r"\b(?:usually|normally|expected|estimated?|should|may|might|about|approximately|probably|as soon as|if|once|"
    r"carrier)\b",
    "de": r"\b(?:voraussichtlich|üblicherweise|normalerweise|etwa|ungefähr|sollte|dürfte|vermutlich|wenn|sobald|"
    r"falls)\b",
    "fr": r"\b(?:environ|normalement|en général|prévue?|devrait|probablement|si|dès que|estimée?)\b",
    "es": r"\b(?:normalmente|previst[oa]|estimad[oa]|debería|aproximadamente|probablemente|si|cuando|en cuanto|unos)\b",
    "it": r"\b(?:di solito|normalmente|previst[oa]|stimat[oa]|dovrebbe|circa|probabilmente|se|quando|appena)\b",
    "pt": r"\b(?:normalmente|previst[oa]|estimad[oa]|deve|cerca|provavelmente|se|quando|assim que)\b",
    "ru": r"\b(?:обычно|ориентировочно|примерно|предположительно|около|если|когда|как только|должен|должна|должно)\b",
    "zh": r"通常|一般|预计|大约|左右|可能|如果|若|应该",
    "ja": r"通常|予定|見込み|頃|ころ|場合|目安|おおよそ",
    "ar": r"عادةً|عادة|المتوقع|متوقع|تقريبًا|حوالي|إذا|عند|قد",
}
"""What makes a date an expectation and no promise."""

ACRONYMS = frozenset(
    "USPS UPS DHL FEDEX DPD GLS EMS HTTP HTTPS PDF JPG JPEG PNG IBAN SWIFT BIC VAT IVA TVA MWST GMBH LLC FAQ USA USB "
    "LED HDMI NFC PIN SKU ASIN IOSS EORI CNPJ CPF RMA XXL XXXL URL SMS CEO".split()
)
"""Capitals that shout at nobody."""
