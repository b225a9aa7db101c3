"""What a demand letter holds back: every later step until it was made, formal ones until it was
posted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from dunning.account import Account, DueInvoice, SentMessage
from dunning.steps import ALWAYS_A_PERSON, Do, Step
from providers.money import Money


def missing(
    steps: Sequence[Step], account: Account, invoice: DueInvoice, *,
    usable: Iterable[DueInvoice], today: date,
) -> Step | None:  # fmt: skip
    """The latest demand among the steps that an invoice has reached, where it was not made and
    must be before anything that follows it. `usable` are the invoices that may be asked for."""
    demand = _latest(steps)
    if demand is None or _message(demand, account, invoice):
        return None
    return None if _is_forgone(demand, account, usable, today) else demand


def before(
    step: Step, steps: Sequence[Step], account: Account, invoice: DueInvoice
) -> SentMessage | None:
    """The demand that a formal step stands on, if one was decided on."""
    demand = _latest(steps) if step.do in ALWAYS_A_PERSON else None
    if demand is None or demand.name == step.name:
        return None
    return _message(demand, account, invoice)


def _latest(steps: Sequence[Step]) -> Step | None:
    return next((step for step in reversed(steps) if step.do is Do.DEMAND_LETTER), None)


def _message(demand: Step, account: Account, invoice: DueInvoice) -> SentMessage | None:
    found = (m for m in reversed(account.sent) if m.stage_of(invoice.id) == demand.name)
    return next(found, None)


def _is_forgone(
    demand: Step, account: Account, usable: Iterable[DueInvoice], today: date
) -> bool:  # fmt: skip
    """Whether all that it would ask for is below its minimum: the sequence goes on without it."""
    least = demand.minimum.get(account.currency)
    if least is None:
        return False
    late_by = timedelta(days=demand.offset_days)
    asked = (
        one.asked
        for one in usable
        if one.due and one.due + late_by <= today and not _message(demand, account, one)
    )
    total = Money.total(asked, account.currency)
    return (total - max(account.credits, Money.zero(account.currency))).amount < least
