"""Where a vendor's consent page sends the browser back to: always answered with a redirect."""

from __future__ import annotations

import structlog
from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.access import colleagues, installs
from connector.access.colleagues import Declined
from connector.access.installs import Pending, Rejected
from connector.clients import persons, tenants
from connector.clients.tenants import Connection, OwnedByAnother
from connector.db import Tx
from connector.deps import Deps
from providers.errors import LedgerError, TryLater
from providers.registry import LEDGERS
from ui_embed import session, words
from ui_embed.home import not_answering
from ui_embed.ownership import NEW_CLIENT
from webhooks import parts

log = structlog.get_logger()
pages = Blueprint("callback", __name__)

ONCE = ("state", "code", "error", "realmId")
CODE_CHARACTERS_MAX = 2048
DENIED = "access_denied"


@pages.get("/oauth/<ledger>/callback")
def receive(ledger: str) -> Response:
    """The query holds secrets, so there is never a page here: what went wrong is told on the
    next one (Intuit's security requirements)."""
    if ledger not in LEDGERS:
        return _home("There is no such ledger. Nothing was connected.")
    try:
        return redirect(_finish(parts.here(), ledger), code=303)
    except (Rejected, OwnedByAnother) as refusal:
        return _home(f"{words.sentence(str(refusal))} Nothing was connected.")
    except Declined as declined:
        return _home(words.sentence(str(declined)))
    except TryLater:
        return _home(f"{not_answering(ledger)} Nothing was connected.")
    except LedgerError as error:
        log.warning("sign-in refused", ledger=ledger, why=str(error))
        return _home(
            f"{LEDGERS[ledger].title} refused this sign-in. Nothing was connected; start again."
        )


def _finish(deps: Deps, ledger: str) -> str:
    """The page to go to. Raises Rejected, OwnedByAnother, Declined or a LedgerError."""
    if any(len(request.args.getlist(name)) > 1 for name in ONCE):
        raise Rejected("the answer of the consent page was altered on its way")
    state, code = request.args.get("state", ""), request.args.get("code", "")
    pending = installs.claim(deps, ledger=ledger, session=session.session_id(), state=state)
    error = request.args.get("error", "")
    if error == DENIED:
        raise Rejected("you did not give access")
    if error or not code or len(code) > CODE_CHARACTERS_MAX:
        raise Rejected(f"{LEDGERS[ledger].title} did not complete the sign-in; start again")
    if pending.client_id is None:
        return _sign_in(deps, pending, code)
    return _connect(deps, pending, code)


def _sign_in(deps: Deps, pending: Pending, code: str) -> str:
    who = installs.identify(deps, pending, installs.exchange(deps, pending, code=code))
    linking, there = session.links(request.args["state"]), session.recall()
    with deps.writing() as tx:
        if linking:
            colleagues.link(
                tx, linking, issuer=pending.ledger, subject=who.subject, email=who.email,
                now=deps.now(),
            )  # fmt: skip
            flash(f"You can sign in as {who.email}, too.", "success")
            return url_for("people.show")
        person = persons.sign_in(
            tx, issuer=pending.ledger, subject=who.subject, email=who.email, name=who.name
        )
    session.begin(person)
    return there


def _connect(deps: Deps, pending: Pending, code: str) -> str:
    person = session.current_person()
    if person is None:
        raise Rejected("you are signed out; sign in and connect the company again")
    assert pending.client_id is not None, "the caller checked"
    with deps.reading() as tx:
        client = tenants.client(tx, pending.client_id)
    if client.reseller_id != person.reseller_id:
        raise Rejected("this was started by somebody else in this browser; start again")
    tokens = installs.exchange(deps, pending, code=code)
    hint = request.args.get("realmId", "") if pending.ledger == "quickbooks" else ""
    ids = installs.connect(deps, pending, tokens, hint=hint, by=person.email)
    with deps.writing() as tx:
        connected = [tenants.connection(tx, id_) for id_ in ids]
        if client.name == NEW_CLIENT:
            _name(tx, client.id, connected)
    title = LEDGERS[pending.ledger].title
    for connection in connected:
        flash(f"{connection.name} is connected to {title}. The first import has begun.", "success")
    if len(connected) > 1:
        return url_for("home.show")
    return url_for("status.show", client_id=connected[0].client_id)


def _name(tx: Tx, client_id: int, connected: list[Connection]) -> None:
    """A new client is called what its company is called."""
    for connection in connected:
        if connection.client_id == client_id:
            tenants.rename_client(tx, client_id, connection.name)


def _home(sentence: str) -> Response:
    flash(sentence, "danger")
    return redirect(url_for("home.show"), code=303)
