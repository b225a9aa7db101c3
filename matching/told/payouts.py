"""Which bank lines are a processor's payouts: one line for one payout, or a person looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from matching.facts.items import Cash
from providers.money import Money
from providers.receipts import Payout

EARLY = timedelta(days=2)
LATE = timedelta(days=6)
"""A bank books a payout a little before its announced day, or after a long weekend."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A payout as a sum that is to arrive at the bank."""

    processor: str
    id: str
    arrived: date
    amount: Money

    @classmethod
    def of(cls, payout: Payout) -> Announced:
        return cls(payout.processor, payout.id, payout.arrived, payout.amount)


@dataclass(frozen=True, slots=True)
class Pairs:
    """`by_line` pairs the ids of bank lines with payouts. `unclear` are the lines that could be
    several payouts, or one of several lines of the same one, with the reason."""

    by_line: Mapping[str, Announced] = field(default_factory=dict)
    unclear: Mapping[str, str] = field(default_factory=dict)


def pair(lines: Sequence[Cash], payouts: Iterable[Announced]) -> Pairs:
    """Bank lines that name the processor, with the payout's amount, about its day."""
    for_line: dict[str, list[Announced]] = {}
    for_payout: dict[tuple[str, str], list[str]] = {}
    for payout in payouts:
        for line in lines:
            if _may_be(line, payout):
                for_line.setdefault(line.id, []).append(payout)
                for_payout.setdefault((payout.processor, payout.id), []).append(line.id)
    by_line: dict[str, Announced] = {}
    unclear: dict[str, str] = {}
    for line_id, found in for_line.items():
        rivals = for_payout[found[0].processor, found[0].id]
        if len(found) == 1 and len(rivals) == 1:
            by_line[line_id] = found[0]
        elif len(found) > 1:
            unclear[line_id] = f"may be any of the payouts {', '.join(p.id for p in found)}"
        else:
            unclear[line_id] = f"{len(rivals)} bank lines may be the payout {found[0].id}"
    return Pairs(by_line, unclear)


def names_processor(line: Cash, processor: str) -> bool:
    """Whether a bank line's text or payer says that it comes from the processor."""
    words = re.findall(r"[a-z]+", f"{line.payer} {line.text}".casefold())
    return any(word.startswith(processor) for word in words)


def _may_be(line: Cash, payout: Announced) -> bool:
    return (
        line.amount == payout.amount
        and -EARLY <= line.received - payout.arrived <= LATE
        and names_processor(line, payout.processor)
    )
