"""Where a credit is booked that a person approves: the first account for its code."""

from __future__ import annotations

import pytest

from matching.deduction.credits import CreditAccount, CreditCode, account_for

ACCOUNTS = [
    CreditAccount(account="42", codes=frozenset({CreditCode.DAMAGE, CreditCode.SHORTAGE})),
    CreditAccount(account="43", company="Acme GmbH"),
    CreditAccount(account="44", codes=frozenset({CreditCode.FREIGHT})),
]


@pytest.mark.parametrize(("company", "code", "account"), [
    ("Acme Ltd", CreditCode.DAMAGE, "42"),
    ("Acme GmbH", CreditCode.DAMAGE, "42"),
    ("Acme GmbH", CreditCode.FREIGHT, "43"),
    ("Acme Ltd", CreditCode.FREIGHT, "44"),
    ("Acme Ltd", CreditCode.OTHER, ""),
])  # fmt: skip
def test_the_first_account_for_a_code_at_a_company(
    company: str, code: CreditCode, account: str
) -> None:
    assert account_for(ACCOUNTS, company, code) == account


def test_codes_are_kept_in_one_order() -> None:
    assert ACCOUNTS[0].model_dump(mode="json")["codes"] == ["damage", "shortage"]
