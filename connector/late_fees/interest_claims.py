"""What the law gives for one late invoice: read from the ledger, worked out, drafted when asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from connector import audit, db, local_days
from connector.access.ledgers import opened
from connector.account import account_faults, collection_rules
from connector.account.accounts import account_of
from connector.account.collection_rules import Rules
from connector.clients.meter import Purpose
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.late_fees import asking_charges, charges
from connector.late_fees.charges import Charge, ChargeKind
from connector.outgoing import effects
from connector.rules.modes import ACTING, Capability
from dunning.customer.account import Account
from dunning.fees.interest import Claim, Debt, NotAvailable, statutory_claim
from dunning.fees.late_fees import Fee, FeeState
from dunning.rules.charging import claimed, worked_out
from dunning.rules.policy import DunningPolicy
from providers.errors import LedgerError
from providers.ledger import Invoice, Kind, Status
from providers.money import Money
from providers.past import PastReceipt

COUNTED = tuple(state for state in FeeState if state is not FeeState.LAPSED)
"""Interest that is or was asked for, or that a person let go or took back, is not asked for
again."""
Payments = tuple[tuple[date, Money], ...]


class NoClaim(ValueError):
    """Nothing can be claimed; the text says why."""


class NotRead(NoClaim):
    """Nothing can be said now, by no fault of the claim's."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the law gives for an invoice until a day, of which `before` was drafted, charged,
    taken back or waived already. `due` is what is left, as a fee that can be drafted."""

    invoice: Invoice
    claim: Claim
    working: tuple[str, ...]
    before: Money
    due: Fee


def work_out(
    deps: Deps, connection: Connection, invoice: Invoice, *, instead_of: Collection[Charge] = ()
) -> Claimed:
    """Until today, or until the invoice was paid, both as days of the client's zone, in the
    invoice's currency; `instead_of` are drafts that do not count. Reads the invoice and what paid
    it from the ledger, with the calls of `LedgerReader.history`. Raises NoClaim."""
    today = local_days.today(connection, deps.now())
    try:
        invoice, payments = _read(deps, connection, invoice, today)
    except LedgerError as error:
        raise NotRead(f"the ledger could not be read: {error}") from None
    with deps.reading() as tx:
        rules = collection_rules.of(tx, connection, deps.now())
        currency = invoice.total.currency
        account, fault = account_faults.tried(
            connection.id, invoice.customer_id,
            lambda: account_of(tx, connection, invoice.customer_id, currency, rules.now),
        )  # fmt: skip
        earlier = _earlier(tx, connection.id, invoice, instead_of)
    if account is None:
        raise NotRead(fault)
    _, policy = rules.dunning.applying_to(account, today)
    until = today if invoice.open else max((on for on, _ in payments), default=today)
    return _claimed(invoice, _claim(invoice, payments, policy, account, until), policy, earlier,
                    until=until)  # fmt: skip


def draft(deps: Deps, connection: Connection, found: Claimed, *, by: str) -> Charge:
    """Put it before a person as an invoice to be raised. Raises NoClaim."""
    with deps.writing() as tx:
        _one_at_a_time(tx, connection.id)
        rules = collection_rules.of(tx, connection, deps.now())
        if rules.mode not in ACTING:
            raise NoClaim(f"{Capability.REMIND} is {rules.mode}; switch it to copilot first")
        if _earlier(tx, connection.id, found.invoice) != found.before or not found.due.amount:
            raise NoClaim(nothing_left(found))
        if _waits(tx, connection.id, found.due):
            raise NoClaim(
                "a draft up to the same day waits; if anything changed since, it is worked out anew"
                " by itself"
            )
        kept = _kept(tx, rules, found)
        if kept is None:
            raise NoClaim(f"the interest for {found.due.about} was decided on before")
        audit.add(
            tx, connection.id, at=rules.now, actor=by, event="charge.drafted", about=kept.subject,
            decision_id=kept.decision_id, amount=str(kept.fee.amount),
        )  # fmt: skip
    return kept


def redraft(
    tx: Tx, rules: Rules, drafts: Sequence[Charge], found: Claimed, *, outdated: str
) -> None:  # fmt: skip
    """In place of all drafts of an invoice, as worked out anew, and asked about once. Nothing is
    done where somebody has decided on one of them, or drafted more, meanwhile."""
    connection_id = rules.connection.id
    _one_at_a_time(tx, connection_id)
    if not charges.are_drafts(tx, connection_id, [one.id for one in drafts]):
        return
    if _earlier(tx, connection_id, found.invoice, drafts) != found.before:
        return
    over = [one for one in drafts if one.fee.key != found.due.key]
    for one in over:
        asking_charges.lapse(tx, rules, one, why=f"{outdated}; worked out anew")
    if _kept(tx, rules, found) is None:
        why = f"it was worked out anew, and {found.due.about} was decided on before"
        for one in over:
            asking_charges.tell(tx, rules, one, why=why)


def nothing_left(found: Claimed) -> str:
    return f"nothing is left to be charged: {found.before} was before"


def _kept(tx: Tx, rules: Rules, found: Claimed) -> Charge | None:
    return asking_charges.draft(
        tx, rules, ChargeKind.INTEREST, found.invoice.customer_id, found.due,
        working=found.working, facts=effects.facts_of([found.invoice]),
    )  # fmt: skip


def _waits(tx: Tx, connection_id: int, due: Fee) -> bool:
    """Whether there is a draft of the same period, in whose place this one would come."""
    drafts = charges.listed(
        tx, connection_id, states=(FeeState.DRAFTED,), kind=ChargeKind.INTEREST
    )  # fmt: skip
    return due.key in {one.fee.key for one in drafts}


def _one_at_a_time(tx: Tx, connection_id: int) -> None:
    """Before it is read what was drafted before: two would each find nothing, and claim all."""
    db.one_at_a_time(tx, "interest", connection_id)


def _claim(
    invoice: Invoice, payments: Payments, policy: DunningPolicy, account: Account, until: date
) -> Claim:
    terms = policy.interest
    if terms is None:
        raise NoClaim("the policy claims no interest; name the law's country as interest in it")
    if invoice.due is None or invoice.status not in (Status.OPEN, Status.PAID):
        raise NoClaim(f"invoice {invoice.number} is {invoice.status} or has no due date")
    debt = Debt(
        amount=invoice.total, due=invoice.due, country=terms.country,
        kind=policy.person(account).kind, contractual=terms.contractual, payments=payments,
    )  # fmt: skip
    found = statutory_claim(debt, until)
    if isinstance(found, NotAvailable):
        raise NoClaim(found.reason)
    return found


def _claimed(
    invoice: Invoice, claim: Claim, policy: DunningPolicy, earlier: Money, *, until: date
) -> Claimed:
    assert policy.interest is not None
    whole = claimed(claim, policy.interest)
    working = worked_out(claim, policy.interest)
    if earlier:
        working = (
            *working,
            f"less {earlier}, which was drafted, charged, taken back or waived before",
        )
    left = max(whole - earlier, Money.zero(whole.currency))
    due = Fee(
        key=f"interest:{invoice.id}:{until}", state=FeeState.DRAFTED, amount=left,
        invoice_ids=(invoice.id,), reason=f"statutory interest on {invoice.number} until {until}",
        about=f"invoice {invoice.number}, from {claim.periods[0].first} to {until}",
    )  # fmt: skip
    return Claimed(invoice, claim, working, earlier, due)


def _read(
    deps: Deps, connection: Connection, invoice: Invoice, today: date
) -> tuple[Invoice, Payments]:
    """The invoice as it is now, and what was set against it, each on the day when it came in."""
    with opened(deps, connection.id, Purpose.SYNC) as ledger:
        reader = ledger.reader()
        (now,) = reader.fetch(Kind.INVOICE, [invoice.id])
        if not isinstance(now, Invoice):
            raise NoClaim(f"invoice {invoice.number} is no longer in the ledger")
        past = [it for it in reader.history(now.issued, today) if isinstance(it, PastReceipt)]
    payments = tuple(
        (receipt.received if receipt.total else taken.on, taken.amount)
        for receipt in past
        if not receipt.ended
        for taken in receipt.taken
        if taken.document_id == now.id
    )
    known = Money.total((amount for _, amount in payments), now.total.currency)
    if now.total - known != now.open:
        raise NoClaim(
            f"{now.total - now.open} of invoice {now.number} is settled and the ledger tells the"
            f" day of {known}; look for payments from before {now.issued} and journal entries"
        )
    return now, payments


def _earlier(
    tx: Tx, connection_id: int, invoice: Invoice, instead_of: Collection[Charge] = ()
) -> Money:  # fmt: skip
    """Without the drafts that are about to be replaced. Raises NoClaim for an invoice that is a
    charge itself."""
    if invoice.id in charges.raised(tx, connection_id, [invoice.id]):
        raise NoClaim(f"invoice {invoice.number} is a charge itself, and bears none")
    found = charges.listed(tx, connection_id, states=COUNTED, kind=ChargeKind.INTEREST)
    replaced = {one.id for one in instead_of}
    amounts = [
        one.fee.amount
        for one in found
        if one.fee.invoice_ids == (invoice.id,) and one.id not in replaced
    ]
    return Money.total(amounts, invoice.total.currency)
