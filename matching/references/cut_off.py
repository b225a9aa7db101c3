"""Texts that a bank cut off: what else of the same customer makes up the rest of the money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from matching.facts.sums import Entry, Sum, sets_of
from matching.reading_texts.numbering import pattern_of
from matching.references.explanations import Desk, Explanation, shown, whole
from matching.references.mentions import Fit
from matching.references.named import Named

CHANCE_MAX = 2.0
"""The text itself says that something is missing: what counts is that only one set fits."""
CUT_COST, UNCUT_COST = 1.5, 3.0
Place = tuple[Any, ...]


def rest_of(desk: Desk, said: Named) -> tuple[Sum, ...]:
    """The sets that make up the rest, the likeliest first. Lists are mostly written in the order
    of their numbers, or of their due dates: what comes after the last that is named goes before
    what does not."""
    owners = {entry.item.customer_id for entry in said.entries}
    named_ids = {entry.item.invoice_id for entry in said.entries}
    others = [
        e for e in desk.entries
        if e.minor > 0 and e.item.customer_id in owners and e.item.invoice_id not in named_ids
    ]  # fmt: skip
    found = sets_of(others, desk.target - said.total, single_too=True)
    by_number = [one for one in found if _follows(one.entries, said.entries, key=_number)]
    by_day = [one for one in found if _follows(one.entries, said.entries, key=_day)]
    after = (*by_number, *(one for one in by_day if one not in by_number))
    return after or found


def cut_off(desk: Desk, said: Named, rest: Sequence[Sum]) -> Explanation:
    """What is named, and the likeliest set beside it."""
    first = rest[0]
    alone = len(rest) == 1
    owners = {entry.item.customer_id for entry in said.entries}
    ours = len(owners) == 1 and (not desk.payers or owners <= desk.payers)
    plain = said.weakest >= Fit.SERIAL and first.chance <= CHANCE_MAX
    return Explanation(
        parts=whole((*said.entries, *first.entries)), rule="named_cut_off",
        reason=f"the text names {shown(said.entries)} and ends there; the rest is exactly"
        f" {shown(first.entries)}",
        cost=CUT_COST if said.reading.cut else UNCUT_COST,
        sure=said.reading.cut and alone and ours and plain,
    )  # fmt: skip


def _follows(
    entries: Sequence[Entry], named: Sequence[Entry], *, key: Callable[[Entry], Place]
) -> bool:
    last = max(map(key, named))
    return all(key(entry) > last for entry in entries)


def _number(entry: Entry) -> Place:
    return (pattern_of(entry.item.number).digits,)


def _day(entry: Entry) -> Place:
    return entry.item.age
