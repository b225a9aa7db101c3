"""What Ledgerhand may do for a client: every capability with its mode, switched by a person."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector import answers, modes
from connector.modes import Capability, Mode
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("capabilities", __name__)


@pages.get("/clients/<int:client_id>/capabilities")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        ownership.page_about(tx, client)
        chosen = modes.of(tx, client.id)
        since = {c: modes.switched_on_at(tx, client.id, c) for c in Capability}
    return render_template("capabilities.html", client=client, chosen=chosen, since=since)


@pages.post("/clients/<int:client_id>/capabilities")
def save(client_id: int) -> Response:
    """Switch what differs from what is in force; a capability that is not named stays."""
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        chosen = modes.of(tx, client.id)
    try:
        wanted = {c: Mode(request.form[c]) for c in Capability if c in request.form}
    except ValueError:
        abort(400)
    changed = {c: mode for c, mode in wanted.items() if chosen[c] is not mode}
    for capability, mode in changed.items():
        answers.switch(deps, client.id, capability, mode, by=session.me().email)
        name, told = words.CAPABILITIES[capability][0], words.MODES[mode][0]
        flash(f"{name} is now: {told}.", "success")
    if not changed:
        flash("Nothing was changed.", "info")
    return redirect(url_for("capabilities.show", client_id=client.id), code=303)
