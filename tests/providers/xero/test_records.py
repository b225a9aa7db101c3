from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import Refused
from providers.ledger import Allocation, CreditNote, Customer, Invoice, Kind, Payment, Status
from providers.money import Money
from providers.past import PaidBy
from providers.xero.records import record_of, records_of
from tests.providers.xero.host import fixture

CHANGED = datetime(2026, 11, 21, 7, 36, 41, 198000, UTC)
VERSION = "2026-11-21T07:36:41.198+00:00"
CONTACT = "c0a5e000-0000-4000-8000-000000000001"


def nzd(amount: str) -> Money:
    return Money.of(amount, "NZD")


def test_a_sales_invoice_is_read_whole() -> None:
    assert record_of(Kind.INVOICE, fixture("invoices_read")["Invoices"][0]) == Invoice(
        id="5d1c7a52-0000-4000-8000-000000000001",
        number="INV-0001",
        customer_id=CONTACT,
        issued=date(2026, 10, 1),
        due=date(2026, 10, 31),
        total=nzd("1150.10"),
        open=nzd("1050.10"),
        status=Status.OPEN,
        sent=True,
        version=VERSION,
        changed_at=CHANGED,
    )


def test_an_unknown_status_currency_and_a_null_date_do_no_harm() -> None:
    """xero-python raises ValueError for each of the three, and the whole page is lost."""
    found = record_of(Kind.INVOICE, fixture("invoices_read")["Invoices"][1])
    assert isinstance(found, Invoice)
    assert (found.status, found.due, found.open) == (Status.DRAFT, None, Money.of("20", "ZZZ"))


def test_a_null_text_stays_empty() -> None:
    """xero-python turns it into the word None."""
    found = record_of(Kind.OVERPAYMENT, overpayment() | {"Reference": None, "LineItems": None})
    assert isinstance(found, Payment)
    assert (found.reference, found.memo) == ("", "")


def test_bills_are_left_out_and_voided_invoices_are_not() -> None:
    found = records_of(Kind.INVOICE, fixture("invoices_read")["Invoices"])
    states = [(it.number, it.status) for it in found if isinstance(it, Invoice)]
    assert states == [
        ("INV-0001", Status.OPEN), ("INV-0002", Status.DRAFT), ("INV-0004", Status.VOID),
    ]  # fmt: skip


def test_a_contact_has_its_own_address_first_and_each_address_once() -> None:
    first, second = records_of(Kind.CUSTOMER, fixture("contacts_read")["Contacts"])
    assert first == Customer(
        id=CONTACT,
        name="Harbour Fittings",
        emails=("accounts@harbour.example", "ana@harbour.example"),
        currency="NZD",
        active=True,
        parent_id="",
        version=VERSION,
        changed_at=CHANGED,
    )
    assert isinstance(second, Customer)
    assert (second.active, second.merged_into, second.emails) == (False, CONTACT, ())


def test_an_overpayment_is_money_with_a_rest_and_its_remittance_text() -> None:
    assert record_of(Kind.OVERPAYMENT, overpayment()) == Payment(
        kind=Kind.OVERPAYMENT,
        id="0e000000-0000-4000-8000-000000000001",
        customer_id=CONTACT,
        received=date(2026, 11, 6),
        total=nzd("500"),
        unapplied=nzd("400"),
        reference="",
        memo="pays INV-0001 and more",
        allocations=(
            Allocation(
                "5d1c7a52-0000-4000-8000-000000000001",
                nzd("100"),
                "a1000000-0000-4000-8000-000000000001",
            ),
        ),
        status=Status.OPEN,
        version=VERSION,
        changed_at=CHANGED,
    )


def test_money_paid_to_a_supplier_is_left_out() -> None:
    assert record_of(Kind.OVERPAYMENT, fixture("overpayments_read")["Overpayments"][1]) is None
    assert record_of(Kind.PAYMENT, {"PaymentType": "ACCPAYPAYMENT"}) is None
    assert record_of(Kind.CREDIT_NOTE, {"Type": "ACCPAYCREDIT"}) is None


def test_a_voided_overpayment_has_nothing_left() -> None:
    found = record_of(Kind.OVERPAYMENT, overpayment() | {"Status": "VOIDED"})
    assert isinstance(found, Payment)
    assert (found.status, found.unapplied) == (Status.VOID, nzd("0"))


def test_a_prepayment_shows_its_invoice_number_as_reference() -> None:
    said = overpayment() | {
        "Type": "RECEIVE-PREPAYMENT", "PrepaymentID": "p1", "InvoiceNumber": "INV-0011",
    }  # fmt: skip
    found = record_of(Kind.PREPAYMENT, said)
    assert isinstance(found, Payment)
    assert (found.kind, found.id, found.reference) == (Kind.PREPAYMENT, "p1", "INV-0011")


def test_a_payment_belongs_to_one_invoice_until_it_is_deleted() -> None:
    said = {
        "PaymentID": "y1", "PaymentType": "ACCRECPAYMENT", "Status": "AUTHORISED",
        "Date": "/Date(1793923200000+0000)/", "Amount": "46.00", "Reference": "wire 7",
        "Invoice": {"InvoiceID": "i1", "CurrencyCode": "NZD", "Contact": {"ContactID": CONTACT}},
        "UpdatedDateUTC": "/Date(1795246601198+0000)/", "IsReconciled": "false",
    }  # fmt: skip
    found = record_of(Kind.PAYMENT, said)
    assert isinstance(found, Payment)
    assert found.allocations == (Allocation("i1", nzd("46"), "y1"),)
    assert (found.unapplied, found.status, found.reference) == (nzd("0"), Status.PAID, "wire 7")
    gone = record_of(Kind.PAYMENT, said | {"Status": "DELETED"})
    assert isinstance(gone, Payment)
    assert (gone.status, gone.allocations) == (Status.DELETED, ())


def test_a_credit_note_has_what_remains() -> None:
    said = {
        "Type": "ACCRECCREDIT", "CreditNoteID": "n1", "CreditNoteNumber": "CN-1", "Total": 50,
        "RemainingCredit": 20, "CurrencyCode": "NZD", "Status": "AUTHORISED",
        "Date": "/Date(1793923200000+0000)/", "UpdatedDateUTC": "/Date(1795246601198)/",
    }  # fmt: skip
    found = record_of(Kind.CREDIT_NOTE, said)
    assert isinstance(found, CreditNote)
    assert (found.total, found.open, found.version) == (nzd("50"), nzd("20"), VERSION)


def test_one_unreadable_record_does_not_keep_the_others_back() -> None:
    rows = fixture("invoices_read")["Invoices"]
    rows[0]["Total"] = "much"
    assert len(records_of(Kind.INVOICE, rows)) == 2
    with pytest.raises(Refused, match="5d1c7a52-0000-4000-8000-000000000001 cannot be read"):
        record_of(Kind.INVOICE, rows[0])


ODD: Any = st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.lists(st.none())


@given(st.sampled_from(list(Kind)), st.data())
def test_no_field_however_odd_does_worse_than_a_refusal(kind: Kind, data: st.DataObject) -> None:
    said = overpayment() | {"Type": "ACCREC", "PaymentType": "ACCRECPAYMENT", "DueDate": None}
    field = data.draw(st.sampled_from(sorted(said)))
    try:
        record_of(kind, said | {field: data.draw(ODD)})
    except Refused:
        return


def overpayment() -> dict[str, Any]:
    return dict(fixture("overpayments_read")["Overpayments"][0])


def test_an_invoice_shows_what_paid_it_and_when() -> None:
    said = fixture("invoices_read")["Invoices"][0] | {"Payments": [
        {"PaymentID": "b", "Date": "/Date(1772409600000+0000)/", "Amount": 40.0},
        {"PaymentID": "a", "Date": "/Date(1772496000000+0000)/", "Amount": 5.55},
    ]}  # fmt: skip
    invoice = record_of(Kind.INVOICE, said)
    assert isinstance(invoice, Invoice)
    currency = invoice.total.currency
    assert invoice.payments == (
        PaidBy("a", Money.of("5.55", currency), date(2026, 3, 3)),
        PaidBy("b", Money.of("40", currency), date(2026, 3, 2)),
    )
