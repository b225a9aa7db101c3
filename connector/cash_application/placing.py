"""Placing money: from cash that came in to a decision, and from a decision to intents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from connector.cash_application import pairing
from connector.cash_application.conversion import conversion, doubt
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, decisions
from connector.deps import Deps
from connector.evidence import advice_senders, payout_clashes
from connector.evidence.cash_case import Case, assemble, inputs_of
from connector.learning import lessons
from connector.lease import Fence
from connector.money import cash, line_questions, naming, set_aside
from connector.money.cash import BANK, Standing
from connector.money.set_aside import As
from connector.outgoing import intents
from connector.outgoing.faults import FAULTS
from connector.outgoing.intents import Step
from connector.proof import discrepancies
from connector.receiving import batch_bookings
from connector.rules import modes
from connector.rules import policy as policies
from connector.rules.modes import Capability, Mode
from connector.rules.policy import Policy
from connector.syncing import unread_payments
from connector.syncing.unread_payments import Unread
from connector.taken_back import closed_returns, reversals
from connector.twin_money import twins
from connector.twin_money.twins import ASIDE, Twin
from connector.writing_back import applying, cash_faults
from matching.deciding.settlement import settle
from matching.deciding.weighing import doubted
from matching.deduction import shortfalls
from matching.deduction.shortfalls import Shortfall
from matching.facts.items import Candidate, MatchDecision
from matching.facts.rules import RULES, Family
from matching.no_match.exchange import Exchange
from providers.constructs import CannotBuild, Difference
from providers.ledger import Allocation

ITEMS_MAX = 500
HOLDS = (
    batch_bookings.why_held, line_questions.why_held, closed_returns.why_held,
    payout_clashes.why_held,
)  # fmt: skip
"""What tells why some money is left to people though it is clear what it pays."""
ALLOCATIONS = TypeAdapter(tuple[Allocation, ...])
VERDICT = TypeAdapter(MatchDecision)
EXCHANGE = TypeAdapter(Exchange)


def run(deps: Deps, connection: Connection, fence: Fence) -> int:
    """Decide on all money that is new; returns how many items were decided."""
    pairing.run(deps, connection, fence)
    with deps.reading() as tx:
        due = cash.due(tx, connection.id, ITEMS_MAX)
    decided = 0
    for one in due:
        try:
            with deps.writing() as tx:
                fence.check(tx)
                mode = modes.of(tx, connection.client_id)[Capability.CASH]
                if mode is Mode.OFF:
                    break
                item, now = cash.still_due(tx, connection.id, one), deps.now()
                if item is None:
                    continue
                version = policies.current(tx, connection.client_id)
                case = assemble(tx, connection, item, version.policy, now=now)
                place(tx, case, mode, version, now=now)
                decided += 1
        except FAULTS as fault:
            cash_faults.leave_to_people(deps, connection, fence, one, fault)
    return decided


def place(tx: Tx, case: Case, mode: Mode, version: policies.Version, *, now: datetime) -> None:
    """Decide on one item and hand the decision on, all in one transaction."""
    item, connection = case.item, case.connection
    case, verdict = _understood(tx, case, version, now=now)
    told = advice_senders.as_evidence(tx, case, verdict, version.policy, now=now)
    twin = twins.find(tx, *told, version.policy, now=now)
    unread = unread_payments.near(tx, *told)
    if _needs_sweep(tx, case, verdict, twin, unread, now=now):
        cash.wait_for_sweep(tx, connection.id, item, at=now)
        return
    verdict = unread_payments.weighed(twins.weighed(verdict, twin), unread)
    decision_id = decisions.record(
        tx, connection.id, at=now, capability=Capability.CASH, subject=item.subject, mode=mode,
        action=verdict.action, rule=verdict.rule or "none", policy_version=version.number,
        inputs=inputs_of(case), outcome=_outcome(case, verdict),
    )  # fmt: skip
    if mode is Mode.SHADOW:
        cash.stand(tx, connection.id, item, Standing.SHADOW, decision_id=decision_id, at=now)
        return
    if verdict.action == "ignore" and mode is Mode.AUTOPILOT and not _was_aside(tx, case):
        as_, of = (As.SAME, twin.records[0][0]) if twin else (As.NO_CUSTOMER, "")
        set_aside.put(
            tx, connection.id, item, as_, of=of, reason=verdict.reasons[0], by=set_aside.US,
            at=now, decision_id=decision_id,
        )  # fmt: skip
        return
    options = _options(verdict, twin)
    if _is_rejected(tx, case, options):
        cash.stand(tx, connection.id, item, Standing.REVIEW, decision_id=decision_id, at=now)
        return
    if mode is Mode.AUTOPILOT and verdict.action == "apply":
        try:
            carry_out(tx, case, verdict.allocations, version, decision_id=decision_id, now=now,
                      why=verdict.reasons[0])  # fmt: skip
        except CannotBuild as cannot:
            verdict = replace(verdict, reasons=(str(cannot), *verdict.reasons))
        else:
            return
    _ask(tx, case, verdict, options, decision_id=decision_id, now=now)


def _understood(
    tx: Tx, case: Case, version: policies.Version, *, now: datetime
) -> tuple[Case, MatchDecision]:
    """The decision on money as it came, or in the currency in which it was sent, where the bank
    says that and it explains more."""
    verdict = _judged(tx, case, version.policy, now=now)
    if case.item.original is None or verdict.action == "apply":
        return case, verdict
    sent = assemble(tx, case.connection, case.item, version.policy, now=now, as_sent=True)
    other = _judged(tx, sent, version.policy, now=now)
    if other.action == "apply" and (why := doubt(case.item)):
        found = Candidate(other.allocations, other.rule, other.reasons[0], 0.0)
        other = doubted(replace(other, candidates=other.candidates or (found,)), why)
    is_better = other.action == "apply" or (
        bool(other.candidates) and verdict.rule in {"", "named_other_currency"}
    )
    return (sent, other) if is_better else (case, verdict)


def _judged(tx: Tx, case: Case, rules: Policy, *, now: datetime) -> MatchDecision:
    verdict = advice_senders.judged(tx, case, rules, now=now)
    if verdict.action == "apply" and (why := _left_to_people(tx, case)):
        return doubted(verdict, why)
    return verdict


def carry_out(
    tx: Tx,
    case: Case,
    allocations: Sequence[Allocation],
    version: policies.Version,
    *,
    decision_id: int,
    now: datetime,
    why: str,
    rest_for: str = "",
) -> None:
    """Commit the intents to write these allocations, as this ledger says them; `rest_for` is on
    whose account the rest of money from the bank goes, where a person says so.

    Raises CannotSettle, and CannotBuild where the ledger has no construct for them.
    """
    exchange = conversion(case, allocations)
    paid = replace(case.money, amount=exchange.paid) if exchange else case.money
    settle(paid, case.open_items, allocations, below=case.matched.below)
    why = f"{exchange.why}; {why}" if exchange else why
    short = shortfalls.found(case.matched, allocations, case.advice)
    booked = _booked(case, short, version)
    closed = {difference.invoice_id for difference in booked}
    in_question = [one for one in short if one.item.invoice_id not in closed]
    applying.intend(
        tx, case.connection, case.item, allocations, decision_id=decision_id, now=now, why=why,
        owners={it.invoice_id: it.customer_id for it in case.open_items}, records=case.records,
        differences=booked, exchange=exchange, rest_for=rest_for, below=case.matched.below,
    )  # fmt: skip
    lessons.learn(tx, case, allocations, in_question, decision_id=decision_id, now=now)


def _booked(case: Case, short: Sequence[Shortfall], version: policies.Version) -> list[Difference]:
    """What a tolerance covers, on the day on which the money came."""
    company, allowed_by = case.connection.name, f"policy version {version.number}"
    differences: list[Difference] = []
    for one in short:
        tolerances = version.policy.tolerances
        rates = case.matched.rates_of([one.item])
        account = next((it.account for it in tolerances if it.covers(company, one, rates)), "")
        if account:
            day = case.item.received
            differences.append(
                Difference(one.item.invoice_id, one.missing, account, day, allowed_by)
            )
    return differences


def _is_rejected(tx: Tx, case: Case, options: Sequence[dict[str, Any]]) -> bool:
    """Whether a person has turned down all that could be offered: then it is not asked again."""
    rejected = approvals.rejected(tx, case.connection.id, case.item.subject)
    before = [_done_by(option) for option in rejected]
    return bool(before) and all(_done_by(option) in before for option in options)


def _done_by(option: dict[str, Any]) -> tuple[Any, Any]:
    return option["allocations"], option.get(ASIDE)


def _options(verdict: MatchDecision, twin: Twin | None) -> list[dict[str, Any]]:
    """What a person can choose; setting the money aside before applying it."""
    found = [(c.allocations, c.reason) for c in verdict.candidates]
    if verdict.action == "apply":
        found = [(verdict.allocations, verdict.reasons[0])]
    aside = twin.options if twin else []
    if verdict.action == "ignore" and not twin:
        aside = [{"text": "set it aside: no customer sent it", "allocations": [],
                  ASIDE: {"as": As.NO_CUSTOMER, "of": ""}}]  # fmt: skip
    return aside + [
        {"text": reason, "allocations": ALLOCATIONS.dump_python(allocations, mode="json")}
        for allocations, reason in found
    ]


def _ask(
    tx: Tx, case: Case, verdict: MatchDecision, options: Sequence[dict[str, Any]], *,
    decision_id: int, now: datetime,
) -> None:  # fmt: skip
    item = case.item
    who = naming.payer(tx, case.connection.id, item)
    approvals.ask(
        tx, case.connection.id, decision_id=decision_id, capability=Capability.CASH,
        subject=item.subject, at=now, options=options,
        summary=f"{item.left} from {who}, '{item.text[:120]}': {'; '.join(verdict.reasons)}",
    )  # fmt: skip
    cash.stand(tx, case.connection.id, item, Standing.REVIEW, decision_id=decision_id, at=now)


def _needs_sweep(
    tx: Tx, case: Case, verdict: MatchDecision, twin: Twin | None, unread: Unread | None, *,
    now: datetime,
) -> bool:  # fmt: skip
    """A number that is written out with its amount needs nothing else. Any other rule stands on the
    absence of rivals, which is known only after a sweep that began when we knew of the money."""
    if unread and unread_payments.await_them(tx, case, unread, now=now):
        return True
    if case.item.seen_at is not None:
        return False
    if twin and twin.sure:
        return not twin.by_reference
    return verdict.action == "apply" and RULES[verdict.rule].family is not Family.EXACT


def _was_aside(tx: Tx, case: Case) -> bool:
    """Whether it was set aside before and brought back: then people decide."""
    return bool(set_aside.history(tx, case.connection.id, case.item.subject))


def _left_to_people(tx: Tx, case: Case) -> str:
    """Why a sure match is not applied by itself after all; empty if it may be."""
    item, connection_id = case.item, case.connection.id
    if why := discrepancies.why_held(tx, connection_id, item.subject):
        return why
    if reversals.is_known(tx, connection_id, item):
        return "this money was applied before and taken back, so a person decides"
    if any(it.state is Step.PERSON for it in intents.about(tx, connection_id, [item.subject])):
        return "an earlier attempt to apply this money was left to a person, so a person decides"
    for why_held in HOLDS:
        if why := why_held(tx, connection_id, item):
            return why
    if _was_aside(tx, case):
        return "this money was set aside and brought back, so a person decides"
    return ""


def _outcome(case: Case, verdict: MatchDecision) -> dict[str, Any]:
    dumped: dict[str, Any] = VERDICT.dump_python(verdict, mode="json")
    if case.item.kind == BANK:
        dumped[decisions.CUSTOMERS] = sorted(twins.customers(case, verdict))
    try:
        return dumped | exchanged(case, verdict.allocations)
    except CannotBuild:
        return dumped


def exchanged(case: Case, allocations: Sequence[Allocation]) -> dict[str, Any]:
    """The rate by which invoices of another currency are paid, as it is kept."""
    found = conversion(case, allocations) if allocations else None
    if found is None:
        return {}
    said = {"rate": str(found.rate), "difference": str(found.difference)}
    return {"exchange": EXCHANGE.dump_python(found, mode="json") | said}
