"""What must come out of one mail of the corpus."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Want:
    """`text` is what the agent sees; None elsewhere: the row is not about that. `folded` counts the lines put
    away, `kinds` names what they are, `inline` the files that stand in the text."""

    text: str
    subject: str | None = "Order 1042"
    name: str | None = "Ana Ruiz"
    sender: str | None = "ana@buyer.example"
    files: tuple[str, ...] = ()
    inline: tuple[str, ...] | None = ()
    automatic: str = ""
    protection: str | None = ""
    broken: bool = False
    folded: int = 0
    kinds: str | None = ""
