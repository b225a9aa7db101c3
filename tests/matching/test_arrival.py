"""An invoice, its money and the advice for it, in whatever order they come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.book.gather import gather
from matching.deciding.decide import decide
from matching.facts.items import Cash, OpenItem
from matching.facts.policy import MatchPolicy
from tests.matching.books import EVERY_RULE, item, line, paid, shelf, taken

FIRST_NUMBER = 1_101
AMOUNTS = st.sampled_from(["99", "150", "6211.49"])
OWNERS = st.sampled_from(["maple", "oak"])
CURRENCIES = st.sampled_from(["USD", "USD", "USD", "EUR"])
WORDS = st.sampled_from(["INV-{}", "invoice {}", "payment inv {} thanks", "{}"])


@dataclass(frozen=True, slots=True)
class Story:
    """What there was before, the invoice that was issued last, and what came of it: money, and an
    advice that says what the money is for."""

    book: list[OpenItem]
    late: OpenItem
    money: Cash
    advice: str
    policy: MatchPolicy


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Without its number in the text of the money, only rules that need one are on: what is
    decided by an amount alone, before the advice is there, may be decided otherwise with it."""
    book = []
    for place in range(draw(st.integers(1, 4))):
        one = item(
            f"INV-{FIRST_NUMBER + place}", draw(AMOUNTS), customer=draw(OWNERS), due_days=place,
            currency=draw(CURRENCIES),
        )  # fmt: skip
        book.append(paid(one) if draw(st.booleans()) else one)
    number = FIRST_NUMBER + len(book) - 1 + draw(st.integers(1, 30))
    late = item(
        f"INV-{number}", draw(AMOUNTS), customer=draw(OWNERS), due_days=30,
        currency=draw(CURRENCIES),
    )  # fmt: skip
    said, advised = (draw(WORDS).format(number) for _ in range(2))
    text, policy = draw(st.sampled_from([(said, EVERY_RULE), (said, MatchPolicy()),
                                         ("", MatchPolicy())]))  # fmt: skip
    amount = draw(st.just(str(late.open.amount)) | AMOUNTS)
    money = line(amount, text, "Maple Landscaping")
    return Story(book, late, money, advised, policy)


def told(story: Story, order: tuple[str, ...]) -> dict[str, Decimal]:
    """What is posted in the end: money that waits is looked at whenever something comes. The
    numbering is learned from what is there."""
    book, money, here = shelf(story.book), story.money, False
    for event in order:
        if event == "invoice":
            book = shelf([*story.book, story.late])
        elif event == "advice":
            money = replace(money, text=f"{money.text} {story.advice}")
        here = here or event == "money"
        decision = decide(gather(money, book, story.policy), story.policy)
        if here and decision.action == "apply":
            return taken(decision.allocations)
    return {}


@settings(max_examples=400, deadline=None)
@given(stories())
def test_the_order_of_arrival_changes_nothing(story: Story) -> None:
    ends = [told(story, order) for order in permutations(("invoice", "money", "advice"))]

    assert all(end == ends[0] for end in ends)
    if story.money.amount.amount == story.late.open.amount:
        assert ends[0] in ({}, {story.late.number: story.late.open.amount})


def test_an_invoice_after_its_money_is_paid_when_it_comes() -> None:
    late = item("INV-1103", "99", due_days=30)
    money = line("99", "INV-1103", "Maple Landscaping")
    story = Story([item("INV-1102", "99")], late, money, "invoice 1103", EVERY_RULE)

    assert told(story, ("money",)) == {}
    assert told(story, ("money", "invoice")) == {"INV-1103": 99}
    assert told(story, ("money", "advice", "invoice")) == {"INV-1103": 99}
