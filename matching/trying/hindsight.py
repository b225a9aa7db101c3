"""A decision on money of the past, beside what the bookkeeper did with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matching.book.gather import gather
from matching.book.shelf import Catalogue
from matching.deciding.decide import decide
from matching.facts.items import Cash, MatchDecision
from matching.facts.policy import MatchPolicy
from matching.trying.past import Line, Past
from providers.ledger import Allocation
from providers.money import Money


class Question(StrEnum):
    """What is told of the payer: the customer, as with money that the ledger holds, or a name
    only, as on a line of the bank."""

    CUSTOMER = "customer"
    NAME = "name"


class Outcome(StrEnum):
    """`equal` and `other` compare what was decided with what the bookkeeper did; `person` is left
    to one, and `unapplied` was decided where the bookkeeper has applied nothing to this day."""

    EQUAL = "equal"
    OTHER = "other"
    PERSON = "person"
    UNAPPLIED = "unapplied"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`suggestion` tells whether the likeliest explanation is what the bookkeeper did: None where
    there is none, or nothing to compare it with."""

    decision: MatchDecision
    outcome: Outcome
    suggestion: bool | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One line under one question: with every rule on, and under the client's own policy."""

    line: Line
    question: Question
    every: Verdict
    present: Verdict


def judged(
    past: Past,
    window: tuple[date, date],
    present: MatchPolicy,
    wanted: Callable[[Line], bool] = lambda _line: True,
) -> Iterator[Judged]:
    """Both questions for each wanted line of the days, in their order. What the bookkeeper did
    is what the next line finds, whatever was decided."""
    every = MatchPolicy.every_rule()
    for line, shelf in past.walk(*window):
        if not wanted(line):
            continue
        for question in Question:
            cash = cash_of(line, question, past.names.get(line.customer_id, ""))
            yield Judged(
                line, question, _verdict(line, cash, shelf, every),
                _verdict(line, cash, shelf, present),
            )  # fmt: skip


def cash_of(line: Line, question: Question, name: str) -> Cash:
    known = question is Question.CUSTOMER and bool(line.customer_id)
    return Cash(
        id=line.receipts[0], customer_id=line.customer_id if known else "", amount=line.amount,
        received=line.received, payer="" if known else name, text=line.text, bound=known,
    )  # fmt: skip


def _verdict(line: Line, cash: Cash, catalogue: Catalogue, policy: MatchPolicy) -> Verdict:
    decision = decide(gather(cash, catalogue, policy), policy)
    done = _sums(line.applied)
    suggestion = None
    if done and decision.candidates:
        suggestion = _sums(decision.candidates[0].allocations) == done
    return Verdict(decision, _outcome(decision, done), suggestion)


def _outcome(decision: MatchDecision, done: dict[str, Money]) -> Outcome:
    if decision.action == "review":
        return Outcome.PERSON
    if decision.action == "apply" and not done:
        return Outcome.UNAPPLIED
    return Outcome.EQUAL if _sums(decision.allocations) == done else Outcome.OTHER


def _sums(allocations: Iterable[Allocation]) -> dict[str, Money]:
    sums: dict[str, Money] = {}
    for part in allocations:
        known = sums.get(part.invoice_id)
        sums[part.invoice_id] = part.amount if known is None else known + part.amount
    return sums
