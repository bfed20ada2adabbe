"""Which models a shop needs."""

from __future__ import annotations

from csdesk.domain.models import proposed


def test_what_somebody_does_not_read_is_needed_most_written_first() -> None:
    """Lost otherwise: the language of most customers, below one that nobody writes."""
    written = {"es": 20, "ja": 214, "zh": 90, "": 7}
    assert proposed(written, [("zh", "en")]) == (("ja", "zh", 214), ("es", "zh", 20))
    assert proposed(written, [("zh", "en"), ("es",)]) == (
        ("ja", "es", 214),
        ("ja", "zh", 214),
        ("zh", "es", 90),
        ("es", "zh", 20),
    )
    assert proposed({}, [("en",)]) == proposed(written, []) == ()
