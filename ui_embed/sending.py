"""How a client's messages leave: what the DNS of the sending domain says, whether messages may come
from it, what to enter, and the client's own mail server."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.access import mail_setup
from connector.access.mail_setup import NotTaken
from connector.clients.tenants import Client
from connector.recipients import domains, mail_servers
from connector.recipients.mail_servers import BadServer, Settings
from providers.email import domain as dns
from providers.email.smtp import Security
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("sending", __name__)
PORT_DIGITS_MAX = 5
FRESH = Settings(host="", port=587, username="")


@pages.get("/clients/<int:client_id>/sending")
def show(client_id: int) -> str:
    return _page(_client(client_id))


@pages.post("/clients/<int:client_id>/sending")
def check(client_id: int) -> Response:
    """Read the DNS again, now."""
    deps, client = parts.here(), _client(client_id)
    with deps.reading() as tx:
        sender = domains.sender_of(tx, deps.config, client.id)
    known = domains.refresh(deps, sender.domain, sender.server)
    if known is None:
        flash("There is nothing to read: this name is in no DNS.", "info")
    elif known.trouble:
        flash("The DNS gave no answer. What was known before still stands.", "warning")
    else:
        flash("The DNS was read again.", "success")
    return _back(client)


@pages.post("/clients/<int:client_id>/sending/server")
def set_server(client_id: int) -> Response | tuple[str, int]:
    """Try it, and keep it where that is asked for and the server lets us sign in."""
    deps, client = parts.here(), _client(client_id)
    settings, password = _asked(), request.form.get("password", "")
    try:
        if request.form.get("act") == "try":
            said = mail_setup.try_out(deps, client.id, settings, password)
            flash(f"It let us sign in, and no mail was sent. It said: {said}", "success")
            return _page(client, settings=settings), 200
        mail_setup.keep(deps, client.id, settings, password, by=session.me().email)
    except BadServer as fault:
        return _page(client, settings=settings, fault=fault), 422
    flash("Kept: it let us sign in.", "success")
    return _back(client)


@pages.post("/clients/<int:client_id>/sending/server/forget")
def forget_server(client_id: int) -> Response:
    client = _client(client_id)
    if mail_setup.forget(parts.here(), client.id, by=session.me().email):
        flash("Forgotten. Messages go through the installation's mail server again.", "success")
    else:
        flash("There was none of the client's own.", "info")
    return _back(client)


def _asked() -> Settings:
    given = request.form
    security = given.get("security", "")
    return Settings(
        host=given.get("host", ""),
        port=_port(given.get("port", "")),
        username=given.get("username", ""),
        security=Security(security) if security in [*Security] else Security.STARTTLS,
        dkim_selector=given.get("dkim_selector", ""),
        spf_include=given.get("spf_include", ""),
    )


def _port(text: str) -> int:
    """Below zero where it is none."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= PORT_DIGITS_MAX
    return int(text) if is_number else -1


def _client(client_id: int) -> Client:
    with parts.here().reading() as tx:
        return ownership.client_or_404(tx, client_id)


def _back(client: Client) -> Response:
    return redirect(url_for("sending.show", client_id=client.id), code=303)


def _page(
    client: Client, *, settings: Settings | None = None, fault: BadServer | None = None
) -> str:
    """`settings` are what stands in the form where it is not what is kept."""
    deps = parts.here()
    with deps.reading() as tx:
        ownership.page_about(tx, client)
        sender = domains.sender_of(tx, deps.config, client.id)
        permission = domains.may_send(tx, deps.config, sender, deps.now())
        known = domains.known(tx, sender.domain, sender.server)
        server = mail_servers.find(tx, client.id)
    selector, include = domains.marks(deps.config, sender.server)
    entries = dns.entries(sender.domain, selector=selector, include=include, proof=sender.proof)
    return render_template(
        "sending.html", client=client, sender=sender, permission=permission, known=known,
        entries=entries, is_public=not dns.is_never_public(sender.domain), server=server,
        form=settings or (server.settings if server else FRESH), securities=words.SECURITIES,
        fault=words.sentence(str(fault)) if fault else "",
        refused=fault if isinstance(fault, NotTaken) else None,
    )  # fmt: skip
