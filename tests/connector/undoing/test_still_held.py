"""A bounced receipt whose money the ledger holds as placed payments: it is not closed by itself,
and a person sees them, whoever's invoices they are on and also where it is several."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest

from connector.money.cash import BANK, Standing
from connector.receiving import receipts
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.undoing.test_bounced import STATEMENT, total
from tests.connector.undoing.test_bounced_twins import (
    RENT,
    RENT_BACK,
    about_return,
    answer,
    lines,
)

Opens = Callable[..., Firm]
BOTH, BOTH_BACK = "INV-1001 INV-1002", "RETURNED INV-1001 INV-1002 R01"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def bring(
    firm: Firm, number: int, mark: str, text: str, *, payer: str = "ASH LTD", amount: str = "100,00"
) -> None:
    day = f"{firm.today:%y%m%d}"
    full, empty = f"C{day}USD{amount}", f"C{day}USD0,00"
    opening, closing = (empty, full) if mark == "C" else (full, empty)
    raw = STATEMENT.replace("100,00", amount).format(
        n=number, opening=opening, closing=closing, day=f"{day}{day[2:]}", mark=mark,
        reference=f"R{number}", text=text, payer=payer,
    )  # fmt: skip
    receipts.import_statement(firm.deps, firm.connection_id, raw.encode(), by="tests")
    firm.settle()
    firm.sweep()


def owe_two(firm: Firm, *amounts: str) -> tuple[str, list[str]]:
    ash = firm.books.customer("Ash Ltd")
    found = [firm.owe(ash, f"INV-{1001 + n}", it) for n, it in enumerate(amounts)]
    firm.sweep()
    return ash, found


def enter(firm: Firm, customer: str, invoice: str, amount: str) -> None:
    firm.books.pay_by_hand(customer, invoice, Decimal(amount), firm.today)
    firm.sweep()


def entered(firm: Firm) -> list[str]:
    if firm.ledger == "quickbooks":
        return [it["Id"] for it in firm.hand.find("Payment")]
    return [it["PaymentID"] for it in firm.hand.all("Payments") if it["Status"] == "AUTHORISED"]


def states(firm: Firm) -> list[Standing]:
    return [it.state for it in lines(firm)]


def read_singly(firm: Firm) -> list[str]:
    """Payments that others entered and that we asked Xero for."""
    paths = [it["path"] for it in firm.requests() if it["kind"] == "xero.payments.read"]
    ours = {it.receipt for it in firm.intents()}
    return [it for it in entered(firm) if it not in ours and any(it in path for path in paths)]


@pytest.mark.parametrize("ledger_first", [True, False])
def test_a_payment_of_anybodys_invoice_is_read_and_named(firm: Firm, *, ledger_first: bool) -> None:
    ash, (invoice,) = owe_two(firm, "100.00")
    pay = partial(enter, firm, ash, invoice, "100.00")
    come = partial(bring, firm, 1, "C", RENT, payer="J SMITH")
    for act in (pay, come) if ledger_first else (come, pay):
        act()
    firm.pass_days(2)
    bring(firm, 2, "RC", RENT_BACK, payer="J SMITH")
    asked = about_return(firm)
    (id_,) = entered(firm)
    assert firm.ledger == "quickbooks" or read_singly(firm) == [id_]
    assert f"the ledger holds payment {id_}" in asked.summary
    assert "set against INV-1001, which may be the money that the bank took back" in asked.summary
    assert "was not read yet" not in asked.summary
    assert states(firm) == [Standing.REVIEW]
    assert firm.log("set_aside") == []
    answer(firm, 1)
    assert states(firm) == [Standing.CLOSED]
    assert [it.actor for it in firm.log("set_aside")] == ["ann"]


def test_nothing_is_read_where_no_payment_has_the_sum(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"cash": Mode.AUTOPILOT})
    birch = firm.books.customer("Birch")
    other, later = firm.owe(birch, "INV-7", "90.00"), firm.owe(birch, "INV-8", "100.00")
    firm.sweep()
    enter(firm, birch, later, "100.00")
    firm.pass_days(10)
    enter(firm, birch, other, "90.00")
    bring(firm, 1, "C", RENT, payer="J SMITH")
    firm.pass_days(1)
    bring(firm, 2, "RC", RENT_BACK, payer="J SMITH")
    assert states(firm) == [Standing.CLOSED]
    assert read_singly(firm) == []


@pytest.mark.parametrize("mode", [Mode.AUTOPILOT, Mode.COPILOT])
def test_one_line_entered_invoice_by_invoice_is_asked_about(firm: Firm, mode: Mode) -> None:
    firm.switch(cash=mode)
    ash, invoices = owe_two(firm, "10.00", "20.00")
    for invoice, amount in zip(invoices, ("10.00", "20.00"), strict=True):
        enter(firm, ash, invoice, amount)
    bring(firm, 1, "C", BOTH, amount="30,00")
    firm.pass_days(1)
    bring(firm, 2, "RC", BOTH_BACK, amount="30,00")
    firm.pass_days(1)
    asked = about_return(firm)
    assert "INV-1001, INV-1002, which the receipt names, are paid" in asked.summary
    assert all(f"payment {it} of" in asked.summary for it in entered(firm))
    (option,) = asked.options
    assert option["text"].endswith("is other money: close it as returned")
    assert sorted(option["others"]) == sorted(f"payment:{it}" for it in entered(firm))
    assert states(firm) == [Standing.REVIEW]
    answer(firm, 0)
    assert states(firm) == [Standing.CLOSED]
    assert str(total(firm).parts.returned) == "USD 30.00"
    assert [it for it in firm.asked() if it.subject.startswith("return:")] == []


def test_once_these_are_taken_out_the_receipt_closes_itself(firm: Firm) -> None:
    ash, invoices = owe_two(firm, "10.00", "20.00")
    for invoice, amount in zip(invoices, ("10.00", "20.00"), strict=True):
        enter(firm, ash, invoice, amount)
    bring(firm, 1, "C", BOTH, amount="30,00")
    firm.pass_days(1)
    bring(firm, 2, "RC", BOTH_BACK, amount="30,00")
    assert states(firm) == [Standing.REVIEW]
    for id_ in entered(firm):
        firm.books.remove(id_)
    firm.sweep()
    firm.sweep()
    assert [firm.books.balance(it) for it in invoices] == [10, 20]
    assert states(firm) == [Standing.CLOSED]
    assert firm.asked() == []


@pytest.mark.parametrize(("parts", "is_asked"), [
    (("10.00", "20.00"), True), (("10.00", "15.00"), False),
])  # fmt: skip
def test_parts_of_what_is_named_count_where_they_come_to_the_sum(
    firm: Firm, parts: tuple[str, ...], *, is_asked: bool
) -> None:
    ash, invoices = owe_two(firm, "100.00", "100.00")
    for invoice, amount in zip(invoices, parts, strict=True):
        enter(firm, ash, invoice, amount)
    bring(firm, 1, "C", BOTH, amount="30,00")
    firm.pass_days(1)
    bring(firm, 2, "RC", BOTH_BACK, amount="30,00")
    assert states(firm) == [Standing.REVIEW if is_asked else Standing.CLOSED]
    if is_asked:
        assert "which come to its sum" in about_return(firm).summary


def test_our_batch_that_somebody_entered_anew_is_asked_about(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"cash": Mode.AUTOPILOT})
    ash, invoices = owe_two(firm, "10.00", "20.00")
    bring(firm, 1, "C", BOTH, amount="30,00")
    (batch,) = firm.hand.all("BatchPayments")
    firm.hand.delete("BatchPayments", batch["BatchPaymentID"])
    firm.pass_time(hours=1)
    for invoice, amount in zip(invoices, ("10.00", "20.00"), strict=True):
        enter(firm, ash, invoice, amount)
    bring(firm, 2, "RC", BOTH_BACK, amount="30,00")
    assert [it.state for it in firm.all_money() if it.kind == BANK] == [Standing.REVIEW]
    assert "are paid: the ledger holds payment" in about_return(firm).summary
