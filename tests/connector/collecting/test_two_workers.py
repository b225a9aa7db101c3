"""Two workers on random books under random policies, days on end, with customers all over the
world: nothing goes out that the policy, the account, the clock where the customer is or the budget
of a person forbids, and nothing goes out twice."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connector import jobs
from connector.commitments import promises
from connector.correspondence import messages
from connector.correspondence.messages import Sent
from connector.decided import holds
from connector.recipients import contacts, outreach
from connector.recipients.contacts import Contact, Role
from connector.rules.modes import Mode
from dunning.contact_law import budget
from dunning.customer.account import Promise
from dunning.customer.zones import zones_in
from dunning.rules.policy import DunningPolicy
from providers.money import Money
from tests.connector.by_post import move_to
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm

DAYS = 24
ZONE = ZoneInfo("America/New_York")
WORK = ("sync", "decide", "deliver")
PLACES = (("HI", "US"), ("CA", "US"), ("", "IN"), ("", "NZ"), ("", "NP"), ("", "GB"), ("", "BR"))
"""(region, country); some customers have no address."""
START = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass
class Book:
    """Who owes what, and what must not be asked for: by invoice since or until when."""

    firm: Firm
    dice: random.Random
    paid: dict[str, datetime] = field(default_factory=dict)
    promised: dict[str, date] = field(default_factory=dict)
    disputed: set[str] = field(default_factory=set)
    customers: list[str] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    zones: dict[str, Sequence[ZoneInfo]] = field(default_factory=dict)

    def fill(self) -> None:
        firm, dice = self.firm, self.dice
        self.customers = [firm.books.customer(f"Buyer{n}") for n in range(7)]
        self._spread()
        for customer in self.customers[:2]:
            with firm.deps.writing() as tx:
                shared = Contact(customer, Role.DUNNING, "Ann", "ann@group.example")
                contacts.add(tx, firm.connection_id, shared, by="tests", at=firm.deps.now())
        for number in range(14):
            customer, late = dice.choice(self.customers), dice.randint(-20, 12)
            invoice = firm.owe(customer, f"INV-{number}", f"{dice.randint(50, 900)}.00",
                               late_days=late)  # fmt: skip
            self.owners[invoice] = customer
        firm.settle()
        promised, disputed, paused = dice.sample(sorted(self.owners), 3)
        self._promise(promised)
        self._hold(disputed, "dispute")
        self._hold(paused, "pause")

    def pay_some(self) -> None:
        """A customer pays an invoice in the ledger; no webhook tells of it."""
        open_ = sorted(set(self.owners) - set(self.paid))
        if self.dice.random() < 0.1 and open_:
            invoice = self.dice.choice(open_)
            balance = Decimal(self.firm.books.balance(invoice))
            self.firm.books.pay_by_hand(self.owners[invoice], invoice, balance, self.firm.today)
            self.paid[invoice] = self.firm.deps.now()

    def _spread(self) -> None:
        for customer in self.customers[1:]:
            region, country = self.dice.choice(PLACES)
            move_to(self.firm, customer, ("1 Quay Street", "Anywhere", region, "1", country))
            self.zones[customer] = zones_in(country, region)

    def _promise(self, invoice: str) -> None:
        on = self.firm.today + timedelta(days=self.dice.randint(3, DAYS))
        owed = Money.of(Decimal(self.firm.books.balance(invoice)), "USD")
        promise = Promise((invoice,), owed, on, self.firm.today, owed)
        with self.firm.deps.writing() as tx:
            promises.add(tx, self.firm.connection_id, self.owners[invoice], promise, by="ann",
                         source="person", words="", at=self.firm.deps.now())  # fmt: skip
        self.promised[invoice] = on

    def _hold(self, invoice: str, kind: str) -> None:
        with self.firm.deps.writing() as tx:
            holds.set_hold(tx, self.firm.connection_id, invoice_id=invoice, reason="tests",
                           by="ann", at=self.firm.deps.now(), kind=kind)  # fmt: skip
        self.disputed.add(invoice)


def random_policy(dice: random.Random) -> dict[str, Any]:
    week = dice.randint(1, 3)
    opens = dice.randint(7, 11)
    return {
        "business_start": f"{opens:02}:00", "business_end": f"{opens + dice.randint(2, 8):02}:30",
        "ramp_per_day": dice.randint(1, 4), "promise_grace_days": dice.randint(0, 3),
        "min_days_between_messages": dice.randint(1, 6),
        "budget": {"contacts_per_7_days": week, "contacts_per_30_days": week + dice.randint(0, 4)},
        "remind_at_most": {"USD": str(dice.choice((900, 5000)))},
    }  # fmt: skip


def both_work(firm: Firm) -> None:
    """Two workers do every job at the same time, again and again, and at last in their order."""

    def worker(seed: int) -> None:
        order = [job for job in WORK for _ in range(2)]
        random.Random(seed).shuffle(order)
        for job in (*order, *WORK):
            jobs.RUN[job](firm.deps, firm.connection_id)

    with ThreadPoolExecutor(2) as two:
        list(two.map(worker, (1, 2)))


def lived(firm: Firm, seed: int, mode: Mode = Mode.AUTOPILOT) -> Book:
    book = Book(firm, random.Random(seed))
    book.fill()
    firm.switch(remind=mode)
    end = firm.deps.now() + timedelta(days=DAYS)
    while (now := firm.deps.now()) < end:
        looks = [it.look_at for it in firm.plan().values() if it.look_at and it.look_at > now]
        late = timedelta(minutes=book.dice.randint(0, 40))
        firm.world.clock.advance(min([*looks, now + timedelta(hours=15)]) + late - now)
        book.pay_some()
        both_work(firm)
    firm.settle()
    return book


def all_sent(firm: Firm) -> list[Sent]:
    with firm.deps.reading() as tx:
        return messages.sent(tx, firm.connection_id)


def taken(firm: Firm, book: Book) -> Counter[tuple[str, str, date]]:
    with firm.deps.reading() as tx:
        asked = messages.asked(tx, firm.connection_id, book.customers)
    return Counter((row.invoice_id, row.step, row.due) for rows in asked.values() for row in rows)


@pytest.mark.parametrize("seed", range(2))
def test_two_workers_keep_every_rule(open_firm: Opens, seed: int) -> None:
    rules = random_policy(random.Random(seed))
    firm = open_firm("quickbooks" if seed % 2 else "xero", dunning=rules)
    book, policy = lived(firm, seed), DunningPolicy.model_validate(rules)
    found = all_sent(firm)
    assert len(found) > 3
    assert len(firm.mails()) == len(found), "one delivery for each message"
    assert set(taken(firm, book).values()) == {1}
    by_day: dict[date, set[str]] = defaultdict(set)
    for sent in found:
        local = sent.sent_at.astimezone(ZONE)
        by_day[local.date()].add(sent.customer_id)
        there = [sent.sent_at.astimezone(zone) for zone in book.zones.get(sent.customer_id, ())]
        assert local.weekday() < 5
        assert any(
            policy.business_start <= it.time() < policy.business_end for it in (local, *there)
        )
        assert all(time(7) <= it.time() < time(21) for it in there)
        for invoice in sent.invoice_ids:
            assert invoice not in book.disputed
            assert sent.sent_at <= book.paid.get(invoice, sent.sent_at), "it was paid before"
            free = book.promised.get(invoice, date.min)
            assert local.date() > free + timedelta(
                days=policy.promise_grace_days * bool(free.year - 1)
            )
    assert max(map(len, by_day.values())) <= policy.ramp_per_day
    with firm.deps.reading() as tx:
        reached = outreach.all_contacts(tx, firm.connection_id, since=START)
    assert all(row.kept for row in budget.proof(reached, policy.budget, zone=ZONE))


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.SHADOW])
def test_two_workers_send_nothing_in_a_mode_that_does_not_act(open_firm: Opens, mode: Mode) -> None:
    firm = open_firm("xero")
    book = lived(firm, 7, mode)
    assert (firm.mails(), all_sent(firm)) == ([], [])
    assert bool(taken(firm, book)) is (mode is Mode.SHADOW), "shadow notes what it would do"
