"""Writing to the books of the simulated QuickBooks, and finding it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from providers.errors import OutcomeUnknown, Refused, Stale, TryLater
from providers.ledger import (
    Allocation,
    Effect,
    Invoice,
    Kind,
)
from providers.money import Money
from providers.simulated.faults import Fault
from tests.providers.quickbooks.connected import (
    MARKER,
    START,
    Connected,
    applying,
    note,
    recording,
)


def test_money_on_account_is_applied_beside_what_is_there(books: Connected) -> None:
    customer = books.customer()
    one, two = books.invoice(customer, "60"), books.invoice(customer, "100.10")
    payment = books.payment(customer, "150", PrivateNote="From Ann")
    books.hand.apply_payment(payment, {one: Decimal(60)})
    draft = books.writer.compose(applying(payment, customer, **{f"i{two}": "89.99"}), MARKER)
    assert books.writer.send(draft, "key-1") == payment
    row = books.hand.get("Payment", payment)
    assert [line["Amount"] for line in row["Line"]] == [60, Decimal("89.99")]
    assert (row["UnappliedAmt"], row["TotalAmt"]) == (Decimal("0.01"), 150)
    assert row["PrivateNote"] == f"From Ann\nNames the invoice {MARKER}"
    assert books.hand.get("Invoice", two)["Balance"] == Decimal("10.11")


def test_a_new_payment_is_booked_with_its_rest_on_account(books: Connected) -> None:
    customer = books.customer()
    bill = books.invoice(customer, "60")
    draft = books.writer.compose(recording(customer, "100", **{f"i{bill}": "60"}), MARKER)
    row = books.hand.get("Payment", books.writer.send(draft, "key-1"))
    assert (row["TotalAmt"], row["UnappliedAmt"], row["PaymentRefNum"]) == (100, 40, "WIRE 7")
    assert row["DepositToAccountRef"]["value"] == books.reader.organisation().deposit_account
    assert books.hand.get("Invoice", bill)["Balance"] == 0


def test_a_payment_in_a_foreign_currency_is_applied_in_it() -> None:
    books = Connected(multi_currency=True)
    books.hand.set_rate("CAD", Decimal("0.74"))
    cad = {"CurrencyRef": {"value": "CAD"}}
    customer = books.customer("Maple", **cad)
    bill = books.invoice(customer, "60", **cad)
    payment = books.payment(customer, "60", **cad)
    (invoice,) = books.reader.fetch(Kind.INVOICE, [bill])
    assert isinstance(invoice, Invoice)
    assert invoice.open == Money.of(60, "CAD")
    effect = applying(payment, customer, **{f"i{bill}": "60"})
    with pytest.raises(Refused):
        books.writer.compose(effect, MARKER)
    right = replace(effect, allocations=(Allocation(bill, Money.of(60, "CAD")),))
    books.writer.send(books.writer.compose(right, MARKER), "key-1")
    assert books.hand.get("Invoice", bill)["Balance"] == 0


def effects(books: Connected) -> list[Effect]:
    customer = books.customer(Notes="Prefers calls.")
    one, two = books.invoice(customer, "60"), books.invoice(customer, "70")
    payment = books.payment(customer, "60")
    return [
        applying(payment, customer, **{f"i{one}": "60"}),
        recording(customer, "100", **{f"i{two}": "70"}),
        note(Kind.INVOICE, one),
        note(Kind.CUSTOMER, customer),
    ]


@pytest.mark.parametrize("which", range(4))
def test_a_write_is_found_by_its_marker_and_not_before(books: Connected, which: int) -> None:
    effect = effects(books)[which]
    draft = books.writer.compose(effect, MARKER)
    assert books.writer.find(effect, draft, MARKER) == ""
    written = books.writer.send(draft, "key-1")
    assert books.writer.find(effect, draft, MARKER) == written
    assert books.writer.find(effect, draft, "[lh:ffffffff]") == ""


@pytest.mark.parametrize("which", range(4))
def test_the_same_key_twice_is_one_write(books: Connected, which: int) -> None:
    draft = books.writer.compose(effects(books)[which], MARKER)
    assert books.writer.send(draft, "key-1") == books.writer.send(draft, "key-1")
    assert len(books.hand.find("Payment")) == (2 if which == 1 else 1)
    assert len(books.hand.find("Attachable")) == (1 if which == 2 else 0)


@pytest.mark.parametrize("fault", ["timeout_after_commit", "reset_after_commit", "cut_body"])
@pytest.mark.parametrize("which", range(4))
def test_a_lost_answer_is_looked_for_and_found(books: Connected, which: int, fault: str) -> None:
    effect = effects(books)[which]
    draft = books.writer.compose(effect, MARKER)
    books.world.faults.replace([Fault(fault, on=r"quickbooks\..*\.write")])
    before = len([kind for kind in books.kinds() if kind.endswith(".write")])
    with pytest.raises(OutcomeUnknown):
        books.writer.send(draft, "key-1")
    after = len([kind for kind in books.kinds() if kind.endswith(".write")])
    assert after - before == 1
    assert books.writer.find(effect, draft, MARKER) != ""


@pytest.mark.parametrize(("fault", "expected"), [
    ("429", TryLater), ("500", OutcomeUnknown), ("503", OutcomeUnknown), ("html", OutcomeUnknown),
])  # fmt: skip
@pytest.mark.parametrize("which", range(4))
def test_a_write_that_was_turned_away_is_not_found(
    books: Connected, which: int, fault: str, expected: type[Exception]
) -> None:
    effect = effects(books)[which]
    draft = books.writer.compose(effect, MARKER)
    books.world.faults.replace([Fault(fault, on=r"quickbooks\..*\.write")])
    with pytest.raises(expected):
        books.writer.send(draft, "key-1")
    assert books.writer.find(effect, draft, MARKER) == ""


def test_a_record_that_a_person_changed_meanwhile_is_stale_and_both_texts_survive(
    books: Connected,
) -> None:
    effect = effects(books)[3]
    customer = books.hand.find("Customer")[0]["Id"]
    draft = books.writer.compose(effect, MARKER)
    books.hand.update("Customer", {"Id": customer, "Notes": "Prefers calls.\nAsk for Tom."})
    with pytest.raises(Stale):
        books.writer.send(draft, "key-1")
    books.writer.send(books.writer.compose(effect, MARKER), "key-2")
    notes = books.hand.get("Customer", customer)["Notes"]
    assert notes.startswith("Prefers calls.\nAsk for Tom.\n2026-11-20 Reminder 1 sent")
    assert notes.endswith(MARKER)


def test_a_closed_period_is_refused_and_not_stale(books: Connected) -> None:
    customer = books.customer()
    bill = books.invoice(customer, "60")
    draft = books.writer.compose(recording(customer, "60", **{f"i{bill}": "60"}), MARKER)
    books.hand.close_books(START.date())
    with pytest.raises(Refused):
        books.writer.send(draft, "key-1")
    assert books.hand.find("Payment") == []


def test_an_invoice_paid_between_draft_and_write_is_not_paid_twice(books: Connected) -> None:
    customer = books.customer()
    bill = books.invoice(customer, "60")
    effect = recording(customer, "60", **{f"i{bill}": "60"})
    draft = books.writer.compose(effect, MARKER)
    books.writer.send(books.writer.compose(effect, "[lh:22222222]"), "key-2")
    with pytest.raises(Refused):
        books.writer.send(draft, "key-1")
    assert len(books.hand.find("Payment")) == 1


def test_a_note_on_an_invoice_stays_off_the_customers_mail(books: Connected) -> None:
    bill = books.invoice(books.customer(), "60")
    effect = note(Kind.INVOICE, bill)
    written = books.writer.send(books.writer.compose(effect, MARKER), "key-1")
    row = books.hand.get("Attachable", written)
    assert row["AttachableRef"][0]["IncludeOnSend"] is False
    assert row["Note"] == f"{effect.text} {MARKER}"


@pytest.mark.parametrize("which", range(4))
def test_a_write_that_lands_late_is_found_late_and_never_doubled(
    books: Connected, which: int
) -> None:
    effect = effects(books)[which]
    draft = books.writer.compose(effect, MARKER)
    books.world.faults.replace([Fault("late_commit", on=r"quickbooks\..*\.write", seconds=90)])
    with pytest.raises(OutcomeUnknown):
        books.writer.send(draft, "key-1")
    assert books.writer.find(effect, draft, MARKER) == ""
    books.clock.advance(timedelta(seconds=91))
    books.world.do_what_is_due()
    written = books.writer.find(effect, draft, MARKER)
    assert written != ""
    assert books.writer.send(draft, "key-1") == written
    assert len(books.hand.find("Payment")) == (2 if which == 1 else 1)
    assert len(books.hand.find("Attachable")) == (1 if which == 2 else 0)
