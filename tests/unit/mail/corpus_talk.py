"""What must come out of bounces, machines, marketplaces and the quotes of real clients.

Rows of the corpus; the mails lie in corpus/.
"""

from __future__ import annotations

from tests.unit.mail.corpus_want import Want

ROWS = {
    "bounce-qmail": Want(
        "Hi. This is the qmail-send program at mx.example.net.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n"
        "\n<gone@buyer.example>:\n"
        "Remote host said: 550 5.1.1 No such user\n\n"
        "--- Below this line is a copy of the message.\n\n"
        "Message-ID: <55.abc.0123456789abcdef@shop.example>",
        subject="failure notice",
        sender="mailer-daemon@mx.example.net",
        name="",
        automatic="bounce",
    ),
    "bounce-qq": Want(
        "抱歉，您的邮件被退回来了……\n收件人：123456@qq.com\n退信原因：收件人邮箱空间不足，无法投递。",
        subject="系统退信",
        sender="postmaster@qq.com",
        name="QQ邮箱管理员",
        automatic="bounce",
    ),
    "auto-reply-zh-no-header": Want(
        "您好，您的邮件已收到，我会尽快给您回复。", subject="自动回复：订单", automatic="auto-reply"
    ),
    "auto-reply-de-no-header": Want(
        "Ich bin bis zum 30.11. nicht im Büro.",
        subject="Abwesenheitsnotiz: Bestellung",
        automatic="auto-reply",
    ),
    "newsletter": Want(
        "50 % off!", subject="Sale", sender="news@brand.example", name="Brand", automatic="list"
    ),
    "looped-own-mail": Want("Hello", sender="support@shop.example", name="Shop", automatic="auto-reply"),
    "relay-amazon": Want(
        "Where is my item?",
        subject="Inquiry from Amazon customer Tom",
        sender="abc123@marketplace.amazon.com",
        name="Tom Baker - Amazon Marketplace",
        folded=8,
        kinds="frame",
    ),
    "relay-amazon-ja-html": Want(
        "まだ届きません。",
        subject="250-1111111-2222222",
        sender="z9@marketplace.amazon.co.jp",
        name="x",
        folded=6,
        kinds="frame",
    ),
    "relay-ebay-html": Want(
        "Is it size 42?\nThanks",
        subject="red_shoes_99 has sent a question",
        sender="7affc8f5@members.ebay.com",
        name="eBay - red_shoes_99",
        folded=3,
        kinds="frame",
    ),
    "relay-ebay-plain": Want(
        "Is it size 42?",
        subject="Question",
        sender="7affc8f5@members.ebay.com",
        name="eBay",
        folded=5,
        kinds="frame",
    ),
    "relay-etsy": Want(
        "Does it fit a size 9?",
        subject="Etsy Conversations: New message from Margaret Quill",
        sender="conversations@mail.etsy.com",
        name="Etsy",
        folded=4,
        kinds="frame",
    ),
    "html-yahoo": Want("Noch nichts.", folded=2, kinds="quote"),
    "html-proton": Want("Still nothing.", folded=4, kinds="signature+quote"),
    "html-thunderbird": Want("Toujours rien.", folded=3, kinds="quote"),
    "html-outlook-web": Want("Nog niets.", folded=6, kinds="quote"),
    "html-outlook-mobile": Want("Ainda nada.", folded=7, kinds="signature+quote"),
    "html-apple-ja": Want("まだ届きません。", folded=2, kinds="quote"),
    "html-163": Want("还没收到", folded=3, kinds="quote"),
    "html-qq": Want("还没收到", folded=6, kinds="quote"),
    "html-naver": Want("아직 받지 못했습니다.", folded=7, kinds="quote"),
    "html-yandex": Want("Ещё нет.", folded=3, kinds="quote"),
    "html-gmail-ko": Want("아직이요.", folded=3, kinds="quote"),
    "html-inline-answers": Want("42\n\n\nBlue", folded=2, kinds="quote"),
    "zoho-bar": Want("Still not here.", folded=3, kinds="quote"),
    "mailru": Want("Ещё не пришло.", folded=3, kinds="quote"),
    "outlook-fi": Want("Ei ole tullut.", folded=8, kinds="quote"),
    "samsung-pl": Want("Nadal nie dotarło.", folded=6, kinds="signature+quote"),
    "gmail-ar": Want("لم يصل بعد.", folded=3, kinds="quote"),
}
