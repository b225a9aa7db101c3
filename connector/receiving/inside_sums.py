"""Payments that a notification tells of beside the sum that holds them, while others of that sum
are missing: only the sum counts until these come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from connector.db import Tx
from connector.money import set_aside
from connector.money.asides import As
from connector.money.cash import BANK, Item
from providers.receipts import Receipt

REASON = "the bank tells of it inside a sum, of which other payments are missing"


def told(found: Sequence[Receipt]) -> set[str]:
    """Those of which these receipts say it."""
    return {f"{BANK}:{one.account}:{one.bank_id}" for one in found if one.is_inside}


def waiting(tx: Tx, connection_id: int, subjects: Collection[str]) -> set[str]:
    """Those of these that are set aside for it."""
    asides = set_aside.about(tx, connection_id, subjects)
    return {it.subject for it in asides if it.by == set_aside.US and it.reason == REASON}


def put(tx: Tx, connection_id: int, items: Sequence[Item], *, at: datetime) -> None:
    for item in items:
        set_aside.put(tx, connection_id, item, As.TOLD_TWICE, reason=REASON, by=set_aside.US, at=at)


def give_back(tx: Tx, connection_id: int, items: Sequence[Item], *, at: datetime) -> None:
    """They are the money now."""
    why = "all payments of the sum are told"
    for item in items:
        set_aside.bring_back(tx, connection_id, item, reason=why, by=set_aside.US, at=at)
