"""Two people who set rules at one moment: neither loses what the other said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Event
from typing import Any

import pytest

from connector import agenda, lease
from connector.answering.answers import CannotAnswer
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.mirroring import mirror
from connector.rule_changes import allowing, firm_rules, own_rules, ruling
from connector.rule_changes.allowing import Changed
from connector.rules import policy
from connector.rules.policy import Policy, Version
from connector.syncing import merging, perceive
from tests.connector.office import clock_of, connect, customer

SEGMENT = {"name": "large", "when": {}}
STRIKE = date(2030, 5, 1)


def rules(**dunning: Any) -> Policy:
    return Policy.model_validate({"dunning": dunning})


@pytest.fixture
def company(both: Deps) -> Connection:
    number = connect(both)
    with both.reading() as tx:
        found = tenants.connection(tx, number)
    allowing.set_policy(both, found.client_id, rules(segments=[SEGMENT]), by="tests")
    return found


def in_force(deps: Deps, company: Connection) -> Version:
    with deps.reading() as tx:
        return policy.current(tx, company.client_id)


@pytest.fixture
def while_walking(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Somebody sets rules, and while a year of days is walked for them somebody else acts."""

    @contextmanager
    def walking(work: Callable[[], object]) -> Iterator[Callable[[], object]]:
        real, begun, go_on, waiting = ruling.breach, Event(), Event(), [True]

        def slow(*given: Any) -> str:
            if waiting:
                waiting.pop()
                begun.set()
                assert go_on.wait(60)
            return real(*given)

        monkeypatch.setattr(ruling, "breach", slow)
        with ThreadPoolExecutor(1) as other:
            try:
                running = other.submit(work)
                assert begun.wait(60)
                yield lambda: (go_on.set(), running.result(60))[1]
            finally:
                go_on.set()

    return walking


def test_of_two_documents_made_from_one_version_the_second_is_not_kept(
    both: Deps, company: Connection
) -> None:
    allowing.set_policy(both, company.client_id, rules(ramp_per_day=9), by="ann", base=1)
    with pytest.raises(
        Changed, match=r"changed by ann at 2026-.*since you opened version 1"
    ) as why:
        allowing.set_policy(both, company.client_id, rules(ramp_per_day=7), by="ben", base=1)
    assert why.value.opened
    assert (why.value.opened.number, why.value.now.number) == (1, 2)
    assert in_force(both, company).policy == rules(ramp_per_day=9)
    wanted = rules(ramp_per_day=7)
    assert allowing.set_policy(both, company.client_id, wanted, by="ben", base=2) == 3


@pytest.mark.parametrize("base", [1, None])
def test_what_another_sets_while_a_document_is_looked_at_is_not_overwritten(
    both: Deps, company: Connection, while_walking: Callable[..., Any], base: int | None
) -> None:
    def work() -> int:
        wanted = rules(ramp_per_day=7)
        return allowing.set_policy(both, company.client_id, wanted, by="ben", base=base)

    with while_walking(work) as end:
        allowing.set_policy(both, company.client_id, rules(ramp_per_day=9), by="ann")
        with pytest.raises(Changed, match="changed by ann"):
            end()
    now = in_force(both, company)
    assert (now.number, now.policy) == (2, rules(ramp_per_day=9))


def test_a_pause_and_a_key_account_wait_for_nobody_s_document(
    both: Deps, company: Connection, while_walking: Callable[..., Any]
) -> None:
    def work() -> int:
        wanted = rules(segments=[SEGMENT], ramp_per_day=7)
        return allowing.set_policy(both, company.client_id, wanted, by="ben", base=1)

    with while_walking(work) as end:
        own_rules.pause_segment(
            both, company.client_id, "large", STRIKE, by="ann", reason="a strike"
        )
        own_rules.keep_for_people(both, company, "c1", "a friend", by="ann")
        with pytest.raises(Changed, match="changed by ann"):
            end()
    now = in_force(both, company).policy.dunning
    assert now.segments[0].change["paused_because"] == "a strike"
    assert own_rules.own_reason(now, company, "c1") == "a friend"


def test_of_many_who_set_rules_at_once_all_are_heard(both: Deps, company: Connection) -> None:
    ids = [f"c{number}" for number in range(8)]

    def keep(customer_id: str) -> None:
        own_rules.keep_for_people(both, company, customer_id, "a friend", by=customer_id)

    def set_document(number: int) -> int | None:
        try:
            wanted = rules(segments=[SEGMENT], ramp_per_day=number)
            return allowing.set_policy(both, company.client_id, wanted, by="ben", base=1)
        except Changed:
            return None

    with ThreadPoolExecutor(8) as many:
        kept = [many.submit(set_document, number) for number in range(2, 6)]
        list(many.map(keep, ids))
    saved = [number for one in kept if (number := one.result())]
    with both.reading() as tx:
        found = policy.versions(tx, company.client_id)
    assert [it.number for it in found] == list(range(9 + len(saved), 0, -1))
    assert saved in ([], [2])
    assert len(found[0].policy.dunning.customers) == 8


def test_a_merge_loses_nothing_that_a_person_says_meanwhile(
    both: Deps, company: Connection
) -> None:
    own_rules.keep_for_people(both, company, "c1", "a friend", by="ann")

    def merge() -> None:
        with both.writing() as tx:
            merging.follow(tx, company.id, "c1", "c2", now=both.now())

    with ThreadPoolExecutor(4) as many:
        work = [many.submit(merge)]
        work += [
            many.submit(own_rules.keep_for_people, both, company, f"d{number}", "a friend", by="x")
            for number in range(6)
        ]
        for one in work:
            one.result(60)
    now = in_force(both, company).policy.dunning
    wanted = {f"{company.id}:{id_}" for id_ in ("c2", *(f"d{number}" for number in range(6)))}
    assert set(now.customers) == wanted


def test_a_merge_and_who_sets_rules_wait_for_each_other_in_one_order(
    both: Deps, company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The accounts of both are looked at again: whoever has marked one waits for nobody's rules."""
    with both.writing() as tx:
        mirror.store(tx, company.id, [customer("c1"), customer("c2")], read_at=both.now())
        agenda.mark(tx, company.id, ["c1", "c2"])
    own_rules.keep_for_people(both, company, "c1", "a friend", by="ann")
    clock_of(both).advance(minutes=5)
    mark, save, has_begun, waiting = agenda.mark, policy.save, Event(), [True]
    other = ThreadPoolExecutor(1)

    def saved(*given: Any, **how: Any) -> int:
        has_begun.set()
        return save(*given, **how)

    def marked(*given: Any) -> None:
        mark(*given)
        if waiting:
            waiting.pop()
            found.append(
                other.submit(own_rules.keep_for_people, both, company, "c3", "a friend", by="ben")
            )
            has_begun.wait(1)

    found: list[Future[None]] = []
    monkeypatch.setattr(agenda, "mark", marked)
    monkeypatch.setattr(policy, "save", saved)
    gone = customer("c1", changed=9, merged_into="c2", active=False)
    with other, lease.held(both, "sync", company.id) as fence, both.writing() as tx:
        assert fence
        perceive.keep(tx, fence, [gone], read_at=both.now())
    found[0].result(60)
    named = in_force(both, company).policy.dunning.customers
    assert set(named) == {f"{company.id}:c2", f"{company.id}:c3"}


def test_who_pauses_what_another_has_paused_since_is_told_so(
    both: Deps, company: Connection
) -> None:
    own_rules.pause_segment(
        both, company.client_id, "large", STRIKE, by="ann", reason="a strike", base=1
    )
    with pytest.raises(Changed, match="changed by ann"):
        own_rules.pause_segment(
            both, company.client_id, "large", date(2029, 1, 1), by="ben", reason="?", base=1
        )
    own_rules.keep_for_people(both, company, "c1", "a friend", by="ben", base=1)
    with pytest.raises(Changed, match="changed by ben"):
        own_rules.keep_for_people(both, company, "c1", "an enemy", by="ann", base=2)
    own_rules.resume_segment(both, company.client_id, "large", by="ben", reason="over", base=2)
    assert in_force(both, company).policy.dunning.segments[0].change == {}


def test_who_switches_a_notice_that_another_has_switched_since_is_told_so(
    both: Deps, company: Connection
) -> None:
    client_id = company.client_id
    allowing.switch_notices(both, client_id, {"daily_digest": True}, by="ann", base=1)
    with pytest.raises(Changed, match="changed by ann"):
        allowing.switch_notices(both, client_id, {"forewarning": True}, by="ben", base=1)
    allowing.set_policy(
        both, client_id, in_force(both, company).policy.model_copy(
            update={"freshness_minutes_max": 20}
        ), by="ann",
    )  # fmt: skip
    assert allowing.switch_notices(both, client_id, {"forewarning": True}, by="ben", base=2) == 4


def test_a_firm_s_document_is_kept_only_over_the_version_it_was_made_from(
    both: Deps, company: Connection, while_walking: Callable[..., Any]
) -> None:
    with both.reading() as tx:
        firm = tenants.client(tx, company.client_id).reseller_id

    def set_firm(ramp: int, base: int) -> int:
        planned = firm_rules.plan(both, firm, rules(ramp_per_day=ramp), base=base)
        return firm_rules.put_in_force(both, planned, by="bea")

    with while_walking(lambda: set_firm(7, 0)) as end:
        assert set_firm(9, 0) == 1
        with pytest.raises(CannotAnswer, match="changed"):
            end()
    with pytest.raises(Changed, match="since you opened version 0; version 1 is in force"):
        set_firm(7, 0)
    assert in_force(both, company).policy.dunning.ramp_per_day == 9
