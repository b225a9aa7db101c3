"""The same money from two sources: a line of the bank and the ledger's own record of it. Where that
is certain it is counted once; else a person tells, and nothing is applied meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connector import cash, documents, intents, mirror, set_aside
from connector.cash import BANK, Item, Standing
from connector.cash_case import Case, assemble
from connector.db import Tx
from connector.intention import OPEN, STANDING
from connector.policy import Policy
from connector.set_aside import As
from connector.twin_evidence import has_id, is_told
from matching.decide import decide
from matching.items import MatchDecision
from matching.rules import RULES, Family
from matching.weighing import doubted
from providers.bank.identity import plain
from providers.ledger import Gone, Kind, Payment, Record, RecordPayment

WINDOW = timedelta(days=6)
"""How far the days of the two may lie apart: weekends, holidays and the way of a cheque, and less
than a week, so that a customer that pays the same sum every week is not held back."""
SURE_WITHIN = timedelta(days=3)
"""How far, where no reference says that the two are the same."""
ALIKE = timedelta(days=60)
"""How far back a person is shown records to choose from."""
RULE = "same_money"
ASIDE = "aside"
"""Marks the option by which money is set aside instead of applied."""
ENTERED = (Standing.APPLYING, Standing.APPLIED)


@dataclass(frozen=True, slots=True)
class Twin:
    """Records that may be the same money, each with what it is in words. `sure` tells that the
    first is, and `by_reference` that a reference says so."""

    records: tuple[tuple[str, str], ...]
    held: str
    sure: bool = False
    by_reference: bool = False

    @property
    def why(self) -> str:
        records = " or ".join(words for _, words in self.records)
        told = "it is the same money" if self.sure else "it may be the same money"
        return f"{self.held} {records}; {told}"

    @property
    def options(self) -> list[dict[str, Any]]:
        return [
            {"text": f"count it once: it is {words}", "allocations": [],
             ASIDE: {"as": As.SAME, "of": subject}}
            for subject, words in self.records
        ]  # fmt: skip


def find(
    tx: Tx, case: Case, verdict: MatchDecision, policy: Policy, *, now: datetime
) -> Twin | None:
    """What the money of this case may be known by already; None where there is nothing like it."""
    item = case.item
    if item.left != item.total or verdict.action == "ignore":
        return None
    if item.kind == BANK:
        return _of_line(tx, case, verdict, policy, now=now)
    lines = list(_lines_entered(tx, case, verdict))
    told = tuple((it.subject, f"{it.id} of {it.received:%d %b %Y}") for it in lines)
    return Twin(told, f"{item.total} was entered from the bank already:") if told else None


def alike(tx: Tx, connection_id: int, item: Item) -> list[tuple[str, str]]:
    """Other records of this very sum about that time, in words, for a person to name."""
    since = item.received - ALIKE
    lines = cash.of_totals(tx, connection_id, {item.total}, since=since, locked=False)
    found = {it.subject: f"{it.id} of {it.received:%d %b %Y}" for it in lines if it.kind == BANK}
    for it in mirror.received(tx, connection_id, item.total):
        if isinstance(it, Payment) and it.received >= since and it.status not in set_aside.ENDED:
            found[f"{it.kind}:{it.id}"] = _words(it, {})
    return [it for it in found.items() if it[0] != item.subject]


def weighed(verdict: MatchDecision, twin: Twin | None) -> MatchDecision:
    """The verdict as it is with that in sight: counted once, or left to a person."""
    if twin is None:
        return verdict
    if twin.sure:
        return replace(verdict, action="ignore", allocations=(), rule=RULE, reasons=(twin.why,))
    before = verdict.reasons if verdict.action == "review" else ()
    return replace(doubted(verdict, twin.why), reasons=(twin.why, *before))


def observe(tx: Tx, connection_id: int, news: Sequence[Record], *, at: datetime) -> None:
    """What waits for a person is decided on again where the ledger tells of other money of that
    sum; a line that counts with a record which is gone, or of another sum now, is its own again."""
    payments = [record for record in news if isinstance(record, Payment)]
    if payments:
        told = {(str(payment.kind), payment.id) for payment in payments}
        cash.again_of(tx, connection_id, {payment.total for payment in payments}, but=told)
    gone = [it for it in news if isinstance(it, Gone) and it.kind in set_aside.KINDS]
    known: list[Payment | Gone] = [*payments, *gone]
    records = {f"{record.kind}:{record.id}": record for record in known}
    asides = set_aside.counted_with_any(tx, connection_id, records) if records else []
    for aside in asides:
        record, (kind, _, id_) = records[aside.of], aside.subject.partition(":")
        item = cash.find(tx, connection_id, kind, id_, locked=True)
        stays = isinstance(record, Payment) and record.status not in set_aside.ENDED
        if item and item.kind != BANK and item.state is not Standing.IGNORED:
            set_aside.end(tx, connection_id, aside.subject, at=at)
        elif item and not (stays and item.total == getattr(record, "total", None)):
            why = f"{aside.of} is no longer there with {item.total}"
            set_aside.bring_back(tx, connection_id, item, reason=why, by="ledger", at=at)


def _of_line(
    tx: Tx, case: Case, verdict: MatchDecision, policy: Policy, *, now: datetime
) -> Twin | None:
    item = case.item
    near = _records_near(tx, case)
    if not near:
        return None
    customers, wanted = _customers(case, verdict), named(verdict)
    found: list[tuple[Payment, bool]] = []
    for record in near:
        pays = _pays(tx, case, record, policy, now=now)
        if wanted and pays and not wanted & pays:
            continue  # the text says what it is for, and that is another invoice
        by_id, is_theirs = has_id(case, record), bool(_owners(tx, case, record) & customers)
        if by_id or is_theirs:
            found.append((record, by_id or is_told(tx, case, record, pays)))
    told = [record for record, is_told in found if is_told]
    chosen = told if len(told) == 1 else [record for record, _ in found]
    if not chosen:
        return None
    by_reference = len(told) == 1
    sure = by_reference or (len(chosen) == 1 and _is_certain(tx, case, verdict, chosen[0]))
    sure = sure and not _may_be_other(tx, case, verdict, chosen[0])
    numbers = {it.id: it.number for it in documents.of_ids(
        tx, case.connection.id, {part.invoice_id for it in chosen for part in it.allocations}
    )}  # fmt: skip
    records = tuple((f"{it.kind}:{it.id}", _words(it, numbers)) for it in chosen)
    return Twin(records, f"the ledger already holds {item.total}:", sure, by_reference)


def _records_near(tx: Tx, case: Case) -> list[Payment]:
    """Money of this sum that others entered about that day, and that stands for no other line."""
    item, connection_id = case.item, case.connection.id
    found = [
        record
        for record in mirror.received(tx, connection_id, item.total)
        if isinstance(record, Payment) and record.status not in set_aside.ENDED
        and abs(record.received - item.received) <= WINDOW
    ]  # fmt: skip
    if not found:
        return []
    ours = {it.receipt for it in intents.brought(tx, connection_id, [it.id for it in found])}
    on_the_way = intents.in_states(tx, connection_id, *OPEN, names=("record_payment",))
    markers = [intent.marker for intent in on_the_way]
    denied = {it.of for it in set_aside.history(tx, connection_id, item.subject)}
    return [
        record
        for record in found
        if record.id not in ours and f"{record.kind}:{record.id}" not in denied
        and not any(marker in f"{record.reference} {record.memo}" for marker in markers)
        and _is_free(tx, connection_id, f"{record.kind}:{record.id}")
    ]  # fmt: skip


def _is_free(tx: Tx, connection_id: int, subject: str) -> bool:
    is_aside = set_aside.standing(tx, connection_id, subject)
    return not is_aside and not set_aside.counted_with(tx, connection_id, subject)


def _customers(case: Case, verdict: MatchDecision) -> set[str]:
    """Everybody whom the line may come from, or whose invoices it may pay."""
    parts = [*verdict.allocations, *(part for it in verdict.candidates for part in it.allocations)]
    paid = {part.invoice_id for part in parts}
    owners = {it.customer_id for it in case.open_items if it.invoice_id in paid}
    payers = {it.customer_id for it in case.matched.payers}
    return {case.item.customer_id, *payers, *owners, *_relatives(case)} - {""}


def _relatives(case: Case) -> set[str]:
    return {id_ for it in case.matched.relatives for id_ in (it.of, it.customer_id)}


def _owners(tx: Tx, case: Case, record: Payment) -> set[str]:
    """Whose money it is: a batch names its invoices only."""
    if record.customer_id:
        return {record.customer_id}
    ids = {part.invoice_id for part in record.allocations}
    return mirror.owners(tx, case.connection.id, Kind.INVOICE, ids)


def named(verdict: MatchDecision) -> set[str]:
    """The invoices whose numbers are written out, with their exact amounts."""
    best = next(iter(verdict.candidates), None)
    rule, parts = verdict.rule, verdict.allocations
    if not parts and best:
        rule, parts = best.rule, best.allocations
    is_exact = rule in RULES and RULES[rule].family is Family.EXACT
    return {part.invoice_id for part in parts} if is_exact else set()


def _pays(tx: Tx, case: Case, record: Payment, policy: Policy, *, now: datetime) -> set[str]:
    """The invoices that the ledger's money is set against, or names with their exact amounts."""
    if record.allocations:
        return {part.invoice_id for part in record.allocations}
    item = cash.find(tx, case.connection.id, record.kind, record.id)
    if item is None or not item.left:
        return set()
    own = assemble(tx, case.connection, item, policy, now=now)
    return named(decide(own.matched, policy.matching))


def _may_be_other(tx: Tx, case: Case, verdict: MatchDecision, record: Payment) -> bool:
    """Whether the line explains what is open beside a record that is placed already, or counts with
    other money itself: a person says then whether it is the same."""
    if set_aside.counted_with(tx, case.connection.id, case.item.subject):
        return True
    if not record.allocations or has_id(case, record):
        return False
    customers = _customers(case, verdict)
    return verdict.action == "apply" or any(
        it.open == case.item.total and it.customer_id in customers for it in case.open_items
    )


def _is_certain(tx: Tx, case: Case, verdict: MatchDecision, record: Payment) -> bool:
    """The only record of the only payer, about the same day, and no other line that it may be."""
    item, owners = case.item, _owners(tx, case, record)
    parts = {part.invoice_id for part in verdict.allocations}
    explained = {it.customer_id for it in case.open_items if it.invoice_id in parts}
    payers = {it.customer_id for it in case.matched.payers} | {item.customer_id} - {""}
    is_theirs = owners in (payers, explained)
    is_near = abs(record.received - item.received) <= SURE_WITHIN
    return is_theirs and is_near and not _rivals(tx, case, record)


def _rivals(tx: Tx, case: Case, record: Payment) -> list[Item]:
    """Other lines of the bank that may be this record."""
    own = case.item
    since = record.received - WINDOW
    return [
        it
        for it in cash.of_totals(tx, case.connection.id, {own.total}, since=since, locked=False)
        if it.kind == BANK and it.subject != own.subject and it.state in set_aside.FREE
        and it.left == it.total and abs(it.received - record.received) <= WINDOW
        and plain(it.payer) in ("", plain(own.payer))
    ]  # fmt: skip


def _lines_entered(tx: Tx, case: Case, verdict: MatchDecision) -> Iterator[Item]:
    """Lines of the bank that we entered for this customer about that day: the ledger may hold the
    same money under a second record."""
    item, connection_id, wanted = case.item, case.connection.id, named(verdict)
    since = item.received - WINDOW
    lines = cash.of_totals(tx, connection_id, {item.total}, since=since, locked=False)
    found = [
        it
        for it in lines
        if it.kind == BANK and it.state in ENTERED and abs(it.received - item.received) <= WINDOW
    ]
    before = set_aside.history(tx, connection_id, item.subject) if found else []
    denied = {it.of for it in before}
    for line in (it for it in found if it.subject not in denied):
        entries = [
            it.effect
            for it in intents.about(tx, connection_id, [line.subject])
            if isinstance(it.effect, RecordPayment) and it.state in (*OPEN, *STANDING)
        ]
        paid = {part.invoice_id for it in entries for part in it.allocations}
        owners = mirror.owners(tx, connection_id, Kind.INVOICE, paid)
        if item.customer_id not in owners | {it.customer_id for it in entries}:
            continue
        if (wanted and not wanted & paid) or not _is_free(tx, connection_id, line.subject):
            continue
        yield line


def _words(record: Payment, numbers: dict[str, str]) -> str:
    paid = ", ".join(numbers.get(it.invoice_id) or it.invoice_id for it in record.allocations)
    where = f"set against {paid}" if paid else "not applied"
    kind = str(record.kind).replace("_", " ")
    return f"{kind} {record.id} of {record.received:%d %b %Y}, {where}"
