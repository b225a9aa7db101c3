"""Pausing one customer, with a reason and an end, and resuming."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.clients.tenants import Connection
from ui_embed import customer as customers
from ui_embed import session, words
from ui_embed.today import REASON_CHARACTERS_MAX
from webhooks import parts

pages = Blueprint("pauses", __name__)
UNSAID = "paused on the customer's page"


@pages.post("/connections/<int:connection_id>/customers/<customer_id>/pause")
def pause(connection_id: int, customer_id: str) -> Response:
    deps = parts.here()
    with deps.reading() as tx:
        connection, customer = customers.one_or_404(tx, connection_id, customer_id)
    reason = request.form.get("reason", "").strip()[:REASON_CHARACTERS_MAX]
    try:
        answers.pause(
            deps, connection.id, by=session.me().email, reason=reason or UNSAID,
            customer_id=customer.id, until=_until(connection),
        )  # fmt: skip
    except CannotAnswer as error:
        flash(words.sentence(f"Not paused: {error}"), "danger")
    else:
        flash(f"Paused. {customer.name} is not written to.", "success")
    return _back(connection, customer.id)


@pages.post("/connections/<int:connection_id>/customers/<customer_id>/resume")
def resume(connection_id: int, customer_id: str) -> Response:
    deps = parts.here()
    with deps.reading() as tx:
        connection, customer = customers.one_or_404(tx, connection_id, customer_id)
    answers.resume(deps, connection.id, by=session.me().email, customer_id=customer.id)
    flash(f"Resumed for {customer.name}.", "success")
    return _back(connection, customer.id)


def _until(connection: Connection) -> datetime | None:
    """The first moment of a day in the company's own time zone; None for a pause without an end.

    Raises CannotAnswer.
    """
    text = request.form.get("until", "").strip()
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        raise CannotAnswer(f"{text[:30]!r} is no date; write it as 2026-01-31") from None
    return day.replace(tzinfo=ZoneInfo(connection.time_zone))


def _back(connection: Connection, customer_id: str) -> Response:
    return redirect(
        url_for("customer.show", connection_id=connection.id, customer_id=customer_id), code=303
    )
