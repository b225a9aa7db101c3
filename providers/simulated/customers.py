"""What customers do with money: pay into the ledger or into the bank."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from providers.simulated.asked import BadRequest
from providers.simulated.simulation import Owed, Simulation, Till
from providers.simulated.store import Doc

BANK_LINE = "bank_line"
COLUMNS = ("account", "bank_id", "date", "amount", "currency", "payer", "reference")


@dataclass(frozen=True, slots=True)
class Payment:
    """`into` is ``ledger`` (an unapplied payment) or ``bank`` (a line of the statement only).

    An empty currency is the first invoice's, an empty payer its customer, no day today.
    """

    company: str
    invoices: tuple[str, ...]
    amount: Decimal
    currency: str
    remittance: str
    payer: str
    into: str
    day: date | None


def companies(simulation: Simulation) -> list[Doc]:
    """Every company of every vendor: product, id, name, currency."""
    return [
        {"product": name, **company}
        for name, till in simulation.tills.items()
        for company in till.companies()
    ]


def pay(simulation: Simulation, payment: Payment) -> Doc:
    """Raises BadRequest, and then nothing has happened."""
    company, till = company_of(simulation, payment.company)
    if payment.into not in {"ledger", "bank"}:
        raise BadRequest(
            f"money cannot go into {payment.into!r}", where="into", how='"ledger" or "bank"'
        )
    owed = _owed(till, company, payment.invoices)
    currency = payment.currency or owed.currency
    day = payment.day or simulation.world.clock.now().date()
    told: dict[str, Any] = {
        "company": company["id"], "customer": owed.customer, "payer": payment.payer or owed.name,
        "amount": str(payment.amount), "currency": currency, "date": day.isoformat(),
        "into": payment.into,
    }  # fmt: skip
    if payment.into == "ledger":
        try:
            told["id"] = till.receive(
                company["id"], owed.customer, amount=payment.amount, currency=currency, day=day,
                reference=payment.remittance,
            )  # fmt: skip
        except ValueError as error:
            raise BadRequest(
                f"the ledger refused the payment: {error}", where="body", how="mend what it names"
            ) from error
    else:
        told["id"] = _into_bank(simulation, told, payment.remittance)
    return told


def statement(simulation: Simulation, wanted: str) -> str:
    """The bank statement of a company as CSV, oldest line first. Raises BadRequest."""
    company, _ = company_of(simulation, wanted)
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, COLUMNS)
    writer.writeheader()
    writer.writerows(simulation.world.store.all(company["id"], BANK_LINE))
    return sheet.getvalue()


def _into_bank(simulation: Simulation, told: Doc, reference: str) -> str:
    store = simulation.world.store
    with store.transaction():
        number = store.number(told["company"], BANK_LINE)
        line = {
            "account": f"operating-{told['currency'].lower()}", "bank_id": f"B{number:06d}",
            "date": told["date"], "amount": told["amount"], "currency": told["currency"],
            "payer": told["payer"], "reference": reference,
        }  # fmt: skip
        store.put(told["company"], BANK_LINE, line["bank_id"], line)
    return str(line["bank_id"])


def company_of(simulation: Simulation, wanted: str) -> tuple[Doc, Till]:
    """A company by its id or name, and its vendor's till. Raises BadRequest."""
    for till in simulation.tills.values():
        for company in till.companies():
            if wanted == company["id"] or wanted.casefold() == company["name"].casefold():
                return company, till
    names = ", ".join(company["name"] for company in companies(simulation))
    raise BadRequest(
        f"there is no company {wanted!r}", where="company", how=f"an id, or one of: {names}"
    )


def _owed(till: Till, company: Doc, numbers: tuple[str, ...]) -> Owed:
    found = [till.owed(company["id"], number) for number in numbers]
    missing = [number for number, owed in zip(numbers, found, strict=True) if owed is None]
    first = next((owed for owed in found if owed), None)
    if missing or first is None:
        raise BadRequest(
            f"{company['name']} has no invoice {', '.join(missing) or 'to pay'}",
            where="invoices", how="name at least one invoice number of its ledger",
        )  # fmt: skip
    return first
