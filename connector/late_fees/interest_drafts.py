"""Drafts of interest: they end with the terms that allowed them, and one whose invoice changed is
worked out anew."""

from __future__ import annotations

from collections.abc import Sequence
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


def why_spared(tx: Tx, rules: Rules, charge: Charge) -> str:
    """Why a draft is not to be charged any more, by the customer's terms as they are; empty where
    it may be."""
    return charging.why_spared(*_terms_of(tx, rules, charge))


def follow(tx: Tx, rules: Rules, drafts: Sequence[Charge]) -> bool:
    """Those of these drafts lapse that the terms do not allow any more; returns whether any other
    is to be worked out anew, which needs the ledger."""
    outdated = [_outdated(tx, rules, one) for one in drafts if not _ended(tx, rules, one)]
    return any(outdated)


def run(deps: Deps, rules: Rules, fence: Fence) -> bool:
    """The same for all drafts, with those worked out anew of which that is to be done. False where
    the rules changed meanwhile. Reads the ledger with the calls of `LedgerReader.history`."""
    with deps.reading() as tx:
        drafts = charges.listed(
            tx, rules.connection.id, states=(FeeState.DRAFTED,), kind=ChargeKind.INTEREST
        )
    for one in drafts:
        with deps.writing() as tx:
            fence.check(tx)
            if collection_rules.of(tx, rules.connection, rules.now) != rules:
                return False
            outdated, _ = account_faults.tried(
                rules.connection.id, one.customer_id, partial(_looked_at, tx, rules, one)
            )
        if outdated and not _work_anew(deps, rules, one, fence, outdated=outdated):
            return False
    return True


def _terms_of(
    tx: Tx, rules: Rules, charge: Charge
) -> tuple[StatutoryInterest | None, PersonKind]:  # fmt: skip
    """The customer's own."""
    currency = charge.fee.amount.currency
    account = account_of(tx, rules.connection, charge.customer_id, currency, rules.now)
    today = local_days.today(rules.connection, rules.now)
    _, policy = rules.dunning.applying_to(account, today)
    return policy.interest, policy.person(account).kind


def _looked_at(tx: Tx, rules: Rules, charge: Charge) -> str:
    return "" if _ended(tx, rules, charge) else _outdated(tx, rules, charge)


def _ended(tx: Tx, rules: Rules, charge: Charge) -> bool:
    why = why_spared(tx, rules, charge)
    if why:
        asking_charges.lapse(tx, rules, charge, why=why)
    return bool(why)


def _outdated(tx: Tx, rules: Rules, charge: Charge) -> str:
    """Why a draft is to be worked out anew; empty where it stands, or where nobody may be asked."""
    if rules.mode not in ACTING:
        return ""
    found = mirror.fetch(tx, rules.connection.id, Kind.INVOICE, charge.fee.invoice_ids)
    if changed := effects.difference(charge.facts, effects.facts_of(found)):
        return f"changed since: {changed}"
    terms, _ = _terms_of(tx, rules, charge)
    if terms is None or not charging.is_worked_out_by(terms, charge.working):
        return "the terms, or what the law gives, changed since"
    if not asking_charges.is_asked(tx, charge):
        return charge.remark or "nobody was asked about it any more"
    return ""


def _work_anew(
    deps: Deps, rules: Rules, charge: Charge, fence: Fence, *, outdated: str
) -> bool:  # fmt: skip
    """In place of the draft, and asked about once; where there is no claim any more, whoever was
    asked is told. As it is where the ledger cannot be read. False where the rules changed."""
    try:
        found: Claimed | NoClaim = _worked_out(deps, rules, charge)
    except NotRead as error:
        log.warning("interest not worked out anew", charge=charge.id, why=str(error))
        return True
    except NoClaim as error:
        found = error
    with deps.writing() as tx:
        fence.check(tx)
        if collection_rules.of(tx, rules.connection, rules.now) != rules:
            return False
        if isinstance(found, Claimed):
            interest_claims.redraft(tx, rules, charge, found, outdated=outdated)
        elif asking_charges.lapse(tx, rules, charge, why=f"{outdated}; {found}"):
            asking_charges.tell(
                tx, rules, charge, why=f"the invoice or the terms changed since, and {found}"
            )
    fence.renew()
    return True


def _worked_out(deps: Deps, rules: Rules, charge: Charge) -> Claimed:
    """Raises NoClaim, also where nothing is left."""
    with deps.reading() as tx:
        records = mirror.fetch(tx, rules.connection.id, Kind.INVOICE, charge.fee.invoice_ids)
    invoice = next((one for one in records if isinstance(one, Invoice)), None)
    if invoice is None:
        raise NoClaim("the invoice is no longer in the ledger")
    found = interest_claims.work_out(deps, rules.connection, invoice, instead_of=charge)
    if not found.due.amount:
        raise NoClaim(interest_claims.nothing_left(found))
    return found
