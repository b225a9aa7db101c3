"""Reading the books of the simulated QuickBooks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from providers.documents import Aged
from providers.errors import TryLater
from providers.ledger import (
    Batch,
    Customer,
    Gone,
    Invoice,
    Kind,
    Payment,
    Record,
    Status,
)
from providers.organisation import Organisation
from providers.simulated.faults import Fault
from tests.providers.quickbooks.connected import (
    MARKER,
    START,
    Connected,
    note,
    recording,
    usd,
)


def told(batches: Iterable[Batch]) -> dict[tuple[Kind, str], Record]:
    return {(record.kind, record.id): record for batch in batches for record in batch.records}


def test_the_organisation_is_as_it_was_founded(books: Connected) -> None:
    books.hand.close_books(date(2026, 9, 30))
    found = books.reader.organisation()
    assert found == Organisation(
        id=books.realm, name="Tidewater Supply", currency="USD",
        time_zone="America/Los_Angeles", country="US", locked_until=date(2026, 9, 30),
        deposit_account="4", legal_name="Tidewater Supply", address=found.address,
    )  # fmt: skip
    assert found.address
    assert (found.address.lines, found.address.city) == (("123 Main Street",), "Springfield")


def test_the_meter_and_the_ledger_count_the_same_calls(books: Connected) -> None:
    spent: list[str] = []
    books.http._spend = spent.append
    before = len(books.kinds())
    customer = books.customer()
    bill = books.invoice(customer, "100")
    books.reader.organisation()
    list(books.reader.book())
    list(books.reader.changes(START.isoformat()))
    books.reader.aged(START.date(), [customer])
    books.reader.pay_link(bill)
    for effect in (recording(customer, "100", **{f"i{bill}": "100"}), note(Kind.INVOICE, bill)):
        books.writer.send(books.writer.compose(effect, MARKER), "k-" + type(effect).__name__)
    books.access.renew(books.access.token())
    assert books.kinds()[before:] == spent
    assert len(spent) > 10


def test_the_book_holds_what_is_open(books: Connected) -> None:
    customer = books.customer(PrimaryEmailAddr={"Address": "a@x.example;b@x.example"})
    gone = books.customer("Gone Away")
    books.hand.deactivate("Customer", gone)
    open_, paid = books.invoice(customer, "100.10"), books.invoice(customer, "50")
    link = {"TxnId": paid, "TxnType": "Invoice"}
    books.payment(customer, "50", Line=[{"Amount": Decimal(50), "LinkedTxn": [link]}])
    rest = books.payment(customer, "33.33")
    found = told(books.reader.book())
    assert set(found) == {
        (Kind.CUSTOMER, customer), (Kind.CUSTOMER, gone), (Kind.INVOICE, open_),
        (Kind.PAYMENT, rest),
    }  # fmt: skip
    client, away = found[Kind.CUSTOMER, customer], found[Kind.CUSTOMER, gone]
    assert isinstance(client, Customer)
    assert isinstance(away, Customer)
    assert (client.emails, client.active, away.active) == (
        ("a@x.example", "b@x.example"), True, False,
    )  # fmt: skip


def test_voided_deleted_and_merged_records_are_told_apart(books: Connected) -> None:
    one, two = books.customer("One"), books.customer("Two")
    voided, deleted = books.invoice(one, "10"), books.invoice(one, "20")
    payment = books.payment(one, "5")
    mark = books.clock.now().isoformat()
    books.clock.advance(timedelta(minutes=30))
    books.hand.void("Invoice", voided)
    books.hand.delete("Invoice", deleted)
    books.hand.void("Payment", payment)
    books.hand.merge_customers(two, one)
    found = told(books.reader.changes(mark))
    assert isinstance(found[Kind.INVOICE, deleted], Gone)
    invoice, cash = found[Kind.INVOICE, voided], found[Kind.PAYMENT, payment]
    merged = found[Kind.CUSTOMER, two]
    assert isinstance(invoice, Invoice)
    assert isinstance(cash, Payment)
    assert isinstance(merged, Customer)
    assert (invoice.status, cash.status, merged.active) == (Status.VOID, Status.VOID, False)
    assert [type(r) for r in books.reader.fetch(Kind.INVOICE, [deleted, voided])] == [Gone, Invoice]


def test_a_mark_from_long_ago_reads_the_book(books: Connected) -> None:
    customer = books.customer()
    mark = books.clock.now().isoformat()
    books.clock.advance(timedelta(days=60))
    batches = list(books.reader.changes(mark))
    assert (Kind.CUSTOMER, customer) in told(batches)
    assert batches[-1].mark == books.clock.now().isoformat()


def test_more_changes_than_one_answer_holds_are_all_read(books: Connected) -> None:
    customer = books.customer()
    mark = books.clock.now().isoformat()
    books.clock.advance(timedelta(hours=1))
    with books.world.store.transaction():
        made = {books.invoice(customer, "1") for _ in range(1010)}
    found = told(books.reader.changes(mark))
    assert {id_ for kind, id_ in found if kind is Kind.INVOICE} == made


def test_what_is_owed_agrees_with_the_open_invoices(books: Connected) -> None:
    parent = books.customer("Quarry Builders")
    job = books.customer("North site", Job=True, ParentRef={"value": parent})
    idle = books.customer("Idle")
    books.invoice(parent, "25")
    books.invoice(job, "500.50")
    books.payment(job, "0.50")
    assert books.reader.aged(START.date(), [parent, job, idle]) == [
        Aged(parent, usd("25")), Aged(job, usd("500")), Aged(idle, usd("0")),
    ]  # fmt: skip


def test_a_pay_link_needs_online_payment_and_an_address(books: Connected) -> None:
    customer = books.customer()
    plain = books.invoice(customer, "60")
    payable = books.invoice(customer, "60", AllowOnlineACHPayment=True,
                            BillEmail={"Address": "a@x.example"})  # fmt: skip
    assert books.reader.pay_link(plain) == ""
    assert books.reader.pay_link(payable).startswith("http")
    assert books.reader.pay_link("999999") == ""


@pytest.mark.parametrize("fault", ["429", "500", "503", "html", "timeout_after_commit"])
def test_a_read_that_was_turned_away_may_be_repeated(books: Connected, fault: str) -> None:
    books.world.faults.replace([Fault(fault, on=r"quickbooks\..*\.read")])
    with pytest.raises(TryLater):
        books.reader.organisation()
    assert books.reader.organisation().name == "Tidewater Supply"
