"""A customer's statement of account as PDF: read from the ledger now, and made only where the
ledger's own report says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from connector.access.ledgers import opened
from connector.account import account_faults, customer_rules
from connector.clients.meter import Purpose
from connector.clients.tenants import Connection
from connector.correspondence import postal
from connector.deps import Deps
from connector.mirroring import account_statements
from connector.mirroring.account_statements import Reading
from connector.paper import posting
from dunning.letter import paper
from dunning.rules.policy import DunningPolicy
from providers.ledger import Customer
from providers.letters.pdf import Printed, print_letter


class Disagrees(Exception):
    """The ledger's own report says another sum; the text says which."""


@dataclass(frozen=True, slots=True)
class Paper:
    reading: Reading
    printed: Printed


def make(
    deps: Deps, connection: Connection, customer: Customer, *, since: date, until: date,
    purpose: Purpose, patient: bool = False,
) -> Paper:  # fmt: skip
    """In the customer's language. The days are in the company's own calendar; `purpose` is whose
    share of the calls it takes.

    Raises CannotRead where a fault of ours keeps the customer from being read, Disagrees, TooLong,
    and what a ledger raises when it is read.
    """
    recipient, rules = account_faults.needed(
        connection.id, customer.id, lambda: _whose(deps, connection, customer)
    )
    with opened(deps, connection.id, purpose, patient=patient) as ledger:
        reading = account_statements.read(
            deps, ledger.reader(), connection, customer.id, since=since, until=until
        )
    if reading.agrees is False:
        raise Disagrees(
            f"the ledger's own report says that {customer.name} owed {reading.reported} on {until},"
            " and its invoices, credits and payments make another sum"
        )
    frame = posting.frame_of(connection, recipient, now=deps.now())
    letter = paper.statement_of_account(reading.statements, frame, rules.locale, brand=rules.brand)
    return Paper(reading, print_letter(letter))


def _whose(
    deps: Deps, connection: Connection, customer: Customer
) -> tuple[tuple[str, ...], DunningPolicy]:
    """The lines of the address, and the rules."""
    with deps.reading() as tx:
        lines = postal.lines_of(tx, connection, customer)
        return lines, customer_rules.of(tx, connection, customer.id, deps.now())
