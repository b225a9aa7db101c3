"""Advices and money: the same sum and something in common, or nothing is chosen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.facts.items import Cash
from matching.told.remittance import Advice, pair
from providers.money import Money
from providers.receipts import Remittance, RemittanceLine

DAY = date(2026, 3, 2)
ZERO = Money.zero("USD")


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def advice(id_: str = "a1", total: str = "950", *, payer: str = "Cedar Works Ltd",
           reference: str = "", line: str = "", customer: str = "") -> Advice:  # fmt: skip
    net = usd(line or total)
    told = Remittance(payer, reference, DAY, usd(total), (
        RemittanceLine("INV-1", net, ZERO, ZERO, net),
    ))  # fmt: skip
    return Advice(id_, told, DAY, customer)


def cash(id_: str = "bank:1", amount: str = "950", *, payer: str = "CEDAR WORKS", text: str = "",
         days: int = 1, customer: str = "", currency: str = "USD") -> Cash:  # fmt: skip
    return Cash(id_, customer, Money.of(amount, currency), DAY + timedelta(days=days), payer, text)


@pytest.mark.parametrize(("_case", "said", "money", "is_pair"), [
    ("the payer's name", advice(), cash(), True),
    ("its trace, written apart", advice(payer="", reference="EFT-90012345"),
     cash(payer="", text="credit eft 9001 2345 thanks"), True),
    ("its trace", advice(payer="", reference="EFT-90012345"),
     cash(payer="", text="/ROC/EFT 90012345/"), True),
    ("a short trace proves nothing", advice(payer="", reference="A12"),
     cash(payer="", text="A12"), False),
    ("a trace within a longer number", advice(payer="", reference="90012"),
     cash(payer="", text="1900123"), False),
    ("the customer is known on both sides", advice(payer="", customer="c1"),
     cash(payer="", customer="c1"), True),
    ("customers that differ", advice(customer="c1"), cash(customer="c2"), False),
    ("another sum", advice(), cash(amount="950.01"), False),
    ("another currency", advice(), cash(currency="CAD"), False),
    ("another payer", advice(), cash(payer="Birch Supply"), False),
    ("nobody named", advice(payer=""), cash(payer=""), False),
    ("a cheque in the post", advice(), cash(days=21), True),
    ("too late", advice(), cash(days=22), False),
    ("money a week before", advice(), cash(days=-7), True),
    ("money long before", advice(), cash(days=-8), False),
    ("figures that do not agree", advice(line="940"), cash(), False),
])  # fmt: skip
def test_an_advice_finds_its_money(_case: str, said: Advice, money: Cash, is_pair: bool) -> None:
    assert pair([said], [money]) == ({said.id: money.id} if is_pair else {})


def test_the_name_of_the_known_customer_counts_where_the_bank_has_none() -> None:
    money = cash(payer="", customer="c1")
    assert pair([advice()], [money]) == {}
    assert pair([advice()], [money], {"c1": "Cedar Works"}) == {"a1": "bank:1"}


def test_of_several_none_is_chosen() -> None:
    assert pair([advice()], [cash("bank:1"), cash("bank:2")]) == {}
    assert pair([advice("a1"), advice("a2")], [cash()]) == {}


def test_a_trace_decides_between_equal_sums_and_leaves_the_rest_to_names() -> None:
    said = [advice("a1", reference="EFT-90012345"), advice("a2")]
    money = [cash("bank:1"), cash("bank:2", text="EFT90012345")]
    assert pair(said, money) == {"a1": "bank:2", "a2": "bank:1"}
    assert pair(said[::-1], money[::-1]) == {"a1": "bank:2", "a2": "bank:1"}


SAID = st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["Cedar", "Birch", ""])), max_size=6)


@given(SAID, SAID)
def test_nothing_is_paired_twice_and_sums_are_equal(
    said: list[tuple[int, str]], came: list[tuple[int, str]]
) -> None:
    advices = [advice(f"a{n}", str(total), payer=p) for n, (total, p) in enumerate(said)]
    money = [cash(f"m{n}", str(total), payer=p) for n, (total, p) in enumerate(came)]
    found = pair(advices, money)
    assert len(set(found.values())) == len(found)
    for one, other in found.items():
        assert said[int(one[1:])] == came[int(other[1:])]
    assert pair(advices[::-1], money[::-1]) == found
