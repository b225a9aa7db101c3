"""What says that a line of the bank and a record of the ledger are the same money: a reference, the
text, or the numbers of invoices that stand in both."""

from __future__ import annotations

import re
from datetime import datetime

from connector.db import Tx
from connector.evidence import advice_senders
from connector.evidence.cash_case import Case, assemble
from connector.mirroring import documents
from connector.money import cash
from connector.money.twin_questions import REFERENCE_CHARACTERS_MIN, references
from connector.rules.policy import Policy
from matching.deciding.decide import decide
from matching.facts.items import MatchDecision
from matching.facts.rules import RULES, Family
from providers.bank.identity import plain
from providers.ledger import Payment

DIGITS_MIN = 3


def named(verdict: MatchDecision) -> set[str]:
    """The invoices whose numbers are written out, with their exact amounts."""
    best = next(iter(verdict.candidates), None)
    rule, parts = verdict.rule, verdict.allocations
    if not parts and best:
        rule, parts = best.rule, best.allocations
    is_exact = rule in RULES and RULES[rule].family is Family.EXACT
    return {part.invoice_id for part in parts} if is_exact else set()


def has_id(case: Case, record: Payment) -> bool:
    """Whether a reference that the bank gave, or the payer's bank, stands in the record."""
    theirs = plain(f"{record.reference} {record.memo}")
    return any(it in theirs for it in references(case.item))


def is_told(tx: Tx, case: Case, record: Payment, pays: set[str]) -> bool:
    """Whether the text, or the numbers of its invoices, stand in both."""
    item, own = case.item, plain(case.item.text)
    says_enough = len(own) >= REFERENCE_CHARACTERS_MIN and any(map(str.isdigit, own))
    if says_enough and own == plain(record.reference):
        return True
    numbers = [it.number for it in documents.of_ids(tx, case.connection.id, pays)]
    return bool(numbers) and all(_stands_in(number, item.text) for number in numbers)


def _stands_in(number: str, text: str) -> bool:
    if sum(map(str.isdigit, number)) < DIGITS_MIN:
        return False
    bounded = rf"(?<![0-9a-z]){re.escape(number.casefold())}(?![0-9a-z])"
    return re.search(bounded, text.casefold()) is not None


def pays(tx: Tx, case: Case, record: Payment, policy: Policy, *, now: datetime) -> set[str]:
    """The invoices that the ledger's money is set against, or names with their exact amounts."""
    if record.allocations:
        return {part.invoice_id for part in record.allocations}
    item = cash.find(tx, case.connection.id, record.kind, record.id)
    if item is None or not item.left:
        return set()
    own = assemble(tx, case.connection, item, policy, now=now)
    verdict = decide(own.matched, policy.matching)
    _, verdict = advice_senders.as_evidence(tx, own, verdict, policy, now=now)
    return named(verdict)
