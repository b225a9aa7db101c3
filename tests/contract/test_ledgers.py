"""What every ledger owes us, asked of each over HTTP. A new ledger adds a line and owes it all."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from providers.errors import OutcomeUnknown, Reconnect, Refused, Stale, TryLater
from providers.ledger import CreditNote, Customer, Gone, Invoice, Kind, Payment, Status
from tests.contract.ledger import Place, applying, noting, recording, usd

MARKER = "[lh:0a1b2c3d]"
WRITES = r".*\.(write|create|update)"
READS = r".*\.read"


def one_invoice(ledger: Place, amount: str = "100") -> tuple[str, str]:
    customer = ledger.books.customer("Ash")
    return customer, ledger.invoice(customer, "INV-7", amount)


def test_the_company_says_who_it_is(ledger: Place) -> None:
    found = ledger.reader.organisation()
    assert (found.name, found.currency, found.time_zone) == (
        "Contract Ltd", "USD", "America/New_York",
    )  # fmt: skip
    assert found.deposit_account


def test_the_book_holds_customers_open_invoices_credits_and_unapplied_money(ledger: Place) -> None:
    customer, invoice = one_invoice(ledger)
    ledger.books.credit(customer, Decimal(30), ledger.today)
    money = ledger.receive(customer, "20", "on account")
    book = ledger.book()
    assert [r.name for r in book if isinstance(r, Customer)] == ["Ash"]
    assert [(r.id, r.open) for r in book if isinstance(r, Invoice)] == [(invoice, usd("100"))]
    assert [r.open for r in book if isinstance(r, CreditNote)] == [usd("30")]
    assert [(r.id, r.unapplied) for r in book if isinstance(r, Payment)] == [(money.id, usd("20"))]
    assert "on account" in f"{money.reference} {money.memo}"


def test_records_are_fetched_together_and_what_is_not_there_is_gone(ledger: Place) -> None:
    customer, first = one_invoice(ledger)
    second = ledger.invoice(customer, "INV-8", "50")
    missing = "99999" if ledger.name == "quickbooks" else "0f3fa1a6-9d3c-4c3c-8a30-6d1f7a3f0000"
    before = len(ledger.calls)
    found = ledger.reader.fetch(Kind.INVOICE, [first, second, missing])
    assert {r.id for r in found if isinstance(r, Invoice)} == {first, second}
    assert [r.id for r in found if isinstance(r, Gone)] == [missing]
    assert len(ledger.calls) - before == 1


def test_a_sweep_finds_what_no_webhook_told(ledger: Place) -> None:
    customer, invoice = one_invoice(ledger)
    mark = ledger.mark()
    ledger.host.world.clock.advance(timedelta(minutes=15))
    ledger.books.void(invoice)
    new = ledger.invoice(customer, "INV-9", "70")
    found = {r.id: r for r in ledger.changes(mark) if isinstance(r, Invoice)}
    assert found[invoice].status is Status.VOID
    assert found[new].open == usd("70")


def test_unapplied_money_is_set_against_an_invoice_once_for_one_key(ledger: Place) -> None:
    customer, invoice = one_invoice(ledger)
    money = ledger.receive(customer, "100", "INV-7")
    effect = applying(money, invoice, "100")
    draft = ledger.writer.compose(effect, MARKER)
    assert ledger.writer.find(effect, draft, MARKER) == ""
    assert ledger.writer.send(draft, "key-1") == ledger.writer.send(draft, "key-1")
    assert ledger.writer.find(effect, draft, MARKER)
    assert ledger.books.balance(invoice) == 0
    (after,) = ledger.reader.fetch(money.kind, [money.id])
    assert isinstance(after, Payment)
    assert after.unapplied == usd("0")
    assert [(a.invoice_id, a.amount) for a in after.allocations] == [(invoice, usd("100"))]


def test_what_a_draft_stands_on_is_shown_to_the_caller(ledger: Place) -> None:
    customer, invoice = one_invoice(ledger)
    money = ledger.receive(customer, "100", "INV-7")
    read = ledger.writer.compose(applying(money, invoice, "100"), MARKER).read
    assert {(r.kind, r.id) for r in read} >= {(Kind.INVOICE, invoice), (money.kind, money.id)}


def test_a_receipt_is_entered_over_several_invoices_and_found_by_its_marker(ledger: Place) -> None:
    customer, first = one_invoice(ledger)
    second = ledger.invoice(customer, "INV-8", "50")
    effect = recording(customer, ledger.today, (first, "100"), (second, "20"))
    draft = ledger.write(effect, MARKER, "key-2")
    assert ledger.books.balance(first) == 0
    assert ledger.books.balance(second) == 30
    assert ledger.books.payments_with(MARKER) == 1
    assert ledger.writer.find(effect, draft, MARKER)


@pytest.mark.parametrize("fault", ["timeout_after_commit", "reset_after_commit", "cut_body"])
def test_a_write_without_an_answer_is_unknown_and_can_be_found(ledger: Place, fault: str) -> None:
    customer, invoice = one_invoice(ledger)
    effect = recording(customer, ledger.today, (invoice, "100"))
    draft = ledger.writer.compose(effect, MARKER)
    ledger.fail(fault, WRITES, seconds=3.0)
    before = len(ledger.calls)
    with pytest.raises(OutcomeUnknown):
        ledger.writer.send(draft, "key-3")
    assert len(ledger.calls) - before == 1
    assert ledger.writer.find(effect, draft, MARKER)
    assert ledger.books.payments_with(MARKER) == 1


def test_a_write_that_never_came_about_is_not_found(ledger: Place) -> None:
    customer, invoice = one_invoice(ledger)
    effect = recording(customer, ledger.today, (invoice, "100"))
    draft = ledger.writer.compose(effect, MARKER)
    ledger.fail("503", WRITES)
    with pytest.raises(OutcomeUnknown):
        ledger.writer.send(draft, "key-4")
    assert ledger.writer.find(effect, draft, MARKER) == ""
    assert ledger.books.balance(invoice) == 100


def test_throttling_asks_for_patience_and_writes_nothing(ledger: Place) -> None:
    customer, invoice = one_invoice(ledger)
    draft = ledger.writer.compose(recording(customer, ledger.today, (invoice, "100")), MARKER)
    ledger.fail("429", WRITES, seconds=7.0)
    with pytest.raises(TryLater) as later:
        ledger.writer.send(draft, "key-5")
    assert later.value.wait >= timedelta(seconds=1)
    assert ledger.books.balance(invoice) == 100


@pytest.mark.parametrize("fault", ["500", "503", "html", "reset_after_commit"])
def test_a_read_that_fails_may_be_repeated(ledger: Place, fault: str) -> None:
    _, invoice = one_invoice(ledger)
    ledger.fail(fault, READS)
    with pytest.raises(TryLater):
        ledger.reader.fetch(Kind.INVOICE, [invoice])
    assert len(ledger.reader.fetch(Kind.INVOICE, [invoice])) == 1


def test_an_invoice_that_somebody_else_paid_is_not_paid_again(ledger: Place) -> None:
    customer, invoice = one_invoice(ledger)
    money = ledger.receive(customer, "100", "INV-7")
    draft = ledger.writer.compose(applying(money, invoice, "100"), MARKER)
    ledger.books.pay_by_hand(customer, invoice, Decimal(100), ledger.today)
    with pytest.raises((Stale, Refused)):
        ledger.writer.send(draft, "key-6")
    (after,) = ledger.reader.fetch(money.kind, [money.id])
    assert isinstance(after, Payment)
    assert after.unapplied == usd("100")


@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.CUSTOMER])
def test_a_note_stands_where_the_accountant_reads_it_once(ledger: Place, kind: Kind) -> None:
    customer, invoice = one_invoice(ledger)
    effect = noting(kind, invoice if kind is Kind.INVOICE else customer, ledger.today)
    draft = ledger.writer.compose(effect, MARKER)
    assert ledger.writer.find(effect, draft, MARKER) == ""
    ledger.writer.send(draft, "key-7")
    ledger.writer.send(draft, "key-7")
    assert ledger.writer.find(effect, draft, MARKER)
    assert ledger.books.notes_with(MARKER) == 1


def test_a_long_note_is_shortened_and_keeps_its_marker(ledger: Place) -> None:
    _, invoice = one_invoice(ledger)
    effect = noting(Kind.INVOICE, invoice, ledger.today, "A sentence that goes on. " * 200)
    ledger.write(effect, MARKER, "key-8")
    assert ledger.books.notes_with(MARKER) == 1


def test_a_ledger_that_lets_us_in_no_more_asks_to_reconnect(ledger: Place) -> None:
    _, invoice = one_invoice(ledger)
    ledger.token.value = "worthless"
    with pytest.raises(Reconnect):
        ledger.reader.fetch(Kind.INVOICE, [invoice])


def test_the_ledgers_own_report_agrees_with_what_is_open(ledger: Place) -> None:
    customer, _ = one_invoice(ledger)
    ledger.invoice(customer, "INV-8", "50.55")
    (aged,) = ledger.reader.aged(ledger.today, [customer])
    assert (aged.customer_id, aged.owed) == (customer, usd("150.55"))


def test_every_call_is_counted_as_the_ledger_saw_it(ledger: Place) -> None:
    customer, invoice = one_invoice(ledger)
    ledger.write(recording(customer, ledger.today, (invoice, "100")), MARKER, "key-9")
    ledger.book()
    seen = [
        row["kind"]
        for row in ledger.host.world.store.all("", "request")
        if row["product"] == ledger.name
    ]
    assert ledger.calls == seen
