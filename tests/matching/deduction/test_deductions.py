"""What each source says about a deduction: for the payer, against the payer, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from matching.deduction.claims import Check, Claim, Finding
from matching.deduction.deductions import Evidence, checks
from matching.deduction.discounts import Discounts, Granted
from matching.deduction.prices import Price
from providers.documents import InvoiceDetail, InvoiceLine, PaymentTerms
from providers.ledger import CreditNote, Status
from providers.money import Money
from tests.contract.ledger import usd

ISSUED = date(2026, 3, 2)
TWO_TEN = PaymentTerms("2% 10 Net 30", Decimal(2), 10)
NET_30 = PaymentTerms("Net 30", Decimal(0), 0)
CLAIM = Claim("7", "discount", usd("20"), usd("1000"), ISSUED, date(2026, 3, 12), "skonto")
DETAIL = InvoiceDetail((), usd("0"), TWO_TEN, ())


def line(name: str, quantity: str, price: str) -> InvoiceLine:
    return InvoiceLine((name,), "", Decimal(quantity), Decimal(price))


def price(item: str, amount: str, currency: str = "USD", **days: date) -> Price:
    first, last = days.get("first"), days.get("last")
    return Price(item, currency, Decimal(amount), first, last)


def of(name: str, claim: Claim, detail: InvoiceDetail | None = DETAIL, **more: object) -> Check:
    evidence = Evidence(detail, "it is gone", None, None, ())
    found = checks(claim, replace(evidence, **more))  # type: ignore[arg-type]
    assert [one.name for one in found] == [
        "early payment", "price list", "delivery proof", "credit note",
    ]  # fmt: skip
    return next(one for one in found if one.name == name)


@pytest.mark.parametrize(
    ("_case", "claim", "terms", "finding", "words"),
    [
        ("last day", {}, TWO_TEN, Finding.ACCEPTED, "in time: paid 12 Mar 2026, until 12 Mar"),
        ("a day late", {"paid_on": date(2026, 3, 13)}, TWO_TEN, Finding.LATE, "1 day late"),
        ("a week late", {"paid_on": date(2026, 3, 19)}, TWO_TEN, Finding.LATE, "7 days late"),
        ("less than granted", {"amount": usd("15")}, TWO_TEN, Finding.ACCEPTED, "USD 20.00"),
        ("a cent of rounding", {"amount": usd("20.01")}, TWO_TEN, Finding.ACCEPTED, ""),
        ("more than granted", {"amount": usd("20.02")}, TWO_TEN, Finding.CONTRADICTS,
            "USD 20.02 is more than that"),
        ("more, and late", {"amount": usd("30"), "paid_on": date(2026, 3, 13)}, TWO_TEN,
            Finding.CONTRADICTS, "1 day late"),
        ("no discount in the terms", {}, NET_30, Finding.CONTRADICTS, "'Net 30' grant no"),
        ("more than its word explains", {"kind": "deduction", "amount": usd("200")}, TWO_TEN,
            Finding.CONTRADICTS, "USD 200.00 is more than that"),
        ("the same without terms of it", {"kind": "deduction", "amount": usd("200")}, NET_30,
            Finding.CONTRADICTS, "'Net 30' grant no"),
        ("granted more than is usual", {"kind": "deduction", "amount": usd("120")},
            PaymentTerms("12% 10", Decimal(12), 10), Finding.ACCEPTED, "in time"),
        ("no terms", {}, None, Finding.NOT_FOUND, "the invoice has no terms"),
        ("no words, the very amount", {"kind": "fee", "words": "INV-1"}, TWO_TEN,
            Finding.ACCEPTED, "in time"),
        ("no words, another amount", {"kind": "fee", "words": "", "amount": usd("12")}, TWO_TEN,
            Finding.NOT_FOUND, "claims no discount"),
        ("damage of the very amount", {"kind": "deduction", "words": "damage 20"}, TWO_TEN,
            Finding.NOT_FOUND, "claims no discount"),
        ("nobody knows when", {"paid_on": None}, TWO_TEN, Finding.NOT_AVAILABLE, "not known when"),
    ],
)  # fmt: skip
def test_a_discount_is_accepted_in_time_and_flagged_after(
    _case: str, claim: dict[str, object], terms: PaymentTerms | None, finding: Finding, words: str
) -> None:
    made = replace(CLAIM, **claim)  # type: ignore[arg-type]
    found = of("early payment", made, replace(DETAIL, terms=terms))
    assert (found.finding, words in found.why) == (finding, True), found.why


def test_a_ledger_without_terms_is_said_to_be_without() -> None:
    untold = replace(DETAIL, terms=None, terms_untold="Xero has none")
    found = of("early payment", CLAIM, untold)
    assert (found.finding, found.why) == (
        Finding.NOT_AVAILABLE, "Xero has none, and the policy grants none",
    )  # fmt: skip
    granted = Granted(percent=Decimal(3), days=14)
    assert of("early payment", CLAIM, untold, granted=granted).finding is Finding.ACCEPTED


def test_the_customers_own_grant_goes_before_the_terms_and_these_before_everybodys() -> None:
    everybody = Granted(percent=Decimal(1), days=5)
    own = Granted(percent=Decimal(5), days=3, customer="7")
    elsewhere = Granted(percent=Decimal(9), days=9, company="Other")
    rules = Discounts(granted=(elsewhere, everybody, own))
    assert rules.of("Mine", "7") == own
    assert rules.of("Mine", "8") == everybody
    assert Discounts(granted=(elsewhere,)).of("Mine", "7") is None
    assert "5 %" in of("early payment", CLAIM, granted=own).why
    assert "2 %" in of("early payment", CLAIM, granted=everybody).why
    assert "1 %" in of("early payment", CLAIM, replace(DETAIL, terms=None), granted=everybody).why


def test_more_is_booked_only_where_an_account_is_named() -> None:
    two = Granted(percent=Decimal(2), days=10)
    named, wider = Discounts(accounts={"": "42"}), Discounts(granted=(two,), accounts={"": "42"})
    assert named.books_more_than(Discounts())
    assert wider.books_more_than(named)
    assert not named.books_more_than(wider)
    assert not Discounts(granted=(two,)).books_more_than(Discounts())
    assert (named.account("A"), Discounts(accounts={"A": "1"}).account("B")) == ("42", "")


OFF = replace(CLAIM, kind="deduction", amount=usd("5"), words="price adj")
TWO_LINES = replace(DETAIL, lines=(line("Bolt", "10", "12"), line("Nut", "1", "9")))
LISTED = (price("bolt", "11.5"), price("NUT", "9"))


@pytest.mark.parametrize(
    ("_case", "claim", "detail", "prices", "finding", "words"),
    [
        ("no list", OFF, TWO_LINES, None, Finding.NOT_AVAILABLE, "no price list"),
        ("the difference", OFF, TWO_LINES, LISTED, Finding.FOUND,
            "bolt: 10 at 12, listed at 11.5: USD 5.00 too much"),
        ("one line of two", OFF, TWO_LINES, (price("bolt", "11.5"), price("nut", "8")),
            Finding.FOUND, "bolt"),
        ("both lines", replace(OFF, amount=usd("6")), TWO_LINES,
            (price("bolt", "11.5"), price("nut", "8")), Finding.FOUND, "nut"),
        ("another amount", replace(OFF, amount=usd("8")), TWO_LINES, LISTED, Finding.CONTRADICTS,
            "USD 8.00 was taken off"),
        ("billed as listed", OFF, TWO_LINES, (price("bolt", "12"), price("nut", "9")),
            Finding.CONTRADICTS, "every listed line"),
        ("not about prices", replace(OFF, words="damage"), TWO_LINES,
            (price("bolt", "12"), price("nut", "9")), Finding.NOT_FOUND, "every listed line"),
        ("half a list", OFF, TWO_LINES, (price("nut", "9"),), Finding.NOT_FOUND, "other lines"),
        ("tax", OFF, replace(TWO_LINES, tax=usd("20")), (price("bolt", "12"), price("nut", "9")),
            Finding.NOT_FOUND, "tax"),
        ("another currency", OFF, TWO_LINES, (price("bolt", "11.5", "EUR"),), Finding.NOT_FOUND,
            "no item of this invoice"),
        ("of another time", OFF, TWO_LINES, (price("bolt", "11.5", last=date(2026, 3, 1)),
            price("bolt", "11.5", first=date(2026, 3, 3))), Finding.NOT_FOUND, "no item"),
        ("of the very day", OFF, TWO_LINES,
            (price("bolt", "11.5", first=ISSUED, last=ISSUED),), Finding.FOUND, "bolt"),
        ("cheaper than listed", OFF, TWO_LINES, (price("bolt", "13"), price("nut", "9")),
            Finding.CONTRADICTS, "every listed line"),
    ],
)  # fmt: skip
def test_a_price_list_speaks_for_or_against_a_deduction(
    _case: str, claim: Claim, detail: InvoiceDetail, prices: tuple[Price, ...] | None,
    finding: Finding, words: str,
) -> None:  # fmt: skip
    found = of("price list", claim, detail, prices=prices)
    assert (found.finding, words in found.why) == (finding, True), found.why


def test_many_dear_lines_are_cut_short_in_words() -> None:
    lines = tuple(line(f"i{n}", "1", "2") for n in range(8))
    listed = tuple(price(f"i{n}", "1") for n in range(8))
    found = of("price list", replace(OFF, amount=usd("8")), replace(DETAIL, lines=lines),
               prices=listed)  # fmt: skip
    assert found.finding is Finding.FOUND
    assert found.why.endswith("; and 3 more")


def test_files_on_the_invoice_are_named_and_left_to_a_person() -> None:
    assert of("delivery proof", CLAIM).finding is Finding.NOT_FOUND
    found = of("delivery proof", CLAIM, replace(DETAIL, files=("pod.pdf", "cmr.pdf")))
    assert found.finding is Finding.FOUND
    assert "pod.pdf, cmr.pdf" in found.why
    hidden = of("delivery proof", CLAIM, replace(DETAIL, files_untold="no right"))
    assert (hidden.finding, hidden.why) == (Finding.NOT_AVAILABLE, "no right")


def credit(amount: Money, number: str = "CN-1") -> CreditNote:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return CreditNote("9", number, "7", ISSUED, amount, amount, Status.OPEN, "1", at)


def test_an_open_credit_of_the_very_amount_is_found() -> None:
    others = (credit(usd("19.99")), credit(Money(Decimal(20), "EUR")))
    assert of("credit note", CLAIM, credits=others).finding is Finding.NOT_FOUND
    found = of("credit note", CLAIM, credits=(*others, credit(usd("20"), "CN-7")))
    assert (found.finding, "CN-7" in found.why) == (Finding.FOUND, True)


def test_without_the_invoice_only_the_credits_are_known() -> None:
    for name in ("early payment", "price list", "delivery proof"):
        assert of(name, CLAIM, None) == Check(name, Finding.NOT_AVAILABLE, "it is gone")
    assert of("credit note", CLAIM, None).finding is Finding.NOT_FOUND
