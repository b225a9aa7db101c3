"""Up to which day the books of a company are known to hold what its bank received, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from connector import local_days
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals
from connector.money import cash
from connector.past import bank_files, history

SUBJECT = "books"
"""Of the question whether the books of a company are up to date."""
RECEIPT = "the newest receipt in the books"
STATEMENT = "the newest bank statement"
WORD = "the word of a person that the books are up to date"


@dataclass(frozen=True, slots=True)
class Booked:
    """`until` is a day of the company's zone, None where nothing tells; `by` says what tells it."""

    until: date | None = None
    by: str = RECEIPT


def known(tx: Tx, connection: Connection, now: datetime) -> Booked:
    """By the newest receipt of any customer, the statements of every account whose balances were
    proved, or a person's answer, whichever reaches furthest; days to come show nothing. `now` is
    aware."""
    id_, today = connection.id, local_days.today(connection, now)
    told = approvals.approved_at(tx, id_, SUBJECT)
    found = (
        (history.newest(tx, id_, today), RECEIPT),
        (cash.newest(tx, id_, today), RECEIPT),
        (bank_files.covered(tx, id_, today), STATEMENT),
        (local_days.today(connection, told) if told else None, WORD),
    )
    days = [Booked(day, by) for day, by in found if day is not None]
    return max(days, key=lambda one: one.until or date.min, default=Booked())
