"""What switching reminders on, or another policy, would do; nothing is stored and nothing sent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from connector import agenda, local_days
from connector.account import collection_rules
from connector.account.collection_rules import Rules
from connector.account.looking import Imagined, Look, look, portions
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals
from connector.decided.account_subjects import subject_of
from connector.deps import Deps
from connector.mirroring import mirror
from connector.next_step import course
from connector.outgoing import intents
from connector.recipients import customer_places
from connector.rules.modes import Mode
from dunning.ahead.plan import plan
from dunning.contact_hours.hours import hours_of
from dunning.customer.account import Account, DueInvoice
from dunning.deciding.decision import Ask, Send, Wait
from dunning.deciding.joint import parts
from dunning.rules.policy import DunningPolicy
from providers.ledger import Invoice, Kind, Status
from providers.money import Money

PLAN_BEFORE = timedelta(days=61)
PLAN_DAYS = 500
"""Longer than any sequence: a step comes 60 days before the due date at the earliest and 365 after
it at the latest, and may wait for the messages before it."""
ON_A_PAGE_MAX = 1000
"""Of each company, the customers whose accounts are looked at for one page: in a second or so."""
ANY = Money.of(1, "USD")
DUE_LAST_MAX = 100
"""Among so many open invoices, those that fall due last, the newest is looked for."""


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

    `letters` go out on it, `later` are due too and wait for another day, `per_day` at a time. Of
    `owing` customers who owe something, the first `looked_at` by id are in all of this.
    """

    at: datetime
    per_day: int
    owing: int
    looked_at: int
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


def first_day(
    deps: Deps, connection: Connection, policy: DunningPolicy, *, most: int | None = None
) -> FirstDay:
    """What reminders would do on the next working day, as the collector itself decides it, to all
    customers or to `most` of them, those whom it takes first.

    Raises ValueError for a connection whose time zone is unknown.
    """
    at = hours_of(policy, connection.time_zone).next_open(deps.now())
    with deps.reading() as tx:
        return _Day(tx, connection, policy, at, most).whole()


class _Day:
    """Everybody is looked at when business opens, and whoever waits for a later hour of the same
    day, such as their own morning, once more then."""

    def __init__(
        self, tx: Tx, connection: Connection, policy: DunningPolicy, at: datetime, most: int | None
    ) -> None:
        self._tx, self._connection, self._policy, self._at = tx, connection, policy, at
        self._end = local_days.around(connection, at)[1]
        owing = {customer_id for customer_id, _ in mirror.owed(tx, connection.id, gross=True)}
        everybody = agenda.everybody(tx, connection.id)
        all_ = [id_ for id_ in everybody if id_ in owing]
        self._owing, self._everybody = len(all_), all_[:most]
        self._waiting = defaultdict(set, {at: owing})
        self._imagined = Imagined()
        self._told: set[tuple[str, str, bool]] = set()
        self._letters: list[Letter] = []
        self._later: list[Letter] = []
        self._asks: list[Question] = []

    def whole(self) -> FirstDay:
        while self._waiting:
            moment = min(self._waiting)
            due = self._waiting.pop(moment)
            rules = _rules(self._tx, self._connection, self._policy, moment)
            for portion in portions([id_ for id_ in self._everybody if id_ in due]):
                for found in look(self._tx, rules, portion, self._imagined):
                    self._follow(rules, found)
        return FirstDay(
            self._at, self._policy.ramp_per_day, self._owing, len(self._everybody),
            tuple(self._letters), tuple(self._later), tuple(self._asks),
        )  # fmt: skip

    def _follow(self, rules: Rules, found: Look) -> None:
        if found.fault:
            self._asks.append(Question(found.customer_id, found.customer_id, found.fault))
        for account, step in found.steps:
            is_formal = isinstance(step, Ask) and step.stands_apart
            place = (account.customer_id, account.currency, is_formal)
            if place in self._told:
                continue
            if not isinstance(step, Wait):
                self._told.add(place)
                self._tell(rules, found, account, step)
            elif step.until and step.until < self._end:
                self._waiting[step.until].add(account.customer_id)

    def _tell(self, rules: Rules, found: Look, account: Account, step: Send | Ask | None) -> None:
        if isinstance(step, Ask):
            self._asks.append(Question(account.customer_id, account.name, step.reason))
        elif step is not None and account.currency in found.later:
            self._later += _letters(account, step)
        elif step is not None:
            self._imagined.send(account, step, course.message(rules, account, step))
            if not _is_under_way(self._tx, self._connection, account):
                self._letters += _letters(account, step)


def newest_invoice(tx: Tx, connection_id: int) -> Invoice | None:
    """The newest open invoice with a due date: something real to show dates for. One whose due
    date is mistyped, years away, is not it for longer than until the next."""

    def which(m: Any) -> tuple[Any, ...]:
        is_open = (m.status == Status.OPEN, m.open_minor > 0)
        return (m.kind == Kind.INVOICE, m.due.is_not(None), *is_open)

    found = mirror.chosen(
        tx, connection_id, which, order=lambda m: (m.due.desc(), m.id.desc()), limit=DUE_LAST_MAX
    )
    dated = (record for record in found if isinstance(record, Invoice))
    return max(dated, key=lambda invoice: (invoice.issued, invoice.id), default=None)


def dates(
    policy: DunningPolicy,
    due: date,
    time_zone: str,
    *,
    issued: date | None = None,
    place: customer_places.Place = customer_places.NOWHERE,
) -> list[tuple[str, datetime]]:
    """When an unpaid invoice takes each step, if nothing else of its customer, who is at `place`,
    is open and people approve what is theirs at once: the name of the step and its moment in the
    zone (IANA name), which is the client's.
    Raises ValueError for an unknown zone.
    """
    first = issued or due - PLAN_BEFORE
    invoice = DueInvoice("1", "1", first, due, total=ANY, open=ANY, status=Status.OPEN)
    account = Account(
        "1", "", ("any@customer.example",), ANY.currency, (invoice,), Money.zero(ANY.currency),
        time_zone, country=place[0], region=place[1],
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
    subject = subject_of(account.customer_id, account.currency)
    waiting = approvals.is_waiting(tx, connection.id, subject)
    return bool(waiting and waiting.options) or intents.is_open(tx, connection.id, subject)


def _letters(account: Account, step: Send) -> list[Letter]:
    """One for each currency of a message."""
    return [
        Letter(owing.customer_id, owing.name, one.step, one.total)
        for owing, one in parts(account, step)
    ]
