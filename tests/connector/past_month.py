"""A month of a small company as its bookkeeper entered it, the same in either ledger."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.connector.firm import Firm
from tests.simulation.clerk import clerk_of

SINCE, UNTIL = date(2026, 2, 1), date(2026, 2, 28)
JANUARY = date(2026, 1, 12)


def fill(firm: Firm) -> None:
    """Exact, several, a part, a deduction, a credit note, a wrong match, money left alone, money
    for an invoice that was issued later, an invoice that was voided."""
    clerk = clerk_of(firm.universe.vendors, firm.ledger, firm.company, firm.world.store)
    ash, birch, cedar = (
        firm.books.customer(name) for name in ("Ash Gardens", "Birch Dental", "Cedar Haulage")
    )

    def owe(customer: str, number: str, amount: str, issued: date = JANUARY) -> str:
        return firm.books.invoice(
            customer, number, amount=Decimal(amount), issued=issued, due=issued + timedelta(14)
        )

    one, two, three, four = (
        owe(ash, f"INV-100{n}", amount) for n, amount in enumerate(("100", "120", "130", "400"), 1)
    )
    deducted, credited = owe(birch, "INV-2001", "500"), owe(birch, "INV-2002", "300")
    right, wrong = owe(cedar, "INV-3001", "75"), owe(cedar, "INV-3002", "75")
    owe(cedar, "INV-3003", "60")
    firm.books.void(owe(cedar, "INV-3004", "999"))
    credit = firm.books.credit(birch, Decimal(50), date(2026, 1, 20))
    clerk.pay(ash, date(2026, 2, 3), "INV-1001", {one: "100"})
    clerk.pay(ash, date(2026, 2, 5), "INV-1002 and INV-1003", {two: "120", three: "130"})
    clerk.pay(ash, date(2026, 2, 9), "part of INV-1004", {four: "150"})
    clerk.pay(birch, date(2026, 2, 10), "INV-2001 less 20.00 damaged", {deducted: "480"})
    clerk.pay_less_credit(
        birch, date(2026, 2, 12), "INV-2002 less credit", {credited: "300"}, {credit: "50"}
    )
    clerk.pay(cedar, date(2026, 2, 16), "INV-3001", {wrong: "75"})
    clerk.leave(cedar, date(2026, 2, 18), "INV-3003", "60")
    early = clerk.leave(cedar, date(2026, 2, 20), "deposit", "33")
    later = owe(cedar, "INV-3005", "33", date(2026, 2, 25))
    clerk.apply(early, later, "33", date(2026, 2, 26))
    clerk.pay(cedar, date(2026, 3, 1), "INV-3001", {right: "75"})
