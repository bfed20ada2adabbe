"""Who writes: relays, several addresses, and what is known of a sender. A failure here shows one buyer another
buyer's order, or scatters one buyer over five cards."""

from __future__ import annotations

from pathlib import Path

from csdesk.bootstrap import Desk
from tests.unit.services.both.shop import Shop, mail, orders_file

ETSY = "Etsy <conversations@mail.etsy.com>"


def _customer(desk: Desk, conversation: int) -> int:
    return desk.inbox.thread(conversation).customer_id


def _identities(desk: Desk, conversation: int) -> list[tuple[str, str]]:
    return [(one.channel, one.value) for one in desk.customers.card(_customer(desk, conversation)).identities]


def _etsy(shop: Shop, name: str, talk: int, id: str) -> int:
    text = f"{name} sent you a message\n\nHello?\n\nhttps://www.etsy.com/conversations/{talk}"
    return shop.asked(text, id=id, sender=ETSY, subject=f"Etsy Conversations: New message from {name}")


def test_two_buyers_behind_one_relay_address_are_two_customers(desk: Desk, shop: Shop) -> None:
    one = _etsy(shop, "Margaret Quill", 1671839391, "a@etsy")
    two = _etsy(shop, "Jordon Dash", 1671839392, "b@etsy")
    again = _etsy(shop, "Margaret Quill", 1671839391, "c@etsy")
    assert one != two
    assert _customer(desk, one) == _customer(desk, again) != _customer(desk, two)
    assert _identities(desk, one) == [("etsy", "conversation:1671839391")]
    assert (desk.inbox.row(one).who, desk.inbox.row(two).who) == ("Margaret Quill", "Jordon Dash")


def test_in_one_batch_too(desk: Desk, shop: Shop) -> None:
    from csdesk.domain.ports import Batch, RawMail
    from csdesk.services.ingest import take

    now = shop.clock.now()
    raws = [
        mail(f"{name} sent you a message\n\nhttps://www.etsy.com/conversations/{talk}", at=now, id=f"{n}@etsy",
             sender=ETSY, subject=f"New message from {name}")
        for n, (name, talk) in enumerate((("Margaret Quill", 111111), ("Jordon Dash", 222222)) * 2)
    ]  # fmt: skip
    batch = Batch(tuple(RawMail(f"e{n}", raw, now) for n, raw in enumerate(raws)), "c")
    made = take(desk.store, shop.account, batch).conversations
    assert len({_customer(desk, conversation) for conversation in made}) == 2


def test_an_amazon_alias_is_one_identity_over_two_mails_and_can_be_answered(desk: Desk, shop: Shop) -> None:
    alias = "abc123@marketplace.amazon.de"
    one = shop.asked(sender=f'"Maria Silva - Amazon Marketplace" <{alias}>', id="a@amazon")
    two = shop.asked("Again", sender=f"Maria S. <{alias.upper()}>", id="b@amazon", subject="Other")
    assert _customer(desk, one) == _customer(desk, two)
    assert _identities(desk, one) == [("mail", alias)]
    assert desk.inbox.row(one).who == "Maria Silva"
    assert [to.address for to in desk.replies.recipients(two).to] == [alias]


def test_order_numbers_in_a_relays_frame_are_suggestions_until_the_alias_agrees(
    desk: Desk, shop: Shop, tmp_path: Path
) -> None:
    alias = "abc123@marketplace.amazon.de"
    mine, others = "302-1111111-1111111", "302-2222222-2222222"
    desk.orders.import_file(orders_file(tmp_path, (mine, alias), (others, "xyz789@marketplace.amazon.de")))
    asked = shop.asked(f"Where are {mine} and {others}?", sender=f"Maria <{alias}>", id="a@amazon")
    assert {link.order.number: link.state for link in desk.orders.beside(asked)} == {
        mine: "linked",
        others: "suggested",
    }
    for template in desk.templates.all():
        assert others not in desk.templates.render(template.name, conversation=asked).text


def test_a_plus_address_is_another_identity_of_the_same_customer(desk: Desk, shop: Shop) -> None:
    one = shop.asked(id="a@x")
    two = shop.asked(sender="Ana <ana+shop@buyer.example>", id="b@x")
    assert _customer(desk, one) == _customer(desk, two)
    assert set(_identities(desk, one)) == {("mail", "ana@buyer.example"), ("mail", "ana+shop@buyer.example")}
    assert [to.address for to in desk.replies.recipients(two).to] == ["ana+shop@buyer.example"]
    for stranger in ("anna+shop@buyer.example", "ana+shop@other.example", "+ana@buyer.example"):
        assert _customer(desk, shop.asked(sender=stranger, id=stranger)) != _customer(desk, one), stranger


def test_what_is_known_of_the_sender_is_kept_with_the_message(desk: Desk, shop: Shop) -> None:
    plain = shop.asked(id="a@x")
    odd = shop.asked(id="b@x", sender="eve@buyer.example", Reply_To="eve@elsewhere.example")
    assert desk.inbox.thread(plain).messages[0].findings == ()
    [(level, sentence)] = desk.inbox.thread(odd).messages[0].findings
    assert level in ("warning", "note")
    assert "elsewhere.example" in sentence
    desk.replies.send(odd, "Hello")
    assert desk.inbox.thread(odd).messages[-1].findings == ()


def test_whether_a_mail_was_signed_or_encrypted_is_kept(desk: Desk, shop: Shop) -> None:
    signed = (
        b"From: Ana <ana@buyer.example>\r\nTo: support@shop.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256; boundary=b\r\n'
        b"\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: application/pgp-signature\r\n"
        b"\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nx\r\n-----END PGP SIGNATURE-----\r\n--b--\r\n"
    )
    [conversation] = shop.receive(signed).conversations
    protection = desk.inbox.thread(conversation).messages[0].protection
    assert "signed" in protection
    assert desk.inbox.thread(shop.asked(id="p@x")).messages[0].protection == ""
