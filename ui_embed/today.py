"""Today at a client: what was done, what waits for a person, what could not be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector import agenda
from connector.answering import answers, envelopes
from connector.answering.by_person import Heard
from connector.answering.envelopes import Envelope
from connector.clients.tenants import Connection, State
from connector.db import Tx
from connector.decided import customer_answers, holds, telling
from connector.decided.customer_answers import Answer, Unread
from connector.decided.holds import Hold
from connector.decided.telling import Told
from connector.inbound import suggestions
from connector.inbound.suggestions import Shown
from connector.learning import learned
from connector.mirroring import mirror
from connector.outgoing import intents
from connector.outgoing.effects import WORDS
from connector.outgoing.intents import OPEN, Step
from connector.proof import discrepancies
from dunning.words.lines import one_line
from ui_embed import arrears, ownership, promising, questions, session, words
from ui_embed.arrears import Arrears
from ui_embed.discrepancies import Unaccounted, unaccounted
from ui_embed.questions import Question
from webhooks import parts

pages = Blueprint("today", __name__)

LOOK_BACK = timedelta(days=7)
"""How long what could not be done stays on the page."""
NEXT_MAX = 10
REASON_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """When an account is looked at next, and what for."""

    customer_id: str
    customer: str
    look_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Day:
    """One company's day, in the client's own time zone. `proposed` are the names and accounts of
    payers that were learned and wait to be accepted, in no hurry."""

    connection: Connection
    unaccounted: list[Unaccounted]
    done: list[Told]
    under_way: list[Told]
    could_not: list[Told]
    waiting: list[Question]
    arrears: Mapping[str, Arrears]
    envelopes: Mapping[int, Envelope]
    unread: list[Unread]
    suggested: Mapping[Answer, tuple[Shown, ...]]
    holds: list[Hold]
    next: list[Plan]
    proposed: int


@pages.get("/clients/<int:client_id>")
def show(client_id: int) -> str:
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        connections = ownership.page_about(tx, client)
        days = [
            _day(tx, connection, deps.now())
            for connection in connections
            if connection.state is not State.DISCONNECTED
        ]
    return render_template("today.html", client=client, days=days, next_step=discrepancies.NEXT)


@pages.post("/approvals/<int:approval_id>/approve")
def approve(approval_id: int) -> Response:
    """Carry out the chosen option."""
    option = request.form.get("option", "")
    if not (option.isascii() and option.isdecimal()):
        abort(400)
    connection = _asked_about(approval_id)
    try:
        shown = request.form.get("shown", "")
        answers.approve(
            parts.here(), approval_id, int(option), session.me().email, shown=shown,
            heard=_heard(),
        )  # fmt: skip
    except ValueError as error:
        flash(words.sentence(f"Not done: {error}"), "danger")
    else:
        flash("Approved. It is on its way.", "success")
    return _back(connection)


def _heard() -> Heard:
    """What was entered about a call. Raises CannotPromise."""
    said = one_line(request.form.get("said", ""))[:REASON_CHARACTERS_MAX]
    pays_on = request.form.get("pays_on", "").strip()
    return Heard(said, promising.day(pays_on) if pays_on else None)


@pages.post("/approvals/<int:approval_id>/reject")
def reject(approval_id: int) -> Response:
    """Leave things as they are."""
    connection = _asked_about(approval_id)
    try:
        answers.reject(parts.here(), approval_id, session.me().email)
    except ValueError as error:
        flash(words.sentence(f"Not done: {error}"), "danger")
    else:
        flash("Left as it is. Nothing was changed in the ledger.", "success")
    return _back(connection)


@pages.post("/pause/<int:connection_id>")
def pause(connection_id: int) -> Response:
    deps = parts.here()
    with deps.reading() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
    reason = request.form.get("reason", "").strip()[:REASON_CHARACTERS_MAX]
    by = session.me().email
    answers.pause(deps, connection.id, by=by, reason=reason or "paused on the page for today")
    flash(f"Paused. Nobody at {connection.name}'s customers is written to.", "success")
    return _back(connection)


@pages.post("/resume/<int:connection_id>")
def resume(connection_id: int) -> Response:
    deps = parts.here()
    with deps.reading() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
    answers.resume(deps, connection.id, by=session.me().email)
    flash(f"Resumed for {connection.name}.", "success")
    return _back(connection)


def _asked_about(approval_id: int) -> Connection:
    with parts.here().reading() as tx:
        return ownership.approval_or_404(tx, approval_id)[1]


def _back(connection: Connection) -> Response:
    return redirect(url_for("today.show", client_id=connection.client_id), code=303)


def _day(tx: Tx, connection: Connection, now: datetime) -> Day:
    config = parts.here().config
    zone = ZoneInfo(connection.time_zone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = now - LOOK_BACK
    shown = [name for name in WORDS if name != "send_hook"]
    done, failed, moving = (
        intents.listed(tx, connection.id, states, since=since, names=shown)
        for states in ((Step.CONFIRMED,), (Step.REFUSED, Step.PERSON), OPEN)
    )
    unread = customer_answers.unread(tx, connection.id, now)
    waiting = questions.waiting(tx, connection.id, session.me().email)
    return Day(
        connection=connection,
        unaccounted=unaccounted(tx, connection),
        done=telling.tell(
            tx, connection.id, [i for i in done if i.ended_at and i.ended_at >= midnight]
        ),
        under_way=telling.tell(tx, connection.id, moving),
        could_not=telling.tell(tx, connection.id, failed),
        waiting=waiting,
        arrears=arrears.of(tx, connection, [one.approval for one in waiting], now),
        envelopes=envelopes.of_all(tx, config, connection, [it.approval for it in waiting], now),
        unread=unread,
        suggested=suggestions.shown(tx, connection, [one.answer for one in unread], now),
        holds=holds.in_force(tx, connection.id, now),
        next=_plans(tx, connection.id),
        proposed=learned.proposed(tx, connection.id),
    )


def _plans(tx: Tx, connection_id: int) -> list[Plan]:
    items = [i for i in agenda.planned(tx, connection_id, NEXT_MAX) if i.look_at]
    names = mirror.names(tx, connection_id, {i.customer_id for i in items})
    return [
        Plan(i.customer_id, names.get(i.customer_id, i.customer_id), i.look_at, i.reason)
        for i in items
        if i.look_at
    ]
