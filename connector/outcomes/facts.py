"""What the database holds about a company's outcomes, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from connector.clients import meter, sweeps
from connector.clients.tenants import Connection
from connector.correspondence import messages
from connector.db import Tx
from connector.decided import account_subjects, approvals
from connector.decided.approvals import Approval
from connector.disputed import cases, disputes
from connector.mirroring import mirror
from connector.money import cash
from connector.money.cash import EVERY, Standing
from connector.outcomes.book import Book, Period, books_of
from connector.outcomes.contact import Contact
from connector.outcomes.figure import Evidence
from connector.outcomes.receivable import WrittenOff
from connector.outcomes.resolution import Answer, Case, Dispute, Outcome
from connector.outcomes.spending import Work
from connector.outgoing import intents
from connector.outgoing.intents import Step
from connector.rules import policy
from connector.rules.costs import BadDebt, Costs
from connector.rules.modes import Capability
from providers.ledger import (
    RECEIVED,
    CreditDifference,
    CreditNote,
    Customer,
    Invoice,
    Kind,
    Payment,
    Record,
)

READ = (Kind.CUSTOMER, Kind.INVOICE, Kind.CREDIT_NOTE, *RECEIVED)


@dataclass(frozen=True, slots=True)
class Facts:
    """One company. Days are in its zone, but for `calls`, which are by UTC day as the vendors
    count them. `written_off` is None where the client marks no credits as bad debt."""

    today: date
    begins: date
    books: dict[str, Book]
    names: dict[str, str]
    contacts: tuple[Contact, ...]
    cases: tuple[Case, ...]
    answers: tuple[Answer, ...]
    disputes: tuple[Dispute, ...]
    written_off: tuple[WrittenOff, ...] | None
    calls: tuple[tuple[date, int], ...]
    answered_on: tuple[date, ...]
    prices: Costs | None

    def work(self, period: Period) -> Work:
        return Work(
            calls=sum(count for day, count in self.calls if day in period),
            messages=sum(contact.on in period for contact in self.contacts),
            answers=sum(day in period for day in self.answered_on),
        )


class NotImported(ValueError):
    """The first import is not over: there is nothing to report yet."""


def read(tx: Tx, connection: Connection, now: datetime) -> Facts:
    """Everything that reports are made of. Raises NotImported."""
    zone = ZoneInfo(connection.time_zone)
    imported_at = sweeps.progress(tx, connection.id).imported_at
    if imported_at is None:
        raise NotImported(f"the first import of {connection.name} is not over yet")
    rules = policy.current(tx, connection.client_id).policy
    records = mirror.everything(tx, connection.id, READ)
    answers = [
        (one, one.ended_at.astimezone(zone).date())
        for one in approvals.persons_answers(tx, connection.id)
        if one.ended_at
    ]
    disputes = _disputes(tx, connection.id, zone)
    begins = imported_at.astimezone(zone).date()
    facts = Facts(
        today=now.astimezone(zone).date(),
        begins=begins,
        books=books_of(
            [one for one in records if isinstance(one, Invoice)],
            (one for one in records if isinstance(one, Payment)),
            begins=begins, zone=zone,
        ),
        names={one.id: one.name for one in records if isinstance(one, Customer)},
        contacts=tuple(_contacts(tx, connection.id, zone)),
        cases=tuple(_cases(tx, connection.id, begins, {one.subject for one, _ in answers})),
        answers=tuple(_of_reminders(answers)),
        disputes=tuple(disputes),
        written_off=None,
        calls=tuple((day, calls) for day, _, calls in meter.days(tx, connection.id, date.min)),
        answered_on=(*(day for _, day in answers), *(one.closed for one in disputes)),
        prices=rules.costs,
    )  # fmt: skip
    if not rules.bad_debt.is_set:
        return facts
    return replace(
        facts, written_off=tuple(_written_off(tx, connection.id, records, rules.bad_debt))
    )


def _contacts(tx: Tx, connection_id: int, zone: ZoneInfo) -> Iterable[Contact]:
    sent = intents.confirmed_keys(tx, connection_id, "send_reminder")
    for row in messages.contacts(tx, connection_id):
        if row.intent_key in sent:
            yield Contact(
                row.customer_id, frozenset(row.invoice_ids), row.sent_at.astimezone(zone).date(),
                row.step, row.decision_id,
            )  # fmt: skip


def _cases(
    tx: Tx, connection_id: int, begins: date, answered: set[str]
) -> Iterable[Case]:  # fmt: skip
    """Money that somebody else placed was placed with help."""
    alone = {Standing.APPLIED, Standing.IGNORED}
    for item in cash.listed(tx, connection_id, tuple(Standing), EVERY):
        outcome = Outcome.OPEN
        if item.state in alone:
            outcome = Outcome.HELPED if item.subject in answered else Outcome.ALONE
        elif item.state is Standing.CLOSED:
            outcome = Outcome.HELPED
        text = f"{item.subject} of {item.received}: {outcome}"
        evidence = Evidence(item.customer_id, text, item.total, item.decision_id)
        yield Case(max(item.received, begins), item.total.currency, outcome, evidence)


def _of_reminders(answers: Sequence[tuple[Approval, date]]) -> Iterable[Answer]:
    """One in each currency of the message that was asked about. Their subject names a customer and
    the first of them, see account_subjects."""
    for one, day in answers:
        kind, _, id_ = one.subject.partition(":")
        if one.capability == Capability.REMIND and kind in account_subjects.KINDS:
            customer_id, _, currency = id_.rpartition("/")
            reminders = (option.get("reminder", {}) for option in one.options)
            besides = (it for reminder in reminders for it in reminder.get("besides", ()))
            for name in sorted({currency, *(it["total"]["currency"] for it in besides)}):
                yield Answer(customer_id, name, day)


def _disputes(tx: Tx, connection_id: int, zone: ZoneInfo) -> list[Dispute]:
    return [
        Dispute(
            one.opened_at.astimezone(zone).date(), one.closed_at.astimezone(zone).date(),
            one.amount,
            Evidence(one.customer_id, f"case {one.id} ({one.kind}): {one.outcome}", one.amount,
                     one.decision_id),
        )
        for one in cases.listed(tx, connection_id, states=(cases.CLOSED, cases.BOOKED))
        if one.closed_at is not None and one.closed_by != "ledgerhand"
    ] + [
        Dispute(
            one.at.astimezone(zone).date(), one.ended_at.astimezone(zone).date(), one.claim.amount,
            Evidence(one.claim.customer_id, f"dispute {one.number} ({one.claim.type.words}),"
                     f" {one.state}: {one.outcome}", one.claim.amount),
        )
        for one in disputes.listed(tx, connection_id, states=disputes.ENDINGS)
        if one.ended_at is not None
    ]  # fmt: skip


def _written_off(
    tx: Tx, connection_id: int, records: Iterable[Record], marked: BadDebt
) -> Iterable[WrittenOff]:
    """What was booked from here is a credit note of the ledger as well, and counts once."""
    booked: set[str] = set()
    for intent in intents.in_states(
        tx, connection_id, Step.CONFIRMED, names=("credit_difference",)
    ):
        effect = intent.effect
        if isinstance(effect, CreditDifference) and effect.account in marked.accounts:
            booked.add(intent.receipt)
            text = f"{effect.amount} on {effect.on}, booked to account {effect.account}"
            yield WrittenOff(effect.on, effect.amount, Evidence(
                effect.customer_id, text, effect.amount, intent.decision_id
            ))  # fmt: skip
    for note in records:
        is_marked = (
            isinstance(note, CreditNote)
            and note.id not in booked
            and note.number.startswith(marked.credit_numbers)
        )
        if is_marked and isinstance(note, CreditNote):
            text = f"credit {note.number} of {note.issued}"
            yield WrittenOff(
                note.issued, note.total, Evidence(note.customer_id, text, note.total)
            )  # fmt: skip
