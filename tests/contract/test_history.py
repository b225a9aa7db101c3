"""What every ledger owes us of its past: what came in, what it paid, and what was open then."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from providers.ledger import CreditNote, Customer, Invoice, Record, Status
from providers.past import PastReceipt
from tests.contract.ledger import Place, served, usd
from tests.simulation.clerk import Clerk, XeroClerk, clerk_of

CALLS_MAX = 12


def clerk(ledger: Place) -> Clerk:
    return clerk_of(ledger.vendors, ledger.name, ledger.company, ledger.host.world.store)


def day(ledger: Place, ago: int) -> date:
    return ledger.today - timedelta(days=ago)


def invoice(ledger: Place, customer: str, number: str, amount: str, ago: int) -> str:
    issued = day(ledger, ago)
    return ledger.books.invoice(
        customer, number, amount=Decimal(amount), issued=issued, due=issued + timedelta(days=14)
    )


def past(ledger: Place, since: int, until: int) -> list[Record | PastReceipt]:
    return list(ledger.reader.history(day(ledger, since), day(ledger, until)))


def receipts(found: list[Record | PastReceipt]) -> list[PastReceipt]:
    return [one for one in found if isinstance(one, PastReceipt)]


def taken(one: PastReceipt) -> dict[str, str]:
    return {part.document_id: str(part.amount.amount) for part in one.taken}


def test_the_past_holds_customers_what_was_open_and_what_it_was_paid_by(ledger: Place) -> None:
    ash = ledger.books.customer("Ash")
    old, paid, later = (
        invoice(ledger, ash, f"INV-{ago}", "100", ago) for ago in (90, 40, 2)
    )  # fmt: skip
    clerk(ledger).pay(ash, day(ledger, 35), "INV-90 and INV-40", {old: "100", paid: "60"})
    found = past(ledger, 50, 10)
    assert [one.name for one in found if isinstance(one, Customer)] == ["Ash"]
    invoices = {one.id: one.open for one in found if isinstance(one, Invoice)}
    assert invoices == {old: usd("0"), paid: usd("40")}
    assert later not in invoices
    parts = {id_: amount for one in receipts(found) for id_, amount in taken(one).items()}
    assert parts == {old: "100.00", paid: "60.00"}
    assert {(one.line, one.received, one.customer_id) for one in receipts(found)} == {
        (receipts(found)[0].line, day(ledger, 35), ash)
    }
    assert all(one.line and "INV-90 and INV-40" in one.text for one in receipts(found))
    assert sum(one.total.amount for one in receipts(found)) == 160


def test_what_was_settled_before_the_days_is_not_read_and_what_came_after_is(
    ledger: Place,
) -> None:
    ash = ledger.books.customer("Ash")
    first, second = (invoice(ledger, ash, f"INV-{n}", "100", 90) for n in (1, 2))
    clerk(ledger).pay(ash, day(ledger, 80), "INV-1", {first: "100"})
    clerk(ledger).pay(ash, day(ledger, 1), "INV-2", {second: "100"})
    (one,) = receipts(past(ledger, 50, 10))
    assert taken(one) == {second: "100.00"}


def test_money_on_account_tells_what_was_written_and_what_it_was_used_for(ledger: Place) -> None:
    ash = ledger.books.customer("Ash")
    owed = invoice(ledger, ash, "INV-1", "100", 40)
    money = clerk(ledger).leave(ash, day(ledger, 30), "thanks for INV-1", "150")
    (before,) = receipts(past(ledger, 50, 10))
    assert (before.total, before.taken, before.customer_id) == (usd("150"), (), ash)
    assert "thanks for INV-1" in before.text
    clerk(ledger).apply(money, owed, "100", day(ledger, 20))
    (after,) = receipts(past(ledger, 50, 10))
    assert taken(after) == {owed: "100.00"}


def test_a_credit_note_gives_what_an_invoice_takes(ledger: Place) -> None:
    ash = ledger.books.customer("Ash")
    owed = invoice(ledger, ash, "INV-1", "100", 40)
    credit = ledger.books.credit(ash, Decimal(30), day(ledger, 35))
    clerk(ledger).pay_less_credit(
        ash, day(ledger, 30), "INV-1 less credit", {owed: "100"}, {credit: "30"}
    )
    found = past(ledger, 50, 10)
    (note,) = (one for one in found if isinstance(one, CreditNote))
    assert (note.id, note.open) == (credit, usd("0"))
    sums: dict[str, Decimal] = {}
    for part in (part for one in receipts(found) for part in one.taken):
        sums[part.document_id] = sums.get(part.document_id, Decimal(0)) + part.amount.amount
    assert sums == {owed: 100, credit: -30}
    assert sum(one.total.amount for one in receipts(found)) == 70


def test_a_voided_invoice_is_told_as_such(ledger: Place) -> None:
    ash = ledger.books.customer("Ash")
    void = invoice(ledger, ash, "INV-1", "100", 40)
    ledger.books.void(void)
    (one,) = (one for one in past(ledger, 50, 10) if isinstance(one, Invoice))
    assert (one.id, one.status) == (void, Status.VOID)


def test_reading_the_past_costs_few_calls_and_writes_nothing(ledger: Place) -> None:
    ash = ledger.books.customer("Ash")
    for number in range(30):
        owed = invoice(ledger, ash, f"INV-{number}", "10", 40)
        clerk(ledger).pay(ash, day(ledger, 30), f"INV-{number}", {owed: "10"})
    ledger.calls.clear()
    assert len(receipts(past(ledger, 50, 10))) == 30
    assert len(ledger.calls) <= CALLS_MAX
    assert all(call.endswith((".read", ".query")) for call in ledger.calls)


def test_payments_of_one_reference_on_one_day_were_one_line_at_the_bank(tmp_path: Path) -> None:
    with served("xero", tmp_path / "world") as ledger:
        ash = ledger.books.customer("Ash")
        owed = {invoice(ledger, ash, f"INV-{n}", "100", 40): "100" for n in range(2)}
        more = {invoice(ledger, ash, f"INV-{n}", "50", 40): "50" for n in range(2, 4)}
        hand = clerk(ledger)
        assert isinstance(hand, XeroClerk)
        hand.pay_apart(day(ledger, 30), "both", owed)
        hand.pay_apart(day(ledger, 30), "", more)
        found = receipts(past(ledger, 50, 10))
    assert len({one.line for one in found if "both" in one.text}) == 1
    assert [one.line for one in found if not one.text] == ["", ""]


def test_a_long_past_is_read_page_by_page_and_each_record_once(ledger: Place) -> None:
    ash, hand = ledger.books.customer("Ash"), clerk(ledger)
    with ledger.host.world.store.transaction():
        for number in range(1050):
            owed = invoice(ledger, ash, f"INV-{number}", "10", 40)
            hand.pay(ash, day(ledger, 30), f"INV-{number}", {owed: "10"})
    ledger.calls.clear()
    found = past(ledger, 50, 10)
    assert len({one.id for one in receipts(found)}) == len(receipts(found)) == 1050
    assert len([one for one in found if isinstance(one, Invoice)]) == 1050
    assert len(ledger.calls) <= CALLS_MAX


def test_a_credit_note_that_was_paid_out_was_there_before(tmp_path: Path) -> None:
    with served("xero", tmp_path / "world") as ledger:
        ash = ledger.books.customer("Ash")
        credit = ledger.books.credit(ash, Decimal(30), day(ledger, 35))
        desk = ledger.vendors.xero.act(ledger.company)  # type: ignore[attr-defined]
        accounts = ledger.host.world.store.all(ledger.company, "account")
        desk.create("Payments", {
            "CreditNote": {"CreditNoteID": credit}, "Date": day(ledger, 20).isoformat(),
            "Account": {"AccountID": next(a["AccountID"] for a in accounts if a["Type"] == "BANK")},
            "Amount": Decimal(30),
        })  # fmt: skip
        (one,) = receipts(past(ledger, 50, 10))
    assert (one.total, taken(one)) == (usd("-30"), {credit: "-30.00"})


def test_a_payment_that_was_taken_back_is_told_as_ended(ledger: Place) -> None:
    ash = ledger.books.customer("Ash")
    owed = invoice(ledger, ash, "INV-1", "100", 40)
    clerk(ledger).pay(ash, day(ledger, 30), "INV-1", {owed: "100"})
    (one,) = receipts(past(ledger, 50, 10))
    hand = getattr(ledger.vendors, ledger.name).act(ledger.company)
    if ledger.name == "quickbooks":
        hand.void("Payment", one.id)
    else:
        hand.delete("Payments", one.id)
    (after,) = receipts(past(ledger, 50, 10))
    assert (after.ended, after.taken) == (True, ())
