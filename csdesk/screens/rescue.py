"""What was being written when the desk had to go while its store was out of reach: put aside in the state folder, in a
file that only its owner reads, until the next start on the same store takes it in. Knows no widget.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk import paths
from csdesk.domain.composed import packed, unpacked
from csdesk.domain.conversation import Draft
from csdesk.errors import DeskError
from csdesk.screens.memory import key_of

if TYPE_CHECKING:
    from csdesk.screens.face import Desk

FOLDER = "unkept"


def put_aside(store: str, agent: str, draft: Draft) -> Path | None:
    """Write a draft into a file of its own; None where there is nothing in it, or the disk takes nothing either."""
    if not draft.text.strip() and not draft.attachments:
        return None
    with suppress(OSError):
        folder = paths.private_dir(paths.state_dir() / FOLDER)
        stamp = f"{draft.updated_at:%Y%m%dT%H%M%S%f}"
        file = folder / f"{key_of(store, agent)}-{draft.conversation_id}-{draft.mode}-{stamp}.json"
        facts = {
            "conversation": draft.conversation_id, "agent": draft.agent_id, "mode": draft.mode, "text": draft.text,
            "rev": draft.rev, "at": draft.updated_at.isoformat(), "cc": draft.cc, "attachments": draft.attachments,
            "template": draft.template, "language": draft.language, "cursor": draft.cursor,
            "translate": draft.translate, "made": None if draft.made is None else packed(draft.made),
        }  # fmt: skip
        with os.fdopen(
            os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8"
        ) as out:
            json.dump(facts, out, ensure_ascii=False)
        return file
    return None


def have_back(desk: Desk) -> int:
    """Take in what this agent left on this store, the oldest first: over what the store has of it from before, below
    what was written since. How many came; what cannot be read, or cannot be kept now either, stays."""
    if not desk.store_url:
        return 0
    came = 0
    for file in sorted(_files(key_of(desk.store_url, desk.agent.name))):
        try:
            draft = _read(file)
            known = desk.replies.draft(draft.conversation_id, draft.mode)
            if known is not None and known.updated_at > draft.updated_at:
                text = known.text if draft.text in known.text else f"{known.text}\n\n{draft.text}"
                draft = replace(known, text=text, cursor=len(text))
            desk.replies.save_draft(draft)
        except (OSError, ValueError, LookupError, TypeError, DeskError):
            continue
        file.unlink(missing_ok=True)
        came += 1
    return came


def _files(key: str) -> list[Path]:
    with suppress(OSError):
        return list((paths.state_dir() / FOLDER).glob(f"{key}-*.json"))
    return []


def _read(file: Path) -> Draft:
    """Raises ValueError, LookupError or TypeError for what put_aside did not write."""
    facts = json.loads(file.read_text("utf-8"))
    return Draft(
        int(facts["conversation"]), int(facts["agent"]), str(facts["mode"]), str(facts["text"]), int(facts["rev"]),
        datetime.fromisoformat(facts["at"]), tuple(facts["cc"]), tuple(facts["attachments"]), str(facts["template"]),
        str(facts["language"]), int(facts["cursor"]), facts["translate"], unpacked(facts["made"]),
    )  # fmt: skip
