"""What a person is asked about a return of the bank: which receipt it undoes, and what in the
ledger may be the money of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connector import audit
from connector.db import Tx
from connector.decided.questions import Question
from connector.money import other_records, set_aside
from connector.money.asides import Aside
from connector.money.cash import Item
from connector.money.other_records import subject_of
from connector.taken_back.bank_returns import BankReturn
from connector.taken_back.closed_returns import OTHERS, RETURNED, SAME
from connector.taken_back.returned_money import Beside, Receipts
from connector.undoing.still_held import StillHeld
from providers.ledger import Payment

RECORDS_MAX = 5
"""Of one receipt, in an option each."""
Held = Mapping[str, Sequence[Payment]]
"""By receipt, the records of the ledger that may be its money."""


def about(
    tx: Tx, connection_id: int, one: BankReturn, beside: Beside, *, receipts: Receipts, held: Held,
    more: StillHeld | None = None,
) -> Question:  # fmt: skip
    """Of a return that is not closed: which receipt it is. `more` is what else in the ledger may be
    the money of the only one."""
    words = _words(tx, connection_id, held)
    over = [_said_of(tx, connection_id, it, receipts.aside(it)) for it in beside.over]
    reasons = [_took(one), *over]
    if not beside.lines and not beside.over:
        reasons.append(
            "no receipt of that sum is known here; look in the ledger for what it undoes"
        )
    if words:
        reasons.append(
            f"the ledger holds {' and '.join(words.values())}, which may be the money that the bank"
            " took back"
        )
    if more:
        reasons.append(more.why)
    options = []
    for line in beside.lines:
        same = [subject_of(it) for it in held.get(line.subject, ())]
        options += _options(one, line, same, words, others=more.records if more else {})
    options += [_closed_already(it) for it in beside.closed]
    return Question(reasons, options)


def about_closed(
    tx: Tx, connection_id: int, one: BankReturn, line: Item, *, receipts: Receipts, held: Held
) -> Question:  # fmt: skip
    """Of a return whose receipt is closed, while the ledger holds what may be its money."""
    words = _words(tx, connection_id, held)
    records = " and ".join(words.values())
    reasons = [
        _took(one), _said_of(tx, connection_id, line, receipts.aside(line)),
        f"the ledger holds {records}, which may be that money: delete or void it there if it is",
    ]  # fmt: skip
    text = f"{records} is other money; what the bank took back stays closed"
    return Question(
        reasons,
        [{"text": text, "allocations": [], RETURNED: line.subject, OTHERS: [*words]}],
    )  # fmt: skip


def _took(one: BankReturn) -> str:
    return one.words + (f" of {one.payer}" if one.payer else "")


def _words(tx: Tx, connection_id: int, held: Held) -> dict[str, str]:
    records = {subject_of(it): it for some in held.values() for it in some}
    return other_records.words(tx, connection_id, records.values()) if records else {}


def _said_of(tx: Tx, connection_id: int, line: Item, aside: Aside | None) -> str:
    """Why nothing is left to close of a receipt that the bank names."""
    which = f"its receipt of {line.received:%d %b %Y}, {line.subject},"
    if aside is None:
        events = audit.entries(
            tx, connection_id, which=lambda row: row.c.about == line.subject, last=1
        )
        closed = "".join(f" ({it.event} by {it.actor} on {it.at:%d %b %Y})" for it in events)
        return f"{which} is closed{closed}; look at it"
    then = "look at it"
    if aside.of:
        then = (
            f"look at {aside.of}, which counts in its place; once that is deleted or voided, or the"
            " receipt is brought back, it can be closed here"
        )
    return f"{which} was closed by {aside.by} on {aside.at:%d %b %Y}, {aside.words}; {then}"


def _closed_already(line: Item) -> dict[str, Any]:
    what = f"it is {line.total} of {line.received:%d %b %Y} from {line.payer or 'an unknown payer'}"
    text = f"{what}, which is closed as returned already"
    return {"text": text, "allocations": [], RETURNED: line.subject}


def _options(
    one: BankReturn, line: Item, records: Sequence[str], words: Mapping[str, str], *,
    others: Mapping[str, str],
) -> list[dict[str, Any]]:  # fmt: skip
    """`records` may each be the money of the receipt; `others` in part or together only."""
    what = f"it is {line.total} of {line.received:%d %b %Y} from {line.payer or 'an unknown payer'}"
    if line.total.currency == one.amount.currency and line.total < one.amount:
        what += f", with {one.amount - line.total} that may be the bank's fee"
    about_it: dict[str, Any] = {"allocations": [], RETURNED: line.subject}
    if not set_aside.is_free(line):
        text = f"{what}: undo what was applied of it, and close it as returned"
        return [about_it | {"text": text}]
    others = {it: words[it] for it in records} | {**others}
    if not others:
        return [about_it | {"text": f"{what}: close it as returned"}]
    return [
        *(
            about_it | {"text": f"{what}, and so is {words[it]}: count it once", SAME: it}
            for it in records[:RECORDS_MAX]
        ),
        about_it | {"text": f"{what}, and {' and '.join(others.values())} is other money:"
                            " close it as returned", OTHERS: [*others]},
    ]  # fmt: skip
