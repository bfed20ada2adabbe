"""What goes along with a reply: the right signature, copies that are known, no more files than the channel takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.domain.limits import MB
from csdesk.errors import Refused, Usage
from tests.unit.services.both.shop import Shop


def sent(desk: Desk, row: int) -> str:
    """The body as it goes over the wire, as the store keeps it for the conversation."""
    from csdesk.mail.parse import parse

    with desk.store.read() as tx:
        return parse(tx.blobs.get(tx.outbox.get(row).raw_hash)).text


def test_each_language_and_account_signs_with_its_own_words(desk: Desk, shop: Shop) -> None:
    """A Spanish customer who reads 'Your Shop' knows that nobody of that shop speaks Spanish."""
    desk.accounts.set("support", {"signature_es": "Su tienda\\n{agent}", "signature_pt": "A sua loja"})
    other = shop.add_account("brand")
    one = shop.asked("¿Dónde está mi pedido? Llevo dos semanas esperando.")
    assert "-- \nSu tienda\nLin" in sent(desk, desk.replies.send(one, "Hola", language="es").id)
    assert "-- \nA sua loja" in sent(desk, desk.replies.send(one, "Olá", language="pt-BR").id)
    assert "-- \nYour Shop" in sent(desk, desk.replies.send(one, "Bonjour", language="fr").id)
    desk.accounts.set("brand", {"signature": "Brand", "signature_es": "Marca"})
    assert other.name == "brand"
    row = desk.replies.new(
        "brand", "x@buyer.example", "Hola", "Hola, su pedido sale hoy mismo.", language="es"
    )
    assert "-- \nMarca" in sent(desk, row.id)
    told = desk.replies.new(
        "brand", "y@buyer.example", "Hola", "Hola, su pedido ya está en camino hacia su casa."
    )
    assert "-- \nMarca" in sent(desk, told.id), "the language is told from the text where nobody says it"
    desk.accounts.set("support", {"signature_es": ""})
    assert "-- \nYour Shop" in sent(desk, desk.replies.send(one, "Hola", language="es").id)


@pytest.mark.parametrize(
    "name", ["signature_", "signature_x y", "signature_ES", "signaturees", "signature_english"]
)
def test_a_signature_of_no_language_is_refused(desk: Desk, shop: Shop, name: str) -> None:
    with pytest.raises(Usage):
        desk.accounts.set("support", {name: "x"})


def test_copies_that_are_known_come_likeliest_first(desk: Desk, shop: Shop) -> None:
    shop.add_account("returns")
    shop.asked(sender="Ana <ana@buyer.example>")
    one = shop.asked(sender="Ana <ana@buyer.example>", Cc="Tom <tom@buyer.example>, mei@shop.example")
    desk.replies.send(shop.asked(sender="Bo <bo@b.example>"), "x", cc=["carrier@parcel.example"])
    known = {one.address: one.why for one in desk.replies.known_addresses(one)}
    assert known == {
        "ana@buyer.example": "customer",
        "tom@buyer.example": "conversation",
        "mei@shop.example": "colleague",
        "returns@shop.example": "colleague",
        "carrier@parcel.example": "before",
    }
    assert next(iter(known)) == "ana@buyer.example" and list(known)[-1] == "carrier@parcel.example"


def test_a_marketplace_takes_less_than_a_mail_server(desk: Desk, shop: Shop, tmp_path: Path) -> None:
    """A relay that drops a mail for its size tells nobody: the customer waits for a label that never came."""
    plain = shop.asked()
    buyer = shop.asked(sender="Ana - Amazon Marketplace <abc123@marketplace.amazon.de>")
    assert desk.replies.room(plain).file_bytes == 20 * MB
    assert (desk.replies.room(buyer).channel, desk.replies.room(buyer).file_bytes) == ("amazon", 10 * MB)
    assert desk.replies.holds(plain).characters == 0 and desk.replies.holds(buyer).characters == 4000
    large = tmp_path / "large.pdf"
    large.write_bytes(b"x" * (11 * MB))
    with pytest.raises(Refused, match="10 MB that amazon takes"):
        desk.replies.send(buyer, "see the file", attachments=[str(large)])
    assert desk.replies.send(plain, "see the file", attachments=[str(large)]).state == "queued"
