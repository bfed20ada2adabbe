"""What must come out of header fields and file names in their right and wrong forms.

Rows of the corpus; the mails lie in corpus/.
"""

from __future__ import annotations

from tests.unit.mail.corpus_want import Want

ROWS = {
    "subject-cut-word": Want("x", subject="您好, 订单"),
    "subject-no-gap": Want("x", subject="Order für Ana €"),
    "subject-double-encoded": Want("x", subject="你好"),
    "subject-spaces-in-word": Want("x", subject="Wo ist mein Paket?"),
    "subject-wrong-charset": Want("x", subject="café"),
    "subject-language-tag": Want("x", subject="café"),
    "subject-folded": Want("x", subject="one two three"),
    "subject-utf7-word": Want("x", subject="Grüße"),
    "subject-raw-cp1251": Want("Пожалуйста", subject="Где заказ", sender="a@buyer.example", name=""),
    "subject-raw-big5": Want("請問包裹到哪裡了？", subject="訂單查詢", sender="a@buyer.example", name=""),
    "from-comment-name": Want("x"),
    "from-bare": Want("x", name=""),
    "from-quoted-comma": Want("x", name='Ruiz, Ana "La" M.'),
    "from-encoded-whole": Want("x", name="Ana"),
    "from-two-mailboxes": Want("x", name="Ana"),
    "from-name-is-address": Want("x", sender="eve@evil.example", name="support@shop.example"),
    "from-group": Want("x", name=""),
    "from-missing": Want("x", name=""),
    "from-unbalanced-quote": Want("x"),
    "from-idn": Want("x", sender="ana@xn--mnchen-3ya.example", name="Ana"),
    "two-subjects": Want("x", subject="First", name=""),
    "header-without-space": Want("x", subject="Tight", name=""),
    "blank-folded-line": Want("words", subject="Held up", name=""),
    "garbage-between-headers": Want(
        "this is no header\nTo: x@y.example\n\nwords", subject="Still here", name=""
    ),
    "crlf-and-lf-mixed": Want("line one\nline two", subject="Mixed", name=""),
    "headers-only": Want("", subject="No body at all", name=""),
    "date-iso": Want("x", subject="ISO", name=""),
    "html-in-subject": Want("x", subject="<b>Bold</b> &amp; [link](x)", name=""),
    "name-2231": Want("One file.", files=("发票.pdf",)),
    "name-2231-continued": Want("One file.", files=("发票 2026.pdf",)),
    "name-2231-out-of-order": Want("One file.", files=("ab.pdf",)),
    "name-2231-no-charset": Want("One file.", files=("发票.pdf",)),
    "name-2231-gbk": Want("One file.", files=("发票.pdf",)),
    "name-2231-and-plain": Want("One file.", files=("été.pdf",)),
    "name-2047-quoted": Want("One file.", files=("发票.pdf",)),
    "name-2047-in-sections": Want("One file.", files=("发票.pdf",)),
    "name-percent-plain": Want("One file.", files=("发票.pdf",)),
    "name-raw-utf8": Want("One file.", files=("发票.pdf",)),
    "name-raw-gbk": Want("One file.", files=("发票 三月 报价单.pdf",)),
    "name-unquoted-spaces": Want("One file.", files=("my great invoice.pdf",)),
    "name-path-and-bidi": Want("One file.", files=("xgpj.exe",)),
    "name-missing": Want("One file.", files=("attachment-1.pdf",)),
}
