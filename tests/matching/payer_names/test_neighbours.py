"""Names in a text that may be a part of longer ones."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matching.facts.items import Candidate, MatchDecision, Party
from matching.payer_names.names import NameIndex
from matching.payer_names.neighbours import GOES_ON, INSIDE, RECEIVING
from tests.matching.books import EVERY_RULE, decided, item, line, taken

PARTIES = [
    Party("star", "Star Inc"), Party("river", "River LLC"), Party("alpha", "Alpha Trading Ltd"),
    Party("weber", "Weber GmbH"), Party("group", "Oak Dental Group"),
    Party("tesco", "Tesco"),
]  # fmt: skip
BOOK = [
    item("INV-10041", "512.37", customer="star"),
    item("INV-10042", "733.11", customer="river"),
    item("INV-10043", "918.22", customer="alpha"),
    item("RE-10045", "200.00", customer="weber"),
    item("RE-10046", "310.40", customer="weber", due_days=20),
    item("INV-10047", "421.19", customer="group"),
    item("INV-10048", "640.00", customer="tesco"),
]
NAMES = NameIndex((one.id, one.name) for one in PARTIES)


def judged(text: str, amount: str) -> MatchDecision:
    return decided(line(amount, text), BOOK, EVERY_RULE, *PARTIES)


def suggested(text: str, amount: str) -> Candidate:
    """What a person is asked about, which takes all of the money; nothing is paid."""
    decision = judged(text, amount)
    assert (decision.action, decision.allocations) == ("review", ())
    best = decision.candidates[0]
    assert sum(taken(best.allocations).values()) == Decimal(amount)
    return best


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("the edges", "River LLC"),
        ("a sign before", "ORIG CO NAME:RIVER LLC ORIG ID:77"),
        ("a word of banks", "ACH CREDIT RIVER LLC"),
        ("the same in German", "Gutschrift Weber GmbH Miete"),
        ("with a link", "VIREMENT DE RIVER LLC"),
        ("an article", "payment from The River LLC"),
        ("by order of", "wire b/o River LLC"),
        ("a reference", "FT4410 River LLC"),
        ("a date", "deposited 03/12 River LLC"),
        ("a month", "May 25 River LLC"),
        ("a number that is called one", "invoice no. 11 River LLC"),
        ("a number with its sign", "#42 River LLC"),
        ("digits with a sign behind them", "1187 - River LLC"),
        ("a month and its year", "March 2025 River LLC"),
        ("a month in digits", "services 5/2025 River LLC"),
        ("an amount", "2370.72 River LLC"),
        ("a long number", "40810 River LLC"),
        ("words of money in a row", "INCOMING WIRE TRANSFER RIVER LLC"),
        ("a word of money behind a number", "4410 PAYMENT RIVER LLC"),
        ("a word of banks behind any other", "CORPORATE ACH EDI PYMNTS RIVER LLC 8271"),
        ("a link behind any other word", "Money received from River LLC"),
        ("who gets it, in banks' words", "FROM: BNF-RIVER LLC"),
        ("a payer's word for what it owes", "PAYABLES RIVER LLC"),
        ("the same behind", "ALPHA TRADING PAYABLES 260315"),
        ("two such words behind", "ACH CREDIT ALPHA TRADING VENDOR PAY"),
        ("anything behind a legal form", "River LLC springtime"),
        ("no legal form at the end", "Alpha Trading"),
        ("a word of payers behind", "ALPHA TRADING PAYMENT"),
        ("a label behind", "ALPHA TRADING DES:PAY"),
        ("a word for an invoice at the edge", "Alpha Trading invoice"),
        ("the same before a number", "Alpha Trading invoice no F-25"),
        ("labels of two words", "Alpha Trading ORIG ID:77"),
        ("a label of one", "Alpha Trading Store: 7"),
        ("a number behind", "Alpha Trading F251474"),
        ("a number that is called one behind", "Alpha Trading order no. 7"),
        ("a month behind", "Alpha Trading march 26"),
        ("its form in the middle of names", "Oak Dental Group 12/03"),
    ],
)
def test_a_name_stands_by_itself(_case: str, text: str) -> None:
    assert [one.doubt for one in NAMES.in_text(text)] == [""]


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("a word before", "Northern Star Inc"),
        ("behind a label", "ORIG CO NAME:GREEN RIVER LLC ORIG ID:77"),
        ("joined before", "GUTSCHRIFT HUBER & WEBER GMBH MIETE"),
        ("a number that names have", "7 Star Inc"),
        ("the same behind a word of banks", "ach credit 7 Star Inc"),
        ("a link of names", "wire from van Weber GmbH"),
        ("a part with its sign", "x7/River LLC"),
        ("another one's care", "TAX REFUND C/O RIVER LLC"),
        ("the same with a colon", "TAX REFUND C/O: RIVER LLC"),
        ("a word of money within", "ORIG CO NAME:GLOBAL PAYMENT STAR INC ORIG ID:77"),
        ("a word of money behind a label", "ORIG CO NAME:TRANSFER STAR INC"),
        ("the same behind a link", "WIRE FROM CREDIT STAR INC"),
        ("a word for an incoming sum within", "GLOBAL VIREMENT STAR INC"),
        ("three digits that begin a name", "360 River LLC"),
        ("the same behind a word of banks", "FASTER PAYMENT 365 RIVER LLC"),
        ("a day and a night", "FPI 24/7 RIVER LLC"),
        ("a link that is part of the name", "Zahlung an von Weber GmbH"),
    ],
)
def test_a_name_may_be_a_part_of_a_longer_one(_case: str, text: str) -> None:
    assert [one.doubt for one in NAMES.in_text(text)] == [INSIDE]


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("joined behind", "Weber GmbH & Partner"),
        ("joined behind by a word", "Weber GmbH und Sohn"),
        ("two legal forms", "Weber GmbH East Africa PLC"),
        ("joined behind a point", "WIRE FROM RIVER LLC. & SONS"),
        ("joined by a word behind a point", "ACH CREDIT STAR INC. AND PARTNERS LLP"),
        ("a legal form behind a point", "Weber GmbH. East Africa PLC"),
        ("words behind", "Wire from Alpha Trading East Africa PLC"),
        ("a word of payers within", "Alpha Trading Payments Ltd"),
        ("a word that counts, at the edge", "Alpha Trading Store"),
        ("the same and a number later", "Alpha Trading Store Berlin 4410"),
        ("the same and one more", "Alpha Trading Payment Solutions Inc"),
        ("a word before a label", "Alpha Trading International: rent"),
        ("a month within", "Alpha Trading March Ltd"),
        ("behind a form that names go on with", "Oak Dental Group Practice"),
    ],
)
def test_a_name_may_be_the_beginning_of_a_longer_one(_case: str, text: str) -> None:
    assert [one.doubt for one in NAMES.in_text(text)] == [GOES_ON]


@pytest.mark.parametrize("text", [
    "ADP PAYROLL DES:TAX ID:015ABC INDN:STAR INC", "NORTHERN LLC DES:PMT INDN: STAR INC CO ID:12",
    "ORIG CO NAME:PAYROLL SERVICES ORIG ID:1 IND NAME:STAR INC",
])  # fmt: skip
def test_who_got_the_money_did_not_pay_it(text: str) -> None:
    assert [one.doubt for one in NAMES.in_text(text)] == [RECEIVING]
    assert (judged(text, "512.37").action, judged(text, "512.37").allocations) == ("review", ())


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("ORIG CO NAME:GREEN RIVER LLC ORIG ID:77", "733.11"),
        ("FASTER PAYMENT NORTH ALPHA TRADING LTD", "918.22"),
        ("WIRE FROM ALPHA TRADING EAST AFRICA PLC", "918.22"),
        ("GUTSCHRIFT HUBER & WEBER GMBH MIETE", "200.00"),
        ("GUTSCHRIFT HUBER & WEBER GMBH MIETE", "510.40"),
    ],
)
def test_no_amount_of_a_stranger_is_paid_to_the_customer_within_its_name(
    text: str, amount: str
) -> None:
    assert {INSIDE, GOES_ON} & set(suggested(text, amount).against)


def test_a_number_is_paid_all_the_same() -> None:
    decision = judged("GREEN RIVER LLC INV-10042", "733.11")

    assert (decision.action, set(taken(decision.allocations))) == ("apply", {"INV-10042"})


@pytest.mark.parametrize(
    ("text", "amount", "action"),
    [
        ("ACH CREDIT NORTHERN STAR INC PAYROLL REFUND", "512.38", "ignore"),
        ("TAX REFUND C/O RIVER LLC", "600", "ignore"),
        ("ADP PAYROLL INDN:STAR INC", "512.38", "ignore"),
        ("ACH CREDIT STAR INC PAYROLL REFUND", "600", "review"),
        ("TESCO AP BATCH 1187", "640.01", "ignore"),
    ],
)
def test_who_is_no_customer_is_not_taken_for_the_one_within_its_name(
    text: str, amount: str, action: str
) -> None:
    assert judged(text, amount).action == action


@pytest.mark.parametrize(
    ("_case", "text", "amount"),
    [
        ("short of a fee", "OAK DENTAL AP BATCH 1187", "411.19"),
        ("a discount", "OAK DENTAL AP BATCH 1187 less 2% discount", "412.77"),
        ("too much", "OAK DENTAL AP BATCH 1187", "900"),
        ("a part", "ACH CREDIT OAK DENTAL INSURANCE PAYMENT", "200"),
        ("behind a legal form", "Gutschrift Weber GmbH & Partner Darlehen", "77"),
    ],
)
def test_a_person_decides_where_only_what_stands_behind_a_name_speaks_against_it(
    _case: str, text: str, amount: str
) -> None:
    decision = judged(text, amount)

    assert (decision.action, decision.allocations) == ("review", ())


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("OAK DENTAL AP BATCH 1187", "421.19"),
        ("VENDORS RIVER LLC BATCH 1187", "733.11"),
        ("ACH CREDIT OAK DENTAL INSURANCE PAYMENT", "421.19"),
        ("VERSEMENT ESPECES WEBER GMBH", "200.00"),
        ("VERSEMENT ESPECES WEBER GMBH", "510.40"),
        ("TAX REFUND C/O RIVER LLC", "733.11"),
        ("TESCO AP BATCH 1187", "640.00"),
        ("ACH CREDIT TESCO INSURANCE", "640.00"),
    ],
)
def test_a_person_decides_where_the_money_is_exactly_what_that_customer_owes(
    text: str, amount: str
) -> None:
    suggested(text, amount)


def test_a_name_without_the_ending_that_many_share_is_found_by_its_legal_form() -> None:
    names = NameIndex((tree, f"{tree} Roofing") for tree in ("Elm", "Ash", "Fir", "Yew"))

    (found,) = names.in_text("ACH CREDIT ELM LTD DES:PAY")

    assert (found.name, found.is_telling, found.doubt) == ("elm ltd", True, "")
