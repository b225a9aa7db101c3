"""Payouts from Stripe's API: paged, metered, read-only, and to the cent in every currency."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from providers.errors import LedgerError, Reconnect, Refused, TryLater
from providers.money import Money
from providers.processors import charges
from providers.processors.stripe_api import StripePayouts
from providers.receipts import PartKind, Payout
from providers.simulated.faults import Fault
from providers.simulated.processors.stripe import StripeAccount, charge, dispute, other, refund
from tests.providers.processors.serving import NOW, Served

ARRIVES = datetime.fromisoformat("2026-03-02T00:00:00+00:00")
SINCE = date(2026, 3, 1)


def read(stripe_host: Served, key: str = "rk_test_cedar", since: date = SINCE) -> list[Payout]:
    http = stripe_host.http
    try:
        return list(StripePayouts(http, key=key, base=stripe_host.base).arrived_since(since))
    finally:
        http.close()


def test_a_payout_is_broken_down_with_what_the_shop_wrote(
    stripe_host: Served, stripe: StripeAccount
) -> None:
    stripe.pay_out("po_1", "usd", ARRIVES, [
        charge(1, 120_000, 3_510, description="Order 1", metadata={"Invoice No": "INV-1"},
               billing_details={"name": "Cedar Works Ltd", "email": "a@cedar.example"}),
        charge(2, 50_000, 1_480), refund(3, 50_000, of=2), dispute(4, 9_000, 1_500, of=99),
        other(5, "network_cost", -200), other(6, "risk_reserved_funds", -5_000),
        other(7, "topup", 1_000),
    ])  # fmt: skip
    (payout,) = read(stripe_host)
    assert (payout.id, payout.arrived) == ("po_1", ARRIVES.date())
    assert [part.kind.value for part in payout.parts] == [
        "charge", "charge", "refund", "dispute", "fee", "reserve", "adjustment",
    ]  # fmt: skip
    (receipt,) = charges.receipts(payout)
    assert (receipt.bank_id, receipt.payer) == ("ch_1", "Cedar Works Ltd")
    assert (receipt.amount, receipt.reference) == (Money.of(1200, "USD"), "INV-1 Order 1")
    assert [part.about for part in charges.reversals(payout)] == ["ch_99"]
    assert stripe_host.calls == ["stripe.payouts.read", "stripe.balance_transactions.read"]


@pytest.mark.parametrize(("currency", "minor", "said"), [
    ("usd", 12345, "USD 123.45"), ("jpy", 12345, "JPY 12,345"), ("kwd", 12340, "KWD 12.340"),
    ("isk", 1_234_500, "ISK 12,345"), ("ugx", 500, "UGX 5"), ("xof", 500, "XOF 500"),
])  # fmt: skip
def test_smallest_units_are_those_of_the_currency(
    stripe_host: Served, stripe: StripeAccount, currency: str, minor: int, said: str
) -> None:
    stripe.pay_out("po_1", currency, ARRIVES, [charge(1, minor, 0, currency=currency)])
    (payout,) = read(stripe_host)
    assert str(payout.amount) == said


def test_a_charge_in_another_currency_keeps_what_the_customer_paid(
    stripe_host: Served, stripe: StripeAccount
) -> None:
    stripe.pay_out("po_1", "usd", ARRIVES, [charge(1, 10_825, 344, settled="usd")])
    stripe.movements[1]["source"] |= {"currency": "eur", "amount": 10_000}
    (payout,) = read(stripe_host)
    assert [str(r.amount) for r in charges.receipts(payout)] == ["EUR 100.00"]


def test_more_than_a_page_is_read_to_its_end(stripe_host: Served, stripe: StripeAccount) -> None:
    stripe.pay_out("po_1", "usd", ARRIVES, [charge(n, 1_000 + n, 30) for n in range(250)])
    for number in range(2, 104):
        stripe.pay_out(f"po_{number}", "usd", ARRIVES, [charge(1_000 + number, 500, 0)])
    found = read(stripe_host)
    assert len(found) == 103
    assert len(found[-1].parts) == 250
    assert stripe_host.calls.count("stripe.payouts.read") == 2
    assert stripe_host.calls.count("stripe.balance_transactions.read") == 102 + 3


def test_old_manual_and_unfinished_payouts_are_left_out(
    stripe_host: Served, stripe: StripeAccount
) -> None:
    stripe.pay_out("po_old", "usd", ARRIVES - timedelta(days=9), [charge(1, 100, 0)])
    stripe.pay_out("po_manual", "usd", ARRIVES, [charge(2, 100, 0)], automatic=False)
    stripe.pay_out("po_young", "usd", ARRIVES, [charge(3, 100, 0)],
                    reconciliation_status="in_progress")  # fmt: skip
    stripe.pay_out("po_late", "usd", ARRIVES, [charge(4, 100, 0)], status="in_transit")
    assert read(stripe_host) == []


def test_parts_that_do_not_make_the_payout_are_refused(
    stripe_host: Served, stripe: StripeAccount
) -> None:
    stripe.pay_out("po_1", "usd", ARRIVES, [charge(1, 1_000, 30)])
    stripe.payouts[0]["amount"] += 5
    with pytest.raises(Refused, match=r"make USD 9.70, the payout is USD 9.75") as caught:
        read(stripe_host)
    assert caught.value.code == "payout"


@pytest.mark.parametrize("key", ["sk_live_all", "pk_test_1", "", "rk_test_\n1"])
def test_a_key_that_is_not_restricted_is_never_sent(stripe_host: Served, key: str) -> None:
    with pytest.raises(Refused, match="no restricted key") as caught:
        read(stripe_host, key)
    assert "sk_live_all" not in str(caught.value)
    assert stripe_host.calls == []


def test_a_wrong_key_asks_for_another(stripe_host: Served) -> None:
    with pytest.raises(Reconnect, match="store a new restricted key"):
        read(stripe_host, "rk_test_wrong")


def test_a_key_without_the_right_is_refused(stripe_host: Served, stripe: StripeAccount) -> None:
    stripe.may_read = ("payouts",)
    stripe.pay_out("po_1", "usd", ARRIVES, [charge(1, 1_000, 30)])
    with pytest.raises(Refused, match="does not have access"):
        read(stripe_host)


@pytest.mark.parametrize(("fault", "kind", "seconds"), [
    (Fault("429", seconds=7), TryLater, 7), (Fault("500"), TryLater, 60),
    (Fault("503"), TryLater, 60), (Fault("html"), TryLater, 60),
    (Fault("cut_body"), TryLater, 15), (Fault("reset_after_commit"), TryLater, 15),
])  # fmt: skip
def test_trouble_is_named_by_what_to_do_next(
    stripe_host: Served, stripe: StripeAccount, fault: Fault, kind: type[LedgerError], seconds: int
) -> None:
    stripe.pay_out("po_1", "usd", ARRIVES, [charge(1, 1_000, 30)])
    stripe_host.fail(fault)
    with pytest.raises(kind) as caught:
        read(stripe_host)
    assert isinstance(caught.value, TryLater)
    assert caught.value.wait == timedelta(seconds=seconds)
    assert len(read(stripe_host)) == 1


def test_nothing_but_reading_is_asked(stripe_host: Served, stripe: StripeAccount) -> None:
    stripe.pay_out("po_1", "usd", ARRIVES, [charge(1, 1_000, 30)])
    read(stripe_host, since=NOW.date() - timedelta(days=30))
    assert {row["method"] for row in stripe_host.requests()} == {"GET"}
    assert read(stripe_host)[0].charges[0].kind is PartKind.CHARGE
