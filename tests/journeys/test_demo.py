"""The demonstration: its built-in book, a book that is given, and the whole run as a process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connector.demo import book, bookkeeper, clerks, loaded_book, plan
from connector.demo.world import Stage
from connector.learning.book_files import BadBook
from dunning.checking import shipped
from dunning.customer.channels import Channel
from dunning.rules.steps import Do
from matching.facts.policy import MatchPolicy

DAY = date(2026, 3, 2)
Give = Callable[..., Path]


@pytest.fixture
def given(tmp_path: Path) -> Give:
    """A folder with a book of one ledger: one customer, one invoice, one payment."""

    def write(**changes: dict[str, Any]) -> Path:
        rows: dict[str, dict[str, Any]] = {
            "customers": {"ledger": "A", "id": "C1", "name": "Alder: Works"},
            "invoices": {
                "ledger": "A", "id": "I1", "customer_id": "C1", "number": "F-1", "type": "invoice",
                "issue_date": "2026-02-02", "due_date": "2026-03-04", "currency": "USD",
                "total": 120.1, "balance": 100.05,
            },
            "payments": {
                "ledger": "A", "id": "P1", "date": "2026-03-05", "currency": "USD",
                "amount": 100.05, "payer_name": "ALDER", "reference_text": "F-1",
                "customer_id": "C1",
            },
        }  # fmt: skip
        for name, row in rows.items():
            whole: dict[str, Any] = {**row, **changes.get(name, {})}
            (tmp_path / f"{name}.jsonl").write_text(json.dumps(whole) + "\n")
        return tmp_path

    return write


def test_the_built_in_book_is_the_same_at_every_run() -> None:
    first, second = book.businesses(DAY), book.businesses(DAY)
    assert first == second
    assert [b.ledger for b in first] == ["quickbooks", "xero"]
    days = [DAY + timedelta(days=n) for n in range(5)]
    assert list(book.more_bills(first[0], days)) == list(book.more_bills(second[0], days))


def test_the_built_in_book_has_all_that_a_real_one_has() -> None:
    for business in book.businesses(DAY):
        bills = [bill for bill in business.bills if bill.total > 0]
        assert 25 <= len(business.buyers) <= 40
        assert len({bill.number for bill in bills}) == len(bills) >= 90
        assert any(not buyer.email for buyer in business.buyers)
        assert any(bill.total < 0 for bill in business.bills)
        assert any(bill.due is None for bill in bills)
        assert any(0 < bill.left < bill.total for bill in bills)
        assert all(buyer.email.endswith(".example") for buyer in business.buyers if buyer.email)
    assert {buyer.currency for buyer in book.businesses(DAY)[1].buyers} == {"GBP", "EUR", "USD"}


def test_new_bills_go_on_with_the_numbers_of_the_old_ones() -> None:
    for business in book.businesses(DAY):
        new = list(book.more_bills(business, [DAY + timedelta(days=n) for n in range(14)]))
        assert all(bill.issued.weekday() < 5 for bill in new)
        assert not {bill.number for bill in new} & {bill.number for bill in business.bills}


def test_what_clerks_enter_stands_in_both_ledgers_to_the_cent(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    for business in book.businesses(DAY):
        place = stage.found(business)
        clerks.enter(place.clerk, business.buyers, business.bills, today=DAY)
        wanted = Counter({bill.number: bill.left for bill in business.bills if bill.left > 0})
        assert _open_of(stage, business.ledger, place.company_id) == wanted


def test_the_built_in_book_has_every_kind_of_payer() -> None:
    for business in book.businesses(DAY):
        late = {bill.buyer_id: bill.late_days for bill in business.bills if bill.total > 0}
        assert {book.habit(business.buyers, it) for it in business.buyers} == set(book.HABITS)
        for buyer in business.buyers:
            usual = book.LATE.get(book.habit(business.buyers, buyer), 0)
            assert late[buyer.id] == usual


def test_each_company_begins_with_a_shipped_policy_and_what_there_is_to_see(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    for business in book.businesses(DAY):
        place = stage.found(business)
        clerks.enter(place.clerk, business.buyers, [], today=DAY)
        rules = bookkeeper.rules(place)
        shipped_one = shipped.policy(bookkeeper.SHIPPED[business.ledger])
        assert [it.name for it in rules.dunning.segments] == [
            it.name for it in shipped_one.segments
        ]
        assert [(it.name, it.offset_days, it.do) for it in rules.dunning.steps] == [
            (it.name, it.offset_days, it.do) for it in shipped_one.steps
        ]
        every = [step for one in rules.dunning.variants() for step in one.steps]
        assert all(Channel.TEXT in step.channels for step in every if step.do is Do.MESSAGE)
        assert rules.dunning.portal
        assert rules.notices.daily_digest
        (key,) = rules.dunning.customers
        assert key in place.clerk.ids.values()
        assert rules.matching == MatchPolicy.every_rule()


def test_a_given_book_is_read_with_exact_amounts(given: Give) -> None:
    [chapter] = loaded_book.read(given())
    [bill] = chapter.business.bills
    assert (bill.total, bill.left) == (Decimal("120.10"), Decimal("100.05"))
    assert chapter.opens_on == date(2026, 3, 5)
    assert chapter.business.buyers[0].name == "Alder Works"
    assert chapter.business.transfers[0].buyer_id == chapter.business.buyers[0].id


def test_an_invoice_from_inside_the_window_is_issued_on_its_day(given: Give) -> None:
    [chapter] = loaded_book.read(given(invoices={"issue_date": "2026-03-06"}))
    assert not chapter.business.bills
    assert [bill.issued for bill in chapter.later] == [date(2026, 3, 6)]


def test_money_in_a_currency_that_its_sender_is_never_billed_in_stays_at_the_bank(
    given: Give,
) -> None:
    [chapter] = loaded_book.read(given(payments={"currency": "EUR"}))
    assert chapter.business.transfers[0].buyer_id == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"invoices": {"total": "much"}}, "invoices.jsonl:1, total"),
        ({"payments": {"date": "yesterday"}}, "ledger A"),
    ],
)
def test_a_book_that_cannot_be_played_is_refused_by_name(
    given: Give, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(BadBook, match=told):
        loaded_book.read(given(**changes))


def test_a_folder_without_a_book_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadBook, match=r"customers\.jsonl cannot be read"):
        loaded_book.read(tmp_path)


def test_a_broken_line_is_named_with_its_number(given: Give) -> None:
    folder = given()
    (folder / "payments.jsonl").write_text("\n[1]\n")
    with pytest.raises(BadBook, match=r"payments\.jsonl:2"):
        loaded_book.read(folder)


def test_the_days_begin_on_a_monday() -> None:
    assert plan.plan_of("", 3).begins.date().weekday() == 0


def test_a_short_run_installs_works_and_reports(tmp_path: Path) -> None:
    report, info = tmp_path / "out.json", tmp_path / "info.json"
    done = _demo("--exit", "--days", "3", "--report", str(report), "--info", str(info))
    assert done.returncode == 0, done.stdout + done.stderr
    companies = json.loads(report.read_text())["companies"]
    assert {company["ledger"] for company in companies} == {"quickbooks", "xero"}
    for company in companies:
        assert company["mirror_equals_ledger"], done.stdout
        assert company["receipts_applied_twice"] == 0
        assert company["invoices_mirrored"] > 0
        assert company["messages"] > 0
        assert company["notes"] >= company["messages"]
        assert company["receipts"] >= company["applied_count"]
        assert sum(company["api_calls"].values()) > 0
    told = json.loads(info.read_text())
    assert {company["ledger"] for company in told["companies"]} == {"quickbooks", "xero"}
    assert all(company["access_token"] for company in told["companies"])
    assert told["variables_file"].endswith("product.env")


def test_a_given_book_is_played_to_its_end(given: Give, tmp_path: Path) -> None:
    report = tmp_path / "out.json"
    done = _demo("--exit", "--book", str(given()), "--report", str(report))
    assert done.returncode == 0, done.stdout + done.stderr
    [company] = json.loads(report.read_text())["companies"]
    assert company["mirror_equals_ledger"]
    assert (company["receipts"], company["applied_count"]) == (1, 1)
    assert company["applied_amount"] == {"USD": "100.05"}
    assert company["notes"] == 1
    assert company["messages"] == 0


def test_a_book_that_is_not_there_ends_the_command_with_one_line(tmp_path: Path) -> None:
    done = _demo("--exit", "--book", str(tmp_path))
    assert done.returncode == 1
    assert re.fullmatch(r"ledgerhand: \S+customers\.jsonl cannot be read: .+\n", done.stderr)


def _demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "connector", "demo", *arguments], capture_output=True, text=True,
        timeout=280, env=environment(), check=False,
    )  # fmt: skip


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "REDIS_URL"}


def _open_of(stage: Stage, ledger: str, company: str) -> Counter[str]:
    if ledger == "quickbooks":
        rows = stage.sides.quickbooks.act(company).find("Invoice", "Balance > '0'")
        return Counter({row["DocNumber"]: row["Balance"] for row in rows})
    invoices = stage.sides.xero.act(company).all("Invoices")
    return Counter({i["InvoiceNumber"]: i["AmountDue"] for i in invoices if i["AmountDue"]})
