"""The same money from two sources: a line of the bank and the ledger's own record of it. Where that
is certain it is counted once; else a person tells, and nothing is applied meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connector.db import Tx
from connector.evidence import payouts
from connector.evidence.cash_case import Case
from connector.local_days import moved
from connector.money import cash, ledger_money, set_aside, twin_questions
from connector.money.cash import BANK, Item, Standing
from connector.money.ledger_money import ENDED, KINDS, Days
from connector.money.other_records import days_about, subject_of, sums_of, unclaimed, words
from connector.money.same_money import ENTERED, is_sum_of
from connector.money.set_aside import As, Aside
from connector.money.twin_questions import ALIKE, WINDOW, references
from connector.rules.policy import Policy
from connector.twin_money import entered_twice
from connector.twin_money.twin_evidence import has_id, is_told, named, pays
from matching.deciding.weighing import doubted
from matching.facts.items import MatchDecision
from matching.facts.rules import SAME_MONEY
from providers.bank.identity import plain
from providers.ledger import Gone, Payment, Record

__all__ = ["WINDOW", "named"]
SURE_WITHIN = timedelta(days=3)
"""How far the days may lie apart where no reference says that the two are the same."""
NEAR_MAX = 50
"""Records that one line is held against; where there are more, none is certain."""
WEIGHED_MAX, OFFERED_MAX = 5, 20
"""Of how many it is found out what they pay, and how many a person is shown."""
ASIDE = "aside"
"""Marks the option by which money is set aside instead of applied."""


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
    """What the money of this case may be known by already; None where there is nothing like it. The
    case and its decision are what is evidence (`advice_senders.as_evidence`)."""
    item = case.item
    if item.left != item.total or verdict.action == "ignore":
        return None
    if item.kind == BANK:
        twin = _of_line(tx, case, verdict, policy, now=now)
        is_off = SAME_MONEY in policy.matching.rules_off
        return replace(twin, sure=False) if twin and is_off else twin
    lines = entered_twice.lines(tx, case, named(verdict), OFFERED_MAX)
    told = tuple((it.subject, f"{it.id} of {it.received:%d %b %Y}") for it in lines)
    return Twin(told, f"{item.total} was entered from the bank already:") if told else None


def alike(tx: Tx, connection_id: int, item: Item) -> list[tuple[str, str]]:
    """Other records of this very sum about that time, in words, that set_aside accepts."""
    first, last = moved(item.received, -ALIKE), moved(item.received, ALIKE)
    lines = cash.of_totals(
        tx, connection_id, sums_of(item), since=first, until=last, kind=BANK, locked=False,
        states=tuple(Standing) if item.kind == BANK else ENTERED,
    )  # fmt: skip
    near = sorted(lines, key=lambda it: abs(it.received - item.received))[:OFFERED_MAX]
    held = ledger_money.received(
        tx, connection_id, sums_of(item), Days(first, last, first), limit=NEAR_MAX
    )
    found = {it.subject: f"{it.id} of {it.received:%d %b %Y}" for it in near}
    found |= words(tx, connection_id, held)
    refused = set_aside.why_not_same(tx, connection_id, item, found)
    return [(subject, words) for subject, words in found.items() if not refused[subject]]


def weighed(verdict: MatchDecision, twin: Twin | None) -> MatchDecision:
    """The verdict as it is with that in sight: counted once, or left to a person."""
    if twin is None:
        return verdict
    if twin.sure:
        return replace(
            verdict, action="ignore", allocations=(), rule=SAME_MONEY, reasons=(twin.why,)
        )
    before = verdict.reasons if verdict.action == "review" else ()
    return replace(doubted(verdict, twin.why), reasons=(twin.why, *before))


def observe(
    tx: Tx, connection_id: int, news: Sequence[Record], before: Mapping[str, Payment], *,
    at: datetime,
) -> None:  # fmt: skip
    """Follow what the ledger tells of its money; `before` is what was known of it. What waits and
    may be the same is decided on again. Money that is set aside and is another now is its own
    again, and so is what counts with a record that is gone, or of another sum."""
    told = {
        f"{it.kind}:{it.id}": it for it in news
        if isinstance(it, Payment) or (isinstance(it, Gone) and it.kind in KINDS)
    }  # fmt: skip
    if not told:
        return
    payments = [it for it in told.values() if isinstance(it, Payment)]
    known = [it for subject, it in before.items() if subject in told]
    twin_questions.again(tx, connection_id, [*payments, *known], but=told)
    asides = set_aside.about(tx, connection_id, told)
    found = cash.fetch(tx, connection_id, [it.subject for it in asides])
    items = {it.subject: it for it in found}
    for aside in asides:
        if item := items.get(aside.subject):
            _follow(tx, connection_id, aside, item, told, at=at)


def _follow(
    tx: Tx, connection_id: int, aside: Aside, item: Item, told: Mapping[str, Record], *,
    at: datetime,
) -> None:  # fmt: skip
    if item.kind != BANK and item.state is not Standing.IGNORED:
        why = f"{item.subject} is another in the ledger than when it was set aside"
        set_aside.reopen(tx, connection_id, item, reason=why, by=set_aside.LEDGER, at=at)
        return
    record = told.get(aside.of)
    if record is None or _still_is(tx, connection_id, item, record):
        return
    why = f"{aside.of} is no longer there with {item.total}"
    set_aside.bring_back(tx, connection_id, item, reason=why, by=set_aside.LEDGER, at=at)


def _still_is(tx: Tx, connection_id: int, item: Item, record: Record) -> bool:
    if not isinstance(record, Payment) or record.status in ENDED:
        return False
    return is_sum_of(item, record.total) or record.total in payouts.nets(tx, connection_id, item)


def _of_line(
    tx: Tx, case: Case, verdict: MatchDecision, policy: Policy, *, now: datetime
) -> Twin | None:
    item, own = case.item, customers(case, verdict)
    near = _records_near(tx, case, own)
    whose = ledger_money.owners(tx, case.connection.id, near)
    near = [it for it in near if has_id(case, it) or whose[subject_of(it)] & own]
    if not near:
        return None
    wanted = named(verdict)
    found: list[tuple[Payment, bool]] = []
    for place, record in enumerate(near):
        paid = pays(tx, case, record, policy, now=now) if place < WEIGHED_MAX else set()
        if wanted and paid and not wanted & paid:
            continue  # the text says what it is for, and that is another invoice
        found.append((record, has_id(case, record) or is_told(tx, case, record, paid)))
    by_text = [record for record, is_it in found if is_it]
    chosen = by_text if len(by_text) == 1 else [record for record, _ in found]
    if not chosen:
        return None
    first, by_reference = chosen[0], len(by_text) == 1
    is_near = first.total == item.total and abs(first.received - item.received) <= WINDOW
    sure = is_near and len(near) < NEAR_MAX and (
        by_reference
        or (len(chosen) == 1 and _is_certain(tx, case, verdict, first, whose[subject_of(first)]))
    ) and not _may_be_other(tx, case, verdict, first)  # fmt: skip
    told = words(tx, case.connection.id, chosen)
    records = tuple(told.items())[:OFFERED_MAX]
    less = "" if is_sum_of(item, first.total) else ", which is this less the processor's fee"
    return Twin(records, f"the ledger already holds {first.total}{less}:", sure, by_reference)


def _records_near(tx: Tx, case: Case, customers: Collection[str]) -> list[Payment]:
    """Money of this sum, or of what a fee leaves of it, that others entered about that day, or that
    waited in the ledger for the line, and that stands for no other; the nearest day first."""
    item, connection_id = case.item, case.connection.id
    sums = sums_of(item) | payouts.nets(tx, connection_id, item)
    found = ledger_money.received(
        tx, connection_id, sums, days_about(item.received, item.received),
        limit=NEAR_MAX, customer_ids=customers, told=references(item),
    )  # fmt: skip
    denied = set_aside.denied(tx, connection_id, item.subject) if found else set()
    free = [
        it for it in unclaimed(tx, connection_id, found) if subject_of(it) not in denied
    ]  # fmt: skip
    return sorted(free, key=lambda it: abs(it.received - item.received))


def customers(case: Case, verdict: MatchDecision) -> set[str]:
    """Everybody whom the line may come from, or whose invoices it may pay."""
    parts = [*verdict.allocations, *(part for it in verdict.candidates for part in it.allocations)]
    paid = {part.invoice_id for part in parts}
    owners = {it.customer_id for it in case.open_items if it.invoice_id in paid}
    payers = {it.customer_id for it in case.matched.payers}
    return {case.item.customer_id, *payers, *owners, *_relatives(case)} - {""}


def _relatives(case: Case) -> set[str]:
    return {id_ for it in case.matched.relatives for id_ in (it.of, it.customer_id)}


def _may_be_other(tx: Tx, case: Case, verdict: MatchDecision, record: Payment) -> bool:
    """Whether the line explains what is open beside a record that is placed already, or counts with
    other money itself: a person says then whether it is the same."""
    if set_aside.counted_with(tx, case.connection.id, case.item.subject):
        return True
    if not record.allocations or has_id(case, record):
        return False
    own = customers(case, verdict)
    return verdict.action == "apply" or any(
        it.open == case.item.total and it.customer_id in own for it in case.open_items
    )


def _is_certain(
    tx: Tx, case: Case, verdict: MatchDecision, record: Payment, owners: set[str]
) -> bool:  # fmt: skip
    """The only record of the only payer, about the same day, and no other line that it may be."""
    item = case.item
    parts = {part.invoice_id for part in verdict.allocations}
    explained = {it.customer_id for it in case.open_items if it.invoice_id in parts}
    payers = {it.customer_id for it in case.matched.payers} | {item.customer_id} - {""}
    is_theirs = owners in (payers, explained)
    is_near = abs(record.received - item.received) <= SURE_WITHIN
    return is_theirs and is_near and not _has_rivals(tx, case, record)


def _has_rivals(tx: Tx, case: Case, record: Payment) -> bool:
    """Whether other lines of the bank may be this record."""
    own = case.item
    return any(
        it.subject != own.subject and it.left == it.total
        and plain(it.payer) in ("", plain(own.payer))
        for it in cash.of_totals(
            tx, case.connection.id, {own.total}, since=moved(record.received, -WINDOW),
            until=moved(record.received, WINDOW), kind=BANK, states=set_aside.FREE, locked=False,
        )
    )  # fmt: skip
