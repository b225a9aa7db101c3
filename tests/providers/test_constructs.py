"""What the bank booked, shared over the parts of a settlement: nothing made and nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from providers.constructs import CannotBuild, Part, Settlement
from providers.ledger import Allocation, ApplyUnapplied, Kind, RecordPayment
from providers.money import Money
from providers.registry import LEDGERS

CENTS = st.integers(min_value=1, max_value=10**8)


def usd(cents: int) -> Money:
    return Money(Decimal(cents) / 100, "USD")


def settlement(parts: list[int], banked: int, *, rest: int = 0) -> Settlement:
    """Each part is an invoice of another customer."""
    return Settlement(
        kind=None, id="b1", customer_id="", received=date(2026, 3, 2), left=usd(sum(parts) + rest),
        reference="", memo="", banked=Money(Decimal(banked) / 100, "EUR"),
        parts=tuple(
            Part(f"c{n}", Allocation(f"i{n}", usd(part))) for n, part in enumerate(parts)
        ),
    )  # fmt: skip


@given(parts=st.lists(CENTS, min_size=1, max_size=6), banked=CENTS)
def test_what_the_bank_booked_is_shared_to_the_cent(parts: list[int], banked: int) -> None:
    assume(all(banked * part > sum(parts) * len(parts) for part in parts))
    whole = settlement(parts, banked)
    for ledger in LEDGERS.values():
        paid = [step for step in ledger.construct(whole) if isinstance(step, RecordPayment)]
        booked = [step.banked for step in paid if step.banked]
        assert len(booked) == len(paid) == len(parts)
        assert Money.total(booked, "EUR") == whole.banked
        assert Money.total((step.total for step in paid), "USD") == whole.left


def test_what_is_too_little_to_be_shared_is_not_built() -> None:
    for ledger in LEDGERS.values():
        with pytest.raises(CannotBuild, match=r"EUR 0\.01 is too little to be shared over 2"):
            ledger.construct(settlement([1, 1], 1))


def test_a_rest_of_another_currency_is_not_built() -> None:
    for ledger in LEDGERS.values():
        with pytest.raises(CannotBuild, match=r"USD 0\.10 of USD 1\.10 would stay unapplied"):
            ledger.construct(settlement([100], 92, rest=10))


@pytest.mark.parametrize(("below", "is_built"), [({"c0", "c1"}, True), ({"c0"}, False)])
def test_money_on_account_pays_its_own_and_what_is_below(below: set[str], is_built: bool) -> None:
    whole = replace(
        settlement([60, 40], 1), kind=Kind.PAYMENT, customer_id="above", banked=None,
        below=frozenset(below),
    )  # fmt: skip
    for ledger in LEDGERS.values():
        if not is_built:
            with pytest.raises(CannotBuild, match="that customer's invoices only"):
                ledger.construct(whole)
            continue
        (step,) = ledger.construct(whole)
        assert isinstance(step, ApplyUnapplied)
        assert (step.customer_id, len(step.allocations)) == ("above", 2)
