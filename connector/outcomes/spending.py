"""What collecting cost: calls, messages and the minutes of people, each at its price."""

from __future__ import annotations

from dataclasses import dataclass

from connector.outcomes.figure import (
    Figure,
    Measure,
)
from connector.rules.costs import Costs
from providers.money import Money

COST = Measure(
    "cost", "Cost of collecting", "",
    "API calls x price + messages x price + answers of people x minutes an answer x price of a"
    " minute",
)  # fmt: skip
COST_EACH = Measure(
    "cost_per_collection", "Cost per collection", "",
    "cost of collecting / overdue invoices that were settled in the period after a message",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """What was counted in a period: calls by UTC day, the rest by the client's day. `answers` are
    questions that people answered and cases that they closed."""

    calls: int
    messages: int
    answers: int


def costs(work: Work, prices: Costs | None, collections: int) -> list[Figure]:
    """Cost of collecting, and per collection; calls and messages of all currencies."""
    counts = {"calls": work.calls, "messages": work.messages, "answers": work.answers,
              "collections": collections}  # fmt: skip
    if prices is None or (why := prices.unset()):
        why = "costs" if prices is None else f"costs.{why}"
        reason = f"the policy sets no price ({why})"
        return [COST.missing(reason, counts), COST_EACH.missing(reason, counts)]
    total = prices.total(calls=work.calls, messages=work.messages, answers=work.answers)
    worked = (
        f"{work.calls} x {prices.api_call} + {work.messages} x {prices.message} + {work.answers} x"
        f" {prices.minutes_per_answer} x {prices.minute} = {total}"
    )
    whole = COST.of(total, worked, counts)
    if not collections:
        return [whole, COST_EACH.missing("nothing was collected after a message", counts)]
    each = Money(total.amount / collections, total.currency)
    return [whole, COST_EACH.of(each, f"{total} / {collections} = {each}", counts)]
