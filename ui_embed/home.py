"""The first page: how to sign in, and then every client with the state of its companies."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from connector.access import installs
from connector.clients.tenants import Client, Connection
from connector.db import Tx
from connector.decided import approvals
from providers.errors import LedgerError
from providers.registry import LEDGERS
from ui_embed import ownership, session
from webhooks import parts

pages = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One client in the list; `waiting` counts what waits for a person."""

    client: Client
    connections: list[Connection]
    waiting: int


@pages.get("/")
def show() -> str:
    deps = parts.here()
    offered = [name for name in LEDGERS if deps.config.vendor(name).client_id]
    if session.current_person() is None:
        return render_template("welcome.html", offered=offered)
    with deps.reading() as tx:
        rows = [_row(tx, client) for client in ownership.my_clients(tx)]
    return render_template("clients.html", rows=rows, offered=offered)


@pages.get("/sign-in/<ledger>")
def sign_in(ledger: str) -> Response:
    """To the vendor's own sign-in page."""
    deps = parts.here()
    if ledger not in LEDGERS:
        abort(404)
    try:
        there = installs.begin(deps, ledger=ledger, session=session.session_id(), client_id=None)
    except LedgerError:
        flash(not_answering(ledger), "danger")
        return redirect(url_for("home.show"))
    return redirect(there)


@pages.post("/sign-out")
def sign_out() -> Response:
    """Ends the session in this browser; every company stays connected."""
    session.end()
    flash("You are signed out. Your clients stay connected.", "success")
    return redirect(url_for("home.show"), code=303)


def not_answering(ledger: str) -> str:
    return f"{LEDGERS[ledger].title} does not answer at the moment. Try again in a minute."


def _row(tx: Tx, client: Client) -> Row:
    connections = ownership.connections_of(tx, client)
    waiting = sum(len(approvals.waiting(tx, connection.id)) for connection in connections)
    return Row(client, connections, waiting)
