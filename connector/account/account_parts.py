"""The parts of a customer's account, each from the rows that tell of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from connector import local_days
from connector.clients.tenants import Connection
from connector.correspondence.letters import ByIntent, LetterState
from connector.correspondence.messages import Asked
from connector.correspondence.purposes import USUAL, For
from connector.correspondence.tracking import Signs
from connector.db import Tx
from connector.decided import approvals
from connector.decided.account_subjects import formal_subject_of, subject_of
from connector.decided.holds import Hold
from connector.disputed import cases, disputes
from connector.rules.modes import Mode
from dunning.customer.account import DueInvoice, SentMessage
from providers.ledger import CreditNote, Invoice, Payment, Record
from providers.money import Money
from providers.rates import Rate

Place = tuple[str, str]
"""(customer id, currency)"""
CORRECTION_MAX = timedelta(days=6)
"""Of a due date; what is more is another date, as that of the next weekly instalment is."""


def due_invoice(
    i: Invoice, open_cases: Sequence[tuple[str, Money]], in_force: Sequence[Hold], *,
    reopened: bool, maybe_paid: bool, referred: bool,
) -> DueInvoice:  # fmt: skip
    """Held as disputed is the part that is in open cases and disputes, or all of it where a person
    said so."""
    about = [hold.kind for hold in in_force if hold.invoice_id == i.id]
    parts = [amount for _, amount in open_cases if amount.currency == i.open.currency]
    part = min(Money.total(parts, i.open.currency), i.open) if parts else None
    return DueInvoice(
        id=i.id, number=i.number, issued=i.issued, due=i.due, total=i.total, open=i.open,
        status=i.status, sent=i.sent, disputed=i.open if "dispute" in about else part,
        case=", ".join(number for number, _ in open_cases), paused="pause" in about,
        reopened=reopened, maybe_paid=maybe_paid, referred=referred,
    )  # fmt: skip


def currencies_of(records: Sequence[Record]) -> list[str]:
    return sorted({r.total.currency for r in records if isinstance(r, Invoice)})


def rates_of(records: Sequence[Record], home: str) -> tuple[Rate, ...]:
    """Those at which the ledger holds invoices, the newest first."""
    invoices = (it for it in records if isinstance(it, Invoice))
    newest = sorted(invoices, key=lambda it: (it.issued, it.id), reverse=True)
    return tuple(rate for it in newest if (rate := it.rate_to(home)))


def credits_of(records: Sequence[Record], currency: str) -> Money:
    parts = [r.open for r in records if isinstance(r, CreditNote)]
    parts += [r.unapplied for r in records if isinstance(r, Payment)]
    return Money.total([part for part in parts if part.currency == currency], currency)


def sent_messages(
    asked: Sequence[Asked], signs_of: Mapping[str, Signs], invoices: Sequence[DueInvoice],
    *, written: Collection[str], letters: ByIntent, declined: Collection[str],
    to: Mapping[str, tuple[str, ...]], said: Mapping[str, For],
) -> list[SentMessage]:  # fmt: skip
    """Every message. A step taken for another due date counts for the present one if that was
    only corrected, by days. A letter on paper went out when a person says that it was posted.
    What came back did not reach the customer.
    `written` are the keys of what else went out in writing, `declined` those of what a person did
    not want, `to` whom mails were handed over to, and `said` what they were for, by key."""
    dues = {invoice.id: invoice.due for invoice in invoices}
    by_message: dict[tuple[datetime, str], list[Asked]] = {}
    for row in asked:
        by_message.setdefault((row.at, row.intent_key), []).append(row)
    sent = []
    for (at, _), rows in by_message.items():
        key, channel = rows[-1].intent_key, rows[-1].channel
        signs = signs_of.get(key, Signs())
        valid = [row for row in rows if _counts(row, dues.get(row.invoice_id))]
        state, ended_at = letters.get(key, (None, None))
        posted = state is LetterState.CONFIRMED
        purpose, said_of = said.get(key, USUAL)
        noted = state is LetterState.DROPPED or all(row.was_left for row in rows)
        sent.append(
            SentMessage(
                step=rows[-1].step, at=ended_at if posted and ended_at else at,
                invoice_ids=tuple(row.invoice_id for row in valid),
                stages=tuple(row.step for row in valid), channel=channel, noted_only=noted,
                in_shadow=all(row.mode == Mode.SHADOW for row in rows) and key not in declined,
                opened=signs.opened, clicked=signs.clicked,
                is_written=(posted or key in written) and not rows[-1].came_back,
                came_back=rows[-1].came_back, to=to.get(key, ()), purpose=purpose, said_of=said_of,
            )
        )  # fmt: skip
    return sorted(sent, key=lambda message: message.at)


def payment_started(
    connection: Connection, invoices: Collection[Invoice], records: Collection[Record],
    pages: Collection[tuple[str, datetime]],
) -> tuple[str, datetime | None]:  # fmt: skip
    """Of which open invoice the pay page was last gone to, and when, unless money came since: the
    ledger dates payments by the day, so one of the same day counts as since. `pages` are (invoice
    id, when)."""
    open_ids = {invoice.id for invoice in invoices if invoice.open}
    opened = [page for page in pages if page[0] in open_ids]
    if not opened:
        return "", None
    page, last = max(opened, key=lambda it: it[1])
    day = local_days.today(connection, last)
    paid = (it for it in records if isinstance(it, Payment))
    return ("", None) if any(payment.received >= day for payment in paid) else (page, last)


def declined_of(
    tx: Tx, connection_id: int, asked: Mapping[Place, Sequence[Asked]]
) -> Collection[str]:
    """The keys of the steps that a person turned down, of those that stand there as shadow's: so
    they were kept before a word of their own was."""
    subjects = [
        of(customer_id, currency)
        for (customer_id, currency), rows in asked.items()
        if any(row.mode == Mode.SHADOW for row in rows)
        for of in (subject_of, formal_subject_of)
    ]
    return approvals.turned_down(tx, connection_id, subjects) if subjects else ()


def disputed_of(
    tx: Tx, connection_id: int, customer_ids: Collection[str]
) -> Mapping[str, Sequence[tuple[str, Money]]]:
    """By invoice, the numbers and amounts of its open deduction cases and disputes."""
    found: dict[str, list[tuple[str, Money]]] = defaultdict(list)
    for case in cases.listed(tx, connection_id, customer_ids=customer_ids):
        found[case.invoice_id].append((str(case.id), case.amount))
    for one in disputes.listed(
        tx, connection_id, states=(disputes.State.OPEN,), customer_ids=customer_ids
    ):
        found[one.claim.invoice_id].append((one.number, one.claim.amount))
    return found


def _counts(row: Asked, due: date | None) -> bool:
    return due is not None and abs(row.due - due) <= CORRECTION_MAX


def paused_reason(in_force: Sequence[Hold]) -> str:
    for hold in in_force:
        if hold.kind == "pause" and not hold.invoice_id:
            return f"paused by {hold.by}: {hold.reason}"
    return ""
