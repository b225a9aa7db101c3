"""Where an invoice stands in the sequence: what it is due for now, and when it is due next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dunning.account import Account, DueInvoice
from dunning.hours import Hours
from dunning.policy import DunningPolicy, Step
from providers.ledger import Status

DUE_FROM = date(1900, 1, 1)
DUE_UNTIL = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """`step` is due now unless None; `skipped` were missed before it; `next_at` is the next one.

    With neither `step` nor `next_at` the sequence has ended for this invoice.
    """

    invoice: DueInvoice
    due: date
    step: Step | None
    skipped: tuple[str, ...]
    next_at: datetime | None

    @property
    def ended(self) -> bool:
        return self.step is None and self.next_at is None


def exclusion(invoice: DueInvoice, policy: DunningPolicy) -> str:
    """Why an invoice is never reminded of as it is; empty if it may be."""
    checks = (
        (invoice.status is not Status.OPEN, f"it is {invoice.status}"),
        (invoice.open.amount <= 0, "nothing is open on it"),
        (invoice.due is None, "it has no due date"),
        (
            invoice.due is not None and not DUE_FROM <= invoice.due < DUE_UNTIL,
            f"its due date {invoice.due} cannot be meant",
        ),
        (policy.require_sent and not invoice.sent, "it was not sent to the customer"),
        (invoice.disputed, "the customer disputes it"),
        (invoice.paused, "a person paused it"),
    )
    return next((f"{invoice.number}: {why}" for holds, why in checks if holds), "")


def standing(
    invoice: DueInvoice, due: date, account: Account, *, policy: DunningPolicy, hours: Hours,
    now: datetime,
) -> Standing:  # fmt: skip
    """Of the steps reached, only the latest is due, and only if none as late was taken before."""
    moments = [_moment(invoice, due, step, hours=hours) for step in policy.steps]
    reached = [place for place, at in enumerate(moments) if at is not None and at <= now]
    current = max(reached, default=-1)
    done = _done(invoice, account, policy=policy)
    step = policy.steps[current] if current > done else None
    if step and step.offset_days <= 0 and hours.today(now) > due:
        step = None
    missed = range(done + 1, current if step else 0)
    ahead = [at for at in moments[max(current, done) + 1 :] if at is not None]
    return Standing(
        invoice,
        due,
        step,
        tuple(policy.steps[i].name for i in missed if moments[i]),
        min(ahead, default=None),
    )


def _moment(invoice: DueInvoice, due: date, step: Step, *, hours: Hours) -> datetime | None:
    """When a step is reached; None for a notice before the due date that has no day for it."""
    day = due + timedelta(days=step.offset_days)
    moment = hours.opening(day)
    if step.offset_days <= 0 and (day <= invoice.issued or hours.today(moment) > due):
        return None
    return moment


def _done(invoice: DueInvoice, account: Account, *, policy: DunningPolicy) -> int:
    """The place of the latest step that was taken for the invoice, -1 if none was."""
    taken = {message.stage_of(invoice.id) for message in account.sent}
    return max((i for i, step in enumerate(policy.steps) if step.name in taken), default=-1)
