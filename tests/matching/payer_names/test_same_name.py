"""Names that look alike and are not the same customer's."""

from __future__ import annotations

from datetime import date

import pytest

from matching.facts.items import Party
from matching.payer_names.names import NameIndex, common_endings
from matching.payer_names.same_name import is_another
from matching.told.remittance import Advice, pair
from providers.receipts import Remittance, RemittanceLine
from tests.matching.books import EVERY_RULE, cash, decided, item, line, taken, usd

PAIRS_OF_TWO = [
    ("subway 1234", "subway 1235"), ("parkview lot 14", "parkview lot 15"),
    ("burger palace 0412", "burger palace 0413"), ("gym no 2", "gym no 5"),
    ("south star dental", "north star dental"), ("east river hotel", "west river hotel"),
    ("acme uk trading", "acme us trading"), ("hill street fund ii", "hill street fund iii"),
    ("tower block a", "tower block b"), ("jan meyer bau", "jon meyer bau"),
    ("hotel adler berlin", "hotel adler bremen"), ("studio 54 records", "studio 55 records"),
    ("phase one builders", "phase two builders"), ("1st avenue dental", "2nd avenue dental"),
    ("klinik ost dresden", "klinik west dresden"),
]  # fmt: skip
PAIRS_OF_ONE = [
    ("maple landscapng", "maple landscaping"), ("marple landscaping", "maple landscaping"),
    ("müller bau", "mueller bau"), ("café rené", "cafe rene"),
    ("land scaping maple", "maple landscaping"),
    ("burger palace 0412", "burger palace 412"), ("burger palace", "burger palace 412"),
    ("maple landscap", "maple landscaping"), ("j meyer", "jan meyer"),
    ("acme intl trading", "acme international trading"), ("smith and sons", "smith sons"),
    ("acme gmbh berlin", "acme berlin"), ("dental south star", "south star dental"),
    ("großmann söhne", "grossmann soehne"), ("maple landscaping berlin", "maple landscaping"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), PAIRS_OF_TWO)
def test_a_differing_number_or_word_is_another_name(one: str, other: str) -> None:
    assert is_another(one, other)
    assert is_another(other, one)


@pytest.mark.parametrize(("one", "other"), PAIRS_OF_ONE)
def test_another_spelling_is_the_same_name(one: str, other: str) -> None:
    assert not is_another(one, other)
    assert not is_another(other, one)


@pytest.mark.parametrize(
    ("payer", "names"),
    [
        ("Subway 1234", ["Subway 1235", "Subway 1236"]), ("Subway 1234", ["Subway 1235"]),
        ("Parkview Lot 14", ["Parkview Lot 15", "Parkview Lot 16"]),
        ("Burger Palace 0412", ["Burger Palace 0413", "Burger Palace 0414"]),
        ("South Star Dental", ["North Star Dental"]),
        ("South Star Dental Ltd", ["North Star Dental Ltd", "Oak Bakery"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("amount", ["100.37", "177.92", "60"])
def test_another_store_of_a_chain_pays_nothing_by_an_amount(
    payer: str, names: list[str], amount: str
) -> None:
    parties = [Party(f"c{n}", name) for n, name in enumerate(names)]
    items = [item("8001", "100.37", customer="c0"), item("8002", "77.55", customer="c0")]

    decision = decided(line(amount, "", payer), items, EVERY_RULE, *parties)

    assert (decision.action, decision.allocations) == ("review", ())
    assert (
        "the payer's name is like the customer's, and differs in a number or a word"
        in decision.reasons
    )


def test_what_it_names_by_its_number_it_pays() -> None:
    items = [item("INV-8001", "100.37", customer="c0")]
    money = line("100.37", "INV-8001", "South Star Dental")

    decision = decided(money, items, EVERY_RULE, Party("c0", "North Star Dental"))

    assert taken(decision.allocations) == {"INV-8001": money.amount.amount}


def test_a_slip_of_the_pen_is_preferred_to_what_is_more_alike() -> None:
    """The customer of just that number, though another's name has more letters in common."""
    index = NameIndex([("other", "Burger Palace 0413"), ("meant", "Burgr Pallace 0412")])

    assert index.called("Burger Palace 0412", points_min=88)[0] == {"meant"}


@pytest.mark.parametrize("ending", ["12", "North", "II", "B", "Ost"])
def test_what_tells_stores_apart_is_no_common_ending(ending: str) -> None:
    names = [f"{first} {ending}" for first in ("Elm", "Ash", "Fir", "Yew", "Oak")]

    assert common_endings(names) == frozenset()


def test_an_advice_of_another_store_is_not_put_beside_the_money() -> None:
    money = cash("100", customer="", payer="Burger Palace 0413")

    def advice(payer: str) -> Advice:
        paid = RemittanceLine("INV-1", usd("100"), usd("0"), usd("0"), usd("100"))
        return Advice(payer, Remittance(payer, "", None, usd("100"), (paid,)), date(2026, 1, 30))

    assert pair([advice("Burger Palace 0412")], [money]) == {}
    assert pair([advice("Burger Palce 413")], [money]) == {"Burger Palce 413": "cash"}
