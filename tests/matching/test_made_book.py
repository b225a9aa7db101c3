"""On books made by seeds: nothing is posted wrong, and what does not matter changes nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from matching.book.gather import gather
from matching.book.shelf import Shelf
from matching.deciding.decide import decide
from matching.facts.items import Cash, MatchDecision, OpenItem, Party
from tests.matching.books import EVERY_RULE
from tests.matching.made_book import NUMBERINGS, TODAY, Made, made, minor
from tests.matching.made_payments import KINDS, payments
from tests.matching.made_teller import WORDS

SEEDS = range(56)
FEW_SEEDS = range(12)
RANDOM_ROUNDS, RANDOM_POSTED_MAX = 3_000, 0.003
STYLES = [(numbering, currency) for numbering in NUMBERINGS for currency in ("USD", "EUR", "JPY")]
POSTED_MIN = 0.9
"""Of the payments that pay something; the rest is left to a person."""

OF_DIGITS = ("slip", "cut", "boxes", "another number", "rival", "amount as number")
Outcome = tuple[str, dict[str, int]]


def judged(cash: Cash, book: Shelf) -> MatchDecision:
    return decide(gather(cash, book, EVERY_RULE), EVERY_RULE)


def outcome(decision: MatchDecision) -> Outcome:
    parts = {part.invoice_id: minor(part.amount) for part in decision.allocations}
    return decision.action, parts


def outcomes(seed: int, leave_out: Sequence[str] = (), **style: Any) -> dict[str, Outcome]:
    """By payment, what comes of it. A slip of the pen, a cut and what a few digits
    may mean are other ones in other digits."""
    book = made(seed, **style)
    shelf = book.shelf()
    return {
        one.cash.id: outcome(judged(one.cash, shelf))
        for one in payments(book, seed)
        if one.kind not in leave_out
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_posted_wrong(seed: int) -> None:
    numbering, currency = STYLES[seed % len(STYLES)]
    book = made(seed, numbering=numbering, currency=currency)
    shelf = book.shelf()

    for one in payments(book, seed, language=list(WORDS)[seed % len(WORDS)]):
        action, parts = outcome(judged(one.cash, shelf))
        assert action != "apply" or parts == one.truth.paid, one
        assert action != "ignore" or not one.truth.paid, one


def test_most_of_what_pays_something_is_posted_and_every_kind_is_seen() -> None:
    posted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for seed in SEEDS:
        book = made(seed)
        shelf = book.shelf()
        for one in payments(book, seed):
            given[one.kind] += bool(one.truth.paid)
            posted[one.kind] += judged(one.cash, shelf).action == "apply"

    assert set(given) == set(KINDS)
    assert posted.total() >= POSTED_MIN * given.total()
    assert [kind for kind in KINDS if given[kind] and not posted[kind]] == []


@pytest.mark.parametrize("numbering", NUMBERINGS)
@pytest.mark.parametrize("seed", FEW_SEEDS)
def test_another_numbering_gives_the_same_decisions(seed: int, numbering: str) -> None:
    assert outcomes(seed, OF_DIGITS, numbering=numbering) == outcomes(seed, OF_DIGITS)


@pytest.mark.parametrize(
    ("_case", "style"),
    [
        ("renamed customers", {"family": "herbs"}),
        ("numbers further on", {"shift": 2_310}),
        ("another currency", {"currency": "EUR"}),
        ("a currency without cents", {"currency": "JPY"}),
    ],
)
@pytest.mark.parametrize("seed", FEW_SEEDS)
def test_what_does_not_matter_changes_no_decision(
    _case: str, style: Mapping[str, Any], seed: int
) -> None:
    leave_out = OF_DIGITS if "shift" in style else ()

    assert outcomes(seed, leave_out, **style) == outcomes(seed, leave_out)


@pytest.mark.parametrize("seed", FEW_SEEDS)
def test_thrice_the_amounts_pay_the_same_invoices(seed: int) -> None:
    """A larger amount is a rarer one, so that it may prove what a smaller one does not."""
    plain, thrice = outcomes(seed), outcomes(seed, scale=3)

    changed = [id_ for id_ in plain if set(plain[id_][1]) != set(thrice[id_][1])]
    assert [plain[id_][0] for id_ in changed] == ["review"] * len(changed)
    assert len(changed) <= 0.02 * len(plain)


@pytest.mark.parametrize("seed", FEW_SEEDS)
def test_the_order_of_the_book_changes_no_decision(seed: int) -> None:
    book = made(seed)
    items, parties = list(book.items), list(book.parties)
    random.Random(seed).shuffle(items)
    random.Random(seed).shuffle(parties)
    mixed = Shelf(items, parties)

    for one in payments(book, seed):
        assert outcome(judged(one.cash, mixed)) == outcome(judged(one.cash, book.shelf()))


@pytest.mark.parametrize("seed", FEW_SEEDS)
def test_twice_the_book_brings_no_wrong_post_and_few_more_questions(seed: int) -> None:
    book = made(seed)
    other = made(seed + 1_000, family="herbs", shift=5_000, prefix="other ")
    alone, together = book.shelf(), book.shelf(other.items, other.parties)
    found = payments(book, seed)

    asked = 0
    for one in found:
        action, parts = outcome(judged(one.cash, together))
        assert action != "apply" or parts == one.truth.paid, one
        asked += judged(one.cash, alone).action == "apply" and action != "apply"

    assert asked <= 0.03 * len(found)


@pytest.mark.parametrize("seed", FEW_SEEDS)
def test_money_that_is_posted_explains_no_second_payment(seed: int) -> None:
    """Every payment comes twice; the second time its invoices are paid, and a person looks."""
    book = made(seed)
    shelf = book.shelf()
    for one in payments(book, seed):
        if one.kind not in {"named", "parent", "nameless payer", "lower case"}:
            continue
        decision = judged(one.cash, shelf)
        if decision.action == "apply":
            for part in decision.allocations:
                shelf.take(part.invoice_id, part.amount)
            again = judged(one.cash, shelf)
            assert again.action == "review", one
            assert again.allocations == ()
            for part in decision.allocations:
                shelf.take(part.invoice_id, -part.amount)


def test_random_amounts_of_known_payers_are_hardly_ever_posted() -> None:
    """Whatever is posted here fits by accident."""
    chance = random.Random("amounts")
    books: Sequence[tuple[Made, Shelf]] = [(one, one.shelf()) for one in map(made, range(100))]
    posted: list[Cash] = []
    for number in range(RANDOM_ROUNDS):
        book, shelf = books[number % len(books)]
        party: Party = chance.choice(book.parties)
        amount = round(10 ** chance.uniform(3, 6.5))
        cash = Cash("", "", book.money(amount), TODAY, party.name, "")
        if judged(cash, shelf).action == "apply":
            posted.append(cash)

    assert len(posted) <= RANDOM_POSTED_MAX * RANDOM_ROUNDS, posted


def test_a_made_book_has_what_real_books_have() -> None:
    books = [made(seed) for seed in range(40)]
    items: list[OpenItem] = [one for book in books for one in book.items]

    assert len({one.number for one in books[0].items}) == len(books[0].items)
    assert replace(books[0]) == made(0)
    assert any(not one.open.amount for one in items)
    assert any(one.open.amount < 0 for one in items)
    assert any(0 < one.open.amount < one.total.amount for one in items)
    assert any(len(book.of(party)) >= 8 for book in books for party in book.parties)
