"""A firm's segments at a client that pauses one, drops one, or has one of its own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from connector.answering.answers import CannotAnswer
from connector.clients import tenants
from connector.deps import Deps
from connector.rule_changes import allowing, firm_rules, own_rules
from connector.rules import policy, policy_differences
from connector.rules.policy import Policy, Version
from dunning.checking.own_rules import Whose, named_anew
from tests.connector.office import clock_of, connect

UNTIL = date(2031, 5, 1)


def segment(name: str, when: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {"name": name, "when": when, "change": change}


LARGE = segment("large", {"year_at_least": {"USD": "10000"}}, min_days_between_messages=9)
LATE = segment("late", {"payer": ["chronic"]}, min_days_between_messages=4)
VIP = segment("vip", {"customers": ["17"]}, with_a_person="the owner's friend")


def rules(*segments: dict[str, Any], **dunning: Any) -> Policy:
    return Policy.model_validate({"dunning": {"segments": segments, **dunning}})


@pytest.fixture
def firm(both: Deps) -> tuple[Deps, int, int]:
    """A firm with the client Ash, which has the firm's two segments."""
    with both.writing() as tx:
        reseller_id = tenants.add_reseller(tx, "Firm")
        client_id = tenants.add_client(tx, reseller_id, "Ash")
    set_rules(both, reseller_id, rules(LARGE, LATE))
    return both, reseller_id, client_id


def set_rules(deps: Deps, reseller_id: int, wanted: Policy) -> None:
    planned = firm_rules.plan(deps, reseller_id, wanted)
    firm_rules.put_in_force(deps, planned, by="bea", reason="as agreed")


def current(deps: Deps, client_id: int) -> Version:
    with deps.reading() as tx:
        return policy.current(tx, client_id)


def changes(version: Version) -> dict[str, dict[str, Any]]:
    return {it.name: it.change for it in version.policy.dunning.segments}


def test_what_the_firm_changes_arrives_at_a_client_that_paused_another_segment(
    firm: tuple[Deps, int, int],
) -> None:
    deps, reseller_id, ash = firm
    own_rules.pause_segment(deps, ash, "large", UNTIL, by="ann", reason="a strike")
    set_rules(deps, reseller_id, rules(
        LARGE, segment("late", {"payer": ["chronic", "mixed"]}, min_days_between_messages=6),
        segment("new", {"payer": ["new"]}),
    ))  # fmt: skip
    found = current(deps, ash)
    assert list(changes(found)) == ["large", "late", "new"]
    assert changes(found)["late"] == {"min_days_between_messages": 6}
    assert changes(found)["large"] == {
        "min_days_between_messages": 9, "paused_until": "2031-05-01", "paused_because": "a strike",
    }  # fmt: skip
    own_rules.resume_segment(deps, ash, "large", by="ann", reason="it is over")
    assert current(deps, ash).own == {}


def test_what_the_firm_changes_in_the_paused_segment_arrives_too_and_the_pause_stays(
    firm: tuple[Deps, int, int],
) -> None:
    deps, reseller_id, ash = firm
    own_rules.pause_segment(deps, ash, "large", UNTIL, by="ann", reason="a strike")
    stricter = segment("large", {"year_at_least": {"USD": "500"}}, min_days_between_messages=12)
    set_rules(deps, reseller_id, rules(stricter, LATE))
    (large, _) = current(deps, ash).policy.dunning.segments
    assert large.when.model_dump(mode="json")["year_at_least"] == {"USD": "500"}
    assert (large.change["min_days_between_messages"], large.change["paused_until"]) == (
        12, "2031-05-01",
    )  # fmt: skip


def test_a_pause_of_the_firms_can_be_ended_at_a_client(firm: tuple[Deps, int, int]) -> None:
    deps, reseller_id, ash = firm
    held = LARGE | {"change": {**LARGE["change"], "paused_until": "2031-05-01"}}
    set_rules(deps, reseller_id, rules(held, LATE))
    own_rules.resume_segment(deps, ash, "large", by="ann", reason="not here")
    assert "paused_until" not in changes(current(deps, ash))["large"]
    set_rules(deps, reseller_id, rules(held, LATE, VIP))
    assert "paused_until" not in changes(current(deps, ash))["large"]
    assert "vip" in changes(current(deps, ash))


def test_customers_that_are_merged_make_no_list_of_its_own(firm: tuple[Deps, int, int]) -> None:
    deps, reseller_id, ash = firm
    set_rules(deps, reseller_id, rules(VIP, LARGE))
    with deps.writing() as tx:
        before = policy.to_change(tx, ash).policy
        merged = named_anew(before.dunning, Whose("17", 0, ()), "18")
        policy.save(tx, ash, before.model_copy(update={"dunning": merged}), at=deps.now(), by="x")
    set_rules(deps, reseller_id, rules(VIP, LATE))
    found = current(deps, ash)
    assert list(changes(found)) == ["vip", "late"]
    assert found.policy.dunning.segments[0].when.customers == ("0:18",)


def test_it_is_told_whose_each_value_of_a_segment_is(firm: tuple[Deps, int, int]) -> None:
    deps, _, ash = firm
    own_rules.pause_segment(deps, ash, "large", UNTIL, by="ann", reason="a strike")
    before = current(deps, ash).policy.dunning.model_dump(mode="json")["segments"]
    allowing.set_policy(deps, ash, rules(VIP, *before), by="ann", reason="asked for")
    with deps.reading() as tx:
        found = policy_differences.origins(policy.current(tx, ash), policy.firm_of(tx, ash))
    whose = {
        place.removeprefix("dunning.segments."): origin
        for place, _, origin in found
        if place.startswith("dunning.segments.")
    }
    assert whose["large.change.paused_until"] == "client"
    assert whose["large.change.min_days_between_messages"] == "firm, version 1"
    assert whose["large.when.year_at_least.USD"] == "firm, version 1"
    assert {origin for place, origin in whose.items() if place.startswith("vip.")} == {"client"}


@pytest.mark.parametrize("with_own", [True, False], ids=["a list", "before firms had documents"])
def test_segments_that_were_stored_as_a_list_stay_that_list(
    firm: tuple[Deps, int, int], with_own: bool
) -> None:
    deps, reseller_id, ash = firm
    allowing.set_policy(deps, ash, rules(VIP, LATE), by="ann", reason="asked for")
    body = current(deps, ash).policy.model_dump(mode="json")
    stored = {"dunning": {"segments": body["dunning"]["segments"]}} if with_own else sa.null()
    with deps.writing() as tx:
        tx.execute(
            sa.update(policy.policy_table)
            .where(policy.policy_table.c.client_id == ash)
            .values(own=stored)
        )
    set_rules(deps, reseller_id, rules(LARGE, LATE | {"change": {}}, ramp_per_day=11))
    found = current(deps, ash)
    assert list(changes(found)) == ["vip", "late"]
    assert changes(found)["late"] == {"min_days_between_messages": 4}
    assert found.policy.dunning.ramp_per_day == 11


def test_a_list_that_was_stored_follows_its_firm_once_it_is_set_anew(
    firm: tuple[Deps, int, int],
) -> None:
    deps, reseller_id, ash = firm
    stored = {"dunning": {"segments": [LARGE, LATE]}}
    allowing.set_policy(deps, ash, rules(LARGE, LATE, ramp_per_day=7), by="ann")
    with deps.writing() as tx:
        tx.execute(
            sa.update(policy.policy_table)
            .where(policy.policy_table.c.client_id == ash)
            .values(own=stored)
        )
    own_rules.pause_segment(deps, ash, "large", UNTIL, by="ann", reason="a strike")
    set_rules(deps, reseller_id, rules(LARGE, LATE, VIP))
    assert list(changes(current(deps, ash))) == ["large", "late", "vip"]


def test_a_name_that_a_client_pauses_is_not_taken_away(firm: tuple[Deps, int, int]) -> None:
    deps, reseller_id, ash = firm
    own_rules.pause_segment(deps, ash, "large", UNTIL, by="ann", reason="a strike")
    before, renamed = current(deps, ash), rules(LARGE | {"name": "key accounts"}, LATE)
    lost = "its own paused_until, paused_because of the segment 'large' would be lost"
    with pytest.raises(CannotAnswer, match=rf"Ash: {lost}.* or first resume 'large' there"):
        set_rules(deps, reseller_id, renamed)
    assert current(deps, ash) == before
    own_rules.resume_segment(deps, ash, "large", by="ann", reason="the firm renames it")
    set_rules(deps, reseller_id, renamed)
    set_rules(deps, reseller_id, rules(LARGE, LATE))
    assert changes(current(deps, ash)) == {it["name"]: it["change"] for it in (LARGE, LATE)}


def test_nor_is_one_of_which_it_says_anything_else(firm: tuple[Deps, int, int]) -> None:
    deps, reseller_id, ash = firm
    kept = segment("late", {"payer": ["chronic"]}, with_a_person="we call them ourselves")
    allowing.set_policy(deps, ash, rules(LARGE, kept, VIP), by="ann", reason="asked for")
    renamed = rules(LARGE, LATE | {"name": "slow"})
    with pytest.raises(CannotAnswer, match=r"with_a_person.* set 'late' there as the firm has it"):
        set_rules(deps, reseller_id, renamed)
    allowing.set_policy(deps, ash, rules(LARGE, LATE, VIP), by="ann", reason="as the firm has it")
    set_rules(deps, reseller_id, renamed)
    assert set(changes(current(deps, ash))) == {"large", "slow", "vip"}


def test_a_pause_that_has_ended_is_in_nobodys_way(firm: tuple[Deps, int, int]) -> None:
    deps, reseller_id, ash = firm
    connect(deps, client_id=ash)
    own_rules.pause_segment(
        deps, ash, "large", deps.now().date() + timedelta(days=2), by="ann", reason="a strike"
    )
    assert firm_rules.plan(deps, reseller_id, rules(LATE)).consequences[0].refusal
    clock_of(deps).advance(days=2)
    set_rules(deps, reseller_id, rules(LATE))
    assert list(changes(current(deps, ash))) == ["late"]
