"""The sending domain: what its DNS says, whether messages may come from it, and what to enter."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from connector import domains
from providers.email import domain as dns
from ui_embed import ownership
from webhooks import parts

pages = Blueprint("sending", __name__)


@pages.get("/clients/<int:client_id>/sending")
def show(client_id: int) -> str:
    deps = parts.here()
    config = deps.config
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        ownership.page_about(tx, client)
        sender = domains.sender_of(tx, config, client.id)
        permission = domains.may_send(tx, config, sender, deps.now())
        known = domains.known(tx, sender.domain)
    entries = dns.entries(
        sender.domain, selector=config.mail_dkim_selector, include=config.mail_spf_include,
        proof=sender.proof,
    )  # fmt: skip
    return render_template(
        "sending.html", client=client, sender=sender, permission=permission, known=known,
        entries=entries, is_public=not dns.is_never_public(sender.domain),
    )  # fmt: skip


@pages.post("/clients/<int:client_id>/sending")
def check(client_id: int) -> Response:
    """Read the DNS again, now."""
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        sender = domains.sender_of(tx, deps.config, client.id)
    known = domains.refresh(deps, sender.domain)
    if known is None:
        flash("There is nothing to read: this name is in no DNS.", "info")
    elif known.trouble:
        flash("The DNS gave no answer. What was known before still stands.", "warning")
    else:
        flash("The DNS was read again.", "success")
    return redirect(url_for("sending.show", client_id=client.id), code=303)
