"""Explanations that only help a person: a usual difference, another currency."""

from __future__ import annotations

from collections.abc import Iterator

from matching.by_reference.reductions import reduction
from matching.facts.items import OpenItem
from matching.facts.sums import Entry
from matching.no_match.exchange import exchange
from matching.references.explanations import Desk, Explanation, minor_of, money, who, whole
from matching.references.named import Named
from providers.ledger import Allocation
from providers.money import Money

ABOVE_MAX, BELOW_MAX = 20, 3
CURRENCY_COST, USUAL_COST, UNUSUAL_COST, NEXT_COST = 4.5, 6.0, 7.0, 0.05
TENTH_TOO_MUCH = 1.1
SHORT, OVER = "amount_short_", "amount_over"


def usual_differences(desk: Desk) -> Iterator[Explanation]:
    """One invoice that a little is missing for, or that the money covers."""
    own = desk.of_payers()
    currency = desk.case.cash.amount.currency
    above = sorted((e for e in own if e.minor > desk.target), key=lambda e: e.minor)
    for place, entry in enumerate(above[:ABOVE_MAX]):
        owed = money(entry.minor, currency)
        less = reduction("", owed, desk.case.cash.amount)
        missing = owed - desk.case.cash.amount
        yield Explanation(
            parts=((entry.item, desk.target),), rule=f"{SHORT}{less.kind}",
            cost=(USUAL_COST if less.usual else UNUSUAL_COST) + place * NEXT_COST,
            reason=f"{who(desk)}, and {entry.item.number} is open with {missing} more: {less.why}",
        )  # fmt: skip
    below = sorted((e for e in own if e.minor < desk.target), key=lambda e: -e.minor)
    for entry in below[:BELOW_MAX]:
        tenth = round(entry.minor * TENTH_TOO_MUCH) == desk.target
        yield Explanation(
            parts=whole([entry]), rule=OVER,
            cost=USUAL_COST + NEXT_COST if tenth else UNUSUAL_COST + 1,
            reason=f"{who(desk)}, and the money covers {entry.item.number}",
        )  # fmt: skip


def is_difference(best: Explanation) -> bool:
    """Whether nothing adds up, and one invoice with a difference is the best that can be said."""
    return best.rule == OVER or best.rule.startswith(SHORT)


def other_currency(desk: Desk, said: Named) -> Iterator[Explanation]:
    """What the text names is in another currency than the money: one by one, and together."""
    named = [item for item in dict.fromkeys(said.foreign) if item.open.amount > 0]
    alike = len({item.open.currency for item in named}) == 1 and len(named) > 1
    for items in ([named] if alike else []) + [[item] for item in named]:
        yield Explanation(
            parts=whole([Entry(item, minor_of(item.open)) for item in items]),
            rule="named_other_currency", cost=CURRENCY_COST + NEXT_COST * (len(items) == 1),
            reason=f"the text names {', '.join(item.number for item in items)}, in"
            f" {items[0].open.currency}; {_at_what_rate(desk, items)}",
        )  # fmt: skip


def _at_what_rate(desk: Desk, items: list[OpenItem]) -> str:
    """What the money would make of it, in the company's own currency."""
    cash, home = desk.case.cash.amount, desk.case.home
    owed = Money.total((item.open for item in items), items[0].open.currency)
    if cash.currency != home:
        return f"{cash} came for {owed}"
    whole_ = [Allocation(item.invoice_id, item.open) for item in items]
    return exchange(owed, cash, stated=False, items=items, allocations=whole_).why
