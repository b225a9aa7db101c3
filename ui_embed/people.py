"""The people of a firm: who sees its clients, who is invited, and how each signs in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.access import colleagues, installs
from connector.access.colleagues import Declined
from connector.clients import persons
from providers.errors import LedgerError
from providers.registry import LEDGERS
from ui_embed import home, install, session, words
from webhooks import parts

pages = Blueprint("people", __name__)


@pages.get("/people")
def show() -> str:
    return _page()


@pages.post("/people/invitation")
def invite() -> str:
    """The link is shown once, here: only its hash is kept."""
    deps, person = parts.here(), session.me()
    with deps.writing() as tx:
        token = colleagues.invite(tx, person.reseller_id, by=person.email, now=deps.now())
    return _page(f"{deps.config.base_url}{url_for('people.see_invitation', token=token)}")


@pages.post("/people/<int:person_id>/leave")
def leave(person_id: int) -> Response:
    """The person is out at once, in every browser."""
    deps, me = parts.here(), session.me()
    try:
        with deps.writing() as tx:
            leaver = persons.person(tx, person_id)
            if leaver is None or leaver.reseller_id != me.reseller_id:
                abort(404)
            colleagues.leave(tx, leaver, by=me.email, now=deps.now())
    except Declined as declined:
        flash(words.sentence(str(declined)), "danger")
    else:
        flash(f"{leaver.name} no longer sees any client of this firm.", "success")
    return redirect(url_for("home.show" if person_id == me.id else "people.show"), code=303)


@pages.get("/people/link/<ledger>")
def link(ledger: str) -> Response:
    """To the sign-in page of another vendor, by which the same person may come in from then on."""
    if ledger not in LEDGERS:
        abort(404)
    if request.headers.get("Sec-Fetch-Site", "") not in install.FROM_HERE:
        return redirect(url_for("people.show"))
    deps = parts.here()
    try:
        there = installs.begin(deps, ledger=ledger, session=session.session_id(), client_id=None)
    except LedgerError:
        flash(home.not_answering(ledger), "danger")
        return redirect(url_for("people.show"))
    session.will_link(parse_qs(urlsplit(there).query)["state"][0])
    return redirect(there)


@pages.get("/join/<token>")
def see_invitation(token: str) -> str:
    """Whoever has the link sees who invites them, signs in, and joins."""
    deps = parts.here()
    with deps.reading() as tx:
        invitation = colleagues.invited(tx, token, now=deps.now())
    if session.current_person() is None:
        session.remember(request.path)
    offered = [name for name in LEDGERS if deps.config.vendor(name).client_id]
    return render_template("join.html", invitation=invitation, token=token, offered=offered)


@pages.post("/join/<token>")
def join(token: str) -> Response:
    deps = parts.here()
    try:
        with deps.writing() as tx:
            colleagues.join(tx, session.me(), token, now=deps.now())
    except Declined as declined:
        flash(words.sentence(f"You did not join: {declined}"), "danger")
    else:
        flash("You are one of the firm now: these are its clients.", "success")
    return redirect(url_for("home.show"), code=303)


def _page(invitation: str = "") -> str:
    deps, me = parts.here(), session.me()
    with deps.reading() as tx:
        people = [
            (person, persons.issuers(tx, person.id))
            for person in persons.of_reseller(tx, me.reseller_id)
        ]
    mine = next(issuers for person, issuers in people if person.id == me.id)
    more = [n for n in LEDGERS if n not in mine and deps.config.vendor(n).client_id]
    return render_template("people.html", people=people, me=me, more=more, invitation=invitation)
