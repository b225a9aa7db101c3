"""A payment of ours that a bookkeeper deleted and entered again: the invoice stays paid, and it is
known all the same that what we wrote is gone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.access.ledgers import opened
from connector.answering import answers
from connector.clients.meter import Purpose
from connector.mirroring import mirror
from connector.money.cash import BANK, Standing
from connector.outgoing.intents import Step
from connector.receiving import receipts
from connector.rules.modes import Mode
from providers.ledger import Kind
from tests.connector.firm import Firm
from tests.connector.taken_back.test_reversals import remove
from tests.connector.twin_money.test_twins import bold
from tests.connector.undoing.test_bounced import BOUNCE, STATEMENT, paid
from tests.connector.writing_back.test_applying import cash_intents, conserved

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def enter_anew(firm: Firm, *invoices: str) -> None:
    """Between two looks at the ledger."""
    remove(firm)
    (ash,) = {it.effect.customer_id for it in cash_intents(firm)}
    for invoice in invoices:
        firm.books.pay_by_hand(ash, invoice, Decimal(100), firm.today)


def test_what_we_wrote_is_ours_no_more(firm: Firm) -> None:
    invoice = paid(firm)
    enter_anew(firm, invoice)
    firm.pass_time(minutes=60)
    firm.pass_nights(2)
    assert firm.books.balance(invoice) == 0
    assert [it.state for it in cash_intents(firm)] == [Step.REVERSED]
    parts = conserved(firm).parts
    assert (str(parts.applied), str(parts.placed_by_others)) == ("USD 0.00", "USD 100.00")
    assert len(firm.log("record_payment.reversed")) == 1


def test_one_receipt_over_several_invoices_is_too(firm: Firm) -> None:
    ash = bold(firm).books.customer("Ash")
    invoices = [firm.owe(ash, f"INV-{n}", "100.00") for n in (1, 2)]
    firm.sweep()
    firm.bank("b1", "200.00", "INV-1 INV-2", payer="Ash")
    firm.sweep()
    assert [firm.books.balance(it) for it in invoices] == [0, 0]
    enter_anew(firm, *invoices)
    firm.pass_time(minutes=60)
    firm.pass_nights(1)
    assert [it.state for it in cash_intents(firm)] == [Step.REVERSED]
    assert firm.money(BANK, "main:b1").state is not Standing.APPLIED
    assert str(conserved(firm).parts.applied) == "USD 0.00"


def test_an_undo_of_what_is_gone_finds_that_out(firm: Firm) -> None:
    """Nothing told of it: what we wrote is read again because it could not be undone."""
    invoice = paid(firm)
    firm.world.apps(firm.ledger)[0]["webhook_url"] = ""
    enter_anew(firm, invoice)
    with opened(firm.deps, firm.connection_id, Purpose.SYNC) as ledger:
        read = ledger.reader().fetch(Kind.INVOICE, [invoice])
    with firm.deps.writing() as tx:
        mirror.store(tx, firm.connection_id, read, read_at=firm.deps.now())
    day = f"{firm.today:%y%m%d}"
    receipts.import_statement(firm.deps, firm.connection_id, STATEMENT.format(
        n=2, opening=f"C{day}USD100,00", closing=f"C{day}USD0,00", day=f"{day}{day[2:]}", mark="RC",
        reference="R2", text=BOUNCE, payer="ASH LTD",
    ).encode(), by="tests")  # fmt: skip
    firm.settle()
    (asked,) = firm.asked()
    assert "undo what was applied of it" in asked.options[0]["text"]
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    assert [it.state for it in cash_intents(firm)] == [Step.REVERSED]
    firm.sweep()
    assert all("undo what" not in it["text"] for one in firm.asked() for it in one.options)
    assert Standing.APPLIED not in {it.state for it in firm.all_money()}
