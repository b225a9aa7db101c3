"""A person approves a credit for what is in question on an invoice: checked, and intended once.

Nothing but a page or a command calls this: what is conceded is always a person's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from connector import audit, local_days
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.concessions import contested
from connector.concessions.contested import Contested
from connector.db import Tx
from connector.decided import approvals, decisions, notes
from connector.deps import Deps
from connector.mirroring import mirror
from connector.money import naming
from connector.outgoing import effects, intents
from connector.outgoing.intents import OPEN, Step
from connector.rules import modes, policy
from connector.rules.modes import ACTING, Capability, Mode
from connector.short_payments.credit_accounts import CannotCredit, choose
from connector.writing_back import stepwise
from dunning.words.lines import one_line
from matching.deduction.credits import CreditCode
from providers.constructs import Difference, crediting
from providers.documents import Account
from providers.ledger import CreditDifference, Invoice, Kind, Status
from providers.money import Money

REASON_MAX = 500
QUOTED_MAX = 80
"""Of the reason in a note: Xero takes 250 characters in all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants credited, as it was typed: without `amount` all that can be, without
    `account` the policy's for this code."""

    amount: str
    code: CreditCode
    account: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What can be credited now: `most` is the least of what is in question and what is open."""

    it: Contested
    invoice: Invoice
    most: Money


@dataclass(frozen=True, slots=True)
class Concession:
    """What `by` credits, with everything checked."""

    it: Contested
    invoice: Invoice
    amount: Money
    account: Account
    code: CreditCode
    reason: str
    by: str


def approve(deps: Deps, connection_id: int, subject: str, wanted: Wanted, *, by: str) -> int:
    """Credit what is in question, or a part of it, in the ledger; returns the decision's number.

    Up to two metered calls, to know the account. Raises CannotCredit, and nothing was changed.
    """
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
        _amount(look(tx, connection, subject), wanted)
    account = choose(deps, connection, wanted.code, wanted.account)
    with deps.writing() as tx:
        found, now = look(tx, connection, subject, locked=True), deps.now()
        made = Concession(
            found.it, found.invoice, _amount(found, wanted), account, wanted.code,
            one_line(wanted.reason), by,
        )  # fmt: skip
        decision_id = _decide(tx, connection, made, now=now)
        _intend(tx, connection, made, decision_id=decision_id, now=now)
        approvals.lapse(tx, connection.id, subject, at=now)
    deps.ring("deliver", connection.id)
    return decision_id


def look(tx: Tx, connection: Connection, subject: str, *, locked: bool = False) -> Found:
    """What there is to credit. Raises CannotCredit where nothing is, now."""
    it = contested.find(tx, connection.id, subject, locked=locked)
    if it is None or not it.is_open:
        raise CannotCredit(f"{it.name if it else subject} has ended; nothing is in question")
    mode = modes.of(tx, connection.client_id)[Capability.CASH]
    if mode not in ACTING:
        raise CannotCredit(f"cash application is in mode {mode}; switch it to copilot first")
    _check_first(tx, connection.id, it)
    held = mirror.fetch(tx, connection.id, Kind.INVOICE, [it.invoice_id])
    invoice = next((one for one in held if isinstance(one, Invoice)), None)
    if invoice is None or invoice.status is not Status.OPEN or invoice.open.amount <= 0:
        number = naming.invoice_numbers(tx, connection.id, [it.invoice_id])[it.invoice_id]
        raise CannotCredit(f"nothing is open on {number} in the ledger any more; close it instead")
    return Found(it, invoice, min(it.amount, invoice.open))


def _check_first(tx: Tx, connection_id: int, it: Contested) -> None:
    """Nothing else about it may be on its way, or stand without its end. Raises CannotCredit."""
    try:
        contested.check_still(tx, connection_id, it.subject)
    except contested.OnItsWay as error:
        raise CannotCredit(str(error)) from None
    for one in intents.about(tx, connection_id, [it.subject]):
        if isinstance(one.effect, CreditDifference) and one.state in (Step.CONFIRMED, Step.PERSON):
            raise CannotCredit(
                f"a credit for it may stand in the ledger already (decision {one.decision_id}):"
                " undo it, or use it there and close the matter"
            )
    if not it.decision_id:
        return
    money = intents.of_decisions(tx, connection_id, [it.decision_id])
    if any(one.state in OPEN and stepwise.touched(one.effect) for one in money):
        raise CannotCredit("its payment is still on its way into the ledger; try again in a while")


def _amount(found: Found, wanted: Wanted) -> Money:
    """Raises CannotCredit where the reason or the amount will not do."""
    if not 0 < len(one_line(wanted.reason)) <= REASON_MAX:
        raise CannotCredit(f"say in 1 to {REASON_MAX} characters why it is credited")
    if not wanted.amount.strip():
        return found.most
    try:
        amount = Money(Decimal(wanted.amount.strip()), found.most.currency)
    except (InvalidOperation, ValueError):
        raise CannotCredit(f"{wanted.amount[:30]!r} is no amount; write it as 120.50") from None
    if amount.amount <= 0:
        raise CannotCredit(f"{amount} is no amount to credit; write one above 0")
    if amount > found.it.amount:
        raise CannotCredit(f"{amount} is more than the {found.it.amount} that is in question")
    if amount > found.invoice.open:
        name = found.invoice.number or found.invoice.id
        raise CannotCredit(f"{amount} is more than the {found.invoice.open} open on {name}")
    return amount


def _decide(tx: Tx, connection: Connection, made: Concession, *, now: datetime) -> int:
    it, amount, code = made.it, str(made.amount), str(made.code)
    said = f"{amount} of {it.amount} credited for {it.name}, code {code}, as {made.by} says"
    told = f"{said}: {made.reason}"
    decision_id = decisions.record(
        tx, connection.id, at=now, capability=Capability.CASH, subject=it.subject,
        mode=Mode.COPILOT, action="credit", rule="credit",
        policy_version=policy.current(tx, connection.client_id).number,
        inputs={
            "case": it.name, "invoice": made.invoice.number or made.invoice.id,
            "in_question": str(it.amount), "open": str(made.invoice.open), "amount": amount,
            "code": code, "account": made.account.title, "by": made.by, "reason": made.reason,
        },
        outcome={"reasons": [told]},
    )  # fmt: skip
    audit.add(
        tx, connection.id, at=now, actor=made.by, event="credit.approved", about=it.subject,
        decision_id=decision_id, amount=amount, code=code, account=made.account.title,
        reason=made.reason,
    )  # fmt: skip
    return decision_id


def _intend(
    tx: Tx, connection: Connection, made: Concession, *, decision_id: int, now: datetime
) -> None:
    """The credit, its use behind it, and a note that waits for both."""
    it, invoice = made.it, made.invoice
    today = local_days.today(connection, now)
    difference = Difference(invoice.id, made.amount, made.account.id, today, made.by)
    memo = f"{it.title}, {made.code}: credit on {invoice.number or invoice.id}"
    failed = str(intents.failed(tx, connection.id, it.subject))
    *_, key = stepwise.commit(
        tx, connection.id, crediting(difference, invoice.customer_id, memo, with_tax=True),
        first=effects.key_of(connection.id, "concede", it.subject, failed), subject=it.subject,
        records=[invoice], decision_id=decision_id, now=now,
    )  # fmt: skip
    if notes.are_on(tx, connection):
        told = (
            f"Credit of {made.amount} for {it.name}, code {made.code}, to account"
            f" {made.account.title}. Approved by {made.by}, decision {decision_id}:"
            f" {made.reason[:QUOTED_MAX]}"
        )
        notes.intend(
            tx, connection, Kind.INVOICE, invoice.id, told, after_key=key, now=now,
            told_by=("concession", key), decision_id=decision_id,
        )  # fmt: skip
