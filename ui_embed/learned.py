"""What was learned of a client's payers, numbers and matches: accepted and revoked by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.clients.tenants import Connection
from connector.learning import learned
from connector.learning.learned import Kind, Lesson
from ui_embed import ownership, session
from webhooks import parts

pages = Blueprint("learned", __name__)
KEY_CHARACTERS_MAX = 200
PAYERS, NUMBERS, TRUST = (
    "Who pays under which name or account",
    "How invoices are numbered",
    "Matches so far",
)
HEADINGS: Mapping[Kind, str] = {
    Kind.NAME: PAYERS, Kind.ACCOUNT: PAYERS, Kind.NUMBERING: NUMBERS, Kind.TRUST: TRUST,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """What was learned of one company, by heading; each is there, also where it is empty."""

    connection: Connection
    parts: Mapping[str, Sequence[Lesson]]


@pages.get("/clients/<int:client_id>/learned")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        desks = [
            Desk(connection, _by_heading(learned.lessons(tx, connection.id)))
            for connection in ownership.page_about(tx, client)
        ]
    return render_template("learned.html", client=client, desks=desks)


@pages.post("/connections/<int:connection_id>/learned")
def change(connection_id: int) -> Response:
    """Use what was learned, or do not."""
    deps, key = parts.here(), request.form.get("key", "")[:KEY_CHARACTERS_MAX]
    use = request.form.get("use", "") == "yes"
    with deps.writing() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
        try:
            done = learned.settle(
                tx, connection.id, key, use=use, by=session.me().email, at=deps.now()
            )
        except LookupError:
            abort(404)
    if not done:
        flash("It is so already.", "info")
    elif use:
        flash("It is used from now on.", "success")
    else:
        flash("It is not used any more. What was applied by it stays as it is.", "success")
    return redirect(url_for("learned.show", client_id=connection.client_id), code=303)


def _by_heading(found: Sequence[Lesson]) -> dict[str, list[Lesson]]:
    by_heading: dict[str, list[Lesson]] = {heading: [] for heading in HEADINGS.values()}
    for kind, some in groupby(found, key=lambda one: one.kind):
        by_heading[HEADINGS[kind]] += some
    return by_heading
