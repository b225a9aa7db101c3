"""Who may have paid, by the names in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.book.gather import gather
from matching.book.payers import payers_of
from matching.book.shelf import Shelf
from matching.deciding.decide import decide
from matching.facts.items import Cash, OpenItem, Party, Payer
from matching.payer_names.names import TEXT_WORDS_MAX, NameIndex
from tests.matching.books import EVERY_RULE, decided, item, line, shelf, taken
from tests.matching.made_book import made, minor
from tests.matching.made_payments import payments

ASH, BIRCH, STAR = "Ash Ltd", "Birch Bakery Ltd", "Bright Star LLC"
PARTIES = [
    Party("ash", ASH), Party("birch", BIRCH), Party("star", STAR, aliases=("BS Trading Group",)),
    Party("host", "Hosting Inc"), Party("north", "Birch North", parent_id="birch"),
]  # fmt: skip
BOOK = [
    item("INV-1", "250", customer="ash"),
    item("INV-2", "250", customer="birch"),
    item("INV-3", "300", customer="star"),
    item("INV-4", "99.10", customer="host"),
    item("INV-5", "77.77", customer="north"),
    item("INV-6", "41.13", customer="birch"),
]
FEW_SEEDS = range(24)
POSTED_MIN = 0.8
"""Of what is posted where the payer has a name: only whole names are looked for in a text."""
WORDS = ["ash", "ltd", "birch", "bakery", "bright", "star", "llc", "the", "of"]


def judged(money: Cash) -> tuple[str, dict[str, Decimal]]:
    decision = decided(money, BOOK, EVERY_RULE, *PARTIES)
    return decision.action, taken(decision.allocations)


@pytest.mark.parametrize("payer", ["", "ACH CREDIT", "unknown customer"])
@pytest.mark.parametrize(
    ("_case", "text", "amount", "number"),
    [
        ("at the start", "ASH LTD ACH PAYMENT", "250", "INV-1"),
        ("its form in the long way", "payment Ash Limited, thanks", "250", "INV-1"),
        ("in the middle", "ACH CREDIT BIRCH BAKERY DES:PAY ID:93", "250", "INV-2"),
        ("an alias", "bs trading group 12/03", "300", "INV-3"),
        ("with signs", "FROM: BRIGHT-STAR, LLC.", "300", "INV-3"),
    ],
)
def test_who_is_named_in_the_text_paid_where_the_payer_has_no_name(
    _case: str, text: str, amount: str, number: str, payer: str
) -> None:
    assert judged(line(amount, text, payer)) == ("apply", {number: Decimal(amount)})


@pytest.mark.parametrize(
    ("_case", "money"),
    [
        ("on behalf of another, both owe it", line("250", "on behalf of Birch Bakery Ltd", ASH)),
        ("only the payer owes it", line("250", "on behalf of Bright Star LLC", ASH)),
        ("only the other owes it", line("300", "for Bright Star LLC", ASH)),
        ("both together", line("550", "obo BRIGHT STAR LLC", ASH)),
        ("an alias of the other", line("250", "for BS Trading Group", ASH)),
        ("a factor of nobody", line("300", "for Bright Star LLC", "Payment Factory SA")),
        ("two in the text", line("300", "ASH LTD for BRIGHT STAR LLC")),
        ("a sub-customer of the other", line("77.77", "for Birch Bakery Ltd", ASH)),
        ("one word that may be what is paid for", line("99.10", "hosting march")),
        ("a part of a name", line("250", "birch thanks")),
    ],
)
def test_where_text_and_payer_may_be_two_nothing_is_paid_by_an_amount(
    _case: str, money: Cash
) -> None:
    assert judged(money) == ("review", {})


@pytest.mark.parametrize(
    ("_case", "money", "number"),
    [
        ("the payer's own", line("250", "INV-1 for Birch Bakery Ltd", ASH), "INV-1"),
        ("the other's", line("250", "INV-2 for Birch Bakery Ltd", ASH), "INV-2"),
        ("of one word", line("99.10", "hosting INV-4"), "INV-4"),
    ],
)
def test_a_number_says_it_all_the_same(_case: str, money: Cash, number: str) -> None:
    assert judged(money) == ("apply", {number: money.amount.amount})


@pytest.mark.parametrize(
    ("_case", "money"),
    [
        ("its own name again", line("250", "Ash Ltd ach payment", ASH)),
        ("one word of another", line("250", "hosting", ASH)),
        ("a part of its own name", line("41.13", "birch north", "Birch Bakery North Ltd")),
        ("its sub-customer", line("250", "for Birch North", BIRCH)),
    ],
)
def test_no_other_customer_is_seen_in(_case: str, money: Cash) -> None:
    payers = payers_of(money, shelf(BOOK, *PARTIES), points_min=88)

    assert [payer.doubt for payer in payers] == [""] * len(payers)


@pytest.mark.parametrize("payer", ["", ASH, "Payment Factory SA"])
def test_what_the_customer_in_the_text_owes_is_suggested_first(payer: str) -> None:
    money = line("300", "on behalf of Bright Star LLC", payer)

    decision = decided(money, BOOK, EVERY_RULE, *PARTIES)

    assert taken(decision.candidates[0].allocations) == {"INV-3": Decimal(300)}


class Accounts(Shelf):
    """A book in which a person has said that Ash pays from an account."""

    def paying_from(self, account: str) -> list[Payer]:
        return [Payer("ash", "said so")] if account == "DE1" else []


@pytest.mark.parametrize(
    ("payer", "action"), [("", "apply"), (ASH, "apply"), ("Payment Factory", "apply"),
                          (STAR, "review")],
)  # fmt: skip
def test_an_account_does_not_outweigh_the_name_of_another_customer(payer: str, action: str) -> None:
    money = replace(line("250", "thanks", payer), account="DE1")

    decision = decide(gather(money, Accounts(BOOK, PARTIES), EVERY_RULE), EVERY_RULE)

    assert decision.action == action


@pytest.mark.parametrize("seed", FEW_SEEDS)
def test_with_the_payers_name_in_the_text_nothing_is_posted_wrong(seed: int) -> None:
    book = made(seed)
    known = book.shelf()
    posted = before = 0
    for one in payments(book, seed):
        moved = replace(one.cash, payer="", text=f"{one.cash.payer} {one.cash.text}")
        decision = decide(gather(moved, known, EVERY_RULE), EVERY_RULE)
        parts = {part.invoice_id: minor(part.amount) for part in decision.allocations}
        assert decision.action != "apply" or parts == one.truth.paid, one
        posted += decision.action == "apply"
        before += decide(gather(one.cash, known, EVERY_RULE), EVERY_RULE).action == "apply"

    assert posted >= POSTED_MIN * before


@given(
    words=st.lists(
        st.sampled_from(["ash", "ltd", "birch", "bakery", "bright", "star", "llc", "the", "of"])
    )
)
def test_each_name_in_a_text_is_found_by_itself(words: Sequence[str]) -> None:
    names = NameIndex([("ash", ASH), ("birch", BIRCH), ("star", STAR)])

    for one in names.in_text(" ".join(words)):
        owners, points = names.called(one.name, points_min=100)
        assert len(owners) == 1
        assert points == 100.0
        assert one.name in " ".join(words)


def test_a_text_is_looked_at_so_far() -> None:
    names = NameIndex([("ash", ASH)])

    assert names.in_text("a " * (TEXT_WORDS_MAX - 2) + "Ash Ltd")
    assert not names.in_text("a " * TEXT_WORDS_MAX + "Ash Ltd")


def test_a_dozen_of_one_name_in_the_text_are_rivals() -> None:
    book: list[OpenItem] = [
        item(f"INV-{n}", "250" if n in {3, 5} else "41.13", customer=f"elm{n}") for n in range(13)
    ]
    parties = [Party(f"elm{n}", "Elm Roofing") for n in range(13)]

    decision = decided(line("250", "ELM ROOFING LTD"), book, EVERY_RULE, *parties)

    assert decision.action == "review"
