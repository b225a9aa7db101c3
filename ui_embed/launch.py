"""Arriving from a vendor's app store or from inside the ledger, and leaving from there."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.clients import tenants
from connector.clients.tenants import Connection, State
from connector.db import Tx
from connector.deps import Deps
from connector.mirroring import rereading
from connector.vault import Vault
from providers.ledger import Kind
from providers.registry import LEDGERS
from ui_embed import home, install, ownership, session
from webhooks import parts

pages = Blueprint("launch", __name__)
COMPANY_CHARACTERS_MAX = 64
NOBODY = "0"


@pages.get("/launch/<ledger>")
def arrive(ledger: str) -> Response:
    """Sign in with the vendor, then go to the company's page. Who has no company yet goes straight
    on to the consent page: nobody who comes from the store is asked to press Connect."""
    if ledger not in LEDGERS:
        abort(404)
    if session.current_person() is None:
        session.remember(request.full_path.rstrip("?"))
        return home.sign_in(ledger)
    deps, company_id = parts.here(), _company_id()
    with deps.reading() as tx:
        mine = [c for c in ownership.my_connections(tx) if c.ledger == ledger]
        wanted = _named(deps, tx, ledger, company_id)
    if wanted and wanted.id in {c.id for c in mine}:
        return redirect(url_for("status.show", client_id=wanted.client_id))
    if not [c for c in mine if c.state is not State.DISCONNECTED]:
        return install.to_consent(ledger)
    if company_id:
        title = LEDGERS[ledger].title
        flash(f"This company is not connected yet. Choose Connect to {title} to add it.", "info")
    return redirect(url_for("home.show"))


@pages.get("/disconnected/<ledger>")
def ended(ledger: str) -> str:
    """Shown after somebody disconnected us inside the ledger. Anybody can open this address, so
    it changes nothing: it makes us ask the ledger, whose refusal then ends the connection."""
    if ledger not in LEDGERS:
        abort(404)
    deps = parts.here()
    with deps.reading() as tx:
        connection = _named(deps, tx, ledger, _company_id())
    if connection and connection.state is State.LIVE:
        _ask_ledger(deps, connection)
    return render_template("ended.html", ledger=LEDGERS[ledger])


def _ask_ledger(deps: Deps, connection: Connection) -> None:
    """One small read, at most one a minute however often the page is opened."""
    now = deps.now()
    with deps.writing() as tx:
        rereading.hint_at(
            tx, connection.id, [(Kind.CUSTOMER, NOBODY)], why=f"ended:{now:%Y%m%d%H%M}", now=now
        )
    deps.ring("sync", connection.id)


def _company_id() -> str:
    given = request.args.get("realmId", "")
    return given if given.isascii() and len(given) <= COMPANY_CHARACTERS_MAX else ""


def _named(deps: Deps, tx: Tx, ledger: str, company_id: str) -> Connection | None:
    if not company_id:
        return None
    return tenants.find_company(tx, Vault(deps.config.keys), ledger, company_id)
