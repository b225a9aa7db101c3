"""Letters on paper: what waits to be printed, its PDF, and that a person has posted it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from connector.clients.tenants import Connection
from connector.correspondence import letters
from connector.correspondence.letters import Letter, LetterState
from connector.db import Tx
from connector.paper import posting, tray
from connector.paper.posting import NotQueued
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("letters", __name__)
REASON_CHARACTERS_MAX = 500
ENDED_MAX = 50


@dataclass(frozen=True, slots=True)
class Tray:
    """One company's letters. `waiting` come with why they should not be posted, if so."""

    connection: Connection
    waiting: list[tuple[Letter, str]]
    ended: list[Letter]


@pages.get("/clients/<int:client_id>/letters")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        now = parts.here().now()
        trays = [_tray(tx, one, now) for one in ownership.page_about(tx, client)]
    return render_template("letters.html", client=client, trays=trays)


@pages.get("/letters/<int:letter_id>.pdf")
def download(letter_id: int) -> Response:
    """The bytes as they were made; a letter never changes under its number."""
    with parts.here().reading() as tx:
        letter = _letter_or_404(tx, letter_id)
        pdf = letters.content(tx, letter)
    name = f'attachment; filename="letter-{letter.id}.pdf"'
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": name})


@pages.post("/letters/<int:letter_id>/confirm")
def confirm(letter_id: int) -> Answer:
    """The person says that it is in the post."""
    return _done(letter_id, posting.confirm, "counts as sent from now on")


@pages.post("/letters/<int:letter_id>/anew")
def make_anew(letter_id: int) -> Answer:
    """The person says that it was not posted and is to be made again."""
    return _done(letter_id, posting.make_anew, "is made anew, if it is still due")


@pages.post("/letters/<int:letter_id>/drop")
def drop(letter_id: int) -> Answer:
    """The person says that it is not posted, and why."""
    reason = request.form.get("reason", "").strip()[:REASON_CHARACTERS_MAX]
    act = partial(posting.drop, reason=reason or "dropped on the page")
    return _done(letter_id, act, "is not sent")


def _done(letter_id: int, act: Callable[..., object], what: str) -> Answer:
    """Back to the list, once the person's word is kept, or with why it is not."""
    deps = parts.here()
    with deps.reading() as tx:
        letter = _letter_or_404(tx, letter_id)
    try:
        act(deps, letter, by=session.me().email)
    except NotQueued as error:
        flash(words.sentence(f"Not done: {error}"), "danger")
    else:
        flash(f"Letter {letter.id} {what}.", "success")
    return _back(letter)


def _tray(tx: Tx, connection: Connection, now: datetime) -> Tray:
    found = letters.listed(tx, connection.id)
    waiting = [one for one in found if one.state is LetterState.QUEUED]
    changed = tray.changed(tx, connection, waiting, now)
    return Tray(
        connection=connection,
        waiting=[(one, changed[one.id]) for one in waiting],
        ended=[one for one in found if one.state is not LetterState.QUEUED][:ENDED_MAX],
    )


def _letter_or_404(tx: Tx, letter_id: int) -> Letter:
    """A letter of one of the person's clients; any other id does not exist."""
    if letter_id > ownership.ID_MAX:
        abort(404)
    letter = letters.find(tx, letter_id)
    if letter is None:
        abort(404)
    ownership.connection_or_404(tx, letter.connection_id)
    return letter


def _back(letter: Letter) -> Answer:
    with parts.here().reading() as tx:
        connection = ownership.connection_or_404(tx, letter.connection_id)
    return redirect(url_for("letters.show", client_id=connection.client_id), code=303)
