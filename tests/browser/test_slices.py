"""Switching a segment and reading the shadow report in a browser, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from connector.rule_changes import firm_rules
from connector.rules import policy
from connector.rules.policy import Policy
from tests.browser.house import House
from tests.browser.seeing import look
from tests.browser.visits import at_work

SEGMENTS = [{"name": "first few", "when": {"customers": ["1"]}}]


def test_a_segment_is_switched_and_the_report_read(house: House, tmp_path: Path) -> None:
    house.company("quickbooks", "Corner Shop")
    page = at_work(house)
    planned = firm_rules.plan(
        house.deps, 1, Policy.model_validate({"dunning": {"ramp_per_day": 20}})
    )
    firm_rules.put_in_force(house.deps, planned, by="tests")
    with house.deps.writing() as tx:
        rules = Policy.model_validate({"dunning": {"segments": SEGMENTS, "ramp_per_day": 20}})
        policy.save(tx, 1, rules, at=house.deps.now(), by="tests")
    page.goto("/clients/1/capabilities")
    page.get_by_label("Mode").select_option("autopilot")
    page.get_by_label("Why, if it is to do more than now").fill("we know them")
    page.get_by_role("button", name="Switch first few").click()
    expect(page.get_by_text("Reminders for first few are now:")).to_be_visible()
    for name, link in (("capabilities", ""), ("shadow", "What shadow would have done")):
        if link:
            page.get_by_role("link", name=link).click()
        look(page, tmp_path / f"{name}.png")
    page.goto("/clients/1/policy")
    page.get_by_text("Whose each value is").click()
    page.locator("summary", has_text="Pause the segment first few").click()
    page.locator("summary", has_text="Change the steps one by one").click()
    look(page, tmp_path / "policy.png")
    page.get_by_label("Until (reminders go on when that day begins)").fill("2026-05-01")
    page.get_by_role("button", name="Pause first few").click()
    expect(page.get_by_text("Paused until 01 May 2026: the segment first few.")).to_be_visible()
    page.get_by_label("Start from").select_option("services")
    page.get_by_role("button", name="Show what it would do to start from it").click()
    expect(page.get_by_text("Nothing is saved yet.").first).to_be_visible()
    page.locator("summary", has_text="It says otherwise than the policy in force").click()
    look(page, tmp_path / "started.png")
