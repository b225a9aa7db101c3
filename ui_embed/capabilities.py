"""What Ledgerhand may do for a client: every capability with its mode, switched by a person."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.answering.answers import CannotAnswer
from connector.clients.tenants import State
from connector.mirroring import mirror
from connector.rule_changes import agreement, allowing, preview
from connector.rules import modes, policy
from connector.rules.modes import Capability, Mode
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("capabilities", __name__)
SILENT = (Mode.OFF, Mode.SHADOW)
"""In these modes nobody is written to yet, and it is shown how many would be."""
REASON_CHARACTERS_MAX = 500
AT_ONCE_MAX = 500
"""With more customers who owe something, deciding about them all takes seconds: on demand only."""


@pages.get("/clients/<int:client_id>/capabilities")
def show(client_id: int) -> str:
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        connections = ownership.page_about(tx, client)
        rules = policy.current(tx, client.id).policy.dunning
        chosen = modes.of(tx, client.id)
        apart = modes.by_segment(tx, client.id, Capability.REMIND)
        segments = [it.name for it in rules.segments]
        lately = {
            name: agreement.of_reminders(tx, connections, name, now=deps.now()) for name in segments
        }
        since = {c: modes.switched_on_at(tx, client.id, c) for c in Capability}
        live = [c for c in connections if c.state is State.LIVE]
        owing = sum(len(mirror.owed(tx, c.id, gross=True)) for c in live)
    silent = live if chosen[Capability.REMIND] in SILENT else []
    is_shown = owing <= AT_ONCE_MAX or "ahead" in request.args
    ahead = [
        (c, preview.first_day(deps, c, rules, most=preview.ON_A_PAGE_MAX))
        for c in (silent if is_shown else ())
    ]
    return render_template(
        "capabilities.html", client=client, chosen=chosen, since=since, ahead=ahead,
        can_ask=bool(silent) and not is_shown, segments=segments, apart=apart, lately=lately,
    )  # fmt: skip


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
        allowing.switch(deps, client.id, capability, mode, by=session.me().email)
        name, told = words.CAPABILITIES[capability][0], words.MODES[mode][0]
        flash(f"{name} is now: {told}.", "success")
    if not changed:
        flash("Nothing was changed.", "info")
    return redirect(url_for("capabilities.show", client_id=client.id), code=303)


@pages.post("/clients/<int:client_id>/capabilities/segment")
def save_segment(client_id: int) -> Response:
    """Remind one segment in a mode of its own, or, with none, in the client's again."""
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    segment, chosen = request.form.get("segment", ""), request.form.get("mode", "")
    try:
        mode = Mode(chosen) if chosen else None
    except ValueError:
        abort(400)
    if not segment:
        abort(400)
    try:
        allowing.switch(
            deps, client.id, Capability.REMIND, mode, by=session.me().email, segment=segment,
            reason=request.form.get("reason", "")[:REASON_CHARACTERS_MAX],
        )  # fmt: skip
    except CannotAnswer as error:
        flash(words.sentence(f"Not switched: {error}"), "danger")
    else:
        told = words.MODES[mode][0] if mode else "as for the other customers"
        flash(f"Reminders for {segment} are now: {told}.", "success")
    return redirect(url_for("capabilities.show", client_id=client.id), code=303)
