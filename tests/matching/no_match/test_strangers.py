"""Money that pays no open invoice."""

from __future__ import annotations

import pytest

from matching.facts.items import Cash
from tests.matching.books import cash, decided, item, line, paid, taken

BOOK = [
    item("INV-10411", "1240.50", due_days=-40),
    item("INV-10412", "387.15", due_days=-20),
    paid(item("INV-10399", "530.25", due_days=-60)),
    paid(item("INV-10400", "75.10", due_days=-50)),
]
MAPLE = "MAPLE LANDSCAPING"


@pytest.mark.parametrize(
    ("_case", "money", "word"),
    [
        ("a processor's payout", line("1240.50", "STRIPE PAYOUT X1", "STRIPE"), "stripe"),
        ("a card settlement", line("98.11", "merchant settlement 0226"), "merchant settlement"),
        ("a tax refund", line("387.15", "TAX REF 2025", "IRS TREAS 310"), "tax ref"),
        ("a German tax refund", line("98.11", "Erstattung Umsatzsteuer", "Finanzamt Mitte"),
            "erstattung"),
        ("interest", line("3.11", "interest paid"), "interest"),
        ("own money", line("5000", "transfer from savings"), "transfer from savings"),
        ("a loan", line("5000", "Darlehen 4711"), "darlehen"),
        ("a refund with a number", line("1240.50", "VAT refund 10411", "Bank"), "vat refund"),
        ("a French one", line("1240.50", "remboursement TVA 10411"), "remboursement"),
        ("an authority without words", line("98.11", "", "HMRC"), "hmrc"),
    ],
)  # fmt: skip
def test_money_that_no_customer_sent_is_ignored(_case: str, money: Cash, word: str) -> None:
    decision = decided(money, BOOK)

    assert (decision.action, decision.rule) == ("ignore", "not_a_customer")
    assert decision.allocations == ()
    assert any(word in reason for reason in decision.reasons), decision.reasons


@pytest.mark.parametrize(
    ("_case", "money"),
    [
        ("a customer's name", line("98.11", "refund", MAPLE)),
        ("an open invoice", line("387.15", "stripe payout INV-10412")),
        ("a paid invoice", line("530.25", "refund INV-10399")),
        ("a customer in the ledger", cash("98.11", "refund")),
        ("words that are like it", line("98.11", "interesting grants", "Stripes Carpets")),
    ],
)
def test_what_may_be_a_customers_is_never_ignored(_case: str, money: Cash) -> None:
    assert decided(money, BOOK).action != "ignore"


NOT_PAYMENTS = [
    "loan 10411 drawdown", "capital contribution 10411", "own transfer 10411",
    "Darlehen 10411", "Kapitaleinlage 10411", "Steuererstattung 10411", "Umbuchung 10411",
    "emprunt 10411", "apport en capital 10411", "déblocage du prêt 10411", "préstamo 10411",
    "aportación de capital 10411", "disposición del préstamo 10411", "lening 10411",
    "kapitaalstorting 10411", "belastingteruggave 10411", "stripe payout 10411",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_PAYMENTS)
@pytest.mark.parametrize("payer", ["", "First Savings Bank"])
def test_words_that_it_is_no_payment_beat_a_bare_number(text: str, payer: str) -> None:
    decision = decided(line("1240.50", text, payer), BOOK)
    assert (decision.action, decision.allocations) == ("review", ())
    assert any("is not what customers write, and no word for" in it for it in decision.reasons)
    assert taken(decision.candidates[0].allocations).keys() == {"INV-10411"}, "it is offered"


@pytest.mark.parametrize("text", [
    "Kapitaleinlage", "steuerrückzahlung", "déblocage de crédit", "préstamo", "geldlening",
])  # fmt: skip
def test_words_that_it_is_no_payment_say_that_it_is_no_customers(text: str) -> None:
    assert decided(line("700", text, "First Savings Bank"), BOOK).action == "ignore"


OF_ANY_TRANSFER = [
    "traspaso", "traspaso a su favor", "virement interne", "virement compte à compte",
    "interne overboeking", "transferencia interna", "drawdown 3 of project", "aportación socio",
    "from own account",
]  # fmt: skip


@pytest.mark.parametrize("text", OF_ANY_TRANSFER)
def test_what_banks_write_of_any_transfer_says_nothing(text: str) -> None:
    assert decided(line("700", text, "Juan Perez"), BOOK).action == "review"
    named = decided(line("1240.50", f"10411 {text}", "Juan Perez"), BOOK)
    assert taken(named.allocations).keys() == {"INV-10411"}


@pytest.mark.parametrize(
    "payer", ["Prestamos Rapidos SL", "Own Account Transfer Ltd", "Van der Lening BV"]
)
def test_a_payers_name_does_not_say_what_the_money_is(payer: str) -> None:
    assert decided(line("700", "factura marzo", payer), BOOK).action == "review"


@pytest.mark.parametrize(("text", "payer"), [
    ("10411", "Grant Hardware"), ("10411", "Elm Insurance Brokers"), ("10411", "Square Deal Ltd"),
    ("Prestamos Rapidos SL 10411", ""), ("insurance 10411", ""),
    ("10411 impuestos incluidos", ""), ("internal transfer 10411", ""),
])  # fmt: skip
def test_what_customers_are_called_and_buy_leaves_a_bare_number_alone(
    text: str, payer: str
) -> None:
    decision = decided(line("1240.50", text, payer), BOOK)
    assert taken(decision.allocations).keys() == {"INV-10411"}


@pytest.mark.parametrize(("text", "payer"), [
    ("10411", ""), ("paid 10411", ""), ("versement 10411", ""), ("loan INV-10411 drawdown", ""),
    ("loan invoice 10411", ""), ("loan 10411 drawdown", MAPLE), ("Drawdowns Ltd 10411", ""),
])  # fmt: skip
def test_they_beat_neither_a_word_for_an_invoice_nor_a_known_payer(text: str, payer: str) -> None:
    decision = decided(line("1240.50", text, payer), BOOK)
    assert taken(decision.allocations).keys() == {"INV-10411"}


@pytest.mark.parametrize(
    ("_case", "money", "said"),
    [
        ("the same money again", line("530.25", "INV-10399", MAPLE), "INV-10399 was paid already"),
        ("by nobody known", line("530.25", "INV-10399"), "INV-10399 was paid already"),
        ("another amount", line("500", "INV-10399", MAPLE), "INV-10399 was paid already"),
        ("two again", line("605.35", "10399 10400", MAPLE), "INV-10399, INV-10400 was paid"),
        ("one again beside a new one", line("917.40", "INV-10399 INV-10412", MAPLE),
            "INV-10399 was paid already, and is paid here again"),
    ],
)  # fmt: skip
def test_money_that_came_twice_is_left_to_a_person(_case: str, money: Cash, said: str) -> None:
    decision = decided(money, BOOK)

    assert (decision.action, decision.allocations) == ("review", ())
    assert any(said in reason for reason in decision.reasons), decision.reasons


def test_what_is_paid_is_offered_to_nobody() -> None:
    decision = decided(line("530.25", "INV-10399", MAPLE), BOOK)

    offered = {number for one in decision.candidates for number in taken(one.allocations)}
    assert "INV-10399" not in offered


def test_a_new_invoice_beside_one_that_was_paid_is_applied() -> None:
    decision = decided(line("387.15", "INV-10399, INV-10412", MAPLE), BOOK)

    assert set(taken(decision.allocations)) == {"INV-10412"}
