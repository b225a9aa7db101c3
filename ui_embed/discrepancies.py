"""Money that does not add up: the card about it, another look, and a person's explanation."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.money import naming
from connector.proof import discrepancies, proving
from connector.proof.discrepancies import Discrepancy
from connector.proof.proving import CannotExplain
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("discrepancies", __name__)


@dataclass(frozen=True, slots=True)
class Unaccounted:
    """`money` is what people call the receipt."""

    found: Discrepancy
    money: str


def unaccounted(tx: Tx, connection: Connection) -> list[Unaccounted]:
    """What nobody has explained yet."""
    return [
        Unaccounted(one, naming.receipt(tx, connection.id, one.subject))
        for one in discrepancies.unexplained(tx, connection.id)
    ]


@pages.post("/discrepancies/<int:connection_id>/check")
def check(connection_id: int) -> Response:
    """Look once more, now."""
    connection = _connection(connection_id)
    left = proving.again(parts.here(), connection.id)
    if left:
        flash("It does not add up yet; the card says what is wrong now.", "danger")
    else:
        flash("All money adds up again.", "success")
    return _back(connection)


@pages.post("/discrepancies/<int:connection_id>/explain")
def explain(connection_id: int) -> Response:
    """A person looked, and says why it is right as it is."""
    connection = _connection(connection_id)
    subject, reason = (request.form.get(name, "") for name in ("subject", "reason"))
    by = session.me().email
    try:
        proving.explain(parts.here(), connection.id, subject, by=by, reason=reason)
    except CannotExplain as error:
        flash(words.sentence(f"Not done: {error}"), "danger")
    else:
        flash("Kept. This money is decided on again.", "success")
    return _back(connection)


def _connection(connection_id: int) -> Connection:
    with parts.here().reading() as tx:
        return ownership.connection_or_404(tx, connection_id)


def _back(connection: Connection) -> Response:
    return redirect(url_for("today.show", client_id=connection.client_id), code=303)
