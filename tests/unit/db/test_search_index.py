"""The full-text index on both databases. A failure here is a customer whose message nobody finds again."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from csdesk.clock import FixedClock
from csdesk.db.migrations import m0010_words
from csdesk.domain.tokens import normal
from csdesk.store import Store
from tests.databases import NOW
from tests.unit.db import rows

_SCRIPTS = {
    "zh": "订单还没有到我想退货请帮忙查询物流信息关税发票地址破损",
    "ja": "注文した商品がまだ届きません返品したいカタカナ送料",
    "ko": "주문한상품이아직도착하지않았어요반품하고싶습니다",
    "th": "สินค้ายังไม่ถึงขอคืนเงิน",
}
_WORDS = {
    "en": "order parcel refund broken mug where customs invoice number is late please".split(),
    "ru": "заказ посылка возврат деньги ещё не пришла номер таможня".split(),
    "de": "Größe Straße Bestellung kaputt Rückgabe".split(),
}


def _corpus(chance: random.Random) -> list[str]:
    texts = []
    for letters in _SCRIPTS.values():
        for _ in range(25):
            run = "".join(chance.choice(letters) for _ in range(chance.randrange(1, 30)))
            texts.append(f"{run}#{chance.randrange(1000, 9999)}{chance.choice(letters)}，{run[::-1]}")
    for words in _WORDS.values():
        texts += [" ".join(chance.choices(words, k=chance.randrange(2, 12))) for _ in range(25)]
    return texts


def _stored(store: Store, texts: list[str]) -> None:
    account, customer = rows.desk(store)
    with store.write() as tx:
        made = rows.conversation(tx, account, customer)
        for place, each in enumerate(texts):
            rows.message(tx, account, made, each, sent_at=NOW + timedelta(seconds=place))


def _find(store: Store, query: str, limit: int = 1000) -> list[str]:
    with store.read() as tx:
        ids = tx.search.find(query, limit)
        found = {row.search_id: row.text for row in tx.messages.found(ids)}
    return [found[i] for i in ids]


def test_every_run_of_one_to_four_characters_is_found_wherever_it_stands(store: Store) -> None:
    chance = random.Random(11)
    texts = _corpus(chance)
    _stored(store, texts)
    for letters in _SCRIPTS.values():
        for length in (1, 2, 3, 4):
            for _ in range(6):
                source = chance.choice([t for t in texts if sum(c in letters for c in t) >= 4])
                runs = [source[i : i + length] for i in range(len(source) - length)]
                query = chance.choice(
                    [run for run in runs if all(c in letters for c in run) and any(c.isalnum() for c in run)]
                    or [letters[:1]]
                )
                there = {t for t in texts if normal(query) in normal(t)}
                assert there <= set(_find(store, query)), query
    for words in _WORDS.values():
        for word in words:
            there = {t for t in texts if normal(word) in normal(t).split()}
            assert there <= set(_find(store, word)), word
            assert there <= set(_find(store, word[:3].upper())), word


def test_newest_first_and_no_more_than_asked_for(store: Store) -> None:
    _stored(store, [f"parcel {n}" for n in range(30)])
    assert _find(store, "parcel", 5) == [f"parcel {n}" for n in (29, 28, 27, 26, 25)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("1042", True), ("#1042", True), ("订单#1042", True), ("104", True), ("042", False), ("單", False),
        ("RR123456785CN", True), ("rr1234", True), ("包裹RR123456785CN", True), ("grosse", True), ("GRÖSSE", True),
        ("ＡＢＣ", True), ("1042 包裹", True), ("包裹 1043", False), ("", False), ("!?", False), ("裹", True),
    ],
)  # fmt: skip
def test_numbers_glued_to_other_scripts_and_other_spellings_are_found(
    store: Store, query: str, found: bool
) -> None:
    _stored(store, ["我的订单#1042还没到，包裹RR123456785CN在哪里？Größe abc"])
    assert bool(_find(store, query)) is found


def test_nothing_a_person_types_is_syntax(store: Store) -> None:
    _stored(store, ["order-123 it's here", "订单 AND OR NOT NEAR"])
    chance = random.Random(3)
    pieces = [
        *"\"'*():^-+&|!<>\\/%_;,.{}[]~`@#$=?\x00\x1b\n\t\ud800\u200d\u0301\u202e",
        *("AND", "OR", "NOT", "NEAR(", "a", "ß", "İ", "ﬀ"),
        *("订单", "訂", "한", "ก็", "é", "1", "²", ":*", "<->", "𠮷", "\U00030000"),
    ]  # fmt: skip
    with store.read() as tx:
        for _ in range(1000):
            query = "".join(chance.choices(pieces, k=chance.randrange(1, 9)))
            for each in (query, query + " order"):
                assert isinstance(tx.search.find(each, 10), list)
    assert _find(store, "it's") == ["order-123 it's here"]
    assert _find(store, "order-123") == ["order-123 it's here"]
    assert _find(store, "NOT near") == ["订单 AND OR NOT NEAR"]


def test_what_is_taken_out_is_not_found_any_more(store: Store) -> None:
    _stored(store, ["parcel one", "parcel two"])
    with store.write() as tx:
        first = tx.one(text("SELECT search_id FROM message ORDER BY id"))[0]
        tx.search.remove(first)
    assert _find(store, "parcel") == ["parcel two"]


def test_every_beginning_of_a_longer_word_finds_what_reading_every_text_finds(store: Store) -> None:
    """Long beginnings are looked up by another way than short ones."""
    chance = random.Random(5)
    letters = "orderxy1ß"
    words = ["".join(chance.choices(letters, k=chance.randrange(4, 11))) for _ in range(400)]
    words += ["order", "orders", "ordered", "ordering", "Bestellung", "Bestellungen", "Größenangabe"]
    texts = [
        " ".join(chance.choices(words, k=chance.randrange(1, 9))) + chance.choice(("", "。订单", ", please"))
        for _ in range(300)
    ]
    _stored(store, texts)
    folded = [(each, normal(each.replace("。", " ").replace(",", " ")).split()) for each in texts]
    for word in (*chance.sample(words, 60), *words[-7:]):
        for length in range(4, len(word) + 1):
            beginning = normal(word[:length])
            there = [each for each, parts in folded if any(part.startswith(beginning) for part in parts)]
            assert _find(store, word[:length]) == there[::-1], word[:length]
    both = [
        each
        for each, parts in folded
        if any(part.startswith("orderi") for part in parts) and any(p.startswith("bestell") for p in parts)
    ]
    assert _find(store, "orderi bestell") == both[::-1]


def test_a_beginning_of_very_many_words_and_one_inside_a_phrase_are_found(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"tracking{chr(97 + n // 26)}{chr(97 + n % 26)} 我的order{n % 7}号" for n in range(60)]
    _stored(store, texts)
    assert len(_find(store, "trackinga")) == 26
    assert _find(store, "我的order3") == texts[3::7][::-1]
    monkeypatch.setattr("csdesk.db.search.MOST_WORDS", 5)
    assert _find(store, "tracking") == texts[::-1]
    assert _find(store, "trackingz") == []


def test_words_of_messages_from_before_are_known_to_a_newer_store(empty_url: str) -> None:
    """Migration 10 takes them from the index."""
    if not empty_url.startswith("sqlite"):
        pytest.skip("PostgreSQL's index needs no list of words")
    store = Store(empty_url, FixedClock(NOW))
    try:
        _stored(store, ["orders ordered 104233x tiny", "Bestellungen"])
        with store.write() as tx:
            there = {row[0] for row in tx.rows(text("SELECT word FROM message_fts_words"))}
            tx.run(text("DROP TABLE message_fts_words"))
            for statement in m0010_words.SQLITE:
                tx.conn.exec_driver_sql(statement)
            assert {row[0] for row in tx.rows(text("SELECT word FROM message_fts_words"))} == there
        assert {"orders", "ordered", "bestellungen"} <= there
        assert not {"tiny", "104233x"} & there
        assert _find(store, "bestel") == ["Bestellungen"]
    finally:
        store.close()
