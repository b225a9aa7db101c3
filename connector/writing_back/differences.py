"""What decisions booked to named accounts beside money, and whether it stands without that money:
discounts, fees and other differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from connector.db import Tx
from connector.decided import approvals
from connector.mirroring import mirror
from connector.outgoing import intents
from connector.outgoing.intents import OPEN, Intent, Step
from connector.writing_back import stepwise
from providers.ledger import (
    ApplyUnapplied,
    CreditDifference,
    CreditNote,
    Gone,
    Invoice,
    Kind,
    Record,
    RecordPayment,
    Status,
)

SUBJECT = "difference:"
"""What people are asked about it; the number of the decision follows."""
GONE = (Step.REVERSED, Step.CORRECTED)
ENDED = (Status.VOID, Status.DELETED)


@dataclass(frozen=True, slots=True)
class Stranded:
    """`writes` are one decision's differences and their uses, the oldest first, whose money was
    taken off its invoice by somebody. `why` says what was done to that; `is_gone` that it is out of
    the ledger, and not just set against something else."""

    decision_id: int
    writes: list[Intent]
    why: str
    is_gone: bool

    @property
    def subject(self) -> str:
        return f"{SUBJECT}{self.decision_id}"

    @property
    def money(self) -> str:
        """The subject of the money that is gone."""
        return self.writes[0].subject

    @property
    def booked(self) -> list[CreditDifference]:
        return [it.effect for it in self.writes if isinstance(it.effect, CreditDifference)]


def stranded(tx: Tx, connection_id: int) -> list[Stranded]:
    """What stands though its money does not any more."""
    lost = {it.decision_id for it in intents.in_states(tx, connection_id, *GONE)}
    if not lost:
        return []
    written = sorted(intents.of_decisions(tx, connection_id, lost), key=lambda it: it.decision_id)
    by_decision = groupby(written, key=lambda it: it.decision_id)
    told = (_stranded(decision_id, [*writes]) for decision_id, writes in by_decision)
    found = [one for one in told if one]
    ids = sorted({it.invoice_id for one in found for it in one.booked})
    invoices = {it.id: it for it in mirror.fetch(tx, connection_id, Kind.INVOICE, ids)}
    return [one for one in found if not _is_settled(one, invoices)]


def standing(tx: Tx, connection_id: int, subject: str) -> set[int]:
    """The decisions whose differences, booked beside some money, are in the ledger or on their way
    there."""
    return {
        it.decision_id
        for it in intents.about(tx, connection_id, [subject])
        if isinstance(it.effect, CreditDifference) and it.state in (*OPEN, Step.CONFIRMED)
    }


def are_to_go(tx: Tx, connection_id: int, subject: str) -> bool:
    """Whether any of these is still to be undone: all but what a person was asked about and left
    booked."""
    return any(not is_left(tx, connection_id, it) for it in standing(tx, connection_id, subject))


def is_left(tx: Tx, connection_id: int, decision_id: int) -> bool:
    """Whether a person said that it stays booked."""
    asked = approvals.newest(tx, connection_id, f"{SUBJECT}{decision_id}")
    return asked is not None and asked.state == "rejected"


def are_out(tx: Tx, connection_id: int, one: Stranded) -> bool:
    """Whether somebody took all of it out of the ledger, as the mirror has it."""
    ids = [it.receipt for it in one.writes if isinstance(it.effect, CreditDifference)]
    found = mirror.fetch(tx, connection_id, Kind.CREDIT_NOTE, ids)
    return len(found) == len(ids) and all(
        isinstance(it, Gone) or (isinstance(it, CreditNote) and it.status in ENDED) for it in found
    )


def _is_settled(one: Stranded, invoices: Mapping[str, Record]) -> bool:
    """Whether other money came in the place of what is gone: with it nothing is open."""
    found = [invoices.get(it.invoice_id) for it in one.booked]
    return all(it is None or (isinstance(it, Invoice) and not it.open) for it in found)


def used_credit(intent: Intent) -> str:
    """The credit that a write uses, if it uses one."""
    effect = intent.effect
    if isinstance(effect, ApplyUnapplied) and effect.payment_kind is Kind.CREDIT_NOTE:
        return effect.payment_id
    return ""


def _stranded(decision_id: int, writes: Sequence[Intent]) -> Stranded | None:
    lost = [it for it in writes if it.state in GONE and _is_money(it)]
    invoices = {part.invoice_id for it in lost for part in stepwise.parts_of(it.effect)}
    standing = [it for it in writes if it.state is Step.CONFIRMED]
    booked = [
        it
        for it in standing
        if isinstance(it.effect, CreditDifference) and it.effect.invoice_id in invoices
    ]
    if not booked:
        return None
    credits_ = {it.receipt for it in booked}
    own = [it for it in standing if it in booked or used_credit(it) in credits_]
    is_gone = all(it.state is Step.REVERSED for it in lost)
    return Stranded(decision_id, own, lost[0].error, is_gone)


def _is_money(intent: Intent) -> bool:
    return isinstance(intent.effect, RecordPayment) or (
        isinstance(intent.effect, ApplyUnapplied) and not used_credit(intent)
    )
