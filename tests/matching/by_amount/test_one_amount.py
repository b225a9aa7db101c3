"""Money of which only the amount tells what it pays."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matching.facts.items import Cash
from matching.facts.policy import MatchPolicy
from matching.facts.rules import EVERY_FAMILY
from tests.matching.books import cash, decided, item, line, paid, taken

BOOK = [
    item("INV-10411", "1240.50", due_days=-40),
    item("INV-10412", "387.15", due_days=-20),
    item("INV-10413", "387.15", due_days=15),
    item("INV-10418", "92.30", due_days=10),
    paid(item("INV-10399", "1240.50", due_days=-60)),
    item("INV-20511", "4077.33", customer="oak"),
    item("INV-20512", "77.77", customer="oak", currency="EUR"),
    item("INV-20513", "92.30", customer="oak"),
    item("INV-20514", "500", customer="oak"),
]
MAPLE, OAK = "MAPLE LANDSCAPING", "oak dental group inc"


@pytest.mark.parametrize(
    ("_case", "money", "rule", "expected"),
    [
        ("the customer is known", cash("1240.50"), "amount_one", {"INV-10411": "1240.50"}),
        ("the payer is known by name", line("92.30", "", MAPLE), "amount_one",
            {"INV-10418": "92.30"}),
        ("its name has a slip", line("92.30", "thanks", "Maple Landscapng"), "amount_one",
            {"INV-10418": "92.30"}),
        ("the look-alike of another currency", line("77.77", "", OAK, "EUR"), "amount_one",
            {"INV-20512": "77.77"}),
        ("of two, the one due in the month", line("387.15", "services february", MAPLE), "period",
            {"INV-10413": "387.15"}),
        ("the same in German with its year", line("387.15", "Miete Februar 2026", MAPLE),
            "period", {"INV-10413": "387.15"}),
        ("of nobody known, a rare amount", line("4077.33"), "amount_of_stranger",
            {"INV-20511": "4077.33"}),
        ("of nobody, with a bank's words", line("4077.33", "incoming wire transfer", "UNKNOWN"),
            "amount_of_stranger", {"INV-20511": "4077.33"}),
    ],
)  # fmt: skip
def test_an_amount_that_only_one_invoice_has_is_applied(
    _case: str, money: Cash, rule: str, expected: dict[str, str]
) -> None:
    decision = decided(money, BOOK)

    assert decision.action == "apply", decision.reasons
    assert decision.rule == rule
    assert taken(decision.allocations) == {k: Decimal(v) for k, v in expected.items()}


@pytest.mark.parametrize(
    ("_case", "money"),
    [
        ("two of the payer have it", line("387.15", "", MAPLE)),
        ("two have it, and the month is of neither", line("387.15", "rent july", MAPLE)),
        ("two strangers have it", line("92.30")),
        ("a round amount of nobody known", line("500")),
        ("a stranger with a name", line("4077.33", "", "Zebra Quarry")),
        ("a stranger with words", line("4077.33", "for the garden house")),
        ("paid ahead", line("1240.50", "deposit for spring", MAPLE)),
        ("on account", line("92.30", "on account", MAPLE)),
        ("in German ahead", line("92.30", "Anzahlung", MAPLE)),
        ("what it names was paid already", line("1240.50", "INV-10399", MAPLE)),
        ("it names a number that the book does not have", line("1240.50", "INV-20733", MAPLE)),
        ("it calls such a number an invoice", line("1240.50", "invoice 20733", MAPLE)),
        ("the money is under the customer", cash("1240.50", "payment INV-20733")),
    ],
)
def test_an_amount_that_may_be_another_is_left_to_a_person(_case: str, money: Cash) -> None:
    decision = decided(money, BOOK)

    assert (decision.action, decision.allocations) == ("review", ())
    assert money.amount.amount in taken(decision.candidates[0].allocations).values()


@pytest.mark.parametrize("on", [True, False])
def test_the_oldest_of_equal_invoices_is_paid_where_the_client_wants_it(on: bool) -> None:
    policy = MatchPolicy(apply_by=EVERY_FAMILY, oldest_of_equal=on)

    decision = decided(line("387.15", "", MAPLE), BOOK, policy)

    assert decision.action == ("apply" if on else "review")
    assert taken(decision.allocations) == ({"INV-10412": Decimal("387.15")} if on else {})


def test_the_oldest_of_equal_invoices_is_not_chosen_against_a_month_that_is_named() -> None:
    policy = MatchPolicy(apply_by=EVERY_FAMILY, oldest_of_equal=True)

    decision = decided(line("387.15", "february", MAPLE), BOOK, policy)

    assert taken(decision.allocations) == {"INV-10413": Decimal("387.15")}


RENT = [
    *(item(f"INV-{4001 + n}", "99", due_days=30 * n - 330) for n in range(12)),
    item("INV-3101", "120.17", customer="oak"),
    item("INV-3102", "45.30", customer="oak", due_days=20),
    item("INV-3103", "12.11", customer="oak", due_days=40),
]
OLDEST = MatchPolicy(apply_by=EVERY_FAMILY, oldest_of_equal=True)


@pytest.mark.parametrize("policy", [OLDEST, MatchPolicy.every_rule()], ids=["oldest", "plain"])
@pytest.mark.parametrize("more", ["", " hosting", " february", " 02/2025"])
@pytest.mark.parametrize(
    "named", ["INV-4013", "inv 4020", "INV-3990", "INV-9999", "invoice 77123", "Rg 3888", "4013",
              "3990", "no. 3990", "thanks 9107"],
)  # fmt: skip
def test_no_amount_is_paid_against_a_number_that_the_book_does_not_have(
    named: str, more: str, policy: MatchPolicy
) -> None:
    for money in (
        line("99", named + more, MAPLE),
        line("120.17", named + more, OAK),
        line("165.47", named + more, OAK),
        line("177.58", named + more, OAK),
    ):
        decision = decided(money, RENT, policy)

        assert (decision.action, decision.allocations) == ("review", ()), decision.reasons
        best = decision.candidates[0]
        assert any("none has it" in words for words in best.against)


@pytest.mark.parametrize("money", ["100", "150"])
def test_a_named_invoice_takes_no_other_sum_while_a_number_beside_it_is_not_known(
    money: str,
) -> None:
    decision = decided(line(money, "INV-3101 INV-4213", OAK), RENT)

    assert (decision.action, decision.allocations) == ("review", ())


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("nothing", ""),
        ("words alone", "hosting, thank you"),
        ("the amount", "hosting USD 99.00"),
        ("the amount as it is also written", "99,00 EUR"),
    ],
)
def test_a_text_that_names_no_number_leaves_equal_invoices_to_the_policy(
    _case: str, text: str
) -> None:
    decision = decided(line("99", text, MAPLE), RENT, OLDEST)

    assert taken(decision.allocations) == {"INV-4001": Decimal(99)}


@pytest.mark.parametrize(
    "text",
    ["not INV-4001", "march 2031", "order 4005", "inv ending 4005", "Rechnung endend auf 4005",
     "inv **4005", "inv xx05", "05", "due 02.03.2026", "Q2 2026", "rent 3/26", "week 12",
     "tel 555 4005 10", "FT3990", "customer no. 9107", "less 2 %", "98.99", "99.00 and 4",
     "second invoice", "last invoice", "the newest one", "letzte Rechnung", "dernière facture",
     "laatste factuur", "última factura"],
)  # fmt: skip
def test_the_oldest_is_not_paid_where_the_text_says_anything_else(text: str) -> None:
    decision = decided(line("99", text, MAPLE), RENT, OLDEST)

    assert decision.rule != "oldest_of_equal"
    assert decision.allocations == ()


@pytest.mark.parametrize("payer", ["Pine Plumbing", "PINE PLUMBING LTD"])
def test_of_two_customers_with_such_a_name_none_is_chosen(payer: str) -> None:
    book = [
        item("1001", "412.77", customer="Pine Plumbing North"),
        item("2001", "412.77", customer="Pine Plumbing South"),
    ]

    decision = decided(line("412.77", "", payer), book)

    assert decision.action == "review"
    assert len(decision.candidates) == 2


def test_of_two_customers_with_such_a_name_the_one_with_the_amount_paid() -> None:
    book = [
        item("1001", "412.77", customer="Pine Plumbing North"),
        item("2001", "950.10", customer="Pine Plumbing South"),
    ]

    decision = decided(line("412.77", "", "Pine Plumbing"), book)

    assert (decision.action, taken(decision.allocations)) == ("apply", {"1001": Decimal("412.77")})


def test_a_whole_name_goes_before_one_that_only_begins_so() -> None:
    book = [
        item("1001", "412.77", customer="Pine Plumbing"),
        item("2001", "412.77", customer="Pine Plumbing South"),
    ]

    decision = decided(line("412.77", "", "Pine Plumbing South"), book)

    assert (decision.action, taken(decision.allocations)) == ("apply", {"2001": Decimal("412.77")})
