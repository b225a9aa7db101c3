"""Who to turn to first at a client, with the points that made the order."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.next_step import forecasting
from dunning.forecasts.worklist import Row
from ui_embed import ownership
from webhooks import parts

pages = Blueprint("worklist", __name__)
SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class Turn:
    """One company's customers, as many as a page holds, and how many more there are."""

    connection: Connection
    rows: list[Row]
    following: dict[str, str]
    more: int


@pages.get("/clients/<int:client_id>/worklist")
def show(client_id: int) -> str:
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        turns = [_turn(tx, deps, it) for it in ownership.page_about(tx, client)]
    return render_template("worklist.html", client=client, turns=turns)


def _turn(tx: Tx, deps: Deps, connection: Connection) -> Turn:
    rows, following = forecasting.worklist(tx, connection, deps.now())
    return Turn(connection, rows[:SHOWN_MAX], following, max(0, len(rows) - SHOWN_MAX))
