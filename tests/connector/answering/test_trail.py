"""A piece of the audit trail: it goes on by numbers, and is narrowed to one customer."""

from __future__ import annotations

from connector import audit
from connector.answering import trail
from connector.answering.trail import Piece
from connector.deps import Deps
from tests.connector.office import connect
from tests.connector.remembered import JANE, OTHER, company


def piece(deps: Deps, connection_id: int, **how: int) -> Piece:
    with deps.reading() as tx:
        return trail.piece(tx, connection_id, size=3, **how)  # type: ignore[arg-type]


def numbers(found: Piece) -> list[int]:
    return [entry.number for entry in found.entries]


def grown(deps: Deps, connection_id: int, entries: int) -> None:
    with deps.writing() as tx:
        for number in range(entries):
            audit.add(tx, connection_id, at=deps.now(), actor="ann", event=f"it.{number}")


def test_a_piece_goes_on_to_older_and_newer_ones_and_never_shifts(both: Deps) -> None:
    connection_id = connect(both)
    with both.reading() as tx:
        before = len(audit.entries(tx, connection_id))
    grown(both, connection_id, 8 - before)
    first = piece(both, connection_id)
    assert (numbers(first), first.older, first.newer) == ([8, 7, 6], 6, None)
    second = piece(both, connection_id, before=6)
    assert (numbers(second), second.older, second.newer) == ([5, 4, 3], 3, 5)
    last = piece(both, connection_id, before=3)
    assert (numbers(last), last.older, last.newer) == ([2, 1], None, 2)
    grown(both, connection_id, 5)
    assert piece(both, connection_id, before=6) == second
    back = piece(both, connection_id, after=5)
    assert (numbers(back), back.older, back.newer) == ([8, 7, 6], 6, 8)
    newest = piece(both, connection_id, after=10)
    assert (numbers(newest), newest.older, newest.newer) == ([13, 12, 11], 11, None)
    for nothing in ({"before": 1}, {"after": 13}):
        assert piece(both, connection_id, **nothing) == Piece([])


def test_only_what_is_about_a_customer_is_shown(both: Deps) -> None:
    connection_id = company(both)
    with both.writing() as tx:
        for who in (JANE, OTHER):
            for subject in ("promise:{}", "letter:{}/USD", "invoice:i-{}"):
                audit.add(
                    tx, connection_id, at=both.now(), actor="ann", event="seen",
                    about=subject.format(who.customer_id),
                )  # fmt: skip
    with both.reading() as tx:
        found = trail.piece(tx, connection_id, customer_id=JANE.customer_id, size=1000).entries
        every = audit.entries(tx, connection_id, last=1000)
    events = [entry.event for entry in found]
    assert events.count("seen") == 3
    for event in ("promise.made", "dispute.accepted", "contact.added", "remind.decided",
                  "remind.edited", "cash.decided", "paused", "call.ended"):  # fmt: skip
        assert events.count(event) == 1, event
    text = str(found)
    assert not [trace for trace in OTHER.traces if trace in text]
    assert len(found) < len(every)
