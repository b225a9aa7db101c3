"""What Ledgerhand may do for a client: every capability is off until a person switches it on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from dunning.channels import Channel

mode_table = sa.Table(
    "mode",
    db.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.ForeignKey("client.id"), nullable=False, index=True),
    sa.Column("capability", sa.String(20), nullable=False),
    sa.Column("mode", sa.String(20), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
)


class Capability(StrEnum):
    """What can be switched on: applying cash, reminding customers, writing notes, and two ways of
    reminding that a customer must have agreed to: text messages and machine calls."""

    CASH = "cash"
    REMIND = "remind"
    NOTE = "note"
    TEXT = "text"
    CALL = "call"


class Mode(StrEnum):
    """`shadow` decides and logs; in `copilot` a person approves; `autopilot` acts by itself."""

    OFF = "off"
    SHADOW = "shadow"
    COPILOT = "copilot"
    AUTOPILOT = "autopilot"


ACTING = (Mode.COPILOT, Mode.AUTOPILOT)
"""In these something goes out, after a person's word or by itself."""
BY_MACHINE = {Channel.TEXT: Capability.TEXT, Channel.CALL: Capability.CALL}
"""The channels that have a switch of their own."""


def of(tx: Tx, client_id: int) -> Mapping[Capability, Mode]:
    """The mode of every capability now."""
    rows = tx.execute(
        sa.select(mode_table.c.capability, mode_table.c.mode)
        .where(mode_table.c.client_id == client_id)
        .order_by(mode_table.c.id)
    )
    last = {row.capability: Mode(row.mode) for row in rows}
    return {capability: last.get(capability, Mode.OFF) for capability in Capability}


def switch(
    tx: Tx, client_id: int, capability: Capability, mode: Mode, *, at: datetime, by: str
) -> None:
    tx.execute(
        sa.insert(mode_table).values(
            client_id=client_id, capability=capability, mode=mode, at=at, by=by
        )
    )


def switched_on_at(tx: Tx, client_id: int, capability: Capability) -> datetime | None:
    """Since when the capability has been in its present mode."""
    return tx.execute(
        sa.select(mode_table.c.at)
        .where(mode_table.c.client_id == client_id, mode_table.c.capability == capability)
        .order_by(mode_table.c.id.desc())
        .limit(1)
    ).scalar()
