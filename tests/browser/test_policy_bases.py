"""A policy that two people change at once, and a segment's own steps, in a browser."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import expect

from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.policy import Policy
from tests.browser.house import House
from tests.browser.seeing import look
from tests.browser.visits import at_work

LARGE = {"name": "large", "when": {"years_at_least": 5}}


def test_who_saves_over_another_s_change_sees_it_and_loses_nothing(
    house: House, tmp_path: Path
) -> None:
    house.company("quickbooks", "Corner Shop")
    page = at_work(house)
    put(house, segments=[LARGE])
    page.goto("/clients/1/policy")
    put(house, segments=[LARGE], ramp_per_day=9, locale="en_GB")
    mine = json.dumps({"dunning": {"segments": [LARGE], "min_days_between_messages": 8}})
    page.get_by_label("The policy, as JSON").fill(mine)
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("since you opened version 1")).to_be_visible()
    expect(page.get_by_label("The policy, as JSON")).to_have_value(mine)
    look(page, tmp_path / "overtaken.png")
    page.get_by_label("Why, if more is to be done without a person").fill("we agreed on it")
    page.get_by_role("button", name="Save as version 3").click()
    expect(page.get_by_text("Version 3 is in force. Everything is looked at")).to_be_visible()

    page.locator("summary", has_text="Change the steps one by one").click()
    page.get_by_label("Whose steps").select_option("large")
    page.get_by_role("button", name="Show these steps").click()
    expect(page.get_by_text("it has no steps of its own")).to_be_visible()
    look(page, tmp_path / "segment.png")
    page.get_by_label("Name", exact=True).nth(1).fill("gentle")
    page.get_by_role("button", name="Show what it would do with these steps").click()
    expect(page.get_by_label("Whose steps")).to_have_value("large")
    page.get_by_role("button", name="Save as version 4").click()
    expect(page.get_by_text("Version 4 is in force. Everything is looked at")).to_be_visible()
    with house.deps.reading() as tx:
        rules = policy.current(tx, 1).policy.dunning
    assert [it.name for it in rules.at("segment large").steps][1] == "gentle"
    assert [it.name for it in rules.steps][1] == "friendly"
    assert rules.min_days_between_messages == 8


def put(house: House, **dunning: object) -> None:
    rules = Policy.model_validate({"dunning": dunning})
    allowing.set_policy(house.deps, 1, rules, by="bea@firm.example", reason="tests")
