"""Writing against the simulated Xero, which keeps Xero's rules on its own."""

from __future__ import annotations

import pytest

from providers.errors import OutcomeUnknown, Refused, Stale, TryLater
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    Effect,
    Invoice,
    Kind,
    Payment,
    RecordPayment,
    Status,
)
from providers.money import Money
from providers.xero.wire import parse
from tests.providers.xero.books import TODAY, Books

MARKER = "[lh:1a2b3c4d]"


def nzd(amount: str) -> Money:
    return Money.of(amount, "NZD")


def receipt(customer: str, total: str, *parts: tuple[str, str]) -> RecordPayment:
    allocations = tuple(Allocation(invoice, nzd(amount)) for invoice, amount in parts)
    return RecordPayment("r1", customer, TODAY, nzd(total), allocations, "wire 7", "by bank")


def the_invoice(books: Books, id_: str) -> Invoice:
    (found,) = books.reader.fetch(Kind.INVOICE, [id_])
    assert isinstance(found, Invoice)
    return found


def test_a_payment_is_written_once_and_found_again(books: Books) -> None:
    customer = books.customer()
    id_ = books.invoice(customer, "100.10")
    effect = receipt(customer, "40.05", (id_, "40.05"))
    draft = books.writer.compose(effect, MARKER)
    assert books.writer.find(effect, draft, MARKER) == ""
    written = books.writer.send(draft, "key-1")
    assert books.writer.send(draft, "key-1") == written
    assert books.writer.find(effect, draft, MARKER) == written
    assert the_invoice(books, id_).open == nzd("60.05")
    (payment,) = books.reader.fetch(Kind.PAYMENT, [written])
    assert isinstance(payment, Payment)
    assert (payment.received, payment.total) == (TODAY, nzd("40.05"))
    assert payment.reference == f"wire 7 {MARKER}"
    assert not books.person.get("Payments", written)["IsReconciled"]


def test_a_receipt_over_several_invoices_is_one_batch(books: Books) -> None:
    customer = books.customer()
    first, second = books.invoice(customer, "60"), books.invoice(customer, "50")
    effect = receipt(customer, "100", (first, "60"), (second, "40"))
    draft = books.writer.compose(effect, MARKER)
    written = books.writer.send(draft, "key-1")
    assert books.writer.find(effect, draft, MARKER) == written
    assert len(books.person.all("BatchPayments")) == 1
    assert the_invoice(books, first).status is Status.PAID
    assert the_invoice(books, second).open == nzd("10")


def test_a_receipt_for_no_invoice_is_held_for_the_customer(books: Books) -> None:
    customer = books.customer()
    effect = receipt(customer, "80")
    draft = books.writer.compose(effect, MARKER)
    written = books.writer.send(draft, "key-1")
    assert books.writer.find(effect, draft, MARKER) == written
    (found,) = books.reader.fetch(Kind.OVERPAYMENT, [written])
    assert isinstance(found, Payment)
    assert (found.unapplied, found.customer_id) == (nzd("80"), customer)


@pytest.mark.parametrize("early", [False, True])
def test_unapplied_money_is_allocated_once_and_found_again(books: Books, early: bool) -> None:
    customer = books.customer()
    first, second = books.invoice(customer, "60"), books.invoice(customer, "50")
    kind = Kind.PREPAYMENT if early else Kind.OVERPAYMENT
    money = books.money(customer, "200", early=early)
    earlier = ApplyUnapplied(kind, money, customer, (Allocation(first, nzd("20")),), "")
    books.writer.send(books.writer.compose(earlier, MARKER), "key-0")
    parts = (Allocation(first, nzd("20")), Allocation(second, nzd("50")))
    effect = ApplyUnapplied(kind, money, customer, parts, "")
    draft = books.writer.compose(effect, MARKER)
    assert books.writer.find(effect, draft, MARKER) == ""
    written = books.writer.send(draft, "key-1")
    assert books.writer.send(draft, "key-1") == written
    assert books.writer.find(effect, draft, MARKER) == written
    (left,) = books.reader.fetch(kind, [money])
    assert isinstance(left, Payment)
    assert left.unapplied == nzd("110")
    assert [it.id for it in left.allocations][1:] == written.split(",")
    assert the_invoice(books, first).open == nzd("20")
    assert {it["Date"] for it in parse(draft.body)["Allocations"]} == {"2026-11-21"}


@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.CUSTOMER])
def test_a_note_is_written_once_and_found_again(books: Books, kind: Kind) -> None:
    customer = books.customer()
    about = books.invoice(customer, "5") if kind is Kind.INVOICE else customer
    effect = AddNote(kind, about, "Reminder 1 sent. " * 30, TODAY)
    draft = books.writer.compose(effect, MARKER)
    assert books.writer.find(effect, draft, MARKER) == ""
    assert books.writer.send(draft, "key-1") == MARKER
    assert books.writer.send(draft, "key-1") == MARKER
    assert books.writer.find(effect, draft, MARKER) == MARKER


def test_paying_more_than_is_due_is_stale_in_xeros_words(books: Books) -> None:
    customer = books.customer()
    id_ = books.invoice(customer, "10")
    draft = books.writer.compose(receipt(customer, "11", (id_, "11")), MARKER)
    with pytest.raises(Stale, match="exceeds the amount outstanding"):
        books.writer.send(draft, "key-1")
    assert the_invoice(books, id_).open == nzd("10")


def test_a_closed_period_is_refused_by_its_own_code(books: Books) -> None:
    customer = books.customer()
    id_ = books.invoice(customer, "10")
    books.person.set_organisation(PeriodLockDate="2026-11-30")
    draft = books.writer.compose(receipt(customer, "10", (id_, "10")), MARKER)
    with pytest.raises(Refused) as caught:
        books.writer.send(draft, "key-1")
    assert caught.value.code == "locked"


def test_half_a_write_is_told_from_a_whole_one(books: Books) -> None:
    customer = books.customer()
    first, second = books.invoice(customer, "60"), books.invoice(customer, "50")
    money = books.money(customer, "200")
    parts = (Allocation(first, nzd("60")), Allocation(second, nzd("51")))
    effect = ApplyUnapplied(Kind.OVERPAYMENT, money, customer, parts, "")
    draft = books.writer.compose(effect, MARKER)
    with pytest.raises(Refused, match="1 of 2 refused") as caught:
        books.writer.send(draft, "key-1")
    assert caught.value.code == "partial"
    with pytest.raises(Refused, match="1 of 2"):
        books.writer.find(effect, draft, MARKER)


def test_one_key_for_two_writes_leaves_the_outcome_open(books: Books) -> None:
    customer = books.customer()
    id_ = books.invoice(customer, "10")
    one = books.writer.compose(receipt(customer, "4", (id_, "4")), MARKER)
    two = books.writer.compose(receipt(customer, "5", (id_, "5")), MARKER)
    books.writer.send(one, "key-1")
    with pytest.raises(OutcomeUnknown, match="used with a different request"):
        books.writer.send(two, "key-1")
    assert the_invoice(books, id_).open == nzd("6")


@pytest.mark.parametrize("fault", ["timeout_after_commit", "reset_after_commit", "cut_body"])
@pytest.mark.parametrize("what", ["payment", "batch", "account", "allocation", "note"])
def test_a_write_whose_answer_was_lost_is_found(books: Books, fault: str, what: str) -> None:
    customer = books.customer()
    first, second = books.invoice(customer, "60"), books.invoice(customer, "50")
    money = books.money(customer, "60")
    effects: dict[str, Effect] = {
        "payment": receipt(customer, "60", (first, "60")),
        "batch": receipt(customer, "110", (first, "60"), (second, "50")),
        "account": receipt(customer, "7"),
        "allocation": ApplyUnapplied(
            Kind.OVERPAYMENT, money, customer, (Allocation(first, nzd("60")),), ""
        ),
        "note": AddNote(Kind.INVOICE, first, "Reminder 1 sent", TODAY),
    }
    effect = effects[what]
    draft = books.writer.compose(effect, MARKER)
    books.fail(fault, r"xero\..*\.create")
    with pytest.raises(OutcomeUnknown):
        books.writer.send(draft, "key-1")
    assert books.writer.find(effect, draft, MARKER) == books.writer.send(draft, "key-1")


@pytest.mark.parametrize(
    ("fault", "error"),
    [("429", TryLater), ("500", OutcomeUnknown), ("503", OutcomeUnknown), ("html", OutcomeUnknown)],
)
def test_a_write_that_never_happened_is_not_found(
    books: Books, fault: str, error: type[Exception]
) -> None:
    customer = books.customer()
    effect = receipt(customer, "7")
    draft = books.writer.compose(effect, MARKER)
    books.fail(fault, r"xero\..*\.create")
    with pytest.raises(error):
        books.writer.send(draft, "key-1")
    assert books.writer.find(effect, draft, MARKER) == ""
