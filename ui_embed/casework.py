"""A customer's case: all about it as one ZIP, and taking back a credit hold or a referral."""

from __future__ import annotations

from tempfile import TemporaryFile

from flask import Blueprint, Response, abort, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as Answer

from connector.agency import case_pack
from connector.answering import by_person
from connector.answering.by_person import NotRevoked
from connector.decided import formal_steps
from ui_embed import customer as customers
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("casework", __name__)


@pages.post("/connections/<int:connection_id>/customers/<customer_id>/case.zip")
def pack(connection_id: int, customer_id: str) -> Response:
    """Made when it is asked for, and read from the ledger then: nothing is kept of it."""
    deps = parts.here()
    with deps.reading() as tx:
        connection, customer = customers.one_or_404(tx, connection_id, customer_id)
    # Whoever sends the answer closes the file, which is gone with that.
    file = TemporaryFile()  # noqa: SIM115
    made = case_pack.write(deps, connection, customer, file, by=session.me().email)
    return send_file(file, "application/zip", as_attachment=True, download_name=made.name)


@pages.post("/connections/<int:connection_id>/formal-steps/<int:step_id>/revoke")
def revoke(connection_id: int, step_id: int) -> Answer:
    """Take it back, with the reason that the form holds."""
    deps = parts.here()
    with deps.reading() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
        known = step_id <= ownership.ID_MAX
        step = (formal_steps.find(tx, connection.id, step_id) if known else None) or abort(404)
    try:
        by_person.revoke(
            deps, connection, step, by=session.me().email, reason=request.form.get("reason", "")
        )
    except NotRevoked as error:
        flash(words.sentence(f"Not done: {error}"), "danger")
    else:
        flash(f"The {step.do} is taken back.", "success")
    return redirect(
        url_for("customer.show", connection_id=connection.id, customer_id=step.customer_id),
        code=303,
    )
