"""Statements of account are what the ledger itself says was owed, on any day and to the cent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from connector.access.ledgers import opened
from connector.clients.meter import Purpose
from connector.mirroring import account_statements
from connector.mirroring.account_statements import Reading
from dunning.statements.statement import Statement
from providers.money import Money
from tests.connector.firm import Firm
from tests.connector.office import usd
from tests.simulation.clerk import clerk_of

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
DAYS = 120


def read(firm: Firm, customer: str, since: date, until: date) -> Reading:
    """A minute after whatever was read before: the budget of calls is that of a minute."""
    firm.world.clock.advance(timedelta(minutes=1))
    with opened(firm.deps, firm.connection_id, Purpose.SWEEP) as ledger:
        return account_statements.read(
            firm.deps, ledger.reader(), firm.connection, customer, since=since, until=until
        )


def only(reading: Reading) -> Statement:
    (one,) = reading.statements
    return one


def lived(firm: Firm, seed: int) -> list[str]:
    """Two customers over four months: billed, credited, paid, in part, ahead and at once."""
    chance, today = Random(seed), firm.today
    hand = clerk_of(firm.universe.vendors, firm.ledger, firm.company, firm.world.store)
    customers = [firm.books.customer(name) for name in ("Ash", "Birch")]
    owed: dict[str, dict[str, Decimal]] = {customer: {} for customer in customers}
    for ago in range(DAYS, 0, -5):
        day, customer = today - timedelta(days=ago), chance.choice(customers)
        amount = Decimal(chance.randint(100, 99_999)) / 100
        invoice = firm.books.invoice(
            customer, f"INV-{ago}", amount=amount, issued=day, due=day + timedelta(days=14)
        )
        owed[customer][invoice] = amount
        payer = chance.choice(customers)
        some = dict(list(owed[payer].items())[: chance.randint(0, 2)])
        later = day + timedelta(days=chance.randint(0, 4))
        if some and chance.random() < 0.7:
            parts = {id_: chance.choice((left, (left / 2).quantize(Decimal("0.01"))))
                     for id_, left in some.items()}  # fmt: skip
            hand.pay(payer, later, f"paid {ago}", {k: str(v) for k, v in parts.items() if v})
            for id_, part in parts.items():
                owed[payer][id_] -= part
                if not owed[payer][id_]:
                    del owed[payer][id_]
        if chance.random() < 0.2:
            firm.books.credit(payer, Decimal(chance.randint(1, 500)), later)
        if chance.random() < 0.2:
            hand.leave(payer, later, f"ahead {ago}", str(chance.randint(1, 300)))
    return customers


@pytest.mark.parametrize("seed", range(3))
def test_any_day_agrees_with_the_ledgers_own_report(
    open_firm: Opens, ledger: str, seed: int
) -> None:
    customers: list[str] = []
    firm = open_firm(ledger, fill=lambda made: customers.extend(lived(made, seed)))
    for customer in customers:
        before: Statement | None = None
        for ago in (110, 61, 30, 7, 0):
            until = firm.today - timedelta(days=ago)
            reading = read(firm, customer, until - timedelta(days=45), until)
            assert reading.agrees, (ago, reading)
            if before is not None:
                whole = only(read(firm, customer, before.until + timedelta(days=1), until))
                assert whole.opening == before.closing
            before = only(reading)
        assert before is not None
        assert before.entries


def test_what_was_paid_and_gone_before_the_company_was_connected_is_there(
    open_firm: Opens, ledger: str
) -> None:
    customers: list[str] = []

    def fill(firm: Firm) -> None:
        customers.append(firm.books.customer("Ash"))
        paid_on = firm.today - timedelta(days=9)
        invoice = firm.owe(customers[0], "INV-1", "80.10", late_days=30)
        firm.books.pay_by_hand(customers[0], invoice, Decimal("80.10"), paid_on)

    firm = open_firm(ledger, fill=fill)
    (customer,) = customers
    one = only(read(firm, customer, firm.today - timedelta(days=60), firm.today))
    assert [(e.kind.value, e.amount) for e in one.entries] == [
        ("invoice", usd("80.10")), ("payment", usd("-80.10")),
    ]  # fmt: skip
    assert one.closing == usd(0)


def test_a_customer_without_a_past_has_no_statement(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    reading = read(firm, customer, firm.today, firm.today)
    assert (reading.statements, reading.agrees) == ((), True)


def test_a_customer_with_a_foreign_balance_is_not_compared(firm: Firm) -> None:
    customer = bill_in_euro(firm)
    reading = read(firm, customer, firm.today, firm.today)
    assert only(reading).closing == Money.of("70.00", "EUR")
    assert (reading.reported, reading.agrees) == (None, None)


def bill_in_euro(firm: Firm) -> str:
    if firm.ledger == "xero":
        customer = firm.books.customer("Ash")
        firm.hand.create("Invoices", {
            "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": customer},
            "InvoiceNumber": "INV-E", "CurrencyCode": "EUR", "Date": firm.today.isoformat(),
            "DueDate": firm.today.isoformat(), "LineItems": [
                {"Description": "Work", "Quantity": 1, "UnitAmount": 70, "AccountCode": "200"},
            ],
        })  # fmt: skip
        return customer
    made = firm.hand.create("Customer", {
        "DisplayName": "Ash", "CurrencyRef": {"value": "EUR"},
    })  # fmt: skip
    firm.hand.create("Invoice", {
        "CustomerRef": {"value": made["Id"]}, "CurrencyRef": {"value": "EUR"},
        "TxnDate": firm.today.isoformat(), "Line": [{
            "Amount": Decimal(70), "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        }],
    })  # fmt: skip
    return str(made["Id"])


def test_what_only_the_ledger_knows_of_is_told_as_a_difference(open_firm: Opens) -> None:
    firm = open_firm("quickbooks")
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "50.00")
    assert read(firm, customer, firm.today, firm.today).agrees
    accounts = {row["AccountType"]: row["Id"] for row in firm.hand.find("Account")}
    firm.hand.create("JournalEntry", {"TxnDate": firm.today.isoformat(), "Line": [
        journal_line("Debit", accounts["Accounts Receivable"], customer),
        journal_line("Credit", accounts["Income"], ""),
    ]})  # fmt: skip
    reading = read(firm, customer, firm.today, firm.today)
    assert (reading.reported, reading.agrees) == (usd(62), False)


def journal_line(side: str, account: str, customer: str) -> dict[str, object]:
    entity = {"Entity": {"Type": "Customer", "EntityRef": {"value": customer}}} if customer else {}
    return {
        "Amount": Decimal(12), "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {
            "PostingType": side, "AccountRef": {"value": account}, **entity,
        },
    }  # fmt: skip
