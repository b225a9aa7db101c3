"""What customers answered, put before a person, who reads it and lets reminders go on."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.clients.tenants import Connection
from connector.commitments.promising import CannotPromise
from connector.decided import customer_answers
from connector.inbound import suggestions
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("replies", __name__)
CUSTOMER = "customer"
"""Where the form stands that wants to come back to the customer's page, not to Today."""


@pages.post("/connections/<int:connection_id>/replies/<int:hold_id>")
def read(connection_id: int, hold_id: int) -> Response:
    """One answer is read; another, and a pause that a person set, still hold."""
    deps, connection = parts.here(), _held(connection_id, hold_id)
    if customer_answers.read(deps, connection.id, hold_id, by=session.me().email):
        flash("Read. Reminders go on unless something else holds them.", "success")
    else:
        flash("Somebody has read this already.", "warning")
    return _back(connection)


@pages.post("/connections/<int:connection_id>/replies/<int:hold_id>/promise")
def promise(connection_id: int, hold_id: int) -> Response:
    """Write down a promise that was suggested about an answer, which still waits to be read."""
    deps, connection = parts.here(), _held(connection_id, hold_id)
    with deps.reading() as tx:
        waiting = customer_answers.unread(tx, connection.id, deps.now())
    found = next((one.answer for one in waiting if one.hold.id == hold_id), None)
    if found is None:
        flash("Somebody has read this already.", "warning")
        return _back(connection)
    try:
        made = suggestions.promise(
            deps, connection, found, request.form.get("offer", ""), by=session.me().email
        )
    except CannotPromise as error:
        flash(words.sentence(f"Not written down: {error}"), "danger")
    else:
        flash(f"Written down: {made.amount} by {made.on:%d %b %Y}.", "success")
    return _back(connection)


def _held(connection_id: int, hold_id: int) -> Connection:
    with parts.here().reading() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
    return connection if hold_id <= ownership.ID_MAX else abort(404)


def _back(connection: Connection) -> Response:
    if customer_id := request.form.get(CUSTOMER, ""):
        back = url_for("customer.show", connection_id=connection.id, customer_id=customer_id)
    else:
        back = url_for("today.show", client_id=connection.client_id)
    return redirect(back, code=303)
