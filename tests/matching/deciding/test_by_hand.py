"""Money that a person lays: never more than there is, never across a currency or a customer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.deciding.by_hand import NotLaid, lay
from matching.facts.items import Cash, OpenItem
from providers.money import Money
from tests.matching.books import cash, item, line, usd

BOOK = [
    item("1", "100"),
    item("2", "50"),
    item("3", "50", customer="oak"),
    item("4", "50", currency="EUR"),
    item("CN-5", "-30"),
]
BOUND = replace(cash("140"), bound=True)


def test_a_credit_pays_beside_the_money_and_the_rest_is_told() -> None:
    laid = lay(line("130"), BOOK, {"id:1": usd("100"), "id:3": usd("50"), "id:CN-5": usd("30")})
    assert [(it.invoice_id, it.amount) for it in laid.allocations] == [
        ("id:1", usd("100")), ("id:3", usd("50")), ("id:CN-5", usd("-30")),
    ]  # fmt: skip
    assert laid.rest == usd("10")


@pytest.mark.parametrize(("_case", "money", "wanted", "told"), [
    ("unknown", line("9"), {"id:9": usd("9")}, "id:9 is no open invoice"),
    ("currency", line("50"), {"id:4": usd("50")}, "4 is in EUR, and USD 50.00 came"),
    ("too much of one", line("200"), {"id:2": usd("50.01")}, "more than the USD 50.00 open"),
    ("too much credit", line("200"), {"id:CN-5": usd("31")}, "the USD 30.00 left of it"),
    ("nothing", line("9"), {"id:1": usd("0")}, "write an amount above 0"),
    ("too much together", line("99"), {"id:1": usd("100")}, "USD 1.00 too much"),
    ("only credits", line("9"), {"id:CN-5": usd("5")}, "nothing is placed on an invoice"),
    ("empty", line("9"), {}, "nothing is placed on an invoice"),
    ("another's credit", line("50"), {"id:3": usd("50"), "id:CN-5": usd("30")},
     "the credits of Maple Landscaping LLC are USD 30.00 more"),
    ("none of the money", line("9"), {"id:1": usd("30"), "id:CN-5": usd("30")},
     "nothing of the money"),
    ("bound to another", BOUND, {"id:3": usd("50")}, "3 is Oak Dental Group's"),
])  # fmt: skip
def test_what_is_wrong_is_said_with_where_it_is(
    _case: str, money: Cash, wanted: dict[str, Money], told: str
) -> None:
    with pytest.raises(NotLaid) as error:
        lay(money, BOOK, wanted)
    (fault,) = error.value.faults
    assert told in fault


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(NotLaid) as error:
        lay(line("10"), BOOK, {"id:1": usd("101"), "id:4": usd("1"), "id:9": usd("1")})
    assert len(error.value.faults) == 3


CENTS = st.integers(-500, 20_000)


@st.composite
def documents(draw: st.DrawFn) -> list[OpenItem]:
    found = []
    for number in range(draw(st.integers(1, 5))):
        cents = draw(st.integers(1, 15_000)) * draw(st.sampled_from([1, 1, 1, -1]))
        owner = draw(st.sampled_from(["maple", "oak"]))
        currency = draw(st.sampled_from(["USD", "USD", "EUR"]))
        amount = str(Decimal(cents) / 100)
        found.append(item(str(number), amount, customer=owner, currency=currency))
    return found


@settings(max_examples=150)
@given(documents(), st.integers(1, 30_000), st.booleans(), st.data())
def test_whatever_is_typed_no_cent_is_made_and_no_currency_or_customer_is_crossed(
    book: list[OpenItem], came: int, bound: bool, data: st.DataObject
) -> None:
    money = cash(str(Decimal(came) / 100), bound=bound)
    ids = data.draw(st.lists(st.sampled_from([it.invoice_id for it in book]), unique=True))
    wanted = {id_: usd(str(Decimal(data.draw(CENTS)) / 100)) for id_ in ids}
    try:
        laid = lay(money, book, wanted)
    except NotLaid:
        return
    known = {it.invoice_id: it for it in book}
    taken = Money.total((part.amount for part in laid.allocations), "USD")
    assert taken + laid.rest == money.amount
    assert usd("0") < taken <= money.amount
    for part in laid.allocations:
        one = known[part.invoice_id]
        assert one.open.currency == "USD"
        assert not bound or one.customer_id == money.customer_id
        assert abs(part.amount.amount) == wanted[part.invoice_id].amount <= abs(one.open.amount)
        assert (part.amount.amount < 0) is one.is_credit
