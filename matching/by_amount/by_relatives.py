"""Explanations by what those owe who belong together with the payer, where nothing is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matching.by_amount.one_amount import AGAINST_THE_TEXT, ONE_COST, RARE_CHANCE_MAX
from matching.by_amount.together import CHANCE_MAX, LEAD_MIN, NEXT_COST, SHOWN_MAX, SUM_COST
from matching.facts.sums import Entry, Sum, granules, sets_of
from matching.references.explanations import Desk, Explanation, shown, who, whole
from matching.references.named import Named

BELOW_COST, BESIDE_COST, BY_CHANCE_COST = 0.7, 1.7, 2.0
"""What is a sub-customer's is likelier meant than what is a parent's or a sister's, and both less
than what is the payer's own."""


def of_relatives(desk: Desk, said: Named) -> Iterator[Explanation]:
    """An invoice of relatives with exactly the amount, or else several, the payer's own among
    them or not."""
    own, others = desk.of_payers(), desk.of_relatives()
    if not others:
        return
    equal = [entry for entry in others if entry.minor == desk.target]
    alone = len(equal) == 1 and all(entry.minor != desk.target for entry in own)
    plain = not said.names_something and not said.ahead
    rare = len(own) + len(others) <= RARE_CHANCE_MAX * granules(desk.target)
    for entry in equal:
        yield Explanation(
            parts=whole([entry]), rule="related_amount",
            reason=f"{who(desk)}, and {entry.item.number} is open with {desk.case.cash.amount}"
            + ("" if alone else ", though it is not the only one"),
            cost=ONE_COST + _further(desk, said, [entry]), sure=alone and plain and rare,
        )  # fmt: skip
    if not equal and all(entry.minor != desk.target for entry in own):
        yield from _sums(desk, said, plain=plain)


def _sums(desk: Desk, said: Named, *, plain: bool) -> Iterator[Explanation]:
    found, tried = _found(desk)
    for place, one in enumerate(found[:SHOWN_MAX]):
        leads = all(one.weight > LEAD_MIN * rival.weight for rival in found if rival is not one)
        rare = one.chance * tried <= CHANCE_MAX
        yield Explanation(
            parts=whole(one.entries), rule="related_sum",
            reason=f"{who(desk)}, and {shown(one.entries)} together"
            f" ({one.kind.replace('_', ' ')}) are exactly {desk.case.cash.amount}",
            cost=SUM_COST + _further(desk, said, one.entries) + place * NEXT_COST
            + BY_CHANCE_COST * (not rare),
            sure=leads and rare and plain,
        )  # fmt: skip


def _found(desk: Desk) -> tuple[list[Sum], int]:
    """The sets of each relative alone, and of each payer with all who belong together with it; the
    likeliest first, and among how many heaps they were looked for."""
    heaps: dict[str, list[Entry]] = {}
    for entry in desk.entries:
        id_ = entry.item.customer_id
        if entry.minor > 0 and id_ in desk.relatives:
            heaps.setdefault(f"of {id_}", []).append(entry)
            heaps.setdefault(desk.relatives[id_].of, []).append(entry)
        elif entry.minor > 0 and id_ in desk.payers:
            heaps.setdefault(id_, []).append(entry)
    sets: dict[frozenset[str], Sum] = {}
    for heap in heaps.values():
        for one in sets_of(heap, desk.target):
            if any(entry.item.customer_id in desk.relatives for entry in one.entries):
                place = frozenset(entry.item.invoice_id for entry in one.entries)
                sets[place] = max(sets.get(place, one), one, key=lambda it: it.weight)
    ranked = sorted(sets.values(), key=lambda one: (-one.weight, one.entries[0].item.age))
    return ranked, len(heaps)


def _further(desk: Desk, said: Named, entries: Sequence[Entry]) -> float:
    """How much less likely than the payer's own these are."""
    owners = {entry.item.customer_id for entry in entries} & desk.relatives.keys()
    below = all(desk.relatives[id_].below for id_ in owners)
    return (BELOW_COST if below else BESIDE_COST) + AGAINST_THE_TEXT * said.names_something
