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
    ("southeastern dental group", "southwestern dental group"),
    ("northeastern supply", "northwestern supply"), ("southern supply", "southwestern supply"),
    ("nordwestdeutsche handel", "nordostdeutsche handel"), ("nordwest handel", "nordost handel"),
    ("noordwest handel", "noordoost handel"), ("sureste comercial", "suroeste comercial"),
    ("north supply", "northeast supply"), ("easton builders", "weston builders"),
    ("fourth street dental clinic", "fourteenth street dental clinic"),
    ("4th street dental clinic", "fourteenth street dental clinic"),
    ("gate six storage park", "gate sixteen storage park"), ("gate 6 storage", "gate 16 storage"),
    ("gate seven storage", "gate seventeen storage"), ("gate six storage", "gate 16 storage"),
    ("first street community dental", "one street community dental"),
    ("daniel becker", "daniela becker"), ("becker daniel", "becker daniela"),
    ("paul young", "paula young"), ("maria schmidt", "mario schmidt"),
    ("andrea becker", "andreas becker"), ("christian weber", "christine weber"),
    ("christian weber", "christiane weber"), ("stephan braun", "stephanie braun"),
    ("robert long", "roberta long"), ("carl huber", "carla huber"), ("rené lang", "renée lang"),
    ("michael huber", "michaela huber"), ("manuel huber", "manuela huber"),
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
    ("mt vernon dental", "mount vernon dental"), ("st mary school", "saint mary school"),
    ("main st dental", "main street dental"), ("ft worth supply", "fort worth supply"),
    ("harbor property management", "harbor properties management"),
    ("valley bakery group", "valley bakeries group"), ("acme technology", "acme technologies"),
    ("medical ctr east", "medical centre east"), ("medical ctr east", "medical center east"),
    ("grey organisation", "gray organization"), ("1st choice movers", "first choice movers"),
    ("5th avenue dental", "fifth avenue dental"), ("studio two design", "studio 2 design"),
    ("northwset supply", "northwest supply"), ("southeas supply", "southeastern supply"),
    ("north west supply", "northwest supply"), ("southern supply", "south supply"),
    ("daniel beker", "daniel becker"), ("danile becker", "daniel becker"),
    ("frederik lang", "frederic lang"), ("johnsons roofing", "johnson roofing"),
    ("martins roofing", "martin roofing"), ("forth street dental", "fourth street dental"),
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


@pytest.mark.parametrize(
    ("payer", "name"),
    [
        ("Southeastern Dental Group", "Southwestern Dental Group"),
        ("Fourth Street Dental Clinic", "Fourteenth Street Dental Clinic"),
        ("Daniela Becker", "Daniel Becker"),
    ],
)
def test_nor_does_one_whose_point_or_number_or_ending_is_another(payer: str, name: str) -> None:
    items = [item("8001", "100.37", customer="c0"), item("8002", "77.55", customer="c0")]

    decision = decided(line("100.37", "", payer), items, EVERY_RULE, Party("c0", name))

    assert (decision.action, decision.allocations) == ("review", ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mt Vernon Dental", "Mount Vernon Dental"), ("St Mary School", "Saint Mary School"),
        ("Ft Worth Supply", "Fort Worth Supply"), ("Acme Technology", "Acme Technologies"),
        ("Harbor Property Management", "Harbor Properties Management"),
        ("Valley Bakery Group", "Valley Bakeries Group"),
        ("Medical Ctr East", "Medical Centre East"), ("Medical Ctr East", "Medical Center East"),
        ("Grey Organisation", "Gray Organization"), ("1st Choice Movers", "First Choice Movers"),
        ("5th Avenue Dental", "Fifth Avenue Dental"), ("Studio Two Design", "Studio 2 Design"),
    ],
)  # fmt: skip
def test_other_spellings_of_a_word_are_the_same_customers(one: str, other: str) -> None:
    items = [item("8001", "100.37", customer="c0"), item("8002", "77.55", customer="c0")]

    for payer, name in ((one, other), (other, f"{one} Ltd")):
        decision = decided(line("100.37", "", payer), items, EVERY_RULE, Party("c0", name))
        assert decision.action == "apply"
        assert taken(decision.allocations).keys() == {"8001"}


def test_who_has_the_name_to_the_letter_goes_before_another_spelling() -> None:
    index = NameIndex([("a", "Grey Partners"), ("b", "Gray Partners"), ("c", "St Mary School")])

    assert index.called("Gray Partners", points_min=88)[0] == {"b"}
    assert index.called("Grey Partners", points_min=88)[0] == {"a"}
    renewed = index.renewed([("d", "Saint Mary School"), ("a", "Grey Partners")])
    assert renewed.called("Gray Partners", points_min=88)[0] == {"a"}
    assert renewed.called("St Mary School", points_min=88)[0] == {"d"}
    assert index.called("Saint Mary School", points_min=88)[0] == {"c"}


def test_what_it_names_by_its_number_it_pays() -> None:
    items = [item("INV-8001", "100.37", customer="c0")]
    money = line("100.37", "INV-8001", "South Star Dental")

    decision = decided(money, items, EVERY_RULE, Party("c0", "North Star Dental"))

    assert taken(decision.allocations) == {"INV-8001": money.amount.amount}


def test_a_slip_of_the_pen_is_preferred_to_what_is_more_alike() -> None:
    """The customer of just that number, though another's name has more letters in common."""
    index = NameIndex([("other", "Burger Palace 0413"), ("meant", "Burgr Pallace 0412")])

    assert index.called("Burger Palace 0412", points_min=88)[0] == {"meant"}


@pytest.mark.parametrize("ending", ["12", "North", "II", "B", "Ost", "Southwest", "Two", "Second"])
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
