"""What a demand letter holds back: every later step until it was made, formal ones until it was
posted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from dunning.customer.account import Account, DueInvoice, SentMessage
from dunning.deciding.earlier import About
from dunning.rules.steps import ALWAYS_A_PERSON, Do, Step
from providers.money import Money


def missing(
    steps: Sequence[Step], about: About, is_forgone: Callable[[Step], bool]
) -> Step | None:  # fmt: skip
    """The latest demand among the steps that an invoice has reached, where it was not made and
    must be before anything that follows it."""
    demand = _latest(steps)
    if demand is None or about.latest(demand.name):
        return None
    return None if is_forgone(demand) else demand


def before(step: Step, steps: Sequence[Step], about: About) -> SentMessage | None:
    """The demand that a formal step stands on, if one was decided on."""
    demand = _latest(steps) if step.do in ALWAYS_A_PERSON else None
    if demand is None or demand.name == step.name:
        return None
    return about.latest(demand.name)


def is_forgone(
    demand: Step, account: Account, usable: Iterable[tuple[DueInvoice, About]], today: date
) -> bool:  # fmt: skip
    """Whether all that it would ask for is below its minimum: the sequence goes on without it.
    `usable` are the invoices that it may ask for."""
    least = demand.minimum.get(account.currency)
    if least is None:
        return False
    late_by = timedelta(days=demand.offset_days)
    asked = (
        one.asked
        for one, about in usable
        if one.due and one.due + late_by <= today and not about.latest(demand.name)
    )
    total = Money.total(asked, account.currency)
    return (total - max(account.credits, Money.zero(account.currency))).amount < least


def _latest(steps: Sequence[Step]) -> Step | None:
    return next((step for step in reversed(steps) if step.do is Do.DEMAND_LETTER), None)
