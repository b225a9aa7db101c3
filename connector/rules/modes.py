"""What Ledgerhand may do for a client: every capability is off until a person switches it on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from dunning.customer.channels import Channel

mode_table = sa.Table(
    "mode",
    db.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.ForeignKey("client.id"), nullable=False, index=True),
    sa.Column("capability", sa.String(20), nullable=False),
    sa.Column("mode", sa.String(20), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("segment", sa.String(40), nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
)
"""`segment` is empty for all whose segment has no mode of its own."""
_CLIENT = mode_table.c.client_id == sa.bindparam("client")
OF_CLIENT = (
    sa.select(mode_table.c.capability, mode_table.c.mode)
    .where(_CLIENT, mode_table.c.segment == "")
    .order_by(mode_table.c.id)
)
OF_SEGMENTS = (
    sa.select(mode_table.c.segment, mode_table.c.mode)
    .where(
        _CLIENT, mode_table.c.capability == sa.bindparam("capability"), mode_table.c.segment != ""
    )
    .order_by(mode_table.c.id)
)
AS_THE_CLIENT = ""
"""What stands for a segment that follows the client's mode again."""


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

    def frees_more_than(self, other: Mode) -> bool:
        return list(Mode).index(self) > list(Mode).index(other)


ACTING = (Mode.COPILOT, Mode.AUTOPILOT)
"""In these something goes out, after a person's word or by itself."""
BY_MACHINE = {Channel.TEXT: Capability.TEXT, Channel.CALL: Capability.CALL}
"""The channels that have a switch of their own."""
BY_SEGMENT = (Capability.REMIND,)
"""What can be switched for a segment alone: segments are of customers who are reminded."""


def of(tx: Tx, client_id: int) -> Mapping[Capability, Mode]:
    """The mode of every capability now; a segment may have another."""
    rows = tx.execute(OF_CLIENT, {"client": client_id})
    last = {row.capability: Mode(row.mode) for row in rows}
    return {capability: last.get(capability, Mode.OFF) for capability in Capability}


def by_segment(tx: Tx, client_id: int, capability: Capability) -> Mapping[str, Mode]:
    """The segments that have a mode of their own now."""
    rows = tx.execute(OF_SEGMENTS, {"client": client_id, "capability": capability})
    last = {row.segment: row.mode for row in rows}
    return {name: Mode(mode) for name, mode in last.items() if mode != AS_THE_CLIENT}


def switch(
    tx: Tx, client_id: int, capability: Capability, mode: Mode | None, *, at: datetime, by: str,
    segment: str = "", reason: str = "",
) -> None:  # fmt: skip
    """Switch for all, or for one segment alone; None lets that follow the client's mode again."""
    assert mode or segment, "all customers together follow nobody"
    tx.execute(
        sa.insert(mode_table).values(
            client_id=client_id, capability=capability, mode=mode or AS_THE_CLIENT, at=at, by=by,
            segment=segment, reason=reason,
        )
    )  # fmt: skip


def switched_on_at(tx: Tx, client_id: int, capability: Capability) -> datetime | None:
    """Since when the capability has been in its present mode."""
    last = tx.execute(_switches(client_id, capability).limit(1)).first()
    return last.at if last else None


def taken_back_at(tx: Tx, client_id: int, capability: Capability) -> datetime | None:
    """When people took the capability back; None where it acts, or never did."""
    at = None
    for row in tx.execute(_switches(client_id, capability)):
        if row.mode in ACTING:
            return at
        at = row.at
    return None


def _switches(client_id: int, capability: Capability) -> sa.Select[Any]:
    """How it was switched for all customers together, the last time first."""
    return (
        sa.select(mode_table.c.mode, mode_table.c.at)
        .where(
            mode_table.c.client_id == client_id,
            mode_table.c.capability == capability,
            mode_table.c.segment == "",
        )
        .order_by(mode_table.c.id.desc())
    )
