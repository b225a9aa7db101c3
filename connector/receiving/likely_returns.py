"""Debits of files that do not mark what takes an earlier credit back, CSV and OFX: which of them
very likely do. A person is asked about each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from connector import audit
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.local_days import moved
from connector.money import cash, set_aside
from connector.money.asides import As
from connector.money.cash import BANK, Item
from connector.taken_back import bank_returns
from connector.taken_back.bank_returns import (
    LOOKED_FOR,
    REFERENCE_CHARACTERS_MIN,
    SUBJECT,
    UNMARKED,
    BankReturn,
    State,
)
from connector.taken_back.returned_money import Receipts
from providers.bank.identity import is_reference, plain
from providers.bank.return_words import says_returned, words
from providers.money import Money
from providers.receipts import Receipt

RULE = "return_otherwise"
OTHERWISE = "returned:"
"""Of what people are asked about one that names another receipt than the one they agreed to."""
OPEN = (State.WAITING, State.ASKED)
AGREED = (State.AGREED, State.CLOSED)
TOTALS_MAX = 5_000
"""In one query."""
NAME_CHARACTERS_MIN = 3
COMMON = frozenset(words(
    "ach bank bill card cash check cheque credit debit deposit direct from giro iban incoming inv"
    " invoice number online order outgoing payment ref reference sepa standing the transfer wire"
    " auftrag ausgang eingang gutschrift rechnung uberweisung ueberweisung zahlung facture paiement"
    " virement factura pago transferencia betaling factuur overboeking bonifico fattura"
))  # fmt: skip
"""Words that stand in the lines of anybody's money."""


def found(tx: Tx, connection_id: int, debits: Sequence[Receipt]) -> list[Receipt]:
    """Those that come to a receipt of that account, at most 120 days older, and have a word of
    return, or that receipt's text, payer or reference. What another file told of already is left
    out, one for one."""
    likely = []
    for one, near in _beside(tx, connection_id, debits):
        debit = _Debit.of(one)
        if debit.says_returned or any(map(debit.has, near)):
            likely.append(one)
    return _new(tx, connection_id, likely)


def give_way(
    tx: Tx, connection: Connection, marked: Sequence[Receipt], *, by: str, at: datetime
) -> list[str]:  # fmt: skip
    """Another file marks what only looked like a return: one for one, that counts instead. Where a
    person agreed already, it takes over what was agreed, and a person is asked only if it names
    another receipt. Returns what was agreed already, in sentences. For whoever holds the money of
    the company (`cash.hold`)."""
    if not marked:
        return []
    days = [one.received for one in marked]
    known = bank_returns.of_days(tx, connection.id, min(days), max(days))
    ids = {it.id for it in known}
    open_ = [it for it in known if it.subject == UNMARKED and it.state in OPEN]
    agreed = [it for it in known if it.state in AGREED and _was_suspected(tx, connection.id, it)]
    receipts = Receipts(tx, connection.id, [*map(bank_returns.seen, marked)])
    told = []
    for one in marked:
        if f"{one.account}:{one.bank_id}" in ids:
            continue
        now = bank_returns.seen(one)
        named = {it.subject for it in receipts.named_by(now)}
        if same := _same(now, [it for it in agreed if it.subject in named], open_, agreed):
            free = open_ if same in open_ else agreed
            free.remove(same)
            if free is agreed:
                told += _take_over(tx, connection, same, one, named, by=by, at=at)
                continue
            approvals.lapse(tx, connection.id, f"{SUBJECT}{same.id}", at=at)
            bank_returns.stand(tx, connection.id, same, State.LEFT)
    return told


def _same(now: BankReturn, *free: Sequence[BankReturn]) -> BankReturn | None:
    """The first of the same account, day and amount."""
    place = (now.account, now.day, now.amount)
    return next((it for some in free for it in some if place == (it.account, it.day, it.amount)),
                None)  # fmt: skip


def _was_suspected(tx: Tx, connection_id: int, one: BankReturn) -> bool:
    """Whether no bank marked it: what was agreed of it stands where that was written before."""
    about = f"{SUBJECT}{one.id}"
    return bool(audit.entries(
        tx, connection_id, last=1,
        which=lambda row: (row.c.about == about) & (row.c.event == bank_returns.SUSPECTED),
    ))  # fmt: skip


def _take_over(
    tx: Tx, connection: Connection, before: BankReturn, one: Receipt, named: Collection[str], *,
    by: str, at: datetime,
) -> list[str]:  # fmt: skip
    bank_returns.keep(tx, connection.id, [one], by=by, at=at)
    kept = bank_returns.find(tx, connection.id, f"{one.account}:{one.bank_id}")
    assert kept is not None, "it was kept just now"
    bank_returns.stand(tx, connection.id, kept, before.state, subject=before.subject)
    bank_returns.stand(tx, connection.id, before, State.LEFT, subject=UNMARKED)
    told = [f"{kept.words}: a person agreed to that before, by a file that did not mark it"]
    if named and before.subject not in named:
        why = (
            f"{kept.words}. By a file that did not mark it, a person agreed that it was"
            f" {before.subject}; the bank names {' and '.join(sorted(named))}. If the bank is"
            " right, bring the first back and set the other aside as returned"
        )
        questions.show(
            tx, connection, subject=f"{OTHERWISE}{kept.id}", rule=RULE, reasons=[why], at=at
        )
        told.append(why)
    return told


def _beside(
    tx: Tx, connection_id: int, debits: Sequence[Receipt]
) -> Iterator[tuple[Receipt, list[_Marks]]]:
    """The debits that are as much as a receipt before them that was not taken back yet, with what
    tells these."""
    for start in range(0, len(debits), TOTALS_MAX):
        some = debits[start : start + TOTALS_MAX]
        first, last = (pick(one.received for one in some) for pick in (min, max))
        lines = cash.of_totals(
            tx, connection_id, {one.amount for one in some}, since=moved(first, -LOOKED_FOR),
            until=last, kind=BANK, locked=False,
        )  # fmt: skip
        asides = set_aside.about(tx, connection_id, [line.subject for line in lines])
        gone = {it.subject for it in asides if it.as_ not in (As.SAME, As.TOLD_TWICE)}
        told: dict[tuple[str, Money], list[_Marks]] = defaultdict(list)
        for line in lines:
            if line.subject not in gone:
                told[line.id.rpartition(":")[0], line.total].append(_Marks.of(line))
        for one in some:
            first = moved(one.received, -LOOKED_FOR)
            all_ = told[one.account, one.amount]
            near = [it for it in all_ if first <= it.day <= one.received]
            if near:
                yield one, near


@dataclass(frozen=True, slots=True)
class _Marks:
    """What tells a receipt in the text of a debit: who paid it and its text, as words of which one
    says something, and its references."""

    day: date
    phrases: tuple[str, ...]
    references: tuple[str, ...]

    @classmethod
    def of(cls, line: Item) -> _Marks:
        told = ((line.payer, NAME_CHARACTERS_MIN), (line.text, REFERENCE_CHARACTERS_MIN))
        phrases = (_phrase(words(text), least) for text, least in told)
        own = [plain(it) for it in (line.end_to_end_id, line.bank_reference) if is_reference(it)]
        return cls(
            line.received,
            tuple(filter(None, phrases)),
            tuple(it for it in own if len(it) >= REFERENCE_CHARACTERS_MIN),
        )


@dataclass(frozen=True, slots=True)
class _Debit:
    """What a debit says, read once; `spaced` are its words, `run` all its signs together."""

    spaced: str
    run: str
    says_returned: bool

    @classmethod
    def of(cls, one: Receipt) -> _Debit:
        told = f"{one.payer} {one.reference}"
        run = plain(f"{told} {one.end_to_end_id} {one.bank_reference}")
        return cls(f" {' '.join(words(told))} ", run, says_returned(told))

    def has(self, marks: _Marks) -> bool:
        named = any(phrase in self.spaced for phrase in marks.phrases)
        return named or any(reference in self.run for reference in marks.references)


def _phrase(mine: Sequence[str], characters_min: int) -> str:
    """The words one after the other; empty where none of them tells anything."""
    is_telling = any(len(it) >= NAME_CHARACTERS_MIN and it not in COMMON for it in mine)
    is_long = len("".join(mine)) >= characters_min
    return f" {' '.join(mine)} " if is_telling and is_long else ""


def _new(tx: Tx, connection_id: int, likely: Sequence[Receipt]) -> list[Receipt]:
    """Without those that are known from another file, whatever that said of them."""
    if not likely:
        return []
    days = [one.received for one in likely]
    known = bank_returns.of_days(tx, connection_id, min(days), max(days))
    ids, own = {it.id for it in known}, {f"{one.account}:{one.bank_id}" for one in likely}
    told = Counter((it.account, it.day, it.amount) for it in known if it.id not in own)
    kept = []
    for one in likely:
        place = (one.account, one.received, one.amount)
        if f"{one.account}:{one.bank_id}" not in ids and told[place]:
            told[place] -= 1
        else:
            kept.append(one)
    return kept
