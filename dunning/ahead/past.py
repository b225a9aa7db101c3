"""A book as it was on each day of the past: what was open, paid, or lay unapplied."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

from dunning.customer.account import Account, DueInvoice, SentMessage
from dunning.customer.standing import PaidInvoice, standing_of
from providers.ledger import Status
from providers.money import Money
from providers.rates import Rate

T = TypeVar("T")
Place = tuple[str, str]
"""(customer id, currency)"""
Taken = tuple[tuple[date, Money], ...]
"""By day, what was taken from an amount."""


@dataclass(frozen=True, slots=True)
class PastInvoice:
    """`taken` are the payments and credits that were set against it, each on its day, and `before`
    what was taken earlier than anybody can tell. `paid_on` is the day of the last payment of one
    that money paid; None for others. `rate` is the one at which the ledger holds it."""

    id: str
    number: str
    customer_id: str
    issued: date
    due: date | None
    total: Money
    taken: Taken = ()
    before: Money | None = None
    paid_on: date | None = None
    rate: Rate | None = None
    sent: bool = True

    def open_on(self, day: date) -> Money:
        """What was open at the end of a day."""
        left = _left(self.total, self.taken, day)
        return left - self.before if self.before else left

    def paid(self, day: date) -> PaidInvoice | None:
        """How it was paid, if it was by the end of a day."""
        if self.due is None or self.paid_on is None or self.open_on(day).amount > 0:
            return None
        return PaidInvoice(self.issued, self.due, self.paid_on, self.total)


@dataclass(frozen=True, slots=True)
class PastCredit:
    """A credit note, or money, that lay on a customer's account until it was used."""

    customer_id: str
    since: date
    total: Money
    taken: Taken = ()


@dataclass(frozen=True, slots=True)
class PastCustomer:
    """`country` (ISO 3166) and `region` are empty where they are not known, and `no_post` says why
    no letter on paper can reach it."""

    id: str
    name: str
    emails: tuple[str, ...]
    country: str = ""
    region: str = ""
    no_post: str = ""


class PastBook:
    """What is known of one company's past; nothing is known of its replies, promises, disputes.
    `received` are the days on which money came in, of any customer."""

    def __init__(
        self, customers: Iterable[PastCustomer], invoices: Iterable[PastInvoice],
        credits_: Iterable[PastCredit], time_zone: str, received: Iterable[date] = (),
    ) -> None:  # fmt: skip
        self.time_zone = time_zone
        self._received = sorted(set(received))
        self._customers = {it.id: it for it in customers}
        self._invoices = _by_place((i.customer_id, i.total.currency, i) for i in invoices)
        self._places: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            self._places[place[0]].append(place)
        self._credits = _by_place((c.customer_id, c.total.currency, c) for c in credits_)

    @property
    def places(self) -> list[Place]:
        """Every customer and currency of which there is an invoice."""
        return sorted(self._invoices)

    def days_of_lag(self, days_max: int) -> Iterator[date]:
        """The days on which the books come to lie behind by more than this, or do no longer."""
        for earlier, later in pairwise((*self._received, date.max)):
            if (later - earlier).days > days_max:
                yield from (earlier + timedelta(days=days_max + 1), later)

    def places_of(self, customer_id: str) -> list[Place]:
        return self._places[customer_id]

    def days_of_change(self, place: Place) -> list[date]:
        """The days on which something of an account changed, in order."""
        days = {i.issued for i in self._invoices[place]}
        days |= {on for i in self._invoices[place] for on, _ in i.taken}
        days |= {c.since for c in self._credits.get(place, ())}
        days |= {on for c in self._credits.get(place, ()) for on, _ in c.taken}
        return sorted(days)

    def account(self, place: Place, day: date, sent: Sequence[SentMessage]) -> Account:
        """An account as it was on a day, whatever came in or was issued on it included."""
        customer_id, currency = place
        known = [i for i in self._invoices[place] if i.issued <= day]
        paid = [it for i in known if (it := i.paid(day))]
        still = [(i, i.open_on(day)) for i in known]
        owed = [(i, left) for i, left in still if left.amount > 0]
        credits_ = (
            _left(c.total, c.taken, day) for c in self._credits.get(place, ()) if c.since <= day
        )
        customer = self._customers.get(customer_id) or PastCustomer(customer_id, customer_id, ())
        return Account(
            customer_id=customer_id,
            name=customer.name,
            emails=customer.emails,
            currency=currency,
            invoices=tuple(
                DueInvoice(i.id, i.number, i.issued, i.due, i.total, left, Status.OPEN, i.sent)
                for i, left in sorted(owed, key=lambda one: one[0].id)
            ),
            credits=Money.total(credits_, currency),
            time_zone=self.time_zone,
            sent=tuple(sent),
            booked_until=self._booked_until(day),
            country=customer.country,
            region=customer.region,
            no_post=customer.no_post,
            standing=standing_of(paid, [(i.issued, i.total) for i, _ in owed], day, currency),
            rates=tuple(
                i.rate
                for i, _ in sorted(owed, key=lambda one: (one[0].issued, one[0].id), reverse=True)
                if i.rate
            ),
        )

    def _booked_until(self, day: date) -> date | None:
        """The day of the newest receipt that the books had."""
        place = bisect_right(self._received, day)
        return self._received[place - 1] if place else None


def _left(total: Money, taken: Taken, day: date) -> Money:
    return total - Money.total([part for on, part in taken if on <= day], total.currency)


def _by_place(found: Iterable[tuple[str, str, T]]) -> Mapping[Place, list[T]]:
    places: dict[Place, list[T]] = defaultdict(list)
    for customer_id, currency, one in found:
        places[customer_id, currency].append(one)
    return places
