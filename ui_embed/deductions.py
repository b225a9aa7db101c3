"""Deduction cases: the payers' words, what was found about each, and how a person ends them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.clients.tenants import Connection
from connector.concessions import conceded, contested
from connector.concessions.conceded import Credit
from connector.db import Tx
from connector.disputed import cases
from connector.disputed.cases import BOOKED, Deduction
from connector.short_payments import deductions
from connector.short_payments.deductions import Named
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("deductions", __name__)
OUTCOME_MAX = 500
BOOKED_MAX = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """One company's open cases, the oldest first, and the newest of those that were booked;
    `credits` are the last ones that people approved, by the subject of their case."""

    connection: Connection
    open: list[Named]
    booked: list[Named]
    credits: dict[str, Credit]


@pages.get("/clients/<int:client_id>/deductions")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        desks = [_desk(tx, connection) for connection in ownership.page_about(tx, client)]
    return render_template("deductions.html", client=client, desks=desks, outcome_max=OUTCOME_MAX)


@pages.post("/connections/<int:connection_id>/deductions/<int:case_id>/close")
def close(connection_id: int, case_id: int) -> Response:
    deps, outcome = parts.here(), request.form.get("outcome", "").strip()
    with deps.writing() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
        case = _known_or_404(tx, connection.id, case_id)
        if not outcome or len(outcome) > OUTCOME_MAX:
            flash(f"Say in 1 to {OUTCOME_MAX} characters how the case ended.", "danger")
        elif why_not := _still_moving(tx, connection.id, case.subject):
            flash(words.sentence(f"Nothing was closed: {why_not}"), "danger")
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


def _desk(tx: Tx, connection: Connection) -> Desk:
    still = cases.listed(tx, connection.id)
    booked = cases.listed(tx, connection.id, states=(BOOKED,))[-BOOKED_MAX:]
    return Desk(
        connection,
        deductions.named(tx, connection.id, still),
        deductions.named(tx, connection.id, booked[::-1]),
        conceded.last(tx, connection.id, [case.subject for case in (*still, *booked)]),
    )


def _still_moving(tx: Tx, connection_id: int, subject: str) -> str:
    """Why a case cannot be closed yet; empty if it can."""
    try:
        contested.check_still(tx, connection_id, subject)
    except contested.OnItsWay as error:
        return str(error)
    return ""


def _known_or_404(tx: Tx, connection_id: int, case_id: int) -> Deduction:
    known = case_id <= ownership.ID_MAX
    return (cases.find(tx, connection_id, case_id, locked=True) if known else None) or abort(404)


def _back(connection: Connection) -> Response:
    return redirect(url_for("deductions.show", client_id=connection.client_id), code=303)
