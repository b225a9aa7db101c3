"""Who sent an advice: it speaks for money by itself only where that is the payer, or a person gave
it in. Anybody can write a mail, so any other is a suggestion for a person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from connector.db import Tx
from connector.decided import approvals
from connector.evidence import remittances
from connector.evidence.cash_case import Case, assemble
from connector.evidence.remittances import Kept, Source
from connector.mirroring import mirror
from connector.recipients import contacts
from connector.rules.policy import Policy
from matching.deciding.decide import decide
from matching.deciding.weighing import doubted
from matching.facts.items import MatchDecision
from providers.email.shared_domains import is_shared
from providers.ledger import Customer, Kind


def judged(tx: Tx, case: Case, policy: Policy, *, now: datetime) -> MatchDecision:
    """The decision on a case, left to a person where it stands on an advice of somebody who is not
    known as the payer's. What the money says itself needs no advice."""
    verdict = decide(case.matched, policy.matching)
    if case.advice is None or verdict.action != "apply":
        return verdict
    why = _why_not(tx, case, {part.invoice_id for part in verdict.allocations})
    if not why:
        return verdict
    _, bare = _unadvised(tx, case, policy, now=now)
    is_same = bare.action == "apply" and set(bare.allocations) == set(verdict.allocations)
    return verdict if is_same else doubted(verdict, why)


def as_evidence(
    tx: Tx, case: Case, verdict: MatchDecision, policy: Policy, *, now: datetime
) -> tuple[Case, MatchDecision]:
    """A case and the decision on it as far as they say which money that is: without an advice that
    does not speak for what it is decided to be about."""
    if case.advice is None:
        return case, verdict
    best = next(iter(verdict.candidates), None)
    parts = verdict.allocations or (best.allocations if best else ())
    if not _why_not(tx, case, {part.invoice_id for part in parts}):
        return case, verdict
    return _unadvised(tx, case, policy, now=now)


def _unadvised(
    tx: Tx, case: Case, policy: Policy, *, now: datetime
) -> tuple[Case, MatchDecision]:  # fmt: skip
    as_sent = case.money.amount == case.item.original
    alone = assemble(
        tx, case.connection, case.item, policy, now=now, as_sent=as_sent, unadvised=True
    )
    return alone, decide(alone.matched, policy.matching)


def _why_not(tx: Tx, case: Case, invoices: Collection[str]) -> str:
    """Why the advice beside the money does not speak for these invoices; empty if it does."""
    kept = remittances.beside(tx, case.connection.id, case.item)
    if kept is None or kept.source == Source.FILE:
        return ""
    who = kept.sender or "an unknown sender"
    if kept.source != Source.MAIL:
        return f"its mail server did not vouch for {who}, so the advice is only a suggestion"
    owners = set(mirror.owner_by_id(tx, case.connection.id, Kind.INVOICE, invoices).values())
    known = _known(tx, case, kept, owners)
    if owners and owners <= known:
        return ""
    return (
        f"its advice came from {who}, who is no contact of the payer, so it is only a suggestion;"
        " approved once, the sender is known"
    )


def _known(tx: Tx, case: Case, kept: Kept, owners: set[str]) -> set[str]:
    """Those of some customers, and whoever belongs together with them, whose the sender is."""
    id_, sender = case.connection.id, kept.sender.lower()
    near = [(it.of, it.customer_id) for it in case.matched.relatives]
    asked = {*owners, *(one for pair in near for one in pair)}
    people = contacts.of_customers(tx, id_, asked)
    own = {
        it.id for it in mirror.fetch(tx, id_, Kind.CUSTOMER, asked)
        if isinstance(it, Customer)
        and any(_is_theirs(sender, email) for email in
                (*it.emails, *(one.email for one in people.get(it.id, ()))))
    }  # fmt: skip
    if not owners <= own:
        own |= _confirmed(tx, case, kept)
    return own | {one for pair in near for one in pair if own & set(pair)}


def _confirmed(tx: Tx, case: Case, kept: Kept) -> set[str]:
    """The customers whose invoices people let money pay by earlier advices of the same sender."""
    id_ = case.connection.id
    before = remittances.paired_from(tx, id_, kept.sender)
    chosen = approvals.choices(tx, id_, [one for one in before if one != case.item.subject])
    return set(mirror.owner_by_id(tx, id_, Kind.INVOICE, approvals.invoices_in(chosen)).values())


def _is_theirs(sender: str, email: str) -> bool:
    """The address itself, or one under its domain where strangers have none."""
    known = email.lower()
    domain, theirs = known.rpartition("@")[2], sender.rpartition("@")[2]
    if not sender or not domain or is_shared(domain):
        return bool(sender) and sender == known
    return theirs == domain or theirs.endswith(f".{domain}")
