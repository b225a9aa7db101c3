"""The API meter: how many calls each company has cost, by day and kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, render_template

from connector.clients import meter
from connector.clients.tenants import Connection
from connector.db import Tx
from providers.registry import LEDGERS
from ui_embed import ownership
from webhooks import parts

pages = Blueprint("meter", __name__)
SHOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Day:
    """One UTC day, as the vendors count them; `kinds` are (kind, calls), most called first."""

    on: date
    kinds: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(calls for _, calls in self.kinds)


@dataclass(frozen=True, slots=True)
class Bill:
    """A company's calls. `per_day_max` is the vendor's limit, None where there is none."""

    connection: Connection
    per_minute_max: int
    per_day_max: int | None
    days: list[Day]


@pages.get("/clients/<int:client_id>/calls")
def show(client_id: int) -> str:
    deps = parts.here()
    since = (deps.now() - SHOWN).date()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        bills = [_bill(tx, c, since) for c in ownership.page_about(tx, client)]
    return render_template("calls.html", client=client, bills=bills, days=SHOWN.days)


def _bill(tx: Tx, connection: Connection, since: date) -> Bill:
    rows = meter.days(tx, connection.id, since)
    ledger = LEDGERS[connection.ledger]
    return Bill(
        connection=connection,
        per_minute_max=ledger.calls_per_minute,
        per_day_max=ledger.calls_per_day,
        days=[
            Day(on, [(kind, calls) for _, kind, calls in of_day])
            for on, of_day in groupby(rows, key=lambda row: row[0])
        ],
    )
