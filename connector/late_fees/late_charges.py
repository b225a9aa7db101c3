"""Each night: the late fees of a client's own terms are drafted, once for a period, and drafts of
interest follow their invoices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from connector import local_days
from connector.account import account_faults, collection_rules, looking
from connector.account.account_parts import Place
from connector.account.accounts import account_of, accounts_of
from connector.account.collection_rules import Rules
from connector.clients import sweeps
from connector.clients.sweeps import Progress
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.late_fees import asking_charges, charges, interest_drafts
from connector.late_fees.charges import Charge, ChargeKind
from connector.lease import Fence
from connector.mirroring import mirror
from connector.outgoing import effects
from connector.rules.modes import Mode
from dunning.customer.account import Account
from dunning.customer.persons import Kind as PersonKind
from dunning.fees.late_fees import Fee, FeeState, LateFees, draft_fees, why_spared
from providers.ledger import Kind

CUSTOMERS_MAX = 100
"""How many customers are looked at, and written down, at a time."""


@dataclass(frozen=True, slots=True)
class Due:
    """A fee of the present period, and its invoices as they are now."""

    customer_id: str
    fee: Fee
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """By key of a fee: what is due now, and why a draft is not to be charged any more."""

    due: Mapping[str, Due]
    spared: Mapping[str, str]


def is_due(progress: Progress, now: datetime) -> bool:
    known = progress.history_at is not None
    return known and sweeps.is_due(progress.charged_at, sweeps.NIGHTLY, now)


def run(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Draft what is due today, and let drafts lapse whose invoices changed."""
    with deps.reading() as tx:
        now = deps.now()
        if not is_due(sweeps.progress(tx, connection.id), now):
            return
        rules = collection_rules.of(tx, connection, now)
        if looking.is_too_early(tx, rules):
            return
        customer_ids = [] if rules.mode is Mode.OFF else _customers(tx, rules)
    if not _follow_all(deps, rules, customer_ids, fence):
        return
    if rules.mode is not Mode.OFF and not interest_drafts.run(deps, rules, fence):
        return
    with deps.writing() as tx:
        fence.check(tx)
        sweeps.keep(tx, connection.id, charged_at=rules.now)


def _follow_all(deps: Deps, rules: Rules, customer_ids: Sequence[str], fence: Fence) -> bool:
    """False where the rules changed meanwhile."""
    for start in range(0, len(customer_ids), CUSTOMERS_MAX):
        some = customer_ids[start : start + CUSTOMERS_MAX]
        with deps.reading() as tx:
            found = _judged(tx, rules, some)
        with deps.writing() as tx:
            fence.check(tx)
            if collection_rules.of(tx, rules.connection, rules.now) != rules:
                return False
            for those, judged in found:
                _keep(tx, rules, those, judged)
        fence.renew()
    return True


def again(tx: Tx, connection_id: int) -> None:
    """Something that fees are drafted by changed: do not wait for the night."""
    sweeps.keep(tx, connection_id, charged_at=None)


def follow(tx: Tx, rules: Rules, customer_ids: Collection[str]) -> None:
    """These accounts changed: where there are drafts of them, do not wait for the night."""
    if rules.mode is Mode.OFF:
        return
    id_ = rules.connection.id
    drafts = charges.listed(tx, id_, states=(FeeState.DRAFTED,), customer_ids=customer_ids)
    charged = {one.customer_id for one in drafts if one.kind is ChargeKind.LATE_FEE}
    if charged:
        _keep(tx, rules, charged, _judge(tx, rules, charged))
    interest = [one for one in drafts if one.kind is ChargeKind.INTEREST]
    if interest_drafts.follow(tx, rules, interest):
        again(tx, id_)


def _customers(tx: Tx, rules: Rules) -> list[str]:
    """Who owes anything, where the terms have fees at all, and of whom there are drafts."""
    found = {one.customer_id for one in _drafts(tx, rules.connection.id)}
    if any(policy.late_fees for policy in rules.dunning.variants()):
        found |= {place[0] for place in mirror.owed(tx, rules.connection.id, gross=True)}
    return sorted(found)


def _judged(
    tx: Tx, rules: Rules, customer_ids: Sequence[str]
) -> list[tuple[Sequence[str], Judged]]:
    """Without those whom a fault of ours keeps from it, who are put before a person where reminders
    are decided on."""
    found, faults = account_faults.apart(customer_ids, lambda some: _judge(tx, rules, some))
    for customer_id, fault in faults.items():
        account_faults.logged(rules.connection.id, customer_id, fault)
    return found


def _judge(tx: Tx, rules: Rules, customer_ids: Collection[str]) -> Judged:
    """Decided without a lock: the outbox reads the invoices again before any is raised."""
    connection = rules.connection
    today = local_days.today(connection, rules.now)
    known = charges.keys_decided(tx, connection.id, customer_ids)
    found = accounts_of(tx, connection, customer_ids, rules.now)
    ids = {
        one.id for accounts in found.values() for account in accounts for one in account.invoices
    }
    exempt = charges.raised(tx, connection.id, ids)
    places: dict[Place, Account] = {
        (customer_id, account.currency): account
        for customer_id, accounts in found.items()
        for account in accounts
    }
    fees: list[tuple[str, Fee]] = []
    for (customer_id, _), account in places.items():
        terms, kind = _terms_of(rules, account, today)
        if terms:
            drafted = draft_fees(account, terms, today, kind=kind, known=known, exempt=exempt)
            fees += [(customer_id, fee) for fee in drafted]
    facts = _facts(tx, connection.id, [fee for _, fee in fees])
    due = {
        fee.key: Due(customer_id, fee, {name: facts[name] for name in _names(fee) if name in facts})
        for customer_id, fee in fees
    }
    return Judged(due, _spared(tx, rules, customer_ids, places, today, exempt=exempt))


def _spared(
    tx: Tx, rules: Rules, customer_ids: Collection[str], places: Mapping[Place, Account],
    today: date, *, exempt: frozenset[str],
) -> dict[str, str]:  # fmt: skip
    found: dict[str, str] = {}
    for draft in _drafts(tx, rules.connection.id, customer_ids):
        place = (draft.customer_id, draft.fee.amount.currency)
        account = places.get(place) or account_of(tx, rules.connection, *place, rules.now)
        terms, kind = _terms_of(rules, account, today)
        found[draft.fee.key] = why_spared(
            draft.fee, account, terms, today, kind=kind, exempt=exempt
        )
    return found


def _terms_of(rules: Rules, account: Account, today: date) -> tuple[LateFees | None, PersonKind]:
    """The customer's own."""
    _, policy = rules.dunning.applying_to(account, today)
    return policy.late_fees, policy.person(account).kind


def _keep(tx: Tx, rules: Rules, customer_ids: Collection[str], judged: Judged) -> None:
    """A draft that still says the same stays, and its question with it; so does one whose period is
    over, as long as nothing else changed."""
    drafts = _drafts(tx, rules.connection.id, customer_ids)
    facts = _facts(tx, rules.connection.id, [one.fee for one in drafts])
    standing: set[str] = set()
    for one in drafts:
        now_due = judged.due.get(one.fee.key)
        changed = effects.difference(one.facts, facts)
        if changed and now_due is None:
            asking_charges.lapse(tx, rules, one, why=f"changed since: {changed}")
        elif now_due is None and (why := judged.spared.get(one.fee.key, "")):
            asking_charges.lapse(tx, rules, one, why=why)
        elif now_due is None or (now_due.fee, now_due.facts) == (one.fee, one.facts):
            standing.add(one.fee.key)
            if not asking_charges.is_asked(tx, one):
                asking_charges.ask(tx, rules, one)
    for key, one_due in judged.due.items():
        if key not in standing:
            asking_charges.draft(
                tx, rules, ChargeKind.LATE_FEE, one_due.customer_id, one_due.fee, working=(),
                facts=one_due.facts,
            )  # fmt: skip


def _drafts(
    tx: Tx, connection_id: int, customer_ids: Collection[str] | None = None
) -> list[Charge]:  # fmt: skip
    return charges.listed(
        tx, connection_id, states=(FeeState.DRAFTED,), customer_ids=customer_ids,
        kind=ChargeKind.LATE_FEE,
    )  # fmt: skip


def _facts(tx: Tx, connection_id: int, fees: Sequence[Fee]) -> dict[str, str]:
    ids = {id_ for fee in fees for id_ in fee.invoice_ids}
    return effects.facts_of(mirror.fetch(tx, connection_id, Kind.INVOICE, ids))


def _names(fee: Fee) -> list[str]:
    """The invoices of a fee, as facts name them."""
    return [f"{Kind.INVOICE}:{id_}" for id_ in fee.invoice_ids]
