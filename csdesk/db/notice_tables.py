"""The tables of notices that are written unasked: what was done about each, and where they leave by themselves."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from csdesk.db.tables import _at, _ref


class Notice(SQLModel, table=True):
    """What became of one rule's notice for one order: 'drafted', 'sent' (handed over for sending) or 'skipped'. The
    key is what keeps an order from being written to twice."""

    order_id: int = _ref("orders.id", primary_key=True)
    rule: str = Field(primary_key=True)
    state: str
    at: datetime = _at()
    agent_id: int | None = _ref("agent.id", default=None, nullable=True)
    conversation_id: int | None = _ref("conversation.id", default=None, nullable=True)


class NoticeSwitch(SQLModel, table=True):
    """A rule whose notices leave by themselves through an account, and who wanted that."""

    __tablename__ = "notice_switch"
    account_id: int = _ref("account.id", primary_key=True)
    rule: str = Field(primary_key=True)
    agent_id: int | None = _ref("agent.id", default=None, nullable=True)
    at: datetime = _at()
