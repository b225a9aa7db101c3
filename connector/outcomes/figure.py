"""One figure of a report: its value, what it was made of, and why where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from providers.money import Money

NONE = "n/a"
DAYS, PERCENT = "days", "%"
TENTH = Decimal("0.1")
Inputs = Mapping[str, Money | Decimal | int]
NOTHING: Inputs = {}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record behind a figure; `decision_id` leads to why, None where no decision is behind."""

    customer_id: str
    text: str
    amount: Money | None = None
    decision_id: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is None where the figure cannot be told, and `reason` says why not.

    `unit` is days, %, an ISO currency, or empty for a count. `worked` is the formula with the
    figures put in; `inputs` are the same figures for programs.
    """

    name: str
    title: str
    unit: str
    value: Decimal | None
    formula: str
    worked: str
    inputs: Inputs
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def shown(self) -> str:
        """The value with its unit, n/a where there is none."""
        if self.value is None:
            return NONE
        if self.unit == DAYS:
            return f"{self.value:,} {'day' if abs(self.value) == 1 else 'days'}"
        if self.unit == PERCENT:
            return f"{self.value:,} %"
        return f"{self.unit} {self.value:,}".strip()

    def change_from(self, before: Figure) -> Decimal | None:
        """By how much it is more than before; None where one of the two is not known."""
        if self.value is None or before.value is None:
            return None
        return self.value - before.value


@dataclass(frozen=True, slots=True)
class Measure:
    """What a figure means, said once; an amount has its currency as unit."""

    name: str
    title: str
    unit: str
    formula: str

    def of(
        self, value: Decimal | Money, worked: str, inputs: Inputs, *,
        evidence: Sequence[Evidence] = (),
    ) -> Figure:  # fmt: skip
        unit, number = self.unit, value
        if isinstance(number, Money):
            unit, number = number.currency, number.amount
        elif unit in {DAYS, PERCENT}:
            number = tenths(number)
        return Figure(
            self.name, self.title, unit, number, self.formula, worked, inputs,
            evidence=tuple(evidence),
        )  # fmt: skip

    def missing(self, reason: str, inputs: Inputs = NOTHING) -> Figure:
        return Figure(
            self.name, self.title, self.unit, None, self.formula, "", inputs, reason=reason
        )


def tenths(number: Decimal) -> Decimal:
    return number.quantize(TENTH, ROUND_HALF_UP)


def median(numbers: Sequence[int]) -> Decimal:
    """The middle one, or the mean of the two in the middle; there must be one."""
    ordered, half = sorted(numbers), len(numbers) // 2
    if len(ordered) % 2:
        return Decimal(ordered[half])
    return Decimal(ordered[half - 1] + ordered[half]) / 2
