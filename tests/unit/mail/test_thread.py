"""Where a mail belongs, strongest proof first. A wrong row shows one customer's mail to another, or opens a second
conversation for each answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from csdesk.domain.mail import Address
from csdesk.mail import thread
from csdesk.mail.parse import parse

SECRET = b"0123456789abcdef"
OURS = thread.own_message_id(7, SECRET, "shop.example", "r4nd0m")
PLUS = thread.plus_address("support@shop.example", 9, SECRET)


class Store:
    """Conversations 1 to 9; 'old@x' is in 1, 'newer@x' in 2, 'sent@shop.example' in 4; Ana takes part in 5."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def by_message_ids(self, ids: Sequence[str]) -> dict[str, int]:
        self.asked.append(tuple(ids))
        stored = {"old@x": 1, "newer@x": 2, "answered@x": 3, "sent@shop.example": 4}
        return {one: stored[one] for one in ids if one in stored}

    def is_participant(self, conversation: int, address: str) -> bool:
        return (conversation, address) == (5, "ana@buyer.example")

    def exists(self, conversation: int) -> bool:
        return 1 <= conversation <= 9


def mail(**fields: str) -> bytes:
    lines = {"From": "Ana <ana@buyer.example>", "To": "support@shop.example", "Subject": "Order", **fields}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items() if value)
    return f"{head}\r\nHello\r\n".encode()


FORGED = OURS.replace("7.", "8.", 1)
RULES: list[tuple[str, dict[str, str], int | None, str]] = [
    ("a stranger's first mail opens a conversation", {}, None, ""),
    ("a genuine plus address", {"To": f"Shop <{PLUS}>"}, 9, "plus-address"),
    ("the plus address it was delivered to", {"Delivered_To": PLUS}, 9, "plus-address"),
    ("a plus address beats the references", {"X_Original_To": PLUS, "References": "<old@x>"}, 9, "plus-address"),
    ("a forged plus address proves nothing", {"To": PLUS.replace("+c9", "+c8")}, None, ""),
    ("the answered mail", {"In_Reply_To": "<answered@x>", "References": "<old@x>"}, 3, "in-reply-to"),
    ("the newest known reference", {"References": "<old@x> <newer@x> <unknown@x>"}, 2, "references"),
    ("our own id although the store forgot it", {"In_Reply_To": f"<{OURS}>"}, 7, "own-id"),
    ("our own id in the references", {"References": f"<a@b> <{OURS}> <c@d>"}, 7, "own-id"),
    ("a forged id proves nothing", {"In_Reply_To": f"<{FORGED}>"}, None, ""),
    ("a subject number from a participant", {"Subject": "Re: [#5] Order"}, 5, "subject"),
    ("a subject number from a stranger", {"Subject": "Re: [#5] Order", "From": "eve@evil.example"}, None, ""),
    ("a subject number of another's conversation", {"Subject": "Re: [#6] Order"}, None, ""),
    ("ids beat the subject", {"Subject": "[#5]", "References": "<old@x>"}, 1, "references"),
    ("a plus address of a conversation that is gone",
     {"To": thread.plus_address("support@shop.example", 77, SECRET), "References": "<old@x>"}, 1, "references"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fields", "conversation", "proof"), RULES, ids=[rule[0] for rule in RULES])
def test_proofs(rule: str, fields: dict[str, str], conversation: int | None, proof: str) -> None:
    decision = thread.decide(parse(mail(**fields)), SECRET, Store())
    assert decision == thread.Decision(conversation, proof)


def test_a_bounce_joins_the_conversation_of_the_mail_that_failed() -> None:
    raw = (
        b"From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
        b"--B\n\nsorry\n--B\nContent-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n\n"
        b"--B\nContent-Type: text/rfc822-headers\n\nMessage-ID: <sent@shop.example>\n\n--B--\n"
    )
    assert thread.decide(parse(raw), SECRET, Store()) == thread.Decision(4, "bounce")


def test_one_question_to_the_store_with_each_id_once_and_newest_first() -> None:
    store = Store()
    parsed = parse(mail(In_Reply_To="<b@x>", References="<a@x> <b@x>"))
    thread.decide(parsed, SECRET, store)
    assert store.asked == [("b@x", "a@x")] == [thread.candidate_ids(parsed)]


def test_a_flood_of_references_asks_for_the_newest_only() -> None:
    flood = " ".join(f"<{number}@x>" for number in range(500))
    ids = thread.candidate_ids(parse(mail(References=flood)))
    assert len(ids) == thread.MAX_CANDIDATES
    assert ids[0] == "499@x"


def test_own_ids_carry_their_conversation_and_nobody_else_can_make_them() -> None:
    assert thread.conversation_of(OURS, SECRET) == 7
    assert thread.conversation_of(f"<{OURS}>", SECRET) == 7
    assert thread.conversation_of(OURS, b"another secret") is None
    assert thread.conversation_of(FORGED, SECRET) is None
    assert thread.conversation_of("7.x@shop.example", SECRET) is None
    with pytest.raises(ValueError, match="no message id"):
        thread.own_message_id(7, SECRET, "shop.example", "a b")
    with pytest.raises(ValueError, match="no message id"):
        thread.own_message_id(7, SECRET, "shop>\r\nBcc: x", "ab")


def test_plus_addresses_survive_lower_casing_and_an_own_plus_part() -> None:
    made = thread.plus_address("support+eu@Shop.example", 12, SECRET)
    assert made.startswith("support+c12-") and made.endswith("@Shop.example")
    assert thread.plus_conversation([Address("x@y.example"), Address(made.lower())], SECRET) == 12
    assert thread.plus_conversation([made.upper()], SECRET) == 12
    assert thread.plus_conversation(["support+c12-0000000000000000@shop.example"], SECRET) is None


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: Order", "Order"), ("RE: Re: re: Order", "Order"), ("Re[2]: Order", "Order"), ("Re (3): Order", "Order"),
        ("Fwd: Order", "Order"), ("FW: Order", "Order"), ("AW: WG: Bestellung", "Bestellung"),
        ("RV: Pedido", "Pedido"), ("TR: Commande", "Commande"), ("RÉP : Commande", "Commande"),
        ("回复: 订单", "订单"), ("回复：答复：订单", "订单"), ("转发: 订单", "订单"), ("Re: 回复：订单", "订单"),
        ("Отв: Заказ", "Заказ"), ("Regarding: x", "Regarding: x"), ("Order: Re: x", "Order: Re: x"), ("Re:", ""),
        ("Refund: 12", "Refund: 12"),
    ],
)  # fmt: skip
def test_prefixes_of_every_language_fall(subject: str, base: str) -> None:
    assert thread.base_subject(subject) == base


def test_the_last_token_of_a_subject_counts() -> None:
    assert thread.subject_token("Fwd: [#12] Re: [#345] x") == 345
    assert thread.subject_token("#12 [12] [#]") is None


def test_two_copies_that_came_different_ways_are_one_mail() -> None:
    first = b"Received: from a\r\nMessage-ID: <1@x>\r\n" + mail(Date="Sat, 21 Nov 2026 10:00:00 +0100")
    second = b"Delivered-To: b@x\nMessage-ID: <1@x>\n" + mail(Date="Sat, 21 Nov 2026 09:00:00 +0000").replace(
        b"\r\n", b"\n"
    )
    assert thread.content_hash(parse(first)) == thread.content_hash(parse(second))
    assert thread.synthetic_id(first, parse(first)) == thread.synthetic_id(second, parse(second))


def test_the_same_id_with_other_words_is_another_mail() -> None:
    other = mail().replace(b"Hello", b"Pay here")
    assert thread.content_hash(parse(mail())) != thread.content_hash(parse(other))
    assert thread.synthetic_id(mail(), parse(mail())) != thread.synthetic_id(other, parse(other))


def test_two_short_mails_without_id_on_two_days_are_two_mails() -> None:
    one, two = (mail(Date=f"Sat, {day} Nov 2026 10:00:00 +0000") for day in (21, 28))
    assert thread.synthetic_id(one, parse(one)) != thread.synthetic_id(two, parse(two))
    assert thread.synthetic_id(one, parse(one)).endswith("@no-message-id.invalid")
