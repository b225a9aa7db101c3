"""Money set aside because nothing is to be applied of it: said by a person with a reason, listed,
and brought back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals
from connector.mirroring import mirror
from connector.money import cash, naming, same_money, set_aside
from connector.money.cash import BANK, Item, Standing
from connector.money.set_aside import As, Aside, CannotSetAside
from connector.twin_money import twins
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("setting_aside", __name__)
SHOWN_MAX = 200
CHOICES = (
    (As.NO_CUSTOMER, "No customer sent it: a refund of taxes, interest, own money"),
    (As.RETURNED, "The bank took it back"),
    (As.SAME, "It is the same money as another record, and counts with that"),
    (As.TOLD_TWICE, "The bank told of it in one sum and as its payments; the others count"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """`aside` is how it is set aside; None where it is left to a person, or was before this was
    kept."""

    item: Item
    payer: str
    aside: Aside | None


@dataclass(frozen=True, slots=True)
class Book:
    """One company: what a person left as it is, and what is set aside, the newest first."""

    connection: Connection
    left: list[Row]
    aside: list[Row]


@pages.get("/clients/<int:client_id>/set-aside")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        books = [_book(tx, connection) for connection in ownership.page_about(tx, client)]
    return render_template("set_aside.html", client=client, books=books)


@pages.get("/connections/<int:connection_id>/set-aside")
def form(connection_id: int) -> str:
    """About the money that `money` names."""
    with parts.here().reading() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
        client = tenants.client(tx, connection.client_id)
        ownership.page_about(tx, client)
        kind, _, id_ = request.args.get("money", "").partition(":")
        item = cash.find(tx, connection.id, kind, id_)
        if item is None:
            abort(404)
        others = twins.alike(tx, connection.id, item)
        payer = naming.payer(tx, connection.id, item)
        can_be = {
            As.NO_CUSTOMER: True, As.RETURNED: item.kind == BANK, As.SAME: bool(others),
            As.TOLD_TWICE: bool(same_money.told_besides(tx, connection.id, item)),
        }  # fmt: skip
    return render_template(
        "setting_aside.html", client=client, connection=connection, item=item, payer=payer,
        others=others, choices=[it for it in CHOICES if can_be[it[0]]],
    )  # fmt: skip


@pages.post("/connections/<int:connection_id>/set-aside")
def put(connection_id: int) -> Response:
    with parts.here().reading() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
    as_, of, reason, money = (request.form.get(it, "") for it in ("as", "of", "reason", "money"))
    if as_ not in set(As):
        abort(400)
    try:
        set_aside.by_person(
            parts.here(), connection.id, money, As(as_), of=of if as_ == As.SAME else "",
            reason=reason, by=session.me().email,
        )  # fmt: skip
    except CannotSetAside as error:
        flash(words.sentence(f"Not set aside: {error}"), "danger")
    else:
        flash("Set aside. Nothing was changed in the ledger.", "success")
    return redirect(url_for("setting_aside.show", client_id=connection.client_id), code=303)


@pages.post("/connections/<int:connection_id>/bring-back")
def bring_back(connection_id: int) -> Response:
    with parts.here().reading() as tx:
        connection = ownership.connection_or_404(tx, connection_id)
    money, reason = (request.form.get(name, "") for name in ("money", "reason"))
    try:
        set_aside.take_back(
            parts.here(), connection.id, money, reason=reason, by=session.me().email
        )
    except CannotSetAside as error:
        flash(words.sentence(f"Not brought back: {error}"), "danger")
    else:
        flash("Brought back. It is decided on again, and by a person only.", "success")
    return redirect(url_for("setting_aside.show", client_id=connection.client_id), code=303)


def _book(tx: Tx, connection: Connection) -> Book:
    left, ignored = (
        cash.listed(tx, connection.id, [state], SHOWN_MAX, newest=True)
        for state in (Standing.REVIEW, Standing.IGNORED)
    )
    newest = set_aside.newest(tx, connection.id, SHOWN_MAX)
    known = cash.fetch(tx, connection.id, [it.subject for it in newest])
    closed = [it for it in known if it.state is Standing.CLOSED]
    found = sorted([*ignored, *closed], key=lambda it: (it.received, it.subject), reverse=True)
    shown = found[:SHOWN_MAX]
    about = set_aside.about(tx, connection.id, [it.subject for it in shown])
    asides = {it.subject: it for it in about}
    asked = approvals.waiting_of(tx, connection.id, [it.subject for it in left])
    names = mirror.names(tx, connection.id, {it.customer_id for it in [*left, *shown]} - {""})
    rows = {
        it.subject: Row(
            it, naming.called(it, names.get(it.customer_id, "")), asides.get(it.subject)
        )
        for it in [*left, *shown]
    }
    return Book(
        connection,
        [rows[it.subject] for it in left if it.subject not in asked],
        [rows[it.subject] for it in shown],
    )
