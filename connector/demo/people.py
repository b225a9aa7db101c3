"""The customers of the built-in book: who pays well, late, short, together, too much or never."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from zoneinfo import ZoneInfo

from connector.demo import book
from connector.demo.bookkeeper import Bookkeeper
from connector.demo.trade import Bill
from connector.demo.world import KEEPER_EMAIL, Place
from connector.deps import Deps
from connector.receiving import receipts
from providers.simulated import customers
from providers.simulated.customers import Payment
from providers.simulated.simulation import Simulation

DAYS_AFTER_DUE = {
    "prompt": (-5, 1), "late": (6, 24), "together": (1, 6), "silent": (-2, 8), "short": (0, 6),
    "answers": (9, 16), "over": (-3, 3),
}  # fmt: skip
"""How many days after it is due a bill is paid, by habit; the others never pay."""
HOURS = (9, 12, 15)
BANK_SHARE = 0.35
TERMS = timedelta(days=30)
CENT = Decimal("0.01")
ANSWERS = (
    "Thank you for the reminder. We will pay within the week.",
    "Sorry, we overlooked it. The payment follows in the next days.",
    "Our accounts department is closed this week, payment follows as soon as it is back.",
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One payment that a customer will make."""

    at: datetime
    bills: tuple[Bill, ...]
    amount: Decimal
    text: str
    into: str


class People:
    """The trade of one company over some days. Satisfies passing.Life."""

    def __init__(
        self, place: Place, simulation: Simulation, deps: Deps, *, connection_id: int,
        days: Sequence[date],
    ) -> None:  # fmt: skip
        self._place, self._simulation, self._deps = place, simulation, deps
        self._connection_id = connection_id
        self._days = days
        self._zone = ZoneInfo(place.business.time_zone)
        self._chance = random.Random(f"{place.business.name} people")  # noqa: S311
        buyers = place.business.buyers
        self._habits = {buyer.id: book.habit(buyers, buyer) for buyer in buyers}
        never_pay = list(book.of_habit(buyers, "never"))
        self._breaker = next(buyer.id for buyer in never_pay if buyer.email)
        self._keeper = Bookkeeper(
            deps, connection_id, never_pay=[place.clerk.ids[buyer.id] for buyer in never_pay]
        )
        self._emails = {buyer.email: buyer.id for buyer in place.business.buyers if buyer.email}
        self._new = list(book.more_bills(place.business, days))
        owed = [bill for bill in place.business.bills if bill.left > 0]
        self._plan = sorted(self._payments([*owed, *self._new]), key=lambda planned: planned.at)
        self._mail_read = 0

    def days(self) -> Sequence[date]:
        return self._days

    def is_awaited(self, day: date) -> bool:  # noqa: ARG002
        return True

    def live(self, now: datetime) -> None:
        """New bills first, then payments, then answers to the mail of the last hours."""
        while self._new and self._at(self._new[0].issued, HOURS[0]) <= now:
            self._place.clerk.write(self._new.pop(0), today=now.astimezone(self._zone).date())
        banked = False
        while self._plan and self._plan[0].at <= now:
            banked |= self._pay(self._plan.pop(0))
        if banked:
            statement = customers.statement(self._simulation, self._place.company_id)
            receipts.import_statement(
                self._deps, self._connection_id, statement.encode(), by=KEEPER_EMAIL
            )
        self._answer()
        self._keeper.work(self._coming())

    def _coming(self) -> dict[str, tuple[date, set[str]]]:
        """The next payment of those who answer, by the ledger's id."""
        found: dict[str, tuple[date, set[str]]] = {}
        for planned in self._plan:
            buyer_id = planned.bills[0].buyer_id
            if self._habits[buyer_id] == "answers":
                day, numbers = planned.at.astimezone(self._zone).date(), planned.bills
                place = self._place.clerk.ids[buyer_id]
                found.setdefault(place, (day, {bill.number for bill in numbers}))
        return found

    def _payments(self, bills: Sequence[Bill]) -> Iterator[Planned]:
        together: dict[str, list[Bill]] = {}
        for bill in bills:
            habit = self._habits[bill.buyer_id]
            if habit == "together":
                together.setdefault(bill.buyer_id, []).append(bill)
            elif habit in DAYS_AFTER_DUE:
                yield self._payment(habit, (bill,), self._day(habit, bill))
        for owed in together.values():
            yield from self._in_groups(owed)

    def _in_groups(self, bills: Sequence[Bill]) -> Iterator[Planned]:
        """A customer who pays all that is due within two weeks at once."""
        group: list[Bill] = []
        for bill in sorted(bills, key=_due):
            if group and _due(bill) - _due(group[0]) > timedelta(days=14):
                yield self._payment("together", tuple(group), self._day("together", group[-1]))
                group = []
            group.append(bill)
        yield self._payment("together", tuple(group), self._day("together", group[-1]))

    def _payment(self, habit: str, bills: tuple[Bill, ...], day: date) -> Planned:
        chance = self._chance
        total = sum((bill.left for bill in bills), Decimal(0))
        amount = {"short": total * Decimal("0.95"), "over": total * Decimal("1.1")}.get(
            habit, total
        )
        numbers = ", ".join(bill.number for bill in bills)
        text = "" if habit == "silent" else chance.choice(
            (f"Invoice {numbers}", numbers, f"payment {numbers} thank you")
        )  # fmt: skip
        into = "bank" if chance.random() < BANK_SHARE else "ledger"
        at = self._at(day, chance.choice(HOURS))
        return Planned(at, bills, amount.quantize(CENT), text, into)

    def _day(self, habit: str, bill: Bill) -> date:
        """When it is paid: as the habit says, or soon where that day is past already."""
        day = _due(bill) + timedelta(days=self._chance.randint(*DAYS_AFTER_DUE[habit]))
        if day <= max(bill.issued, self._days[0]):
            day = max(bill.issued, self._days[0]) + timedelta(days=self._chance.randint(1, 20))
        return day

    def _pay(self, planned: Planned) -> bool:
        """Whether the money went to the bank."""
        numbers = tuple(bill.number for bill in planned.bills)
        customers.pay(self._simulation, Payment(
            company=self._place.company_id, invoices=numbers, amount=planned.amount,
            currency=planned.bills[0].currency, remittance=planned.text, payer="",
            into=planned.into, day=planned.at.astimezone(self._zone).date(),
        ))  # fmt: skip
        return planned.into == "bank"

    def _answer(self) -> None:
        """Those who answer mail do so, once for each message."""
        for message in self._simulation.mail.messages()[self._mail_read :]:
            self._mail_read += 1
            buyer_id = self._emails.get(message["recipients"][0])
            if buyer_id and (self._habits[buyer_id] == "answers" or buyer_id == self._breaker):
                self._simulation.mail.answer(message["message_id"], self._chance.choice(ANSWERS))

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, clock_time(hour), self._zone)


def _due(bill: Bill) -> date:
    return bill.due or bill.issued + TERMS
