"""From the ledger's webhook to the proposal, under load: real workers, a real Redis, both ledgers.

Every company gets all its payments at once, and all companies together; each ledger's rate limits
hold. Every second payment names its invoice; the others are known by their amount, and so wait for
a sweep. A payment is proposed when the question about it waits for a person.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from benchmarks import measures
from benchmarks.company import LEDGERS
from connector import db, schema
from connector.clients import tenants
from connector.clients.tenants import State
from connector.decided import approvals
from connector.money import cash
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.rules.modes import Capability, Mode
from matching.facts.rules import Family
from tests.processes.crew import Crew, open_crew, until
from tests.simulation import universe as one
from tests.simulation.books import books_of

COMPANIES, PAYMENTS = 10, 25
"""Companies in either ledger, and payments of each."""
SECONDS_MAX = 300.0
"""Same-day matching asks for this at the 95th of 100."""


Paid = dict[tuple[int, Decimal], datetime]
"""When money came, by connection and by its amount: no two of a company are equal."""


@dataclass(frozen=True, slots=True)
class Owed:
    """The one open invoice of a customer."""

    customer: str
    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Company:
    ledger: str
    id: str
    connection_id: int
    owed: tuple[Owed, ...]


def run() -> None:
    with measures.folder() as folder:
        url = f"sqlite:///{folder / 'ledgerhand.db'}"
        engine = db.connect(url)
        schema.upgrade(engine)
        engine.dispose()
        with open_crew(folder, url) as crew:
            crew.town.world.clock.set(one.START)
            crew.start_all()
            companies = [_company(crew, ledger) for ledger in LEDGERS for _ in range(COMPANIES)]
            crew.town.vendors.quickbooks.limits_on = crew.town.vendors.xero.limits_on = True
            paid, sending = _pay(crew, companies)
            waited = {it.connection_id: _proposed(crew, it, paid) for it in companies}
    measures.show(
        f"From the webhook to the proposal: {PAYMENTS} payments at each of {COMPANIES} companies,"
        f" sent within {sending:.1f} s",
        ("ledger", "proposed", "median s", "p95 s", "max s", "p95 of 5 minutes"),
        [_row(ledger, companies, waited) for ledger in LEDGERS],
    )


def _company(crew: Crew, ledger: str) -> Company:
    """Imported, live, and with people who answer about cash."""
    town, number = crew.town, len(crew.companies.setdefault(ledger, []))
    id_ = one.found(town, ledger, name=f"Company {ledger} {number}")
    crew.companies[ledger].append(id_)
    getattr(town.vendors, ledger).add_user(
        f"books@{ledger}.example", "Bookkeeper", crew.companies[ledger]
    )
    books, today = books_of(town, ledger, id_), town.world.clock.now().date()
    owed = []
    for place in range(PAYMENTS):
        customer = books.customer(f"Customer {place:03}")
        one_owed = Owed(customer, f"INV-{1001 + place}", Decimal(f"{100 + place}.17"))
        books.invoice(customer, one_owed.number, amount=one_owed.amount, issued=today, due=today)
        owed.append(one_owed)
    connection_id = one.install(town, ledger, id_)
    until(lambda: _is_live(crew, connection_id), "it is imported", SECONDS_MAX)
    with town.deps.reading() as tx:
        client_id = tenants.connection(tx, connection_id).client_id
    rules = policies.Policy.model_validate({"matching": {"apply_by": list(Family)}})
    allowing.set_policy(town.deps, client_id, rules, by="benchmark", reason="every rule is used")
    allowing.switch(town.deps, client_id, Capability.CASH, Mode.COPILOT, by="benchmark")
    return Company(ledger, id_, connection_id, tuple(owed))


def _is_live(crew: Crew, connection_id: int) -> bool:
    with crew.town.deps.reading() as tx:
        return tenants.connection(tx, connection_id).state is State.LIVE


def _pay(crew: Crew, companies: Sequence[Company]) -> tuple[Paid, float]:
    """Money reaches the ledgers unapplied; when each payment did, and how long sending took."""
    world, tills = crew.town.world, crew.town.vendors.simulation.tills
    paid: Paid = {}
    began = time.monotonic()
    for place in range(PAYMENTS):
        for company in companies:
            owed = company.owed[place]
            paid[company.connection_id, owed.amount] = world.clock.now()
            tills[company.ledger].receive(
                company.id, owed.customer, amount=owed.amount, currency="USD",
                day=world.clock.now().date(), reference="thanks" if place % 2 else owed.number,
            )  # fmt: skip
    return paid, time.monotonic() - began


def _proposed(crew: Crew, company: Company, paid: Paid) -> list[float]:
    """Seconds from each payment to the question about it, by the clock of the simulated world."""
    amounts = {owed.amount for owed in company.owed}

    def asked() -> dict[Decimal, datetime]:
        with crew.town.deps.reading() as tx:
            found = cash.listed(tx, company.connection_id, (cash.Standing.REVIEW,), limit=PAYMENTS)
            waiting = approvals.waiting(tx, company.connection_id)
        amount_of = {item.subject: item.total.amount for item in found}
        return {amount_of[it.subject]: it.asked_at for it in waiting if it.subject in amount_of}

    until(lambda: amounts <= asked().keys(), "everything is proposed", SECONDS_MAX)
    return [
        (at - paid[company.connection_id, amount]).total_seconds() for amount, at in asked().items()
    ]


def _row(
    ledger: str, companies: Sequence[Company], waited: dict[int, list[float]]
) -> tuple[str, ...]:
    own = sorted(s for it in companies if it.ledger == ledger for s in waited[it.connection_id])
    p95 = own[int(0.95 * (len(own) - 1))]
    return (
        ledger, str(len(own)), f"{measures.middle(own):.1f}", f"{p95:.1f}", f"{own[-1]:.1f}",
        f"{p95 / SECONDS_MAX:.1%}",
    )  # fmt: skip


if __name__ == "__main__":
    run()
