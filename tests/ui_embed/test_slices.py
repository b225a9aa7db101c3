"""A segment of the customers switched on its page, and the shadow report read on its own."""

from __future__ import annotations

import pytest

from connector.rule_changes import firm_rules
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from connector.rules.policy import Policy
from tests.simulation import universe as one
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office

PAGE = "/clients/1/capabilities"
SEGMENTS = [{"name": "first few", "when": {"customers": ["1"]}}]


@pytest.fixture
def shop(desk: Office) -> Shop:
    made = busy_shop(desk)
    one.save_policy(desk.universe, "quickbooks", segments=SEGMENTS)
    return made


def apart(shop: Shop) -> dict[str, Mode]:
    with shop.desk.universe.deps.reading() as tx:
        return dict(modes.by_segment(tx, 1, Capability.REMIND))


def test_a_segment_is_switched_with_a_reason_and_follows_the_client_again(shop: Shop) -> None:
    page = shop.owner.page(PAGE)
    assert "People on its messages in the last 30 days: nothing known." in page
    form = {"segment": "first few", "mode": "autopilot"}
    shop.owner.post(f"{PAGE}/segment", on=PAGE, **form)
    page = shop.owner.page(PAGE)
    assert "Not switched: first few would go from off to autopilot; say why, as a reason." in page
    assert apart(shop) == {}
    shop.owner.post(f"{PAGE}/segment", on=PAGE, **form, reason="we know them")
    assert apart(shop) == {"first few": Mode.AUTOPILOT}
    assert "Reminders for first few are now:" in shop.owner.page(PAGE)
    shop.owner.post(f"{PAGE}/segment", on=PAGE, segment="first few", mode="")
    assert apart(shop) == {}
    assert shop.states()[2] == "off"


@pytest.mark.parametrize("form", [
    {"segment": "first few", "mode": "fast"}, {"mode": "shadow"}, {"segment": "", "mode": ""},
])  # fmt: skip
def test_what_the_page_does_not_offer_is_refused(shop: Shop, form: dict[str, str]) -> None:
    answer = shop.owner.post(f"{PAGE}/segment", on=PAGE, **form, reason="why")
    assert answer.status_code == 400
    assert apart(shop) == {}
    assert shop.states()[2] == "off"


def test_another_firm_can_neither_switch_nor_read(shop: Shop) -> None:
    stranger = shop.stranger()
    form = {"segment": "first few", "mode": "autopilot", "reason": "why"}
    assert stranger.post(f"{PAGE}/segment", on="/", **form).status_code == 404
    assert stranger.get("/clients/1/shadow").status_code == 404
    assert shop.owner.get("/clients/99/shadow").status_code == 404
    assert apart(shop) == {}


def test_the_shadow_report_tells_what_would_have_been_done(shop: Shop) -> None:
    shop.desk.universe.switch("quickbooks", remind=Mode.SHADOW)
    shop.tick()
    page = shop.owner.page("/clients/1/shadow")
    assert "Messages that would have been sent" in page
    assert "Nothing" in page
    shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    page = shop.owner.page("/clients/1/shadow")
    assert "1 of 1 (100.0 %)" in page


@pytest.mark.parametrize("days", [
    "from=x", "from=2026-03-02&to=2026-03-01", "to=0001-01-01", "from=9999-12-31&to=9999-12-31",
])  # fmt: skip
def test_days_that_are_none_are_named_and_the_last_seven_are_shown(shop: Shop, days: str) -> None:
    answer = shop.owner.get(f"/clients/1/shadow?{days}")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="days-wrong"' in page
    assert "Messages that would have been sent" in page


def test_the_policy_page_tells_whose_each_value_is_where_the_firm_has_rules(shop: Shop) -> None:
    assert "Whose each value is" not in shop.owner.page("/clients/1/policy")
    deps = shop.desk.universe.deps
    rules = Policy.model_validate({"dunning": {"ramp_per_day": 20}})
    firm_rules.put_in_force(deps, firm_rules.plan(deps, 1, rules), by="bea")
    page = shop.owner.page("/clients/1/policy")
    assert "Your firm&#39;s rules (version 1)" in page or "Your firm's rules (version 1)" in page
    assert (
        "<code>dunning.ramp_per_day</code></th><td><code>20</code></td><td>Firm, version 1" in page
    )
    assert "<code>dunning.segments.first few.when.customers</code>" in page
