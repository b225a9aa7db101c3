from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from providers.errors import LedgerError, OutcomeUnknown, Refused, Stale, TryLater
from providers.exact import Doc
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    Customer,
    Draft,
    Effect,
    Invoice,
    Kind,
    Payment,
    RecordPayment,
)
from providers.money import Money
from providers.quickbooks.writer import QuickBooksWriter
from tests.providers.quickbooks.wire import REALM, Reply, Token, Wire, fixture, http

MARKER = "[lh:1a2b3c4d]"
ON = date(2026, 11, 20)


def part(invoice_id: str, amount: str, currency: str = "USD") -> Allocation:
    return Allocation(invoice_id, Money.of(amount, currency))


def applying(*parts: Allocation) -> ApplyUnapplied:
    parts = parts or (part("147", "150"),)
    return ApplyUnapplied(Kind.PAYMENT, "171", "58", parts, "Applied to invoice 1047")


def recording(*parts: Allocation, total: str = "500", reference: str = "WIRE 7") -> RecordPayment:
    money = Money.of(total, "USD")
    return RecordPayment("bank-1", "58", ON, money, parts, reference, "From bank line 1")


NOTE = AddNote(Kind.INVOICE, "145", "Reminder 1 sent.\nTo books@harborlane.example.", ON)
CUSTOMER_NOTE = AddNote(Kind.CUSTOMER, "58", "Reminder 1 sent.", ON)
VOIDED: Doc = {"TotalAmt": 0, "UnappliedAmt": 0, "PrivateNote": "Voided"}
EFFECTS: list[Effect] = [applying(), recording(part("147", "150")), recording(), NOTE,
                         CUSTOMER_NOTE]  # fmt: skip


def writer(wire: Wire) -> QuickBooksWriter:
    return QuickBooksWriter(wire.vendor, http(), Token(), REALM)


def serve(wire: Wire, **changed: Doc) -> None:
    """One customer, one payment with 150 left, invoices 145 and 147."""
    other: Doc = {"Id": "147", "DocNumber": "1047", "Balance": Decimal("200.00")}
    rows = {
        "Customer": [fixture("customer") | changed.get("customer", {})],
        "Payment": [fixture("payment") | changed.get("payment", {})],
        "Invoice": [fixture("invoice"), fixture("invoice") | other | changed.get("invoice", {})],
        "Attachable": [{"Id": "900", "Note": "Something else"}],
    }

    def answer(seen) -> Reply:
        if seen.method == "POST":
            return Reply({seen.path.rsplit("/")[-1].title(): {"Id": "901"}, "time": "t"})
        entity = seen.params["query"].split()[3]
        asked = seen.params["query"]
        return wire.rows(entity, *[r for r in rows[entity] if "Id IN" not in asked
                                   or f"'{r['Id']}'" in asked])  # fmt: skip

    wire.route = answer


def body(draft: Draft) -> Doc:
    return dict(json.loads(draft.body, parse_float=Decimal))


def test_applying_sends_the_lines_that_are_there_and_the_new_ones(wire: Wire) -> None:
    serve(wire)
    draft = writer(wire).compose(applying(), MARKER)
    assert (draft.method, draft.path) == ("POST", "payment")
    assert body(draft) == {
        "Id": "171", "SyncToken": "2", "sparse": True, "CustomerRef": {"value": "58"},
        "TotalAmt": Decimal("450.0"), "CurrencyRef": {"value": "USD"},
        "PrivateNote": f"INV 1045 part\nApplied to invoice 1047 {MARKER}",
        "Line": [
            {"Amount": Decimal("300.0"), "LinkedTxn": [{"TxnId": "145", "TxnType": "Invoice"}]},
            {"Amount": Decimal("150.00"), "LinkedTxn": [{"TxnId": "147", "TxnType": "Invoice"}]},
        ],
    }  # fmt: skip
    assert len(wire.seen) == 2
    assert wire.writes() == []


def test_a_draft_holds_the_records_as_they_are_now(wire: Wire) -> None:
    serve(wire)
    payment, invoice = writer(wire).compose(applying(), MARKER).read
    assert isinstance(payment, Payment)
    assert isinstance(invoice, Invoice)
    assert (payment.version, payment.unapplied) == ("2", Money.of("150", "USD"))
    assert (invoice.id, invoice.open) == ("147", Money.of("200", "USD"))


def test_more_for_an_invoice_that_has_a_line_makes_the_line_grow(wire: Wire) -> None:
    serve(wire)
    draft = writer(wire).compose(applying(part("145", "100.10"), part("145", "1")), MARKER)
    (line,) = body(draft)["Line"]
    assert line["Amount"] == Decimal("401.10")


def test_lines_that_link_something_else_are_kept(wire: Wire) -> None:
    journal = {"Amount": 7, "LinkedTxn": [{"TxnId": "145", "TxnType": "JournalEntry",
                                           "TxnLineId": "1"}]}  # fmt: skip
    serve(wire, payment={"Line": [journal]})
    draft = writer(wire).compose(applying(part("145", "5")), MARKER)
    assert body(draft)["Line"][0] == journal
    assert body(draft)["Line"][1]["LinkedTxn"] == [{"TxnId": "145", "TxnType": "Invoice"}]


@pytest.mark.parametrize(("_case", "changed", "effect"), [
    ("less left", {"payment": {"UnappliedAmt": Decimal("149.99")}}, applying()),
    ("voided", {"payment": VOIDED}, applying()),
    ("payment gone", {"payment": {"Id": "172"}}, applying()),
    ("invoice gone", {}, applying(part("999", "1"))),
    ("invoice paid", {"invoice": {"Balance": 0}}, applying()),
    ("invoice voided", {"invoice": {"Balance": 0, "TotalAmt": 0, "PrivateNote": "Voided"}},
     recording(part("147", "150"))),
    ("more than is open", {}, recording(part("147", "150"), part("147", "50.01"))),
    ("customer gone", {"customer": {"Id": "59"}}, recording()),
    ("customer of the note gone", {"customer": {"Id": "59"}}, CUSTOMER_NOTE),
])  # fmt: skip
def test_what_changed_since_the_decision_is_stale(
    wire: Wire, _case: str, changed: dict[str, Doc], effect: Effect
) -> None:
    serve(wire, **changed)
    with pytest.raises(Stale):
        writer(wire).compose(effect, MARKER)
    assert wire.writes() == []


@pytest.mark.parametrize(("_case", "effect"), [
    ("other currency", recording(part("147", "150", "CAD"))),
    ("foreign invoice", RecordPayment("b", "58", ON, Money.of("9", "CAD"),
                                      (part("147", "9", "CAD"),), "", "")),
    ("nothing", applying(part("147", "0"))),
    ("less than nothing", applying(part("147", "-1"))),
    ("more than came in", recording(part("147", "150"), total="149")),
    ("nothing came in", recording(total="0")),
])  # fmt: skip
def test_what_could_never_be_written_is_refused(wire: Wire, _case: str, effect: Effect) -> None:
    serve(wire)
    with pytest.raises(Refused):
        writer(wire).compose(effect, MARKER)
    assert wire.writes() == []


def test_a_new_payment_may_leave_money_on_account(wire: Wire) -> None:
    serve(wire)
    effect = recording(part("147", "150"), part("145", "0.40"),
                       reference="REF 0000000000000000001234")  # fmt: skip
    draft = writer(wire).compose(effect, MARKER)
    assert body(draft) == {
        "CustomerRef": {"value": "58"}, "TotalAmt": Decimal("500.00"), "TxnDate": "2026-11-20",
        "CurrencyRef": {"value": "USD"}, "PrivateNote": f"From bank line 1 {MARKER}",
        "PaymentRefNum": "REF 0000000000000000…",
        "Line": [
            {"Amount": Decimal("150.00"), "LinkedTxn": [{"TxnId": "147", "TxnType": "Invoice"}]},
            {"Amount": Decimal("0.40"), "LinkedTxn": [{"TxnId": "145", "TxnType": "Invoice"}]},
        ],
    }  # fmt: skip
    assert len(wire.seen) == 1


def test_a_payment_on_account_reads_the_customer(wire: Wire) -> None:
    serve(wire, customer={"CurrencyRef": None})
    wire.reply(wire.rows("Customer", fixture("customer")))
    draft = writer(wire).compose(recording(reference=""), MARKER)
    assert [type(record) for record in draft.read] == [Customer]
    assert body(draft)["Line"] == []
    assert "PaymentRefNum" not in body(draft)


def test_a_note_on_an_invoice_is_attached_and_never_mailed(wire: Wire) -> None:
    draft = writer(wire).compose(NOTE, MARKER)
    assert draft.path == "attachable"
    assert body(draft) == {
        "Note": f"{NOTE.text} {MARKER}",
        "AttachableRef": [{"IncludeOnSend": False,
                           "EntityRef": {"type": "Invoice", "value": "145"}}],
    }  # fmt: skip
    assert wire.seen == []


def test_a_note_on_a_customer_joins_the_notes_of_others(wire: Wire) -> None:
    serve(wire)
    draft = writer(wire).compose(CUSTOMER_NOTE, MARKER)
    assert body(draft) == {
        "Id": "58", "SyncToken": "3", "sparse": True,
        "Notes": f"{fixture('customer')['Notes']}\n2026-11-20 Reminder 1 sent. {MARKER}",
    }  # fmt: skip
    assert [type(record) for record in draft.read] == [Customer]


@pytest.mark.parametrize("effect", EFFECTS)
def test_a_write_returns_the_id_of_what_was_written(wire: Wire, effect: Effect) -> None:
    serve(wire)
    writes = writer(wire)
    draft = writes.compose(effect, MARKER)
    assert writes.send(draft, "key-1") == "901"
    (seen,) = wire.writes()
    assert (seen.body, seen.params["requestid"]) == (draft.body, "key-1")
    assert seen.path == f"/v3/company/{REALM}/{draft.path}"


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize(("_case", "reply", "expected"), [
    ("reset", Reply(broken="reset"), OutcomeUnknown),
    ("cut", Reply({"Payment": {"Id": "9"}}, broken="cut"), OutcomeUnknown),
    ("hang", Reply(broken="hang"), OutcomeUnknown),
    ("half", Reply(b'{"Payment":{"Id":'), OutcomeUnknown),
    ("no id", Reply({"Payment": {}, "time": "t"}), OutcomeUnknown),
    ("503", Reply(b"<html>", 503, {"Retry-After": "1"}), OutcomeUnknown),
    ("429", Reply(b"", 429, {"Retry-After": "1"}), TryLater),
    ("307", Reply(b"", 307, {"Location": "/"}), OutcomeUnknown),
    ("stale", Reply({"Fault": {"Error": [{"code": "5010", "Message": "Stale"}]}}, 400), Stale),
])  # fmt: skip
def test_a_broken_write_is_one_request(
    wire: Wire, effect: Effect, _case: str, reply: Reply, expected: type[LedgerError]
) -> None:
    serve(wire)
    writes = writer(wire)
    draft = writes.compose(effect, MARKER)
    wire.reply(reply)
    with pytest.raises(expected) as caught:
        writes.send(draft, "key-1")
    assert type(caught.value) is expected
    assert len(wire.writes()) == 1


@pytest.mark.parametrize(("effect", "entity", "field", "asked"), [
    (applying(), "Payment", "PrivateNote", "Id IN ('171')"),
    (recording(), "Payment", "PrivateNote", "CustomerRef = '58' AND TxnDate = '2026-11-20'"),
    (NOTE, "Attachable", "Note", "AttachableRef.EntityRef.value = '145'"),
    (CUSTOMER_NOTE, "Customer", "Notes", "Id IN ('58')"),
])  # fmt: skip
def test_a_write_is_found_by_its_marker(
    wire: Wire, effect: Effect, entity: str, field: str, asked: str
) -> None:
    draft, found = Draft("POST", "", b""), {"Id": "171", field: f"Voided - text {MARKER}"}
    other = {"Id": "170", field: "text [lh:ffffffff]"}
    wire.reply(wire.rows(entity, other, found), wire.rows(entity, other, {"Id": "1"}),
               wire.rows(entity))  # fmt: skip
    answers = [writer(wire).find(effect, draft, MARKER) for _ in range(3)]
    assert answers == ["171", "", ""]
    assert len(wire.seen) == 3
    assert asked in wire.seen[0].params["query"]
