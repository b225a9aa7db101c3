"""Small differences: booked to a named account, only where somebody allowed it, and undoable."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.mirroring import mirror
from connector.money.cash import BANK, Standing
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from connector.undoing import undo
from providers.constructs import CannotBuild, Difference
from providers.ledger import AddNote, CreditDifference, Invoice, Kind
from tests.connector.firm import Firm
from tests.connector.undoing.test_undo import ledger_state, take_back
from tests.connector.writing_back.test_applying import banked, cash_intents, conserved, usd
from tests.simulation import settling

Opens = Callable[..., Firm]
ALLOWED = "approval 12"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.COPILOT, "note": Mode.AUTOPILOT})


def fee(firm: Firm) -> str:
    return firm.books.account("Bank Fees")


def settle(firm: Firm, invoice: str, paid: str, *missing: Difference) -> None:
    with firm.deps.reading() as tx:
        (owed,) = mirror.fetch(tx, firm.connection_id, Kind.INVOICE, [invoice])
    assert isinstance(owed, Invoice)
    item = firm.money(BANK, "main:b1")
    parts = {invoice: (owed.customer_id, usd(paid))}
    settling.intend(firm.universe, firm.ledger, item, parts, missing)
    firm.settle()
    firm.pass_time(minutes=20)


def missing(firm: Firm, invoice: str, amount: str, **changed: str) -> Difference:
    told = {"account": fee(firm), "allowed_by": ALLOWED} | changed
    return Difference(invoice, usd(amount), told["account"], firm.today, told["allowed_by"])


def test_a_difference_that_was_allowed_is_booked_and_closes_its_invoice(firm: Firm) -> None:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    banked(firm, "95.00")
    one = missing(firm, invoice, "5")
    settle(firm, invoice, "95", one)
    assert firm.books.balance(invoice) == 0
    assert firm.books.booked(one.account) == 5
    assert firm.money(BANK, "main:b1").state is Standing.APPLIED
    line = conserved(firm)
    assert (line.received, line.parts.applied) == (usd("95"), usd("95")), "a write-off is no money"
    said = [i.effect.text for i in firm.intents(Step.CONFIRMED) if isinstance(i.effect, AddNote)]
    assert any("difference of USD 5.00" in text and ALLOWED in text for text in said)


def test_it_is_taken_back_with_the_money(firm: Firm) -> None:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    banked(firm, "95.00")
    one = missing(firm, invoice, "5")
    before = ledger_state(firm)
    settle(firm, invoice, "95", one)
    take_back(firm, "bank:main:b1")
    assert ledger_state(firm) == before
    assert firm.books.booked(one.account) == 0
    item = firm.money(BANK, "main:b1")
    assert (item.state, item.left) == (Standing.REVIEW, usd("95"))
    assert conserved(firm).parts.waiting == usd("95")


@pytest.mark.parametrize("changed", [{"allowed_by": ""}, {"account": ""}])
def test_without_an_approval_or_an_account_nothing_is_written(
    firm: Firm, changed: dict[str, str]
) -> None:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    banked(firm, "95.00")
    with pytest.raises(CannotBuild, match="approval or a policy"):
        settle(firm, invoice, "95", missing(firm, invoice, "5", **changed))
    firm.pass_time(minutes=20)
    assert cash_intents(firm) == []
    assert firm.writes() == []


def test_more_than_is_missing_is_not_booked_and_the_money_stays_applied(firm: Firm) -> None:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    banked(firm, "95.00")
    one = missing(firm, invoice, "6")
    settle(firm, invoice, "95", one)
    assert (firm.books.balance(invoice), firm.books.booked(one.account)) == (5, 0)
    assert firm.money(BANK, "main:b1").state is Standing.APPLIED
    (refused,) = [i for i in firm.intents() if isinstance(i.effect, CreditDifference)]
    assert refused.state is Step.REFUSED


def test_where_quickbooks_applies_credits_by_itself_a_person_must(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    firm.hand.prefer("SalesFormsPrefs", AutoApplyCredit=True)
    customer = firm.books.customer("Ash")
    invoice, other = firm.owe(customer, "INV-1", late_days=2), firm.owe(customer, "INV-2")
    banked(firm, "95.00")
    settle(firm, invoice, "95", missing(firm, invoice, "5"))
    assert (firm.books.balance(invoice), firm.books.balance(other)) == (5, 100)
    assert firm.hand.find("CreditMemo") == []


def test_a_credit_that_others_used_keeps_the_rest_in_place(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.COPILOT})
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    banked(firm, "95.00")
    settle(firm, invoice, "95", missing(firm, invoice, "5"))
    if ledger == "quickbooks":
        (memo,) = firm.hand.find("CreditMemo")
        firm.hand.update("CreditMemo", {"Id": memo["Id"], "Line": [
            {"Amount": Decimal(7), "DetailType": "SalesItemLineDetail",
             "SalesItemLineDetail": {"ItemRef": {"value": "1"}}},
        ]})  # fmt: skip
    else:
        firm.hand.set_organisation(PeriodLockDate=firm.today.isoformat())
    before = ledger_state(firm)
    undo.begin(firm.deps, firm.connection_id, money="bank:main:b1", by="ann")
    firm.settle()
    firm.pass_time(minutes=20)
    assert ledger_state(firm) == before
    assert firm.money(BANK, "main:b1").state is Standing.APPLIED
