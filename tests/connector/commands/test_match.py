"""Trying the matcher on a book in files: what is decided, what is told, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector import cli

Row = dict[str, Any]
CUSTOMERS = [{"ledger": "A", "id": "C1", "name": "Alder Works Ltd", "aliases": ["ALDER HOLDING"]}]
INVOICES = [
    {"ledger": "A", "id": f"I{n}", "customer_id": "C1", "number": f"F-100{n}", "type": "invoice",
     "issue_date": issued, "due_date": "2026-03-01", "currency": "EUR", "total": amount,
     "balance": amount}
    for n, issued, amount in (
        (1, "2026-02-01", 120.1), (2, "2026-02-02", 80), (3, "2026-03-09", 55.5))
]  # fmt: skip
PAYMENTS = [
    {"ledger": "A", "id": "P1", "date": "2026-03-05", "currency": "EUR", "amount": 120.1,
     "payer_name": "ALDER WORKS", "reference_text": "F-1001", "customer_id": None},
    {"ledger": "A", "id": "P2", "date": "2026-03-04", "currency": "EUR", "amount": 55.5,
     "payer_name": "ALDER HOLDING", "reference_text": "F-1003", "customer_id": None},
    {"ledger": "A", "id": "P3", "date": "2026-03-10", "currency": "EUR", "amount": 50.0,
     "payer_name": "ALDER WORKS", "reference_text": "F-1002 less damage", "customer_id": None},
    {"ledger": "A", "id": "P4", "date": "2026-03-11", "currency": "EUR", "amount": 30.0,
     "payer_name": "ALDER WORKS", "reference_text": None, "customer_id": None},
]  # fmt: skip
Give = Callable[..., Path]


@pytest.fixture
def given(tmp_path: Path) -> Give:
    def write(**rows: list[Row]) -> Path:
        for name, of_file in {
            "customers": CUSTOMERS, "invoices": INVOICES, "payments": PAYMENTS, **rows
        }.items():  # fmt: skip
            text = "".join(f"{json.dumps(row)}\n" for row in of_file)
            (tmp_path / f"{name}.jsonl").write_text(text)
        return tmp_path

    return write


def match(folder: Path, *more: str) -> dict[str, Row]:
    out = folder / "decisions.jsonl"
    cli.main(["match", "--book", str(folder), "--out", str(out), *more])
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    return {row["payment_id"]: row for row in rows}


def test_payments_are_decided_in_the_order_of_their_dates_and_lower_the_balances(
    given: Give, capsys: pytest.CaptureFixture[str]
) -> None:
    made = match(given())
    assert {id_: row["action"] for id_, row in made.items()} == {
        "P1": "apply", "P2": "review", "P3": "apply", "P4": "apply",
    }  # fmt: skip
    assert made["P1"]["allocations"] == [{"invoice_id": "I1", "amount": 120.1}]
    assert made["P2"]["reasons"], "F-1003 is not issued before the ninth"
    assert made["P3"]["rule"] == "named_short_deduction"
    assert made["P4"]["allocations"] == [{"invoice_id": "I2", "amount": 30.0}]
    assert all(0 <= row["confidence"] <= 1 for row in made.values())
    said = capsys.readouterr().out
    assert "4 payments: 3 apply, 1 review, 0 ignore" in said
    assert "at the median" in said


def test_a_policy_leaves_to_people_what_it_does_not_allow(given: Give, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"matching": {"apply_by": ["exact"]}}))
    made = match(given(), "--policy", str(policy))
    assert [id_ for id_, row in made.items() if row["action"] == "apply"] == ["P1"]
    shown = {"version": 1, "at": None, "by": "ann", "policy": json.loads(policy.read_text())}
    policy.write_text(json.dumps(shown))
    assert match(given(), "--policy", str(policy)) == made


def test_a_dinar_has_three_decimals(given: Give) -> None:
    bill = INVOICES[0] | {"currency": "KWD", "total": 25.125, "balance": 25.125}
    made = match(given(invoices=[bill], payments=[PAYMENTS[0] | bill | {"amount": 25.125}]))
    (paid,) = made.values()
    assert (paid["action"], paid["allocations"][0]["amount"]) == ("apply", 25.125)


@pytest.mark.parametrize(
    ("_case", "rows", "told"),
    [
        ("no payment", {"payments": []}, "holds no payment"),
        ("no amount", {"payments": [PAYMENTS[0] | {"amount": "much"}]}, "payments.jsonl:1, amount"),
        ("no number", {"payments": [PAYMENTS[0] | {"amount": "NaN"}]}, "payments.jsonl:1, amount"),
        (
            "too fine",
            {"payments": [PAYMENTS[0], PAYMENTS[1] | {"amount": 55.505}]},
            "payments.jsonl:2, amount: 55.505 is finer than 0.01, the least in EUR",
        ),
        (
            "sen",
            {"invoices": [INVOICES[0] | {"currency": "JPY", "total": 80, "balance": 79.5}]},
            "invoices.jsonl:1, balance: 79.5 is finer than 1, the least in JPY",
        ),
        ("no day", {"invoices": [INVOICES[0] | {"issue_date": "soon"}]}, "id 'I1'"),
        ("no name", {"customers": [{"ledger": "A", "id": "C1"}]}, "customers.jsonl, ledger A"),
        ("no currency", {"invoices": [INVOICES[0] | {"currency": None}]}, "invoices.jsonl"),
    ],
)
def test_a_book_that_cannot_be_used_is_refused_in_one_line_and_nothing_is_written(
    given: Give, _case: str, rows: dict[str, list[Row]], told: str
) -> None:
    folder = given(**rows)
    with pytest.raises(SystemExit) as end:
        match(folder)
    assert told in str(end.value)
    assert "\n" not in str(end.value)
    assert not (folder / "decisions.jsonl").exists()


@pytest.mark.parametrize(
    ("_case", "words", "told"),
    [
        ("no folder", ("--book", "nowhere", "--out", "out"), "customers.jsonl cannot be read"),
        ("no policy", ("--book", ".", "--out", "out", "--policy", "none"), "there is no file none"),
    ],
)
def test_wrong_words_are_named(
    _case: str, words: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=told):
        cli.main(["match", *words])
