"""Connecting a company, reconnecting it and giving it back."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.access import installs
from connector.clients import tenants
from connector.clients.tenants import State
from providers.errors import LedgerError
from providers.registry import LEDGERS
from ui_embed import home, ownership, session
from ui_embed.ownership import NEW_CLIENT
from webhooks import parts

pages = Blueprint("install", __name__)
FROM_HERE = frozenset({"", "same-origin", "none"})


@pages.get("/connect/<ledger>")
def connect(ledger: str) -> Response:
    """To the vendor's consent page, for the client named by `client` or for a new one. A link,
    not a form: the vendor's pages send the browser on to places that a form may not go to."""
    if ledger not in LEDGERS:
        abort(404)
    if request.headers.get("Sec-Fetch-Site", "") not in FROM_HERE:
        flash("Choose the company to connect on this page.", "warning")
        return redirect(url_for("home.show"))
    given = request.args.get("client", "")
    if given and not (given.isascii() and given.isdecimal()):
        abort(404)
    return to_consent(ledger, client_id=int(given) if given else None)


def to_consent(ledger: str, *, client_id: int | None = None) -> Response:
    """A new client has no name until the company's is known; nothing is asked of the person."""
    deps, person = parts.here(), session.me()
    if client_id is not None:
        with deps.reading() as tx:
            ownership.client_or_404(tx, client_id)
    else:
        with deps.writing() as tx:
            client_id = tenants.add_client(tx, person.reseller_id, NEW_CLIENT)
    try:
        there = installs.begin(
            deps, ledger=ledger, session=session.session_id(), client_id=client_id
        )
    except LedgerError:
        flash(home.not_answering(ledger), "danger")
        return redirect(url_for("home.show"))
    return redirect(there)


@pages.post("/disconnect/<int:connection_id>")
def disconnect(connection_id: int) -> Response:
    """Give the company back at the vendor too; the records of what was done are kept."""
    deps, person = parts.here(), session.me()
    with deps.reading() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
    title = LEDGERS[connection.ledger].title
    if connection.state is State.DISCONNECTED:
        flash(f"{connection.name} was not connected any more.", "info")
    else:
        installs.disconnect(deps, connection, by=person.email)
        flash(
            f"{connection.name} is disconnected from {title}. Ledgerhand no longer reads it, writes"
            " to it or writes to its customers.",
            "success",
        )
    return redirect(url_for("status.show", client_id=connection.client_id), code=303)
