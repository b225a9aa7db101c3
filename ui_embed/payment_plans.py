"""Payment plans on the customer's page: agreed on and ended by a person."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector import local_days
from connector.clients.tenants import Connection
from connector.commitments import payment_plans
from connector.commitments.payment_plans import CannotAgree
from connector.db import Tx
from connector.local_days import NoDay
from connector.mirroring import mirror
from dunning.deciding.instalments import PARTS_MAX, Every, in_parts
from providers.ledger import Invoice
from providers.money import Money
from ui_embed import customer as customers
from ui_embed import session, words
from webhooks import parts

pages = Blueprint("payment_plans", __name__)


@pages.post("/connections/<int:connection_id>/customers/<customer_id>/payment-plans")
def agree(connection_id: int, customer_id: str) -> Response:
    """Equal instalments for everything that is ticked."""
    deps, now = parts.here(), parts.here().now()
    with deps.writing() as tx:
        connection, customer = customers.one_or_404(tx, connection_id, customer_id)
        try:
            _agree(tx, connection, customer.id, now)
        except CannotAgree as error:
            flash(words.sentence(f"Nothing was agreed: {error}"), "danger")
        else:
            flash("The plan is kept. Only instalments that are due are asked for.", "success")
    deps.ring("decide", connection.id)
    return _back(connection, customer.id)


@pages.post(
    "/connections/<int:connection_id>/customers/<customer_id>/payment-plans/<int:plan_id>/end"
)
def end(connection_id: int, customer_id: str, plan_id: int) -> Response:
    deps = parts.here()
    with deps.writing() as tx:
        connection, customer = customers.one_or_404(tx, connection_id, customer_id)
        mine = payment_plans.listed(tx, connection.id, customer_ids=[customer.id])
        ended = any(one.id == plan_id for one in mine) and payment_plans.cancel(
            tx, connection, plan_id, by=session.me().email, at=deps.now()
        )
    if ended:
        flash("The plan is ended. Everything open is due as its invoices say.", "success")
    else:
        flash("There is no such running plan any more.", "danger")
    deps.ring("decide", connection.id)
    return _back(connection, customer.id)


def _agree(tx: Tx, connection: Connection, customer_id: str, now: datetime) -> None:
    today = local_days.today(connection, now)
    ticked = set(request.form.getlist("invoice"))
    invoices = [
        record
        for record in mirror.of_customers(tx, connection.id, [customer_id])
        if isinstance(record, Invoice) and record.id in ticked and record.open.amount > 0
    ]
    if not invoices:
        raise CannotAgree("tick at least one open invoice")
    count, first = _count(request.form.get("parts", "")), _first(request.form.get("first", ""))
    if first < today:
        raise CannotAgree(f"the first instalment on {first} is past; today is {today}")
    every = next((it for it in Every if it == request.form.get("every")), Every.MONTH)
    currencies = {invoice.open.currency for invoice in invoices}
    if len(currencies) > 1:
        raise CannotAgree("the invoices are in several currencies; make a plan for each")
    owed = Money.total((invoice.open for invoice in invoices), currencies.pop())
    payment_plans.agree(
        tx, connection, invoices, in_parts(owed, count, first, every), at=now,
        words=request.form.get("words", ""), by=session.me().email,
    )  # fmt: skip


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= PARTS_MAX):
        raise CannotAgree(f"{text[:30]!r} is no number of instalments; write one up to {PARTS_MAX}")
    return int(text)


def _first(text: str) -> date:
    try:
        return local_days.written(text)
    except NoDay as wrong:
        raise CannotAgree(str(wrong)) from None


def _back(connection: Connection, customer_id: str) -> Response:
    return redirect(
        url_for("customer.show", connection_id=connection.id, customer_id=customer_id), code=303
    )
