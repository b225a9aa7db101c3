"""Into the ledger: several customers, credits and rests, each in the ledger's own construct."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from connector import jobs
from connector.mirroring import mirror
from connector.money.cash import BANK, Item, Standing
from connector.outgoing.intents import Intent, Step
from connector.proof import conservation
from connector.rules.modes import Mode
from providers.constructs import CannotBuild, Difference
from providers.ledger import (
    AddNote,
    ApplyUnapplied,
    CreditNote,
    Invoice,
    Kind,
    RecordPayment,
)
from providers.money import Money
from tests.connector.firm import Firm
from tests.simulation import settling
from tests.simulation.fate import Killed

Opens = Callable[..., Firm]


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """Nothing is decided by itself: what is applied is what a test says."""
    return open_firm(ledger, modes={"cash": Mode.COPILOT, "note": Mode.AUTOPILOT})


def settle_by(firm: Firm, item: Item, *parts: tuple[str, str]) -> None:
    """What a person decides about money: invoices, and credit notes below zero."""
    intend(firm, item, *parts)
    firm.settle()
    firm.pass_time(minutes=20)


def intend(
    firm: Firm, item: Item, *parts: tuple[str, str], missing: Sequence[Difference] = ()
) -> None:
    with firm.deps.reading() as tx:
        found = {
            record.id: record.customer_id
            for kind in (Kind.INVOICE, Kind.CREDIT_NOTE)
            for record in mirror.fetch(tx, firm.connection_id, kind, [id_ for id_, _ in parts])
            if isinstance(record, Invoice | CreditNote)
        }
    settling.intend(
        firm.universe, firm.ledger, item,
        {id_: (found[id_], usd(amount)) for id_, amount in parts}, missing,
    )  # fmt: skip


def banked(firm: Firm, amount: str, line: str = "b1") -> Item:
    firm.pass_time(minutes=20)
    firm.bank(line, amount, "thank you")
    firm.settle()
    return firm.money(BANK, f"main:{line}")


def two_customers(firm: Firm) -> tuple[str, str]:
    ash, birch = firm.books.customer("Ash"), firm.books.customer("Birch")
    return firm.owe(ash, "INV-1"), firm.owe(birch, "INV-2", "60.00")


def cash_intents(firm: Firm) -> list[Intent]:
    return [i for i in firm.intents() if isinstance(i.effect, ApplyUnapplied | RecordPayment)]


def states(firm: Firm) -> dict[str, tuple[Standing, Decimal]]:
    return {item.subject: (item.state, item.left.amount) for item in firm.all_money()}


def conserved(firm: Firm) -> conservation.Conservation:
    with firm.deps.reading() as tx:
        (line,) = conservation.conservation(tx, firm.connection_id)
    assert line.faults == ()
    assert line.received == line.parts.total
    return line


def test_one_receipt_pays_invoices_of_two_customers(firm: Firm) -> None:
    first, second = two_customers(firm)
    item = banked(firm, "160.00")
    settle_by(firm, item, (first, "100"), (second, "60"))
    assert (firm.books.balance(first), firm.books.balance(second)) == (0, 0)
    assert states(firm) == {"bank:main:b1": (Standing.APPLIED, 0)}
    done = cash_intents(firm)
    assert [i.state for i in done] == [Step.CONFIRMED] * len(done)
    payments = 2 if firm.ledger == "quickbooks" else 1
    assert len(done) == payments
    assert [firm.books.payments_with(i.marker) for i in done] == [1] * payments
    totals = [i.effect.total for i in done if isinstance(i.effect, RecordPayment)]
    assert Money.total(totals, "USD") == usd("160")
    assert conserved(firm).parts.applied == usd("160")
    notes = [i for i in firm.intents(Step.CONFIRMED) if isinstance(i.effect, AddNote)]
    assert len(notes) == 2
    assert all("ann chose so" in i.effect.text for i in notes if isinstance(i.effect, AddNote))


def test_a_credit_note_pays_together_with_the_money(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    first, second = firm.owe(customer, "INV-1"), firm.owe(customer, "INV-2", "50.00")
    credit = firm.books.credit(customer, Decimal(30), firm.today)
    item = banked(firm, "120.00")
    settle_by(firm, item, (first, "100"), (second, "50"), (credit, "-30"))
    assert (firm.books.balance(first), firm.books.balance(second)) == (0, 0)
    assert firm.books.credit_left(credit) == 0
    assert states(firm) == {"bank:main:b1": (Standing.APPLIED, 0)}
    assert conserved(firm).parts.applied == usd("120")


def test_money_on_account_and_a_credit_pay_together(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    credit = firm.books.credit(customer, Decimal(30), firm.today)
    firm.pay(customer, "70.00", "thank you")
    firm.pass_time(minutes=20)
    (item,) = firm.all_money()
    settle_by(firm, item, (invoice, "100"), (credit, "-30"))
    assert (firm.books.balance(invoice), firm.books.credit_left(credit)) == (0, 0)
    assert states(firm) == {item.subject: (Standing.APPLIED, 0)}
    assert conserved(firm).parts.applied == usd("70")


def test_a_customer_whose_credits_pay_alone_is_settled_beside_the_others(firm: Firm) -> None:
    ash, birch = firm.books.customer("Ash"), firm.books.customer("Birch")
    first, second = firm.owe(ash, "INV-1"), firm.owe(birch, "INV-2", "30.00")
    credit = firm.books.credit(birch, Decimal(30), firm.today)
    item = banked(firm, "100.00")
    settle_by(firm, item, (first, "100"), (second, "30"), (credit, "-30"))
    assert (firm.books.balance(first), firm.books.balance(second)) == (0, 0)
    assert firm.books.credit_left(credit) == 0
    assert conserved(firm).parts.applied == usd("100")


def test_a_rest_stays_on_the_customers_account_and_is_asked_about(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    item = banked(firm, "120.00")
    settle_by(firm, item, (invoice, "100"))
    assert firm.books.balance(invoice) == 0
    rest = next(it for it in firm.all_money() if it.kind != BANK)
    assert (rest.left, rest.total) == (usd("20"), usd("120"))
    assert rest.state is Standing.REVIEW
    assert firm.money(BANK, "main:b1").state is Standing.APPLIED
    line = conserved(firm)
    assert (line.received, line.parts.applied, line.parts.unapplied) == (
        usd("120"),
        usd("100"),
        usd("20"),
    )
    later = firm.owe(customer, "INV-3", "20.00")
    firm.pass_time(minutes=20)
    settle_by(firm, firm.money(rest.kind, rest.id), (later, "20"))
    assert firm.books.balance(later) == 0
    assert conserved(firm).parts.applied == usd("120")


def test_several_customers_and_a_rest(firm: Firm) -> None:
    first, second = two_customers(firm)
    item = banked(firm, "200.00")
    settle_by(firm, item, (first, "100"), (second, "60"))
    assert (firm.books.balance(first), firm.books.balance(second)) == (0, 0)
    line = conserved(firm)
    assert (line.received, line.parts.applied, line.parts.unapplied) == (
        usd("200"),
        usd("160"),
        usd("40"),
    )


def test_more_allocations_than_one_request_takes_are_written_in_turn(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"cash": Mode.COPILOT})
    customer = firm.books.customer("Ash")
    invoices = [firm.owe(customer, f"INV-{n}", "10.00") for n in range(12)]
    item = banked(firm, "125.00")
    settle_by(firm, item, *((invoice, "10") for invoice in invoices))
    assert [firm.books.balance(invoice) for invoice in invoices] == [0] * 12
    assert conserved(firm).parts.unapplied == usd("5")
    assert len(cash_intents(firm)) == 4


def test_what_is_read_before_it_is_confirmed_is_not_new_money(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    item = banked(firm, "120.00")

    def die(point: str) -> None:
        if point == "outbox.sent":
            raise Killed

    intend(firm, item, (invoice, "100"))
    firm.reached(die)
    with pytest.raises(Killed):
        jobs.RUN["deliver"](firm.deps, firm.connection_id)
    firm.reached(lambda _point: None)
    firm.world.clock.advance(timedelta(minutes=20))
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    assert [it.kind for it in firm.all_money()] == [BANK], "it is ours, and on its way"
    firm.settle()
    firm.pass_time(minutes=20)
    assert firm.books.balance(invoice) == 0
    line = conserved(firm)
    assert (line.received, line.parts.applied, line.parts.unapplied) == (
        usd("120"),
        usd("100"),
        usd("20"),
    )


def test_what_changed_before_the_first_write_stops_all_that_follows(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    item = banked(firm, "120.00")
    intend(firm, item, (invoice, "100"))
    firm.books.void(invoice)
    firm.pass_time(minutes=20)
    firm.pass_time(hours=1)
    if firm.ledger == "quickbooks":
        assert {i.state for i in cash_intents(firm)} == {Step.REFUSED}
        assert states(firm)["bank:main:b1"] == (Standing.REVIEW, 120)
    line = conserved(firm)
    assert line.parts.applied == usd("0")
    assert line.left == usd("120")


@pytest.mark.parametrize(("_case", "money", "parts"), [
    ("more than came in", "90.00", [("INV", "100")]),
    ("a credit of another customer", "100.00", [("INV", "100"), ("OTHER", "-10")]),
])  # fmt: skip
def test_what_has_no_construct_is_refused_and_nothing_happens(
    firm: Firm, _case: str, money: str, parts: list[tuple[str, str]]
) -> None:
    named = {"INV": firm.owe(firm.books.customer("Ash"), "INV-1")}
    named["OTHER"] = firm.books.credit(firm.books.customer("Birch"), Decimal(30), firm.today)
    item = banked(firm, money)
    with pytest.raises(CannotBuild):
        intend(firm, item, *((named[name], amount) for name, amount in parts))
    firm.pass_time(hours=1)
    assert cash_intents(firm) == []
    assert firm.writes() == []
