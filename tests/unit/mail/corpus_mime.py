"""What must come out of mails whose structure is odd, sealed, nested or broken.

Rows of the corpus; the mails lie in corpus/.
"""

from __future__ import annotations

from tests.unit.mail.corpus_want import Want

ROWS = {
    "winmail-opened": Want("Die Rechnung fehlt – bitte senden.", files=("Rechnung März.pdf", "foto.png")),
    "winmail-beside-text": Want("See the papers.", files=("Rechnung März.pdf", "foto.png")),
    "winmail-alone-rtf": Want("Wo ist mein Paket? Grüße €"),
    "winmail-cut-off": Want("Attached.", files=("winmail.dat",)),
    "winmail-no-tnef": Want("Attached.", files=("winmail.dat",)),
    "smime-signed": Want("Signed words.", files=("smime.p7s",), protection="signed"),
    "smime-opaque-signed": Want("Words inside the envelope.", protection="signed"),
    "smime-opaque-ber": Want("Words inside the envelope.", protection="signed"),
    "smime-encrypted": Want("", files=("smime.p7m", "original.eml"), broken=True, protection="encrypted"),
    "pgp-mime-signed": Want("PGP signed words.", files=("signature.asc",), protection="signed"),
    "pgp-inline-signed": Want("Please refund me.", protection="signed", folded=7, kinds="frame"),
    "pgp-inline-encrypted": Want(
        "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----",
        files=("original.eml",),
        broken=True,
        protection="encrypted",
    ),
    "cid-by-reference": Want(
        "Look: [shown.png] here", files=("shown.png", "beside.png"), inline=("shown.png",)
    ),
    "cid-percent": Want("Look [the box]", files=("box.png",), inline=("box.png",)),
    "cid-in-dropped-html": Want("It is broken.", files=("photo.jpg",), inline=("photo.jpg",)),
    "nested-deep": Want("Deep words.", files=("inner.pdf", "outer.pdf")),
    "apple-alternative-mixed": Want("First words.\n\nLast words.", files=("between.pdf",)),
    "iphone-text-photo-text": Want(
        "Before the photo.\n\nAfter the photo.", files=("IMG_1.jpeg",), folded=1, kinds="signature"
    ),
    "text-as-file": Want("My log is attached.", files=("log.txt",)),
    "related-with-start": Want("The root is second. [a.png]", files=("a.png",), inline=("a.png",)),
    "digest": Want("", files=("One.eml", "Two.eml")),
    "multipart-without-parts": Want("", files=("original.eml",), broken=True),
    "alternative-html-first": Want("Plain words"),
    "alternative-says-use-html": Want("The real words."),
    "alternative-with-calendar": Want("Pick-up on Monday.", files=("attachment-1.ics",)),
    "calendar-outlook-zone": Want(
        "Abholung der Rücksendung\n"
        "2026-11-23 09:00 (UTC+01:00) Amsterdam, Berlin - 2026-11-23 10:00 (UTC+01:00) Am"
        "sterdam, Berlin\nTor 4\nBitte klingeln\nTel: 0123",
        files=("attachment-1.ics",),
    ),
    "calendar-all-day": Want("Geschlossen\n2026-12-24", files=("attachment-1.ics",)),
    "uuencoded-file": Want("Here is the label.\n\n\nThanks", files=("label.txt",)),
    "enclosed-in-base64": Want("Forwarded:", files=("Held.eml",)),
    "enclosed-alone": Want("", subject="Fwd: Held", files=("Held.eml",)),
    "lost-content-type": Want("Still readable.", files=("a.pdf",)),
    "wrong-boundary": Want("Which boundary?", files=("original.eml",), broken=True),
    "strange-boundary": Want("Odd but legal."),
    "boundary-never-closed": Want("No end line."),
    "preamble-and-epilogue": Want("The words."),
    "external-body": Want("See the link.", files=("attachment-1.bin",)),
    "unknown-multipart": Want("Unknown kind.", files=("data.zip",)),
    "applefile": Want("", files=("photo.jpg", "photo (2).jpg")),
}
