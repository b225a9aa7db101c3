"""What comes next for each customer of a client, and why nothing does where nothing does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template

from connector import outlook
from connector.db import Tx
from connector.outlook import Prospect
from connector.tenants import Connection
from ui_embed import ownership
from webhooks import parts

pages = Blueprint("plan", __name__)
SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Ahead:
    """One company's customers, as many as a page holds, and how many more there are."""

    connection: Connection
    prospects: list[Prospect]
    more: int
    overdue: int
    forgotten: int


@pages.get("/clients/<int:client_id>/plan")
def show(client_id: int) -> str:
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        ahead = [_ahead(tx, c, deps.now()) for c in ownership.page_about(tx, client)]
    return render_template("plan.html", client=client, ahead=ahead, now=deps.now())


def _ahead(tx: Tx, connection: Connection, now: datetime) -> Ahead:
    found = outlook.of(tx, connection, now)
    return Ahead(
        connection=connection,
        prospects=found[:SHOWN_MAX],
        more=max(0, len(found) - SHOWN_MAX),
        overdue=sum(bool(prospect.overdue) for prospect in found),
        forgotten=sum(prospect.is_forgotten for prospect in found),
    )
