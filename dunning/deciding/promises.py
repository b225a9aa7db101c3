"""Promises to pay: how much of each came in and by which day, and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from dunning.contact_hours.hours import Hours
from dunning.customer.account import Promise
from dunning.deciding.sequence import broken_at
from dunning.rules.policy import DunningPolicy
from providers.money import Money

DAY = timedelta(days=1)


class State(StrEnum):
    """`returned` was kept, and its payment was taken back since: it counts as broken. `cancelled`
    ended for a reason that is neither."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    RETURNED = "returned"
    CANCELLED = "cancelled"


NOT_KEPT = (State.BROKEN, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Received:
    """Money of a customer that came on a day. `invoice_id` is what it is set against, empty while
    it is not yet set against any."""

    on: date
    amount: Money
    invoice_id: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """`needed` is what there is to pay of a promise, without what was credited; `paid` is what came
    of it, and `met_on` the day on which the last of it came, None while something is missing."""

    needed: Money
    paid: Money
    met_on: date | None

    @property
    def left(self) -> Money:
        return self.needed - self.paid


@dataclass(frozen=True, slots=True)
class Followed:
    """A promise and what came in for it: `sure` is what the ledger holds, `likely` has with it what
    waits for a person. `is_returned` tells that money of the customer was taken back after it was
    kept, `is_known` that the ledger has told all about its invoices."""

    promise: Promise
    state: State
    sure: Cover
    likely: Cover
    is_returned: bool = False
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` is empty where nothing speaks for another state than it had."""

    state: State
    why: str = ""


def covers(
    promises: Sequence[Promise], opens: Mapping[str, Money], received: Iterable[Received]
) -> list[Cover]:
    """What came in for each of one customer's promises in one currency. `opens` is what is open now
    by invoice; on what is not there nothing is. Money counts for the earliest promised day first,
    and once."""
    parts = sorted(received, key=lambda part: (part.on, part.invoice_id))
    order = sorted(range(len(promises)), key=lambda at: (promises[at].on, promises[at].made))
    found: dict[int, Cover] = {}
    taken: dict[int, dict[int, Money]] = {}
    for at in order:
        promise = promises[at]
        since, credited = _since(promise, opens, parts)
        related = [it for it in taken if _share_invoices(promise, promises[it])]
        added_to = _added_to(promise, [(it, promises[it], found[it]) for it in related])
        before = [taken[it] for it in taken if it in added_to or it not in related]
        free = {
            part: min(came, _less(parts[part].amount, *_at(part, before)))
            for part, came in since.items()
        }
        first = [taken[it] for it in added_to]
        settled = [amount for part in since for amount in _at(part, first)]
        needed = min(promise.amount, _less(promise.open_then, credited, *settled))
        taken[at] = _take(needed, free)
        paid = Money.total(taken[at].values(), needed.currency)
        met_on = max((parts[part].on for part in taken[at]), default=None)
        found[at] = Cover(needed, paid, met_on if paid == needed else None)
    return [found[at] for at in range(len(promises))]


def verdict(
    one: Followed, policy: DunningPolicy, hours: Hours, now: datetime, *, wait: bool = False
) -> Verdict:
    """How a promise stands at `now`, by the days on which money came: what is entered late in the
    books may change it. With `wait` nothing is called broken yet, because money may be on its way
    into the books."""
    last, sure = last_day(one.promise, policy, hours), one.sure
    if sure.met_on and sure.met_on <= last:
        return Verdict(State.KEPT, f"{sure.paid} came by {sure.met_on}")
    if one.state is State.KEPT and one.is_returned and sure.left:
        return Verdict(State.RETURNED, f"a payment was taken back: {sure.left} is missing again")
    if one.state is not State.OPEN or not one.is_known:
        return Verdict(one.state)
    if not sure.needed:
        why = "what it was about was credited or voided: nothing is left to pay"
        return Verdict(State.CANCELLED, why)
    is_late = sure.met_on is not None or (one.likely.left and not wait)
    if now < broken_at(one.promise, policy, hours) or not is_late:
        return Verdict(State.OPEN)
    lacking = f"it was paid on {sure.met_on}" if sure.met_on else f"{sure.left} had not come"
    return Verdict(State.BROKEN, f"{lacking}; the last day for it was {last}")


def last_day(promise: Promise, policy: DunningPolicy, hours: Hours) -> date:
    """The last day on which money is in time, in the client's zone."""
    return hours.today(broken_at(promise, policy, hours)) - DAY


def _since(
    promise: Promise, opens: Mapping[str, Money], parts: Sequence[Received]
) -> tuple[dict[int, Money], Money]:
    """What of each part may have come for a promise, by its place, and what its invoices went down
    by otherwise. What was set against them before is not open then: so the newest parts count, up
    to what they went down by since."""
    still = [opens[id_] for id_ in promise.invoice_ids if id_ in opens]
    rest = _less(promise.open_then, *still)
    found: dict[int, Money] = {}
    for at, part in reversed(list(enumerate(parts))):
        if part.invoice_id in promise.invoice_ids:
            found[at] = min(rest, part.amount)
            rest -= found[at]
        elif not part.invoice_id and part.on >= promise.made:
            found[at] = part.amount
    return found, rest


def _share_invoices(one: Promise, other: Promise) -> bool:
    return not set(one.invoice_ids).isdisjoint(other.invoice_ids)


def _added_to(promise: Promise, earlier: Sequence[tuple[int, Promise, Cover]]) -> set[int]:
    """Which promises for earlier days about the same invoices this one comes on top of. It takes
    the place of one that was past and not met when it was made, and of all where they would be more
    together than was open."""
    beside = [
        (at, one)
        for at, one, cover in earlier
        if promise.made <= one.on or (cover.met_on and cover.met_on <= promise.made)
    ]
    together = Money.total((one.amount for _, one in beside), promise.amount.currency)
    if together + promise.amount > promise.open_then:
        return set()
    return {at for at, _ in beside}


def _take(needed: Money, free: Mapping[int, Money]) -> dict[int, Money]:
    """The oldest parts, as far as they are needed."""
    found: dict[int, Money] = {}
    for part in sorted(free):
        amount = min(needed, free[part])
        if amount:
            found[part] = amount
            needed -= amount
    return found


def _at(part: int, taken: Iterable[Mapping[int, Money]]) -> list[Money]:
    """What each took of a part."""
    return [one[part] for one in taken if part in one]


def _less(whole: Money, *parts: Money) -> Money:
    """What is left of it, never below zero."""
    return max(whole - Money.total(parts, whole.currency), Money.zero(whole.currency))
