"""Matching: what one payment costs in a book of 10,000 and of 100,000 open invoices."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

from rapidfuzz.fuzz import partial_ratio
from rapidfuzz.process import extractOne

from benchmarks import measures
from matching.book.gather import gather
from matching.book.shelf import Shelf
from matching.deciding.decide import decide
from matching.facts.items import Cash, OpenItem, Party
from matching.facts.policy import MatchPolicy
from providers.money import Money
from tests.matching import books
from tests.matching.hostile import HOSTILE

SIZES = (10_000, 100_000)
INVOICES_PER_CUSTOMER = 20
PAYMENTS, ROUNDS = 150, 3
FUZZY_POINTS_MIN = 85
HOSTILE_ROUNDS = 5
TODAY = date(2026, 1, 31)
POLICY = MatchPolicy.every_rule()
PLANTS = ("Maple", "Oak", "Birch", "Cedar", "Alder", "Rowan", "Hazel", "Linden", "Willow", "Sage",
          "Thyme", "Basil", "Sorrel", "Lovage", "Tarragon", "Borage", "Juniper", "Elm")  # fmt: skip
STONES = ("Granite", "Marble", "Slate", "Basalt", "Quartz", "Flint", "Chalk", "Gneiss", "Onyx",
          "Jasper", "Agate", "Opal", "Topaz", "Beryl", "Garnet", "Jade", "Pumice")  # fmt: skip
TRADES = ("Landscaping LLC", "Bakery Ltd", "Dental Group", "Joinery GmbH", "Freight Inc",
          "Printworks", "Brewing Co", "Textiles SARL", "Robotics BV", "Outfitters",
          "Plumbing", "Roofing", "Catering", "Optics", "Pharmacy", "Studios", "Motors")  # fmt: skip
NOISE = ("{}", "Payment {} thank you", "/ROC/{}//EREF/NOTPROVIDED", "re {} dated 01/12/2026")

Answer = frozenset[str]
Matcher = Callable[[Cash], Answer]
"""The ids of the invoices that a matcher posts the money on; none where it leaves it alone."""


@dataclass(frozen=True, slots=True)
class Paid:
    cash: Cash
    truth: Answer


@dataclass
class Score:
    """Milliseconds of each payment, and how many were posted and right."""

    times: list[float] = field(default_factory=list)
    posted: int = 0
    right: int = 0

    def at(self, share: float) -> float:
        return sorted(self.times)[min(len(self.times) - 1, int(share * len(self.times)))]


def run() -> None:
    medians = [measure(size) for size in SIZES]
    growth = medians[-1] / medians[0]
    times = f"{SIZES[-1] // SIZES[0]} times the book: {growth:.1f} times the median cost"
    worst = hostile()
    measures.show(
        f"Hostile inputs, {HOSTILE_ROUNDS} rounds, the slowest of each",
        ("what", "CPU ms"),
        [(case, f"{spent:.0f}") for case, spent in worst],
        times,
    )


def measure(size: int) -> float:
    """Print a table for a book of this size, and return the median of our own, in ms."""
    chance = random.Random(size)
    parties = list(_parties(size // INVOICES_PER_CUSTOMER))
    items = list(_invoices(chance, parties, size))
    paid = [_paid(chance, parties, items) for _ in range(PAYMENTS)]
    matchers = {
        "gather and decide": ours(items, parties),
        "exact number and amount": exact(items),
        "rapidfuzz, else the amount": fuzzy(items),
    }
    scores = {name: Score() for name in matchers}
    for match in matchers.values():
        match(paid[0].cash)
    for number in range(ROUNDS):
        names = list(matchers)
        for name in reversed(names) if number % 2 else names:
            judge(matchers[name], paid, scores[name])
    bare = scores["exact number and amount"].at(0.5)
    measures.show(
        f"Matching: {size:,} open invoices of {len(parties):,} customers, {PAYMENTS} payments,"
        f" {ROUNDS} rounds",
        ("what", "median CPU ms", "p99", "max", "of exact", "posted", "of these right"),
        [_row(name, score, bare) for name, score in scores.items()],
    )
    return scores["gather and decide"].at(0.5)


def _row(name: str, score: Score, bare: float) -> tuple[str, ...]:
    figures = (score.at(0.5), score.at(0.99), max(score.times))
    return (
        name, *(f"{figure:.2f}" for figure in figures), f"{score.at(0.5) / bare:.2f}",
        f"{score.posted / len(score.times):.1%}", f"{score.right / max(1, score.posted):.1%}",
    )  # fmt: skip


def judge(matcher: Matcher, paid: Sequence[Paid], score: Score) -> None:
    for one in paid:
        with measures.timed() as watch:
            answer = matcher(one.cash)
        score.times.append(1000 * watch.processor_seconds)
        score.posted += bool(answer)
        score.right += bool(answer) and answer == one.truth


def ours(items: Sequence[OpenItem], parties: Sequence[Party]) -> Matcher:
    shelf = Shelf(items, parties)
    shelf.called(parties[0].name, points_min=POLICY.name_points_min)  # reads all names once

    def match(cash: Cash) -> Answer:
        decision = decide(gather(cash, shelf, POLICY), POLICY)
        return frozenset(part.invoice_id for part in decision.allocations)

    return match


def exact(items: Sequence[OpenItem]) -> Matcher:
    """The baseline: the text holds the number, and the amount is the same."""

    def match(cash: Cash) -> Answer:
        found = [one for one in items if one.open == cash.amount and one.number in cash.text]
        return frozenset(one.invoice_id for one in found) if len(found) == 1 else frozenset()

    return match


def fuzzy(items: Sequence[OpenItem]) -> Matcher:
    """A script that one writes in an hour: the likest number, else the only exact amount."""
    numbers = [one.number.lower() for one in items]
    by_amount: dict[Money, list[str]] = {}
    for one in items:
        by_amount.setdefault(one.open, []).append(one.invoice_id)

    def match(cash: Cash) -> Answer:
        found = extractOne(
            cash.text.lower(), numbers, scorer=partial_ratio, score_cutoff=FUZZY_POINTS_MIN
        )
        if found:
            return frozenset({items[found[2]].invoice_id})
        equal = by_amount.get(cash.amount, [])
        return frozenset(equal) if len(equal) == 1 else frozenset()

    return match


def hostile() -> list[tuple[str, float]]:
    """The slowest of each, in milliseconds, the worst first."""
    gc.collect()  # what the large books left behind is none of their cost
    found = []
    for one in HOSTILE:
        shelf = books.shelf(one.book)
        shelf.called(one.cash.payer, points_min=POLICY.name_points_min)
        spent = []
        for _ in range(HOSTILE_ROUNDS):
            with measures.timed() as watch:
                decide(gather(one.cash, shelf, POLICY), POLICY)
            spent.append(1000 * watch.processor_seconds)
        found.append((one.case, max(spent)))
    return sorted(found, key=lambda pair: -pair[1])


def _parties(count: int) -> Iterator[Party]:
    names = [" ".join(words) for words in product(PLANTS, STONES, TRADES)]
    random.Random(count).shuffle(names)
    for number, name in enumerate(names[:count]):
        yield Party(f"c{number}", name)


def _invoices(chance: random.Random, parties: Sequence[Party], count: int) -> Iterator[OpenItem]:
    """Some customers owe a few invoices, and some hundreds."""
    weights = [1 / (1 + place % 100) for place in range(len(parties))]
    owners = chance.choices(range(len(parties)), weights, k=count)
    for number, place in enumerate(owners):
        issued = TODAY - timedelta(days=90 - 90 * number // count)
        amount = Money.of(f"{round(10 ** chance.uniform(3.5, 6.3)) / 100:.2f}", "USD")
        yield OpenItem(
            f"i{number}", f"INV-2026-{number:06}", parties[place].id, parties[place].name,
            issued, issued + timedelta(days=chance.choice((14, 30, 60))), amount, amount,
        )  # fmt: skip


def _paid(chance: random.Random, parties: Sequence[Party], items: Sequence[OpenItem]) -> Paid:
    """Mostly numbers, in several ways; else a name and an amount, or nothing that fits."""
    first = chance.choice(items)
    own = [one for one in items if one.customer_id == first.customer_id]
    kind = chance.choices(
        ("number", "serial", "several", "amount", "oldest", "stranger"), (35, 20, 20, 10, 10, 5)
    )[0]
    if kind == "stranger":
        amount = Money.of(f"{chance.randint(1_000, 900_000) / 100:.2f}", "USD")
        text = f"order {chance.randint(1_000, 9_999)}"
        return Paid(Cash("", "", amount, TODAY, "ZINNIA QUARRY", text), frozenset())
    chosen = [first]
    if kind == "several":
        chosen = chance.sample(own, min(len(own), chance.randint(2, 6)))
    if kind == "oldest":
        chosen = sorted(own, key=lambda one: one.age)[: chance.randint(2, 5)]
    numbers = [one.number for one in chosen]
    if kind == "serial":
        numbers = [f"invoice {numbers[0].rpartition('-')[2].lstrip('0') or '0'}"]
    text = chance.choice(NOISE).format(", ".join(numbers))
    total = Money.total((one.open for one in chosen), "USD")
    silent = kind in {"amount", "oldest"}
    name = next(party.name for party in parties if party.id == first.customer_id).upper()
    cash = Cash("", "", total, TODAY, name, "" if silent else text)
    return Paid(cash, frozenset(one.invoice_id for one in chosen))


if __name__ == "__main__":
    run()
