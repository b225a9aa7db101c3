"""What a customer promised to pay, written down beside its answer or on its page, and cancelled."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector import local_days
from connector.clients.tenants import Connection
from connector.commitments import promises, promising
from connector.commitments.promising import CannotPromise
from connector.db import Tx
from connector.decided import customer_answers
from connector.disputed.disputes import Source
from connector.local_days import NoDay
from dunning.customer.account import Promise
from providers.money import Money
from ui_embed import customer as customers
from ui_embed import session, words
from webhooks import parts

pages = Blueprint("promising", __name__)
EVERYTHING = "all "
"""Before a currency: every open invoice in it."""


@pages.post("/connections/<int:connection_id>/customers/<customer_id>/promises")
def write_down(connection_id: int, customer_id: str) -> Response:
    """What a person heard, or read in an answer that `reply` names."""
    deps, now = parts.here(), parts.here().now()
    with deps.writing() as tx:
        connection, customer = customers.one_or_404(tx, connection_id, customer_id)
        try:
            made = _write_down(tx, connection, customer.id, now)
        except CannotPromise as error:
            flash(words.sentence(f"Not written down: {error}"), "danger")
        else:
            told = f"Written down: {customer.name} pays {made.amount} by {made.on:%d %b %Y}."
            flash(told, "success")
    deps.ring("decide", connection.id)
    return _back(connection, customer.id)


@pages.post(
    "/connections/<int:connection_id>/customers/<customer_id>/promises/<int:promise_id>/cancel"
)
def cancel(connection_id: int, customer_id: str, promise_id: int) -> Response:
    """It was never made, or no longer holds: the customer is reminded again."""
    deps = parts.here()
    with deps.writing() as tx:
        connection, customer = customers.one_or_404(tx, connection_id, customer_id)
        mine = promises.listed(tx, connection.id, customer_ids=[customer.id])
        ended = any(one.id == promise_id for one in mine) and promises.cancel(
            tx, connection.id, promise_id, by=session.me().email, at=deps.now()
        )
    if ended:
        flash("The promise is cancelled. The customer is reminded again.", "success")
    else:
        flash("There is no such open promise any more.", "warning")
    deps.ring("decide", connection.id)
    return _back(connection, customer.id)


def _write_down(tx: Tx, connection: Connection, customer_id: str, now: datetime) -> Promise:
    """Raises CannotPromise."""
    what = request.form.get("what", "")
    is_all = what.startswith(EVERYTHING)
    invoices = promising.owed(
        tx, connection.id, customer_id, ids=[what] if what and not is_all else (),
        currency=what.removeprefix(EVERYTHING) if is_all else "",
    )  # fmt: skip
    said, source = _said(tx, connection, customer_id, now)
    _, made = promising.write_down(
        tx, connection, invoices, on=day(request.form.get("by", "")), now=now,
        amount=_amount(invoices[0].open.currency), source=source, words=said,
        by=session.me().email,
    )  # fmt: skip
    return made


def _said(tx: Tx, connection: Connection, customer_id: str, now: datetime) -> tuple[str, Source]:
    """The words of the answer that it stands in, else those that the person typed."""
    reply = request.form.get("reply", "")
    if not reply:
        return request.form.get("words", "").strip(), Source.PERSON
    unread = customer_answers.unread(tx, connection.id, now, [customer_id])
    answer = next((one.answer for one in unread if str(one.hold.id) == reply), None)
    if answer is None:
        raise CannotPromise("somebody has read this answer already; look at the customer's page")
    return answer.text, Source.REPLY


def day(text: str) -> date:
    """Raises CannotPromise."""
    try:
        return local_days.written(text.strip())
    except NoDay as wrong:
        raise CannotPromise(str(wrong)) from None


def _amount(currency: str) -> Money | None:
    """None for all of it. Raises CannotPromise."""
    text = request.form.get("amount", "").strip()
    try:
        exact = Decimal(text) if text else None
        found = None if exact is None else Money(exact, currency)
    except (InvalidOperation, ValueError):
        raise CannotPromise(f"{text[:30]!r} is no amount; write it as 120.50") from None
    if found is not None and (found.amount != exact or found.amount <= 0):
        raise CannotPromise(f"{text[:30]!r} is no amount above 0 in {currency}")
    return found


def _back(connection: Connection, customer_id: str) -> Response:
    """To where the form stood."""
    if request.form.get("back") == "today":
        return redirect(url_for("today.show", client_id=connection.client_id), code=303)
    back = url_for("customer.show", connection_id=connection.id, customer_id=customer_id)
    return redirect(f"{back}#promises", code=303)
