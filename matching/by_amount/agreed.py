"""Explanations by what was agreed: a payer sends, to the cent, what it said that it would pay."""

from __future__ import annotations

from collections.abc import Iterator

from matching.by_amount.one_amount import AGAINST_THE_TEXT
from matching.facts.items import Expected
from matching.facts.vocabulary import AHEAD
from matching.references.explanations import Desk, Explanation, Parts, minor_of, who
from matching.references.named import Named

AGREED_COST = 0.3


def as_agreed(desk: Desk, said: Named) -> Iterator[Explanation]:
    """Instalments and promises with exactly the amount; the oldest invoice they are for first."""
    named_ids = {entry.item.invoice_id for entry in said.entries}
    ahead = AHEAD.search(said.reading.text)
    for one in desk.case.expected:
        parts = _parts(desk, one)
        if not parts:
            continue
        against = said.names_something and not named_ids <= set(one.invoice_ids)
        yield Explanation(
            parts=parts, rule="agreed",
            reason=f"{who(desk)}, and {one.amount} is {one.words}"
            + (", though the text names another invoice" * against),
            cost=AGREED_COST + against * AGAINST_THE_TEXT,
            sure=len(desk.payers) == 1 and not against and not ahead and not said.settled,
        )  # fmt: skip


def _parts(desk: Desk, one: Expected) -> Parts:
    """The money on the open invoices that it was agreed for; nothing where it is something else."""
    if one.customer_id not in desk.payers or minor_of(one.amount) != desk.target:
        return ()
    rest, parts = desk.target, []
    for entry in desk.entries:
        if entry.item.invoice_id in one.invoice_ids and entry.minor > 0 and rest:
            part = min(rest, entry.minor)
            parts.append((entry.item, part))
            rest -= part
    return () if rest else tuple(parts)
