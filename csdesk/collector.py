"""Python's garbage collector, held back while the desk starts: what is loaded then stays, and looking through it
again and again is a tenth of the time to the first frame."""

from __future__ import annotations

import gc


def pause() -> None:
    """Collect nothing for now."""
    gc.disable()


def resume() -> None:
    """Collect again, but never look at what is there already; does nothing when it was not held back."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
