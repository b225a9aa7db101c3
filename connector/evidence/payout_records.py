"""Records of the ledger that may be a processor's payout as somebody entered it, in one sum."""

from __future__ import annotations

from collections.abc import Sequence

from connector.db import Tx
from connector.decided import approvals
from connector.money.other_records import Records, Sought, subject_of
from matching.told.payouts import Announced
from providers.ledger import Payment

CLASH = "payout_clash:"
"""Of what people are asked about one; its processor and its id follow."""
OTHERS = "others"
"""Marks an option: the records that are other money."""


def subject(payout: Announced) -> str:
    return f"{CLASH}{payout.processor}:{payout.id}"


def unsure(
    tx: Tx, connection_id: int, payouts: Sequence[Announced]
) -> dict[str, list[Payment]]:  # fmt: skip
    """By the subject of a payout, the records of its sum about its day, whoever's they are, of
    which no person said that they are other money."""
    if not payouts:
        return {}
    records = Records.read(
        tx, connection_id, {it.amount for it in payouts}, {it.arrived for it in payouts}
    )
    found: dict[str, list[Payment]] = {}
    for one in payouts if records.found else ():
        about = subject(one)
        near = records.of(Sought(about, frozenset({one.amount}), one.arrived))
        answers = approvals.choices(tx, connection_id, [about]) if near else []
        said = {it for answer in answers for it in answer.get(OTHERS, ())}
        if left := [it for it in near if subject_of(it) not in said]:
            found[about] = left
    return found
