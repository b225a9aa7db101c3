"""Numbers of accounts, cards, cheques, telephones and addresses pay nothing by themselves."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.book.gather import gather
from matching.book.shelf import Shelf
from matching.deciding.decide import decide
from matching.facts.items import OpenItem, Party
from matching.facts.policy import MatchPolicy
from matching.reading_texts.reading import read
from tests.matching.books import EVERY_RULE, decided, item, line, taken

MAPLE = "Maple Landscaping LLC"
OTHER_KINDS = (
    "card ending {}", "acct ending in {}", "Visa xxxx{}", "card ****{}", "XXXX-XXXX-XXXX-{}",
    "4111 **** **** {}", "card last 4 {}", "Karte endet auf {}", "carte se terminant par {}",
    "IBAN DE89 3704 0044 0532 {} 00", "IBAN: DE8937040044{}", "DE89 3704 0044 0532 0130 00 acc {}",
    "tel 0044 20 {}", "phone +1 555 010 {}", "Tel.: 030 / {}", "call (555) 010-{}", "555-010-{}",
    "+44 20 7946 {}", "konto 1234 5678 {}", "account no 0012 3400 {}", "CHECK #{}", "chk no. {}",
    "customer no {}", "batch {}", "conf {}", "confirmation # {}", "ACH TRACE {}", "ID:{}",
    "PO Box {}", "P.O. Box {}", "Postfach {}", "{} Main Street Springfield", "{} N Oak Ridge Blvd.",
    "{} rue de la Paix", "Hauptstrasse {} Berlin", "rue de la Paix {}", "txn {}", "approval {}",
    "VISA {}", "Mastercard {}", "CK {}", "ck no {}", "check nbr {}", "cheques {}", "POBox {}",
    "account ends in {}", "acct ...{}", "mob 07700 {}", "lockbox {}", "BSB {}",
)  # fmt: skip
WORDS = (
    "wire {}", "BACS {}", "FP {}", "slip {}", "receipt {}", "at {} hrs", "qty {}", "Flight {}",
    "Main Street {}", "Wohnung {}", "Zähler {}", "password: {}", "PURCHASE {}", "hosting {}",
)  # fmt: skip
"""Words of which nothing tells what their number is."""
FLAT_FEE_POSTED_MAX = 0.002
CUSTOMERS, MONTHS, ROUNDS = 200, 12, 40


def equal(number: str, other: str = "INV-20999") -> list[OpenItem]:
    """Two invoices of one customer with one amount."""
    return [item(number, "500", due_days=-60), item(other, "500", due_days=-20)]


@pytest.mark.parametrize("payer", [MAPLE, "Somebody Else Inc", ""])
@pytest.mark.parametrize("text", OTHER_KINDS + WORDS)
def test_a_number_of_another_kind_does_not_say_which_of_equal_invoices_is_paid(
    text: str, payer: str
) -> None:
    decision = decided(line("500", text.format("2001"), payer), equal("INV-2001", "INV-2002"))

    assert decision.action != "apply", decision.reasons
    assert decision.allocations == ()


@settings(max_examples=300, deadline=None)
@given(
    number=st.integers(1_000, 9_999),
    style=st.sampled_from(["INV-{}", "{}", "2025-{}", "R{}/25", "F-00{}"]),
    texts=st.lists(st.sampled_from(OTHER_KINDS + WORDS), min_size=1, max_size=3),
    joint=st.sampled_from([" ", ", ", " / ", "; "]),
    only_exact=st.booleans(),
)
def test_such_numbers_together_and_in_any_numbering_pay_nothing(
    number: int, style: str, texts: list[str], joint: str, only_exact: bool
) -> None:
    book = equal(style.format(number), style.format((number + 501) % 9_000 + 1_000))
    text = joint.join(text.format(number) for text in texts)

    decision = decided(line("500", text, MAPLE), book, MatchPolicy() if only_exact else EVERY_RULE)

    assert decision.action != "apply", (text, decision.reasons)


@settings(max_examples=150, deadline=None)
@given(
    pieces=st.lists(
        st.sampled_from([*OTHER_KINDS, "{}", "no. {}", "thanks", MAPLE])
        | st.text("0123456789 ,;/-.#$€%?oOIl&+:'*xX()", max_size=40),
        max_size=6,
    ),
    digits=st.integers(0, 999),
    oldest=st.booleans(),
)
def test_whatever_is_written_beside_them_none_of_equal_invoices_is_chosen(
    pieces: list[str], digits: int, *, oldest: bool
) -> None:
    """Their own numbers are not written, nor almost."""
    book = equal("INV-7003311", "INV-7008822")
    policy = EVERY_RULE.model_copy(update={"oldest_of_equal": oldest})

    decision = decided(
        line("500", " ".join(pieces).replace("{}", str(digits)), MAPLE), book, policy
    )

    assert decision.action != "apply" or decision.rule == "oldest_of_equal", decision.reasons
    assert oldest or decision.allocations == ()


@pytest.mark.parametrize(
    ("_case", "text", "runs"),
    [
        ("an account, and a number behind it", "IBAN BE68 5390 0754 7034 10418", ["10418"]),
        ("an account in one", "DE89370400440532013000 10418", ["10418"]),
        ("what only looks like an account", "RE10 1041 8104 1910", ["10", "1041", "8104", "1910"]),
        ("a telephone before", "tel 030 1234567, INV-10418", ["10418"]),
        ("a list with plus signs", "10418 +10419 10420", ["10418", "10419", "10420"]),
        ("a list with blanks", "1001 1002 1003 1004", ["1001", "1002", "1003", "1004"]),
        ("an account in one word before", "konto 471100 10418", ["471100", "10418"]),
        ("stars around a number", "**10418**", ["10418"]),
        ("zeros before a number", "0000010418", ["0000010418"]),
        ("an end that is none of digits", "year end 10418, Termine 10419", ["10418", "10419"]),
        ("no street", "10418 thanks, best regards", ["10418"]),
    ],
)
def test_what_is_no_such_number_is_read(_case: str, text: str, runs: list[str]) -> None:
    assert [run.digits for run in read(text).runs] == runs


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("a number beside a telephone", "INV-2001 tel 0044 20 2002"),
        ("a number before an address", "invoice 2001, 2002 Main Street"),
        ("a word for an invoice at an address", "invoice 2001 Main Street job"),
        ("with an account", "IBAN DE89 3704 0044 0532 0130 00 INV-2001"),
    ],
)
def test_an_invoice_that_is_named_beside_them_is_paid(_case: str, text: str) -> None:
    decision = decided(line("500", text, MAPLE), equal("INV-2001", "INV-2002"))

    assert [*taken(decision.allocations)] == ["INV-2001"], decision.reasons


@pytest.mark.parametrize("style", ["555-010-{}", "INV-555-010-{}"])
def test_a_client_may_number_its_invoices_as_telephones_are(style: str) -> None:
    book = equal(style.format(2001), style.format(2002))

    decision = decided(line("500", style.format(2001), MAPLE), book)

    assert [*taken(decision.allocations)] == [style.format(2001)]


@pytest.mark.parametrize("text", ["services 2025", "March 2025", "rent 2025 thank you"])
def test_a_year_does_not_say_which_of_equal_invoices_is_paid(text: str) -> None:
    equal_ones = decided(line("500", text, MAPLE), equal("2025", "2024"))
    alone = decided(line("500", text, MAPLE), [item("2025", "500"), item("2024", "77.10")])

    assert (equal_ones.action, alone.action) == ("review", "apply")


def test_by_a_slip_of_bare_digits_none_of_equal_invoices_is_paid() -> None:
    alone = decided(line("500", "pmt 20110", MAPLE), [item("INV-20010", "500")])
    equal_ones = decided(line("500", "pmt 20110", MAPLE), equal("INV-20010", "INV-20999"))

    assert (alone.action, equal_ones.action) == ("apply", "review")


def test_on_a_book_of_flat_fees_random_numbers_pay_hardly_anything() -> None:
    """Each of 200 customers owes twelve equal invoices; whatever is posted fits by accident."""
    chance = random.Random("flat fees")
    parties = [
        Party(f"c{n}", f"{chr(65 + n % 26)}{'aeiou'[n % 5]}lm{n} Works") for n in range(CUSTOMERS)
    ]
    items = [
        item(f"INV-{1000 + month * CUSTOMERS + place}", "99", customer=one.id, due_days=30 * month)
        for month in range(MONTHS)
        for place, one in enumerate(parties)
    ]  # fmt: skip
    book = Shelf(items, parties)
    texts = (*OTHER_KINDS, "WEB PMT {}", "payment {}", "{}", "ref {}")
    posted = 0
    for text in texts:
        for _ in range(ROUNDS):
            party = chance.choice(parties)
            cash = line("99", text.format(chance.randint(1_000, 9_999)), party.name)
            posted += decide(gather(cash, book, EVERY_RULE), EVERY_RULE).action == "apply"

    assert posted <= FLAT_FEE_POSTED_MAX * len(texts) * ROUNDS
