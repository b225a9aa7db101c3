"""What a firm sets for its clients: inherited, overridden, refused as a whole, told to each."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from connector import audit
from connector.answering.answers import CannotAnswer
from connector.clients import tenants
from connector.decided import decisions
from connector.deps import Deps
from connector.rule_changes import allowing, firm_rules
from connector.rule_changes.allowing import NeedsReason
from connector.rules import policy, policy_differences
from connector.rules.modes import Capability, Mode
from connector.rules.policy import Policy
from tests.connector.office import connect


def rules(**dunning: Any) -> Policy:
    return Policy.model_validate({"dunning": dunning})


@pytest.fixture
def firm(both: Deps) -> tuple[Deps, int, list[int]]:
    """A firm with the clients Ash, Birch and Cedar, one company each."""
    with both.writing() as tx:
        reseller_id = tenants.add_reseller(tx, "Firm")
        ids = [tenants.add_client(tx, reseller_id, name) for name in ("Ash", "Birch", "Cedar")]
    for number, client_id in enumerate(ids):
        connect(both, f"Company {number}", client_id=client_id)
    return both, reseller_id, ids


def set_rules(deps: Deps, reseller_id: int, wanted: Policy, *, by: str, reason: str = "") -> None:
    firm_rules.put_in_force(deps, firm_rules.plan(deps, reseller_id, wanted), by=by, reason=reason)


def current(deps: Deps, client_id: int) -> policy.Version:
    with deps.reading() as tx:
        return policy.current(tx, client_id)


def saved(deps: Deps, connection_id: int) -> list[audit.Entry]:
    with deps.reading() as tx:
        return [it for it in audit.entries(tx, connection_id) if it.event == "policy.saved"]


def test_without_a_document_of_the_firm_everything_is_as_it_was(
    firm: tuple[Deps, int, list[int]],
) -> None:
    deps, reseller_id, (ash, *_) = firm
    assert current(deps, ash).policy == Policy()
    assert allowing.set_policy(deps, ash, rules(ramp_per_day=7), by="ann") == 1
    assert current(deps, ash).policy == rules(ramp_per_day=7)
    with deps.reading() as tx:
        assert policy.firm_current(tx, reseller_id).number == 0


def test_clients_inherit_what_they_do_not_set_themselves(
    firm: tuple[Deps, int, list[int]],
) -> None:
    deps, reseller_id, (ash, birch, cedar) = firm
    allowing.set_policy(deps, ash, rules(ramp_per_day=7), by="ann")
    wanted = rules(ramp_per_day=20, locale="en_GB", brand={"signature": "The firm"})
    planned = firm_rules.plan(deps, reseller_id, wanted)
    assert firm_rules.put_in_force(deps, planned, by="bea") == 1
    assert [it.client.name for it in planned.changed] == ["Ash", "Birch", "Cedar"]
    assert current(deps, ash).policy.dunning.ramp_per_day == 7
    assert current(deps, ash).policy.dunning.locale == "en_GB"
    assert current(deps, birch).policy == wanted
    allowing.set_policy(
        deps, cedar, rules(ramp_per_day=20, locale="fr_FR", brand={"signature": "Cedar"}), by="ann"
    )
    assert current(deps, cedar).own == {
        "dunning": {"locale": "fr_FR", "brand": {"signature": "Cedar"}}
    }
    set_rules(deps, reseller_id, rules(ramp_per_day=10), by="bea")
    after = [current(deps, id_).policy.dunning for id_ in (ash, birch, cedar)]
    assert [it.ramp_per_day for it in after] == [7, 10, 10]
    assert [it.locale for it in after] == ["", "", "fr_FR"]
    assert [it.brand.signature for it in after] == ["", "", "Cedar"]


def test_it_is_shown_first_whom_it_changes_and_how_and_nothing_is_kept(
    firm: tuple[Deps, int, list[int]],
) -> None:
    deps, reseller_id, (ash, *_) = firm
    allowing.set_policy(deps, ash, rules(ramp_per_day=20), by="ann")
    found = firm_rules.plan(deps, reseller_id, rules(ramp_per_day=20)).changed
    assert [it.client.name for it in found] == ["Birch", "Cedar"]
    assert [list(map(str, it.changes)) for it in found] == [["dunning.ramp_per_day: 25 -> 20"]] * 2
    with deps.reading() as tx:
        assert policy.firm_current(tx, reseller_id).number == 0


def test_a_client_whose_own_values_do_not_fit_is_named_and_nothing_is_kept(
    firm: tuple[Deps, int, list[int]],
) -> None:
    deps, reseller_id, (ash, birch, _) = firm
    allowing.set_policy(deps, birch, rules(business_start="12:00", business_end="17:00"), by="ann")
    before = [current(deps, id_) for id_ in (ash, birch)]
    with pytest.raises(CannotAnswer, match=r"because of Birch: .*business_end must be later"):
        set_rules(deps, reseller_id, rules(business_start="08:00", business_end="11:00"), by="bea")
    assert [current(deps, id_) for id_ in (ash, birch)] == before
    with deps.reading() as tx:
        assert policy.firm_versions(tx, reseller_id) == []


def test_a_document_that_breaks_the_law_at_one_client_is_refused_with_the_day(
    firm: tuple[Deps, int, list[int]],
) -> None:
    deps, reseller_id, (_, birch, _) = firm
    allowing.switch(deps, birch, Capability.TEXT, Mode.AUTOPILOT, by="ann")
    step = {"name": "text", "offset_days": 3, "tone": "friendly", "channels": ["text"]}
    late = rules(steps=[step], business_start="20:00", business_end="23:00")
    with pytest.raises(CannotAnswer, match=r"because of Birch: .*2026-03-02 20:00 UTC"):
        set_rules(deps, reseller_id, late, by="bea")
    assert current(deps, birch).number == 0


def test_more_without_a_person_needs_a_reason_at_every_client(
    firm: tuple[Deps, int, list[int]],
) -> None:
    deps, reseller_id, ids = firm
    freer = Policy.model_validate({"matching": {"apply_by": ["exact", "amount"]}})
    with pytest.raises(NeedsReason, match="at Ash more would be done"):
        set_rules(deps, reseller_id, freer, by="bea")
    assert [current(deps, id_).number for id_ in ids] == [0, 0, 0]
    set_rules(deps, reseller_id, freer, by="bea", reason="a good year")
    assert [current(deps, id_).policy for id_ in ids] == [freer] * 3


def test_every_change_is_a_version_that_decisions_name_and_an_entry_in_every_log(
    firm: tuple[Deps, int, list[int]],
) -> None:
    deps, reseller_id, (ash, *_) = firm
    set_rules(deps, reseller_id, rules(ramp_per_day=20), by="bea")
    with deps.writing() as tx:
        id_ = decisions.record(
            tx, 1, at=deps.now(), capability="remind", subject="customer:1/USD", mode="shadow",
            action="wait", rule="ask", policy_version=policy.current(tx, ash).number, inputs={},
            outcome={},
        )  # fmt: skip
    set_rules(deps, reseller_id, rules(ramp_per_day=10), by="bea")
    with deps.reading() as tx:
        decision = decisions.find(tx, id_)
        assert decision is not None
        named = {it.number: it for it in policy.versions(tx, ash)}[decision.policy_version]
    assert named.policy.dunning.ramp_per_day == 20
    for connection_id in (1, 2, 3):
        told = [(it.actor, it.what["version"], it.what["firm_version"])
                for it in saved(deps, connection_id)]  # fmt: skip
        assert sorted(told) == [("bea", 1, 1), ("bea", 2, 2)]


def test_a_client_that_nothing_changes_for_gets_no_new_version(
    firm: tuple[Deps, int, list[int]],
) -> None:
    deps, reseller_id, (ash, *_) = firm
    allowing.set_policy(deps, ash, rules(ramp_per_day=20), by="ann")
    set_rules(deps, reseller_id, rules(ramp_per_day=20), by="bea")
    assert current(deps, ash).number == 1
    assert len(saved(deps, 1)) == 1


def test_documents_of_before_are_over_what_everybody_starts_with(
    firm: tuple[Deps, int, list[int]],
) -> None:
    deps, reseller_id, (ash, *_) = firm
    allowing.set_policy(deps, ash, rules(ramp_per_day=7), by="ann")
    with deps.engine.begin() as tx:
        tx.execute(sa.text("UPDATE policy SET own = NULL, firm_version = 0"))
    assert current(deps, ash).own == {"dunning": {"ramp_per_day": 7}}
    set_rules(deps, reseller_id, rules(ramp_per_day=20, locale="en_GB"), by="bea")
    assert current(deps, ash).policy == rules(ramp_per_day=7, locale="en_GB")


def test_a_new_client_begins_with_its_firms_rules_and_another_firm_with_none(
    firm: tuple[Deps, int, list[int]],
) -> None:
    deps, reseller_id, (ash, *_) = firm
    set_rules(deps, reseller_id, rules(ramp_per_day=20), by="bea")
    with deps.writing() as tx:
        new = tenants.add_client(tx, reseller_id, "Elm")
        policy.start(tx, new, at=deps.now(), by="ann")
        policy.start(tx, ash, at=deps.now(), by="ann")
        other = tenants.add_client(tx, tenants.add_reseller(tx, "Other"), "Fir")
        policy.start(tx, other, at=deps.now(), by="ann")
    assert current(deps, new).policy == rules(ramp_per_day=20)
    assert [current(deps, id_).number for id_ in (new, ash, other)] == [1, 1, 0]


def test_every_value_tells_whose_it_is(firm: tuple[Deps, int, list[int]]) -> None:
    deps, reseller_id, (ash, *_) = firm
    set_rules(deps, reseller_id, rules(ramp_per_day=20, locale="en_GB"), by="bea")
    allowing.set_policy(deps, ash, rules(ramp_per_day=20, locale="fr_FR"), by="ann")
    with deps.reading() as tx:
        found = policy_differences.origins(policy.current(tx, ash), policy.firm_of(tx, ash))
    whose = {place: (value, origin) for place, value, origin in found}
    assert whose["dunning.locale"] == ('"fr_FR"', "client")
    assert whose["dunning.ramp_per_day"] == ("20", "firm, version 1")
    assert whose["dunning.promise_grace_days"] == ("1", "start")


def test_a_plan_that_others_have_overtaken_is_refused(firm: tuple[Deps, int, list[int]]) -> None:
    deps, reseller_id, (_, birch, _) = firm
    planned = firm_rules.plan(deps, reseller_id, rules(ramp_per_day=20))
    allowing.set_policy(deps, birch, rules(ramp_per_day=7), by="ann")
    with pytest.raises(CannotAnswer, match="rules of Birch were changed just now"):
        firm_rules.put_in_force(deps, planned, by="bea")
    with deps.writing() as tx:
        assert policy.firm_versions(tx, reseller_id) == []
        tenants.add_client(tx, reseller_id, "Elm")
    planned = firm_rules.plan(deps, reseller_id, rules(ramp_per_day=20))
    assert firm_rules.put_in_force(deps, planned, by="bea") == 1
