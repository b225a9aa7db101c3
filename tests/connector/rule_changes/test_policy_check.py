"""A policy that could break a rule on any day of a year is not saved, and the day is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from connector.answering.answers import CannotAnswer
from connector.mirroring import mirror
from connector.rule_changes import allowing, own_rules
from connector.rules import policy
from connector.rules.modes import Mode
from connector.rules.policy import Policy
from dunning.checking import shipped
from dunning.rules.policy import DunningPolicy
from tests.connector.by_post import customer_at
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
TEXTS = {"steps": [{"name": "text", "offset_days": 3, "tone": "friendly", "channels": ["text"]}]}


def save(firm: Firm, rules: DunningPolicy) -> int:
    return allowing.set_policy(
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
    with pytest.raises(CannotAnswer, match=r"break a rule: 2026-\d\d-\d\d \d\d:\d\d UTC.*CFR"):
        save(firm, DunningPolicy.model_validate(change))
    with firm.deps.reading() as tx:
        assert policy.current(tx, firm.connection.client_id).number == 0


def test_the_same_hours_do_no_harm_where_nothing_goes_out_by_text(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"text": Mode.OFF})
    late = TEXTS | {"business_start": time(20), "business_end": time(23)}
    assert save(firm, DunningPolicy.model_validate(late)) == 1


NIGHT = {"business_start": "22:00", "business_end": "23:00"}
MUMBAI = ("1 Quay Street", "Mumbai", "", "400001", "IN")
SAN_DIEGO = ("1 Quay Street", "San Diego", "CA", "92101", "US")


def test_mail_at_night_is_refused_with_the_day_and_both_clocks(open_firm: Opens) -> None:
    firm = open_firm("xero")
    says = (
        r"not saved: it could break a rule: 2026-03-03 03:00 UTC, email to US, unknown: open by the"
        r" policy at 2026-03-02 22:00 \(America/New_York\), but it is Monday 2026-03-02"
        r" 22:00 in America/New_York; mail"
    )
    with pytest.raises(CannotAnswer, match=says):
        save(firm, DunningPolicy.model_validate(NIGHT))


@pytest.mark.either_ledger
def test_hours_are_checked_where_the_customers_are(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, fill=lambda it: customer_at(it, "Ash", MUMBAI))
    assert save(firm, DunningPolicy.model_validate(NIGHT)) == 1, "it is morning in Mumbai"
    firm.books.customer("Birch")
    firm.sweep()
    with pytest.raises(CannotAnswer, match="email to US"):
        save(firm, DunningPolicy.model_validate(NIGHT | {"ramp_per_day": 9}))


def test_a_customers_own_hours_are_checked_where_that_customer_is(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", fill=lambda it: customer_at(it, "Ash", SAN_DIEGO))
    near = firm.books.customer("Birch")
    firm.sweep()
    with firm.deps.reading() as tx:
        (far,) = [it.id for it in mirror.customers(tx, firm.connection_id) if it.id != near]
    late = {"business_start": "21:00", "business_end": "22:00"}
    assert save(firm, DunningPolicy.model_validate({"customers": {far: late}})) == 1
    with pytest.raises(CannotAnswer, match="21:00 in America/New_York"):
        save(firm, DunningPolicy.model_validate({"customers": {near: late}}))


def test_a_segment_is_checked_by_its_own_kind(open_firm: Opens) -> None:
    firm = open_firm("xero")
    early = {"business_start": "07:00", "business_end": "17:00"}
    theirs = {"collects_for_others": True, "customers_are": "consumer"}
    segment = {"name": "debts of others", "when": {}, "change": theirs}
    assert save(firm, DunningPolicy.model_validate(early)) == 1
    with pytest.raises(CannotAnswer, match="07:00 in America/New_York; before 8:00"):
        save(firm, DunningPolicy.model_validate(early | {"segments": [segment]}))


def test_what_is_in_force_already_is_in_the_way_of_nothing_else(open_firm: Opens) -> None:
    firm = open_firm("xero")
    night = NIGHT | {"segments": [{"name": "large", "when": {}}]}
    client_id = firm.connection.client_id
    with firm.deps.writing() as tx:
        rules = Policy(dunning=DunningPolicy.model_validate(night))
        policy.save(tx, client_id, rules, at=firm.deps.now(), by="ann")
    own_rules.pause_segment(
        firm.deps, client_id, "large", date(2030, 5, 1), by="ann", reason="a strike"
    )
    own_rules.keep_for_people(firm.deps, firm.connection, "1", "a friend", by="ann")
    with firm.deps.reading() as tx:
        now = policy.current(tx, client_id).policy.dunning
    assert save(firm, now.model_copy(update={"locale": "en_GB"})) == 4
    with pytest.raises(CannotAnswer, match="email to US"):
        save(firm, DunningPolicy.model_validate(night | {"business_end": "23:30"}))
