"""Report files of Stripe and PayPal: whole, to the cent, or refused with the figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.money import Money
from providers.processors import charges, reports
from providers.processors.errors import BadReport
from providers.receipts import PartKind, Payout, PayoutPart, Receipt, Unbalanced

FIXTURES = Path(__file__).parents[2] / "fixtures" / "processors"
DAY = date(2026, 3, 2)


def read(name: str, *changes: tuple[str, str]) -> list[Payout]:
    text = (FIXTURES / f"{name}.csv").read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return reports.payouts(text.encode())


def money(text: str) -> Money:
    currency, _, amount = text.partition(" ")
    return Money.of(amount.replace(",", ""), currency)


def told(receipt: Receipt) -> tuple[str, str, str, str]:
    return receipt.bank_id, str(receipt.amount), receipt.payer, receipt.reference


def test_a_stripe_report_is_broken_down_to_the_cent() -> None:
    first, second, third = read("stripe_payout_reconciliation")
    assert (first.processor, first.id, first.arrived) == ("stripe", "po_2101", DAY)
    assert (first.amount, first.fees) == (money("USD 1293.10"), money("USD 66.90"))
    assert [part.kind for part in first.parts] == [
        PartKind.CHARGE, PartKind.CHARGE, PartKind.REFUND, PartKind.DISPUTE, PartKind.FEE,
        PartKind.RESERVE,
    ]  # fmt: skip
    assert [str(p.amount) for p in (second, third)] == ["JPY 115,680", "USD 104.81"]


def test_charges_are_money_gross_less_what_the_same_payout_gave_back() -> None:
    found = [told(r) for p in read("stripe_payout_reconciliation") for r in charges.receipts(p)]
    assert found == [
        ("ch_1", "USD 1,200.00", "Cedar Works Ltd", "INV-1001 Order 5001"),
        ("ch_2", "USD 300.00", "Birch Supply", "INV-1002 Order 5002"),
        ("ch_7", "JPY 120,000", "Elm Trading KK", "INV-1003 Order 5003"),
        ("ch_8", "EUR 100.00", "Fichte GmbH", "INV-1004 Order 5004"),
    ]


def test_what_was_taken_back_of_an_earlier_payout_is_named() -> None:
    first = read("stripe_payout_reconciliation")[0]
    assert [part.about for part in charges.reversals(first)] == ["ch_900"]


def test_the_balance_history_of_the_dashboard_is_read_too() -> None:
    (payout,) = read("stripe_balance_history")
    assert (payout.amount, payout.fees) == (money("USD 671.42"), money("USD 28.58"))
    assert [told(r) for r in charges.receipts(payout)] == [
        ("ch_21", "USD 700.00", "", "INV-1101 Order 6001")
    ]


def test_a_settlement_report_is_read_by_currency_and_in_smallest_units() -> None:
    dollars, yen = read("paypal_settlement")
    assert (dollars.amount, dollars.fees) == (money("USD 177.25"), money("USD 27.75"))
    assert (yen.amount, yen.fees) == (money("JPY 48160"), money("JPY 1840"))
    assert [told(r) for r in charges.receipts(dollars)] == [
        ("PAY00000000000001", "USD 250.00", "", "INV-3001 Order 77")
    ]
    assert [part.about for part in charges.reversals(dollars)] == ["PAY00000000000099"]


def test_an_activity_download_carries_balances_over() -> None:
    first, second = read("paypal_activity_de")
    assert (first.amount, first.fees) == (money("EUR 1100"), money("EUR 23.95"))
    assert [str(part.net) for part in first.parts if part.kind is PartKind.RESERVE] == [
        "EUR 20.00", "EUR -86.05",
    ]  # fmt: skip
    assert second.amount == money("EUR 46.05")
    assert [told(r) for r in charges.receipts(first)] == [
        ("A1", "EUR 1,190.00", "Ahorn KG", "RE-4001 Bestellung 8")
    ]


@pytest.mark.parametrize(("name", "before", "after", "said"), [
    ("stripe_payout_reconciliation", "1164.90", "1164.91", "USD 1,200.00 less a fee of USD 35.10"),
    ("stripe_payout_reconciliation", "-50.00,0.00,-50.00", "-50.00", "line 7: not as many"),
    ("stripe_payout_reconciliation", "txn_2,", "txn_1,", "line 3: txn_1 stands twice"),
    ("stripe_payout_reconciliation", "jpy,120000,", "jpy,1200.5,", "line 8: 1200.5 is finer than"),
    ("stripe_payout_reconciliation", "usd,-2.00", "usd,two", "line 6: 'two' is no amount"),
    ("stripe_payout_reconciliation", "usd,-2.00", "zzz,-2.00", "line 6: 'zzz' is no currency"),
    ("stripe_payout_reconciliation", "2026-02-28 11:00:00", "2026-02-30 1:00", "line 6: '2026-02"),
    ("stripe_payout_reconciliation", "automatic_payout_id", "other", "no columns 'automatic_pay"),
    ("stripe_balance_history", "-671.42,0.00,-671.42", "-671.43,0.00,-671.43",
     "parts make USD 671.42, the payout is USD 671.43; the difference is USD 0.01"),
    ("paypal_settlement", '"17725"', '"17700"', "the difference is USD -0.25"),
    ("paypal_settlement", '"SC","7"', '"SC","8"', "8 rows are announced and 7 are there"),
    ("paypal_settlement", '"CR","25000","USD"', '"CR","250.00","USD"', "line 5: '250.00' is no"),
    ("paypal_settlement", '"CR","25000","USD"', '"XX","25000","USD"', "line 5: 'XX' is neither"),
    ("paypal_settlement", '"CR","25000","USD"', '"CR","25000","HUF"', "can be read two ways"),
    ("paypal_settlement", '"SF","USD"', '"XX","USD"', "line 12: 'XX' is no section"),
    ("paypal_settlement", '"Fee Amount",', '"Fee",', "line 4: no column 'Fee Amount'"),
    ("paypal_activity_de", '"1.166,05"', '"1.166,06"', "line 2: EUR 1,190.00 with a fee of EUR"),
    ("paypal_activity_de", '"-40,00","0,00"', '"-40.50","0,00"', "use two decimal signs"),
    ("paypal_activity_de", '"08:00:00"', '"8 h"', "line 2: '8 h' is no time"),
])  # fmt: skip
def test_a_report_that_does_not_add_up_is_refused_with_place_and_figures(
    name: str, before: str, after: str, said: str
) -> None:
    with pytest.raises(BadReport) as caught:
        read(name, (before, after))
    assert said in str(caught.value)


@pytest.mark.parametrize(("raw", "said"), [
    (b"", "the file is empty"),
    (b"a,b\n1,2\n", "line 1: neither a Stripe report"),
    (b"RH,\0", "NUL"),
    (b"x" * 10_000_001, "larger than 10,000,000 bytes"),
    ("id;größe\n".encode("utf-16"), "line 1: neither"),
])  # fmt: skip
def test_what_is_no_report_says_so(raw: bytes, said: str) -> None:
    with pytest.raises(BadReport, match=said):
        reports.payouts(raw)


@given(st.binary(max_size=400))
def test_any_bytes_give_only_the_named_error(raw: bytes) -> None:
    for start in (b"", b'"RH","2026"\n"CH",', b"balance_transaction_id,currency,gross,fee,net,"):
        try:
            reports.payouts(start + raw)
        except BadReport:
            continue


PARTS = st.lists(
    st.tuples(st.sampled_from(PartKind), st.integers(-(10**9), 10**9), st.integers(0, 10**5)),
    max_size=20,
)


@given(PARTS, st.integers(-3, 3))
def test_a_payout_is_its_parts_or_nothing(told: list[tuple[PartKind, int, int]], off: int) -> None:
    def cents(amount: int) -> Money:
        return Money.of(amount, "USD") if amount == 0 else Money.of(f"{amount}e-2", "USD")

    parts = tuple(
        PayoutPart(str(n), kind, DAY, cents(gross), cents(fee), cents(gross - fee))
        for n, (kind, gross, fee) in enumerate(told)
    )
    total = sum(gross - fee for _, gross, fee in told)
    if off:
        with pytest.raises(Unbalanced, match="difference"):
            Payout("stripe", "po", DAY, cents(total + off), parts)
        return
    payout = Payout("stripe", "po", DAY, cents(total), parts)
    others = sum(part.gross.amount for part in parts if part.kind is not PartKind.FEE)
    own = sum(part.net.amount for part in parts if part.kind is PartKind.FEE)
    kept = sum(part.fee.amount for part in parts if part.kind is not PartKind.FEE)
    assert others - kept + own == payout.amount.amount
    assert payout.fees.amount == kept - own


def test_parts_of_another_currency_are_no_parts() -> None:
    zero = money("EUR 0")
    with pytest.raises(Unbalanced, match="not in USD"):
        Payout("stripe", "po", DAY, money("USD 0"), (
            PayoutPart("1", PartKind.CHARGE, DAY, zero, zero, zero),
        ))  # fmt: skip
