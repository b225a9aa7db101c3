"""How charges are billed and interest is asked for: what the policy takes, and what is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from dunning.customer.account import Account
from dunning.customer.persons import Kind
from dunning.fees.interest import Claim, Debt, statutory_claim
from dunning.fees.late_fees import LateFees, draft_fees
from dunning.rules.charging import (
    Billing,
    StatutoryInterest,
    claimed,
    is_worked_out_by,
    why_spared,
    worked_out,
)
from dunning.rules.policy import DunningPolicy
from providers.money import Money
from tests.dunning.accounts import account, invoice

TERMS = LateFees(fixed={"USD": Decimal(10)})
TODAY = date(2026, 3, 2)


def gov_uk() -> Claim:
    debt = Debt(Money.of("1000", "GBP"), date(2016, 1, 10), "GB", Kind.BUSINESS)
    found = statutory_claim(debt, date(2016, 2, 29))
    assert isinstance(found, Claim)
    return found


@pytest.mark.parametrize(("fixed_sum", "asked", "lines"), [(True, "81.50", 4), (False, "11.50", 3)])
def test_the_fixed_sum_is_asked_for_or_not(fixed_sum: bool, asked: str, lines: int) -> None:
    terms = StatutoryInterest(country="GB", fixed_sum=fixed_sum)
    told = worked_out(gov_uk(), terms)
    assert (claimed(gov_uk(), terms), len(told)) == (Money.of(asked, "GBP"), lines)
    assert any("fixed sum" in line for line in told) is fixed_sum
    assert told[-1] == gov_uk().citation


@pytest.mark.parametrize(("terms", "kind", "why"), [
    ({}, Kind.BUSINESS, ""),
    (None, Kind.BUSINESS, "the customer's terms claim no interest any more"),
    ({"contractual": True}, Kind.BUSINESS, "an interest rate of its own"),
    ({}, Kind.CONSUMER, "is for businesses, this is consumer"),
    ({}, Kind.UNKNOWN, "is for businesses, this is unknown"),
])  # fmt: skip
def test_a_draft_of_interest_ends_with_the_terms_and_with_who_the_customer_is(
    terms: dict[str, Any] | None, kind: Kind, why: str
) -> None:
    own = None if terms is None else StatutoryInterest.model_validate({"country": "GB"} | terms)
    found = why_spared(own, kind)
    assert why in found
    assert bool(why) == bool(found)


@pytest.mark.parametrize(("terms", "is_so"), [
    ({"country": "GB"}, True), ({"country": "GB", "fixed_sum": False}, False),
    ({"country": "IE"}, False),
])  # fmt: skip
def test_a_working_out_is_by_the_terms_and_the_table_as_they_are(
    terms: dict[str, Any], is_so: bool
) -> None:
    now = StatutoryInterest.model_validate(terms)
    told = worked_out(gov_uk(), StatutoryInterest(country="GB"))
    assert is_worked_out_by(now, told) is is_so
    assert not is_worked_out_by(now, (*told[:-1], f"{told[-1]}, as an older table had it"))


def test_the_account_is_the_companys_own_or_that_of_all() -> None:
    billing = Billing(accounts={"": "1", "Acme GmbH": "2"})
    assert (billing.account("Acme GmbH"), billing.account("Other Ltd")) == ("2", "1")
    assert Billing().account("Acme GmbH") == ""


@pytest.mark.parametrize(("document", "why"), [
    ({"late_fees": {"percent": "1"}}, "name the account that they are booked to"),
    ({"interest": {"country": "GB"}, "billing": {"accounts": {"": ""}}}, "name the account"),
    ({"interest": {"country": "US"}, "billing": {"accounts": {"": "1"}}},
     "there is no table of interest for 'US'; there are AT, BE"),
    ({"billing": {"accounts": {"": "1"}},
      "customers": {"7": {"billing": {"due_days": 3}}}}, "billing hold for all"),
])  # fmt: skip
def test_a_policy_that_cannot_be_billed_is_refused(document: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        DunningPolicy.model_validate(document)


def test_a_customer_may_be_spared() -> None:
    policy = DunningPolicy.model_validate({
        "late_fees": {"percent": "1"}, "billing": {"accounts": {"": "1"}},
        "customers": {"7": {"late_fees": None}},
    })  # fmt: skip
    spared, charged = (
        replace(account(invoice()), customer_id=customer_id) for customer_id in ("7", "8")
    )
    assert policy.applying_to(spared, TODAY)[1].late_fees is None
    assert policy.applying_to(charged, TODAY)[1].late_fees


@pytest.mark.parametrize(("_case", "changes"), [
    ("paused", {"paused_reason": "paused by ann"}),
    ("money is worked on", {"waiting_cash": True}),
    ("credits cover it", {"credits": Money.of("100", "USD")}),
])  # fmt: skip
def test_nothing_is_charged_for_now(_case: str, changes: dict[str, Any]) -> None:
    owed: Account = account(invoice("INV-1", "100", due=date(2026, 2, 1)))

    def fees(of: Account) -> int:
        return len(draft_fees(of, TERMS, TODAY, kind=Kind.BUSINESS, known=()))

    assert (fees(owed), fees(replace(owed, **changes))) == (1, 0)


@pytest.mark.parametrize(("terms", "about", "reason"), [
    ({}, "invoice INV-1, from 2026-02-28 to 2026-03-30",
     "INV-1: due 2026-01-30, month 2 of being late; a fixed fee for each invoice"),
    ({"every": "once"}, "invoice INV-1, from 2026-01-31",
     "INV-1: due 2026-01-30, once; a fixed fee for each invoice"),
    ({"basis": "statement"}, "invoices INV-1, 2026-03",
     "INV-1: late in 2026-03; a fixed fee for each statement"),
])  # fmt: skip
def test_a_fee_names_its_invoices_its_period_and_its_rule(
    terms: dict[str, str], about: str, reason: str
) -> None:
    owed = account(invoice("INV-1", "100", due=date(2026, 1, 30)))
    whole = LateFees.model_validate({"fixed": {"USD": "10"}} | terms)
    (fee,) = draft_fees(owed, whole, date(2026, 3, 10), kind=Kind.BUSINESS, known=())
    assert (fee.about, fee.reason) == (about, reason)
