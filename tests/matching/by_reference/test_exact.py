"""Money whose text names invoices that are open with exactly the amount."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matching.facts.items import Cash
from tests.matching.books import cash, decided, item, line, paid, taken

BOOK = [
    item("INV-10411", "1240.50", due_days=-40),
    item("INV-10412", "387.15", due_days=-20),
    item("INV-10413", "387.15", due_days=-5),
    item("INV-10418", "92.30", due_days=10),
    item("INV-10420", "615.99", due_days=12),
    item("INV-10421", "48.01", due_days=14),
    item("INV-10427", "2611.08", due_days=20),
    item("INV-10430", "600", due_days=25),
    paid(item("INV-10399", "530.25", due_days=-60)),
    item("CN-10415", "-40.15", due_days=-10),
    item("INV-20511", "1240.50", customer="oak"),
    item("INV-20512", "77.77", customer="oak", currency="EUR"),
    item("INV-20513", "333.40", customer="oak"),
]
A, B, C, D, E, F, G = "10411", "10412", "10413", "10418", "10420", "10421", "10427"
MAPLE = "MAPLE LANDSCAPING"


def whole(*serials: str) -> dict[str, Decimal]:
    """These invoices with all that is open on them."""
    return {one.number: one.open.amount for one in BOOK if one.number[-5:] in serials}


@pytest.mark.parametrize(
    ("_case", "money", "rule", "expected"),
    [
        ("one by its number", cash("1240.50", "INV-10411"), "named_exact", whole(A)),
        ("the number alone", cash("387.15", "10413"), "named_exact", whole(C)),
        ("two by their numbers", cash("1627.65", "10411, 10412"), "named_exact", whole(A, B)),
        ("three with plus signs", cash("1719.95", "INV-10411+INV-10412+INV-10418"), "named_exact",
            whole(A, B, D)),
        ("payer not known", line("1240.50", "inv 10411"), "named_exact", whole(A)),
        ("payer known by name", line("387.15", "10412", MAPLE), "named_exact", whole(B)),
        ("named twice", cash("92.30", "10418 / INV-10418"), "named_exact", whole(D)),
        ("with a credit note named", cash("347.00", "10412 less CN-10415"), "named_exact",
            whole(B) | {"CN-10415": Decimal("-40.15")}),
        ("of two customers", line("425.70", "INV-10418 INV-20513"), "named_exact",
            whole(D) | {"INV-20513": Decimal("333.40")}),
        ("a parent pays", line("1240.50", "INV-10411", "Forest Holding"), "named_exact", whole(A)),
        ("another customer pays", line("1240.50", "INV-10411", "Oak Dental"), "named_exact",
            whole(A)),
        ("its amount is written too", cash("92.30", "INV-10418 USD 92.30"), "named_exact",
            whole(D)),
    ],
)  # fmt: skip
def test_exact_number_and_exact_amount_are_applied(
    _case: str, money: Cash, rule: str, expected: dict[str, Decimal]
) -> None:
    decision = decided(money, BOOK)

    assert (decision.action, decision.rule) == ("apply", rule)
    assert taken(decision.allocations) == expected
    assert decision.confidence > 0.99


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("lower case without signs", "inv10418"),
        ("O for 0", "INV-1O418"),
        ("I for 1", "INV-I04I8"),
        ("blanks within the number", "INV- 10 418"),
        ("a tag of MT940 within the number", "?20RG INV-104?2118"),
        ("a hash", "payment for #10418 thanks"),
        ("other scripts' digits", "INV-１０４１８"),
        ("letters of full width", "ＩＮＶ－１０４１８"),
        ("a sign for a number right before it", "facture n°10418"),
        ("zeros before", "0010418"),
        ("in German", "Rechnung Nr. 10418 vom 12.01.2026"),
        ("in French", "facture n° 10418 du 12/01/2026"),
        ("in Dutch", "factuur 10418"),
        ("in Spanish", "pago factura 10418"),
        ("a bank's words", "SEPA CREDIT TRANSFER REMI INV-10418 EREF NOTPROVIDED"),
        ("a line break", "Invoice\n10418"),
    ],
)
@pytest.mark.parametrize("payer", [MAPLE, ""])
def test_a_number_is_read_however_it_is_written(_case: str, text: str, payer: str) -> None:
    decision = decided(line("92.30", text, payer), BOOK)

    assert decision.action == "apply", decision.reasons
    assert taken(decision.allocations) == whole(D)


@pytest.mark.parametrize(
    ("_case", "text", "amount", "rule", "expected"),
    [
        ("the last digits only", "INV-10412,18", "479.45", "named_short_form", whole(B, D)),
        ("with a slash", "10411/12", "1627.65", "named_short_form", whole(A, B)),
        ("a range", "10411-10413", "2014.80", "named_short_form", whole(A, B, C)),
        ("a range with a short end", "INV-10411-13", "2014.80", "named_short_form",
            whole(A, B, C)),
        ("a range in words", "invoices 10411 to 10413", "2014.80", "named_short_form",
            whole(A, B, C)),
        ("one digit changed", "INV-10472", "387.15", "named_typo", whole(B)),
        ("two digits swapped", "INV-10142", "387.15", "named_typo", whole(B)),
        ("one digit dropped", "INV-1412", "387.15", "named_typo", whole(B)),
        ("one digit doubled", "INV-104412", "387.15", "named_typo", whole(B)),
        ("one of two with a slip", "10411 and 10472", "1627.65", "named_typo", whole(A, B)),
        ("to follow", "10412; 10418 to follow", "387.15", "named_exact", whole(B)),
        ("disputed", "10412, 10418 disputed", "387.15", "named_exact", whole(B)),
        ("NOT incl", "10418 (NOT incl 10412)", "92.30", "named_exact", whole(D)),
        ("paid before and new", "10399, 10418", "92.30", "named_exact", whole(D)),
        ("an order number", "PO 10412 inv 10418", "92.30", "named_exact", whole(D)),
        ("a job number", "Job# 77120 INV-10418", "92.30", "named_exact", whole(D)),
        ("a telephone number", "INV-10418 tel 555 010 4411", "92.30", "named_exact", whole(D)),
        ("an account number", "acct 10411 10418", "92.30", "named_exact", whole(D)),
        ("one of two that are named", "10411 10427", "1240.50", "amount_one", whole(A)),
        ("another than is named", "INV-10427", "92.30", "amount_against_text", whole(D)),
        ("only an order number", "PO 10420", "615.99", "amount_one", whole(E)),
        ("a credit note that is not named", "10412", "347.00", "named_less_credit",
            whole(B) | {"CN-10415": Decimal("-40.15")}),
    ],
)  # fmt: skip
def test_a_text_is_understood(
    _case: str, text: str, amount: str, rule: str, expected: dict[str, Decimal]
) -> None:
    decision = decided(line(amount, text, MAPLE), BOOK)

    assert decision.action == "apply", decision.reasons
    assert (decision.rule, taken(decision.allocations)) == (rule, expected)


@pytest.mark.parametrize(
    ("_case", "money", "said", "best"),
    [
        ("a slip of the pen by nobody known", line("92.30", "INV-10478"), "not beyond doubt",
            whole(D)),
        ("an order number that is almost an invoice's", line("387.15", "PO 10472", MAPLE),
            "not beyond doubt", whole(B)),
        ("another currency came", line("77.77", "INV-20512"), "INV-20512 is in EUR",
            {"INV-20512": Decimal("77.77")}),
        ("what is left out is needed", line("479.45", "10412, 10418 disputed", MAPLE),
            "not beyond doubt", whole(B, D)),
        ("an order number and a round amount", line("600", "PO 10430"), "not beyond doubt",
            whole("10430")),
    ],
)  # fmt: skip
def test_doubt_goes_to_a_person(
    _case: str, money: Cash, said: str, best: dict[str, Decimal]
) -> None:
    decision = decided(money, BOOK)

    assert (decision.action, decision.allocations) == ("review", ())
    assert any(said in reason for reason in decision.reasons), decision.reasons
    assert taken(decision.candidates[0].allocations) == best


def test_the_reason_quotes_the_characters_that_name_the_invoice() -> None:
    decision = decided(line("92.30", "pay ?20INV 104?2118 ok", MAPLE), BOOK)

    assert 'INV-10418 ("104?2118" at 11)' in decision.reasons[0]


def test_a_number_behind_foreign_letters_is_no_slip_of_another() -> None:
    book = [item("12057", "463.58"), item("12037", "463.58"), item("12078", "1034.84")]

    decision = decided(line("1498.42", "ROC-12057 12078", MAPLE), book)

    assert taken(decision.candidates[0].allocations).keys() == {"12057", "12078"}


@pytest.mark.parametrize(
    ("text", "action"), [("10412", "apply"), ("10412 less bank charges", "review")]
)
def test_a_credit_note_is_not_taken_off_where_the_payer_says_otherwise(
    text: str, action: str
) -> None:
    assert decided(line("347.00", text, MAPLE), BOOK).action == action


def test_two_readings_that_come_to_the_same_amount_are_both_shown() -> None:
    book = [item("A-10412", "50"), item("B-10412", "50"), item("C-77000", "9")]

    decision = decided(line("50", "10412", MAPLE), book)

    assert decision.action == "review"
    assert [taken(c.allocations) for c in decision.candidates[:2]] == [
        {"A-10412": 50}, {"B-10412": 50},
    ]  # fmt: skip


def test_the_amount_tells_which_of_two_equal_numbers_is_meant() -> None:
    book = [item("A-10412", "50"), item("B-10412", "60")]

    decision = decided(line("60", "10412", MAPLE), book)

    assert (decision.action, decision.rule) == ("apply", "named_unsure")
    assert taken(decision.allocations) == {"B-10412": 60}


def test_the_payer_tells_which_of_two_equal_numbers_is_meant() -> None:
    book = [item("7-104", "50"), item("8-104", "50", customer="oak")]

    decision = decided(line("50", "inv 104", "Oak Dental Group"), book)

    assert (decision.action, taken(decision.allocations)) == ("apply", {"8-104": 50})
