"""Disputes: every one of a client's, opened on the customer's page, and ended by a person."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.clients.tenants import Connection
from connector.commitments import disputing
from connector.commitments.disputing import OUTCOME_MAX, CannotDispute, Named
from connector.concessions import conceded
from connector.concessions.conceded import Credit
from connector.db import Tx
from connector.disputed import cases, disputes
from connector.disputed.disputes import ENDINGS, Dispute, Source, State, Type
from providers.ledger import Customer, Invoice
from providers.money import Money
from ui_embed import customer as customers
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("disputes", __name__)
ENDED_MAX = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """One company's open disputes, the oldest first, and the newest of those that have ended;
    `deductions` is how many cases of deductions hold a part back too, `credits` are the last ones
    that people approved, by the subject of their dispute."""

    connection: Connection
    open: list[Named]
    ended: list[Named]
    deductions: int
    credits: dict[str, Credit]


@pages.get("/clients/<int:client_id>/disputes")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        desks = [_desk(tx, connection) for connection in ownership.page_about(tx, client)]
    return render_template(
        "disputes.html", client=client, desks=desks, outcome_max=OUTCOME_MAX, endings=ENDINGS
    )


@pages.post("/connections/<int:connection_id>/customers/<customer_id>/disputes")
def raise_one(connection_id: int, customer_id: str) -> Response:
    """A person enters what a customer said."""
    deps = parts.here()
    with deps.writing() as tx:
        connection, customer = customers.one_or_404(tx, connection_id, customer_id)
        invoice = _invoice_or_404(tx, connection, customer)
        type_ = next((it for it in Type if it == request.form.get("type")), None) or abort(400)
        try:
            made = disputing.raised(
                tx, connection, invoice, _amount(invoice), type_=type_,
                words=request.form.get("words", ""), source=Source.PERSON,
                by=session.me().email, at=deps.now(),
            )  # fmt: skip
        except CannotDispute as error:
            flash(words.sentence(f"Nothing was opened: {error}"), "danger")
        else:
            flash(f"Dispute {made.number} is open. Reminders ask for the rest.", "success")
    deps.ring("decide", connection.id)
    return redirect(
        url_for("customer.show", connection_id=connection.id, customer_id=customer.id), code=303
    )


@pages.post("/connections/<int:connection_id>/disputes/<int:dispute_id>/close")
def close(connection_id: int, dispute_id: int) -> Response:
    deps = parts.here()
    with deps.writing() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
        dispute = _dispute_or_404(tx, connection, dispute_id)
        state = next((it for it in ENDINGS if it == request.form.get("state")), None) or abort(400)
        try:
            disputing.ended(
                tx, connection, dispute, state, outcome=request.form.get("outcome", ""),
                by=session.me().email, at=deps.now(),
            )  # fmt: skip
        except CannotDispute as error:
            flash(words.sentence(f"Nothing was changed: {error}"), "danger")
        else:
            flash(f"Dispute {dispute.number} is {state}.", "success")
    deps.ring("decide", connection.id)
    return redirect(url_for("disputes.show", client_id=connection.client_id), code=303)


def _desk(tx: Tx, connection: Connection) -> Desk:
    still = disputes.listed(tx, connection.id, states=(State.OPEN,))
    ended = disputes.listed(tx, connection.id, states=ENDINGS)[-ENDED_MAX:]
    return Desk(
        connection,
        disputing.named(tx, connection.id, still),
        disputing.named(tx, connection.id, ended[::-1]),
        len(cases.listed(tx, connection.id)),
        conceded.last(tx, connection.id, [one.subject for one in (*still, *ended)]),
    )


def _invoice_or_404(tx: Tx, connection: Connection, customer: Customer) -> Invoice:
    invoice = disputing.invoice_of(tx, connection.id, request.form.get("invoice", ""))
    if invoice is None or invoice.customer_id != customer.id:
        abort(404)
    return invoice


def _dispute_or_404(tx: Tx, connection: Connection, dispute_id: int) -> Dispute:
    known = dispute_id <= ownership.ID_MAX
    return (disputes.find(tx, connection.id, dispute_id) if known else None) or abort(404)


def _amount(invoice: Invoice) -> Money | None:
    """None for all of it. Raises CannotDispute."""
    text = request.form.get("amount", "").strip()
    try:
        return Money(Decimal(text), invoice.open.currency) if text else None
    except (InvalidOperation, ValueError):
        raise CannotDispute(f"{text[:30]!r} is no amount; write it as 120.50") from None
