"""Payouts whose money the ledger may hold besides their charges: a person is asked, and neither is
applied by itself meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connector import audit
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.decided.approvals import Approval
from connector.decided.questions import Question
from connector.evidence import payout_pairs, payout_records, payouts
from connector.evidence.payout_records import CLASH, OTHERS
from connector.evidence.payouts import PAIRED, PROCESSORS, REVIEW, WAITING
from connector.mirroring.rereading import NotRead
from connector.money import cash, other_records, set_aside
from connector.money.asides import As
from connector.money.cash import BANK, Item
from connector.money.other_records import subject_of
from connector.money.twin_questions import ALIKE
from connector.rules.modes import ACTING, Mode
from matching.told.payouts import Announced


def is_about(approval: Approval) -> bool:
    return approval.subject.startswith(CLASH)


def is_due(tx: Tx, connection: Connection, mode: Mode, *, at: datetime) -> bool:
    """Whether a person is to be asked about a payout otherwise than is asked now, in this mode for
    cash."""
    return mode in ACTING and any(_next(tx, connection, at=at))


def settle(tx: Tx, connection: Connection, mode: Mode, *, at: datetime) -> None:
    """Ask about each payout that the ledger may hold besides; what is clear by now is not asked
    about any more."""
    if mode not in ACTING:
        return
    new, over = _next(tx, connection, at=at)
    for subject, question in new.items():
        questions.show(
            tx, connection, subject=subject, rule="payout_clash", reasons=question.reasons,
            options=question.options, at=at,
        )  # fmt: skip
    approvals.lapse_all(tx, connection.id, [*over], at=at)
    for payout in over.values():
        payout_pairs.again(tx, connection.id, payout)


def approve(
    tx: Tx, connection: Connection, approval: Approval, *, option: int, by: str, now: datetime
) -> None:
    """The records are other money: the payout's charges count, and its bank line is the payout.

    Raises LookupError where the payout is not known, and CannotSetAside.
    """
    found = [
        it for it in payouts.in_states(tx, connection.id, WAITING, PAIRED, REVIEW)
        if payout_records.subject(it[0]) == approval.subject
    ]  # fmt: skip
    if not found:
        raise LookupError("this payout is not known any more")
    payout, state, line_id = found[0]
    line = payout_pairs.counts_else(tx, connection.id, line_id)
    aside = set_aside.standing(tx, connection.id, line.subject) if line else None
    others = approval.options[option][OTHERS]
    if line and state == REVIEW and aside and aside.of in others:
        why = f"{aside.of} is other money than {payout.processor} payout {payout.id}"
        set_aside.bring_back(tx, connection.id, line, reason=why, by=by, at=now)
    if state == REVIEW:
        payout_pairs.release(tx, connection.id, payout)
    payout_pairs.again(tx, connection.id, payout)
    cash.again(tx, connection.id, cash.fetch(tx, connection.id, others))
    audit.add(
        tx, connection.id, at=now, actor=by, event="payout.told_apart", about=approval.subject,
        decision_id=approval.decision_id, others=others,
    )  # fmt: skip


def why_held(tx: Tx, connection_id: int, item: Item) -> str:
    """Why money is not applied by itself, because it may be counted twice as a payout and as its
    charges; empty if it may be."""
    processor, _, id_ = item.id.partition(":")
    if item.kind == BANK and processor in PROCESSORS:
        told = payouts.of_charge(tx, connection_id, processor, id_)
        unsure = {*payout_records.unsure(tx, connection_id, [payout for payout, _ in told])}
        unsure |= payout_records.unread(tx, connection_id).keys() if told else set()
        for payout, state in told:
            if state == REVIEW or payout_records.subject(payout) in unsure:
                return f"the ledger may hold {_called(payout)} already, in which this charge is"
        return ""
    if item.kind == BANK:
        return ""
    known = [it for it, _, _ in payouts.in_states(tx, connection_id, WAITING, PAIRED, REVIEW)]
    same = [it for it in known if it.amount == item.total]
    for subject, records in payout_records.unsure(tx, connection_id, same).items():
        if item.subject in map(subject_of, records):
            payout = next(it for it in same if payout_records.subject(it) == subject)
            return f"this may be {_called(payout)}, whose charges are the money"
    return ""


def _next(
    tx: Tx, connection: Connection, *, at: datetime
) -> tuple[dict[str, Question], dict[str, Announced]]:
    """What is to be asked that is not asked so yet; and about which payouts it is asked in vain."""
    since = at.date() - ALIKE
    found = payouts.in_states(tx, connection.id, REVIEW)
    found += payouts.in_states(tx, connection.id, PAIRED, WAITING, since=since)
    if not found:
        return {}, {}
    asked = {it.subject: it for it in approvals.waiting_about(tx, connection.id, CLASH)}
    unsure = payout_records.unsure(tx, connection.id, [payout for payout, _, _ in found])
    unread = payout_records.unread(tx, connection.id)
    new: dict[str, Question] = {}
    over: dict[str, Announced] = {}
    for payout, state, line_id in found:
        subject = payout_records.subject(payout)
        line = payout_pairs.counts_else(tx, connection.id, line_id) if state == REVIEW else None
        records = other_records.words(tx, connection.id, unsure.get(subject, ()))
        records |= {it.subject: _refused(it) for it in unread.get(subject, ()) if it.is_refused}
        question = _question(tx, connection.id, payout, records, line)
        if question is None:
            over |= {subject: payout} if subject in asked else {}
        elif not _is_said(tx, connection.id, subject, question, asked):
            new[subject] = question
    return new, over


def _is_said(
    tx: Tx, connection_id: int, subject: str, question: Question, asked: Mapping[str, Approval]
) -> bool:
    """Whether it is asked so, or a person left it as it is."""
    if before := asked.get(subject):
        return (before.summary, before.options) == (question.summary, question.options)
    last = approvals.newest(tx, connection_id, subject)
    is_left = last is not None and last.state == "rejected"
    return last is not None and is_left and last.summary == question.summary


def _question(
    tx: Tx, connection_id: int, payout: Announced, records: Mapping[str, str], line: Item | None
) -> Question | None:
    """`records` are those that may be the payout, in words."""
    words, reasons = {**records}, []
    if words:
        reasons.append(f"the ledger holds {' and '.join(words.values())}, which may be"
                       f" {_called(payout)}; delete or void it there if it is")  # fmt: skip
    aside = set_aside.standing(tx, connection_id, line.subject) if line else None
    if line and aside and aside.as_ is As.SAME:
        reasons.append(
            f"the bank line of {_called(payout)}, {line.subject}, counts with {aside.of}"
            " of the ledger; delete or void that there to count the charges instead"
        )
        words[aside.of] = aside.of
    elif line:
        reasons.append(
            f"the bank line of {_called(payout)}, {line.subject}, was applied before the"
            " payout was known; undo that to count the charges instead"
        )
    if not reasons:
        return None
    are_in = payout_pairs.counted(tx, connection_id, payout)
    reasons.append(f"its charges are {'counted one by one' if are_in else 'not counted'}")
    text = f"{' and '.join(words.values())} is other money: count the charges of the payout"
    option = {"text": text, "allocations": [], OTHERS: [*words]}
    return Question(reasons, [option] if words else [])


def _refused(record: NotRead) -> str:
    return f"payment {record.id}, which it shows on an invoice and did not give out"


def _called(payout: Announced) -> str:
    return f"{payout.processor} payout {payout.id} ({payout.amount})"
