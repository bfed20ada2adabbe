"""Runs the screen on a fake desk in the terminal it is started in; for tests that watch the bytes.

Arguments: how many conversations, and a file that gets every saved draft. WITH_EVIL=1 fills it with hostile text,
WITH_PICTURE=FILE makes every attachment that picture.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from csdesk.app import DeskApp
from csdesk.config import Config
from csdesk.domain.conversation import Draft
from tests.ui.fakes import FakeDesk
from tests.ui.test_hostile import evil_desk


def main(count: int, drafts: Path) -> None:
    desk = evil_desk() if os.environ.get("WITH_EVIL") else FakeDesk(count=count)
    if os.environ.get("WITH_PICTURE"):
        picture = Path(os.environ["WITH_PICTURE"]).read_bytes()
        desk.previews.data.update(dict.fromkeys(range(1, 200), picture))
    save = desk.replies.save_draft

    def save_and_tell(draft: Draft) -> None:
        save(draft)
        with drafts.open("a", encoding="utf-8") as file:
            file.write(draft.text + "\n")

    desk.replies.save_draft = save_and_tell  # type: ignore[method-assign]
    app = DeskApp(lambda: desk, config=Config(timezone="UTC"), clock=desk.clock)
    if os.environ.get("DEAF"):
        app.on_mount = lambda: app.set_interval(1.0, app._watch_terminal)  # type: ignore[method-assign,assignment]
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    app.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
