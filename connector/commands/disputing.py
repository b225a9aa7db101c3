"""Disputes on the command line: what customers do not agree with, opened, listed and ended."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, whole_number
from connector.commands.conceding import approve, takes_credit
from connector.commands.finding import find_invoice
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import connections_of, find_client, me
from connector.commitments import disputing
from connector.commitments.disputing import CannotDispute, Named
from connector.db import Tx
from connector.deps import Deps
from connector.disputed import disputes
from connector.disputed.disputes import ENDINGS, PREFIX, Dispute, Source, State, Type
from providers.money import Money


def add(verbs: Verbs) -> None:
    group = verbs.group("dispute", "what customers do not agree with; the rest is still asked for")
    opened = group.verb("open", open_dispute, "hold a part of an invoice, or all of it")
    opened.takes("client", "invoice").lists()
    opened.option("--amount", default="", help="without it, all that is not disputed yet")
    opened.option("--type", required=True, choices=[it.value for it in Type])
    opened.option("--words", default="", help="what the customer said, word for word")
    listed = group.verb("list", list_disputes, "open disputes, the oldest first").takes("client")
    listed.lists().option("--all", action="store_true", help="those that have ended, too")
    group.verb("show", show_dispute, "one dispute").takes("client", "number").lists()
    closed = group.verb("close", close_dispute, "say how it ended; what is open is asked for again")
    closed.takes("client", "number").lists()
    closed.option("--as", dest="state", required=True, choices=[it.value for it in ENDINGS])
    closed.option("--outcome", required=True, help="what was found or agreed")
    credit = group.verb("credit", credit_dispute, "approve a credit for it, booked in the ledger")
    takes_credit(credit.takes("client", "number"))


def open_dispute(deps: Deps, given: Namespace) -> None:
    with deps.writing() as tx:
        connection, invoice = find_invoice(tx, given.client, given.invoice)
        try:
            made = disputing.raised(
                tx, connection, invoice, _amount(given.amount, invoice.open.currency),
                type_=Type(given.type), words=given.words, source=Source.PERSON, by=me(),
                at=deps.now(),
            )  # fmt: skip
        except CannotDispute as error:
            raise CommandError(f"{error}; nothing was opened") from None
        (row,) = _rows(tx, connection, [made])
    deps.ring("decide", connection.id)
    if given.json:
        show_one(row)
        return
    say(
        f"dispute {made.number}: {made.claim.amount} of {row['invoice']} is not asked for until"
        f" `ledgerhand dispute close {given.client} {made.number}`"
    )


def list_disputes(deps: Deps, given: Namespace) -> None:
    states = tuple(State) if given.all else (State.OPEN,)
    with deps.reading() as tx:
        rows = [
            row
            for connection in connections_of(tx, given.client)
            for row in _rows(tx, connection, disputes.listed(tx, connection.id, states=states))
        ]
    if not given.json:
        shown = ("number", "customer", "invoice", "amount", "type", "state", "words")
        rows = [{name: row[name] for name in shown} for row in rows]
    show(rows, as_json=given.json, empty="Nothing is disputed.")


def show_dispute(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, dispute = _found(tx, given)
        (row,) = _rows(tx, connection, [dispute])
    if given.json:
        show_one(row)
        return
    for name, value in row.items():
        if value not in ("", None):
            say(f"{name.replace('_', ' ')}: {value}")


def close_dispute(deps: Deps, given: Namespace) -> None:
    with deps.writing() as tx:
        connection, dispute = _found(tx, given)
        try:
            disputing.ended(
                tx, connection, dispute, State(given.state), outcome=given.outcome, by=me(),
                at=deps.now(),
            )  # fmt: skip
        except CannotDispute as error:
            raise CommandError(f"{error}; nothing was changed") from None
        connection, dispute = _found(tx, given)
        (row,) = _rows(tx, connection, [dispute])
    deps.ring("decide", connection.id)
    if given.json:
        show_one(row)
        return
    say(f"dispute {dispute.number} is {dispute.state}; {row['invoice']} is asked for as it is open")


def credit_dispute(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, dispute = _found(tx, given)
    approve(deps, connection.id, dispute.subject, given)


def _found(tx: Tx, given: Namespace) -> tuple[Connection, Dispute]:
    """The dispute of that number. Raises CommandError."""
    mend = f"see `ledgerhand dispute list {given.client} --all`"
    id_ = whole_number(
        given.number.upper().removeprefix(PREFIX),
        f"{given.number!r} is no number of a dispute; {mend}",
    )
    for connection in connections_of(tx, given.client):
        if dispute := disputes.find(tx, connection.id, id_):
            return connection, dispute
    raise CommandError(
        f"{find_client(tx, given.client).name} has no dispute {given.number}; {mend}"
    )


def _amount(text: str, currency: str) -> Money | None:
    if not text:
        return None
    try:
        return Money(Decimal(text), currency)
    except (InvalidOperation, ValueError):
        raise CommandError(f"--amount {text!r} is no amount; write it as 120.50") from None


def _rows(tx: Tx, connection: Connection, found: Sequence[Dispute]) -> list[dict[str, Any]]:
    return [_row(one) for one in disputing.named(tx, connection.id, found)]


def _row(one: Named) -> dict[str, Any]:
    dispute, claim = one.dispute, one.dispute.claim
    return {
        "number": dispute.number, "customer": one.customer, "invoice": one.invoice,
        "amount": str(claim.amount), "type": claim.type.value, "words": claim.words,
        "source": claim.source.value, "by": dispute.by, "at": dispute.at,
        "state": dispute.state.value, "ended_at": dispute.ended_at, "ended_by": dispute.ended_by,
        "outcome": dispute.outcome,
    }  # fmt: skip
