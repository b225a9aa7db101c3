"""A book in memory, and what is gathered from it for one payment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.book import gather as bounds
from matching.book.gather import gather
from matching.book.shelf import CUSTOMERS_MAX, Shelf
from matching.facts.items import Cash, OpenItem, Party, Payer
from matching.facts.policy import MatchPolicy
from tests.matching.books import EVERY_RULE, cash, decided, item, line, paid, shelf, usd

BOOK = [
    item("INV-1001", "1000", due_days=5),
    item("INV-1002", "250", due_days=-5),
    item("INV-2001", "1000", customer="oak"),
    item("INV-2002", "80", customer="oak", currency="EUR"),
]

TREES = ("Elm", "Ash", "Fir", "Yew")


def numbers(items: object) -> list[str]:
    assert isinstance(items, (list, tuple))
    return [one.number for one in items]


def test_items_are_found_by_number_customer_and_amount() -> None:
    book = shelf(BOOK)

    assert numbers(book.numbered({"1002", "9"}, limit=9)) == ["INV-1002"]
    assert numbers(book.owned("maple", limit=9)) == ["INV-1002", "INV-1001"]
    assert numbers(book.priced(usd("1000"), limit=9)) == ["INV-1001", "INV-2001"]
    assert book.owned("nobody", limit=9) == []


def test_an_item_that_is_put_back_is_found_by_what_is_open_now() -> None:
    book = shelf(BOOK)

    book.take("id:INV-1001", usd("900"))

    assert numbers(book.priced(usd("1000"), limit=9)) == ["INV-2001"]
    assert numbers(book.priced(usd("100"), limit=9)) == ["INV-1001"]
    assert len(book.owned("maple", limit=9)) == 2
    book.put(item("INV-1003", "7"))
    assert numbers(book.numbered({"1003"}, limit=9)) == ["INV-1003"]


def test_what_is_paid_stands_behind_what_is_open() -> None:
    book = shelf([paid(item("1", "10", due_days=-90)), item("2", "10")])

    assert numbers(book.owned("maple", limit=9)) == ["2", "1"]


def test_a_look_up_tells_that_there_was_more() -> None:
    same = [item(f"INV-{number}", "10") for number in range(100, 120)]
    book = shelf(same)

    assert len(book.priced(usd("10"), limit=5)) == 6
    assert len(book.owned("maple", limit=5)) == 6
    assert len(book.numbered({str(n) for n in range(100, 120)}, limit=5)) == 6


def test_a_payer_is_found_by_name_and_alias_and_the_evidence_says_so() -> None:
    book = Shelf(BOOK, [Party("maple", "Maple Landscaping LLC", ("Green Hands",))])

    assert book.called("GREEN HANDS", points_min=88) == [
        Payer("maple", "the payer has the customer's name", 100.0)
    ]
    (near,) = book.called("Maple Landscapng", points_min=88)
    assert near.customer_id == "maple"
    assert "% like the customer's" in near.evidence


@pytest.mark.parametrize(
    ("_case", "count", "expected"),
    [("few", CUSTOMERS_MAX, CUSTOMERS_MAX), ("more than are looked into", CUSTOMERS_MAX + 1, 1)],
)
def test_of_customers_with_one_core_all_are_looked_into_or_the_one_with_the_whole_name(
    _case: str, count: int, expected: int
) -> None:
    endings = [f"trust{chr(ord('a') + place)}" for place in range(count)]
    shared = [Party(f"{tree} {end}", f"{tree} {end}") for tree in TREES for end in endings]

    found = Shelf([], shared).called("Elm TRUSTC", points_min=88)

    assert len(found) == expected
    assert "Elm trustc" in [payer.customer_id for payer in found]


@pytest.mark.parametrize(
    ("_case", "money", "expected"),
    [
        ("what the text names", line("5", "INV-1002"), {"INV-1001", "INV-1002"}),
        ("what the payer owes", line("5", payer="Oak Dental"), {"INV-2001", "INV-2002"}),
        ("what the customer owes", cash("5"), {"INV-1001", "INV-1002"}),
        ("what has the amount", line("1000"), {"INV-1001", "INV-2001"}),
        ("letters read as digits", line("5", "INV-1OO2"), {"INV-1001", "INV-1002"}),
        ("nothing", line("5", "thank you"), set()),
    ],
)
def test_a_case_holds_what_may_explain_the_money(
    _case: str, money: Cash, expected: set[str]
) -> None:
    assert set(numbers(gather(money, shelf(BOOK), EVERY_RULE).items)) == expected


def test_the_customer_that_the_ledger_knows_goes_before_the_name_of_the_payer() -> None:
    case = gather(cash("5", payer="Oak Dental Group"), shelf(BOOK), EVERY_RULE)

    assert [payer.customer_id for payer in case.payers] == ["maple"]


def test_how_alike_a_name_must_be_is_of_the_policy() -> None:
    money = line("5", payer="Maple Landscapng")

    assert gather(money, shelf(BOOK), MatchPolicy(name_points_min=99)).payers == ()
    assert len(gather(money, shelf(BOOK), MatchPolicy(name_points_min=90)).payers) == 1


def test_a_case_stays_bounded_in_the_largest_book() -> None:
    look_alikes = [f"c{number}" for number in range(30)]
    items: list[OpenItem] = []
    for serial in range(15_000):
        owner = look_alikes[serial % 30]
        one = replace(item(f"{10_000 + serial}", "10"), customer_id=owner)
        items.append(replace(one, customer_name="Elm Roofing"))
    text = " ".join(str(serial) for serial in range(10_000, 10_330))

    case = gather(line("10", text, "Elm Roofing"), shelf(items), EVERY_RULE)

    most = CUSTOMERS_MAX * (bounds.OWNED_MAX + 1) + bounds.NUMBERED_MAX + bounds.PRICED_MAX
    assert bounds.OWNED_MAX < len(case.items) <= most + 2
    assert len(case.payers) == CUSTOMERS_MAX


def row(count: int, owner: str, name: str, first: int) -> list[OpenItem]:
    """Invoices of one customer, of which the amounts differ."""
    return [
        replace(item(f"{first + n}", f"{n + 1}.{n % 89 + 10}", due_days=n - 500),
                customer_id=owner, customer_name=name)
        for n in range(count)
    ]  # fmt: skip


def same(number: int, owner: str, name: str) -> OpenItem:
    return replace(item(f"{number}", "777.77"), customer_id=owner, customer_name=name)


ONE_CHAIN = [same(10_000 + n, f"shop{n}", "Elm Roofing") for n in range(CUSTOMERS_MAX)]
OTHERS = [same(20_000 + n, f"other{n}", f"Other {n}") for n in range(bounds.PRICED_MAX + 1)]
LONG_LIST = row(bounds.OWNED_MAX + 5, "elm", "Elm Roofing", 30_000)


@pytest.mark.parametrize(
    ("_case", "book", "unseen"),
    [
        ("all is seen", row(10, "elm", "Elm Roofing", 30_000), ()),
        ("as many names as are looked into", ONE_CHAIN, ()),
        ("more names", [*ONE_CHAIN, same(1, "elm", "Elm Roofing")], ("amount", "credit", "sum")),
        ("more invoices", LONG_LIST, ("credit", "cut_off", "sum")),
        ("more with the amount, of others", [*OTHERS, same(1, "elm", "Elm Roofing")], ()),
        ("more of both", [*LONG_LIST, *OTHERS], ("amount", "credit", "cut_off", "sum")),
    ],
)
def test_a_case_tells_which_rules_would_have_to_see_more(
    _case: str, book: list[OpenItem], unseen: tuple[str, ...]
) -> None:
    assert gather(line("777.77", "", "Elm Roofing"), shelf(book), EVERY_RULE).unseen == unseen


def test_an_amount_that_another_shop_of_the_chain_may_owe_is_left_to_a_person() -> None:
    chain = [
        replace(one, open=usd(f"{n + 10}.33"), total=usd(f"{n + 10}.33"))
        for n, one in enumerate(ONE_CHAIN)
    ]
    unseen = replace(same(1, "shop99", "Elm Roofing"), open=usd("10.33"), total=usd("10.33"))
    money = line("10.33", "", "Elm Roofing")

    assert decided(money, chain).action == "apply"
    assert decided(money, [*chain, unseen]).action == "review"
    assert decided(line("10.33", "10000", "Elm Roofing"), [*chain, unseen]).action == "apply"
