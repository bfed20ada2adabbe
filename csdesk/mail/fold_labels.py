"""The header block that Outlook, QQ, Naver and their kin put above the answered message, one row per language. Data
only; all in lower case, matched against what stands before the first colon."""

from __future__ import annotations

LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "from": ("from",), "sent": ("sent", "date", "sent at", "sent on"), "to": ("to",), "cc": ("cc",),
        "subject": ("subject",),
    },
    "zh": {
        "from": ("发件人", "寄件者", "寄件人", "發件人"),
        "sent": ("发送时间", "发送日期", "日期", "时间", "寄件日期", "發送時間", "傳送時間", "傳送日期", "已发送"),
        "to": ("收件人", "收件者"), "cc": ("抄送", "副本"), "subject": ("主题", "主旨", "主題"),
    },
    "ja": {
        "from": ("差出人", "送信者", "from"), "sent": ("送信日時", "日時", "送信", "日付"),
        "to": ("宛先", "受信者"), "cc": ("cc",), "subject": ("件名",),
    },
    "ko": {
        "from": ("보낸 사람", "보낸사람", "보낸이", "발신"),
        "sent": ("보낸 날짜", "보낸날짜", "보낸 시간", "보낸시간", "날짜"),
        "to": ("받는 사람", "받는사람", "받는이", "수신"), "cc": ("참조",), "subject": ("제목",),
    },
    "de": {
        "from": ("von",), "sent": ("gesendet", "datum", "gesendet am"), "to": ("an",), "cc": ("cc", "kopie"),
        "subject": ("betreff",),
    },
    "fr": {
        "from": ("de", "expéditeur"), "sent": ("envoyé", "envoyé le", "date", "envoye"),
        "to": ("à", "a", "destinataire"), "cc": ("cc",), "subject": ("objet", "sujet"),
    },
    "es": {
        "from": ("de",), "sent": ("enviado", "enviado el", "fecha"), "to": ("para", "a"), "cc": ("cc",),
        "subject": ("asunto",),
    },
    "it": {
        "from": ("da",), "sent": ("inviato", "data"), "to": ("a",), "cc": ("cc",), "subject": ("oggetto",),
    },
    "pt": {
        "from": ("de",), "sent": ("enviado", "enviada em", "enviado em", "enviada", "data"), "to": ("para",),
        "cc": ("cc",), "subject": ("assunto",),
    },
    "nl": {
        "from": ("van",), "sent": ("verzonden", "verstuurd", "datum"), "to": ("aan",), "cc": ("cc",),
        "subject": ("onderwerp",),
    },
    "pl": {
        "from": ("od", "nadawca"), "sent": ("wysłano", "wysłane", "data"), "to": ("do", "adresat"),
        "cc": ("dw",), "subject": ("temat",),
    },
    "ru": {
        "from": ("от", "от кого"), "sent": ("отправлено", "дата"), "to": ("кому",), "cc": ("копия",),
        "subject": ("тема",),
    },
    "sv": {
        "from": ("från",), "sent": ("skickat", "datum"), "to": ("till",), "cc": ("kopia",), "subject": ("ämne",),
    },
    "da": {"from": ("fra",), "sent": ("sendt", "dato"), "to": ("til",), "cc": ("cc",), "subject": ("emne",)},
    "no": {"from": ("fra",), "sent": ("sendt", "dato"), "to": ("til",), "cc": ("kopi",), "subject": ("emne",)},
    "fi": {
        "from": ("lähettäjä",), "sent": ("lähetetty", "päivämäärä", "pvm"), "to": ("vastaanottaja",),
        "cc": ("kopio",), "subject": ("aihe",),
    },
    "tr": {
        "from": ("kimden", "gönderen"), "sent": ("gönderildi", "gönderilen", "gönderme tarihi", "tarih"),
        "to": ("kime", "alıcı"), "cc": ("bilgi",), "subject": ("konu",),
    },
    "ar": {
        "from": ("من",), "sent": ("تم الإرسال", "التاريخ", "أرسلت", "تاريخ الإرسال"), "to": ("إلى", "الى"),
        "cc": ("نسخة",), "subject": ("الموضوع", "موضوع"),
    },
}  # fmt: skip
