"""What is owed to a client by age, and who owes most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import Blueprint, render_template

from connector import local_days
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.outcomes import reports
from connector.outcomes.reports import Aging, Debtor
from dunning.statements.aging import BUCKETS
from ui_embed import ownership
from webhooks import parts

pages = Blueprint("aging", __name__)


@dataclass(frozen=True, slots=True)
class Book:
    """One company's receivables on a day in its own time zone; debtors by currency."""

    connection: Connection
    on: date
    lines: list[Aging]
    debtors: dict[str, list[Debtor]]


@pages.get("/clients/<int:client_id>/aging")
def show(client_id: int) -> str:
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        books = [_book(tx, c, deps.now()) for c in ownership.page_about(tx, client)]
    return render_template(
        "aging.html", client=client, books=books, buckets=BUCKETS, top=reports.TOP_MAX
    )


def _book(tx: Tx, connection: Connection, now: datetime) -> Book:
    today = local_days.today(connection, now)
    found = reports.top_debtors(tx, connection.id)
    by_currency = groupby(found, key=lambda debtor: debtor.owed.currency)
    return Book(
        connection=connection,
        on=today,
        lines=reports.aging(tx, connection.id, today),
        debtors={currency: list(debtors) for currency, debtors in by_currency},
    )
