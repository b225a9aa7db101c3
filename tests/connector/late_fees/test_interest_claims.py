"""Statutory interest in either ledger: the official example, part payments, refusals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.late_fees import interest_claims, raising
from connector.late_fees.charges import ChargeKind
from connector.late_fees.interest_claims import Claimed, NoClaim
from connector.mirroring import mirror
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from connector.syncing import merging
from dunning.fees.late_fees import FeeState
from providers.ledger import Invoice, Kind
from tests.connector.charging import Opens, approve, asked, found, set_terms, writes
from tests.connector.faulty import make_unreadable
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

START = datetime.fromisoformat("2016-02-29T14:00:00+00:00")
"""50 days after the due date of the example on gov.uk, at 8.5 % a year."""
DUE = date(2016, 1, 10)
ON = {"remind": Mode.COPILOT, "note": Mode.AUTOPILOT}
BRITISH = {"interest": {"country": "GB"}, "customers_are": "business"}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return british(open_firm, ledger)


def british(open_firm: Opens, ledger: str, **terms: Any) -> Firm:
    """A company whose books are in pounds, with one invoice over 1,000 that is 50 days late."""
    firm = open_firm(ledger, modes=ON, start=START, currency="GBP")
    set_terms(firm, **BRITISH | terms)
    sell(firm, "1000.00")
    firm.pass_time(minutes=20)
    return firm


def sell(firm: Firm, amount: str) -> str:
    if firm.ledger == "xero":
        return firm.owe(firm.books.customer("Ash"), "INV-1", amount, late_days=50)
    customer = firm.books.customer("Ash")
    made = firm.hand.create("Invoice", {
        "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "GBP"}, "DocNumber": "INV-1",
        "TxnDate": "2015-12-27", "DueDate": DUE.isoformat(),
        "Line": [{"Amount": Decimal(amount), "DetailType": "SalesItemLineDetail",
                  "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
    })  # fmt: skip
    return str(made["Id"])


def invoice(firm: Firm) -> Invoice:
    with firm.deps.reading() as tx:
        records = mirror.everything(tx, firm.connection_id, [Kind.INVOICE])
    return next(r for r in records if isinstance(r, Invoice) and r.number == "INV-1")


def claim(firm: Firm) -> Claimed:
    return interest_claims.work_out(firm.deps, firm.connection, invoice(firm))


def paid(firm: Firm, amount: str, day: date) -> None:
    """And read by us."""
    pay(firm, amount, day)
    firm.pass_time(minutes=20)


def pay(firm: Firm, amount: str, day: date) -> None:
    owed = invoice(firm)
    if firm.ledger == "xero":
        firm.books.pay_by_hand(owed.customer_id, owed.id, Decimal(amount), day)
    else:
        firm.hand.create("Payment", {
            "CustomerRef": {"value": owed.customer_id}, "CurrencyRef": {"value": "GBP"},
            "TotalAmt": Decimal(amount), "TxnDate": day.isoformat(),
            "Line": [{"Amount": Decimal(amount),
                      "LinkedTxn": [{"TxnId": owed.id, "TxnType": "Invoice"}]}],
        })  # fmt: skip


def test_a_customer_whom_a_fault_of_ours_hides_is_no_claim_and_no_crash(firm: Firm) -> None:
    make_unreadable(firm.deps, firm.connection_id, invoice(firm).customer_id)
    with pytest.raises(NoClaim, match=r"by a fault of its own \(ValueError\)"):
        claim(firm)


def test_the_example_of_gov_uk_becomes_one_invoice(firm: Firm) -> None:
    worked = claim(firm)
    assert (str(worked.claim.interest), str(worked.claim.daily)) == ("GBP 11.50", "GBP 0.23")
    assert (str(worked.claim.fixed_sum), str(worked.due.amount)) == ("GBP 70.00", "GBP 81.50")
    assert worked.working[0].startswith(
        "2016-01-11 to 2016-02-29: GBP 1,000.00 at 8.50 % a year is GBP 11.50 (payontime.co.uk"
    )
    assert "Late Payment of Commercial Debts" in worked.working[-1]
    assert found(firm) == []
    interest_claims.draft(firm.deps, firm.connection, worked, by="ann")
    (question,) = asked(firm)
    assert question.options[0]["working"][1:] == list(worked.working)
    charge = approve(firm)
    (raised,) = writes(firm)
    assert (charge.state, charge.kind, raised.state) == (
        FeeState.POSTED, ChargeKind.INTEREST, Step.CONFIRMED,
    )  # fmt: skip
    assert firm.books.invoices_with(raised.marker) == [Decimal("81.50")]


def test_what_was_drafted_waived_or_charged_is_not_asked_for_again(firm: Firm) -> None:
    worked = claim(firm)
    draft = interest_claims.draft(firm.deps, firm.connection, worked, by="ann")
    with pytest.raises(NoClaim, match="nothing is left to be charged"):
        interest_claims.draft(firm.deps, firm.connection, claim(firm), by="ann")
    raising.waive(firm.deps, firm.connection_id, draft.id, by="ann", reason="first time")
    firm.pass_days(2)
    later = claim(firm)
    assert (str(later.before), str(later.due.amount)) == ("GBP 81.50", "GBP 0.46")
    assert "less GBP 81.50" in later.working[-1]


def test_a_part_payment_lessens_what_the_days_after_it_bear(firm: Firm) -> None:
    paid(firm, "400.00", date(2016, 1, 31))
    worked = claim(firm)
    assert [(one.first, str(one.principal)) for one in worked.claim.periods] == [
        (date(2016, 1, 11), "GBP 1,000.00"), (date(2016, 2, 1), "GBP 600.00"),
    ]  # fmt: skip
    assert str(worked.claim.interest) == "GBP 8.60"  # 21 days at 0.23 and 29 at 0.13


def test_of_an_invoice_that_was_paid_late_interest_ends_with_the_payment(firm: Firm) -> None:
    owed = invoice(firm)
    paid(firm, "1000.00", date(2016, 2, 9))
    worked = interest_claims.work_out(firm.deps, firm.connection, owed)
    assert (str(worked.claim.interest), str(worked.claim.daily)) == ("GBP 6.90", "GBP 0.00")
    assert worked.due.about.endswith("from 2016-01-11 to 2016-02-09")
    interest_claims.draft(firm.deps, firm.connection, worked, by="ann")
    assert approve(firm).state is FeeState.POSTED


@pytest.mark.parametrize(("terms", "why"), [
    ({"interest": None}, "the policy claims no interest"),
    ({"interest": {"country": "GB", "contractual": True}}, "an interest rate of its own"),
    ({"customers_are": "consumer"}, "is for businesses"),
    ({"customers_are": "unknown"}, "is for businesses"),
    ({"interest": {"country": "DE"}}, "is in EUR, the debt is in GBP"),
])  # fmt: skip
def test_there_is_no_claim(open_firm: Opens, ledger: str, terms: dict[str, Any], why: str) -> None:
    firm = british(open_firm, ledger, **terms)
    with pytest.raises(NoClaim, match=why):
        claim(firm)
    assert found(firm) == []


def test_the_fixed_sum_is_left_out_where_the_client_does_not_ask_for_it(
    open_firm: Opens, ledger: str
) -> None:
    firm = british(open_firm, ledger, interest={"country": "GB", "fixed_sum": False})
    assert str(claim(firm).due.amount) == "GBP 11.50"


def test_a_charge_bears_no_interest(firm: Firm) -> None:
    interest_claims.draft(firm.deps, firm.connection, claim(firm), by="ann")
    charge = approve(firm)
    with firm.deps.reading() as tx:
        (own,) = mirror.fetch(tx, firm.connection_id, Kind.INVOICE, [charge.receipt])
    assert isinstance(own, Invoice)
    with pytest.raises(NoClaim, match="is a charge itself"):
        interest_claims.work_out(firm.deps, firm.connection, own)


def test_nothing_is_drafted_while_reminders_are_off(firm: Firm) -> None:
    worked = claim(firm)
    firm.switch(remind=Mode.OFF)
    with pytest.raises(NoClaim, match="remind is off"):
        interest_claims.draft(firm.deps, firm.connection, worked, by="ann")
    assert found(firm) == []


def test_the_night_never_drafts_interest(firm: Firm) -> None:
    firm.pass_days(3)
    assert found(firm) == []


def test_interest_is_claimed_once_though_its_charge_is_kept_under_another_customer(
    firm: Firm,
) -> None:
    first = claim(firm)
    interest_claims.draft(firm.deps, firm.connection, first, by="ann")
    approve(firm)
    firm.pass_time(days=1)
    with firm.deps.writing() as tx:
        merging.follow(
            tx, firm.connection_id, invoice(firm).customer_id, "another", now=firm.deps.now()
        )
    assert claim(firm).before == first.due.amount
