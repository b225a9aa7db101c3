"""Which money a remittance advice speaks of: one advice for one sum, or none is chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matching.facts.items import Cash
from matching.payer_names.names import core, likeness
from matching.payer_names.same_name import is_another
from providers.receipts import Remittance

BEFORE = timedelta(days=7)
AFTER = timedelta(days=21)
"""Money comes up to three weeks after its advice (a cheque in the post), rarely before it."""
TRACE_CHARACTERS_MIN = 5
LIKENESS_MIN = 85.0


@dataclass(frozen=True, slots=True)
class Advice:
    """A remittance that waits for its money. `day` is its own date, or that of its arrival;
    `customer_id` is set where the sender is known."""

    id: str
    remittance: Remittance
    day: date
    customer_id: str = ""


def pair(
    advices: Iterable[Advice], money: Sequence[Cash], names: Mapping[str, str] | None = None
) -> dict[str, str]:
    """By advice id the id of its money: the same total and currency, about the same day, and the
    trace number or the payer in common. A trace outweighs names; of several, none is chosen.

    `names` are those of the customers that the money is known to come from. An advice whose own
    figures do not agree is never paired.
    """
    sound = [advice for advice in advices if not advice.remittance.doubts]
    known = names or {}
    by_trace = [(a, m) for a, m in _near(sound, money) if _shares_trace(a, m)]
    pairs = _alone(by_trace)
    traced = {a.id for a, _ in by_trace}
    taken = {m.id for _, m in by_trace}
    rest = [a for a in sound if a.id not in traced]
    free = [m for m in money if m.id not in taken]
    return pairs | _alone([(a, m) for a, m in _near(rest, free) if _shares_payer(a, m, known)])


def _near(advices: Iterable[Advice], money: Sequence[Cash]) -> list[tuple[Advice, Cash]]:
    by_amount: dict[object, list[Cash]] = {}
    for item in money:
        by_amount.setdefault(item.amount, []).append(item)
    return [
        (advice, item)
        for advice in advices
        for item in by_amount.get(advice.remittance.total, ())
        if -BEFORE <= item.received - advice.day <= AFTER
    ]


def _alone(edges: Sequence[tuple[Advice, Cash]]) -> dict[str, str]:
    """The pairs of which neither side has another."""
    for_advice: dict[str, set[str]] = {}
    for_money: dict[str, set[str]] = {}
    for advice, item in edges:
        for_advice.setdefault(advice.id, set()).add(item.id)
        for_money.setdefault(item.id, set()).add(advice.id)
    return {
        advice.id: item.id
        for advice, item in edges
        if len(for_advice[advice.id]) == 1 == len(for_money[item.id])
    }


def _shares_trace(advice: Advice, item: Cash) -> bool:
    trace = _letters_and_digits(advice.remittance.reference)
    if len(trace) < TRACE_CHARACTERS_MIN or not re.search(r"\d", trace):
        return False
    # Whole words only: a short trace must not be found inside a longer number.
    words = re.split(r"[^0-9a-z]+", item.text.casefold())
    spans = {"".join(words[i : i + n]) for i in range(len(words)) for n in range(1, 5)}
    return trace in spans


def _shares_payer(advice: Advice, item: Cash, names: Mapping[str, str]) -> bool:
    if advice.customer_id and item.customer_id:
        return advice.customer_id == item.customer_id
    payer = advice.remittance.payer
    others = (item.payer, names.get(item.customer_id, ""))
    return bool(payer) and any(
        likeness(payer, other) >= LIKENESS_MIN and not is_another(core(payer), core(other))
        for other in filter(None, others)
    )


def _letters_and_digits(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.casefold())
