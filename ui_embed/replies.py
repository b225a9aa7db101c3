"""What customers answered, put before a person, who reads it and lets reminders go on."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector import customer_answers
from ui_embed import ownership, session
from webhooks import parts

pages = Blueprint("replies", __name__)
CUSTOMER = "customer"
"""Where the form stands that wants to come back to the customer's page, not to Today."""


@pages.post("/connections/<int:connection_id>/replies/<int:hold_id>")
def read(connection_id: int, hold_id: int) -> Response:
    """One answer is read; another, and a pause that a person set, still hold."""
    deps = parts.here()
    with deps.reading() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
    if hold_id > ownership.ID_MAX:
        abort(404)
    if customer_answers.read(deps, connection.id, hold_id, by=session.me().email):
        flash("Read. Reminders go on unless something else holds them.", "success")
    else:
        flash("Somebody has read this already.", "warning")
    if customer_id := request.form.get(CUSTOMER, ""):
        back = url_for("customer.show", connection_id=connection.id, customer_id=customer_id)
    else:
        back = url_for("today.show", client_id=connection.client_id)
    return redirect(back, code=303)
