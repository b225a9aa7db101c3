"""The explanations of a payment: each rule offers the allocations that it would make, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby

from matching.items import Candidate, Cash, OpenItem
from matching.names import likeness
from matching.policy import MatchPolicy
from matching.references import Named
from providers.ledger import Allocation
from providers.money import Money

NAMED_EXACT = "named_exact"
POINTS = {
    NAMED_EXACT: 100.0,
    "named_one_of": 80.0,
    "named_short": 78.0,
    "named_over": 75.0,
    "amount_one": 65.0,
    "all_open": 62.0,
    "oldest_together": 60.0,
    "due_together": 58.0,
    "amount_several": 55.0,
    "oldest_first": 20.0,
}
UNSURE_POINTS = 25.0
UNKNOWN_PAYER_POINTS = 35.0
NAME_SHOWN_CHARACTERS_MAX = 60


def offered(
    cash: Cash, items: Sequence[OpenItem], named: Sequence[Named], *, policy: MatchPolicy
) -> tuple[Candidate, ...]:
    """The candidates for `items`, best first; the same allocations are offered once.

    `items` are in the cash's currency, oldest due first, and of the cash's customer if known.
    """
    found = [*_by_name(cash, named), *_by_amount(cash, items, policy=policy)]
    age = {item.invoice_id: place for place, item in enumerate(items)}
    found.sort(
        key=lambda c: (-c.score, [(age[a.invoice_id], a.amount.amount) for a in c.allocations])
    )
    unique: dict[frozenset[Allocation], Candidate] = {}
    for candidate in found:
        unique.setdefault(frozenset(candidate.allocations), candidate)
    return tuple(unique.values())


def spread(amount: Money, items: Iterable[OpenItem]) -> tuple[Allocation, ...]:
    """The amount set against the items, oldest due first, never more than each one's balance."""
    rest, parts = amount, list[Allocation]()
    for item in sorted(items, key=lambda item: item.age):
        part = min(rest, item.open)
        if part.amount > 0:
            parts.append(Allocation(item.invoice_id, part))
            rest = rest - part
    assert rest.amount >= 0, "never give away more than came in"
    return tuple(parts)


def open_total(items: Iterable[OpenItem], currency: str) -> Money:
    """What the items owe together."""
    return Money.total((item.open for item in items), currency)


def _by_name(cash: Cash, named: Sequence[Named]) -> Iterator[Candidate]:
    ordered = sorted(named, key=lambda n: n.item.customer_id)
    for _, group in groupby(ordered, key=lambda n: n.item.customer_id):
        both = list(group)
        sure = [n for n in both if n.sure]
        if sure:
            yield _of_named(cash, sure, minus=0)
        if len(both) > len(sure):
            yield _of_named(cash, both, minus=UNSURE_POINTS)
        for one in both if len(both) > 1 else ():
            if one.item.open == cash.amount:
                minus = 0 if one.sure else UNSURE_POINTS
                why = f"{_quoted(cash, [one])}; of those named, only this one has the amount"
                yield _candidate(cash, [one.item], "named_one_of", why, minus=minus)


def _of_named(cash: Cash, named: Sequence[Named], *, minus: float) -> Candidate:
    items = [n.item for n in named]
    owed = open_total(items, cash.amount.currency)
    text = _quoted(cash, named)
    if owed == cash.amount:
        rule = NAMED_EXACT if not minus else "named_unsure"
        why = f"{text}, and {cash.amount} is exactly what is open on it"
    elif cash.amount < owed:
        rule = "named_short"
        why = f"{text}; {owed} is open, {owed - cash.amount} stays open"
    else:
        rule = "named_over"
        why = f"{text}; {owed} is open, {cash.amount - owed} stays unapplied"
    return _candidate(cash, items, rule, why, minus=minus)


def _by_amount(
    cash: Cash, items: Sequence[OpenItem], *, policy: MatchPolicy
) -> Iterator[Candidate]:
    ordered = sorted(items, key=lambda item: (item.customer_id, *item.age))
    for customer_id, group in groupby(ordered, key=lambda item: item.customer_id):
        own = list(group)
        if customer_id == cash.customer_id:
            yield from _of_customer(cash, own, minus=0, who=f"the customer is {_name(own[0])}")
            why = "the customer is known, and the oldest invoices could take the money"
            yield _candidate(cash, own, "oldest_first", why)
            continue
        points = likeness(cash.payer, own[0].customer_name) if cash.payer else 0.0
        if points >= policy.name_points_min:
            who = f"the payer's name is {points:g} % like {_name(own[0])}"
            yield from _of_customer(cash, own, minus=5 + (100 - points) / 2, who=who)
        else:
            who = "the payer is not known"
            yield from _equal(cash, own, minus=UNKNOWN_PAYER_POINTS, who=who)


def _of_customer(
    cash: Cash, own: Sequence[OpenItem], *, minus: float, who: str
) -> Iterator[Candidate]:
    yield from _equal(cash, own, minus=minus, who=who)
    for count, owed in enumerate(accumulate(item.open for item in own), start=1):
        if count > 1 and owed == cash.amount:
            rule, what = "oldest_together", f"the {count} oldest invoices together"
            if count == len(own):
                rule, what = "all_open", "everything that is open"
            why = f"{who}, and {what} is exactly {cash.amount}"
            yield _candidate(cash, own[:count], rule, why, minus=minus)
    for due, group in groupby(own, key=lambda item: item.due):
        together = list(group)
        if len(together) > 1 and open_total(together, cash.amount.currency) == cash.amount:
            why = f"{who}, and what falls due on {due} together is exactly {cash.amount}"
            yield _candidate(cash, together, "due_together", why, minus=minus)


def _equal(cash: Cash, own: Sequence[OpenItem], *, minus: float, who: str) -> Iterator[Candidate]:
    equal = [item for item in own if item.open == cash.amount]
    for item in equal:
        if len(equal) == 1:
            rule, why = "amount_one", f"{who}, and only {item.number} is open with {cash.amount}"
        else:
            rule = "amount_several"
            why = f"{who}, and {len(equal)} invoices are open with {cash.amount}"
        yield _candidate(cash, [item], rule, why, minus=minus)


def _candidate(
    cash: Cash, items: Sequence[OpenItem], rule: str, why: str, *, minus: float = 0
) -> Candidate:
    points = POINTS.get(rule, POINTS[NAMED_EXACT])
    return Candidate(spread(cash.amount, items), rule, why, round(max(0.0, points - minus), 1))


def _quoted(cash: Cash, named: Sequence[Named]) -> str:
    parts = (f'{n.item.number} ("{cash.text[n.start : n.end]}" at {n.start})' for n in named)
    return f"the text names {', '.join(parts)}"


def _name(item: OpenItem) -> str:
    return item.customer_name[:NAME_SHOWN_CHARACTERS_MAX] or item.customer_id
