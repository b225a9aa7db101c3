"""Customers of two companies of one client that have the same id."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from connector.account import accounts
from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.clients import tenants
from connector.clients.tenants import Connection, State
from connector.customers import where_it_stands
from connector.db import Tx
from connector.decided import approvals
from connector.deps import Deps
from connector.lease import held
from connector.mirroring import mirror
from connector.rule_changes import allowing, own_rules, ruling
from connector.rule_changes.allowing import NeedsReason
from connector.rules import policy, policy_pauses
from connector.rules.policy import Policy
from connector.syncing import merging, perceive
from tests.connector.office import connect, customer

FRIEND = {"with_a_person": "a friend"}
Two = tuple[Connection, Connection]


def rules(**dunning: Any) -> Policy:
    return Policy.model_validate({"dunning": dunning})


@pytest.fixture
def two(deps: Deps) -> Two:
    """Companies of one client: both have the customers c1 and c2, each of its own."""
    first = connect(deps, "First")
    with deps.reading() as tx:
        client_id = tenants.connection(tx, first).client_id
    second = connect(deps, "Second", client_id=client_id)
    with deps.writing() as tx:
        for number in (first, second):
            mirror.store(tx, number, [customer("c1"), customer("c2")], read_at=deps.now())
    with deps.reading() as tx:
        return tenants.connection(tx, first), tenants.connection(tx, second)


def put(deps: Deps, company: Connection, **dunning: Any) -> int:
    return allowing.set_policy(deps, company.client_id, rules(**dunning), by="ann", reason="tests")


def customers(deps: Deps, company: Connection) -> dict[str, Any]:
    with deps.reading() as tx:
        return dict(policy.current(tx, company.client_id).policy.dunning.customers)


def left_to_people(deps: Deps, company: Connection, customer_id: str = "c1") -> bool:
    with deps.reading() as tx:
        stands = where_it_stands.of(tx, company, customer_id, deps.now())
        account = accounts.account_of(tx, company, customer_id, "USD", deps.now())
        today = deps.now().date()
        found = policy.dunning_of(tx, company).applying_to(account, today)[1].with_a_person
        assert bool(found) == bool(stands.by_people)
        return bool(found)


def test_a_key_account_is_one_company_s(deps: Deps, two: Two) -> None:
    first, second = two
    own_rules.keep_for_people(deps, first, "c1", "a friend", by="ann")
    assert (left_to_people(deps, first), left_to_people(deps, second)) == (True, False)
    with pytest.raises(CannotAnswer, match="is no key account"):
        own_rules.let_go(deps, second, "c1", by="ann", reason="?")
    with deps.reading() as tx:
        assert [len(own_rules.key_accounts(tx, one)) for one in two] == [1, 0]


def test_an_id_alone_goes_on_meaning_both_until_one_is_told_apart(deps: Deps, two: Two) -> None:
    first, second = two
    with deps.writing() as tx:
        policy.save(tx, first.client_id, rules(customers={"c1": FRIEND}), at=deps.now(), by="old")
    assert left_to_people(deps, first)
    assert left_to_people(deps, second)
    with deps.reading() as tx:
        (doubt,) = doubts(tx, first)
    assert f"write '{first.id}:c1' for First or '{second.id}:c1' for Second" in doubt
    own_rules.let_go(deps, first, "c1", by="ann", reason="no friend any more")
    assert customers(deps, first) == {f"{second.id}:c1": FRIEND}
    assert (left_to_people(deps, first), left_to_people(deps, second)) == (False, True)


def test_an_id_that_both_have_is_refused_where_it_is_new(deps: Deps, two: Two) -> None:
    first, second = two
    with pytest.raises(CannotAnswer, match=r"'c1' in dunning\.customers is in several companies"):
        put(deps, first, customers={"c1": FRIEND})
    assert put(deps, first, customers={f"{second.id}:c1": FRIEND}) == 1
    with pytest.raises(CannotAnswer, match=r"'99:c1' in dunning\.customers is in no connected"):
        put(deps, first, customers={"99:c1": FRIEND})


@pytest.mark.parametrize("is_old", [False, True])
def test_a_merge_in_one_company_is_none_in_the_other(deps: Deps, two: Two, is_old: bool) -> None:
    first, second = two
    name = "c1" if is_old else f"{first.id}:c1"
    with deps.writing() as tx:
        wanted = rules(
            customers={name: FRIEND}, segments=[{"name": "own", "when": {"customers": [name]}}]
        )
        policy.save(tx, first.client_id, wanted, at=deps.now(), by="old")
        merging.follow(tx, first.id, "c1", "c2", now=deps.now())
    assert left_to_people(deps, first, "c2")
    assert not left_to_people(deps, second, "c2")
    assert left_to_people(deps, second, "c1") == is_old
    with deps.reading() as tx:
        (own,) = policy.current(tx, first.client_id).policy.dunning.segments
    assert own.when.customers[0] == f"{first.id}:c2"


@pytest.fixture(params=[State.IMPORTING, State.RECONNECT])
def half(deps: Deps, two: Two, request: pytest.FixtureRequest) -> Two:
    """The second company is still being imported, or was cut off on the way: of its customers only
    c2 is here yet. The policy is from before there was a second one."""
    first, second = two
    with deps.writing() as tx:
        tenants.set_state(tx, second.id, request.param)
        gone = mirror.mirror_table.c
        tx.execute(
            sa.delete(mirror.mirror_table).where(gone.connection_id == second.id, gone.id == "c1")
        )
        own = [{"name": "own", "when": {"customers": ["c1"]}, "change": FRIEND}]
        wanted = rules(customers={"c1": FRIEND}, segments=own)
        policy.save(tx, first.client_id, wanted, at=deps.now(), by="old")
    return first, second


def arrive(deps: Deps, company: Connection, *ids: str, changed: int = 0) -> None:
    """The import goes on."""
    with held(deps, "sync", company.id) as fence, deps.writing() as tx:
        assert fence is not None
        perceive.keep(tx, fence, [customer(it, changed=changed) for it in ids], read_at=deps.now())


def asked(deps: Deps, company: Connection) -> list[str]:
    with deps.reading() as tx:
        return [it.summary for it in approvals.waiting(tx, company.id)]


def test_who_is_told_apart_during_an_import_stays_named_where_it_may_still_come(
    deps: Deps, half: Two
) -> None:
    first, second = half
    own_rules.let_go(deps, first, "c1", by="ann", reason="no friend any more")
    assert customers(deps, first) == {f"{second.id}:c1": FRIEND}
    with deps.reading() as tx:
        (doubt,) = doubts(tx, first)
    assert "is in no connected company, unless it comes with what Second still imports;" in doubt
    arrive(deps, second, "c1")
    assert left_to_people(deps, second)
    with deps.reading() as tx:
        (doubt,) = doubts(tx, first)
    assert "'c1' in dunning.segments.own.when.customers is in several companies" in doubt


def test_a_merge_during_an_import_leaves_the_other_company_s_customer_named(
    deps: Deps, half: Two
) -> None:
    first, second = half
    with deps.writing() as tx:
        merging.follow(tx, first.id, "c1", "c2", now=deps.now())
    arrive(deps, second, "c1")
    assert left_to_people(deps, second)
    assert left_to_people(deps, first, "c2")
    assert not left_to_people(deps, second, "c2")
    with deps.reading() as tx:
        (own,) = policy.current(tx, first.client_id).policy.dunning.segments
    assert own.when.customers == (f"{first.id}:c2", f"{second.id}:c1")


def test_a_person_is_told_once_when_a_second_company_has_an_id_that_is_named_alone(
    deps: Deps, half: Two
) -> None:
    first, second = half
    arrive(deps, second, "c2", "c3")
    assert asked(deps, second) == []
    arrive(deps, second, "c1")
    assert left_to_people(deps, first)
    assert left_to_people(deps, second)
    (said,) = asked(deps, second)
    assert said == (
        "Customer c1: the policy names 'c1' in dunning.customers, an id that several companies"
        " have; what it says holds for the customer of each until you write"
        f" '{first.id}:c1' for First or '{second.id}:c1' for Second instead"
    )
    with deps.reading() as tx:
        (question,) = approvals.waiting(tx, second.id)
    answers.reject(deps, question.id, "ann")
    arrive(deps, second, "c1", changed=1)
    assert asked(deps, second) == []


def test_nobody_needs_to_answer_once_they_are_told_apart(deps: Deps, half: Two) -> None:
    first, second = half
    arrive(deps, second, "c1")
    put(deps, first, customers={f"{first.id}:c1": FRIEND, f"{second.id}:c1": FRIEND})
    assert asked(deps, second) == []
    assert left_to_people(deps, first)
    assert left_to_people(deps, second)


def test_an_id_that_is_named_alone_is_not_refused_as_wrong_during_an_import(
    deps: Deps, half: Two
) -> None:
    first, _ = half
    assert put(deps, first, customers={"c1": FRIEND, "c9": FRIEND})


def renamed(deps: Deps, two: Two, place: str, *, before: str, after: str) -> int:
    """Save a policy that names its customers otherwise, without a reason: the new version."""
    old, wanted = (
        _naming(place, it.format(first=two[0].id, second=two[1].id).split())
        for it in (before, after)
    )
    with deps.writing() as tx:
        mirror.store(tx, two[0].id, [customer("c7")], read_at=deps.now())
        policy.save(tx, two[0].client_id, old, at=deps.now(), by="old")
    return allowing.set_policy(deps, two[0].client_id, wanted, by="ann")


def _naming(place: str, ids: list[str]) -> Policy:
    if place == "customers":
        return rules(customers=dict.fromkeys(ids, FRIEND))
    return rules(segments=[{"name": "own", "when": {"customers": ids}, "change": FRIEND}])


@pytest.mark.parametrize("place", ["customers", "segments"])
@pytest.mark.parametrize(("before", "after"), [
    ("c7", "{first}:c7"), ("{first}:c7", "c7"), ("c1", "{second}:c1 {first}:c1"),
    ("c1 c7", "{first}:c7 c1"),
])  # fmt: skip
def test_another_name_for_the_same_customers_needs_no_reason(
    deps: Deps, two: Two, before: str, after: str, place: str
) -> None:
    assert renamed(deps, two, place, before=before, after=after) == 2


@pytest.mark.parametrize("place", ["customers", "segments"])
@pytest.mark.parametrize(("before", "after"), [
    ("c1", "{first}:c1"), ("c1", "{second}:c1"), ("c7 {second}:c1", "{first}:c7 {first}:c1"),
])  # fmt: skip
def test_a_name_for_others_needs_one(
    deps: Deps, two: Two, before: str, after: str, place: str
) -> None:
    with pytest.raises(NeedsReason):
        renamed(deps, two, place, before=before, after=after)


def test_while_another_company_is_imported_it_may_be_fewer_customers(deps: Deps, half: Two) -> None:
    first, second = half
    narrow = {"segments": [{"name": "own", "when": {"customers": ["c1"]}, "change": FRIEND}]}
    one, both = ({f"{it.id}:c1": FRIEND for it in some} for some in ([first], [first, second]))
    with pytest.raises(NeedsReason, match=r"dunning\.customers\.c1\.with_a_person"):
        allowing.set_policy(deps, first.client_id, rules(**narrow, customers=one), by="ann")
    assert allowing.set_policy(deps, first.client_id, rules(**narrow, customers=both), by="ann")


def test_a_pause_in_the_policy_holds_one_company_s_customer(deps: Deps, two: Two) -> None:
    first, second = two
    paused = {"paused_until": "2030-05-01", "paused_because": "a strike"}
    put(deps, first, customers={f"{second.id}:c1": paused})
    with deps.reading() as tx:
        (pause,) = policy_pauses.history(tx, first.client_id)
        found = [
            policy.dunning_of(tx, one)
            .applying_to(accounts.account_of(tx, one, "c1", "USD", deps.now()), date(2026, 3, 2))[1]
            .paused_until
            for one in two
        ]
    assert (pause.customer, found) == (f"{second.id}:c1", [None, date(2030, 5, 1)])


def doubts(tx: Tx, company: Connection) -> list[str]:
    return ruling.doubts(tx, company.client_id, policy.current(tx, company.client_id).policy)
