"""Whom to write to at a customer, entered on its page beside the ledger's own addresses."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.recipients import contacts, reachable
from connector.recipients.contacts import BadContact, Contact, Role
from ui_embed import customer as customers
from ui_embed import session, words
from ui_embed.today import REASON_CHARACTERS_MAX
from webhooks import parts

pages = Blueprint("contacts", __name__)


@pages.post("/connections/<int:connection_id>/customers/<customer_id>/contacts")
def add(connection_id: int, customer_id: str) -> Response:
    deps = parts.here()
    try:
        with deps.writing() as tx:
            connection, customer = customers.one_or_404(tx, connection_id, customer_id)
            role = next((it for it in Role if it == request.form.get("role")), None) or abort(400)
            contact = _entered(customer.id, role)
            reachable.add(
                tx, connection.id, contact, by=session.me().email, at=deps.now(),
                why=request.form.get("why", "").strip()[:REASON_CHARACTERS_MAX],
            )  # fmt: skip
    except BadContact as error:
        flash(words.sentence(f"Nobody was added: {error}"), "danger")
    else:
        flash(f"{contact.email or contact.phone} is {contact.role} there.", "success")
        deps.ring("decide", connection_id)
    return _back(connection_id, customer_id)


@pages.post(
    "/connections/<int:connection_id>/customers/<customer_id>/contacts/<int:contact_id>/drop"
)
def drop(connection_id: int, customer_id: str, contact_id: int) -> Response:
    """What the ledger holds is changed in the ledger."""
    deps = parts.here()
    with deps.writing() as tx:
        connection, customer = customers.one_or_404(tx, connection_id, customer_id)
        known = contacts.of_customers(tx, connection.id, [customer.id])[customer.id]
        found = [one for one in known if one.id == contact_id]
        for one in found:
            reachable.drop(tx, connection.id, one, by=session.me().email, at=deps.now())
    if found:
        flash(f"{found[0].email or found[0].phone} is taken away.", "success")
    else:
        flash("There is no such contact any more.", "warning")
    deps.ring("decide", connection.id)
    return _back(connection.id, customer.id)


def _entered(customer_id: str, role: Role) -> Contact:
    def said(name: str) -> str:
        return request.form.get(name, "").strip()

    return Contact(customer_id, role, said("name"), said("email").lower(), said("phone"))


def _back(connection_id: int, customer_id: str) -> Response:
    back = url_for("customer.show", connection_id=connection_id, customer_id=customer_id)
    return redirect(f"{back}#contacts", code=303)
