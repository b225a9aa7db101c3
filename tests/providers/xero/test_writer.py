from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from providers.errors import LedgerError, OutcomeUnknown, Refused, Stale, TryLater
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    Draft,
    Gone,
    Kind,
    RecordPayment,
)
from providers.money import Money
from providers.organisation import Organisation
from providers.xero.wire import parse
from providers.xero.writer import XeroWriter
from tests.providers.xero.host import TENANT, Host, Reply, Token, listed
from tests.providers.xero.test_faults import (
    ACCOUNT,
    CONTACT,
    INVOICE,
    MARKER,
    ONE,
    OVERPAYMENT,
    SECOND,
    TWO,
    books,
    compose,
    nzd,
    receipt,
)

APPLY = ApplyUnapplied(Kind.OVERPAYMENT, OVERPAYMENT["OverpaymentID"], CONTACT, (ONE, TWO), "")
NOTE = AddNote(Kind.INVOICE, INVOICE, "Reminder 1 sent", date(2026, 11, 20))


def test_one_invoice_is_paid_by_a_payment(host: Host) -> None:
    draft = compose(host, receipt(ONE, total="10.55"))
    assert (draft.method, draft.path) == ("PUT", "/Payments?summarizeErrors=false")
    assert b'"Amount":10.55' in draft.body
    assert parse(draft.body) == {
        "Payments": [{
            "Invoice": {"InvoiceID": INVOICE},
            "Amount": nzd("10.55").amount,
            "Account": {"AccountID": "acc1"},
            "Date": "2026-11-20",
            "Reference": f"wire 7 {MARKER}",
        }]
    }  # fmt: skip
    assert [it.id for it in draft.read] == [INVOICE]
    assert [seen.where for seen in host.seen] == ["Accounts", "Invoices"]


def test_several_invoices_are_one_line_in_the_bank_reconciliation(host: Host) -> None:
    draft = compose(host, receipt(ONE, TWO, total="20"))
    assert draft.path == "/BatchPayments?summarizeErrors=false"
    (batch,) = parse(draft.body)["BatchPayments"]
    assert (batch["Reference"], batch["Details"]) == (f"wire 7 {MARKER}", MARKER)
    assert [str(part["Amount"]) for part in batch["Payments"]] == ["10.55", "9.45"]
    assert draft.read[1] == Gone(Kind.INVOICE, SECOND)


def test_money_for_no_invoice_stays_on_the_customers_account(host: Host) -> None:
    draft = compose(host, receipt(total="20"))
    assert draft.path == "/BankTransactions?summarizeErrors=false"
    (transaction,) = parse(draft.body)["BankTransactions"]
    assert transaction["Type"] == "RECEIVE-OVERPAYMENT"
    assert transaction["BankAccount"] == {"AccountID": "acc1"}
    assert transaction["Contact"] == {"ContactID": CONTACT}
    assert transaction["LineAmountTypes"] == "NoTax"
    (line,) = transaction["LineItems"]
    assert str(line["LineAmount"]) == "20.00"
    assert MARKER in line["Description"]


def test_a_rest_beyond_the_invoices_is_refused_before_anything_is_read(host: Host) -> None:
    with pytest.raises(Refused, match="split the receipt in two") as caught:
        compose(host, receipt(ONE, total="20"))
    assert caught.value.code == "rest"
    assert host.seen == []


def test_no_write_ever_sets_reconciled(host: Host) -> None:
    for effect in (receipt(ONE, total="10.55"), receipt(ONE, TWO, total="20"),
                   receipt(total="20"), APPLY, NOTE):  # fmt: skip
        assert b"IsReconciled" not in compose(host, effect).body


def test_the_account_is_in_the_currency_of_the_money(host: Host) -> None:
    euro = Money.of("5", "EUR")
    effect = RecordPayment("r", CONTACT, date(2026, 11, 20), euro, (), "", "")
    with pytest.raises(Refused, match="no account in Xero takes payments in EUR"):
        compose(host, effect)


def test_the_account_that_a_person_chose_is_used_without_a_call(host: Host) -> None:
    chosen = Organisation("o1", "Tui", "NZD", "Pacific/Auckland", "NZ", deposit_account="mine")
    host.route = books
    writer = XeroWriter(host.vendor, host.http(), Token(), TENANT, organisation=chosen)
    draft = writer.compose(receipt(ONE, total="10.55"), MARKER)
    assert parse(draft.body)["Payments"][0]["Account"] == {"AccountID": "mine"}
    assert [seen.where for seen in host.seen] == ["Invoices"]


def test_unapplied_money_is_allocated_today_by_the_organisations_own_calendar(host: Host) -> None:
    """07:36 UTC is the evening of the 21st in Auckland."""
    draft = compose(host, APPLY)
    id_ = APPLY.payment_id
    assert (draft.method, draft.path) == (
        "PUT", f"/Overpayments/{id_}/Allocations?summarizeErrors=false",
    )  # fmt: skip
    assert parse(draft.body)["Allocations"] == [
        {"Invoice": {"InvoiceID": INVOICE}, "Amount": nzd("10.55").amount, "Date": "2026-11-21"},
        {"Invoice": {"InvoiceID": SECOND}, "Amount": nzd("9.45").amount, "Date": "2026-11-21"},
    ]
    assert [(it.kind, it.id) for it in draft.read] == [
        (Kind.OVERPAYMENT, id_), (Kind.INVOICE, INVOICE), (Kind.INVOICE, SECOND),
    ]  # fmt: skip
    assert draft.before == ("a1000000-0000-4000-8000-000000000001",)


def test_the_evening_in_america_is_still_the_day_before(host: Host) -> None:
    chosen = Organisation("o1", "Tui", "USD", "America/Los_Angeles", "US")
    host.route = books
    writer = XeroWriter(host.vendor, host.http(), Token(), TENANT, organisation=chosen)
    draft = writer.compose(APPLY, MARKER)
    assert {it["Date"] for it in parse(draft.body)["Allocations"]} == {"2026-11-20"}


@pytest.mark.parametrize(
    ("reply", "error"),
    [(Reply(b"cannot be found", 404), Stale), (listed("Overpayments"), Stale),
     (listed("Overpayments", {"Type": "SPEND-OVERPAYMENT"}), Refused)],
)  # fmt: skip
def test_money_that_is_not_there_to_apply_is_told(
    host: Host, reply: Reply, error: type[LedgerError]
) -> None:
    host.reply(reply)
    with pytest.raises(error):
        host.writer().compose(APPLY, MARKER)


def test_without_xeros_own_time_nothing_is_dated(host: Host) -> None:
    host.reply(Reply({"Overpayments": [OVERPAYMENT]}))
    with pytest.raises(TryLater, match="what time it is"):
        host.writer().compose(APPLY, MARKER)


def test_a_payment_has_nothing_left_to_apply(host: Host) -> None:
    effect = ApplyUnapplied(Kind.PAYMENT, "y1", CONTACT, (ONE,), "")
    with pytest.raises(Refused, match="nothing left to apply"):
        host.writer().compose(effect, MARKER)
    assert host.seen == []


def test_a_note_is_composed_without_a_call(host: Host) -> None:
    draft = compose(host, NOTE)
    assert (draft.method, draft.path) == ("PUT", f"/Invoices/{INVOICE}/History")
    assert parse(draft.body) == {"HistoryRecords": [{"Details": f"Reminder 1 sent {MARKER}"}]}
    assert host.seen == []


def test_a_note_on_anything_else_is_refused(host: Host) -> None:
    with pytest.raises(Refused, match="invoices and customers"):
        compose(host, AddNote(Kind.PAYMENT, "y1", "x", date(2026, 11, 20)))


@pytest.mark.parametrize(
    ("answer", "receipt_"),
    [
        (listed("Payments", {"PaymentID": "y1", "StatusAttributeString": "OK"}), "y1"),
        (listed("BatchPayments", {"BatchPaymentID": "b1", "Payments": []}), "b1"),
        (listed("BankTransactions", {"BankTransactionID": "t1", "OverpaymentID": "o1"}), "o1"),
        (listed("Allocations", {"AllocationID": "x1"}, {"AllocationID": "x2"}), "x1,x2"),
        (listed("Allocations", {"Invoice": {"InvoiceID": "i1"}}), "i1"),
        (listed("HistoryRecords", {"Details": f"Reminder 1 sent {MARKER}"}), MARKER),
    ],
)
def test_a_write_is_named_by_the_id_of_what_it_made(
    host: Host, answer: Reply, receipt_: str
) -> None:
    host.reply(answer)
    assert host.writer().send(Draft("PUT", "/Payments", b"{}"), "k") == receipt_


def refused(message: str) -> dict[str, Any]:
    return {"StatusAttributeString": "ERROR", "ValidationErrors": [{"Message": message}]}


@pytest.mark.parametrize(
    ("elements", "code", "words"),
    [
        ([refused("The document date cannot be before the period lock date")], "locked", "lock"),
        ([{"StatusAttributeString": "ERROR"}], "10", "without a reason"),
        ([{"AllocationID": "x1"}, refused("too much")], "partial", "1 of 2 refused: too much"),
    ],
)  # fmt: skip
def test_a_refusal_inside_a_good_answer_is_a_refusal(
    host: Host, elements: list[dict[str, Any]], code: str, words: str
) -> None:
    host.reply(listed("Allocations", *elements))
    with pytest.raises(Refused, match=words) as caught:
        host.writer().send(Draft("PUT", "/Overpayments/o1/Allocations", b"{}"), "k")
    assert caught.value.code == code


@pytest.mark.parametrize(
    "message",
    ["Payment amount exceeds the amount outstanding on this document",
     "Payments can only be made against Authorised documents"],
)  # fmt: skip
@pytest.mark.parametrize("good", [True, False])
def test_a_document_that_someone_else_settled_meanwhile_is_stale(
    host: Host, message: str, good: bool
) -> None:
    elements = [refused(message)]
    whole = Reply({"ErrorNumber": 10, "Elements": elements}, 400)
    host.reply(listed("Payments", *elements) if good else whole)
    with pytest.raises(Stale, match=message):
        host.writer().send(Draft("PUT", "/Payments", b"{}"), "k")


def test_an_answer_that_names_nothing_leaves_the_outcome_open(host: Host) -> None:
    host.reply(listed("Payments"))
    with pytest.raises(OutcomeUnknown):
        host.writer().send(Draft("PUT", "/Payments", b"{}"), "k")


def test_accounts_are_read_once_for_a_run_of_receipts(host: Host) -> None:
    host.route = books
    writer = host.writer()
    for _ in range(3):
        writer.compose(receipt(total="20"), MARKER)
    assert [seen.where for seen in host.seen] == ["Accounts"]
    assert ACCOUNT["AccountID"] == "acc1"


def test_a_prepayment_is_allocated_in_its_own_place(host: Host) -> None:
    only = Allocation(INVOICE, nzd("1"))
    effect = ApplyUnapplied(Kind.PREPAYMENT, "p1", CONTACT, (only,), "")
    draft = compose(host, effect)
    assert draft.path == "/Prepayments/p1/Allocations?summarizeErrors=false"
