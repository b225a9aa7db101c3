"""Drafts of interest: they end with the terms that allowed them, and those whose invoice changed
are worked out anew, all drafts of an invoice as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from connector import local_days
from connector.account import account_faults, collection_rules
from connector.account.accounts import account_of
from connector.account.collection_rules import Rules
from connector.db import Tx
from connector.deps import Deps
from connector.late_fees import asking_charges, charges, interest_claims
from connector.late_fees.charges import Charge, ChargeKind
from connector.late_fees.interest_claims import Claimed, NoClaim, NotRead
from connector.lease import Fence
from connector.mirroring import mirror
from connector.outgoing import effects
from connector.rules.modes import ACTING
from dunning.customer.persons import Kind as PersonKind
from dunning.fees.late_fees import FeeState
from dunning.rules import charging
from dunning.rules.charging import StatutoryInterest
from providers.ledger import Invoice, Kind

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Judged:
    """Why the drafts of an invoice are not to be charged any more, and why they are to be worked
    out anew; empty where neither is so."""

    spared: str = ""
    outdated: str = ""


def why_spared(tx: Tx, rules: Rules, charge: Charge) -> str:
    """Why a draft is not to be charged any more, by the customer's terms as they are; empty where
    it may be."""
    return charging.why_spared(*_terms_of(tx, rules, charge))


def follow(tx: Tx, rules: Rules, drafts: Sequence[Charge]) -> bool:
    """Those of these drafts lapse that the terms do not allow any more; returns whether any other
    is to be worked out anew, which needs the ledger."""
    judged = [(some, _judged(tx, rules, some)) for some in _by_invoice(drafts)]
    for some, found in judged:
        if found.spared:
            _lapse(tx, rules, some, why=found.spared)
    return any(found.outdated for _, found in judged)


def run(deps: Deps, rules: Rules, fence: Fence) -> bool:
    """The same for all drafts, with those worked out anew of which that is to be done. False where
    the rules changed meanwhile. Reads the ledger with the calls of `LedgerReader.history`."""
    with deps.reading() as tx:
        drafts = charges.listed(
            tx, rules.connection.id, states=(FeeState.DRAFTED,), kind=ChargeKind.INTEREST
        )
    for some in _by_invoice(drafts):
        with deps.reading() as tx:
            judged, _ = account_faults.tried(
                rules.connection.id, some[0].customer_id, partial(_judged, tx, rules, some)
            )
        if judged and not _settled(deps, rules, some, judged, fence):
            return False
    return True


def _by_invoice(drafts: Sequence[Charge]) -> list[list[Charge]]:
    """One is what the others left of the claim, so that none can be worked out without them."""
    found: dict[tuple[str, ...], list[Charge]] = {}
    for one in drafts:
        found.setdefault(one.fee.invoice_ids, []).append(one)
    return list(found.values())


def _terms_of(
    tx: Tx, rules: Rules, charge: Charge
) -> tuple[StatutoryInterest | None, PersonKind]:  # fmt: skip
    """The customer's own."""
    currency = charge.fee.amount.currency
    account = account_of(tx, rules.connection, charge.customer_id, currency, rules.now)
    today = local_days.today(rules.connection, rules.now)
    _, policy = rules.dunning.applying_to(account, today)
    return policy.interest, policy.person(account).kind


def _judged(tx: Tx, rules: Rules, drafts: Sequence[Charge]) -> Judged:
    """Those of one invoice."""
    each = [_judged_alone(tx, rules, one) for one in drafts]
    if all(one.spared for one in each):
        return each[0]
    return Judged(outdated=next((one.outdated for one in each if one.outdated), ""))


def _judged_alone(tx: Tx, rules: Rules, charge: Charge) -> Judged:
    terms, kind = _terms_of(tx, rules, charge)
    spared = charging.why_spared(terms, kind)
    if terms is None or spared:
        return Judged(spared)
    if rules.mode not in ACTING:
        return Judged()
    found = mirror.fetch(tx, rules.connection.id, Kind.INVOICE, charge.fee.invoice_ids)
    if changed := effects.difference(charge.facts, effects.facts_of(found)):
        return Judged(outdated=f"changed since: {changed}")
    if not charging.is_worked_out_by(terms, charge.working):
        return Judged(outdated="the terms, or what the law gives, changed since")
    if not asking_charges.is_asked(tx, charge):
        return Judged(outdated=charge.remark or "nobody was asked about it any more")
    return Judged()


def _settled(
    deps: Deps, rules: Rules, drafts: Sequence[Charge], judged: Judged, fence: Fence
) -> bool:  # fmt: skip
    """Lapsed, or worked out anew and asked about once; as it is where the ledger cannot be read.
    False where the rules changed."""
    if judged == Judged():
        return True
    anew = _worked_out(deps, rules, drafts) if judged.outdated else None
    if isinstance(anew, NotRead):
        log.warning("interest not worked out anew", charge=drafts[0].id, why=str(anew))
        return True
    with deps.writing() as tx:
        fence.check(tx)
        if collection_rules.of(tx, rules.connection, rules.now) != rules:
            return False
        if anew is None:
            _lapse(tx, rules, drafts, why=judged.spared)
        else:
            _replace(tx, rules, drafts, anew, outdated=judged.outdated)
    fence.renew()
    return True


def _replace(
    tx: Tx, rules: Rules, drafts: Sequence[Charge], anew: Claimed | NoClaim, *, outdated: str
) -> None:  # fmt: skip
    """Where there is no claim any more, people are told, who were asked about it or approved it."""
    if isinstance(anew, Claimed):
        interest_claims.redraft(tx, rules, drafts, anew, outdated=outdated)
        return
    why = f"the invoice or the terms changed since, and {anew}"
    for one in _lapse(tx, rules, drafts, why=f"{outdated}; {anew}"):
        asking_charges.tell(tx, rules, one, why=why)


def _lapse(tx: Tx, rules: Rules, drafts: Sequence[Charge], *, why: str) -> list[Charge]:
    """Returns those on which nobody has decided meanwhile."""
    return [one for one in drafts if asking_charges.lapse(tx, rules, one, why=why)]


def _worked_out(deps: Deps, rules: Rules, drafts: Sequence[Charge]) -> Claimed | NoClaim:
    """The claim as it is now, or why there is none any more."""
    with deps.reading() as tx:
        records = mirror.fetch(tx, rules.connection.id, Kind.INVOICE, drafts[0].fee.invoice_ids)
    invoice = next((one for one in records if isinstance(one, Invoice)), None)
    if invoice is None:
        return NoClaim("the invoice is no longer in the ledger")
    try:
        found = interest_claims.work_out(deps, rules.connection, invoice, instead_of=drafts)
    except NoClaim as error:
        return error
    return found if found.due.amount else NoClaim(interest_claims.nothing_left(found))
