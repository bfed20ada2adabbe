"""The tables behind protect.py: patterns of what must survive, currencies, and numbers said in words."""

from __future__ import annotations

CURRENCIES = (
    "EUR USD GBP CNY RMB JPY CHF SEK NOK DKK PLN CZK HUF RON TRY BRL MXN ARS CLP COP PEN CAD AUD NZD INR KRW RUB UAH "
    "AED SAR ILS ZAR SGD HKD TWD THB VND IDR MYR PHP"
)
"""ISO 4217 codes that customers write."""
_MONEY = "|".join(CURRENCIES.split())
_SIGNS = r"US\$|R\$|MX\$|[$€£¥₹₽₩₺₴₪฿₫]|zł|Kč|(?:kr|Fr|lei)(?![A-Za-z])"
_NUM = r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)*"
_EDGE = r"(?<![A-Za-z0-9_])"
_END = r"(?![A-Za-z0-9_])"
_NAME = r"[A-ZÀ-Þ][\w.'’-]{0,30}"
_OF = r"(?:de|del|la|las|los|el|da|do|dos|das|di|della|du|des|van|von|der|den)\s"
_NAMES = rf"(?:{_OF}){{0,3}}{_NAME}(?:\s(?:{_OF}){{0,2}}{_NAME}){{0,3}}"
_TOWN = rf"(?:,\s(?:[A-Z]{{1,2}}-)?\d{{4,5}}(?:-\d{{3}})?\s{_NAME}(?:\s{_NAME})?)?"
_STREET = "|".join(
    (
        # "Calle de Alcalá 12", "Avda. Diagonal, 300", "Via Roma 5", "Rua Augusta, n.º 12"
        rf"(?:Calle|C/|Avenida|Avda\.?|Av\.|Plaza|Paseo|Camino|Carrer|Ronda|Via|Viale|Piazza|Corso|Rua|Travessa|Praça"
        rf"|Largo)\s?{_NAMES},?\s(?:n[.º°o]{{1,2}}\s?)?\d{{1,5}}[A-Za-z]?{_END}{_TOWN}",
        # "Hauptstraße 12a, 10115 Berlin", "Am Alten Ring 5"
        rf"(?:[A-ZÄÖÜ][\wäöüß-]{{0,30}}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|damm)"
        rf"|(?:[A-ZÄÖÜ][\wäöüß]{{1,30}}[\s-]){{1,3}}(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse|Ring|Ufer|Damm))"
        rf"\s\d{{1,4}}\s?[a-z]?{_END}{_TOWN}",
        # "221B Baker Street", "1600 Amphitheatre Pkwy"
        rf"{_EDGE}\d{{1,5}}[A-Z]?\s(?:[A-Z][\w'’]{{1,20}}\s){{1,3}}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|"
        rf"Boulevard|Blvd|Court|Ct|Square|Sq|Way|Close|Place|Pkwy){_END}\.?",
        # "12 bis, rue de la Paix"
        rf"{_EDGE}\d{{1,4}}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|place|chemin|allée|impasse|quai|cours)\s"
        rf"(?:(?:de|du|des|la|le|l['’]|d['’])\s?){{0,3}}{_NAME}(?:\s{_NAME}){{0,2}}{_TOWN}",
    )
)
_EMOJI_ONE = (
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b05-\u2b55"
    "\u2190-\u21ff\u2300-\u23ff\u3030\u303d\u3297\u3299\u00a9\u00ae\u203c\u2049]"
)
_EMOJI_MORE = "(?:[\ufe0e\ufe0f\u20e3]|[\U0001f3fb-\U0001f3ff]|[\U000e0020-\U000e007f])*"
_EMOJI = rf"(?:{_EMOJI_ONE}{_EMOJI_MORE}(?:\u200d{_EMOJI_ONE}{_EMOJI_MORE})*)+|[0-9#*]\ufe0f?\u20e3"
_SIZED = ("size", "talla", "taille", "taglia", "tamanho", "größe", "maat")
_AFTER_SIZE = "|".join(f"(?<={word} )|(?<={word.capitalize()} )" for word in _SIZED)
_UNIT = 'cm|mm|km|m|kg|g|mg|ml|cl|l|L|oz|lbs?|ft|inch|GB|TB|MB|kB|mAh|Ah|W|kW|V|Hz|MHz|GHz|dB|px|°C|°F|%|‰|″|"(?!\\w)'
PATTERNS: tuple[tuple[str, str], ...] = (
    ("bracket", r"⟦[^⟦⟧\n]{0,80}⟧|[⟦⟧]"),
    (
        "variable",
        r"\{\{[^{}\n]{0,200}\}\}|\{%[^{}\n]{0,200}%\}|\$?\{[A-Za-z_][\w.]{0,60}\}|%\([A-Za-z_]\w{0,60}\)[sd]",
    ),
    ("url", r"(?:https?|ftp)://[^\s<>\"⟦⟧]+|(?<![\w@.])www\.[^\s<>\"⟦⟧]+"),
    ("mail", r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}"),
    (
        "domain",
        r"(?<![\w@.])(?:[A-Za-z0-9-]{1,63}\.){1,4}(?:com|net|org|shop|store|info|example|io|de|es|fr|it|pt|nl|pl|ru|cn"
        r"|uk|eu|jp|br|mx)(?![\w-])(?:/[^\s<>\"⟦⟧]*[^\s<>\"⟦⟧.,;:!?)])?",
    ),
    ("address", _STREET),
    ("emoji", _EMOJI),
    ("phone", r"\+\d[\d \u00a0()/.-]{6,22}\d"),
    ("account", rf"{_EDGE}[A-Z]{{2}}\d{{2}}(?: ?[A-Z0-9]{{4}}){{3,7}}(?: ?[A-Z0-9]{{1,4}})?{_END}"),
    ("parcel", rf"{_EDGE}[A-Z]{{2}} ?\d{{3}} ?\d{{3}} ?\d{{3}} ?[A-Z]{{2}}{_END}"),
    (
        "money",
        rf"(?<![A-Za-z0-9])(?:{_SIGNS}|(?:{_MONEY})(?![A-Za-z]))\s?(?:{_NUM})"
        rf"|{_EDGE}(?:{_NUM})[ \u00a0\u202f]?(?:{_SIGNS}|(?:{_MONEY}){_END})",
    ),
    (
        "date",
        rf"{_EDGE}\d{{4}}-\d{{1,2}}-\d{{1,2}}(?:[T ]\d{{1,2}}:\d{{2}}(?::\d{{2}})?Z?)?{_END}"
        rf"|{_EDGE}\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}{_END}|{_EDGE}\d{{1,2}}\.\d{{1,2}}\.(?!\d)"
        rf"|{_EDGE}\d{{1,2}}:\d{{2}}(?::\d{{2}})?{_END}",
    ),
    (
        "size",
        rf"{_EDGE}\d+(?:[.,]\d+)?(?:\s?[x×]\s?\d+(?:[.,]\d+)?){{1,3}}(?:\s?(?:{_UNIT}){_END})?"
        rf"|{_EDGE}(?:{_NUM})[ \u00a0]?(?:{_UNIT}){_END}"
        rf"|{_EDGE}(?:EU|UK|US) ?\d{{1,2}}(?:[.,]5)?{_END}"
        rf"|{_EDGE}(?:XXS|XS|XL|X{{2,4}}L|[2-6]XL){_END}|(?:{_AFTER_SIZE})[SML]{_END}",
    ),
    (
        "code",
        rf"#\w[\w./-]*\w|#\d{_END}"
        rf"|{_EDGE}(?=[A-Za-z0-9._/-]{{0,60}}\d)(?=[A-Za-z0-9._/-]{{0,60}}[A-Za-z_/-])"
        rf"[A-Za-z0-9][A-Za-z0-9._/-]{{0,80}}[A-Za-z0-9]{_END}"
        rf"|{_EDGE}[A-Z]{{2,12}}(?:[-_][A-Z0-9]{{1,12}}){{1,6}}{_END}",
    ),
    ("number", rf"(?:{_NUM})"),
    ("smiley", r"(?<!\S)[:;=]-?[()DPp/](?!\S)"),
)
"""Kinds and how they look, the surest first: where two match at one place the earlier counts. Street addresses are
those with a number and a word for a street in six languages; others are not recognised."""

_SPOKEN: dict[int, str] = {
    0: "zero null cero zéro 零",
    1: "one a an un uno una ein eine einen einem einer eins une um uma een 一",
    2: "two dos zwei deux due dois duas twee both ambos beide 二 两 兩",
    3: "three tres drei trois tre três drie 三",
    4: "four cuatro vier quatre quattro quatro 四",
    5: "five cinco fünf cinq cinque vijf 五",
    6: "six seis sechs sei zes 六",
    7: "seven siete sieben sept sette sete zeven 七",
    8: "eight ocho acht huit otto oito 八",
    9: "nine nueve neun neuf nove negen 九",
    10: "ten diez zehn dix dieci dez tien 十",
    11: "eleven once elf onze undici 十一",
    12: "twelve doce zwölf douze dodici doze twaalf dozen docena 十二",
    13: "thirteen trece dreizehn treize tredici treze",
    14: "fourteen catorce vierzehn quatorze quattordici",
    15: "fifteen quince fünfzehn quinze quindici",
    16: "sixteen dieciséis sechzehn seize sedici",
    17: "seventeen diecisiete siebzehn",
    18: "eighteen dieciocho achtzehn",
    19: "nineteen diecinueve neunzehn",
    20: "twenty veinte zwanzig vingt venti vinte",
    24: "twenty-four veinticuatro vierundzwanzig",
    30: "thirty treinta dreißig trente trenta trinta",
    40: "forty cuarenta vierzig quarante quaranta quarenta",
    50: "fifty cincuenta fünfzig cinquante cinquanta",
    60: "sixty sesenta sechzig soixante sessanta",
    70: "seventy setenta siebzig settanta",
    80: "eighty ochenta achtzig ottanta oitenta",
    90: "ninety noventa neunzig novanta",
    100: "hundred cien ciento hundert cent cento cem 百",
    1000: "thousand mil tausend mille 千",
    1_000_000: "million millón millones millionen milhão",
}
NUMBER_WORDS: dict[int, tuple[str, ...]] = {value: tuple(words.split()) for value, words in _SPOKEN.items()}
"""Numbers as words, lower case, in the languages that customers write most."""
