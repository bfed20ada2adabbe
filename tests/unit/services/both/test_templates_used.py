"""How often templates are used, and what is found first beside a conversation. A wrong count buries the answer that
everybody needs."""

from __future__ import annotations

from csdesk.bootstrap import Desk
from csdesk.domain.template import Uses
from csdesk.services.doctor import Doctor
from tests.unit.services.both.shop import Shop


def used(desk: Desk, name: str) -> tuple[int, int]:
    found = desk.templates.uses().get(name, Uses())
    return found.mine, found.total


def test_a_use_counts_when_the_reply_is_queued_for_the_agent_and_the_team(desk: Desk, shop: Shop) -> None:
    one, two = shop.asked(), shop.asked()
    mei = shop.desk_of("Mei")
    desk.replies.send(one, "It is late.", template="delayed", language="en")
    desk.replies.send(one, "Plain.")
    mei.replies.send(two, "Es tut mir leid.", template="delayed", language="de")
    assert used(desk, "delayed") == (1, 2) and used(mei, "delayed") == (1, 2)
    assert desk.templates.uses()["delayed"].last_at is not None
    mei.close()


def test_what_was_taken_back_was_not_used_and_counts_when_it_leaves_after_all(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    row = desk.replies.send(one, "It is late.", template="delayed")
    draft = desk.replies.undo_send(row.id)
    assert used(desk, "delayed") == (0, 0) and draft.template == "delayed"
    desk.replies.send(one, draft.text, template=draft.template)
    assert used(desk, "delayed") == (1, 1)


def test_a_new_message_counts_too(desk: Desk, shop: Shop) -> None:
    desk.replies.new("support", "new@buyer.example", "Hello", "Hi", template="greeting")
    assert used(desk, "greeting") == (1, 1)


def test_counts_can_be_made_again_from_what_was_sent(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    desk.replies.undo_send(desk.replies.send(one, "no", template="customs").id)
    desk.replies.send(one, "It is late.", template="delayed")
    assert Doctor(desk.context).rebuild() == 0
    with desk.store.write() as tx:
        tx.uses.count("delayed", desk.agent.id, 5)
        tx.uses.count("refund_steps", desk.agent.id)
    assert Doctor(desk.context).rebuild() == 2
    assert used(desk, "delayed") == (1, 1) and used(desk, "refund_steps") == (0, 0)


def test_beside_a_conversation_its_own_situation_comes_first(desk: Desk, shop: Shop) -> None:
    late = shop.asked("Hello, this is taking too long, it is still not here. What now?")
    refund = shop.asked("I want my money back, when do I get the refund?")
    assert desk.templates.find("", conversation=late)[0].name == "delayed"
    assert desk.templates.find("", conversation=refund)[0].name == "refund_steps"
    shop.asked("Thank you!", id="again@buyer.example")
    assert desk.templates.find("devolucion", conversation=late)[0].category == "after_sale"


def test_the_search_follows_what_is_said(desk: Desk, shop: Shop) -> None:
    """The picker looks at the newest message, not at the one it saw first."""
    one = shop.asked("It is still not here, why so long?", id="one@buyer.example")
    assert desk.templates.find("", conversation=one)[0].name == "delayed"
    asked = shop.asked("Please give me my money back: I want a refund.", In_Reply_To="<one@buyer.example>")
    assert asked == one
    assert desk.templates.find("", conversation=one)[0].name == "refund_steps"
