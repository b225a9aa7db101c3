"""What messages were for: it stands in the decision behind each, however it came to be taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from connector.correspondence.messages import Asked
from connector.db import Tx
from connector.decided import decisions
from connector.decided.account_subjects import subject_of
from connector.rules.modes import Mode
from dunning.customer.purpose import Purpose

For = tuple[Purpose, tuple[str, ...]]
"""What a message was for, and of which invoices it said so; of all where there are none."""
Place = tuple[str, str]
"""(customer id, currency)"""
USUAL: For = (Purpose.REMIND, ())


def read(
    tx: Tx, connection_id: int, asked: Mapping[Place, Collection[Asked]],
    behind: Mapping[str, int],
) -> Mapping[str, For]:  # fmt: skip
    """By intent, what its message was for, where that was not only to remind; `behind` is the
    decision behind each. What shadow noted has no intent: its decision is that of the moment."""
    made = decisions.manners(tx, connection_id, set(behind.values()))
    found = {key: _said(*made[id_]) for key, id_ in behind.items() if id_ in made}
    noted = {
        (subject_of(*place), row.at): row.intent_key
        for place, rows in asked.items()
        for row in rows
        if row.mode == Mode.SHADOW
    }
    subjects = {subject for subject, _ in noted}
    shown = decisions.manners_noted(tx, connection_id, subjects) if subjects else {}
    found |= {key: _said(*shown[at]) for at, key in noted.items() if at in shown}
    return {key: one for key, one in found.items() if one != USUAL}


def _said(purpose: str | None, about: list[Any] | None) -> For:
    return Purpose(purpose or Purpose.REMIND), tuple(about or ())
