"""Digits that look like another customer's invoice, and may be something else."""

from __future__ import annotations

import pytest

from matching.facts.items import Cash, Party
from matching.facts.policy import MatchPolicy
from tests.matching.books import EVERY_RULE, cash, decided, item, line, taken

FIRST = MatchPolicy()
OAK = "Oak Dental Group"
RIVALS = [
    item("INV-1500", "1500"),
    item("INV-1501", "1500", customer="oak"),
    item("INV-25000", "25000", currency="JPY"),
    item("INV-25001", "25000", currency="JPY", customer="oak"),
    item("INV-4711", "500"),
    item("INV-4713", "2324.19"),
    item("INV-4801", "2324.19", customer="oak"),
    item("INV-4802", "2324.19", customer="oak"),
    item("INV-4800", "500", customer="oak"),
    item("12345678", "640"),
    item("12345679", "640", customer="oak"),
    item("260130", "720"),
    item("20260130", "730"),
    item("30012026", "740"),
    item("01302026", "750"),
]
"""Maple's numbers are what the texts say, and Oak owes as much."""


@pytest.mark.parametrize("policy", [FIRST, EVERY_RULE])
@pytest.mark.parametrize(
    ("_case", "amount", "text", "payer", "currency"),
    [
        ("paid", "1500", "paid 1500", OAK, "USD"),
        ("payment", "1500", "payment 1500", OAK, "USD"),
        ("a code behind it", "1500", "1500 USD", OAK, "USD"),
        ("in cents", "15.00", "1500", OAK, "USD"),
        ("with a comma and cents", "1500", "pago 1500,00", OAK, "USD"),
        ("nobody known", "1500", "deposit 1500", "", "USD"),
        ("without cents", "25000", "25000 JPY", OAK, "JPY"),
        ("a shop", "500", "STORE 4711", OAK, "USD"),
        ("a shop and a rare amount", "2324.19", "STORE 4713", OAK, "USD"),
        ("a street", "500", "Rental unit at 4711 Main Street", OAK, "USD"),
        ("a card", "500", "CARD 4711", OAK, "USD"),
        ("a telephone", "500", "call 4711", OAK, "USD"),
        ("a customer, German", "500", "Kundennr 4711", OAK, "USD"),
        ("a customer in two words", "500", "Kunden-Nr. 4711", OAK, "USD"),
        ("an order, German", "500", "Auftragsnr. 4711", OAK, "USD"),
        ("a delivery, German", "500", "Lieferschein 4711", OAK, "USD"),
        ("an order no", "500", "order no 4711", OAK, "USD"),
        ("an order number", "500", "PO number 4711", OAK, "USD"),
        ("an order, French", "500", "commande n° 4711", OAK, "USD"),
        ("an order, Dutch", "500", "bestelnummer 4711", OAK, "USD"),
        ("an offer, Spanish", "500", "presupuesto 4711", OAK, "USD"),
        ("an account", "640", "a/c 12345678", OAK, "USD"),
        ("a bank's own number", "640", "FP 12345678 REF 40-12-33", OAK, "USD"),
        ("a short date", "720", "FPI 260130", OAK, "USD"),
        ("a date", "730", "VALUE DATE 20260130", OAK, "USD"),
        ("a date, the day first", "740", "30012026", OAK, "USD"),
        ("a date, the month first", "750", "01302026", OAK, "USD"),
    ],
)  # fmt: skip
def test_what_may_be_no_invoice_number_pays_no_invoice_of_another(
    _case: str, amount: str, text: str, payer: str, currency: str, policy: MatchPolicy
) -> None:
    decision = decided(line(amount, text, payer, currency), RIVALS, policy)

    assert (decision.action, decision.allocations) == ("review", ())


@pytest.mark.parametrize(
    ("_case", "text", "amount", "number"),
    [
        ("with its letters", "INV-1500", "1500", "INV-1500"),
        ("with a word for an invoice", "invoice 1500", "1500", "INV-1500"),
        ("with a sign for a number", "#1500", "1500", "INV-1500"),
        ("with a word for a number", "no. 4711", "500", "INV-4711"),
        ("a date behind a word for an invoice", "Rechnung 260130", "720", "260130"),
    ],
)
def test_a_number_that_is_announced_pays_for_another(
    _case: str, text: str, amount: str, number: str
) -> None:
    decision = decided(line(amount, text, OAK), RIVALS, FIRST)

    assert decision.action == "apply", decision.reasons
    assert [str(key) for key in taken(decision.allocations)] == [number]


@pytest.mark.parametrize(
    ("_case", "money"),
    [
        ("who owes nothing like it", line("500", "4711", "Birch Bakery")),
        ("nobody known", line("500", "4711")),
        ("the payer's own", line("500", "4711", "Maple Landscaping")),
    ],
)
def test_bare_digits_still_name_an_invoice_where_nothing_else_would_do(
    _case: str, money: Cash
) -> None:
    book = [*RIVALS, item("INV-9000", "77", customer="birch")]

    decision = decided(money, book, FIRST)

    assert taken(decision.allocations) == {"INV-4711": 500}


def test_bare_digits_name_what_a_relative_owes() -> None:
    below = Party("maple", "Maple Landscaping LLC", parent_id="oak")

    decision = decided(line("500", "4711", OAK), RIVALS, FIRST, below)

    assert taken(decision.allocations) == {"INV-4711": 500}


def test_in_a_list_the_first_word_is_for_all() -> None:
    book = [*RIVALS, item("INV-1502", "2000"), item("INV-3500", "1500")]

    decision = decided(line("3500", "invoices 1502, 3500", OAK), book, FIRST)

    assert taken(decision.allocations) == {"INV-1502": 2000, "INV-3500": 1500}


def test_an_amount_in_the_text_is_read_as_the_payers_own() -> None:
    decision = decided(line("1500", "payment 1500", OAK), RIVALS)

    assert "by digits that are the amount as well" in decision.reasons[0]
    assert [taken(one.allocations) for one in decision.candidates[:2]] == [
        {"INV-1500": 1500}, {"INV-1501": 1500},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "prepayment quote Q-1001", "deposit for PO 1001", "customer 1001 on account",
        "Vorkasse Angebot 1001", "Anzahlung Auftrag 1001", "acompte devis 1001",
        "aanbetaling offerte 1001", "anticipo presupuesto 1001", "advance 1001",
    ],
)  # fmt: skip
@pytest.mark.parametrize("policy", [FIRST, EVERY_RULE])
def test_money_ahead_with_a_number_of_another_kind_pays_no_invoice(
    text: str, policy: MatchPolicy
) -> None:
    book = [item("INV-1001", "250")]

    assert decided(cash("250", text), book, policy).action == "review"


def test_money_ahead_pays_the_invoice_that_it_names() -> None:
    decision = decided(cash("250", "deposit INV-1001"), [item("INV-1001", "250")], FIRST)

    assert taken(decision.allocations) == {"INV-1001": 250}


FLAT = [
    *(item(number, "100") for number in ("1001", "1002", "1003", "200411", "200412")),
    item("1004", "170"),
]
MAPLE = "Maple Landscaping"


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("nothing else", "1002"),
        ("a word for an invoice", "invoice 1002"),
        ("a word for a reference", "ref 1002"),
        ("a sign", "hosting #1002"),
        ("a word of paying", "payment for 1002"),
        ("the payer's name", "MAPLE LANDSCAPING 1002"),
        ("a sign of a list", "hosting, 1002"),
        ("a word behind it", "1002 hosting"),
    ],
)
def test_a_short_number_chooses_among_equal_invoices(_case: str, text: str) -> None:
    decision = decided(line("100", text, MAPLE), FLAT, FIRST)

    assert taken(decision.allocations) == {"1002": 100}, decision.reasons


def test_one_behind_another_word_is_only_suggested_among_them() -> None:
    decision = decided(line("100", "hosting 1002", MAPLE), FLAT)

    assert (decision.action, decision.allocations) == ("review", ())
    assert taken(decision.candidates[0].allocations) == {"1002": 100}
    assert "a word that may be for another kind of number" in decision.reasons[0]


def test_nor_does_it_choose_among_them_for_another_amount() -> None:
    assert decided(line("97", "hosting 1002", MAPLE), FLAT).action == "review"


@pytest.mark.parametrize(
    ("_case", "text", "amount", "numbers"),
    [
        ("nobody else's amount", "hosting 1004", "170", {"1004"}),
        ("two numbers", "hosting 1001 1002", "200", {"1001", "1002"}),
        ("many digits", "hosting 200411", "100", {"200411"}),
    ],
)
def test_behind_any_word_it_pays_where_it_can_be_no_accident(
    _case: str, text: str, amount: str, numbers: set[str]
) -> None:
    assert set(taken(decided(line(amount, text, MAPLE), FLAT, FIRST).allocations)) == numbers
