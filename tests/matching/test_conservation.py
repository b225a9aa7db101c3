"""Whatever the book and the money: no cent is made or lost, and only the facts decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.decide import decide
from matching.items import Cash, MatchDecision, OpenItem
from matching.policy import MatchPolicy
from matching.settlement import settle
from tests.matching.books import cash, item, usd

CUSTOMERS = (("maple", "Maple Landscaping"), ("oak", "Oak Dental Group"), ("maple2", "Maple"))
CENTS = st.sampled_from([100, 250, 1000, 9999]) | st.integers(1, 5000)
SHIFT = 31_313


@st.composite
def books(draw: st.DrawFn) -> tuple[list[OpenItem], Cash]:
    numbers = draw(st.lists(st.integers(10_000, 50_000), min_size=1, max_size=8, unique=True))
    owed = []
    for number in numbers:
        customer, name = draw(st.sampled_from(CUSTOMERS))
        amount = str(Decimal(draw(CENTS)) / 100)
        owed.append(
            item(
                f"INV-{number}",
                amount,
                customer=customer,
                name=name,
                due_days=draw(st.integers(-60, 60)),
                currency=draw(st.sampled_from(["USD", "USD", "USD", "EUR"])),
            )
        )
    named = draw(st.lists(st.sampled_from(owed), max_size=4, unique_by=lambda i: i.invoice_id))
    exact = sum((i.open.amount for i in named), Decimal(0))
    amount = exact if exact and draw(st.booleans()) else Decimal(draw(CENTS)) / 100
    customer, name = draw(st.sampled_from([*CUSTOMERS, ("", "")]))
    payer = draw(st.sampled_from(["", name, "Zebra Quarry"]))
    text = draw(st.sampled_from([" ", ", ", "/", " and "])).join(i.number for i in named)
    return owed, cash(str(amount), text, customer=customer, payer=payer)


@settings(max_examples=300, deadline=None)
@given(books(), st.randoms())
def test_every_offer_can_be_settled_and_order_does_not_matter(
    book: tuple[list[OpenItem], Cash], random: st.DataObject
) -> None:
    owed, money = book
    decision = decide(money, owed, MatchPolicy(candidates_max=50))

    for candidate in decision.candidates:
        rest = settle(money, owed, candidate.allocations)
        assert rest + total(candidate.allocations) == money.amount
    if decision.action == "apply":
        assert total(decision.allocations) == money.amount
        assert decision.allocations == decision.candidates[0].allocations
    shuffled = list(owed)
    random.shuffle(shuffled)
    assert decide(money, shuffled, MatchPolicy(candidates_max=50)) == decision


@settings(max_examples=200, deadline=None)
@given(books())
def test_other_names_and_numbers_give_the_same_decision(book: tuple[list[OpenItem], Cash]) -> None:
    owed, money = book
    moved = [
        replace(
            i,
            number=shifted(i.number),
            customer_id=f"x{i.customer_id}",
            customer_name=i.customer_name.replace("Maple", "Birch").replace("Oak", "Elm"),
        )
        for i in owed
    ]
    also = replace(
        money,
        customer_id=money.customer_id and f"x{money.customer_id}",
        payer=money.payer.replace("Maple", "Birch").replace("Oak", "Elm"),
        text=shifted(money.text),
    )
    policy = MatchPolicy()

    assert outcome(decide(also, moved, policy)) == outcome(decide(money, owed, policy))


def shifted(text: str) -> str:
    return re.sub(r"\d+", lambda found: str(int(found.group()) + SHIFT), text)


def outcome(decision: MatchDecision) -> tuple[object, ...]:
    return (decision.action, decision.allocations, decision.rule)


def total(parts: Sequence) -> object:
    return sum((part.amount for part in parts), usd("0"))
