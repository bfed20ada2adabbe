"""What a model spoils is tried another way. Lost otherwise: a customer's order number, or a number nobody wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from csdesk.translation import ladder
from csdesk.translation.ladder import Answers, Draft

Say = Callable[[str, int], str]


class Model:
    """A model that says what it is told to: `say` gets a sentence and which hypothesis is wanted."""

    forms = ("brackets", "numbers")

    def __init__(self, say: Say, cut: bool = False) -> None:
        self.say = say
        self.cut = cut
        self.seen: list[str] = []

    def __call__(
        self, sentences: Sequence[str], *, beam: int, hypotheses: int, firm: bool = False
    ) -> Sequence[Answers]:
        self.seen += sentences
        return [
            Answers([self.say(one, at) for at in range(hypotheses)], [self.cut] * hypotheses)
            for one in sentences
        ]


def through(sentence: str, say: Say, *, cut: bool = False, keep: Sequence[str] = ()) -> Draft:
    return ladder.translate([sentence], Model(say, cut), [keep])[0]


def test_the_first_answer_that_is_whole_is_taken() -> None:
    """Lost otherwise: time."""
    made = through("Where is 4471-22?", lambda text, _at: text.replace("Where is", "¿Dónde está"))
    assert (made.target, made.ways, made.flags) == ("¿Dónde está 4471-22?", 1, ())


def test_another_answer_then_another_form_then_the_clauses_then_carried() -> None:
    """Each way is tried only when those before it failed."""
    second = through("Where is 4471-22?", lambda text, at: text.upper() if at else "gone")
    form = through("Where is 4471-22?", lambda text, _at: "gone" if "⟦" in text else text.upper())
    carried = through(
        "Where is 4471-22 today?", lambda text, _at: "gone" if re.search("⟦|4477", text) else text.upper()
    )
    assert [one.ways for one in (second, form, carried)] == [2, 3, 5]
    assert carried.target == "WHERE IS 4471-22 TODAY?"
    assert all("4471-22" in one.target and not one.flags for one in (second, form, carried))


def test_clauses_are_tried_before_carrying() -> None:
    """Lost otherwise: the order of words, which carrying gives up."""

    def say(text: str, _at: int) -> str:
        return "gone" if "Hello" in text and "where" in text else text.upper()

    made = through("Hello dear Tom, where is 4471-22?", say)
    assert (made.target, made.ways) == ("HELLO DEAR TOM, WHERE IS 4471-22?", 4)


@pytest.mark.parametrize("wrong", ["doubled", "strange", "new"])
def test_a_doubled_a_strange_and_a_new_number_are_not_taken(wrong: str) -> None:
    """Lost otherwise: two refunds for one."""
    more = {"doubled": " ⟦1⟧", "strange": " ⟦7⟧", "new": " 88"}[wrong]
    made = through("I paid 12,50 EUR.", lambda text, at: f"Pagué {text[7:]}{more if at < 5 else ''}")
    assert (made.target, made.ways, made.flags) == ("Pagué 12,50 EUR.", 2, ())


def test_what_cannot_be_cured_is_flagged() -> None:
    """Lost otherwise: the agent's eye on it."""
    number = through("Where is it now?", lambda _text, _at: "Dónde está 77")
    assert (number.flags, number.added) == (("new_number",), ("77",))
    loop = through("Where is it now?", lambda _text, _at: "no no no no no")
    assert loop.flags == ("repeated",)
    cut = through("Where is it now?", lambda _text, _at: "Dónde", cut=True)
    assert cut.flags == ("cut",)
    nothing = through("Where is it now?", lambda _text, _at: "")
    assert nothing.flags == ("cut",)
    same = through("Where is it now?", lambda text, _at: text)
    assert same.flags == ("untranslated",)


def test_a_piece_that_is_always_doubled_is_flagged() -> None:
    """Lost otherwise: which of two amounts was meant."""
    made = through(
        "Where is 4471-22?",
        lambda text, _at: "" if "⟦" not in text and "4477" not in text else text.upper() + text,
    )
    assert made.flags


def test_a_model_that_never_answers_loses_nothing() -> None:
    """The pieces are there even when every word is gone; the sentence is flagged."""
    made = through("Where is 4471-22?", lambda _text, _at: "")
    assert made.flags


def test_numbers_and_emoji_alone_never_reach_the_model() -> None:
    """Lost otherwise: 😀, to a model that reads it as a word."""
    model = Model(lambda text, _at: text)
    made = ladder.translate(
        ["😀 👍", "4471-22", "...", "12,50 EUR!", "Ana López"], model, [()] * 4 + [("Ana López",)]
    )
    assert [one.origin for one in made] == ["same"] * 5
    assert model.seen == []


def test_emoji_at_the_edges_and_a_number_behind_a_colon_stay_outside() -> None:
    """Lost otherwise: what models drop most."""
    model = Model(lambda text, _at: text.upper())
    made = ladder.translate(["😀 thanks 👍", "Order number: 4471-22."], model, [()] * 2)
    assert [one.target for one in made] == ["😀 THANKS 👍", "ORDER NUMBER: 4471-22."]
    assert model.seen == ["thanks", "Order number:"]


def test_more_than_nine_pieces_survive() -> None:
    """Lost otherwise: the tenth."""
    sentence = "We sent " + ", then ".join(f"{n}{n}-{n}x" for n in range(1, 13)) + " today"
    made = through(sentence, lambda text, _at: text.upper() if "⟦" not in text else text)
    assert all(f"{n}{n}-{n}x" in made.target for n in range(1, 13))
    assert "lost" not in made.flags


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("under under under the table", True),
        ("that is it that is it that is it", True),
        ("hahahahahaha", True),
        ("very very good", False),
        ("the box and the bag and the hat", False),
        ("----------", False),
        ("", False),
    ],
)  # fmt: skip
def test_loops_are_told_from_emphasis(text: str, loops: bool) -> None:
    """Lost otherwise: the mark on a model that went mad."""
    assert ladder.repeats(text) is loops
