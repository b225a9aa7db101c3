"""The reports and the worklist as a bookkeeper reads them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from connector.rules import policy
from connector.rules.costs import Costs
from connector.rules.policy import Policy
from tests.simulation.books import QuickBooksBooks
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office

REPORTS, WORKLIST = "/clients/1/reports", "/clients/1/worklist"


@pytest.fixture
def shop(desk: Office) -> Shop:
    """On 2 March Alder owes 120.00 since 19 February, and 80.00 on an invoice of today; the money
    that came for the first waits for an answer."""
    made = busy_shop(desk)
    QuickBooksBooks(desk.universe, made.realm).invoice(
        "1", "1002", amount=Decimal(80), issued=date(2026, 3, 2), due=date(2026, 4, 1)
    )
    made.tick()
    return made


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.replace("</a>", "")).split())


def test_the_reports_lead_to_the_shadow_report(shop: Shop) -> None:
    assert "/clients/1/shadow" in shop.owner.page("/clients/1/reports")


def test_each_figure_stands_with_the_one_before_and_how_it_was_worked_out(shop: Shop) -> None:
    page = text(shop.owner.page(REPORTS))
    for told in (
        "02 Mar 2026 to 02 Mar 2026, beside the day before.",
        "Days sales outstanding (days) 2.5 n/a n/a", "200.00 / 80.00 x 1 = 2.5 days",
        "Bad debt written off (%) n/a n/a n/a",
        "The policy does not say which credits are bad debt",
        "Cases resolved without a person (%) 0.0 n/a n/a",
        "Cash recovered after contact (USD) 0.00 n/a n/a",
        "Open invoices in USD on 02 Mar 2026", "Current 80.00 1-30 120.00", "Total 200.00",
        "Alder 200.00", "The policy sets no price (costs).",
    ):  # fmt: skip
        assert told in page, told


def test_costs_are_told_once_the_policy_has_prices(shop: Shop) -> None:
    deps = shop.desk.universe.deps
    prices = Costs(
        currency="EUR", api_call=Decimal(1), message=Decimal(1), minute=Decimal(1),
        minutes_per_answer=Decimal(2),
    )  # fmt: skip
    with deps.writing() as tx:
        policy.save(tx, 1, Policy(costs=prices), at=deps.now(), by="tests")
    before = _cost(shop)
    shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    assert _cost(shop) == before + 2


def _cost(shop: Shop) -> Decimal:
    found = re.search(r"Cost of collecting \(EUR\) ([\d,.]+)", text(shop.owner.page(REPORTS)))
    assert found
    return Decimal(found[1].replace(",", ""))


def test_a_case_leads_to_the_decision_behind_it(shop: Shop) -> None:
    """The money was decided on once more when the second invoice came."""
    assert '<a href="/why/2">why: decision 2</a>' in shop.owner.page(REPORTS)


def test_days_that_cannot_be_meant_are_named_and_never_a_fault(shop: Shop) -> None:
    answer = shop.owner.get(f"{REPORTS}?from=<b>&to=soon")
    assert answer.status_code == 422
    assert "Write each day as 2026-01-31." in answer.text
    assert "<b>" not in answer.text
    page = text(shop.owner.page(f"{REPORTS}?from=2026-03-02&to=2026-03-01"))
    assert "swap them" in page
    assert "still to come" in text(shop.owner.page(f"{REPORTS}?to=2031-01-01"))
    assert "too long" in text(shop.owner.page(f"{REPORTS}?from=1970-01-01"))
    for far in ("from=0001-01-01&to=0001-01-01", "to=0001-01-01", "to=9999-12-31"):
        assert shop.owner.get(f"{REPORTS}?{far}").status_code == 422


def test_of_the_days_before_the_mirror_no_sales_are_told(shop: Shop) -> None:
    page = text(shop.owner.page(f"{REPORTS}?from=2026-02-01&to=2026-02-27"))
    assert "Days sales outstanding (days) n/a n/a n/a" in page
    assert "Open invoices in USD" not in page


def test_the_worklist_shows_the_points_of_each_place(shop: Shop) -> None:
    page = text(shop.owner.page(WORKLIST))
    assert "1. Alder: USD 120.00 overdue on 1 invoice" in page
    assert (
        "43 points: 40, USD 120.00 overdue; 3, the oldest is 11 days late; 0, not enough data for"
        " a forecast"
    ) in page


@pytest.mark.parametrize("path", [REPORTS, WORKLIST])
def test_to_others_the_client_does_not_exist(shop: Shop, path: str) -> None:
    assert shop.stranger().get(path).status_code == 404
    assert shop.desk.visitor().get(path).status_code == 303
