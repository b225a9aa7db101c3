"""How right decisions on the past were: by rule and family, with what so few cases can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from matching.facts.rules import RULES
from matching.trying.hindsight import Outcome, Verdict
from matching.trying.past import Line

Case = tuple[Line, Verdict]
Z = 1.96
"""Of a hundred such intervals, 95 hold the true share."""
BINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.9, 0.95, 0.99, 0.995, 0.998, 1.0)
PLACES = 4


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `judged`, and the Wilson interval in which the true share probably lies: from 0
    to 1 where nothing was judged."""

    right: int
    judged: int
    share: float | None
    low: float
    high: float

    @classmethod
    def of(cls, right: int, judged: int) -> Share:
        if not judged:
            return cls(0, 0, None, 0.0, 1.0)
        p, z = right / judged, Z * Z / judged
        middle = (p + z / 2) / (1 + z)
        reach = sqrt(z * p * (1 - p) + z * z / 4) / (1 + z)
        low, high = max(0.0, middle - reach), min(1.0, middle + reach)
        return cls(right, judged, round(p, PLACES), round(low, PLACES), round(high, PLACES))


@dataclass(frozen=True, slots=True)
class Row:
    """What one rule, one family or all of them decided. What the bookkeeper left `unapplied` is
    not judged: nobody knows. Shares are of all receipts that were looked at, and of their money
    by currency."""

    name: str
    decided: int
    equal: int
    other: int
    unapplied: int
    right: Share
    of_receipts: float
    money: Mapping[str, Decimal]
    of_money: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions and likeliest suggestions whose confidence is from `low` to below `high`."""

    low: float
    high: float
    confidence: float
    right: Share


def rows(cases: Sequence[Case], name_of: Callable[[str], str]) -> list[Row]:
    """One row for each name that a rule has, the most decided first."""
    decided: dict[str, list[Case]] = {}
    for line, verdict in cases:
        if verdict.outcome is not Outcome.PERSON:
            decided.setdefault(name_of(verdict.decision.rule), []).append((line, verdict))
    found = [_row(name, some, cases) for name, some in decided.items()]
    return sorted(found, key=lambda row: (-row.decided, row.name))


def total(cases: Sequence[Case]) -> Row:
    return _row("all", [one for one in cases if one[1].outcome is not Outcome.PERSON], cases)


def reviews(cases: Iterable[Case]) -> tuple[int, Share]:
    """How many were left to a person, and how often the likeliest suggestion was right; a review
    without any suggestion is one that was not."""
    left = [(line, verdict) for line, verdict in cases if verdict.outcome is Outcome.PERSON]
    judged = [verdict for line, verdict in left if line.applied]
    return len(left), Share.of(sum(bool(one.suggestion) for one in judged), len(judged))


def calibration(cases: Iterable[Case]) -> list[Bin]:
    """The confidence that was said against the share that was right, bins without cases left
    out."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for _, verdict in cases:
        if verdict.suggestion is not None:
            said = verdict.decision.confidence
            place = max(at for at, low in enumerate(BINS[:-1]) if low <= said)
            held.setdefault(place, []).append((said, verdict.suggestion))
    return [
        Bin(
            BINS[place], BINS[place + 1],
            round(sum(said for said, _ in some) / len(some), PLACES),
            Share.of(sum(right for _, right in some), len(some)),
        )
        for place, some in sorted(held.items())
    ]  # fmt: skip


def family_of(rule: str) -> str:
    known = RULES.get(rule)
    return known.family.value if known else "no family"


def money_of(cases: Iterable[Case]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line, _ in cases:
        known = sums.get(line.amount.currency, Decimal(0))
        sums[line.amount.currency] = known + line.amount.amount
    return dict(sorted(sums.items()))


def _row(name: str, decided: Sequence[Case], cases: Sequence[Case]) -> Row:
    counts = {
        outcome: sum(verdict.outcome is outcome for _, verdict in decided) for outcome in Outcome
    }
    equal, other = counts[Outcome.EQUAL], counts[Outcome.OTHER]
    money, everything = money_of(decided), money_of(cases)
    return Row(
        name, len(decided), equal, other, counts[Outcome.UNAPPLIED],
        Share.of(equal, equal + other),
        round(len(decided) / len(cases), PLACES) if cases else 0.0, money,
        {currency: round(part / everything[currency], PLACES) for currency, part in money.items()},
    )  # fmt: skip
