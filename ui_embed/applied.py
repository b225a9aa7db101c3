"""Applied cash: what was set against which invoices, by which rule and by whom, and its undo."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.cash_application import applied
from connector.cash_application.applied import Applied
from connector.clients.tenants import Connection
from connector.concessions import contested
from connector.db import Tx
from connector.decided import decisions, telling
from connector.decided.telling import Names
from connector.undoing import undo
from connector.undoing.undo import CannotUndo
from matching.facts.rules import RULES
from ui_embed import asked_numbers, ownership, session, words
from webhooks import parts

pages = Blueprint("applied", __name__)
SHOWN_MAX = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One decision in words. `customers` are by id; `sure` is how sure it was, empty where that is
    not known. `is_credit` tells that a person credited what was in question, and no money came."""

    applied: Applied
    title: str
    is_credit: bool
    customers: dict[str, str]
    placed: str
    booked: list[str]
    rule: str
    why: list[str]
    sure: str


@dataclass(frozen=True, slots=True)
class Book:
    """One company; `rest` is where to go on, None where nothing older is left."""

    connection: Connection
    rows: list[Row]
    rest: int | None

    @property
    def is_moving(self) -> bool:
        return any(row.applied.undoing and row.applied.undoing.is_open for row in self.rows)


@pages.get("/clients/<int:client_id>/applied")
def show(client_id: int) -> str:
    """The newest first. `company` and `before` go on with one company's older ones, `decision`
    shows just one."""
    asked = (asked_numbers.read(name) for name in ("decision", "company", "before"))
    decision_id, company, before = asked
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        books = [
            _book(tx, connection, decision_id, before)
            for connection in ownership.page_about(tx, client)
            if company in (None, connection.id)
        ]
    return render_template(
        "applied.html", client=client, books=books, decision_id=decision_id, before=before
    )


@pages.post("/undo/<int:decision_id>")
def take_back(decision_id: int) -> Response:
    """Take back in the ledger what one decision wrote: all of it or nothing."""
    if decision_id > ownership.ID_MAX:
        abort(404)
    deps = parts.here()
    with deps.reading() as tx:
        decision = decisions.find(tx, decision_id)
        if decision is None:
            abort(404)
        connection = ownership.connection_or_404(tx, decision.connection_id)
    try:
        undo.begin(deps, connection.id, money=str(decision.id), by=session.me().email)
    except CannotUndo as error:
        flash(words.sentence(f"Not undone: {error}"), "danger")
    else:
        flash("You asked for the undo. What comes of it is told below, with the money.", "success")
    before = request.form.get("before", "")
    company = connection.id if before.isdecimal() else None
    there = url_for(
        "applied.show", client_id=connection.client_id, company=company,
        before=before if company else None, _anchor=f"decision-{decision.id}",
    )  # fmt: skip
    return redirect(there, code=303)


def _book(tx: Tx, connection: Connection, decision_id: int | None, before: int | None) -> Book:
    rest = None
    if decision_id is None:
        found, rest = applied.listed(tx, connection.id, before=before, limit=SHOWN_MAX)
    else:
        found = applied.of(tx, connection.id, [decision_id])
    effects = [write.effect for one in found for write in one.writes]
    names = telling.names_in(tx, connection.id, effects)
    return Book(connection, [_row(one, names) for one in found], rest)


def _row(one: Applied, names: Names) -> Row:
    ids = (telling.customer_of(it.effect) for it in one.writes)
    customers = {id_: name for id_ in ids if (name := names.customer(id_))}
    rule, why, sure = applied.reasons(one)
    is_credit = contested.is_subject(one.decision.subject)
    return Row(
        applied=one, title=_title(one, customers, is_credit=is_credit), is_credit=is_credit,
        placed=names.parts(one.parts),
        booked=[
            f"{it.amount} on {names.invoice(it.invoice_id)}, to account"
            f" {one.decision.inputs['account'] if is_credit else it.account}"
            for it in one.differences
        ],
        customers=customers,
        rule=words.capital(RULES[rule].words if rule in RULES else rule.replace("_", " ")),
        why=why, sure=sure,
    )  # fmt: skip


def _title(one: Applied, customers: dict[str, str], *, is_credit: bool) -> str:
    customer = next(iter(customers.values()), "")
    if is_credit:
        return f"Credit of {one.differences[0].amount} to {customer or 'a customer'}"
    payer = (one.item.payer if one.item else "") or customer or "an unknown payer"
    return f"{one.item.total} from {payer}" if one.item else f"Money from {payer}"
