"""Where each customer stands, for those who deal with it elsewhere: one account for each currency
with what is overdue, the furthest step taken, and the promise; the hold; and what comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from connector import agenda, local_days
from connector.account.account_parts import disputed_of
from connector.clients.tenants import Connection
from connector.commitments import payment_plans, promises
from connector.commitments.promises import Kept, State
from connector.correspondence import messages
from connector.correspondence.messages import Asked
from connector.db import Tx
from connector.decided import holds
from connector.decided.holds import Hold
from connector.mirroring import mirror
from connector.rules import policy
from providers.ledger import Invoice, Status
from providers.money import Money

Place = tuple[str, str]
"""(customer id, currency)"""
BEFORE_ANY = -1000
WORDS = {"pause": "paused", "dispute": "disputed", "reply": "answered, not read yet"}


@dataclass(frozen=True, slots=True)
class Standing:
    """In one currency. `oldest_due` and `stage` are of invoices that are open: the oldest due date
    that is past, and the furthest step that was taken; `contacted_on` is the day of the last step.
    `disputed` is what is held back of them, `plan` says how a payment plan stands. `contacts` is
    how often the customer was reminded, called or written to on paper so far."""

    overdue: Money
    oldest_due: date | None
    stage: str
    promise: Kept | None
    contacted_on: date | None
    disputed: Money
    plan: str
    contacts: int

    def days_late(self, today: date) -> int:
        """Since the oldest due date; 0 where nothing is late."""
        return (today - self.oldest_due).days if self.oldest_due else 0


@dataclass(frozen=True, slots=True)
class CustomerState:
    """`next_on` is the day on which the account is looked at next; None where only news or a
    person bring it on."""

    customer_id: str
    name: str
    standings: tuple[Standing, ...]
    hold: str
    next_on: date | None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to tell of it."""
        return not self.hold and not any(
            one.overdue or one.stage or one.promise or one.disputed or one.plan
            for one in self.standings
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read for a number of customers, by customer and currency."""

    connection: Connection
    today: date
    invoices: Mapping[Place, Sequence[Invoice]]
    asked: Mapping[Place, Sequence[Asked]]
    promised: Mapping[Place, Kept]
    disputed: Mapping[str, Sequence[tuple[str, Money]]]
    plans: Mapping[Place, str]
    offsets: Mapping[str, int]

    def standings(self) -> Mapping[str, list[Standing]]:
        found: dict[str, list[Standing]] = defaultdict(list)
        for place in sorted({*self.invoices, *self.asked, *self.promised}):
            found[place[0]].append(self._standing(place))
        return found

    def _standing(self, place: Place) -> Standing:
        invoices = self.invoices.get(place, ())
        late = [one for one in invoices if one.due and one.due < self.today]
        dues = {one.id: one.due for one in invoices}
        taken = [one for one in self.asked.get(place, ()) if not one.was_left]
        about = [one for one in taken if dues.get(one.invoice_id) == one.due]
        return Standing(
            overdue=Money.total((one.open for one in late), place[1]),
            oldest_due=min((one.due for one in late if one.due), default=None),
            stage=max(about, key=self._reached).step if about else "",
            promise=self.promised.get(place),
            contacted_on=local_days.today(self.connection, taken[-1].at) if taken else None,
            disputed=Money.total(self._held_back(invoices), place[1]),
            plan=self.plans.get(place, ""),
            contacts=len({one.intent_key for one in taken}),
        )

    def _reached(self, taken: Asked) -> tuple[int, datetime]:
        """How far into the sequence it was; a step that the policy no longer has counts least."""
        return self.offsets.get(taken.step, BEFORE_ANY), taken.at

    def _held_back(self, invoices: Sequence[Invoice]) -> Iterator[Money]:
        for one in invoices:
            parts = (amount for _, amount in self.disputed.get(one.id, ()))
            same = [amount for amount in parts if amount.currency == one.open.currency]
            yield min(Money.total(same, one.open.currency), one.open)


def of(
    tx: Tx, connection: Connection, customer_ids: Collection[str], now: datetime
) -> list[CustomerState]:
    """In a fixed number of queries, in the order of the ids."""
    invoices: dict[Place, list[Invoice]] = defaultdict(list)
    for record in mirror.of_customers(tx, connection.id, customer_ids):
        if isinstance(record, Invoice) and record.status is Status.OPEN:
            invoices[record.customer_id, record.open.currency].append(record)
    promised = {
        (one.customer_id, one.promise.amount.currency): one
        for one in promises.listed(tx, connection.id, customer_ids=customer_ids)
        if one.state is not State.CANCELLED
    }
    asked = messages.asked(tx, connection.id, customer_ids)
    today = local_days.today(connection, now)
    found = _Found(
        connection, today, invoices, asked, promised, disputed_of(tx, connection.id, customer_ids),
        _plans(tx, connection.id, customer_ids, today), _offsets(tx, connection),
    )  # fmt: skip
    standings = found.standings()
    names = mirror.names(tx, connection.id, customer_ids)
    in_force = holds.in_force(tx, connection.id, now, customer_ids)
    next_at = agenda.next_looks(tx, connection.id, customer_ids)
    return [
        CustomerState(
            customer_id=id_,
            name=names.get(id_) or id_,
            standings=tuple(standings.get(id_, ())),
            hold=_hold(in_force, id_),
            next_on=local_days.today(connection, at) if (at := next_at.get(id_)) else None,
        )
        for id_ in sorted(customer_ids)
    ]


def _offsets(tx: Tx, connection: Connection) -> dict[str, int]:
    """The day of each step, in the segments too."""
    rules = policy.current(tx, connection.client_id).policy.dunning
    return {step.name: step.offset_days for one in rules.variants() for step in one.steps}


def _plans(
    tx: Tx, connection_id: int, customer_ids: Collection[str], today: date
) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for one in payment_plans.listed(tx, connection_id, customer_ids=customer_ids):
        if come := payment_plans.progress(tx, connection_id, one, today):
            place = (one.customer_id, come.behind.currency)
            told = f"payment plan {one.id}, {come.behind} behind"
            found[place] = "; ".join(filter(None, (found.get(place), told)))
    return found


def _hold(in_force: Sequence[Hold], customer_id: str) -> str:
    told = [
        f"{WORDS.get(one.kind, one.kind)}: {one.reason}"
        for one in in_force
        if one.customer_id in ("", customer_id) and not one.invoice_id
    ]
    return "; ".join(dict.fromkeys(told))
