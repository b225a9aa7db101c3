"""Deduction cases: the payers' words, what was found about each, and how a person ends them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector import cases, deductions
from connector.cases import BOOKED
from connector.db import Tx
from connector.deductions import Named
from connector.tenants import Connection
from ui_embed import ownership, session
from webhooks import parts

pages = Blueprint("deductions", __name__)
OUTCOME_MAX = 500
BOOKED_MAX = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """One company's open cases, the oldest first, and the newest of those that were booked."""

    connection: Connection
    open: list[Named]
    booked: list[Named]


@pages.get("/clients/<int:client_id>/deductions")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        desks = []
        for connection in ownership.page_about(tx, client):
            booked = cases.listed(tx, connection.id, states=(BOOKED,))[-BOOKED_MAX:]
            desks.append(
                Desk(
                    connection,
                    deductions.named(tx, connection.id, cases.listed(tx, connection.id)),
                    deductions.named(tx, connection.id, booked[::-1]),
                )
            )
    return render_template("deductions.html", client=client, desks=desks, outcome_max=OUTCOME_MAX)


@pages.post("/connections/<int:connection_id>/deductions/<int:case_id>/close")
def close(connection_id: int, case_id: int) -> Response:
    deps, outcome = parts.here(), request.form.get("outcome", "").strip()
    with deps.writing() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
        _known_or_404(tx, connection.id, case_id)
        if not outcome or len(outcome) > OUTCOME_MAX:
            flash(f"Say in 1 to {OUTCOME_MAX} characters how the case ended.", "danger")
        elif cases.close(
            tx, connection.id, case_id, outcome=outcome, by=session.me().email, at=deps.now()
        ):
            flash("The case is closed.", "success")
        else:
            flash("Somebody else has just ended this case.", "warning")
    return _back(connection)


@pages.post("/connections/<int:connection_id>/deductions/<int:case_id>/check")
def check(connection_id: int, case_id: int) -> Response:
    """Look into it anew: a file, a credit note or a price list may be there by now."""
    deps = parts.here()
    with deps.writing() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
        _known_or_404(tx, connection.id, case_id)
        cases.check_again(tx, connection.id, case_id)
    deps.ring("decide", connection.id)
    flash("The case is looked into anew; reload the page in a while.", "success")
    return _back(connection)


def _known_or_404(tx: Tx, connection_id: int, case_id: int) -> None:
    if case_id > ownership.ID_MAX or cases.find(tx, connection_id, case_id) is None:
        abort(404)


def _back(connection: Connection) -> Response:
    return redirect(url_for("deductions.show", client_id=connection.client_id), code=303)
