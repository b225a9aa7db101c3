"""Late fees and statutory interest on the command line: drafts, what became of them, claims."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, whole_number
from connector.commands.finding import find_customer, find_invoice
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import connections_of, me
from connector.db import Tx
from connector.deps import Deps
from connector.late_fees import charge_views, charges, interest_claims, raising
from connector.late_fees.charge_views import View
from connector.late_fees.interest_claims import Claimed, NoClaim
from connector.late_fees.raising import CannotCharge

SHORT = ("id", "customer", "kind", "amount", "for", "state", "approval", "invoice")


def add(verbs: Verbs) -> None:
    found = verbs.group("charges", "late fees and statutory interest")
    found.verb("list", list_charges, "drafts and what became of them, the newest first").takes(
        "client"
    ).lists().option("--customer", default="", help="of one customer, by name or id")
    found.verb("show", show_charge, "one charge, with its working-out").takes(
        "client", "id"
    ).lists()
    found.verb("waive", waive, "do not charge it, and never ask about its period again").takes(
        "client", "id", "reason"
    )
    found.verb("undo", undo, "void the invoice that a charge became, if nothing changed").takes(
        "client", "id"
    )
    claim = found.verb("interest", interest, "what the law gives for a late invoice, with sources")
    claim.takes("client", "invoice").lists().option(
        "--draft", action="store_true", help="put it before a person as an invoice to be raised"
    )


def list_charges(deps: Deps, given: Namespace) -> None:
    rows: list[dict[str, Any]] = []
    with deps.reading() as tx:
        if given.customer:
            connection, customer = find_customer(tx, given.client, given.customer)
            views = charge_views.of_customer(tx, connection.id, customer.id)
            rows = [_row(connection, view) for view in views]
        else:
            for connection in connections_of(tx, given.client):
                rows += [_row(connection, it) for it in charge_views.newest(tx, connection.id)]
    if not given.json:
        rows = [{name: row[name] for name in SHORT} for row in rows]
    show(rows, as_json=given.json, empty="nothing was charged for being late")


def show_charge(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, view = _view(tx, given)
    row = _row(connection, view)
    if given.json:
        show_one(row)
        return
    for name, value in row.items():
        if name != "working" and value not in ("", None):
            say(f"{name.replace('_', ' ')}: {value}")
    for line in row["working"]:
        say(f"- {line}")


def waive(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, view = _view(tx, given)
    try:
        raising.waive(deps, connection.id, view.charge.id, by=me(), reason=given.reason)
    except CannotCharge as error:
        raise CommandError(str(error)) from None
    say(f"Charge {view.charge.id} is waived; its period is not charged.")


def undo(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, view = _view(tx, given)
    try:
        raising.take_back(deps, connection.id, view.charge.id, by=me())
    except CannotCharge as error:
        raise CommandError(str(error)) from None
    say(
        f"Invoice {view.number} is being voided; see"
        f" `ledgerhand charges show {connection.client_id} {view.charge.id}`."
    )


def interest(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, invoice = find_invoice(tx, given.client, given.invoice)
    try:
        found = interest_claims.work_out(deps, connection, invoice)
        drafted = interest_claims.draft(deps, connection, found, by=me()) if given.draft else None
    except NoClaim as error:
        raise CommandError(str(error)) from None
    row = _claim_row(found) | {"charge": drafted.id if drafted else None}
    if given.json:
        show_one(row)
        return
    say(f"invoice {row['invoice']}: interest {row['interest']}, {row['daily']} a day from here on,")
    say(f"fixed sum {row['fixed_sum']}, {row['before']} before; {row['due']} can be asked for:")
    for line in row["working"]:
        say(f"- {line}")
    if drafted:
        say(f"Charge {drafted.id} waits for a person; see `ledgerhand approvals list`.")
    else:
        say("Nothing was drafted; add --draft to put it before a person.")


def _claim_row(found: Claimed) -> dict[str, Any]:
    return {
        "invoice": found.invoice.number, "interest": str(found.claim.interest),
        "daily": str(found.claim.daily), "fixed_sum": str(found.claim.fixed_sum),
        "before": str(found.before), "due": str(found.due.amount), "working": found.working,
    }  # fmt: skip


def _view(tx: Tx, given: Namespace) -> tuple[Connection, View]:
    where = f"see `ledgerhand charges list {given.client}`"
    id_ = whole_number(given.id, f"{given.id!r} is no number; {where}")
    for connection in connections_of(tx, given.client):
        if charge := charges.find(tx, connection.id, id_):
            return connection, charge_views.of(tx, charge)
    raise CommandError(f"there is no charge {id_}; {where}")


def _row(connection: Connection, view: View) -> dict[str, Any]:
    charge = view.charge
    return {
        "id": charge.id, "company": connection.name, "customer": view.customer,
        "kind": charge.kind, "amount": str(charge.fee.amount), "for": charge.fee.about,
        "state": view.state, "approval": view.question, "invoice": view.number,
        "invoice_id": charge.receipt, "reason": charge.fee.reason, "working": charge.working,
        "remark": charge.remark or view.trouble, "by": charge.by, "drafted_at": charge.drafted_at,
        "ended_at": charge.ended_at, "decision": charge.decision_id,
    }  # fmt: skip
