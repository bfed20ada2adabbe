"""What must come out of bodies whose encoding, line ends or markup are odd or hostile.

Rows of the corpus; the mails lie in corpus/.
"""

from __future__ import annotations

from tests.unit.mail.corpus_want import Want

ROWS = {
    "flowed-delsp-zh": Want("这是一个很长的段落被软换行了。", folded=3, kinds="quote+signature"),
    "flowed-stuffed": Want("From the shop I want an answer.", folded=3, kinds="quote"),
    "utf8-with-mark": Want("Grüße"),
    "utf16-base64": Want("Привет, где заказ?"),
    "utf7": Want("Grüße"),
    "base64-with-list-footer": Want("Where is it?\n\n_______________\nlist mailing list"),
    "base64-url-alphabet": Want("Ünïcödé ??>>~~"),
    "qp-broken": Want("Café 100=% =ZZ sure, yes"),
    "qp-lower-case": Want("café €5 \nend"),
    "encoding-nonsense": Want("Plain words."),
    "encoding-with-comment": Want("Café"),
    "cr-line-ends": Want("one\ntwo\nthree"),
    "nul-bytes": Want("Hello there"),
    "one-long-line": Want(("word " * 20000).strip()),
    "mbox-escaped-from": Want(">From here it looks fine.\nBye"),
    "html-meta-charset": Want("Где мой заказ?"),
    "html-only-image": Want(""),
    "html-hidden-words": Want("Hello shop"),
    "html-broken-tags": Want("one\n\ntwo\n\nthree\n\nfour"),
    "html-table-order": Want("Item  Qty\nShoes  2"),
    "ansi-escapes": Want("red and  plain"),
    "bidi-tricks": Want("pay gnp.exe now"),
    "only-white-space": Want(""),
}
