"""What is in question on an invoice, whichever way it came up: a deduction case or a dispute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connector.db import Tx
from connector.disputed import cases, disputes
from connector.disputed.cases import Deduction
from connector.disputed.disputes import PREFIX, Dispute, State
from connector.outgoing import intents
from providers.money import Money

OF_CASE, OF_DISPUTE = "deduction", "dispute"


class OnItsWay(ValueError):
    """A credit for it is on its way; the text says so."""


@dataclass(frozen=True, slots=True)
class Contested:
    """`amount` of an invoice is in question. `subject` is what decisions and intents call it,
    `name` what people do; `decision_id` is of the money that was short, 0 where there was none."""

    subject: str
    name: str
    customer_id: str
    invoice_id: str
    amount: Money
    is_open: bool
    decision_id: int = 0

    @property
    def title(self) -> str:
        return self.name[0].upper() + self.name[1:]


def is_subject(subject: str) -> bool:
    return subject.partition(":")[0] in (OF_CASE, OF_DISPUTE)


def subjects_of(tx: Tx, connection_id: int, customer_id: str) -> list[str]:
    """All that ever was in question with a customer."""
    mine = [customer_id]
    own = cases.listed(tx, connection_id, states=cases.STATES, customer_ids=mine)
    raised = disputes.listed(tx, connection_id, customer_ids=mine)
    return [*(it.subject for it in own), *(it.subject for it in raised)]


def find(tx: Tx, connection_id: int, subject: str, *, locked: bool = False) -> Contested | None:
    """`locked` keeps others from ending it before this transaction ends."""
    found = _found(tx, connection_id, subject, locked=locked)
    if isinstance(found, Deduction):
        return Contested(
            subject, f"deduction case {found.id}", found.customer_id, found.invoice_id,
            found.amount, found.state == cases.OPEN, found.decision_id,
        )  # fmt: skip
    if isinstance(found, Dispute):
        claim = found.claim
        return Contested(
            subject, f"dispute {found.number}", claim.customer_id, claim.invoice_id, claim.amount,
            found.state is State.OPEN,
        )  # fmt: skip
    return None


def credited(
    tx: Tx, connection_id: int, subject: str, *, outcome: str, by: str, at: datetime
) -> bool:
    """The credit for it stands in the ledger; False where it was not open any more."""
    found = _found(tx, connection_id, subject)
    if isinstance(found, Deduction):
        return cases.booked(tx, connection_id, found, outcome=outcome, by=by, at=at)
    return found is not None and disputes.end(
        tx, connection_id, found, State.ACCEPTED, outcome=outcome, by=by, at=at
    )


def reopen(tx: Tx, connection_id: int, subject: str, *, why: str, by: str, at: datetime) -> None:
    """The credit that ended it was taken back: it is in question again."""
    found = _found(tx, connection_id, subject)
    if isinstance(found, Deduction):
        cases.reopen(tx, connection_id, found, why=why, by=by, at=at)
    elif found:
        disputes.reopen(tx, connection_id, found, why=why, by=by, at=at)


def check_still(tx: Tx, connection_id: int, subject: str) -> None:
    """Raises OnItsWay where a credit for it, or its undo, has not come to its end."""
    if intents.is_open(tx, connection_id, subject):
        raise OnItsWay("a credit for it is on its way to the ledger; wait for what comes of it")


def _found(
    tx: Tx, connection_id: int, subject: str, *, locked: bool = False
) -> Deduction | Dispute | None:
    kind, _, number = subject.partition(":")
    if kind == OF_CASE:
        return cases.find(tx, connection_id, int(number), locked=locked)
    return disputes.find(tx, connection_id, int(number.removeprefix(PREFIX)), locked=locked)
