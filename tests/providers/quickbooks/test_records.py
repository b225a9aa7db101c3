from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import Refused
from providers.exact import Doc, dump, load
from providers.ledger import Allocation, CreditNote, Customer, Gone, Invoice, Kind, Payment, Status
from providers.money import Money
from providers.quickbooks.records import emails_in, entity_of, record_of
from tests.providers.quickbooks.wire import fixture

CHANGED = datetime(2026, 11, 2, 16, 30, 12, tzinfo=UTC)


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def home() -> str:
    return "CAD"


def invoice(**fields: object) -> Invoice:
    record = record_of(Kind.INVOICE, fixture("invoice") | fields, home)
    assert isinstance(record, Invoice)
    return record


def payment(**fields: object) -> Payment:
    record = record_of(Kind.PAYMENT, fixture("payment") | fields, home)
    assert isinstance(record, Payment)
    return record


def test_an_invoice_is_read() -> None:
    assert invoice() == Invoice(
        id="145", number="1045", customer_id="58", issued=date(2026, 10, 1),
        due=date(2026, 10, 31), total=usd("1000.40"), open=usd("700.40"), status=Status.OPEN,
        sent=True, version="1", changed_at=CHANGED,
    )  # fmt: skip


def test_a_payment_is_read_with_what_it_paid() -> None:
    assert payment() == Payment(
        kind=Kind.PAYMENT, id="171", customer_id="58", received=date(2026, 11, 2),
        total=usd("450"), unapplied=usd("150"), reference="ACH 77120", memo="INV 1045 part",
        allocations=(Allocation("145", usd("300")),), status=Status.OPEN, version="2",
        changed_at=CHANGED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "unapplied", "refunded", "elsewhere"),
    [
        ("Check", "120", "30", None),
        ("Expense", "120", "30", None),
        ("JournalEntry", "120", None, "30"),
        ("JournalEntry", "180", None, "-30"),
        ("Deposit", "180", None, "-30"),
    ],
)
def test_what_a_payment_is_linked_with_besides_invoices_is_told_apart(
    kind: str, unapplied: str, refunded: str | None, elsewhere: str | None
) -> None:
    invoice, other = (
        {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": id_, "TxnType": type_}]}
        for amount, id_, type_ in (("300", "145", "Invoice"), ("30", "199", kind))
    )
    read = payment(Line=[invoice, other], UnappliedAmt=Decimal(unapplied))
    assert read.allocations == (Allocation("145", usd("300")),)
    assert (read.refunded, read.elsewhere) == (
        refunded and usd(refunded), elsewhere and usd(elsewhere),
    )  # fmt: skip


def test_a_credit_memo_is_read() -> None:
    assert record_of(Kind.CREDIT_NOTE, fixture("credit_memo"), home) == CreditNote(
        id="160", number="CM-7", customer_id="58", issued=date(2026, 10, 20),
        total=usd("90.25"), open=usd("40.25"), status=Status.OPEN, version="0", changed_at=CHANGED,
    )  # fmt: skip


def test_a_customer_is_read_with_every_address_once() -> None:
    assert record_of(Kind.CUSTOMER, fixture("customer"), home) == Customer(
        id="58", name="Harbor Lane Bakery",
        emails=("books@harborlane.example", "owner@harborlane.example"), currency="USD",
        active=True, parent_id="", version="3", changed_at=CHANGED,
    )  # fmt: skip


def test_an_inactive_sub_customer_is_read() -> None:
    doc = fixture("customer") | {"Active": False, "Job": True, "ParentRef": {"value": "12"},
                                 "PrimaryEmailAddr": None}  # fmt: skip
    record = record_of(Kind.CUSTOMER, doc, home)
    assert isinstance(record, Customer)
    assert (record.active, record.parent_id, record.emails) == (False, "12", ())


def test_without_a_currency_the_home_currency_counts() -> None:
    assert invoice(CurrencyRef=None).total == Money.of("1000.40", "CAD")


@pytest.mark.parametrize(("kind", "name"), [
    (Kind.INVOICE, "invoice_voided"), (Kind.PAYMENT, "payment"), (Kind.CREDIT_NOTE, "credit_memo"),
])  # fmt: skip
def test_a_voided_transaction_says_so(kind: Kind, name: str) -> None:
    emptied: Doc = {"TotalAmt": 0, "UnappliedAmt": 0, "Line": [], "RemainingCredit": 0,
                    "PrivateNote": "Voided - INV 1045 part"}  # fmt: skip
    record = record_of(kind, fixture(name) | emptied, home)
    assert not isinstance(record, Customer | Gone)
    assert record.status is Status.VOID


def test_a_payment_of_nothing_that_links_a_credit_is_not_void() -> None:
    link = {"Amount": Decimal(50), "LinkedTxn": [{"TxnId": "160", "TxnType": "CreditMemo"}]}
    bill = {"Amount": Decimal(50), "LinkedTxn": [{"TxnId": "145", "TxnType": "Invoice"}]}
    read = payment(TotalAmt=0, UnappliedAmt=0, Line=[bill, link])
    assert read.status is Status.PAID
    assert read.allocations == (Allocation("145", usd("50")), Allocation("160", usd("-50")))


def test_a_paid_invoice_is_paid() -> None:
    assert invoice(Balance=0).status is Status.PAID


def test_a_deleted_record_is_gone() -> None:
    changed = datetime(2026, 11, 3, 18, tzinfo=UTC)
    assert record_of(Kind.PAYMENT, fixture("payment_deleted"), home) == Gone(
        Kind.PAYMENT, "172", changed
    )
    assert record_of(Kind.PAYMENT, {"Id": "1", "status": "Deleted"}, home) == Gone(
        Kind.PAYMENT, "1"
    )


@pytest.mark.parametrize(("told", "sent"), [
    ({"EmailStatus": "EmailSent"}, True),
    ({"EmailStatus": "NotSet"}, True),
    ({"EmailStatus": "NeedToSend", "DeliveryInfo": None}, False),
    ({"EmailStatus": "NeedToSend", "DeliveryInfo": {"DeliveryType": "Email"}}, False),
    ({"EmailStatus": "NeedToSend"}, True),
    ({"EmailStatus": "SomethingNew", "DeliveryInfo": None}, True),
])  # fmt: skip
def test_only_an_invoice_that_waits_to_be_mailed_is_not_sent(
    told: dict[str, object], sent: bool
) -> None:
    assert invoice(**told).sent is sent


def test_unknown_fields_and_values_do_no_harm() -> None:
    new = {"CustomExtensions": [{"a": None}], "invoiceStatus": "Frozen", "PrintStatus": "Glowing",
           "Line": [{"DetailType": "NewDetail", "NewDetail": {"x": 1}}, None]}  # fmt: skip
    assert invoice(**new) == invoice()


@pytest.mark.parametrize("missing", ["TotalAmt", "Balance", "TxnDate", "SyncToken", "MetaData"])
def test_a_missing_amount_is_not_an_amount_of_zero(missing: str) -> None:
    doc = fixture("invoice")
    del doc[missing]
    with pytest.raises(Refused, match="Invoice 145"):
        record_of(Kind.INVOICE, doc, home)


@pytest.mark.parametrize("fields", [
    {"TotalAmt": True}, {"TotalAmt": [1]}, {"Balance": Decimal("1E+999")}, {"TxnDate": "31/12/26"},
    {"CustomerRef": "58"}, {"MetaData": {"LastUpdatedTime": "yesterday"}}, {"Line": 3},
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_name(fields: Doc) -> None:
    for kind, name in ((Kind.INVOICE, "invoice"), (Kind.PAYMENT, "payment")):
        if "Balance" in fields and kind is Kind.PAYMENT:
            continue
        with pytest.raises(Refused, match="cannot be read"):
            record_of(kind, fixture(name) | fields, home)


def test_quickbooks_has_no_overpayments() -> None:
    with pytest.raises(ValueError, match="no overpayment"):
        entity_of(Kind.OVERPAYMENT)


@given(st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2))
def test_no_cent_is_made_or_lost_on_the_way(total: Decimal, rest: Decimal) -> None:
    sent = load(dump(fixture("payment") | {"TotalAmt": total, "UnappliedAmt": rest}))
    read = record_of(Kind.PAYMENT, sent, home)
    assert isinstance(read, Payment)
    assert (read.total.amount, read.unapplied.amount) == (total, rest)


@given(st.text())
def test_any_text_in_the_address_field_is_split(text: str) -> None:
    assert all("@" in address and "," not in address for address in emails_in(text))
