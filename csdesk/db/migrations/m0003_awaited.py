"""Migration 3: message ids that stored mails refer to and that have not come yet.

A mailbox is read from the newest mail backwards, so answers come before what they answer.
"""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE awaited (
    account_id BIGINT NOT NULL,
    message_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, message_id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id)
)""",
    "CREATE INDEX awaited_conversation ON awaited (conversation_id)",
)
