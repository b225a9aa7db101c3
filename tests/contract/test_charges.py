"""Charges for being late, asked of every ledger over HTTP: raised once, found, voided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from providers.charging import RaiseCharge, VoidCharge
from providers.errors import OutcomeUnknown, Refused, Stale
from providers.ledger import Invoice, Kind, Status
from tests.contract.ledger import Place, usd
from tests.contract.test_ledgers import MARKER, WRITES

VOIDS = rf"{WRITES[:-1]}|void)"


def charge(ledger: Place, amount: str = "11.50") -> RaiseCharge:
    customer = ledger.books.customer("Ash")
    late = ledger.invoice(customer, "INV-7", "100")
    return RaiseCharge(
        customer_id=customer, amount=usd(amount), account=ledger.books.account("Bank Fees"),
        on=ledger.today, due=ledger.today + timedelta(days=14),
        description="Late fee: invoice INV-7, 2026-02-01 to 2026-02-28", memo="Late fee",
        invoice_ids=(late,), ordered_by="ann",
    )  # fmt: skip


def raised(ledger: Place) -> VoidCharge:
    done = charge(ledger)
    draft = ledger.writer.compose(done, MARKER)
    return VoidCharge(done, ledger.writer.send(draft, "key-1"), "ann")


def invoice(ledger: Place, id_: str) -> Invoice:
    (found,) = ledger.reader.fetch(Kind.INVOICE, [id_])
    assert isinstance(found, Invoice)
    return found


def test_a_charge_is_one_invoice_for_one_key_and_is_found_by_its_marker(ledger: Place) -> None:
    effect = charge(ledger)
    draft = ledger.writer.compose(effect, MARKER)
    assert [(r.kind, r.id) for r in draft.read] == [(Kind.INVOICE, effect.invoice_ids[0])]
    assert ledger.writer.find(effect, draft, MARKER) == ""
    receipt = ledger.writer.send(draft, "key-1")
    assert ledger.writer.send(draft, "key-1") == receipt
    assert ledger.writer.find(effect, draft, MARKER) == receipt
    found = invoice(ledger, receipt)
    assert (found.customer_id, found.total, found.open) == (
        effect.customer_id, usd("11.50"), usd("11.50"),
    )  # fmt: skip
    assert (found.issued, found.due, found.status) == (effect.on, effect.due, Status.OPEN)
    assert ledger.books.invoices_with(MARKER) == [Decimal("11.50")]
    detail = ledger.reader.detail(receipt)
    assert detail
    assert [(line.description, line.unit_price) for line in detail.lines] == [
        (effect.description, Decimal("11.50"))
    ]


@pytest.mark.parametrize("fault", ["timeout_after_commit", "reset_after_commit", "cut_body"])
def test_a_charge_without_an_answer_is_unknown_and_can_be_found(ledger: Place, fault: str) -> None:
    effect = charge(ledger)
    draft = ledger.writer.compose(effect, MARKER)
    ledger.fail(fault, WRITES, seconds=3.0)
    with pytest.raises(OutcomeUnknown):
        ledger.writer.send(draft, "key-2")
    assert ledger.writer.find(effect, draft, MARKER)
    assert ledger.books.invoices_with(MARKER) == [Decimal("11.50")]


def test_a_charge_that_never_came_about_is_not_found(ledger: Place) -> None:
    effect = charge(ledger)
    draft = ledger.writer.compose(effect, MARKER)
    ledger.fail("503", WRITES)
    with pytest.raises(OutcomeUnknown):
        ledger.writer.send(draft, "key-3")
    assert ledger.writer.find(effect, draft, MARKER) == ""
    assert ledger.books.invoices_with(MARKER) == []


def test_a_charge_to_a_customer_who_is_gone_is_not_composed(ledger: Place) -> None:
    nobody = "99999" if ledger.name == "quickbooks" else "0f3fa1a6-9d3c-4c3c-8a30-6d1f7a3f0000"
    with pytest.raises(Stale, match="is no longer there"):
        ledger.writer.compose(replace(charge(ledger), customer_id=nobody), MARKER)


def test_an_account_that_nothing_books_to_is_refused(ledger: Place) -> None:
    effect = replace(charge(ledger), account="0f3fa1a6-9d3c-4c3c-8a30-6d1f7a3f0000")
    with pytest.raises((Refused, Stale)):
        ledger.writer.send(ledger.writer.compose(effect, MARKER), "key-4")
    assert ledger.books.invoices_with(MARKER) == []


def test_a_charge_is_voided_once_and_its_absence_is_found(ledger: Place) -> None:
    effect = raised(ledger)
    draft = ledger.writer.compose(effect, MARKER)
    assert ledger.writer.find(effect, draft, MARKER) == ""
    assert ledger.writer.send(draft, "key-5") == effect.receipt
    assert ledger.writer.send(draft, "key-5") == effect.receipt
    assert ledger.writer.find(effect, draft, MARKER) == effect.receipt
    assert invoice(ledger, effect.receipt).status is Status.VOID
    with pytest.raises(Stale, match="no longer there"):
        ledger.writer.compose(effect, MARKER)


@pytest.mark.parametrize("fault", ["timeout_after_commit", "503"])
def test_a_void_without_an_answer_is_looked_for(ledger: Place, fault: str) -> None:
    effect = raised(ledger)
    draft = ledger.writer.compose(effect, MARKER)
    ledger.fail(fault, VOIDS, seconds=3.0)
    with pytest.raises(OutcomeUnknown):
        ledger.writer.send(draft, "key-6")
    happened = fault == "timeout_after_commit"
    assert ledger.writer.find(effect, draft, MARKER) == (effect.receipt if happened else "")


def test_a_charge_on_which_something_was_paid_stays(ledger: Place) -> None:
    effect = raised(ledger)
    ledger.books.pay_by_hand(effect.customer_id, effect.receipt, Decimal(1), ledger.today)
    with pytest.raises(Stale, match="something was set against"):
        ledger.writer.compose(effect, MARKER)
    assert invoice(ledger, effect.receipt).open == usd("10.50")


@pytest.mark.parametrize("what", ["a date", "the amount, the lines"])
def test_a_charge_that_somebody_changed_stays(ledger: Place, what: str) -> None:
    effect = raised(ledger)
    change(ledger, effect, what)
    with pytest.raises(Stale, match=f"changed since Ledgerhand wrote it: {what}$"):
        ledger.writer.compose(effect, MARKER)
    assert invoice(ledger, effect.receipt).status is Status.OPEN


def test_a_charge_in_a_closed_period_stays(ledger: Place) -> None:
    effect = raised(ledger)
    close_books(ledger)
    with pytest.raises(Refused, match=r"closed until|locked until"):
        ledger.writer.compose(effect, MARKER)


def change(ledger: Place, effect: VoidCharge, what: str) -> None:
    hand, later = ledger.books.hand, (effect.done.due + timedelta(days=9)).isoformat()
    if ledger.name == "xero":
        line = {"Description": "Less", "Quantity": 1, "UnitAmount": 5, "AccountCode": "200"}
        given = {"DueDate": later} if what == "a date" else {"LineItems": [line]}
        hand.update("Invoices", effect.receipt, given)
        return
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}  # fmt: skip
    given = {"DueDate": later} if what == "a date" else {"Line": [line]}
    hand.update("Invoice", {"Id": effect.receipt, **given})


def close_books(ledger: Place) -> None:
    if ledger.name == "xero":
        ledger.books.hand.set_organisation(PeriodLockDate=ledger.today.isoformat())
    else:
        ledger.books.hand.close_books(ledger.today)
