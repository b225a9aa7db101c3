"""A key account of the policy gets nothing that no person ordered, whatever is on autopilot."""

from __future__ import annotations

from typing import Any

import pytest

from connector.rules.modes import Capability, Mode
from providers.ledger import AddNote
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

DAYS = 90
STEPS = [
    {"name": "upcoming", "offset_days": -5, "tone": "upcoming"},
    {"name": "friendly", "offset_days": 3, "tone": "friendly"},
    {"name": "letter", "offset_days": 20, "tone": "direct", "do": "letter"},
    {"name": "call", "offset_days": 30, "tone": "direct", "do": "call"},
    {"name": "final", "offset_days": 40, "tone": "final"},
    {"name": "demand", "offset_days": 50, "tone": "final", "do": "demand letter"},
]
LISTED: list[dict[str, Any]] = [
    {"segments": [{"name": "key", "when": {"customers": ["ASH"]},
                   "change": {"with_a_person": "a key account"}}]},
    {"customers": {"ASH": {"with_a_person": "a key account"}}},
]  # fmt: skip


def listing(ash: str, how: dict[str, Any]) -> dict[str, Any]:
    """The policy with the id that the ledger gave."""
    if "customers" in how:
        return {"customers": {ash: how["customers"]["ASH"]}}
    (segment,) = how["segments"]
    return {"segments": [segment | {"when": {"customers": [ash]}}]}


def to_customers(firm: Firm, customer: str) -> list[str]:
    """What was intended for a customer, sent or not."""
    return [
        type(it.effect).__name__ for it in firm.intents()
        if getattr(it.effect, "customer_id", "") == customer
        and not isinstance(it.effect, AddNote)
    ]  # fmt: skip


@pytest.mark.parametrize("how", LISTED)
def test_in_90_days_nothing_goes_out_that_no_person_ordered(
    open_firm: Opens, how: dict[str, Any]
) -> None:
    found: dict[str, str] = {}

    def fill(firm: Firm) -> None:
        for number, name in enumerate(("Ash", "Birch")):
            found[name] = firm.books.customer(name)
            firm.owe(found[name], f"INV-{number}", "400.00", late_days=-6)

    firm = open_firm(
        "quickbooks", modes=dict.fromkeys(Capability, Mode.AUTOPILOT), fill=fill,
        dunning={"steps": STEPS, "bank_lag_days_max": None} | listing("1", how),
    )  # fmt: skip
    assert found["Ash"] == "1"
    firm.pass_days(DAYS, every=3)
    assert to_customers(firm, found["Ash"]) == []
    assert {mail["recipients"][0] for mail in firm.mails()} == {"pay@birch.example"}
    assert "SendReminder" in to_customers(firm, found["Birch"])
    assert any("a key account: the step" in it.summary for it in firm.asked())
