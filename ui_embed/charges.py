"""Charges for being late on the pages: waived, taken back, and interest that the law gives."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.late_fees import charges, interest_claims, raising
from connector.late_fees.charges import Charge
from connector.late_fees.interest_claims import NoClaim
from connector.late_fees.raising import CannotCharge
from connector.mirroring import mirror
from providers.ledger import Invoice, Kind
from ui_embed import ownership, session, words
from ui_embed.customer import ID_CHARACTERS_MAX
from webhooks import parts

pages = Blueprint("charges", __name__)
REASON_CHARACTERS_MAX = 500


@pages.post("/connections/<int:connection_id>/charges/<int:charge_id>/waive")
def waive(connection_id: int, charge_id: int) -> Response:
    """Not to be charged; the reason stays with it."""
    reason = request.form.get("reason", "").strip()[:REASON_CHARACTERS_MAX]

    def done(charge: Charge) -> None:
        raising.waive(parts.here(), connection_id, charge.id, by=session.me().email, reason=reason)

    return _decided(connection_id, charge_id, done, "Waived. Its period is not charged.")


@pages.post("/connections/<int:connection_id>/charges/<int:charge_id>/undo")
def take_back(connection_id: int, charge_id: int) -> Response:
    """Void the invoice that it became."""

    def done(charge: Charge) -> None:
        raising.take_back(parts.here(), connection_id, charge.id, by=session.me().email)

    return _decided(
        connection_id, charge_id, done, "You asked for the undo. What comes of it is told below."
    )


@pages.get("/connections/<int:connection_id>/invoices/<invoice_id>/interest")
def interest(connection_id: int, invoice_id: str) -> str:
    """What the law gives for one invoice, worked out now; nothing is drafted."""
    with parts.here().reading() as tx:
        connection, invoice = _invoice_or_404(tx, connection_id, invoice_id)
        client = tenants.client(tx, connection.client_id)
        ownership.page_about(tx, client)
        names = mirror.names(tx, connection.id, [invoice.customer_id])
    found, why_not = None, ""
    try:
        found = interest_claims.work_out(parts.here(), connection, invoice)
    except NoClaim as error:
        why_not = str(error)
    return render_template(
        "interest.html", client=client, connection=connection, invoice=invoice, found=found,
        why_not=why_not, customer=names.get(invoice.customer_id, invoice.customer_id),
    )  # fmt: skip


@pages.post("/connections/<int:connection_id>/invoices/<invoice_id>/interest")
def ask_for_interest(connection_id: int, invoice_id: str) -> Response:
    """Worked out once more and put before a person, as an invoice to be raised."""
    deps = parts.here()
    with deps.reading() as tx:
        connection, invoice = _invoice_or_404(tx, connection_id, invoice_id)
    try:
        found = interest_claims.work_out(deps, connection, invoice)
        interest_claims.draft(deps, connection, found, by=session.me().email)
    except NoClaim as error:
        flash(words.sentence(f"Not drafted: {error}"), "danger")
    else:
        flash("Drafted. No invoice is raised until somebody approves it.", "success")
    return _back(connection, invoice.customer_id)


def _decided(
    connection_id: int, charge_id: int, done: Callable[[Charge], None], said: str
) -> Response:
    with parts.here().reading() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
        is_id = charge_id <= ownership.ID_MAX
        charge = charges.find(tx, connection.id, charge_id) if is_id else None
    if charge is None:
        abort(404)
    try:
        done(charge)
    except CannotCharge as error:
        flash(words.sentence(f"Not done: {error}"), "danger")
    else:
        flash(said, "success")
    return _back(connection, charge.customer_id)


def _invoice_or_404(tx: Tx, connection_id: int, invoice_id: str) -> tuple[Connection, Invoice]:
    connection = ownership.connection_or_404(tx, connection_id)
    found = mirror.fetch(tx, connection.id, Kind.INVOICE, [invoice_id[:ID_CHARACTERS_MAX]])
    invoice = next((one for one in found if isinstance(one, Invoice)), None)
    if invoice is None:
        abort(404)
    return connection, invoice


def _back(connection: Connection, customer_id: str) -> Response:
    there = url_for("customer.show", connection_id=connection.id, customer_id=customer_id)
    return redirect(f"{there}#charges", code=303)
