"""One payment and what may explain it in; what to do with the money, and why, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matching.by_amount.agreed import as_agreed
from matching.by_amount.by_relatives import of_relatives
from matching.by_amount.one_amount import equal_amounts, of_strangers
from matching.by_amount.together import less_credit, not_looked_for, sums
from matching.by_reference.differences import by_line, differing
from matching.by_reference.exact import exact_sums
from matching.deciding.confidence import confidence_of
from matching.deciding.settlement import settle
from matching.deciding.weighing import other_years, shyly, weighed
from matching.facts.items import Case, MatchDecision
from matching.facts.policy import MatchPolicy
from matching.facts.rules import BY_NUMBER, RULES
from matching.no_match.guesses import is_difference, other_currency, usual_differences
from matching.no_match.strangers import not_a_customer, not_invoiced, paid_before
from matching.references.explanations import Desk, Explanation, desk_of, related
from matching.references.named import Named, named
from providers.rates import in_currency


def decide(case: Case, policy: MatchPolicy) -> MatchDecision:
    """Apply what the evidence fixes, ignore what is no customer's, leave the rest to a person.

    Money is never set across currencies, nor above a balance, and of two explanations that are as
    good as each other none is chosen.
    """
    cash = case.cash
    if cash.amount.amount <= 0:
        return MatchDecision("review", (), "", (f"{cash.amount} is nothing to apply",), ())
    desk = desk_of(case, oldest_of_equal=policy.oldest_of_equal)
    said = named(desk)
    ranked = _ranked(_told(desk, _explanations(desk, said)), case, policy)
    offered = ranked[: policy.candidates_max]
    if why := not_a_customer(desk, said, ranked):
        shown = weighed(desk, said, offered, (why,))
        return MatchDecision("ignore", (), "not_a_customer", (why,), shown, 0.9)
    best = ranked[0] if ranked else None
    objections = tuple(_objections(desk, said, best))
    given_up = not_looked_for(desk) if best is None or is_difference(best) else ()
    doubts = (*objections, *_rivals(ranked, policy), *given_up)
    shown = weighed(desk, said, offered, objections, doubtful=bool(doubts))
    if best is None:
        return MatchDecision("review", (), "", doubts, shown)
    limits = tuple(_limits(desk, best, policy))
    confidence = confidence_of(best, case.experience)
    if doubts or limits:
        why_not = (*doubts, *limits)
        return MatchDecision(
            "review", (), best.rule, why_not, shown, shyly(confidence), sure=not doubts
        )
    allocations = best.allocations()
    settle(cash, case.items, allocations, below=case.below)
    return MatchDecision(
        "apply", allocations, best.rule, (best.reason,), shown, confidence, sure=True
    )


def _explanations(desk: Desk, said: Named) -> Iterator[Explanation]:
    yield from exact_sums(desk, said)
    yield from as_agreed(desk, said)
    yield from by_line(desk, said)
    yield from differing(desk, said)
    alone = list(equal_amounts(desk, said))
    yield from alone
    if not alone:
        yield from sums(desk, said)
        yield from less_credit(desk)
        yield from usual_differences(desk)
    yield from of_relatives(desk, said)
    yield from of_strangers(desk, said)
    yield from other_currency(desk, said)


def _told(desk: Desk, explanations: Iterator[Explanation]) -> Iterator[Explanation]:
    """Those that a ledger can carry out, with how the payers and the customers whose invoices they
    are belong together."""
    for one in filter(lambda it: it.credits_fit, explanations):
        relation = related(desk, one)
        yield replace(one, reason=f"{one.reason}; {relation}") if relation else one


def _ranked(
    explanations: Iterator[Explanation], case: Case, policy: MatchPolicy
) -> list[Explanation]:
    """The likeliest first. What comes to the same is kept once: in the words of what is sure and
    allowed, and as likely as the likeliest of its reasons."""

    def told_by(one: Explanation) -> tuple[bool, bool, float]:
        return (
            not one.sure,
            bool(policy.forbids(one.rule, confidence_of(one, case.experience))),
            one.cost,
        )

    best: dict[frozenset[tuple[str, int]], Explanation] = {}
    for one in explanations:
        known = best.setdefault(one.place, one)
        told = min(known, one, key=told_by)
        best[one.place] = replace(told, cost=min(one.cost, known.cost))
    return sorted(best.values(), key=lambda one: (one.cost, [i.age for i, _ in one.parts]))


def _objections(desk: Desk, said: Named, best: Explanation | None) -> Iterator[str]:
    """What speaks against the best explanation by itself."""
    yield from filter(None, (paid_before(desk, said), not_invoiced(desk, said, best)))
    if best is None:
        yield "no open invoice explains the money"
        return
    if said.foreign and not said.base:
        item = said.foreign[0]
        yield f"{item.number} is in {item.open.currency}, and {desk.case.cash.amount} came"
    if best.rule in RULES and RULES[best.rule].family in desk.case.unseen:
        yield "there is more in the book than was looked at, and it may fit as well"
    if denied := [item for item in said.denied if item.invoice_id in best.invoice_ids]:
        yield f"the text says that {denied[0].number} is not paid now"
    yield from other_years(said, best)
    if best.rule not in BY_NUMBER:
        yield from _about_payers(desk, best)
    cash = desk.case.cash
    if cash.bound and best.customers - {cash.customer_id} - desk.case.below:
        own_only = "; money of a sub-customer pays its own invoices" * bool(
            best.customers & desk.relatives.keys()
        )
        yield f"the money came in under another customer than the invoices are of{own_only}"


def _about_payers(desk: Desk, best: Explanation) -> Iterator[str]:
    """Why who paid does not tell what is paid."""
    if alike := best.customers & desk.look_alikes:
        names = sorted({i.customer_name for i, _ in best.parts if i.customer_id in alike})
        yield f"{names[0]} is only called like the payer, whose full name another customer has"
    yield from dict.fromkeys(desk.doubts.values())


def _rivals(ranked: Sequence[Explanation], policy: MatchPolicy) -> Iterator[str]:
    """Why the best explanation is not the only one that counts."""
    if not ranked:
        return
    best = ranked[0]
    if not best.sure:
        yield f"not beyond doubt; at best: {best.reason}"
    if len(ranked) > 1 and ranked[1].cost - best.cost < policy.margin:
        yield f"two explanations are almost as good: {best.reason}; or: {ranked[1].reason}"


def _limits(desk: Desk, best: Explanation, policy: MatchPolicy) -> Iterator[str]:
    """What the client does not let happen without a person, however sure it is."""
    if best.sure and (why := policy.forbids(best.rule, confidence_of(best, desk.case.experience))):
        yield f"{why}; at best: {best.reason}"
    yield from _above(desk, best, policy)
    if len(best.customers) > 1 and not policy.several_customers:
        yield "the policy lets one payment pay one customer's invoices only"


def _above(desk: Desk, best: Explanation, policy: MatchPolicy) -> Iterator[str]:
    """The limit in the money's own currency counts; where none is set, those in others, at the
    rate of the bank or else of the invoices."""
    amount, limits = desk.case.cash.amount, policy.apply_at_most
    rates = desk.case.rates_of(item for item, _ in best.parts)
    own = amount.currency
    for currency in [own] if own in limits else sorted(limits):
        made = in_currency(amount, currency, rates)
        if made is not None and made.amount > limits[currency]:
            shown = f"{amount}, {made} at the recorded rate," if currency != own else f"{amount}"
            yield f"{shown} is above the limit of {limits[currency]}"
