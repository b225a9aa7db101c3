"""One company for one trial: money that must be applied once, a customer to be written to once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from connector import audit
from connector.clients.tenants import State
from connector.mirroring import inbox
from connector.outgoing import intents
from connector.outgoing.effects import SendReminder
from connector.outgoing.intents import OPEN, Intent, Step
from connector.rules.modes import Mode
from providers.ledger import AddNote, ApplyUnapplied
from providers.simulated.store import Doc
from tests.processes.crew import Crew, until
from tests.simulation import universe as one
from tests.simulation.books import Books, books_of

RING_SECONDS = 0.5
EVER = one.START - timedelta(days=999)
AUTOPILOT = {"cash": Mode.AUTOPILOT, "remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}


@dataclass
class Business:
    """Payer's money names its invoice; Debtor's invoice is late and must be asked for."""

    crew: Crew
    ledger: str
    company: str
    books: Books
    name: str
    connection_id: int = 0
    money: str = ""
    paid: str = ""
    late: str = ""

    def fill(self) -> None:
        today = self.crew.town.world.clock.now().date()
        due = today - timedelta(days=4)
        issued = due - timedelta(days=14)
        payer = self.books.customer(f"Payer{self.name}")
        debtor = self.books.customer(f"Debtor{self.name}")
        self.paid = self.books.invoice(
            payer, "INV-1", amount=Decimal(100), issued=issued, due=today + timedelta(days=9)
        )
        self.late = self.books.invoice(debtor, "INV-2", amount=Decimal(70), issued=issued, due=due)
        till = self.crew.town.vendors.simulation.tills[self.ledger]
        self.money = till.receive(
            self.company, payer, amount=Decimal(100), currency="USD", day=today,
            reference="INV-1",
        )  # fmt: skip

    def connect(self) -> None:
        town = self.crew.town
        self.connection_id = one.install(town, self.ledger, self.company)

    def switch_on(self) -> None:
        self.crew.town.switch(self.ledger, **AUTOPILOT)

    def is_live(self) -> bool:
        return self.crew.town.connection(self.ledger).state is State.LIVE

    def intents(self) -> list[Intent]:
        with self.crew.town.deps.reading() as tx:
            return intents.listed(tx, self.connection_id, tuple(Step), since=EVER)

    def mails(self) -> list[Doc]:
        wanted = f"pay@debtor{self.name}.example".lower()
        sent = self.crew.town.vendors.simulation.mail.messages()
        return [mail for mail in sent if mail["recipients"] == [wanted]]

    def ring(self) -> None:
        for job in ("sync", "decide", "deliver"):
            self.crew.town.deps.ring(job, self.connection_id)

    def is_done(self) -> bool:
        """Nothing is on its way, and both pieces of work have come to their end."""
        with self.crew.town.deps.reading() as tx:
            if inbox.has_waiting(tx, self.connection_id):
                return False
        found = self.intents()
        ended = [i for i in found if i.state not in OPEN]
        kinds = {type(i.effect) for i in ended}
        return len(ended) == len(found) and {SendReminder, ApplyUnapplied} <= kinds

    def wait_until(self, true: Callable[[], bool], what: str) -> None:
        """Wait, and ring now and then: a bell that is heard while a dead worker's lease still
        holds has no effect, and the reconciler takes some seconds."""
        rung_at = time.monotonic() - RING_SECONDS

        def look() -> bool:
            nonlocal rung_at
            if time.monotonic() - rung_at >= RING_SECONDS:
                rung_at = time.monotonic()
                self.ring()
            return true()

        until(look, f"{self.name}: {what}")

    def finish(self) -> None:
        self.wait_until(self.is_done, "all work is done")

    def faults(self) -> Iterator[str]:
        """Everything that is not as it must be in the end."""
        applied = self.books.applied(self.money)
        if applied != [(self.paid, Decimal(100))]:
            yield f"the money is applied as {applied}"
        if self.books.balance(self.paid) or self.books.balance(self.late) != Decimal(70):
            yield "the balances are wrong"
        for intent in self.intents():
            if isinstance(intent.effect, AddNote) and self.books.notes_with(intent.marker) != 1:
                yield f"note {intent.id} ({intent.state}) does not stand there once"
            if intent.state is Step.PERSON and not isinstance(intent.effect, SendReminder):
                yield f"intent {intent.id} was given up: {intent.error}"
        if len(self.mails()) > 1:
            yield f"{len(self.mails())} messages arrived"
        with self.crew.town.deps.reading() as tx:
            yield from (f"audit: {link}" for link in audit.broken_links(tx))


def open_business(crew: Crew, ledger: str, name: str) -> Business:
    """A company of its own in the ledger, open to the bookkeeper beside all the others."""
    company = one.found(crew.town, ledger, name=f"Company {name}")
    crew.companies.setdefault(ledger, []).append(company)
    vendor = getattr(crew.town.vendors, ledger)
    vendor.add_user(f"books@{ledger}.example", "Bookkeeper", crew.companies[ledger])
    business = Business(crew, ledger, company, books_of(crew.town, ledger, company), name)
    business.fill()
    return business
