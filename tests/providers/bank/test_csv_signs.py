"""Kinds of movements beside signed amounts: what a running balance or another kind proves."""

from __future__ import annotations

import pytest

from providers.bank import reading
from providers.bank.refusal import BadStatement
from tests.providers.bank.shelf import amounts, only, read

HEAD = "Date,Text,Kind,Amount,Balance,Fee,Own account\n"
TWO_WAYS = [("CHECK_DEPOSIT", "100.00"), ("ACCT_XFER", "-100.00"), ("ACCT_XFER", "300.00")]
RETURNED = [("ACH_CREDIT", "500.00"), ("ACH_DEBIT", "-25.00"), ("ACH_DEBIT", "30.00")]
NO_MINUS = [("ACH_DEBIT", "30.00"), ("ACH_CREDIT", "500.00")]


def post(
    lines: list[tuple[str, str]], balances: list[str], fees: str = "000", accounts: str = "111"
) -> bytes:  # fmt: skip
    rows = (
        f"2026-03-1{n},INV-{n},{kind},{amount},{balance},{fee},{account * 4}\n"
        for n, ((kind, amount), balance, fee, account) in enumerate(
            zip(lines, balances, fees, accounts, strict=False)
        )
    )
    return "".join((HEAD, *rows)).encode()


@pytest.mark.parametrize(("lines", "balances"), [
    (TWO_WAYS, ["1000.00", "900.00", "1200.00"]), (TWO_WAYS, ["1000.00", "900.00", "1000.00"]),
    (RETURNED, ["1500.00", "1475.00", "1505.00"]), (RETURNED, ["1500.00", "1000.00", "1025.00"]),
    (NO_MINUS[::-1], ["1500.00", "1530.00"]),
])  # fmt: skip
def test_what_a_running_balance_proves_is_not_asked_about(
    lines: list[tuple[str, str]], balances: list[str]
) -> None:
    """From either end of the list; the same file without balances leaves it open."""
    with pytest.raises(BadStatement, match="Kind seems to say which way money went"):
        read(post(lines, [""] * 3))
    assert amounts(only(post(lines, balances))) == [amount for _, amount in lines]


@pytest.mark.parametrize(("lines", "balances"), [
    (NO_MINUS, ["1030.00", "1530.00"]), (NO_MINUS, ["1030.00", ""]),
    ([("ACH_DEBIT", "30.00"), ("ACH_CREDIT", "30.00")], ["1060.00", "1030.00"]),
    (TWO_WAYS, ["", "900.00", ""]), (RETURNED, ["1500.00", "1475.00", "1445.00"]),
    ([*RETURNED[:1], ("ACH_DEBIT", "30.00"), *NO_MINUS[1:]], ["1500.00", "", "2000.00"]),
    (RETURNED, ["much", "1475.00", "1505.00"]),
])  # fmt: skip
def test_what_a_running_balance_leaves_open_is_asked_about(
    lines: list[tuple[str, str]], balances: list[str]
) -> None:
    """The first movement, equal amounts, lines without a balance, and one that does not run."""
    found = reading.guessed(post(lines, balances))
    assert found is not None
    assert any("Kind seems to say" in doubt.question for doubt in found.doubts)


def test_a_balance_that_runs_with_fees_or_for_each_account_proves_it_too() -> None:
    charged = post(RETURNED, ["1499.00", "1472.00", "1499.00"], fees="123")
    assert "500.00" in amounts(only(charged))
    assert reading.guessed(charged).doubts == ()  # type: ignore[union-attr]
    lines = [*RETURNED, ("ACH_CREDIT", "7.00")]
    balances = ["1500.00", "1475.00", "8.00", "1482.00"]
    two = post(lines, balances, fees="0000", accounts="1121")
    assert sorted(it for one in read(two) for it in amounts(one)) == [
        "-25.00", "30.00", "500.00", "7.00"
    ]  # fmt: skip


PLAIN = [("Counter Credit", "500.00"), ("Funds Transfer", "-120.00"), ("Funds Transfer", "70.00")]


def test_a_kind_that_always_has_a_minus_shows_what_one_means() -> None:
    sentence = "Kind seems to say .* Funds Transfer stands above and below zero, which leaves open"
    with pytest.raises(BadStatement, match=sentence):
        read(post(PLAIN, [""] * 3))
    rent = [*PLAIN, ("Bill Payment", "-15.00")]
    assert amounts(only(post(rent, [""] * 4, "0000", "1111"))) == [amount for _, amount in rent]


@pytest.mark.parametrize("other", [
    ("Fee reversal", "-15.00"), ("Bill Payment", "15.00"), ("", "-15.00"), ("Bill Payment", "0"),
])  # fmt: skip
def test_a_reversal_shows_nothing(other: tuple[str, str]) -> None:
    with pytest.raises(BadStatement, match="Funds Transfer stands above and below zero"):
        read(post([*PLAIN, other], [""] * 4, "0000", "1111"))
