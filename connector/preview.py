"""What switching reminders on, or another policy, would do; nothing is stored and nothing sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from connector import (
    agenda,
    approvals,
    collecting,
    intents,
    local_days,
    messages,
    mirror,
    taking,
)
from connector.accounts import accounts_of
from connector.db import Tx
from connector.deps import Deps
from connector.tenants import Connection
from dunning.account import Account, DueInvoice
from dunning.decide import next_step
from dunning.decision import Ask, Send
from dunning.hours import hours_of
from dunning.plan import plan
from dunning.policy import DunningPolicy
from dunning.ramp import Waiting, admit
from providers.ledger import Invoice, Kind, Status
from providers.money import Money

PLAN_BEFORE = timedelta(days=61)
PLAN_DAYS = 500
"""Longer than any sequence: a step comes 60 days before the due date at the earliest and 365 after
it at the latest, and may wait for the messages before it."""
ANY = Money.of(1, "USD")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one customer in one currency. `total` is what it asks for."""

    customer_id: str
    name: str
    step: str
    total: Money


@dataclass(frozen=True, slots=True)
class Question:
    """An account that is put before a person instead of being written to."""

    customer_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class FirstDay:
    """The first working day from now on. `at` is when its business begins, or now, aware UTC.

    `letters` go out on it, `later` are due too and wait for another day, `per_day` at a time.
    """

    at: datetime
    per_day: int
    letters: tuple[Letter, ...]
    later: tuple[Letter, ...]
    asks: tuple[Question, ...]

    @property
    def customers(self) -> int:
        """How many customers are written to on the first day."""
        return len({letter.customer_id for letter in self.letters})

    @property
    def rest_waits(self) -> int:
        """How many more are due, and not written to on that day."""
        written = {letter.customer_id for letter in self.letters}
        return len({letter.customer_id for letter in self.later} - written)

    @property
    def due(self) -> int:
        return self.customers + self.rest_waits

    @property
    def totals(self) -> tuple[Money, ...]:
        """What is asked for on the first day, by currency."""
        currencies = sorted({letter.total.currency for letter in self.letters})
        return tuple(
            Money.total([x.total for x in self.letters if x.total.currency == currency], currency)
            for currency in currencies
        )


def first_day(deps: Deps, connection: Connection, policy: DunningPolicy) -> FirstDay:
    """What reminders would do on the next working day, as the collector itself decides it.

    Raises ValueError for a connection whose time zone is unknown.
    """
    now = deps.now()
    at = hours_of(policy, connection.time_zone).next_open(now)
    letters: list[Waiting] = []
    later: list[Waiting] = []
    asks: list[Question] = []
    with deps.reading() as tx:
        written = _written_before(tx, connection, at, now)
        owing = {customer_id for customer_id, _ in mirror.owed(tx, connection.id, gross=True)}
        for portion in portions(agenda.everybody(tx, connection.id)):
            customer_ids = [customer_id for customer_id in portion if customer_id in owing]
            ready: list[Waiting] = []
            for account in accounts(tx, connection, customer_ids, at):
                step = next_step(account, policy, at)
                if isinstance(step, Send):
                    ready.append((account, step))
                elif isinstance(step, Ask):
                    asks.append(Question(account.customer_id, account.name, step.reason))
            admitted, others = admit(ready, policy, written_today=written)
            written += len({account.customer_id for account, _ in admitted})
            letters += [one for one in admitted if not is_under_way(tx, connection, one[0])]
            later += others
    return FirstDay(at, policy.ramp_per_day, _letters(letters), _letters(later), tuple(asks))


def newest_invoice(tx: Tx, connection_id: int) -> Invoice | None:
    """The newest open invoice with a due date: something real to show dates for."""
    found = mirror.open_records(tx, connection_id, [Kind.INVOICE])
    dated = [record for record in found if isinstance(record, Invoice) and record.due]
    return max(dated, key=lambda invoice: (invoice.issued, invoice.id), default=None)


def dates(
    policy: DunningPolicy, due: date, time_zone: str, *, issued: date | None = None
) -> list[tuple[str, datetime]]:
    """When an unpaid invoice takes each step, if nothing else of its customer is open: the name of
    the step and its moment in the zone (IANA name). Raises ValueError for an unknown zone.
    """
    first = issued or due - PLAN_BEFORE
    invoice = DueInvoice("1", "1", first, due, total=ANY, open=ANY, status=Status.OPEN)
    account = Account(
        "1", "", ("any@customer.example",), ANY.currency, (invoice,), Money.zero(ANY.currency),
        time_zone,
    )  # fmt: skip
    limitless = policy.model_copy(update={"minimum": {}, "remind_at_most": {}})
    zone = hours_of(policy, time_zone).zone
    start = datetime.combine(min(first, due), time.min, zone)
    return [
        (planned.what.step, planned.at.astimezone(zone))
        for planned in plan(account, limitless, start, days=PLAN_DAYS)
        if isinstance(planned.what, Send)
    ]


def _written_before(tx: Tx, connection: Connection, at: datetime, now: datetime) -> int:
    """How much of the day's ramp is used up already, if the day is today."""
    today = local_days.today(connection, now)
    if local_days.today(connection, at) != today:
        return 0
    midnight, _ = local_days.span(connection, today)
    return messages.customers_asked_since(tx, connection.id, midnight)


def portions(customer_ids: Sequence[str]) -> list[Sequence[str]]:
    """Customers in the portions in which the collector looks at them."""
    size = collecting.ACCOUNTS_MAX
    return [customer_ids[first : first + size] for first in range(0, len(customer_ids), size)]


def accounts(
    tx: Tx, connection: Connection, customer_ids: Sequence[str], at: datetime
) -> list[Account]:
    return [
        account
        for found in accounts_of(tx, connection, customer_ids, at).values()
        for account in found
    ]


def is_under_way(tx: Tx, connection: Connection, account: Account) -> bool:
    """A message that waits for a person, or is on its way already, is not written once more."""
    subject = taking.subject_of(account.customer_id, account.currency)
    waiting = approvals.is_waiting(tx, connection.id, subject)
    return bool(waiting and waiting.options) or intents.is_open(tx, connection.id, subject)


def _letters(waiting: Sequence[Waiting]) -> tuple[Letter, ...]:
    return tuple(
        Letter(account.customer_id, account.name, step.step, step.total)
        for account, step in waiting
    )
