"""A credit with no money beside it: which invoice it is for, for a person to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matching.deciding.decide import decide
from matching.deciding.weighing import UNSURE_MAX
from matching.facts.items import Candidate, Case, Evidence, OpenItem
from matching.facts.policy import MatchPolicy
from providers.ledger import Allocation

RULE = "credit_alone"


def candidates(case: Case, policy: MatchPolicy) -> tuple[Candidate, ...]:
    """What a credit may pay: what its text names; or, where that names nothing, the only invoice of
    a customer with no other credit. The `cash` of the case is the credit, bound to its customer,
    and the items are what else is open there in its currency."""
    currency = case.cash.amount.currency
    mine = [
        it
        for it in case.items
        if it.customer_id == case.cash.customer_id and it.open.currency == currency
    ]
    invoices = tuple(it for it in mine if it.open.amount > 0)
    named = [
        replace(one, evidence=tuple(it for it in one.evidence if it.kind in {"text", "sum"}))
        for one in decide(replace(case, items=invoices, expected=()), policy).candidates
        if any(it.kind == "text" for it in one.evidence)
    ]
    alone = not any(it.is_credit for it in mine)
    return tuple(named) or (_only_one(case, invoices) if alone else ())


def _only_one(case: Case, invoices: Sequence[OpenItem]) -> tuple[Candidate, ...]:
    if len(invoices) != 1 or invoices[0].issued > case.cash.received:
        return ()
    (one,) = invoices
    why = f"it is the customer's only open credit, and {one.number} its only open invoice"
    return (Candidate(
        (Allocation(one.invoice_id, min(case.cash.amount, one.open)),), RULE, why, 0.0, UNSURE_MAX,
        (Evidence("habit", why),), ("the credit does not name the invoice",),
    ),)  # fmt: skip
