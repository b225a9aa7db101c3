"""Looking into deduction cases: what each source says is read, compared and kept with the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from connector.access.ledgers import opened
from connector.clients.meter import Purpose
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import decisions
from connector.deps import Deps
from connector.disputed import cases
from connector.disputed.cases import Deduction
from connector.lease import Fence
from connector.mirroring import mirror
from connector.money import cash, naming
from connector.rules import modes
from connector.rules import policy as policies
from connector.rules.modes import Capability, Mode
from connector.short_payments import prices
from connector.writing_back import crediting
from matching.deduction import deductions
from matching.deduction.claims import Check, Claim, Finding
from matching.deduction.deductions import Evidence
from providers.documents import InvoiceDetail
from providers.errors import Refused
from providers.ledger import CreditNote, Invoice, Kind
from providers.ports import LedgerReader

CASES_MAX = 50
ACTS = (Mode.COPILOT, Mode.AUTOPILOT)


@dataclass(frozen=True, slots=True)
class Told:
    """An invoice as the ledger shows it; `why_not` says why it does not."""

    detail: InvoiceDetail | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A case with the number of its invoice and the name of its customer, as the ledger has them;
    their ids where it has none."""

    case: Deduction
    invoice: str
    customer: str


def named(tx: Tx, connection_id: int, found: Sequence[Deduction]) -> list[Named]:
    names = mirror.names(tx, connection_id, {it.customer_id for it in found})
    numbers = naming.invoice_numbers(tx, connection_id, {it.invoice_id for it in found})
    return [
        Named(it, numbers[it.invoice_id], names.get(it.customer_id, it.customer_id)) for it in found
    ]


def run(deps: Deps, connection: Connection, fence: Fence) -> int:
    """Look into every case that is new; returns how many there were.

    Up to four metered calls for each. Raises what the ledger does not answer with, but Refused.
    """
    with deps.reading() as tx:
        due = cases.unchecked(tx, connection.id, CASES_MAX)
    if not due:
        return 0
    with opened(deps, connection.id, Purpose.SYNC) as ledger:
        reader = ledger.reader()
        for case in due:
            told = _told(reader, case.invoice_id)
            with deps.writing() as tx:
                fence.check(tx)
                present = cases.find(tx, connection.id, case.id, locked=True)
                if present and present.state == cases.OPEN:
                    _look_into(tx, connection, present, told, now=deps.now())
            fence.renew()
    return len(due)


def _told(reader: LedgerReader, invoice_id: str) -> Told:
    try:
        found = reader.detail(invoice_id)
    except Refused as refused:
        return Told(None, f"the ledger does not show the invoice: {refused}")
    return Told(found, "" if found else "the ledger no longer has the invoice")


def _look_into(
    tx: Tx, connection: Connection, case: Deduction, told: Told, *, now: datetime
) -> None:
    found = mirror.fetch(tx, connection.id, Kind.INVOICE, [case.invoice_id])
    invoice = next((it for it in found if isinstance(it, Invoice)), None)
    version = policies.current(tx, connection.client_id)
    if invoice is None:
        cases.checked(tx, connection.id, case, _nothing("the invoice is gone"), at=now)
        return
    claim = Claim(
        customer_id=case.customer_id, kind=case.kind, amount=case.amount, total=invoice.total,
        issued=invoice.issued, paid_on=_paid_on(tx, connection.id, case), words=case.words,
    )  # fmt: skip
    checks = deductions.checks(claim, _evidence(tx, connection, case, version.policy, told))
    cases.checked(tx, connection.id, case, checks, at=now)
    _book(tx, connection, case, checks, version, now=now)


def _evidence(
    tx: Tx, connection: Connection, case: Deduction, policy: policies.Policy, told: Told
) -> Evidence:
    names = {name for line in told.detail.lines for name in line.names} if told.detail else set()
    open_ = mirror.of_customers(tx, connection.id, [case.customer_id])
    return Evidence(
        detail=told.detail, untold=told.why_not,
        granted=policy.discounts.of(connection.name, case.customer_id),
        prices=prices.of_items(tx, connection.client_id, names),
        credits=[it for it in open_ if isinstance(it, CreditNote)],
    )  # fmt: skip


def _book(
    tx: Tx, connection: Connection, case: Deduction, checks: tuple[Check, ...],
    version: policies.Version, *, now: datetime,
) -> None:  # fmt: skip
    """What was agreed beforehand is booked where the policy names an account for it."""
    account = version.policy.discounts.account(connection.name)
    accepted = next((it for it in checks if it.finding is Finding.ACCEPTED), None)
    mode = modes.of(tx, connection.client_id)[Capability.CASH]
    if accepted and account and mode in ACTS:
        crediting.intend(
            tx, connection, case, account, allowed_by=f"policy version {version.number}",
            why=accepted.why, now=now,
        )  # fmt: skip


def _paid_on(tx: Tx, connection_id: int, case: Deduction) -> date | None:
    decision = decisions.find(tx, case.decision_id)
    if decision is None:
        return None
    kind, _, id_ = decision.subject.partition(":")
    item = cash.find(tx, connection_id, kind, id_)
    return item.received if item else None


def _nothing(why: str) -> tuple[Check, ...]:
    return tuple(Check(name, Finding.NOT_AVAILABLE, why) for name in deductions.NAMES)
