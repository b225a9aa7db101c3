"""What switching reminders on, or another policy, would do; nothing is stored and nothing sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from connector import agenda, approvals, collection_rules, course, intents, mirror, taking
from connector.collection_rules import Rules
from connector.db import Tx
from connector.deps import Deps
from connector.looking import Imagined, look, portions
from connector.modes import Mode
from connector.tenants import Connection
from dunning.account import Account, DueInvoice
from dunning.decision import Ask, Send
from dunning.hours import hours_of
from dunning.joint import parts
from dunning.plan import plan
from dunning.policy import DunningPolicy
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
        return Money.totals(letter.total for letter in self.letters)


def first_day(deps: Deps, connection: Connection, policy: DunningPolicy) -> FirstDay:
    """What reminders would do on the next working day, as the collector itself decides it.

    Raises ValueError for a connection whose time zone is unknown.
    """
    at = hours_of(policy, connection.time_zone).next_open(deps.now())
    letters: list[Letter] = []
    later: list[Letter] = []
    asks: list[Question] = []
    imagined = Imagined()
    with deps.reading() as tx:
        rules = _rules(tx, connection, policy, at)
        owing = {customer_id for customer_id, _ in mirror.owed(tx, connection.id, gross=True)}
        for portion in portions(agenda.everybody(tx, connection.id)):
            for found in look(tx, rules, [id_ for id_ in portion if id_ in owing], imagined):
                for account, step in found.steps:
                    if isinstance(step, Ask):
                        asks.append(Question(account.customer_id, account.name, step.reason))
                    elif isinstance(step, Send) and account.currency in found.later:
                        later += _letters(account, step)
                    elif isinstance(step, Send):
                        imagined.send(account, step, course.message(rules, account, step))
                        if not _is_under_way(tx, connection, account):
                            letters += _letters(account, step)
    return FirstDay(at, policy.ramp_per_day, tuple(letters), tuple(later), tuple(asks))


def newest_invoice(tx: Tx, connection_id: int) -> Invoice | None:
    """The newest open invoice with a due date: something real to show dates for."""
    found = mirror.open_records(tx, connection_id, [Kind.INVOICE])
    dated = [record for record in found if isinstance(record, Invoice) and record.due]
    return max(dated, key=lambda invoice: (invoice.issued, invoice.id), default=None)


def dates(
    policy: DunningPolicy, due: date, time_zone: str, *, issued: date | None = None
) -> list[tuple[str, datetime]]:
    """When an unpaid invoice takes each step, if nothing else of its customer is open and people
    approve what is theirs at once: the name of the step and its moment in the zone (IANA name).
    Raises ValueError for an unknown zone.
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
    ahead = plan(account, limitless, start, days=PLAN_DAYS, approving=True)
    steps = ((planned.at, planned.step) for planned in ahead)
    return [(step.step, at.astimezone(zone)) for at, step in steps if step]


def _rules(tx: Tx, connection: Connection, policy: DunningPolicy, at: datetime) -> Rules:
    """The rules as they would be with this policy and reminders on autopilot."""
    present = collection_rules.of(tx, connection, at)
    document = present.version.policy.model_copy(update={"dunning": policy})
    version = replace(present.version, policy=document)
    return replace(present, version=version, mode=Mode.AUTOPILOT, modes={})


def _is_under_way(tx: Tx, connection: Connection, account: Account) -> bool:
    """A message that waits for a person, or is on its way already, is not written once more."""
    subject = taking.subject_of(account.customer_id, account.currency)
    waiting = approvals.is_waiting(tx, connection.id, subject)
    return bool(waiting and waiting.options) or intents.is_open(tx, connection.id, subject)


def _letters(account: Account, step: Send) -> list[Letter]:
    """One for each currency of a message."""
    return [
        Letter(owing.customer_id, owing.name, one.step, one.total)
        for owing, one in parts(account, step)
    ]
