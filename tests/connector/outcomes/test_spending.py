"""What collecting cost, against what was worked out by hand."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from connector.outcomes import spending
from connector.outcomes.figure import NONE
from connector.outcomes.spending import Work
from connector.rules.costs import BadDebt, Costs

WORK = Work(calls=1000, messages=40, answers=6)


def test_cost_is_the_sums_of_the_meter_times_the_prices() -> None:
    """1,000 x 0.002 + 40 x 0.05 + 6 x 2.5 x 0.80 = 2 + 2 + 12 = 16.00; for 8 it is 2.00 each."""
    prices = Costs.model_validate({
        "currency": "USD", "api_call": "0.002", "message": "0.05", "minute": "0.80",
        "minutes_per_answer": "2.5",
    })  # fmt: skip
    whole, each = spending.costs(WORK, prices, 8)
    assert (whole.shown, each.shown) == ("USD 16.00", "USD 2.00")
    assert whole.worked == "1000 x 0.002 + 40 x 0.05 + 6 x 2.5 x 0.80 = USD 16.00"
    assert whole.inputs == {"calls": 1000, "messages": 40, "answers": 6, "collections": 8}
    assert spending.costs(WORK, prices, 0)[1].shown == NONE


@pytest.mark.parametrize(
    ("prices", "named"),
    [(None, "(costs)"), ({"currency": "USD"}, "(costs.api_call)"),
     ({"currency": "USD", "api_call": 1, "message": 1, "minute": 1},
      "(costs.minutes_per_answer)")],
)  # fmt: skip
def test_a_price_that_is_not_set_leaves_the_cost_untold(
    prices: dict[str, object] | None, named: str
) -> None:
    given = None if prices is None else Costs.model_validate(prices)
    whole, each = spending.costs(WORK, given, 8)
    assert (whole.shown, each.shown) == (NONE, NONE)
    assert named in whole.reason
    assert whole.inputs["calls"] == 1000


def test_what_cannot_be_a_price_or_a_mark_is_refused() -> None:
    for document in ({"currency": "XX"}, {"currency": "USD", "minute": -1}, {"minute": 1}):
        with pytest.raises(ValidationError):
            Costs.model_validate(document)
    with pytest.raises(ValidationError, match="an empty text fits all"):
        BadDebt.model_validate({"credit_numbers": [""]})
