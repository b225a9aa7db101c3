"""Credit notes with no money beside them: put before a person where the invoice is plain, and used
on it once that person agrees. None is used by itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connector import audit
from connector.cash_application import placeable
from connector.cash_application.placing import ALLOCATIONS, VERDICT
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, decisions, notes
from connector.decided.approvals import Approval
from connector.evidence.cash_case import MATCHED
from connector.evidence.catalogue import Book
from connector.mirroring import mirror
from connector.outgoing import effects, intents
from connector.rules import modes, policy
from connector.rules.modes import Capability, Mode
from connector.writing_back import cash_notes, stepwise
from matching.book.gather import gather
from matching.deciding import lone_credits
from matching.deciding.settlement import settle
from matching.facts.items import Candidate, Case, Cash, MatchDecision, Payer
from providers.constructs import Part, Settlement
from providers.ledger import (
    ApplyUnapplied,
    CreditDifference,
    CreditNote,
    Kind,
    Payment,
    Status,
)
from providers.registry import LEDGERS

SUBJECT = f"{Kind.CREDIT_NOTE}:"


def is_about(approval: Approval) -> bool:
    return approval.subject.startswith(SUBJECT)


def consider(
    tx: Tx, connection: Connection, customer_ids: Collection[str], *, now: datetime
) -> None:
    """Ask about the open credits of these customers, where cash is applied with or by people. What
    was asked lapses where it no longer fits; what was turned down is not asked again."""
    mode = modes.of(tx, connection.client_id)[Capability.CASH]
    if mode not in (Mode.COPILOT, Mode.AUTOPILOT):
        return
    open_ = mirror.of_customers(tx, connection.id, customer_ids)
    asked = {it.subject: it for it in approvals.waiting_about(tx, connection.id, SUBJECT)}
    in_question = approvals.invoices_in_question(tx, connection.id)
    taken = {it.customer_id for it in open_ if isinstance(it, Payment)}
    taken |= _with_credits_on_their_way(tx, connection.id)
    for credit in (it for it in open_ if isinstance(it, CreditNote)):
        waiting = asked.pop(f"{SUBJECT}{credit.id}", None)
        found: tuple[Candidate, ...] = ()
        free = credit.customer_id not in taken and credit.id not in in_question
        if credit.status is Status.OPEN and free:
            found = _ask(tx, connection, credit, waiting, mode, now=now)
        if waiting and not found:
            approvals.lapse(tx, connection.id, waiting.subject, at=now)
    mine = mirror.fetch(
        tx, connection.id, Kind.CREDIT_NOTE, [it.removeprefix(SUBJECT) for it in asked]
    )
    for gone in (it for it in mine if getattr(it, "customer_id", "") in customer_ids):
        approvals.lapse(tx, connection.id, f"{SUBJECT}{gone.id}", at=now)


def approve(
    tx: Tx, connection: Connection, approval: Approval, *, option: int, by: str, now: datetime
) -> None:
    """Use the credit as a person chose, on the account as it is now. Raises CannotSettle and
    CannotBuild where that is not possible any more, LookupError where the credit is gone."""
    id_ = approval.subject.removeprefix(SUBJECT)
    allocations = ALLOCATIONS.validate_python(approval.options[option]["allocations"])
    found = mirror.fetch(tx, connection.id, Kind.CREDIT_NOTE, [id_])
    credit = next((it for it in found if isinstance(it, CreditNote)), None)
    if credit is None or credit.status is not Status.OPEN:
        raise LookupError("the credit is no longer open")
    ids = [part.invoice_id for part in allocations]
    items = placeable.of_ids(tx, connection.id, ids, credit.open.currency)
    settle(_as_cash(credit), items, allocations)
    settlement = Settlement(
        kind=Kind.CREDIT_NOTE, id=credit.id, customer_id=credit.customer_id,
        received=credit.issued, left=credit.open, reference="",
        memo=f"Applied by Ledgerhand: approved by {by}",
        parts=tuple(Part(credit.customer_id, part) for part in allocations),
    )  # fmt: skip
    failed = intents.failed(tx, connection.id, approval.subject)
    first = effects.key_of(
        connection.id, "credit note", credit.id, credit.version, str(credit.open), str(failed)
    )
    keys = stepwise.commit(
        tx, connection.id, LEDGERS[connection.ledger].construct(settlement), first=first,
        subject=approval.subject, decision_id=approval.decision_id, now=now,
        records=[credit, *mirror.fetch(tx, connection.id, Kind.INVOICE, ids)],
    )  # fmt: skip
    if notes.are_on(tx, connection):
        cash_notes.credited(tx, connection, credit, allocations, after_key=keys[-1], now=now,
                            decision_id=approval.decision_id, why=f"approved by {by}")  # fmt: skip
    audit.add(
        tx, connection.id, at=now, actor=by, event="cash.approved", about=approval.subject,
        decision_id=approval.decision_id, option=option,
    )  # fmt: skip


def _with_credits_on_their_way(tx: Tx, connection_id: int) -> set[str]:
    """Customers for whom a credit is being written, or one is about to be used."""
    under_way = (it.effect for it in intents.in_states(tx, connection_id, *intents.OPEN))
    return {
        effect.customer_id
        for effect in under_way
        if isinstance(effect, CreditDifference)
        or (isinstance(effect, ApplyUnapplied) and effect.payment_kind is Kind.CREDIT_NOTE)
    }


def _ask(
    tx: Tx, connection: Connection, credit: CreditNote, waiting: Approval | None, mode: Mode, *,
    now: datetime,
) -> tuple[Candidate, ...]:  # fmt: skip
    """What a person is asked, or was asked already and still stands."""
    version = policy.current(tx, connection.client_id)
    case = _case(tx, connection, credit, version.policy, now)
    subject = f"{SUBJECT}{credit.id}"
    under_way = intents.is_open(tx, connection.id, subject)
    found = () if under_way else lone_credits.candidates(case, version.policy.matching)
    options = _options(found)
    refused = [it["allocations"] for it in approvals.rejected(tx, connection.id, subject)]
    if all(option["allocations"] in refused for option in options):
        return ()
    if waiting and waiting.options == options:
        return found
    name = mirror.names(tx, connection.id, [credit.customer_id]).get(credit.customer_id, "")
    reason = "a credit is used by a person's word only"
    verdict = MatchDecision("review", (), lone_credits.RULE, (reason,), found, found[0].confidence)
    decision_id = decisions.record(
        tx, connection.id, at=now, capability=Capability.CASH, subject=subject, mode=mode,
        action="review", rule=lone_credits.RULE, policy_version=version.number,
        inputs=MATCHED.dump_python(case, mode="json"),
        outcome=VERDICT.dump_python(verdict, mode="json"),
    )  # fmt: skip
    approvals.ask(
        tx, connection.id, decision_id=decision_id, capability=Capability.CASH, subject=subject,
        summary=f"credit {credit.number} of {name}, {credit.open} left to use: {found[0].reason}",
        options=options, at=now,
    )  # fmt: skip
    return found


def _case(
    tx: Tx, connection: Connection, credit: CreditNote, rules: policy.Policy, now: datetime
) -> Case:
    case = gather(_as_cash(credit), Book(tx, connection.id, now), rules.matching)
    others = tuple(it for it in case.items if it.invoice_id != credit.id)
    own = Payer(credit.customer_id, "the credit is this customer's")
    return replace(case, items=others, payers=(own,))


def _as_cash(credit: CreditNote) -> Cash:
    return Cash(
        id=f"{SUBJECT}{credit.id}", customer_id=credit.customer_id, amount=credit.open,
        received=credit.issued, payer="", text=credit.text, bound=True,
    )  # fmt: skip


def _options(found: Sequence[Candidate]) -> list[dict[str, Any]]:
    return [
        {"text": one.reason, "allocations": ALLOCATIONS.dump_python(one.allocations, mode="json")}
        for one in found
    ]
