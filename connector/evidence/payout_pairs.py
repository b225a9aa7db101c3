"""Which bank lines are payouts, and whether charges or what the ledger holds are the money: neither
counts twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from connector import audit, db
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.evidence import payout_records, payouts
from connector.evidence.payouts import PAIRED, PROCESSORS, REVIEW, WAITING
from connector.money import cash, set_aside
from connector.money.asides import As
from connector.money.cash import BANK, Item, Standing
from matching.facts.items import Cash
from matching.told.payouts import EARLY, Announced, pair
from providers.money import Money
from providers.processors import charges
from providers.receipts import Payout

OVERDUE = "payout_overdue:"
"""Of what people are told about one whose bank line does not come; the payout follows."""
TOLD_FOR = timedelta(days=365)
"""How long after its day one that people are told of is looked for: as late as a year's books are
brought."""


def keep(tx: Tx, connection: Connection, found: Sequence[Payout], *, by: str, at: datetime) -> int:
    """Keep payouts and their charges as money to be matched; returns how many are new.

    Where the bank line of a payout was applied or counted with a record of the ledger before the
    payout was known, or the ledger holds what may be it, its charges do not count: a person must
    look. Raises CannotKeep.
    """
    cash.hold(tx, connection.id)
    db.one_at_a_time(tx, "payouts", connection.id)
    new = [payout for payout in found if payouts.store(tx, connection.id, payout, at)]
    payout_records.look_for(tx, connection.id, [Announced.of(it) for it in new], now=at)
    pair_up(tx, connection, at=at)
    arrived = 0
    for payout in new:
        if payouts.state(tx, connection.id, payout) != REVIEW:
            arrived += cash.arrive(tx, connection.id, charges.receipts(payout))
        back = charges.reversals(payout)
        audit.add(
            tx, connection.id, at=at, actor=by, event="payout.kept",
            about=f"payout:{payout.processor}:{payout.id}", amount=str(payout.amount),
            charges=len(payout.charges), fees=str(payout.fees),
            taken_back=[f"{p.about or p.id} {p.net}" for p in back],
        )  # fmt: skip
        if back:
            questions.show(
                tx, connection, subject=f"payout:{payout.id}", rule="payout_reversal", at=at,
                reasons=[f"{payout.processor} took back {-p.net} of an earlier charge"
                         f" ({p.about or p.id}: {p.description})" for p in back],
            )  # fmt: skip
    return len(new)


def pair_up(tx: Tx, connection: Connection, *, at: datetime) -> None:
    """Find the bank lines that are payouts: they are closed, for the charges are the money. A
    payout that the ledger may hold in a record of its own is left to a person, until that is
    gone."""
    db.one_at_a_time(tx, "payouts", connection.id)
    held, free = _moved_on(tx, connection.id, at)
    for payout in held:
        payouts.stand(tx, connection.id, payout, REVIEW)
    for payout in free:
        release(tx, connection.id, payout)
    pairs, unclear = _pairs(tx, connection.id, at=at, locked=True)
    for item, announced in pairs:
        _join(tx, connection, item, announced, at=at)
    for item, why in unclear:
        cash.stand(tx, connection.id, item, Standing.REVIEW, at=at)
        questions.show(
            tx, connection, subject=item.subject, rule="payout_unclear", reasons=[why], at=at
        )


def is_due(tx: Tx, connection_id: int, *, at: datetime) -> bool:
    """Whether a payout that waits has its bank line, or a person is to be asked which it is, or it
    is to wait no longer, or again."""
    return bool(_looked_for(tx, connection_id, at)) and (
        any(_moved_on(tx, connection_id, at)) or any(_pairs(tx, connection_id, at=at, locked=False))
    )


def release(tx: Tx, connection_id: int, payout: Announced) -> None:
    """It is looked for again, and its charges count."""
    payouts.stand(tx, connection_id, payout, WAITING)
    cash.arrive(tx, connection_id, charges.receipts(payouts.body(tx, connection_id, payout)))
    again(tx, connection_id, payout)


def again(tx: Tx, connection_id: int, payout: Announced) -> None:
    """Its charges that wait for a person are decided on again."""
    cash.again(tx, connection_id, counted(tx, connection_id, payout))


def counted(tx: Tx, connection_id: int, payout: Announced) -> list[Item]:
    """Its charges that count as money."""
    found = charges.receipts(payouts.body(tx, connection_id, payout))
    return cash.fetch(tx, connection_id, [f"{BANK}:{it.account}:{it.bank_id}" for it in found])


def counts_else(tx: Tx, connection_id: int, line_id: str) -> Item | None:
    """The bank line of a payout, where it counts as other money."""
    item = cash.find(tx, connection_id, BANK, line_id) if line_id else None
    return item if item and item.state not in (*set_aside.FREE, Standing.IGNORED) else None


def _pairs(
    tx: Tx, connection_id: int, *, at: datetime, locked: bool
) -> tuple[list[tuple[Item, Announced]], list[tuple[Item, str]]]:  # fmt: skip
    """Bank lines, each with the payout that it is; and those about which a person is still to be
    asked, each with the reason."""
    waiting = _waiting(tx, connection_id, at)
    if not waiting:
        return [], []
    since = min(payout.arrived for payout in waiting) - EARLY
    totals = {payout.amount for payout in waiting}
    found = cash.of_totals(tx, connection_id, totals, since=since, kind=BANK, locked=locked)
    closed = [item.subject for item in found if item.state is Standing.CLOSED]
    asides = set_aside.about(tx, connection_id, closed)
    same = {it.subject for it in asides if it.as_ is As.SAME}
    lines = {
        item.subject: item
        for item in found
        if is_from_bank(item) and (item.state is not Standing.CLOSED or item.subject in same)
    }
    pairs = pair([_cash(item) for item in lines.values()], waiting)
    unclear = [(lines[subject], why) for subject, why in pairs.unclear.items()]
    return (
        [(lines[subject], announced) for subject, announced in pairs.by_line.items()],
        [(item, why) for item, why in unclear if item.state in (Standing.NEW, Standing.SHADOW)],
    )


def _join(
    tx: Tx, connection: Connection, item: Item, announced: Announced, *, at: datetime
) -> None:
    """One bank line is one payout. If it counts as other money already, a person must look."""
    clash = item.state not in (*set_aside.FREE, Standing.IGNORED)
    payouts.stand(tx, connection.id, announced, REVIEW if clash else PAIRED, line_id=item.id)
    audit.add(
        tx, connection.id, at=at, actor="ledgerhand",
        event="payout.clash" if clash else "payout.paired", about=item.subject,
        payout=announced.id, amount=str(announced.amount),
    )  # fmt: skip
    if clash:
        return
    cash.stand(tx, connection.id, item, Standing.CLOSED, left=Money.zero(item.left.currency), at=at)
    set_aside.end(tx, connection.id, item.subject, by=set_aside.US, at=at)
    approvals.lapse(tx, connection.id, item.subject, at=at)


def _waiting(tx: Tx, connection_id: int, at: datetime) -> list[Announced]:
    return [it for it, state, _ in _looked_for(tx, connection_id, at) if state == WAITING]


def _looked_for(
    tx: Tx, connection_id: int, at: datetime
) -> list[tuple[Announced, str, str]]:  # fmt: skip
    """Those left to a person; and those that wait, for a time, for longer while a person is told
    that the line of the bank is missing, or as long as it is known which line it is."""
    since, told_since = at.date() - payouts.LOOKED_FOR, at.date() - TOLD_FOR
    found = payouts.in_states(tx, connection_id, WAITING, REVIEW)
    told = {it.subject for it in approvals.waiting_about(tx, connection_id, OVERDUE)}
    return [
        it for it in found
        if it[1] == REVIEW or it[2] or it[0].arrived >= since
        or (it[0].arrived >= told_since and overdue(it[0]) in told)
    ]  # fmt: skip


def _moved_on(
    tx: Tx, connection_id: int, at: datetime
) -> tuple[list[Announced], list[Announced]]:  # fmt: skip
    """Those that wait and that the ledger may hold, also where that is not read yet; and those left
    to a person for which nothing speaks any more but that they are payouts."""
    found = _looked_for(tx, connection_id, at)
    unsure: set[str] = {*payout_records.unsure(tx, connection_id, [it for it, _, _ in found])}
    unsure |= payout_records.unread(tx, connection_id).keys() if found else set()
    held, free = [], []
    for payout, state, line_id in found:
        is_held = payout_records.subject(payout) in unsure
        if state == WAITING and is_held:
            held.append(payout)
        elif state == REVIEW and not is_held and not counts_else(tx, connection_id, line_id):
            free.append(payout)
    return held, free


def overdue(payout: Announced) -> str:
    """Of what people are told about one whose bank line does not come."""
    return f"{OVERDUE}{payout.processor}:{payout.id}"


def is_from_bank(item: Item) -> bool:
    """Whether a line is no charge that came out of a payout itself."""
    return not item.id.startswith(tuple(f"{name}:" for name in PROCESSORS))


def _cash(item: Item) -> Cash:
    return Cash(item.subject, item.customer_id, item.total, item.received, item.payer, item.text)
