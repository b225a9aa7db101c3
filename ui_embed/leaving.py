"""Leaving the list: a page with a button, for people; and the same address takes the one-click
POST of mail programs (RFC 8058). Looking changes nothing: scanners look at every link."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from connector.clients import tenants
from connector.correspondence import leaving, tracking
from connector.correspondence.tracking import Link, Purpose
from webhooks import parts

pages = Blueprint("leaving", __name__)


@pages.get("/leave/<token>")
def show(token: str) -> str:
    link = _link(token)
    with parts.here().reading() as tx:
        company = tenants.connection(tx, link.connection_id).name
        addresses = leaving.addresses(tx, link)
    return render_template("leave.html", company=company, addresses=addresses)


@pages.post("/leave/<token>")
def leave(token: str) -> str:
    """No redirect, no cookie and no sign-in (RFC 8058, 3.1). A mail program names no address: then
    all whom the message went to are off the list, because one of them wants it."""
    link = _link(token)
    chosen = request.form.getlist("address")
    left = leaving.unsubscribe(parts.here(), link, chosen)
    if not left:
        abort(400)
    with parts.here().reading() as tx:
        company = tenants.connection(tx, link.connection_id).name
    return render_template("left.html", company=company, addresses=left)


def _link(token: str) -> Link:
    with parts.here().reading() as tx:
        return tracking.find(tx, token, Purpose.LEAVE) or abort(404)
