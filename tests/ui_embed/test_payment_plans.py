"""Payment plans on the customer's page: agreed on, shown with what is behind, and ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.commitments import payment_plans
from connector.commitments.payment_plans import Agreed, State
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office
from tests.ui_embed.test_foresight import text

CUSTOMER = "/connections/1/customers/1"
AGREE = f"{CUSTOMER}/payment-plans"


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def kept(shop: Shop) -> list[Agreed]:
    with shop.desk.universe.deps.reading() as tx:
        return payment_plans.listed(tx, 1)


def agree(shop: Shop, **more: str) -> None:
    first = shop.desk.universe.deps.now().date() + timedelta(days=10)
    form = {"invoice": shop.invoice, "parts": "3", "first": str(first), "every": "month"}
    answer = shop.owner.post(AGREE, on=CUSTOMER, **{**form, "words": "in <b>three</b>", **more})
    assert answer.status_code == 303


def test_a_plan_is_agreed_on_shown_and_ended(shop: Shop) -> None:
    assert "Nothing was agreed to be paid in parts." in shop.owner.page(CUSTOMER)
    agree(shop)
    (one,) = kept(shop)
    assert (one.by, one.words) == ("books@quickbooks.example", "in <b>three</b>")
    page = shop.owner.page(CUSTOMER)
    assert "in &lt;b&gt;three&lt;/b&gt;" in page
    assert "Plan 1, USD 120.00 in 3 instalments: nothing is behind." in text(page)
    assert "USD 40.00 by 12 Mar 2026" in text(page)
    shop.owner.post(f"{AGREE}/1/end", on=CUSTOMER)
    assert [it.state for it in kept(shop)] == [State.CANCELLED]
    assert "Plan 1, USD 120.00 in 3 instalments: cancelled." in text(shop.owner.page(CUSTOMER))
    shop.owner.post(f"{AGREE}/1/end", on=CUSTOMER)
    assert "There is no such running plan any more." in shop.owner.page(CUSTOMER)


@pytest.mark.parametrize(("form", "told"), [
    ({"invoice": "none"}, "tick at least one open invoice"),
    ({"parts": "61"}, "write one up to 60"),
    ({"parts": "three"}, "is no number of instalments"),
    ({"first": "soon"}, "is no date; write it as 2026-01-31"),
    ({"first": "2020-01-01"}, "is past"),
])  # fmt: skip
def test_what_does_not_fit_is_told_and_nothing_is_kept(
    shop: Shop, form: dict[str, str], told: str
) -> None:
    agree(shop, **form)
    assert told in shop.owner.page(CUSTOMER)
    assert kept(shop) == []


def test_a_stranger_neither_agrees_nor_ends(shop: Shop) -> None:
    agree(shop)
    stranger = shop.stranger()
    form = {"invoice": shop.invoice, "parts": "2", "first": "2030-01-01"}
    for path in (AGREE, f"{AGREE}/1/end"):
        assert stranger.post(path, **form).status_code == 404
    assert [it.state for it in kept(shop)] == [State.RUNNING]
