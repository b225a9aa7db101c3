"""Payouts from PayPal's transaction search: what moved the balance between two withdrawals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from providers.errors import LedgerError, Reconnect, Refused, TryLater
from providers.money import Money
from providers.processors import charges
from providers.processors.paypal_api import PayPalPayouts
from providers.receipts import Payout
from providers.simulated.clock import StillClock
from providers.simulated.faults import Fault
from providers.simulated.processors.paypal import PayPalAccount
from tests.providers.processors.serving import NOW, Served, clock, serving

KEY = "app-cedar:secret-cedar"
DAY = timedelta(days=1)
START = NOW - 10 * DAY


@pytest.fixture
def still() -> StillClock:
    return clock()


@pytest.fixture
def account(still: StillClock) -> PayPalAccount:
    return PayPalAccount(still)


@pytest.fixture
def served(account: PayPalAccount, still: StillClock) -> Iterator[Served]:
    with serving(account.product(), still) as there:
        yield there


def read(served: Served, key: str = KEY, since: datetime = START) -> list[Payout]:
    http = served.http
    try:
        return list(PayPalPayouts(http, key=key, base=served.base).arrived_since(since, NOW))
    finally:
        http.close()


def fill(account: PayPalAccount) -> None:
    at = START + DAY
    account.add("P1", "T0006", at, "250.00", fee="-7.75", invoice_id="INV-1",
                custom_field="Order 1", payer={
                    "email_address": "a@cedar.example",
                    "payer_name": {"given_name": "Cedar", "surname": "Works"},
                })  # fmt: skip
    account.add("P2", "T0006", at + DAY, "100.00", fee="-3.40")
    account.add("R3", "T1107", at + 2 * DAY, "-100.00", fee="3.40", paypal_reference_id="P2")
    account.add("H4", "T2103", at + 2 * DAY, "-40.00")
    account.add("X5", "T0006", at + 2 * DAY, "77.00", status="P")
    account.add("W6", "T0403", at + 3 * DAY, "-202.25")
    account.add("P7", "T0006", at + 4 * DAY, "50.00", currency="JPY")


def test_a_withdrawal_is_what_moved_the_balance_before_it(
    served: Served, account: PayPalAccount
) -> None:
    fill(account)
    (payout,) = read(served)
    assert (payout.id, payout.amount) == ("W6", Money.of("202.25", "USD"))
    assert [part.kind.value for part in payout.parts] == ["charge", "charge", "refund", "reserve"]
    (receipt,) = charges.receipts(payout)
    assert (receipt.bank_id, receipt.payer) == ("P1", "Cedar Works")
    assert (receipt.amount, receipt.reference) == (Money.of(250, "USD"), "INV-1 Order 1")
    assert served.calls == ["paypal.transactions.read", "paypal.oauth.token"][::-1]


def test_what_stays_and_what_was_there_is_carried_over(
    served: Served, account: PayPalAccount
) -> None:
    account.add("P0", "T0006", START - 20 * DAY, "30.00")
    account.add("P1", "T0006", START + DAY, "100.00", fee="-3.00")
    account.add("W2", "T0400", START + 2 * DAY, "-110.00")
    account.add("W3", "T0400", START + 3 * DAY, "-17.00")
    first, second = read(served)
    assert [(p.description, str(p.net)) for p in first.parts[1:]] == [
        ("balance carried over", "USD 30.00"), ("balance left with PayPal", "USD -17.00"),
    ]  # fmt: skip
    assert [str(p.net) for p in second.parts] == ["USD 17.00"]


def test_the_fee_of_a_withdrawal_is_one_of_its_parts(
    served: Served, account: PayPalAccount
) -> None:
    account.add("P1", "T0006", START + DAY, "100.00", fee="-3.00")
    account.add("W2", "T0400", START + 2 * DAY, "-96.00", fee="-1.00")
    (payout,) = read(served)
    assert (payout.amount, payout.fees) == (Money.of(96, "USD"), Money.of(4, "USD"))
    assert [(p.kind.value, str(p.net)) for p in payout.parts] == [
        ("charge", "USD 97.00"), ("fee", "USD -1.00"),
    ]  # fmt: skip


def test_without_balances_the_first_withdrawal_is_left_out_and_a_false_sum_refused(
    served: Served, account: PayPalAccount
) -> None:
    account.tells_balance = False
    account.add("P1", "T0006", START + DAY, "100.00")
    account.add("W2", "T0400", START + 2 * DAY, "-999.00")
    account.add("P3", "T0006", START + 3 * DAY, "60.00", fee="-2.00")
    account.add("W4", "T0400", START + 4 * DAY, "-58.00")
    assert [payout.id for payout in read(served)] == ["W4"]
    account.add("P5", "T0006", START + 5 * DAY, "60.00", fee="-2.00")
    account.add("W6", "T0400", START + 6 * DAY, "-59.00")
    with pytest.raises(Refused, match=r"make USD 58.00, the payout is USD 59.00"):
        read(served)


def test_long_spans_are_searched_in_months_and_pages(
    served: Served, account: PayPalAccount
) -> None:
    start = NOW - 70 * DAY
    for number in range(1_200):
        account.add(f"P{number}", "T0006", start + number * timedelta(minutes=1), "1.00")
    account.add("W", "T0400", start + DAY, "-1200.00")
    (payout,) = read(served, since=start)
    assert len(payout.parts) == 1_200
    assert served.calls.count("paypal.transactions.read") == 3 + 1 + 1
    assert served.calls.count("paypal.oauth.token") == 1


def test_a_token_that_has_run_out_is_fetched_anew(
    served: Served, account: PayPalAccount, still: StillClock
) -> None:
    fill(account)
    http = served.http
    reader = PayPalPayouts(http, key=KEY, base=served.base)
    list(reader.arrived_since(START, NOW))
    still.advance(timedelta(hours=10))
    assert len(list(reader.arrived_since(START, NOW))) == 1
    http.close()
    assert served.calls.count("paypal.oauth.token") == 2


@pytest.mark.parametrize("key", ["", "only-an-id", ":secret"])
def test_half_a_key_is_never_sent(served: Served, key: str) -> None:
    with pytest.raises(Refused, match="client id and secret"):
        read(served, key)
    assert served.calls == []


def test_a_wrong_key_asks_for_another(served: Served) -> None:
    with pytest.raises(Reconnect, match="store a new one"):
        read(served, "app-cedar:wrong")


@pytest.mark.parametrize(("fault", "seconds"), [
    (Fault("429", seconds=9), 9), (Fault("500"), 60), (Fault("html"), 60),
    (Fault("cut_body", on="paypal.reporting.*"), 15),
])  # fmt: skip
def test_trouble_is_named_by_what_to_do_next(
    served: Served, account: PayPalAccount, fault: Fault, seconds: int
) -> None:
    fill(account)
    served.fail(fault)
    with pytest.raises(LedgerError) as caught:
        read(served)
    assert isinstance(caught.value, TryLater)
    assert caught.value.wait == timedelta(seconds=seconds)
    assert len(read(served)) == 1


def test_a_search_that_finds_too_much_is_refused(served: Served, account: PayPalAccount) -> None:
    for number in range(10_001):
        account.add(f"P{number}", "T0006", START + DAY, "1.00")
    with pytest.raises(Refused, match="greater than 10000") as caught:
        read(served)
    assert caught.value.code == "RESULTSET_TOO_LARGE"
