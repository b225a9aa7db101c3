"""One payment, the open invoices, and a policy in; what to do with the money, and why, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matching.candidates import NAMED_EXACT, offered
from matching.items import Candidate, Cash, MatchDecision, OpenItem
from matching.names import likeness
from matching.policy import MatchPolicy
from matching.references import Named, named_in
from matching.settlement import settle


def decide(cash: Cash, items: Sequence[OpenItem], policy: MatchPolicy) -> MatchDecision:
    """Apply what the text names exactly, to the cent; all else goes to a person, ranked.

    `items` may hold the open invoices of many customers and currencies, in any order. Money is
    never set across currencies or customers, nor above a balance.
    """
    if cash.amount.amount <= 0:
        return MatchDecision("review", (), "", (f"{cash.amount} is nothing to apply",), ())
    owed = sorted((i for i in items if i.open.amount > 0), key=lambda item: item.age)
    named = named_in(cash.text, owed)
    usable = [item for item in owed if _may_take(cash, item)]
    ours = [n for n in named if _may_take(cash, n.item)]
    candidates = offered(cash, usable, ours, policy=policy)
    best = candidates[0] if candidates else None
    doubts = tuple(_doubts(cash, owed, named, candidates=candidates, policy=policy))
    shown = candidates[: policy.candidates_max]
    if best is None or doubts:
        return MatchDecision("review", (), best.rule if best else "", doubts, shown)
    settle(cash, usable, best.allocations)
    return MatchDecision("apply", best.allocations, best.rule, (best.reason,), shown)


def _may_take(cash: Cash, item: OpenItem) -> bool:
    if item.open.currency != cash.amount.currency:
        return False
    return cash.customer_id in ("", item.customer_id)


def _doubts(
    cash: Cash,
    owed: Sequence[OpenItem],
    named: Sequence[Named],
    *,
    candidates: Sequence[Candidate],
    policy: MatchPolicy,
) -> Iterator[str]:
    """Every reason why a person must look; none at all means that the best may be applied."""
    yield from _strangers(cash, named)
    if not candidates:
        yield "no open invoice explains the money"
        return
    best = candidates[0]
    if best.rule != NAMED_EXACT:
        yield f"no exact number with the exact amount; at best: {best.reason}"
    elif not (policy.apply_one_named if len(best.allocations) == 1 else policy.apply_several_named):
        yield "the policy asks a person for this rule"
    if len(candidates) > 1:
        lead = round(best.score - candidates[1].score, 1)
        if lead < policy.margin_points_min:
            yield (
                f"another explanation is only {lead:g} points behind; "
                f"the policy wants {policy.margin_points_min:g}"
            )
    limit = policy.apply_at_most.get(cash.amount.currency)
    if limit is not None and cash.amount.amount > limit:
        yield f"{cash.amount} is more than the {limit} that may be applied without a person"
    yield from _names_at_odds(cash, owed, best, policy=policy)


def _strangers(cash: Cash, named: Sequence[Named]) -> Iterator[str]:
    """The text names what this money may not pay, or invoices of several customers."""
    sure = [n.item for n in named if n.sure]
    for item in sure:
        if item.open.currency != cash.amount.currency:
            yield f"the text names {item.number}, which is in {item.open.currency}"
        elif cash.customer_id not in ("", item.customer_id):
            yield f"the text names {item.number}, which is another customer's"
    if len({item.customer_id for item in sure}) > 1:
        yield "the text names invoices of more than one customer"


def _names_at_odds(
    cash: Cash, owed: Sequence[OpenItem], best: Candidate, *, policy: MatchPolicy
) -> Iterator[str]:
    """The payer's name speaks against the customer that the best candidate would credit."""
    if not cash.payer.strip():
        return
    names = {item.customer_id: item.customer_name for item in owed}
    chosen = next(i for i in owed if i.invoice_id == best.allocations[0].invoice_id).customer_id
    own = likeness(cash.payer, names.pop(chosen))
    if own >= policy.name_points_min:
        return
    if cash.customer_id and own < policy.name_points_at_odds:
        yield "the payer's name and the customer's name are at odds"
    if any(likeness(cash.payer, name) >= policy.name_points_min for name in names.values()):
        yield "the payer's name is another customer's"
