"""Books in which somebody has paid for a year: enough to say something about credit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.connector.firm import Firm


def paid_for_a_year(firm: Firm, customer: str) -> None:
    """24 invoices of 500.00, each paid on its due date."""
    for number in range(24):
        issued = firm.today - timedelta(days=360 - number * 15)
        due = issued + timedelta(days=10)
        made = firm.books.invoice(
            customer, f"{customer[:8]}-{number}", amount=Decimal(500), issued=issued, due=due
        )
        firm.books.pay_by_hand(customer, made, Decimal(500), due)
