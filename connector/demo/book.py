"""The built-in book: two small companies, the same at every run but for the day it begins."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from connector.demo.trade import Bill, Business, Buyer

TREES = (
    "Alder", "Aspen", "Beech", "Birch", "Cedar", "Cypress", "Elm", "Fir", "Hazel", "Hemlock",
    "Hickory", "Holly", "Juniper", "Larch", "Linden", "Maple", "Oak", "Pine", "Poplar", "Rowan",
    "Spruce", "Sycamore", "Walnut", "Willow", "Yew", "Laurel", "Olive", "Almond", "Cherry", "Plum",
)  # fmt: skip
TRADES = (
    "Bakery", "Joinery", "Dental Practice", "Catering", "Garden Centre", "Print Works", "Cycles",
    "Veterinary Clinic", "Property Services", "Coffee Roasters", "Physiotherapy", "Events",
    "Brewing", "Accountants", "Flooring", "Hotel", "Nursery School", "Removals", "Pharmacy",
)  # fmt: skip
HABITS = (
    "prompt", "prompt", "late", "together", "prompt", "silent", "short", "late", "never",
    "answers", "prompt", "over", "together", "prompt", "late", "silent",
)  # fmt: skip
LATE = {"late": 25, "never": 40}
"""By so many days the bills of the past were paid late, by habit."""
HISTORY_DAYS = 120
TERMS_DAYS = (14, 30, 30, None)
"""None: the bill names no day, and the ledger's terms say when it is due."""
ADDRESSLESS_EVERY = 9
CREDITS = 3
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Sort:
    """How one of the companies trades. `others` are the currencies beside its own."""

    name: str
    ledger: str
    currency: str
    others: tuple[str, ...]
    country: str
    time_zone: str
    prefix: str
    first_number: int
    buyers: int
    amounts: tuple[int, int]
    phone: str
    town: tuple[str, str, str, str]
    """A number that is kept for fiction, but for its last two digits; city, region, postal code,
    country."""


SORTS = (
    Sort("Harbour Street Supplies", "quickbooks", "USD", (), "US", "America/New_York",
         "", 1001, 30, (80, 4200), "+12125550100", ("New York", "NY", "10013", "US")),
    Sort("Northlight Studio", "xero", "GBP", ("EUR", "USD"), "GB", "Europe/London",
         "INV-", 401, 26, (150, 6800), "+442079460000", ("London", "", "SE1 9SG", "GB")),
)  # fmt: skip


def habit(buyers: Sequence[Buyer], buyer: Buyer) -> str:
    """How a buyer of the built-in book pays."""
    return HABITS[[one.id for one in buyers].index(buyer.id) % len(HABITS)]


def of_habit(buyers: Sequence[Buyer], wanted: str) -> Iterator[Buyer]:
    return (buyer for buyer in buyers if habit(buyers, buyer) == wanted)


def businesses(today: date) -> list[Business]:
    """Both companies as they stand on a day."""
    return [_business(sort, today) for sort in SORTS]


def more_bills(business: Business, days: Sequence[date]) -> Iterator[Bill]:
    """What a company bills on these days: on working days, two or three bills each."""
    sort = next(sort for sort in SORTS if sort.name == business.name)
    chance = random.Random(f"{sort.name} bills")  # noqa: S311
    number = sort.first_number + len(business.bills)
    for day in days:
        for _ in range(chance.randint(2, 3) if day.weekday() < 5 else 0):  # noqa: PLR2004
            buyer = chance.choice(business.buyers)
            yield _bill(sort, buyer, number, day, chance)
            number += 1


def _business(sort: Sort, today: date) -> Business:
    chance = random.Random(sort.name)  # noqa: S311
    buyers = list(_buyers(sort, chance))
    moments = sorted(
        (today - timedelta(days=chance.randint(1, HISTORY_DAYS)), buyer.id, buyer)
        for buyer in buyers
        for _ in range(chance.randint(3, 6))
    )
    late = {buyer.id: LATE.get(habit(buyers, buyer), 0) for buyer in buyers}
    bills = [
        replace(
            _aged(_bill(sort, buyer, number, day, chance), today, chance),
            late_days=late[buyer.id],
        )
        for number, (day, _, buyer) in enumerate(moments, sort.first_number)
    ]
    credits_ = [
        _credit(buyer, place, today, chance)
        for place, buyer in enumerate(chance.sample(buyers, CREDITS), 1)
    ]
    return Business(
        sort.name, sort.ledger, sort.currency, sort.country, sort.time_zone, buyers,
        [*bills, *credits_],
    )  # fmt: skip


def _buyers(sort: Sort, chance: random.Random) -> Iterator[Buyer]:
    for place, tree in enumerate(chance.sample(TREES, sort.buyers)):
        trade = chance.choice(TRADES)
        slug = f"{tree}-{trade}".lower().replace(" ", "-")
        email = f"accounts@{slug}.example" if (place + 1) % ADDRESSLESS_EVERY else ""
        foreign = sort.others and chance.random() < 1 / 3
        currency = chance.choice(sort.others) if foreign else sort.currency
        phone = f"{sort.phone[:-2]}{place:02d}"
        street = (f"{place + 1} {tree} Street", *sort.town)
        yield Buyer(f"{sort.ledger}-{place}", f"{tree} {trade}", email, currency, phone, street)


def _bill(sort: Sort, buyer: Buyer, number: int, day: date, chance: random.Random) -> Bill:
    terms = chance.choice(TERMS_DAYS)
    low, high = sort.amounts
    total = (Decimal(chance.randint(low * 100, high * 100)) * CENT).quantize(CENT)
    return Bill(
        buyer.id, f"{sort.prefix}{number:04d}", day, day + timedelta(days=terms) if terms else None,
        buyer.currency, total, total,
    )  # fmt: skip


def _aged(bill: Bill, today: date, chance: random.Random) -> Bill:
    """Most bills that are due by now are paid, a few in part."""
    due = bill.due or bill.issued + timedelta(days=30)
    late_days = (today - due).days
    if late_days < 0 or (late_days < 30 and chance.random() < 0.3):  # noqa: PLR2004
        return bill
    paid = bill.total if chance.random() < 0.95 else (bill.total / 2).quantize(CENT)  # noqa: PLR2004
    return Bill(bill.buyer_id, bill.number, bill.issued, bill.due, bill.currency, bill.total,
                bill.total - paid)  # fmt: skip


def _credit(buyer: Buyer, place: int, today: date, chance: random.Random) -> Bill:
    total = -(Decimal(chance.randint(2000, 30000)) * CENT)
    issued = today - timedelta(days=chance.randint(2, 40))
    return Bill(buyer.id, f"CN-{place:03d}", issued, None, buyer.currency, total, total)
