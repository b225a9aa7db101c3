"""Undo: state, act, undo, and the ledger is as it was; after somebody else's edit it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector import jobs
from connector.money.cash import BANK, Item, Standing
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from connector.undoing import undo
from connector.undoing.undo import CannotUndo
from providers.ledger import AddNote, Undo
from tests.connector.firm import Firm
from tests.connector.writing_back.test_applying import (
    banked,
    cash_intents,
    conserved,
    settle_by,
    usd,
)
from tests.processes.business import Business

Opens = Callable[..., Firm]
COPILOT = {"cash": Mode.COPILOT, "note": Mode.AUTOPILOT}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=COPILOT)


def take_back(firm: Firm, money: str) -> None:
    undo.begin(firm.deps, firm.connection_id, money=money, by="ann")
    firm.settle()
    firm.pass_time(minutes=20)


def ledger_state(company: Firm | Business) -> dict[str, Any]:
    """Balances, lines and allocations: all that money did in the ledger."""
    hand = company.books.hand
    if company.ledger == "quickbooks":
        payments = {
            p["Id"]: (p["TotalAmt"], p["UnappliedAmt"], [
                (line["Amount"], line["LinkedTxn"]) for line in p["Line"]
            ])
            for p in hand.find("Payment")
        }  # fmt: skip
        open_ = {d["Id"]: (d["Balance"], d["LinkedTxn"])
                 for kind in ("Invoice", "CreditMemo") for d in hand.find(kind)}  # fmt: skip
        owed = {c["Id"]: c["Balance"] for c in hand.find("Customer")}
        return {"payments": payments, "open": open_, "owed": owed}
    live = ("AUTHORISED", "PAID")
    found: dict[str, Any] = {
        "payments": {p["PaymentID"]: p["Amount"] for p in hand.all("Payments")
                     if p["Status"] in live},
        "batches": {b["BatchPaymentID"] for b in hand.all("BatchPayments") if b["Status"] in live},
        "invoices": {i["InvoiceID"]: (i["AmountDue"], i["Status"]) for i in hand.all("Invoices")},
    }  # fmt: skip
    for plural, id_field in (
        ("Overpayments", "OverpaymentID"), ("CreditNotes", "CreditNoteID"),
    ):  # fmt: skip
        found[plural] = {
            d[id_field]: (d["RemainingCredit"], d["Status"], [
                (a["Invoice"]["InvoiceID"], a["Amount"]) for a in d["Allocations"]
            ])
            for d in hand.all(plural) if d["Status"] in live
        }  # fmt: skip
    return found


def on_account(firm: Firm, customer: str, amount: str) -> Item:
    firm.pay(customer, amount, "thank you")
    firm.pass_time(minutes=20)
    (item,) = [it for it in firm.all_money() if it.kind != BANK]
    return item


def test_money_on_account_is_unapplied_again_and_waits_for_a_person(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    item = on_account(firm, customer, "100.00")
    before = ledger_state(firm)
    settle_by(firm, item, (invoice, "100"))
    assert firm.books.balance(invoice) == 0
    take_back(firm, item.subject)
    assert ledger_state(firm) == before
    again = firm.money(item.kind, item.id)
    assert (again.state, again.left) == (Standing.REVIEW, usd("100"))
    assert [i.state for i in cash_intents(firm)] == [Step.UNDONE]
    line = conserved(firm)
    assert (line.received, line.parts.applied, line.left) == (usd("100"), usd("0"), usd("100"))
    assert {"undo.asked", "undo.confirmed"} <= {entry.event for entry in firm.log("undo")}
    notes = [i.effect.text for i in firm.intents(Step.CONFIRMED) if isinstance(i.effect, AddNote)]
    assert len(notes) == 2
    assert notes[1].startswith("Undone by ann: USD 100.00")


def test_what_was_undone_is_not_applied_again_by_itself(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    firm.pay(customer, "100.00", "INV-1")
    firm.pass_time(minutes=20)
    assert firm.books.balance(invoice) == 0
    (item,) = firm.all_money()
    take_back(firm, item.subject)
    firm.pass_nights(3)
    assert firm.books.balance(invoice) == 100
    assert [it.state for it in firm.all_money()] == [Standing.REVIEW]
    firm.approve()
    firm.pass_time(minutes=20)
    assert firm.books.balance(invoice) == 0, "a person may apply it again"
    assert conserved(firm).parts.applied == usd("100")


def test_a_receipt_of_two_customers_is_taken_out_whole(firm: Firm) -> None:
    first = firm.owe(firm.books.customer("Ash"), "INV-1")
    second = firm.owe(firm.books.customer("Birch"), "INV-2", "60.00")
    item = banked(firm, "160.00")
    before = ledger_state(firm)
    settle_by(firm, item, (first, "100"), (second, "60"))
    take_back(firm, "bank:main:b1")
    assert ledger_state(firm) == before
    assert firm.money(BANK, "main:b1").left == usd("160")
    assert firm.money(BANK, "main:b1").state is Standing.REVIEW
    assert conserved(firm).parts.waiting == usd("160")
    settle_by(firm, firm.money(BANK, "main:b1"), (first, "100"), (second, "60"))
    assert firm.books.balance(second) == 0, "a person may enter it again"
    assert conserved(firm).parts.applied == usd("160")


def test_a_receipt_with_a_rest_is_taken_out_whole_with_what_became_of_the_rest(
    firm: Firm,
) -> None:
    customer = firm.books.customer("Ash")
    invoice, later = firm.owe(customer, "INV-1"), firm.owe(customer, "INV-2", "30.00")
    item = banked(firm, "120.00")
    before = ledger_state(firm)
    settle_by(firm, item, (invoice, "100"))
    rest = next(it for it in firm.all_money() if it.kind != BANK)
    settle_by(firm, rest, (later, "20"))
    assert firm.books.balance(later) == 10
    first = cash_intents(firm)[0]
    with pytest.raises(CannotUndo, match="used the same money since"):
        undo.begin(firm.deps, firm.connection_id, money=str(first.decision_id), by="ann")
    take_back(firm, "bank:main:b1")
    assert ledger_state(firm) == before
    assert firm.money(BANK, "main:b1").state is Standing.REVIEW
    assert conserved(firm).parts.waiting == usd("120")


def test_decisions_about_the_same_money_are_undone_one_by_one_the_last_first(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    first, second = firm.owe(customer, "INV-1"), firm.owe(customer, "INV-2", "50.00")
    item = on_account(firm, customer, "130.00")
    start = ledger_state(firm)
    settle_by(firm, item, (first, "100"))
    middle = ledger_state(firm)
    settle_by(firm, firm.money(item.kind, item.id), (second, "30"))
    one, two = cash_intents(firm)
    take_back(firm, str(two.decision_id))
    assert ledger_state(firm) == middle
    assert firm.money(item.kind, item.id).left == usd("30")
    take_back(firm, str(one.decision_id))
    assert ledger_state(firm) == start
    assert firm.money(item.kind, item.id).left == usd("130")
    conserved(firm)


def reconcile(firm: Firm) -> str:
    if firm.ledger == "quickbooks":
        (payment,) = firm.hand.find("Payment")
        link = {"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}
        firm.hand.create("Deposit", {
            "DepositToAccountRef": {"value": "35"},
            "Line": [{"Amount": payment["TotalAmt"], "LinkedTxn": [link]}],
        })  # fmt: skip
        return "changed since|deposited"
    payments = [b["BatchPaymentID"] for b in firm.hand.all("BatchPayments")]
    firm.hand.reconcile("BatchPayments", payments[0])
    return "reconciled"


def close(firm: Firm) -> str:
    if firm.ledger == "quickbooks":
        firm.hand.close_books(firm.today)
        return "closed"
    firm.hand.set_organisation(PeriodLockDate=firm.today.isoformat())
    return "locked"


def delete(firm: Firm) -> str:
    if firm.ledger == "quickbooks":
        firm.hand.delete("Payment", firm.hand.find("Payment")[0]["Id"])
    else:
        batch = firm.hand.all("BatchPayments")[0]["BatchPaymentID"]
        firm.hand.delete("BatchPayments", batch)
    return "no longer there"


def rewrite(firm: Firm) -> str:
    if firm.ledger == "xero":
        pytest.skip("a payment in Xero cannot be changed")
    payment = firm.hand.find("Payment")[0]
    firm.hand.update("Payment", {"Id": payment["Id"], "PrivateNote": "Mine now"})
    return "changed since"


@pytest.mark.parametrize("edit", [reconcile, close, delete, rewrite])
def test_after_somebody_elses_edit_undo_refuses_explains_and_changes_nothing(
    firm: Firm, edit: Callable[[Firm], str]
) -> None:
    customer = firm.books.customer("Ash")
    invoices = [firm.owe(customer, f"INV-{n}", "50.00") for n in range(2)]
    item = banked(firm, "100.00")
    settle_by(firm, item, *((invoice, "50") for invoice in invoices))
    words = edit(firm)
    after_edit, writes = ledger_state(firm), len(firm.writes())
    undo.begin(firm.deps, firm.connection_id, money=item.subject, by="ann")
    firm.restart()  # nobody has read the edit yet: the write itself must find it
    jobs.RUN["deliver"](firm.deps, firm.connection_id)
    assert len(firm.writes()) == writes
    assert ledger_state(firm) == after_edit
    (refused,) = [i for i in firm.intents() if isinstance(i.effect, Undo)]
    assert refused.state is Step.REFUSED
    assert any(word in refused.error for word in words.split("|")), refused.error
    assert [entry.what["reason"] for entry in firm.log("undo.not done")] == [refused.error]
    firm.settle()
    firm.pass_nights(2)
    expected = Standing.REVIEW if edit is delete else Standing.APPLIED
    assert firm.money(BANK, "main:b1").state is expected
    conserved(firm)


def test_none_of_several_writes_is_taken_back_when_one_of_them_cannot_be(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes=COPILOT)
    first = firm.owe(firm.books.customer("Ash"), "INV-1")
    second = firm.owe(firm.books.customer("Birch"), "INV-2", "60.00")
    item = banked(firm, "160.00")
    settle_by(firm, item, (first, "100"), (second, "60"))
    oldest = min(firm.hand.find("Payment"), key=lambda p: int(p["Id"]))
    firm.hand.update("Payment", {"Id": oldest["Id"], "PrivateNote": "Mine now"})
    before = ledger_state(firm)
    take_back(firm, item.subject)
    assert ledger_state(firm) == before
    assert {i.state for i in firm.intents() if isinstance(i.effect, Undo)} == {Step.REFUSED}
    assert firm.money(BANK, "main:b1").state is Standing.APPLIED


def test_a_rest_that_others_used_keeps_an_overpayment_where_it_is(open_firm: Opens) -> None:
    firm = open_firm("xero", modes=COPILOT)
    customer = firm.books.customer("Ash")
    invoice, other = firm.owe(customer, "INV-1"), firm.owe(customer, "INV-2", "20.00")
    item = banked(firm, "120.00")
    settle_by(firm, item, (invoice, "100"))
    (transaction,) = firm.hand.all("BankTransactions")
    firm.match_by_hand(transaction["BankTransactionID"], other, "20.00")
    before = ledger_state(firm)
    take_back(firm, item.subject)
    assert ledger_state(firm) == before
    refused = [i for i in firm.intents() if isinstance(i.effect, Undo)]
    assert "USD 20.00 of the money was allocated since" in refused[0].error
    conserved(firm)


def test_what_was_never_written_cannot_be_undone(firm: Firm) -> None:
    with pytest.raises(CannotUndo, match="nothing that Ledgerhand wrote"):
        undo.begin(firm.deps, firm.connection_id, money="bank:main:none", by="ann")
    with pytest.raises(CannotUndo, match="no decision 77"):
        undo.begin(firm.deps, firm.connection_id, money="77", by="ann")
