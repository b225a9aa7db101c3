"""Opening and ending disputes: held against what is open, told in the ledger, put before people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connector import db
from connector.clients.tenants import Connection
from connector.concessions import contested
from connector.db import Tx
from connector.decided import approvals, notes, questions
from connector.disputed import cases, disputes
from connector.disputed.disputes import Claim, Dispute, Source, State, Type
from connector.mirroring import mirror
from connector.money import naming
from connector.rules.modes import Capability
from dunning.words.lines import one_line, plain_lines
from providers.ledger import Invoice, Kind, Status
from providers.money import Money

WORDS_MAX = 2000
QUOTED_MAX = 80
"""Of the customer's words in a note: Xero takes 250 characters in all."""
SHOWN_MAX = 300
"""Of them in a question to a person, who finds all of them with the dispute."""
OUTCOME_MAX = 500


class CannotDispute(ValueError):
    """It cannot be opened or ended so; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Named:
    """A dispute with the number of its invoice and the name of its customer in the ledger; their
    ids where it has none."""

    dispute: Dispute
    invoice: str
    customer: str


def raised(
    tx: Tx, connection: Connection, invoice: Invoice, amount: Money | None, *, type_: Type,
    words: str, source: Source, by: str, at: datetime,
) -> Dispute:  # fmt: skip
    """Open a dispute about a part of an invoice, or about all that is not disputed yet.

    Raises CannotDispute.
    """
    said = plain_lines(words)
    if len(said) > WORDS_MAX:
        raise CannotDispute(f"write what was said in at most {WORDS_MAX} characters")
    db.one_at_a_time(tx, "dispute", connection.id)
    left = undisputed(tx, connection.id, invoice)
    wanted = left if amount is None else amount
    _check(invoice, wanted, left)
    claim = Claim(
        customer_id=invoice.customer_id, invoice_id=invoice.id, amount=wanted,
        open_then=invoice.open, type=type_, words=said, source=source,
    )  # fmt: skip
    made = disputes.add(tx, connection.id, claim, by=by, at=at)
    quoted = f': "{one_line(claim.words)[:QUOTED_MAX]}"' if claim.words else ""
    _note(
        tx, connection, made, State.OPEN,
        f"Dispute {made.number}: {wanted} of {invoice.open} is disputed ({type_.words}){quoted}."
        f" Opened by {by}. Reminders ask for the rest.", now=at,
    )  # fmt: skip
    if source is not Source.PERSON:
        _ask(tx, connection, made, invoice)
    return made


def ended(
    tx: Tx, connection: Connection, dispute: Dispute, state: State, *, outcome: str, by: str,
    at: datetime,
) -> None:  # fmt: skip
    """Say how a dispute ended; what is open on the invoice is asked for again.

    Raises CannotDispute where it has ended before, where nothing is said about how, and where what
    is accepted is still owed in the ledger: the customer would be asked for it. And where a credit
    for it is on its way.
    """
    said = plain_lines(outcome)
    if not 0 < len(said) <= OUTCOME_MAX:
        raise CannotDispute(f"say in 1 to {OUTCOME_MAX} characters how it ended")
    try:
        contested.check_still(tx, connection.id, dispute.subject)
    except contested.OnItsWay as error:
        raise CannotDispute(str(error)) from None
    if state is State.ACCEPTED:
        _check_credited(tx, connection, dispute)
    if not disputes.end(tx, connection.id, dispute, state, outcome=said, by=by, at=at):
        raise CannotDispute(f"dispute {dispute.number} has ended before")
    approvals.lapse(tx, connection.id, dispute.subject, at=at)
    _note(
        tx, connection, dispute, state,
        f"Dispute {dispute.number} about {dispute.claim.amount} was {state} by {by}:"
        f" {one_line(said)[:QUOTED_MAX]}.", now=at,
    )  # fmt: skip


def undisputed(tx: Tx, connection_id: int, invoice: Invoice) -> Money:
    """What is open on an invoice and neither in a dispute nor in a deduction case."""
    customer = [invoice.customer_id]
    parts = [
        one.claim.amount
        for one in disputes.listed(tx, connection_id, states=(State.OPEN,), customer_ids=customer)
        if one.claim.invoice_id == invoice.id
    ]
    parts += [
        case.amount
        for case in cases.listed(tx, connection_id, customer_ids=customer)
        if case.invoice_id == invoice.id
    ]
    currency = invoice.open.currency
    held = Money.total((part for part in parts if part.currency == currency), currency)
    return max(invoice.open - held, Money.zero(currency))


def invoice_of(tx: Tx, connection_id: int, id_: str) -> Invoice | None:
    found = mirror.fetch(tx, connection_id, Kind.INVOICE, [id_])
    return next((record for record in found if isinstance(record, Invoice)), None)


def named(tx: Tx, connection_id: int, found: Sequence[Dispute]) -> list[Named]:
    claims = [one.claim for one in found]
    names = mirror.names(tx, connection_id, {it.customer_id for it in claims})
    numbers = naming.invoice_numbers(tx, connection_id, {it.invoice_id for it in claims})
    return [
        Named(one, numbers[it.invoice_id], names.get(it.customer_id, it.customer_id))
        for one, it in zip(found, claims, strict=True)
    ]


def _check(invoice: Invoice, wanted: Money, left: Money) -> None:
    name, held = invoice.number or invoice.id, invoice.open - left
    if invoice.status is not Status.OPEN or invoice.open.amount <= 0:
        raise CannotDispute(f"nothing is open on {name}, so there is nothing to dispute")
    if left.amount <= 0:
        raise CannotDispute(f"all of the {invoice.open} that is open on {name} is disputed already")
    if wanted.currency != left.currency:
        raise CannotDispute(f"{name} is in {left.currency}, and the amount in {wanted.currency}")
    if wanted.amount <= 0:
        raise CannotDispute(f"{wanted} is no amount to dispute; write one above 0")
    if wanted > left:
        already = f", of which {held} is disputed already" if held else ""
        raise CannotDispute(
            f"{wanted} is more than there is to dispute: {invoice.open} is open on {name}{already}"
        )


def _check_credited(tx: Tx, connection: Connection, dispute: Dispute) -> None:
    claim = dispute.claim
    invoice = invoice_of(tx, connection.id, claim.invoice_id)
    if invoice is None or invoice.status is not Status.OPEN:
        return
    if invoice.open > claim.open_then - claim.amount:
        raise CannotDispute(
            f"{invoice.open} is still open on {invoice.number or invoice.id} in the ledger: enter a"
            f" credit of {claim.amount} there first, or the customer is asked for it again"
        )


def _note(
    tx: Tx, connection: Connection, dispute: Dispute, state: State, text: str, *, now: datetime
) -> None:
    if notes.are_on(tx, connection):
        notes.intend(
            tx, connection, Kind.INVOICE, dispute.claim.invoice_id, text, decision_id=0,
            told_by=("dispute", dispute.number, state), now=now,
        )  # fmt: skip


def _ask(tx: Tx, connection: Connection, dispute: Dispute, invoice: Invoice) -> None:
    claim = dispute.claim
    (one,) = named(tx, connection.id, [dispute])
    what = f"{one.customer} disputes {claim.amount} of {one.invoice} ({claim.type.words})"
    said = f': "{one_line(claim.words)[:SHOWN_MAX]}"' if claim.words else ""
    questions.show(
        tx, connection, subject=dispute.subject, rule="dispute", about=Capability.REMIND,
        at=dispute.at,
        reasons=[
            f"{what}, case {dispute.number}{said}",
            f"reminders ask for the rest of {invoice.open} until you end the dispute",
        ],
    )  # fmt: skip
