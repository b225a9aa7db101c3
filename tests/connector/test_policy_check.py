"""A policy that could break a rule on any day of a year is not saved, and the day is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from connector import answers, policy
from connector.answers import CannotAnswer
from connector.modes import Mode
from connector.policy import Policy
from dunning import shipped
from dunning.policy import DunningPolicy
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
TEXTS = {"steps": [{"name": "text", "offset_days": 3, "tone": "friendly", "channels": ["text"]}]}


def save(firm: Firm, rules: DunningPolicy) -> int:
    return answers.set_policy(
        firm.deps, firm.connection.client_id, Policy(dunning=rules), by="ann", reason="tests"
    )


@pytest.mark.parametrize("name", shipped.NAMES)
def test_what_ships_is_saved(open_firm: Opens, name: str) -> None:
    firm = open_firm("xero", modes={"remind": Mode.AUTOPILOT})
    assert save(firm, shipped.policy(name)) == 1


@pytest.mark.parametrize(
    "change",
    [
        TEXTS | {"business_start": time(6), "business_end": time(8)},
        TEXTS | {"business_start": time(20), "business_end": time(23)},
        {
            "segments": [
                {
                    "name": "late",
                    "when": {},
                    "change": TEXTS | {"business_start": "20:00", "business_end": "23:00"},
                }
            ]
        },
    ],
    ids=["before eight", "after nine", "in one segment"],
)
def test_texts_at_night_are_refused_with_the_day(open_firm: Opens, change: dict[str, Any]) -> None:
    firm = open_firm("quickbooks", modes={"text": Mode.AUTOPILOT})
    with pytest.raises(CannotAnswer, match=r"not saved: 2026-\d\d-\d\d \d\d:\d\d UTC.*CFR"):
        save(firm, DunningPolicy.model_validate(change))
    with firm.deps.reading() as tx:
        assert policy.current(tx, firm.connection.client_id).number == 0


def test_the_same_hours_do_no_harm_where_nothing_goes_out_by_text(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"text": Mode.OFF})
    late = TEXTS | {"business_start": time(20), "business_end": time(23)}
    assert save(firm, DunningPolicy.model_validate(late)) == 1
