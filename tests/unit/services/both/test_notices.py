"""Writing first. A failure here writes twice, at night, against a market's rules, to somebody who asked for none, or
without anybody having wanted that it leaves by itself."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.errors import Conflict, NotFound, Refused
from csdesk.services.notices import send_due
from tests.databases import SteppingClock
from tests.unit.services.both.shop import DAY, Shop

NOON = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
AMAZON = "q7f3zk2m9wd1b4x@marketplace.amazon.de"


@pytest.fixture
def noon(desk: Desk, shop: Shop, clock: SteppingClock, tmp_path: Path) -> Shop:
    clock.at = NOON
    path = tmp_path / "o.csv"
    placed = (NOON - 2 * DAY).isoformat()
    rows = [
        "number,source,email,name,placed_at,currency,total,payment,country,address,item",
        f"100,shopify,ana@buyer.example,Ana López,{placed},EUR,20,verifying,ES,Calle 1,Mug",
        f"200,amazon,{AMAZON},Sabine,{placed},EUR,20,verifying,DE,Weg 1,Mug",
        f"300,shopify,new@buyer.example,Luc,{placed},EUR,20,paid,FR,Rue 1,Mug",
    ]
    path.write_text("\n".join(rows), "utf-8")
    report = desk.orders.import_file(path)
    assert report.added == 3 and not report.skipped
    return shop


def due(desk: Desk, *, blocked: bool = False) -> dict[str, str]:
    found = desk.notices.list(blocked=blocked)
    return {one.proposal.order.number: one.proposal.blocked or one.proposal.rule.name for one in found}


def test_a_notice_becomes_one_draft_in_the_customers_language(desk: Desk, noon: Shop) -> None:
    conversation = noon.asked("Hola, gracias por todo, solo quería saludar a la tienda.")
    assert due(desk) == {"300": "before_dispatch"}
    assert due(desk, blocked=True) == {"100": "waits", "200": "policy"}
    with pytest.raises(Refused, match="waits for an answer"):
        desk.notices.draft("100", "payment_review")
    desk.replies.send(conversation, "¡Gracias a usted!", now=True)
    assert due(desk)["100"] == "payment_review"
    assert desk.notices.draft("100", "payment_review") == conversation
    draft = desk.replies.draft(conversation)
    assert (
        draft is not None
        and draft.language == "es"
        and "Shopify" in draft.text
        and "hasta 24 horas" in draft.text
    )
    with pytest.raises(Refused, match="made already"):
        desk.notices.draft("100", "payment_review")
    mei = noon.desk_of("Mei")
    with pytest.raises(Conflict):
        mei.notices.skip("100", "payment_review")
    mei.close()
    with pytest.raises(Refused, match="Amazon does not let"):
        desk.notices.draft("200", "payment_review")
    with pytest.raises(NotFound, match="there are payment_review"):
        desk.notices.draft("100", "hello")


def test_who_never_wrote_gets_a_conversation_of_their_own_and_the_mail_has_a_subject(
    desk: Desk, noon: Shop
) -> None:
    conversation = desk.notices.draft("300", "before_dispatch")
    [link] = desk.orders.beside(conversation)
    assert link.order.number == "300" and link.state == "linked"
    draft = desk.replies.draft(conversation)
    assert draft is not None and draft.text.startswith("Bonjour") and "Rue 1" in draft.text
    row = desk.replies.send(conversation, draft.text, language="fr", now=True)
    built = email.message_from_bytes(noon.raw(row.raw_hash))
    assert row.recipients == ("new@buyer.example",) and "300" in str(email.header.make_header(
        email.header.decode_header(built["Subject"])))  # fmt: skip
    assert built["Auto-Submitted"] is None, "a person wrote this"
    assert noon.rebuilt() == 0


def test_skipped_ones_and_customers_who_want_none(desk: Desk, noon: Shop) -> None:
    desk.notices.skip("300", "before_dispatch")
    assert due(desk) == {"100": "payment_review"}
    desk.notices.unskip("300", "before_dispatch")
    assert due(desk)["300"] == "before_dispatch"
    with pytest.raises(Refused, match="was not skipped"):
        desk.notices.unskip("300", "before_dispatch")
    conversation = noon.asked("Danke", sender="Luc <new@buyer.example>")
    desk.replies.send(conversation, "Gern geschehen, bis bald.", now=True)
    desk.customers.edit(desk.inbox.thread(conversation).customer_id, tags=("no-notices",))
    assert due(desk, blocked=True)["300"] == "opted_out"


def test_by_itself_only_where_a_person_wanted_it_by_day_once_and_marked(
    desk: Desk, noon: Shop, clock: SteppingClock
) -> None:
    context = desk.context
    assert send_due(context, noon.account) == 0 and not desk.outbox.list()
    with pytest.raises(Refused, match="a person has to act"):
        desk.notices.switch("extend", "support", on=True)
    desk.notices.switch("payment_review", "support", on=True)
    assert [r.on for r in desk.notices.rules() if r.rule.name == "payment_review"] == [("support",)]
    clock.at = NOON + timedelta(hours=11)  # night in Madrid
    assert send_due(context, noon.account) == 0
    clock.at = NOON
    assert send_due(context, noon.account) == 1
    assert send_due(context, noon.account) == 0, "never twice"
    [row] = desk.outbox.list()
    built = email.message_from_bytes(noon.raw(row.raw_hash))
    assert row.recipients == ("ana@buyer.example",) and built["Auto-Submitted"] == "auto-generated"
    assert built["Content-Language"] == "es" and row.agent is None
    thread = desk.inbox.thread(row.conversation_id)
    assert [m.automatic for m in thread.messages] == ["notice"] and thread.assignee is None
    assert due(desk) == {"300": "before_dispatch"}
    desk.notices.switch("payment_review", "support", on=False)
    assert noon.rebuilt() == 0


def test_a_stranger_who_quotes_an_order_is_told_nothing_of_it(desk: Desk, noon: Shop) -> None:
    stranger = noon.asked("Where is my order #300? It has not arrived.", sender="Eve <eve@elsewhere.example>")
    made = desk.whereabouts.draft(stranger)
    draft = desk.replies.draft(stranger)
    assert (made.asks, made.template, made.order) == (True, "identity_check", "") and draft is not None
    assert "300" not in draft.text and "Luc" not in draft.text and "Rue" not in draft.text
    owner = noon.asked("¿Dónde está mi pedido? Todavía no ha llegado a mi casa.")
    made = desk.whereabouts.draft(owner)
    draft = desk.replies.draft(owner)
    assert (made.template, made.order, made.language) == ("payment_pending", "100", "es")
    assert draft is not None and "100" in draft.text and "20" in draft.text


def test_a_trouble_is_listed_and_written_about(desk: Desk, noon: Shop, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    until = (NOON + DAY).isoformat()
    placed = (NOON - 20 * DAY).isoformat()
    path.write_text(
        "number,source,email,name,placed_at,currency,total,fulfilment,country,item,after_sale,respond_by\n"
        f"900,aliexpress,luz@buyer.example,Luz,{placed},EUR,70,shipped,ES,Lamp,dispute,{until}\n",
        "utf-8",
    )
    assert desk.orders.import_file(path).added == 1
    [line] = desk.troubles.list()
    assert (line.trouble.kind, line.trouble.order.number, line.conversation) == ("dispute", "900", None)
    with pytest.raises(NotFound, match="Nothing is wrong"):
        desk.troubles.draft("100", "")
    conversation = desk.troubles.draft("900", "dispute")
    draft = desk.replies.draft(conversation)
    assert draft is not None and draft.language == "es" and draft.template == "dispute_opened"
    assert desk.troubles.list()[0].conversation == conversation
