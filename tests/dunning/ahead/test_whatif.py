"""A policy on the past: the same as looking at every account every hour of every day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest

from dunning.ahead.past import PastBook, PastCredit, PastCustomer, PastInvoice
from dunning.ahead.ramp import admit
from dunning.ahead.whatif import SETTLE, Would, whatif
from dunning.checking import shipped
from dunning.customer.account import Account, SentMessage, side_by_side
from dunning.deciding.decision import Ask, Send, at_the_same_time
from dunning.deciding.joint import next_step
from dunning.rules.policy import DunningPolicy
from providers.money import Money
from providers.rates import Rate

ZONE = "Europe/Berlin"
FIRST, LAST = date(2026, 3, 14), date(2026, 4, 5)
"""Clocks change on 29 March."""
TICK = timedelta(hours=1)
Sent = dict[tuple[str, str], list[SentMessage]]


def usd(amount: int) -> Money:
    return Money.of(amount, "USD")


def made_book(seed: int) -> PastBook:
    """Fifty invoices of eight customers: paid late, in parts, with credits, or not at all; two of
    them owe in euros too, and a ninth the same in both on one day."""
    dice = random.Random(seed)
    customers = [
        PastCustomer(f"c{n}", f"Customer {n}", (f"c{n}@customer.example",) if n else ())
        for n in range(9)
    ]
    invoices = [
        PastInvoice(f"i{currency}", f"INV-{currency}", "c8", FIRST - timedelta(days=9), FIRST,
                    Money.of(100, currency))
        for currency in ("USD", "EUR")
    ]  # fmt: skip
    for number in range(50):
        issued = FIRST + timedelta(days=dice.randint(-200, 50))
        due = issued + timedelta(days=dice.choice((0, 14, 30)))
        customer = dice.randint(0, 7)
        currency = "EUR" if customer in (2, 5) and number % 2 else "USD"
        total = Money.of(dice.randint(20, 900), currency)
        paid = [(due + timedelta(days=dice.randint(-3, 60)), total)]
        if dice.random() < 0.2:
            paid = [(paid[0][0], Money.of(int(total.amount) // 2, currency))]
        if dice.random() < 0.2:
            paid = []
        invoices.append(
            PastInvoice(
                f"i{number}", f"INV-{number}", f"c{customer}", issued,
                due if dice.random() < 0.95 else None, total, tuple(paid),
                paid_on=paid[0][0] if (paid and paid[0][1] == total) else None,
            )
        )  # fmt: skip
    credits_ = [
        PastCredit(f"c{n}", FIRST + timedelta(days=10 * n), usd(200),
                   ((FIRST + timedelta(days=10 * n + 9), usd(150)),))
        for n in (1, 4)
    ]  # fmt: skip
    received = [on for invoice in invoices for on, _ in invoice.taken]
    return PastBook(customers, invoices, credits_, ZONE, received)


@dataclass
class Everybody:
    """All accounts as they are on a day, put together anew when something was sent."""

    book: PastBook
    sent: Sent
    _known: tuple[date, int] = (date.min, 0)
    _accounts: list[Account] = field(default_factory=list)

    def on(self, today: date) -> list[Account]:
        now = (today, sum(map(len, self.sent.values())))
        if now != self._known:
            by_customer = groupby(self.book.places, key=lambda place: place[0])
            self._known, self._accounts = now, [
                account
                for _, places in by_customer
                for account in side_by_side(
                    [self.book.account(it, today, self.sent[it]) for it in places]
                )
            ]  # fmt: skip
        return self._accounts


def by_looking_all_the_time(book: PastBook, policy: DunningPolicy) -> Iterator[Would]:
    zone = ZoneInfo(ZONE)
    now = datetime.combine(FIRST, time.min, zone).astimezone(UTC)
    end = datetime.combine(LAST + timedelta(days=1), time.min, zone).astimezone(UTC)
    sent: Sent = {place: [] for place in book.places}
    asked: dict[tuple[str, str], set[str]] = {}
    written: set[tuple[date, str]] = set()
    accounts = Everybody(book, sent)
    while now < end:
        today = now.astimezone(zone).date()
        ready = []
        for account in accounts.on(today):
            place = (account.customer_id, account.currency)
            steps = at_the_same_time(next_step(account, policy, now))
            ready += [(account, step) for step in steps if isinstance(step, Send)]
            questions = [step for step in steps if isinstance(step, Ask)]
            for step in questions:
                if step.reason not in asked.get(place, set()):
                    yield Would(now, account.customer_id, account.name, step)
            asked[place] = {step.reason for step in questions}
        written_today = len({id_ for day, id_ in written if day == today})
        for account, step in admit(ready, policy, written_today=written_today)[0]:
            for one in (step, *step.besides):
                place = (account.customer_id, one.total.currency)
                sent[place].append(
                    SentMessage(one.step, now, one.invoice_ids, one.stages, one.channel)
                )
            written.add((today, account.customer_id))
            yield Would(now, account.customer_id, account.name, step)
        now += TICK - SETTLE if now.minute else SETTLE


@pytest.mark.parametrize(("name", "seed"), [("usual", 0), ("services", 1)])
def test_it_is_what_looking_all_the_time_finds(name: str, seed: int) -> None:
    policy = DunningPolicy() if name == "usual" else shipped.policy(name)
    policy = policy.model_copy(update={"ramp_per_day": 2})
    book = made_book(seed)

    found = list(whatif(book, policy, FIRST, LAST))
    wanted = list(by_looking_all_the_time(book, policy))

    assert len(found) > 5
    assert any(one.what.besides for one in found if isinstance(one.what, Send))
    assert found == wanted


def test_an_account_is_what_was_known_on_the_day() -> None:
    invoice = PastInvoice(
        "i", "INV-1", "c", date(2026, 1, 1), date(2026, 1, 31), usd(100),
        ((date(2026, 2, 10), usd(40)), (date(2026, 2, 20), usd(60))), paid_on=date(2026, 2, 20),
    )  # fmt: skip
    credit = PastCredit("c", date(2026, 2, 5), usd(30), ((date(2026, 2, 7), usd(30)),))
    book = PastBook([PastCustomer("c", "Ash", ("a@b.example",))], [invoice], [credit], ZONE)

    def on(month: int, day: int) -> tuple[list[Money], Money, int]:
        account = book.account(("c", "USD"), date(2026, month, day), ())
        return [i.open for i in account.invoices], account.credits, account.standing.paid

    assert on(2, 6) == ([usd(100)], usd(30), 0)
    assert on(2, 10) == ([usd(60)], usd(0), 0)
    assert on(2, 20) == ([], usd(0), 1)
    assert book.account(("c", "USD"), date(2025, 12, 31), ()).invoices == ()


def test_what_was_taken_earlier_than_anybody_can_tell_was_never_open() -> None:
    issued, due = date(2020, 1, 1), date(2020, 1, 31)
    old = PastInvoice("i", "INV-1", "c", issued, due, usd(100), before=usd(100))
    part = PastInvoice("j", "INV-2", "c", issued, due, usd(100), before=usd(70))
    credited = PastInvoice("k", "INV-3", "c", issued, due, usd(100), ((due, usd(100)),))
    book = PastBook([], [old, part, credited], [], ZONE)

    account = book.account(("c", "USD"), FIRST, ())

    assert [(i.id, i.open) for i in account.invoices] == [("j", usd(30))]
    assert account.standing.paid == 0, "nobody knows when, or credits did it"


def test_an_account_has_what_the_books_say_of_the_customer_and_of_the_day() -> None:
    customer = PastCustomer("c", "Ash", (), "US", "CA", "no address")
    due = date(2026, 3, 2)
    invoice = PastInvoice("i", "INV-1", "c", due, due, usd(100), sent=False)
    days = (date(2026, 3, 4), date(2026, 3, 9))
    book = PastBook([customer], [invoice], [], ZONE, days)

    on = [book.account(("c", "USD"), date(2026, 3, day), ()) for day in (3, 4, 8, 9)]

    assert [account.booked_until for account in on] == [None, days[0], days[0], days[1]]
    assert (on[0].country, on[0].region, on[0].no_post) == ("US", "CA", "no address")
    assert [i.sent for i in on[0].invoices] == [False]
    assert sorted(book.days_of_lag(4)) == [days[0] + timedelta(5), days[1], days[1] + timedelta(5),
                                           date.max]  # fmt: skip


def test_a_limit_in_another_currency_holds_at_the_rate_of_the_invoice() -> None:
    owed = Money.of(900, "EUR")
    rate = Rate("EUR", Decimal("1.20"), "USD")
    due = date(2026, 3, 2)
    invoice = PastInvoice("i", "INV-1", "c", date(2026, 2, 1), due, owed, rate=rate)
    book = PastBook([PastCustomer("c", "Ash", ("a@b.example",))], [invoice], [], ZONE)

    def first(limit: int) -> Would:
        policy = DunningPolicy(remind_at_most={"USD": Decimal(limit)})
        return next(iter(whatif(book, policy, FIRST, LAST)))

    assert isinstance(first(1080).what, Send)
    asked = first(1079).what
    assert isinstance(asked, Ask)
    assert "USD 1,080.00 at the recorded rate" in asked.reason
