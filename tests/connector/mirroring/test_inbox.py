"""The inbox: a hint counts once, is tried again, and is parked where a person sees it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from connector import waiting_work
from connector.deps import Deps
from connector.mirroring import inbox
from connector.mirroring.inbox import ATTEMPTS_MAX
from connector.waiting_work import Work
from providers.ledger import Change, Kind
from tests.connector.office import NOW, connect


def change(number: int, **fields: str) -> Change:
    given = {"event_id": f"e{number}", "company_id": "9", "record_id": str(number),
             "operation": "update", "at": "", "kind": Kind.INVOICE}  # fmt: skip
    return Change(**{**given, **fields})  # type: ignore[arg-type]


def accept(deps: Deps, connection_id: int, *changes: Change) -> int:
    with deps.writing() as tx:
        return inbox.accept(tx, connection_id, "quickbooks", changes, now=NOW)


def test_the_same_event_counts_once_however_often_it_comes(both: Deps) -> None:
    connection_id = connect(both)
    assert accept(both, connection_id, change(1), change(2)) == 2
    assert accept(both, connection_id, change(2), change(1), change(3)) == 1
    assert accept(both, connection_id, change(4), change(4)) == 1
    assert accept(both, connection_id) == 0
    with both.reading() as tx:
        assert [hint.record_id for hint in inbox.due(tx, connection_id, NOW, 99)] == list("1234")


def test_an_event_of_one_company_says_nothing_of_another(both: Deps) -> None:
    first, second = connect(both, "Ash"), connect(both, "Birch")
    assert accept(both, first, change(1)) == accept(both, second, change(1)) == 1
    with both.writing() as tx:
        inbox.handled(tx, first, [hint.id for hint in inbox.due(tx, first, NOW, 9)])
    with both.reading() as tx:
        assert waiting_work.found(tx, NOW)[Work.HINTS] == {second}


def test_eight_who_bring_the_same_events_at_once_leave_each_once(both: Deps) -> None:
    connection_id = connect(both)
    events = [change(number) for number in range(20)]
    with ThreadPoolExecutor(8) as many:
        new = list(many.map(lambda _: accept(both, connection_id, *events), range(8)))
    assert sum(new) == 20


def test_what_failed_is_tried_again_later_and_parked_in_the_end(both: Deps) -> None:
    connection_id, now = connect(both), NOW
    accept(both, connection_id, change(1))
    for attempt in range(1, ATTEMPTS_MAX + 1):
        with both.writing() as tx:
            hints = inbox.due(tx, connection_id, now, 9)
            assert [hint.attempts for hint in hints] == [attempt - 1]
            now += timedelta(minutes=1)
            inbox.failed(tx, connection_id, hints, "no", next_at=now)
            assert inbox.due(tx, connection_id, now - timedelta(seconds=1), 9) == []
    with both.reading() as tx:
        assert inbox.due(tx, connection_id, now, 9) == []
        assert inbox.parked(tx, connection_id) == 1
        assert not inbox.has_waiting(tx, connection_id)


def test_what_was_handled_is_forgotten_after_thirty_days_and_the_rest_is_kept(deps: Deps) -> None:
    connection_id = connect(deps)
    accept(deps, connection_id, change(1), change(2))
    with deps.writing() as tx:
        inbox.handled(tx, connection_id, [inbox.due(tx, connection_id, NOW, 1)[0].id])
        assert inbox.prune(tx, NOW + timedelta(days=30)) == 0
        assert inbox.prune(tx, NOW + timedelta(days=30, seconds=1)) == 1
        assert inbox.has_waiting(tx, connection_id)
        assert inbox.oldest_waiting(tx) == NOW


@pytest.mark.parametrize("kind", list(Kind))
def test_a_hint_comes_back_as_it_was_given(deps: Deps, kind: Kind) -> None:
    connection_id = connect(deps)
    accept(deps, connection_id, change(7, kind=kind, operation="merge", merged_into="8"))
    with deps.reading() as tx:
        (hint,) = inbox.due(tx, connection_id, NOW, 9)
    assert (hint.kind, hint.record_id, hint.operation, hint.merged_into) == (
        kind, "7", "merge", "8",
    )  # fmt: skip
