"""What speaks for an explanation and what against it, in words for the person who decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matching.by_reference.exact import quote, told
from matching.deciding.confidence import confidence_of, score_of
from matching.facts.items import Candidate, Evidence, MatchDecision
from matching.facts.rules import RULES
from matching.references.explanations import Desk, Explanation, minor_of, money
from matching.references.named import Named
from providers.money import Money

UNSURE_MAX = 0.5
"""Where anything speaks against the best explanation, it is not more likely than this."""


def weighed(
    desk: Desk, said: Named, ranked: Sequence[Explanation], objections: Sequence[str] = (), *,
    doubtful: bool = True,
) -> tuple[Candidate, ...]:  # fmt: skip
    """The explanations as a person sees them, the likeliest first; `objections` speak against that.
    Where all is not `doubtful`, the first is as likely as its rule; no other is likelier than what
    those before it leave."""
    found: list[Candidate] = []
    room = 1.0
    for one in ranked:
        share = confidence_of(one, desk.case.experience)
        share = min(room, shyly(share) if doubtful else share)
        room -= share
        against = (*(objections if not found else ()), *_against(desk, said, one))
        found.append(Candidate(
            one.allocations(), one.rule, one.reason, score_of(one), share,
            tuple(_evidence(desk, said, one)), tuple(dict.fromkeys(against)),
        ))  # fmt: skip
    return tuple(found)


def shyly(confidence: float) -> float:
    """How likely an explanation is against which something speaks."""
    return min(UNSURE_MAX, confidence / 2)


def doubted(decision: MatchDecision, why: str) -> MatchDecision:
    """The same decision left to a person after all, for a reason that the matcher cannot know."""
    candidates = tuple(
        replace(
            one, confidence=shyly(one.confidence),
            against=(why, *one.against) if place == 0 else one.against,
        )
        for place, one in enumerate(decision.candidates)
    )  # fmt: skip
    return MatchDecision(
        "review", (), decision.rule, (why,), candidates, shyly(decision.confidence)
    )


def _evidence(desk: Desk, said: Named, one: Explanation) -> Iterator[Evidence]:
    for words in _named(desk, said, one):
        yield Evidence("text", words)
    if words := _exactly(desk, one):
        yield Evidence("sum", words)
    owners = one.customers
    known = (it.evidence for it in desk.case.payers if it.customer_id in owners)
    for words in dict.fromkeys(known):
        yield Evidence("name", words)
    for words in _habits(desk, one):
        yield Evidence("habit", words)


def _named(desk: Desk, said: Named, one: Explanation) -> Iterator[str]:
    """The characters of the text that name what is paid, or may mean it."""
    held = {item.invoice_id for item, _ in one.parts}
    quoted: set[str] = set()
    for mention, entry in said.base:
        id_ = entry.item.invoice_id
        if id_ in held - quoted:
            quoted.add(id_)
            yield f"the text names {quote(desk, said, mention, entry)}"
    for edit in said.open_to:
        if edit.add and not edit.drop and edit.add.item.invoice_id in held - quoted:
            quoted.add(edit.add.item.invoice_id)
            yield told(edit)


def _exactly(desk: Desk, one: Explanation) -> str:
    """That the sum is right to the cent; empty where it is not."""
    whole = all(minor == minor_of(item.open) for item, minor in one.parts)
    if not whole or _is_foreign(desk, one) or _gap(desk, one):
        return ""
    paid = sum(minor > 0 for _, minor in one.parts)
    less = ", less the credit" if paid < len(one.parts) else ""
    count = "it" if paid == 1 else f"these {paid} together"
    return f"{desk.case.cash.amount} is exactly what is open on {count}{less}"


def _habits(desk: Desk, one: Explanation) -> Iterator[str]:
    """What was agreed with the payer, and how decisions by the same rule turned out."""
    held = {item.invoice_id for item, _ in one.parts}
    for agreed in desk.case.expected:
        if agreed.amount == desk.case.cash.amount and held & set(agreed.invoice_ids):
            yield agreed.words
    if one.rule not in RULES:
        return
    tally = desk.case.experience.get(one.rule)
    if tally and tally.decided:
        yield f"by this rule {tally.right} of {tally.decided} were right for this client"
    else:
        yield f"by this rule {RULES[one.rule].prior:.2%} were right on books in general"


def _against(desk: Desk, said: Named, one: Explanation) -> Iterator[str]:
    held = {item.invoice_id for item, _ in one.parts}
    left_out = [e.item.number for e in said.entries if e.item.invoice_id not in held]
    if left_out:
        yield f"the text names {', '.join(left_out)}, which this leaves out"
    for digits in (*said.unheard, *said.alike):
        yield f'"{digits}" in the text is written like a number of the client\'s, and none has it'
    yield from other_years(said, one)
    yield from _missing(desk, one)
    yield from _strange(desk, one)
    if one.rule not in RULES:
        yield "nothing fixes that just this is meant"


def other_years(said: Named, one: Explanation) -> Iterator[str]:
    """Which of the numbers the text writes with another year."""
    for item, _ in one.parts:
        if written := said.years.get(item.invoice_id):
            yield f'the text writes "{written}", and {item.number} is of another year'


def _missing(desk: Desk, one: Explanation) -> Iterator[str]:
    """What the sum leaves open, or on account."""
    for item, minor in one.parts:
        rest = minor_of(item.open) - minor
        if rest and minor > 0:
            yield f"{money(rest, item.open.currency)} stays open on {item.number}"
    if _is_foreign(desk, one):
        item = one.parts[0][0]
        yield f"{item.number} is in {item.open.currency}, and {desk.case.cash.amount} came"
    elif (gap := _gap(desk, one)).amount > 0:
        yield f"{gap} would stay unapplied"


def _strange(desk: Desk, one: Explanation) -> Iterator[str]:
    """That nothing says that the money came from those whose invoices are paid."""
    if not desk.payers:
        yield "who paid is not known"
        return
    names = {item.customer_name for item, _ in one.parts if item.customer_id not in desk.payers}
    for name in sorted(names):
        yield f"nothing but this says that {name} paid"


def _is_foreign(desk: Desk, one: Explanation) -> bool:
    return any(item.open.currency != desk.case.cash.amount.currency for item, _ in one.parts)


def _gap(desk: Desk, one: Explanation) -> Money:
    """How much of the money is left, in its currency."""
    taken = sum(minor for _, minor in one.parts)
    return money(desk.target - taken, desk.case.cash.amount.currency)
