"""What customers answered: kept once, unread for as long as its hold, and read one by one."""

from __future__ import annotations

from datetime import timedelta

from connector.decided import customer_answers, holds
from connector.deps import Deps
from connector.inbound import replies
from providers.messages import Reply
from tests.connector.office import NOW, connect


def reply(number: int, *, automatic: bool = False, minutes: int = 0) -> Reply:
    at = NOW + timedelta(minutes=minutes)
    return Reply(f"<r{number}@y>", ("<k1@x>",), "a@b.c", "Re", f"said {number}", at, automatic)


def unread(deps: Deps, connection_id: int) -> list[tuple[str, str]]:
    with deps.reading() as tx:
        found = customer_answers.unread(tx, connection_id, deps.now())
    return [(one.answer.customer_id, one.answer.text) for one in found]


def test_a_reply_counts_once(both: Deps) -> None:
    connection_id = connect(both)
    with both.writing() as tx:
        assert customer_answers.keep(tx, connection_id, "c1", reply(1))
        assert not customer_answers.keep(tx, connection_id, "c1", reply(1))


def test_each_answer_is_unread_until_a_person_reads_it_and_no_pause_ends_with_it(
    both: Deps,
) -> None:
    connection_id, other = connect(both), connect(both, "else")
    replies.keep(both, (connection_id, "c1"), reply(1))
    replies.keep(both, (connection_id, "c1"), reply(2, automatic=True, minutes=1))
    replies.keep(both, (connection_id, "c1"), reply(3, minutes=2))
    replies.keep(both, (connection_id, "c2"), reply(4))
    with both.writing() as tx:
        holds.set_hold(tx, connection_id, customer_id="c1", reason="flood", by="ann", at=both.now())
        first = customer_answers.unread(tx, connection_id, both.now())[0]
    assert unread(both, connection_id) == [("c1", "said 1"), ("c1", "said 3"), ("c2", "said 4")]
    assert not customer_answers.read(both, other, first.hold.id, by="eve")
    assert customer_answers.read(both, connection_id, first.hold.id, by="ann")
    assert not customer_answers.read(both, connection_id, first.hold.id, by="ben")
    assert unread(both, connection_id) == [("c1", "said 3"), ("c2", "said 4")]
    with both.reading() as tx:
        still = holds.in_force(tx, connection_id, both.now(), ["c1"])
        (ended,) = [h for h in holds.history(tx, connection_id) if h.ended_at]
        kept = customer_answers.of_customer(tx, connection_id, "c1")
    assert [hold.kind for hold in still] == ["reply", "pause"]
    assert (ended.id, ended.ended_by) == (first.hold.id, "ann")
    assert [answer.text for answer in kept] == ["said 3", "said 2", "said 1"]
