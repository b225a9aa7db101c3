from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from providers.errors import Refused
from providers.ledger import AddNote, Draft, Kind
from tests.providers.xero.host import Host, Reply, listed
from tests.providers.xero.test_faults import INVOICE, MARKER, ONE, OVERPAYMENT, SECOND, TWO, receipt
from tests.providers.xero.test_writer import APPLY, NOTE

DRAFT = Draft("PUT", "/x", b"{}", before=("a1000000-0000-4000-8000-000000000001",))


def money(*allocations: tuple[str, str, str]) -> Reply:
    rows = [
        {"AllocationID": id_, "Amount": amount, "Invoice": {"InvoiceID": invoice}}
        for id_, invoice, amount in [(DRAFT.before[0], INVOICE, "10.55"), *allocations]
    ]
    return listed("Overpayments", {**OVERPAYMENT, "Allocations": rows})


def test_allocations_are_found_as_what_was_not_there_before(host: Host) -> None:
    host.reply(money(), money(("x1", INVOICE, "10.55"), ("x2", SECOND, "9.45")))
    writer = host.writer()
    assert writer.find(APPLY, DRAFT, MARKER) == ""
    assert writer.find(APPLY, DRAFT, MARKER) == "x1,x2"


def test_another_amount_on_the_same_invoice_is_not_ours(host: Host) -> None:
    host.reply(money(("x1", INVOICE, "10.54"), ("x2", SECOND, "9.46")))
    assert host.writer().find(APPLY, DRAFT, MARKER) == ""


def test_half_of_the_allocations_need_a_person(host: Host) -> None:
    host.reply(money(("x1", INVOICE, "10.55")))
    with pytest.raises(Refused, match="1 of 2") as caught:
        host.writer().find(APPLY, DRAFT, MARKER)
    assert caught.value.code == "partial"


def test_a_payment_is_found_by_its_marker_deleted_or_not(host: Host) -> None:
    mine = {"PaymentID": "y2", "Reference": f"wire 7 {MARKER}", "Status": "DELETED"}
    host.reply(listed("Payments", {"PaymentID": "y1", "Reference": "wire 7"}, mine))
    assert host.writer().find(receipt(ONE, total="10.55"), DRAFT, MARKER) == "y2"
    assert host.seen[0].params["where"] == f'Invoice.InvoiceID==guid("{INVOICE}")'


@pytest.mark.parametrize(
    "texts",
    [{"Reference": f"wire 7 {MARKER}"}, {"Details": MARKER}, {"Narrative": MARKER},
     {"Payments": [{"Reference": f"wire 7 {MARKER}"}]}],
)  # fmt: skip
def test_a_batch_payment_is_found_wherever_xero_keeps_the_marker(
    host: Host, texts: dict[str, Any]
) -> None:
    host.reply(listed("BatchPayments", {"BatchPaymentID": "b1"}, {"BatchPaymentID": "b2", **texts}))
    assert host.writer().find(receipt(ONE, TWO, total="20"), DRAFT, MARKER) == "b2"
    assert host.seen[0].params["where"] == "Date==DateTime(2026,11,20)"


def test_an_overpayment_is_found_by_the_text_of_its_line(host: Host) -> None:
    line = {"OverpaymentID": "o9", "LineItems": [{"Description": f"wire 7 {MARKER}"}]}
    host.reply(listed("BankTransactions", line))
    assert host.writer().find(receipt(total="20"), DRAFT, MARKER) == "o9"


def test_a_note_is_found_in_the_history(host: Host) -> None:
    mine = {"Details": f"Reminder 1 sent {MARKER}", "Changes": "Note"}
    host.reply(listed("HistoryRecords", {"Details": "Edited"}), listed("HistoryRecords", mine))
    assert host.writer().find(NOTE, DRAFT, MARKER) == ""
    assert host.writer().find(NOTE, DRAFT, MARKER) == MARKER
    assert host.seen[0].where == f"Invoices/{INVOICE}/History"


def test_a_note_is_not_looked_for_where_none_can_be(host: Host) -> None:
    effect = AddNote(Kind.PAYMENT, "y1", "x", date(2026, 11, 20))
    assert host.writer().find(effect, DRAFT, MARKER) == ""
    assert host.seen == []
