"""Settlements and their undoing, asked of every ledger over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from providers.constructs import Difference, crediting
from providers.errors import OutcomeUnknown, Refused, Stale
from providers.ledger import Kind, Payment, RecordPayment
from tests.contract.constructs import Done, banked, credited, on_account
from tests.contract.ledger import Place, usd
from tests.contract.test_ledgers import WRITES


@pytest.fixture
def done(ledger: Place) -> Done:
    return Done(ledger)


def hand(ledger: Place) -> Any:
    """The bookkeeper, with everything that people can do there."""
    return ledger.books.hand


def balances(ledger: Place, *ids: str) -> list[Decimal]:
    return [ledger.books.balance(id_) for id_ in ids]


def test_one_bank_line_over_several_customers(ledger: Place, done: Done) -> None:
    ash, birch = ledger.books.customer("Ash"), ledger.books.customer("Birch")
    first, second = ledger.invoice(ash, "INV-1", "100"), ledger.invoice(birch, "INV-2", "60")
    steps = done.settle(banked(ledger, "150", (ash, first, "100"), (birch, second, "50")))
    assert balances(ledger, first, second) == [0, 10]
    totals = [step.total for step in steps if isinstance(step, RecordPayment)]
    assert totals == ([usd("100"), usd("50")] if ledger.name == "quickbooks" else [usd("150")])
    done.undo()
    assert balances(ledger, first, second) == [100, 60]
    assert not [r for r in ledger.book() if isinstance(r, Payment)]


def test_a_credit_note_pays_with_the_money_and_is_free_again_after(
    ledger: Place, done: Done
) -> None:
    ash = ledger.books.customer("Ash")
    first, second = ledger.invoice(ash, "INV-1", "100"), ledger.invoice(ash, "INV-2", "50")
    credit = ledger.books.credit(ash, Decimal(30), ledger.today)
    done.settle(banked(
        ledger, "120", (ash, first, "100"), (ash, second, "50"), (ash, credit, "-30")
    ))  # fmt: skip
    assert balances(ledger, first, second) == [0, 0]
    assert ledger.books.credit_left(credit) == 0
    done.undo()
    assert balances(ledger, first, second) == [100, 50]
    assert ledger.books.credit_left(credit) == 30


def test_a_credit_note_pays_alone(ledger: Place, done: Done) -> None:
    ash = ledger.books.customer("Ash")
    invoice = ledger.invoice(ash, "INV-1", "100")
    credit = ledger.books.credit(ash, Decimal(30), ledger.today)
    done.settle(credited(ledger, credit, ash, "30", (ash, invoice, "20")))
    assert balances(ledger, invoice) == [80]
    assert ledger.books.credit_left(credit) == 10
    done.undo()
    assert (balances(ledger, invoice), ledger.books.credit_left(credit)) == ([100], 30)


def test_a_difference_goes_to_the_account_that_was_named(ledger: Place, done: Done) -> None:
    ash = ledger.books.customer("Ash")
    invoice = ledger.invoice(ash, "INV-1", "100")
    account = ledger.books.account("Bank Fees")
    fee = Difference(invoice, usd("2.50"), account, ledger.today, "policy 3")
    done.settle(replace(banked(ledger, "97.50", (ash, invoice, "97.50")), differences=(fee,)))
    assert balances(ledger, invoice) == [0]
    assert ledger.books.booked(account) == Decimal("2.50")
    done.undo()
    assert balances(ledger, invoice) == [100]
    assert ledger.books.booked(account) == 0


def taxed(ledger: Place, customer: str, *lines: tuple[str, str]) -> str:
    """An invoice of 100 a line before tax; `lines` are (type, rate in percent)."""
    if ledger.name == "quickbooks":
        made = hand(ledger).create("Invoice", {
            "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "USD"},
            "TxnTaxDetail": {"TotalTax": sum(Decimal(rate) for _, rate in lines)},
            "Line": [{"Amount": Decimal(100), "DetailType": "SalesItemLineDetail",
                      "SalesItemLineDetail": {"ItemRef": {"value": "1"}}} for _ in lines],
        })  # fmt: skip
        return str(made["Id"])
    store = ledger.host.world.store
    for type_, rate in lines:
        row = {"TaxType": type_, "EffectiveRate": float(rate)}
        store.put(ledger.company, "taxrate", type_.lower(), row)
    made = hand(ledger).create("Invoices", {
        "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": customer},
        "Date": ledger.today.isoformat(), "DueDate": ledger.today.isoformat(),
        "LineItems": [{"Description": "Work", "Quantity": 1, "UnitAmount": 100,
                       "AccountCode": "200", "TaxType": type_} for type_, _ in lines],
    })  # fmt: skip
    return str(made["InvoiceID"])


def test_a_credit_takes_its_part_of_the_tax_back_or_is_refused(ledger: Place, done: Done) -> None:
    ash, account = ledger.books.customer("Ash"), ledger.books.account("Bank Fees")
    invoice = taxed(ledger, ash, ("OUTPUT2", "20"))
    damage = Difference(invoice, usd("60"), account, ledger.today, "ann")
    credit, use = crediting(damage, ash, "Deduction case 7: damage", with_tax=True)
    if ledger.name == "quickbooks":
        with pytest.raises(Refused, match=r"the invoice bears tax \(20\)"):
            ledger.writer.compose(credit, "[lh:00000001]")
        return
    receipt = done.write(credit)
    done.write(replace(use, payment_id=receipt))
    assert balances(ledger, invoice) == [60]
    note = hand(ledger).get("CreditNotes", receipt)
    assert (note["Total"], note["TotalTax"]) == (60, 10)
    done.undo()
    assert balances(ledger, invoice) == [120]
    mixed = replace(damage, invoice_id=taxed(ledger, ash, ("OUTPUT2", "20"), ("LOW", "5")))
    credit, _ = crediting(mixed, ash, "Deduction case 8: damage", with_tax=True)
    with pytest.raises(Refused, match=r"taxed in different ways \(LOW, OUTPUT2\)"):
        ledger.writer.compose(credit, "[lh:00000001]")


def test_the_accounts_that_a_credit_can_be_booked_to_are_listed(ledger: Place) -> None:
    account = ledger.books.account("Bank Fees")
    listed = {one.id: one for one in ledger.reader.accounts()}
    assert listed[account].name == "Bank Fees"
    assert listed[account].is_called("bank fees")
    assert not any("receivable" in one.name.lower() for one in listed.values())


def test_a_rest_stays_on_account_and_the_whole_can_be_taken_back(ledger: Place, done: Done) -> None:
    ash = ledger.books.customer("Ash")
    first, second = ledger.invoice(ash, "INV-1", "100"), ledger.invoice(ash, "INV-2", "50")
    done.settle(banked(ledger, "170", (ash, first, "100"), (ash, second, "50")))
    assert balances(ledger, first, second) == [0, 0]
    (money,) = [r for r in ledger.book() if isinstance(r, Payment)]
    assert (money.total, money.unapplied) == (usd("170"), usd("20"))
    done.undo()
    assert balances(ledger, first, second) == [100, 50]
    assert not [r for r in ledger.book() if isinstance(r, Payment)]


def test_others_lines_on_the_same_money_stay_when_ours_go_in_and_out(
    ledger: Place, done: Done
) -> None:
    ash = ledger.books.customer("Ash")
    theirs, ours = ledger.invoice(ash, "INV-1", "40"), ledger.invoice(ash, "INV-2", "60")
    money = ledger.receive(ash, "100", "on account")
    done.settle(on_account(ledger, money, "100", (ash, theirs, "40")))
    done.settle(on_account(ledger, money, "60", (ash, ours, "60")))
    del done.writes[0]  # as if it had been theirs
    done.undo()
    (after,) = ledger.reader.fetch(money.kind, [money.id])
    assert isinstance(after, Payment)
    assert [(a.invoice_id, a.amount) for a in after.allocations] == [(theirs, usd("40"))]
    assert balances(ledger, theirs, ours) == [0, 60]


@pytest.mark.parametrize("fault", ["timeout_after_commit", "reset_after_commit"])
def test_an_undo_without_an_answer_is_found(ledger: Place, done: Done, fault: str) -> None:
    ash = ledger.books.customer("Ash")
    invoice = ledger.invoice(ash, "INV-1", "100")
    done.settle(banked(ledger, "120", (ash, invoice, "100")))
    step = done.undoing()[0]
    draft = done.compose(step)
    ledger.fail(fault, rf"{WRITES[:-1]}|delete)", seconds=3.0)
    with pytest.raises(OutcomeUnknown):
        ledger.writer.send(draft, "undo-1")
    assert ledger.writer.find(step, draft, "[lh:90000000]") == step.receipt
    assert balances(ledger, invoice) == [100]


def test_an_undo_that_never_came_about_is_not_found(ledger: Place, done: Done) -> None:
    ash = ledger.books.customer("Ash")
    invoice = ledger.invoice(ash, "INV-1", "100")
    done.settle(banked(ledger, "100", (ash, invoice, "100")))
    (step,) = done.undoing()
    draft = done.compose(step)
    ledger.fail("503", rf"{WRITES[:-1]}|delete)")
    with pytest.raises(OutcomeUnknown):
        ledger.writer.send(draft, "undo-1")
    assert ledger.writer.find(step, draft, "[lh:90000000]") == ""
    assert balances(ledger, invoice) == [0]


def _deposit(ledger: Place) -> None:
    if ledger.name == "xero":
        for payment in hand(ledger).all("Payments"):
            hand(ledger).reconcile("Payments", payment["PaymentID"])
        return
    (payment,) = hand(ledger).find("Payment")
    link = {"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    hand(ledger).create("Deposit", {
        "DepositToAccountRef": {"value": "35"},
        "Line": [{"Amount": payment["TotalAmt"], "LinkedTxn": [link]}],
    })  # fmt: skip


def _close(ledger: Place) -> None:
    if ledger.name == "xero":
        hand(ledger).set_organisation(PeriodLockDate=ledger.today.isoformat())
    else:
        hand(ledger).close_books(ledger.today)


@pytest.mark.parametrize("change", [_deposit, _close])
def test_what_is_banked_or_closed_is_refused_by_us_and_by_the_ledger(
    ledger: Place, done: Done, change: Callable[[Place], None]
) -> None:
    ash = ledger.books.customer("Ash")
    invoice = ledger.invoice(ash, "INV-1", "100")
    done.settle(banked(ledger, "100", (ash, invoice, "100")))
    (step,) = done.undoing()
    draft = done.compose(step)
    change(ledger)
    with pytest.raises((Refused, Stale)):
        done.compose(step)
    with pytest.raises((Refused, Stale)):
        ledger.writer.send(draft, "undo-1")
    assert balances(ledger, invoice) == [0]


def test_what_somebody_deleted_is_seen_by_a_reader(ledger: Place, done: Done) -> None:
    ash = ledger.books.customer("Ash")
    invoices = [ledger.invoice(ash, f"INV-{n}", "50") for n in range(2)]
    done.settle(banked(ledger, "100", *((ash, invoice, "50") for invoice in invoices)))
    kind = Kind.PAYMENT if ledger.name == "quickbooks" else Kind.BATCH_PAYMENT
    (write,) = done.writes
    (before,) = ledger.reader.fetch(kind, [write.receipt])
    assert isinstance(before, Payment)
    assert before.total == usd("100")
    assert {(a.invoice_id, a.amount) for a in before.allocations} == {
        (invoice, usd("50")) for invoice in invoices
    }
    ledger.host.world.clock.advance(timedelta(minutes=1))
    plural = "Payment" if ledger.name == "quickbooks" else "BatchPayments"
    hand(ledger).delete(plural, write.receipt)
    (after,) = ledger.reader.fetch(kind, [write.receipt])
    assert not isinstance(after, Payment) or after.status == "deleted"
