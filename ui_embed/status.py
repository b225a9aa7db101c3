"""Connect and status: per ledger the company, its state, the age of its data, and how to mend."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from connector.clients import sweeps
from connector.clients.sweeps import Progress
from connector.clients.tenants import Connection, State
from connector.db import Tx
from connector.mirroring import inbox
from connector.receiving import payout_rounds
from connector.receiving.payout_rounds import Round
from providers.registry import LEDGERS, Ledger
from ui_embed import ownership
from webhooks import parts

pages = Blueprint("status", __name__)


@dataclass(frozen=True, slots=True)
class Status:
    """`parked` counts announced changes that could not be read although we tried for hours;
    `rounds` are those of the processors whose payouts are fetched."""

    connection: Connection
    progress: Progress
    parked: int
    rounds: list[Round]

    @property
    def differences(self) -> int | None:
        """How many customers the nightly comparison found to differ; None where there was none."""
        result = self.progress.compare_result
        return len(result["differences"]) if result and not self.progress.compare_refused else None


@dataclass(frozen=True, slots=True)
class Shelf:
    """One ledger and the client's companies in it."""

    ledger: Ledger
    is_offered: bool
    companies: list[Status]


@pages.get("/clients/<int:client_id>/connections")
def show(client_id: int) -> str:
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        companies = [_status(tx, c) for c in ownership.page_about(tx, client)]
    shelves = [
        Shelf(
            ledger=ledger,
            is_offered=bool(deps.config.vendor(ledger.name).client_id),
            companies=[s for s in companies if s.connection.ledger == ledger.name],
        )
        for ledger in LEDGERS.values()
    ]
    is_importing = any(s.connection.state is State.IMPORTING for s in companies)
    return render_template(
        "connections.html", client=client, shelves=shelves, is_importing=is_importing
    )


def _status(tx: Tx, connection: Connection) -> Status:
    return Status(
        connection, sweeps.progress(tx, connection.id), inbox.parked(tx, connection.id),
        list(payout_rounds.of(tx, connection.id).values()),
    )  # fmt: skip
