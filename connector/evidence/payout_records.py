"""Records of the ledger that may be a processor's payout as somebody entered it, in one sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from connector.db import Tx
from connector.decided import approvals
from connector.evidence import payouts
from connector.evidence.payouts import PAIRED, REVIEW, WAITING
from connector.local_days import moved
from connector.mirroring import mirror, rereading
from connector.mirroring.rereading import NotRead
from connector.money import shown_payments
from connector.money.other_records import Records, Sought, subject_of
from connector.money.shown_payments import Shown
from connector.money.twin_questions import WINDOW
from matching.told.payouts import Announced
from providers.ledger import Invoice, Kind, Payment, Record

CLASH = "payout_clash:"
"""Of what people are asked about one; its processor and its id follow."""
OTHERS = "others"
"""Marks an option: the records that are other money."""


def subject(payout: Announced) -> str:
    return f"{CLASH}{payout.processor}:{payout.id}"


def unsure(
    tx: Tx, connection_id: int, payouts: Sequence[Announced]
) -> dict[str, list[Payment]]:  # fmt: skip
    """By the subject of a payout, the records of its sum about its day, whoever's they are, of
    which no person said that they are other money."""
    if not payouts:
        return {}
    records = Records.read(
        tx, connection_id, {it.amount for it in payouts}, {it.arrived for it in payouts}
    )
    found: dict[str, list[Payment]] = {}
    for one in payouts if records.found else ():
        about = subject(one)
        near = records.of(Sought(about, frozenset({one.amount}), one.arrived))
        said = _said_to_be_other(tx, connection_id, about) if near else set()
        if left := [it for it in near if subject_of(it) not in said]:
            found[about] = left
    return found


def look_for(tx: Tx, connection_id: int, new: Sequence[Announced], *, now: datetime) -> None:
    """Ask for what the ledger shows on invoices alone and may be one of these new payouts."""
    found = shown_payments.unread(
        tx, connection_id, {it.amount for it in new}, [it.arrived for it in new]
    )
    _ask_for(tx, connection_id, new, found, now=now)


def observe(tx: Tx, connection_id: int, news: Sequence[Record], *, now: datetime) -> None:
    """Ask for the payments on these invoices that may be a payout."""
    invoices = [it for it in news if isinstance(it, Invoice) and it.payments]
    if not invoices:
        return
    first = min(paid.received for it in invoices for paid in it.payments)
    states, since = (WAITING, PAIRED, REVIEW), moved(first, -WINDOW)
    known = [it for it, _, _ in payouts.in_states(tx, connection_id, *states, since=since)]
    found = shown_payments.on(invoices, {it.arrived for it in known}, {it.amount for it in known})
    _ask_for(tx, connection_id, known, shown_payments.new(tx, connection_id, found), now=now)


def unread(tx: Tx, connection_id: int) -> dict[str, list[NotRead]]:
    """By the subject of a payout, the payments that may be it and that were asked for and did not
    come; not what a person said is other money."""
    asked_for = rereading.not_read(tx, connection_id, why=CLASH)
    ids = {it.id for records in asked_for.values() for it in records}
    came = {it.id for it in mirror.fetch(tx, connection_id, Kind.PAYMENT, ids)} if ids else set()
    found: dict[str, list[NotRead]] = {}
    for about, records in asked_for.items():
        said = _said_to_be_other(tx, connection_id, about)
        if left := [it for it in records if it.id not in came and it.subject not in said]:
            found[about] = left
    return found


def _ask_for(
    tx: Tx, connection_id: int, new: Sequence[Announced], found: Sequence[Shown], *, now: datetime
) -> None:  # fmt: skip
    of_sum = defaultdict(list)
    for it in found:
        of_sum[it.paid.amount].append(it)
    for one in new if found else ():
        near = of_sum.get(one.amount, ())
        places = [it.place for it in near if shown_payments.is_about(it.paid, one.arrived)]
        rereading.hint_at(tx, connection_id, places, why=subject(one), now=now)


def _said_to_be_other(tx: Tx, connection_id: int, about: str) -> set[str]:
    answers = approvals.choices(tx, connection_id, [about])
    return {it for answer in answers for it in answer.get(OTHERS, ())}
