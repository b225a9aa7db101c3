"""A policy over a book's past, day by day, with the real decisions and no effect outside.

It tells what would have been sent and asked. It cannot tell how customers would have answered:
they pay here on the days on which they paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from dunning.ahead.past import PastBook, Place
from dunning.ahead.ramp import Waiting, admit
from dunning.customer.account import Account, SentMessage, side_by_side
from dunning.deciding.decision import Ask, Send, Wait, at_the_same_time
from dunning.deciding.joint import next_step, parts
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import StepMode

SETTLE = timedelta(seconds=60)
"""After a message the account is looked at again, as it is when messages really go out."""


@dataclass(frozen=True, slots=True)
class Would:
    """What would have been done at a moment (aware UTC)."""

    at: datetime
    customer_id: str
    name: str
    what: Send | Ask


def whatif(book: PastBook, policy: DunningPolicy, first: date, last: date) -> Iterator[Would]:
    """Everything from the first day to the last, in the order of time.

    A question is told once for as long as it is the same. What a person approves first is taken as
    approved at once; a step in shadow is noted, and nothing goes out by it. Messages from before
    `first` are not known: every sequence begins anew.
    """
    return _Run(book, policy, first, last).all()


class _Run:
    def __init__(self, book: PastBook, policy: DunningPolicy, first: date, last: date) -> None:
        self._book, self._policy = book, policy
        self._zone = ZoneInfo(book.time_zone)
        self._end = self._midnight(last + timedelta(days=1))
        self._sent: dict[Place, list[SentMessage]] = defaultdict(list)
        self._asked: dict[Place, set[str]] = {}
        self._written: dict[date, set[str]] = defaultdict(set)
        self._queue: list[tuple[datetime, Place]] = []
        limits = {it.bank_lag_days_max for it in policy.variants()}
        lags = {day for limit in limits if limit is not None for day in book.days_of_lag(limit)}
        for place in book.places:
            for day in {first, *book.days_of_change(place), *lags}:
                if first <= day <= last:
                    heappush(self._queue, (self._midnight(day), place))

    def all(self) -> Iterator[Would]:
        while self._queue and self._queue[0][0] < self._end:
            now = self._queue[0][0]
            places: set[Place] = set()
            while self._queue and self._queue[0][0] == now:
                places.add(heappop(self._queue)[1])
            yield from self._look(now, sorted(places))

    def _look(self, now: datetime, places: list[Place]) -> Iterator[Would]:
        today = now.astimezone(self._zone).date()
        ready: list[Waiting] = []
        for account in self._accounts(places, today):
            place = (account.customer_id, account.currency)
            decided = at_the_same_time(next_step(account, self._policy, now))
            ready += ((account, step) for step in decided if isinstance(step, Send))
            for until in (step.until for step in decided if not isinstance(step, Send)):
                if until is not None:
                    heappush(self._queue, (until, place))
            for question in self._newly_asked(place, decided):
                yield Would(now, account.customer_id, account.name, question)
        written = self._written[today]
        admitted, later = admit(ready, self._policy, written_today=len(written))
        for account, _ in later:
            place = (account.customer_id, account.currency)
            heappush(self._queue, (self._midnight(today + timedelta(days=1)), place))
        for account, step in admitted:
            self._send(account, step, now)
            written.add(account.customer_id)
            yield Would(now, account.customer_id, account.name, step)

    def _newly_asked(self, place: Place, decided: Sequence[Send | Wait | Ask]) -> Iterator[Ask]:
        questions = [step for step in decided if isinstance(step, Ask)]
        known = self._asked.get(place, set())
        self._asked[place] = {one.reason for one in questions}
        yield from (one for one in questions if one.reason not in known)

    def _send(self, account: Account, step: Send, now: datetime) -> None:
        for owing, one in parts(account, step):
            place = (owing.customer_id, owing.currency)
            is_noted = one.mode is StepMode.SHADOW
            taken = replace(one.taken(now), noted_only=is_noted, in_shadow=is_noted)
            self._sent[place].append(taken)
            heappush(self._queue, (now + SETTLE, place))

    def _accounts(self, places: list[Place], today: date) -> Iterator[Account]:
        """With all that the same customers owe: a message is about every currency of one."""
        for customer_id in sorted({customer_id for customer_id, _ in places}):
            yield from side_by_side(
                [
                    self._book.account(place, today, self._sent[place])
                    for place in self._book.places_of(customer_id)
                ]
            )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self._zone).astimezone(UTC)
