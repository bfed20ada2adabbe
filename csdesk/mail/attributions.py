"""The line above a quoted original, in the customer's language, with the date as people there write it. A table and
nothing else: it knows no locale data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class _Form:
    """`line` has {date}, {time} and {who}; `date` has {day}, {month}, {number} (of the month), {year}, {weekday}."""

    line: str
    date: str
    months: Sequence[str]
    days: Sequence[str] = ()


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_NUMBERS = tuple(str(number) for number in range(1, 13))
_CJK_DATE = "{year}年{number}月{day}日"
_FORMS = {
    "en": _Form("On {date} at {time}, {who} wrote:", "{weekday}, {day} {month} {year}",
                _split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"), _split("Mon Tue Wed Thu Fri Sat Sun")),
    "zh": _Form("在 {date} {time}，{who} 写道：", _CJK_DATE, _NUMBERS),
    "zh-hant": _Form("在 {date} {time}，{who} 寫道：", _CJK_DATE, _NUMBERS),
    "ja": _Form("{date} {time}、{who} さんは書きました：", _CJK_DATE, _NUMBERS),
    "ko": _Form("{date} {time}, {who} 님이 작성:", "{year}년 {number}월 {day}일", _NUMBERS),
    "de": _Form("Am {date} um {time} schrieb {who}:", "{weekday}, {day}. {month} {year}",
                _split("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
                _split("Mo. Di. Mi. Do. Fr. Sa. So.")),
    "fr": _Form("Le {date} à {time}, {who} a écrit :", "{weekday} {day} {month} {year}",
                _split("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
                _split("lun. mar. mer. jeu. ven. sam. dim.")),
    "es": _Form("El {date} a las {time}, {who} escribió:", "{weekday}, {day} {month} {year}",
                _split("ene feb mar abr may jun jul ago sept oct nov dic"), _split("lun mar mié jue vie sáb dom")),
    "it": _Form("Il giorno {date} alle ore {time} {who} ha scritto:", "{weekday} {day} {month} {year}",
                _split("gen feb mar apr mag giu lug ago set ott nov dic"), _split("lun mar mer gio ven sab dom")),
    "pt": _Form("Em {date} às {time}, {who} escreveu:", "{weekday}, {day} de {month} de {year}",
                _split("jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez."),
                _split("seg. ter. qua. qui. sex. sáb. dom.")),
    "nl": _Form("Op {date} om {time} schreef {who}:", "{weekday} {day} {month} {year}",
                _split("jan feb mrt apr mei jun jul aug sep okt nov dec"), _split("ma di wo do vr za zo")),
    "pl": _Form("W dniu {date} o {time} {who} napisał(a):", "{day} {month} {year}",
                _split("sty lut mar kwi maj cze lip sie wrz paź lis gru")),
    "ru": _Form("{date} в {time}, {who} пишет:", "{day} {month} {year} г.",
                _split("янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.")),
    "sv": _Form("Den {date} kl. {time} skrev {who}:", "{weekday} {day} {month} {year}",
                _split("jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec."),
                _split("mån tis ons tors fre lör sön")),
    "da": _Form("Den {date} kl. {time} skrev {who}:", "{weekday} {day}. {month} {year}",
                _split("jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec."),
                _split("man. tirs. ons. tors. fre. lør. søn.")),
    "no": _Form("Den {date} kl. {time} skrev {who}:", "{weekday} {day}. {month} {year}",
                _split("jan. feb. mars apr. mai juni juli aug. sep. okt. nov. des."),
                _split("man. tir. ons. tor. fre. lør. søn.")),
    "fi": _Form("{date} klo {time} {who} kirjoitti:", "{weekday} {day}.{number}.{year}", _NUMBERS,
                _split("ma ti ke to pe la su")),
    "tr": _Form("{date} {time} tarihinde {who} şunu yazdı:", "{day} {month} {year} {weekday}",
                _split("Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara"), _split("Pzt Sal Çar Per Cum Cmt Paz")),
    "ar": _Form("في {date} الساعة {time}، كتب {who}:", "{day} {month} {year}",
                _split("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر")),
}  # fmt: skip
LANGUAGES = frozenset(_FORMS)
_SAME = {"nb": "no", "nn": "no", "zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant"}


def _form(language: str) -> _Form:
    tag = language.lower().replace("_", "-")
    tag = next((known for start, known in _SAME.items() if tag == start or tag.startswith(start + "-")), tag)
    for code in (tag, "-".join(tag.split("-")[:2]), tag.split("-")[0]):
        if code in _FORMS:
            return _FORMS[code]
    return _FORMS["en"]


def line(language: str, who: str, at: datetime) -> str:
    """The line for this language tag (English for one that has none), on one line. `at` is aware and shown in its own
    zone, which is named, since the reader's may be another."""
    form = _form(language)
    day = form.date.format(
        day=at.day,
        month=form.months[at.month - 1],
        number=at.month,
        year=at.year,
        weekday=form.days[at.weekday()] if form.days else "",
    )
    return form.line.format(date=day, time=f"{at:%H:%M} ({_zone(at)})", who=who)


def _zone(at: datetime) -> str:
    offset = f"{at:%z}"
    return "UTC" if offset in ("+0000", "") else f"UTC{offset[:3]}:{offset[3:5]}"
