"""Explanations by one amount: what the payer owes that is exactly it, or whose month is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matching.facts.sums import Entry, granules
from matching.facts.vocabulary import NOBODY, WHICH_ONE
from matching.reading_texts.reading import Period
from matching.references.explanations import Desk, Explanation, who, whole
from matching.references.named import Named

CHANCE_MAX = 2.0
"""Of an accident where a customer that is known pays an amount that it owes."""
RARE_CHANCE_MAX = 0.02
"""The same where the text says something else."""
OTHERS_CHANCE_MAX = 0.002
"""The same where the text names what only other customers owe."""
STRANGER_GRANULES_MIN = 5_000
"""How rare an amount must be to tell by itself who paid."""
ONE_COST, SEVERAL_COST, STRANGER_COST, AGAINST_THE_TEXT = 0.8, 5.0, 4.0, 1.7


def equal_amounts(desk: Desk, said: Named) -> Iterator[Explanation]:
    """Every invoice of the payers with exactly the amount."""
    equal = [entry for entry in desk.of_payers() if entry.minor == desk.target]
    named_ids = {entry.item.invoice_id for entry in said.entries}
    chosen, rule, why = _singled_out(desk, said, equal)
    for entry in equal:
        alone = entry is chosen
        against = said.names_something and entry.item.invoice_id not in named_ids
        yield Explanation(
            parts=whole([entry]),
            rule=("amount_against_text" if against else rule) if alone else "amount_several",
            reason=f"{who(desk)}, and {why}"
            + ", though the text names another" * bool(against)
            + f"; this is {entry.item.number}" * (not alone),
            cost=(ONE_COST if alone else SEVERAL_COST) + against * AGAINST_THE_TEXT,
            sure=alone and not said.ahead and _is_safe(desk, said, by_amount=rule == "amount_one"),
        )  # fmt: skip


def of_strangers(desk: Desk, said: Named) -> Iterator[Explanation]:
    """Nobody knows who paid, and an open invoice has exactly the amount."""
    if desk.payers - desk.doubts.keys():
        return
    equal = [e for e in desk.entries if e.minor == desk.target]
    nameless = NOBODY.fullmatch(f"{desk.case.cash.payer} {desk.case.cash.text}".lower())
    rare = granules(desk.target) >= STRANGER_GRANULES_MIN
    for entry in equal:
        yield Explanation(
            parts=whole([entry]), rule="amount_of_stranger",
            reason=f"{who(desk)}, and open invoices with this amount: {len(equal)}"
            f"; this is {entry.item.number}",
            cost=STRANGER_COST + (len(equal) > 1),
            sure=bool(nameless) and not desk.payers and len(equal) == 1 and not said.base and rare,
        )  # fmt: skip


def _singled_out(desk: Desk, said: Named, equal: Sequence[Entry]) -> tuple[Entry | None, str, str]:
    """Which of the invoices is meant, by what rule, and why; None where nothing tells."""
    amount = desk.case.cash.amount
    if len(equal) == 1:
        return equal[0], "amount_one", f"only {equal[0].item.number} is open with {amount}"
    of_month = [e for e in equal if any(_is_of(e, period) for period in said.reading.periods)]
    if len(of_month) == 1:
        number = of_month[0].item.number
        why = f"of {len(equal)} with this amount only {number} is of the month named"
        return of_month[0], "period", why
    owners = {entry.item.customer_id for entry in equal}
    if desk.oldest_of_equal and len(owners) == 1 and _is_silent(desk, said):
        number = equal[0].item.number
        why = f"of {len(equal)} with this amount {number} is the oldest, as the policy wants"
        return equal[0], "oldest_of_equal", why
    return None, "", f"{len(equal)} invoices are open with {amount}"


def _is_silent(desk: Desk, said: Named) -> bool:
    """Whether the text says nothing of what it is for: no month, no word that says which, and no
    digits, read as whatever, but those of the amount itself."""
    reading = said.reading
    amount = desk.case.cash.amount.amount
    own = {n for value, start, end in reading.amounts if value == amount for n in range(start, end)}
    other = any(char.isdigit() and n not in own for n, char in enumerate(reading.text))
    which = WHICH_ONE.search(reading.text)
    return not (other or which or reading.periods or said.names_something or said.open_to)


def _is_safe(desk: Desk, said: Named, *, by_amount: bool) -> bool:
    """Whether an amount may decide, alone or with a month or the policy: not where the text names
    what was paid already or what the book does not have, nor against the text unless the amount is
    a rare one."""
    if said.settled or said.is_unknown:
        return False
    chance = len(desk.of_payers()) / granules(desk.target)
    if not said.names_something:
        return not by_amount or chance <= CHANCE_MAX
    owners = {entry.item.customer_id for entry in said.entries}
    of_others = bool(owners) and owners.isdisjoint(desk.payers)
    return chance <= (OTHERS_CHANCE_MAX if of_others else RARE_CHANCE_MAX)


def _is_of(entry: Entry, period: Period) -> bool:
    days = (entry.item.issued, entry.item.due or entry.item.issued)
    return any(day.month == period.month and period.year in {0, day.year} for day in days)
