"""Explanations by a sum, where nothing is named: several invoices, or one less a credit note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from matching.by_amount.one_amount import AGAINST_THE_TEXT
from matching.facts.sums import Sum, scattered_size, sets_of
from matching.facts.vocabulary import AHEAD
from matching.references.explanations import Desk, Explanation, shown, who, whole
from matching.references.named import Named

CHANCE_MAX = 0.02
LEAD_MIN = 50
"""How many times likelier than the next a set must have been beforehand."""
SHOWN_MAX = 8
SUM_COST, NEXT_COST, CREDIT_COST = 1.5, 0.5, 3.0


def sums(desk: Desk, said: Named) -> Iterator[Explanation]:
    """Sets of each possible payer; where two fit alike, neither is beyond doubt."""
    found, customers = _found(desk)
    against = said.names_something * AGAINST_THE_TEXT
    ahead = bool(AHEAD.search(said.reading.text))
    for place, one in enumerate(found[:SHOWN_MAX]):
        rivals = found[:place] + found[place + 1 :]
        leads = all(one.weight > LEAD_MIN * rival.weight for rival in rivals)
        rare = one.chance * customers <= CHANCE_MAX
        yield Explanation(
            parts=whole(one.entries), rule=f"sum_{one.kind}",
            reason=f"{who(desk)}, and {shown(one.entries)} together"
            f" ({one.kind.replace('_', ' ')}) are exactly {desk.case.cash.amount}",
            cost=SUM_COST + against + place * NEXT_COST,
            sure=leads and rare and not against and not ahead,
        )  # fmt: skip


def less_credit(desk: Desk) -> Iterator[Explanation]:
    """One invoice less one credit note of the same customer."""
    own = desk.of_payers()
    for credit in desk.credits({entry.item.customer_id for entry in own}):
        for entry in own:
            same = entry.item.customer_id == credit.item.customer_id
            if same and entry.minor + credit.minor == desk.target:
                yield Explanation(
                    parts=whole([entry, credit]), rule="amount_less_credit", cost=CREDIT_COST,
                    reason=f"{who(desk)}, and {entry.item.number} less the credit note"
                    f" {credit.item.number} is exactly {desk.case.cash.amount}",
                )  # fmt: skip


def not_looked_for(desk: Desk) -> Iterator[str]:
    """Which sums there may be that nobody looked for, in words; nothing where all were."""
    most = max(Counter(e.item.customer_id for e in desk.of_payers()).values(), default=0)
    size = scattered_size(most)
    if size < most:
        yield (
            f"sums of more than {size} of the {most} open invoices were looked for only where they"
            " fall due one after another"
        )


def _found(desk: Desk) -> tuple[list[Sum], int]:
    """The sets of all possible payers, the likeliest first, and how many payers there are."""
    own = sorted(desk.of_payers(), key=lambda e: (e.item.customer_id, *e.item.age))
    found: list[Sum] = []
    customers = 0
    for _, group in groupby(own, key=lambda e: e.item.customer_id):
        customers += 1
        found += sets_of(list(group), desk.target)
    return sorted(found, key=lambda one: -one.weight), customers
