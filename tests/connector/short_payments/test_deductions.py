"""Deduction cases looked into in either ledger: what each source says, and what is booked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector import waiting_work
from connector.disputed import cases
from connector.disputed.cases import Deduction
from connector.evidence import remittances
from connector.outgoing import intents
from connector.outgoing.intents import Step
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.short_payments import prices
from connector.undoing import undo
from connector.waiting_work import Work
from matching.deduction.prices import Price
from matching.facts.rules import Family
from providers.ledger import CreditDifference
from providers.receipts import Remittance, RemittanceLine
from providers.simulated.xero.grants import Grants
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.writing_back.test_applying import conserved, usd

Opens = Callable[..., Firm]
GRANTED = {"percent": "2", "days": 14}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=AUTOPILOT)


def allow(firm: Firm, **discounts: object) -> None:
    rules = policies.Policy.model_validate(
        {"matching": {"apply_by": list(Family)}, "discounts": discounts}
    )
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")


def sold(
    firm: Firm, customer: str, number: str, *lines: tuple[str, str, str], ago: int = 5,
    **more: object,
) -> str:  # fmt: skip
    """An invoice of today less `ago` days; `lines` are (product, quantity, unit price)."""
    day = {"issued": firm.today - timedelta(days=ago), "due": firm.today + timedelta(days=25)}
    if firm.ledger == "xero":
        made = firm.hand.create("Invoices", {
            "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": customer},
            "InvoiceNumber": number, "Date": day["issued"].isoformat(),
            "DueDate": day["due"].isoformat(), "LineAmountTypes": "NoTax",
            "LineItems": [
                {"Description": name, "ItemCode": name, "Quantity": quantity, "UnitAmount": unit,
                 "AccountCode": "200"}
                for name, quantity, unit in lines
            ], **more,
        })  # fmt: skip
        return str(made["InvoiceID"])
    made = firm.hand.create("Invoice", {
        "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "USD"}, "DocNumber": number,
        "TxnDate": day["issued"].isoformat(), "DueDate": day["due"].isoformat(),
        "Line": [
            {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {
                "ItemRef": {"value": product(firm, name)}, "Qty": Decimal(quantity),
                "UnitPrice": Decimal(unit),
            }}
            for name, quantity, unit in lines
        ], **more,
    })  # fmt: skip
    return str(made["Id"])


def product(firm: Firm, sku: str) -> str:
    """In QuickBooks the SKU is not on the invoice."""
    known = firm.hand.find("Item", f"Name = 'The {sku}'")
    made = known[0] if known else firm.hand.create("Item", {
        "Name": f"The {sku}", "Sku": sku, "Type": "Service", "IncomeAccountRef": {"value": "1"},
    })  # fmt: skip
    return str(made["Id"])


def attach(firm: Firm, invoice: str, name: str) -> None:
    if firm.ledger == "xero":
        firm.hand.attach("Invoices", invoice, name, b"signed")
        return
    ref = {"EntityRef": {"type": "Invoice", "value": invoice}, "IncludeOnSend": False}
    firm.hand.create("Attachable", {"FileName": name, "AttachableRef": [ref]})
    firm.hand.create("Attachable", {"Note": "a note is no file", "AttachableRef": [ref]})


def paid(firm: Firm, amount: str, text: str) -> None:
    firm.pass_time(minutes=20)
    firm.bank(f"line of {amount}", amount, text, payer="Ash")
    firm.sweep()


def cases_of(firm: Firm, *states: str) -> list[Deduction]:
    with firm.deps.reading() as tx:
        return cases.listed(tx, firm.connection_id, states=states or ("open",))


def found(case: Deduction) -> dict[str, str]:
    return {check.name: str(check.finding) for check in case.checks}


def why(case: Deduction, name: str) -> str:
    return next(check.why for check in case.checks if check.name == name)


def test_every_source_is_looked_up_and_what_it_says_is_kept(firm: Firm) -> None:
    allow(firm)
    with firm.deps.writing() as tx:
        listed = [Price("bolt", "USD", Decimal("11.5"), None, None)]
        prices.replace(tx, firm.connection.client_id, listed, by="ann", at=firm.deps.now())
    customer = firm.books.customer("Ash")
    invoice = sold(firm, customer, "INV-1", ("bolt", "100", "12"))
    attach(firm, invoice, "pod-1.pdf")
    words = "INV-1 CB-25 price adj 50"
    paid(firm, "1150.00", words)
    assert firm.books.balance(invoice) == 50
    (case,) = cases_of(firm)
    assert found(case)["credit note"] == "not found"
    firm.books.credit(customer, Decimal(50), firm.today)
    firm.sweep()
    again(firm, case)
    (case,) = cases_of(firm)
    assert (case.kind, case.amount, case.words) == ("deduction", usd("50"), words)
    assert found(case) == {
        "early payment": "not available" if firm.ledger == "xero" else "not found",
        "price list": "found", "delivery proof": "found", "credit note": "found",
    }  # fmt: skip
    assert why(case, "price list") == "bolt: 100 at 12, listed at 11.5: USD 50.00 too much"
    assert "pod-1.pdf" in why(case, "delivery proof")
    assert [entry.what["checks"] for entry in firm.log("deduction.checked")]


def test_a_source_that_is_not_there_says_so_and_calls_are_counted(firm: Firm) -> None:
    allow(firm)
    customer = firm.books.customer("Ash")
    sold(firm, customer, "INV-1", ("bolt", "100", "10"))
    paid(firm, "950.00", "INV-1 CB-25 damage 50")
    (case,) = cases_of(firm)
    assert found(case) == {
        "early payment": "not available" if firm.ledger == "xero" else "not found",
        "price list": "not available", "delivery proof": "not found", "credit note": "not found",
    }  # fmt: skip
    if firm.ledger == "xero":
        assert "Xero's API gives an invoice a due date" in why(case, "early payment")
    assert why(case, "price list") == "no price list is imported"


@pytest.mark.either_ledger
def test_a_discount_by_the_policy_is_booked_once_in_time_and_flagged_after(firm: Firm) -> None:
    account = firm.books.account("Bank Fees")
    allow(firm, granted=[GRANTED], accounts={"": account})
    customer = firm.books.customer("Ash")
    early = sold(firm, customer, "INV-1", ("bolt", "100", "10"))
    late = sold(firm, customer, "INV-2", ("bolt", "200", "10"), ago=17)
    greedy = sold(firm, customer, "INV-3", ("bolt", "300", "10"))
    paid(firm, "980.00", "INV-1 less 2% skonto")
    paid(firm, "1960.00", "INV-2 less 2% skonto")
    paid(firm, "2910.00", "INV-3 less 3% skonto")
    firm.settle()
    assert [firm.books.balance(it) for it in (early, late, greedy)] == [0, 40, 90]
    assert firm.books.booked(account) == 20
    (booked,) = cases_of(firm, "booked")
    assert (booked.invoice_id, found(booked)["early payment"]) == (early, "accepted")
    assert f"USD 20.00 booked to account {account}" in booked.outcome
    assert "policy version 1" in booked.outcome
    flagged = {case.invoice_id: case for case in cases_of(firm)}
    assert found(flagged[late])["early payment"] == "late"
    assert "3 days late" in why(flagged[late], "early payment")
    assert found(flagged[greedy])["early payment"] == "contradicts"
    again(firm, *flagged.values())
    assert firm.books.booked(account) == 20
    conserved(firm)


def again(firm: Firm, *of: Deduction) -> None:
    with firm.deps.writing() as tx:
        for case in of:
            assert cases.check_again(tx, firm.connection_id, case.id)
    firm.sweep()


@pytest.mark.either_ledger
def test_what_is_booked_is_undone_with_its_payment(firm: Firm) -> None:
    account = firm.books.account("Bank Fees")
    allow(firm, granted=[GRANTED], accounts={"": account})
    invoice = sold(firm, firm.books.customer("Ash"), "INV-1", ("bolt", "100", "10"))
    paid(firm, "980.00", "INV-1 less 2% skonto")
    firm.settle()
    assert firm.books.balance(invoice) == 0
    (item,) = [it for it in firm.all_money() if it.kind == "bank"]
    undo.begin(firm.deps, firm.connection_id, money=item.subject, by="ann")
    firm.settle()
    firm.sweep()
    assert (firm.books.balance(invoice), firm.books.booked(account)) == (1000, 0)
    assert [case.state for case in cases_of(firm, "open", "booked", "withdrawn")] == ["withdrawn"]


@pytest.mark.either_ledger
def test_without_an_account_an_accepted_discount_is_shown_and_left(firm: Firm) -> None:
    allow(firm, granted=[GRANTED])
    invoice = sold(firm, firm.books.customer("Ash"), "INV-1", ("bolt", "100", "10"))
    paid(firm, "980.00", "INV-1 less 2% skonto")
    (case,) = cases_of(firm)
    assert found(case)["early payment"] == "accepted"
    assert firm.books.balance(invoice) == 20


@pytest.mark.either_ledger
def test_what_the_ledger_refuses_to_book_stays_a_case(firm: Firm) -> None:
    allow(firm, granted=[GRANTED], accounts={"": "no such account"})
    invoice = sold(firm, firm.books.customer("Ash"), "INV-1", ("bolt", "100", "10"))
    paid(firm, "980.00", "INV-1 less 2% skonto")
    firm.settle()
    (case,) = cases_of(firm)
    assert found(case)["early payment"] == "accepted"
    assert firm.books.balance(invoice) == 20
    refused = [it for it in firm.intents(Step.REFUSED) if isinstance(it.effect, CreditDifference)]
    assert len(refused) == 1


@pytest.mark.parametrize(("days", "finding"), [(10, "accepted"), (4, "late")])
def test_the_invoices_own_terms_in_quickbooks_grant_a_discount(
    open_firm: Opens, days: int, finding: str
) -> None:
    firm = open_firm("quickbooks", modes=AUTOPILOT)
    allow(firm)
    terms = firm.hand.create("Term", {
        "Name": "2% 10 Net 30", "DueDays": 30, "DiscountPercent": 2, "DiscountDays": days,
    })  # fmt: skip
    customer = firm.books.customer("Ash")
    sold(firm, customer, "INV-1", ("bolt", "100", "10"), SalesTermRef={"value": terms["Id"]})
    paid(firm, "980.00", "INV-1")
    (case,) = cases_of(firm)
    assert (case.kind, found(case)["early payment"]) == ("fee", finding)
    assert "the terms '2% 10 Net 30' grants 2 %" in why(case, "early payment")


@pytest.mark.either_ledger
def test_what_an_advice_says_of_an_invoice_is_its_case_word_for_word(firm: Firm) -> None:
    allow(firm)
    invoice = sold(firm, firm.books.customer("Ash"), "INV-1", ("bolt", "100", "10"))
    firm.pass_time(minutes=20)
    reason = "CB-25: damaged in transit, 3 of 100"
    line = RemittanceLine("INV-1", usd("1000"), usd("0"), usd("123.45"), usd("876.55"), reason)
    with firm.deps.writing() as tx:
        remittances.keep(
            tx, firm.connection, [Remittance("Ash", "T-99871", firm.today, usd("876.55"), (line,))],
            source=remittances.Source.FILE, by="tests", at=firm.deps.now(),
        )  # fmt: skip
    paid(firm, "876.55", "T-99871")
    assert firm.books.balance(invoice) == Decimal("123.45")
    (case,) = cases_of(firm)
    assert (case.kind, case.amount) == ("deduction", usd("123.45"))
    assert reason in case.words


def test_a_ledger_that_refuses_the_invoice_leaves_the_case_with_the_reason(
    open_firm: Opens,
) -> None:
    firm = open_firm("xero", modes=AUTOPILOT)
    allow(firm)
    invoice = sold(firm, firm.books.customer("Ash"), "INV-1", ("bolt", "100", "10"))
    attach(firm, invoice, "pod.pdf")
    drop_scope(firm, "accounting.attachments.read")
    paid(firm, "950.00", "INV-1 damage 50")
    (case,) = cases_of(firm)
    assert found(case)["delivery proof"] == "not available"
    assert "connect it anew" in why(case, "delivery proof")


def drop_scope(firm: Firm, scope: str) -> None:
    """As if the company was connected before the app asked for it."""
    desk = Grants(firm.world).desk
    for grant in desk.grants():
        left = [it for it in grant["scopes"] if it != scope]
        desk.save_grant(grant | {"scopes": left})


def test_a_case_is_looked_into_by_the_reconciler_too(firm: Firm) -> None:
    allow(firm)
    sold(firm, firm.books.customer("Ash"), "INV-1", ("bolt", "100", "10"))
    paid(firm, "950.00", "INV-1 damage 50")
    (case,) = cases_of(firm)
    with firm.deps.reading() as tx:
        assert not waiting_work.found(tx, firm.deps.now())[Work.CASES]
        assert not intents.is_open(tx, firm.connection_id, "bank:x")
    again(firm, case)
    (after,) = cases_of(firm)
    assert after.checked_at
    assert case.checked_at
    assert after.checked_at > case.checked_at
