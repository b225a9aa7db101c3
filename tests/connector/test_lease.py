"""Leases: one holder at a time, and one who comes late commits nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest

from connector import lease
from connector.clients import sweeps
from connector.deps import Deps
from connector.lease import Fence, LeaseLost, held, wake
from tests.connector.office import clock_of, connect

LEASE = timedelta(seconds=45)


def test_while_one_holds_it_nobody_else_does(both: Deps) -> None:
    with held(both, "sync", 1) as first:
        with held(both, "sync", 1) as second:
            assert second is None
        with held(both, "sync", 2) as other, held(both, "decide", 1) as another:
            assert other
            assert another
        assert first
        with both.reading() as tx:
            assert lease.at_work(tx, both.clock.real()) == {("sync", 1)}


def test_given_back_it_is_free_at_once_and_the_fence_has_moved_on(both: Deps) -> None:
    with held(both, "sync", 1) as first:
        assert first
    with held(both, "sync", 1) as second:
        assert second
        assert second.number == first.number + 1


def test_it_is_given_back_when_the_work_fails(both: Deps) -> None:
    with pytest.raises(RuntimeError), held(both, "sync", 1):
        raise RuntimeError("the work failed")
    with held(both, "sync", 1) as next_one:
        assert next_one


def test_a_dead_holder_is_replaced_after_the_lease_and_not_before(both: Deps) -> None:
    with ExitStack() as never_closed:
        never_closed.enter_context(held(both, "sync", 1))
        clock_of(both).advance(seconds=LEASE.total_seconds() - 1)
        with held(both, "sync", 1) as too_early:
            assert too_early is None
        clock_of(both).advance(seconds=1)
        with held(both, "sync", 1) as next_one:
            assert next_one
        never_closed.pop_all()


def keep_late(deps: Deps, late: Fence) -> None:
    with deps.writing() as tx:
        sweeps.keep(tx, late.about_id, imported=666)
        late.check(tx)


def test_a_late_holder_commits_nothing(both: Deps) -> None:
    connection_id = connect(both)
    with held(both, "sync", connection_id) as late:
        assert late
        clock_of(both).advance(seconds=LEASE.total_seconds() + 1)
        with held(both, "sync", connection_id) as present:
            assert present
            with pytest.raises(LeaseLost, match="fence 1 is past"):
                keep_late(both, late)
            with both.writing() as tx:
                present.check(tx)
                sweeps.keep(tx, connection_id, imported=1)
            with pytest.raises(LeaseLost):
                late.renew()
    with both.reading() as tx:
        assert sweeps.progress(tx, connection_id).imported == 1


def test_a_late_holder_does_not_give_back_what_is_anothers(both: Deps) -> None:
    first = held(both, "sync", 1)
    assert first.__enter__()
    clock_of(both).advance(seconds=LEASE.total_seconds() + 1)
    with held(both, "sync", 1) as present:
        assert present
        first.__exit__(None, None, None)
        with held(both, "sync", 1) as third:
            assert third is None


def test_a_renewed_lease_lasts_its_full_length_again(both: Deps) -> None:
    with held(both, "sync", 1) as fence:
        assert fence
        for _ in range(3):
            clock_of(both).advance(seconds=LEASE.total_seconds() - 1)
            fence.renew()
            with held(both, "sync", 1) as other:
                assert other is None


def test_of_eight_at_once_one_works_at_a_time(both: Deps) -> None:
    inside, seen, won = threading.Semaphore(1), [], []

    def try_often(_: int) -> None:
        for _ in range(12):
            with held(both, "sync", 1) as fence:
                if fence is None:
                    continue
                seen.append(inside.acquire(blocking=False))
                won.append(fence.number)
                inside.release()

    with ThreadPoolExecutor(8) as many:
        list(many.map(try_often, range(8)))
    assert all(seen)
    assert sorted(won) == list(range(1, len(won) + 1)), "every holder has a fence of its own"
    assert won == sorted(won)


def test_a_job_that_rests_is_taken_up_after_its_rest_and_not_before(both: Deps) -> None:
    with held(both, "sync", 1) as first:
        assert first
        first.rest(timedelta(minutes=15))
    clock_of(both).advance(seconds=899)
    with held(both, "sync", 1) as too_early, held(both, "decide", 1) as another:
        assert too_early is None
        assert another
    clock_of(both).advance(seconds=1)
    with held(both, "sync", 1) as next_one:
        assert next_one


def test_one_who_comes_late_sends_nobody_to_rest(both: Deps) -> None:
    with held(both, "sync", 1) as late:
        assert late
        clock_of(both).advance(seconds=LEASE.total_seconds())
        with held(both, "sync", 1):
            late.rest(timedelta(minutes=15))
    with held(both, "sync", 1) as next_one:
        assert next_one


def test_what_rests_is_taken_up_at_once_when_it_is_woken(both: Deps) -> None:
    for about_id in (1, 2):
        with held(both, "sync", about_id) as fence:
            assert fence
            fence.rest(timedelta(minutes=15))
    with held(both, "decide", 1) as at_work:
        assert at_work
        with both.writing() as tx:
            wake(tx, 1, both.clock.real())
        with held(both, "decide", 1) as second, held(both, "sync", 2) as other:
            assert (second, other) == (None, None), "only what rests, and only here"
    with held(both, "sync", 1) as next_one:
        assert next_one
