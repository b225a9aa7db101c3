"""Intents: one for the same facts, in order, and no way back from an end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector import waiting_work
from connector.deps import Deps
from connector.outgoing import effects, intents
from connector.outgoing.effects import AnyEffect, SendReminder
from connector.outgoing.intents import OPEN, Intent, Step
from connector.waiting_work import Work
from providers.ledger import AddNote, Allocation, ApplyUnapplied, Draft, Kind, RecordPayment
from tests.connector.office import NOW, TODAY, connect, usd

APPLY = ApplyUnapplied(Kind.PAYMENT, "p1", "c1", (Allocation("i1", usd(95)),), "because")
RECORD = RecordPayment("r1", "c1", TODAY, usd(95), (Allocation("i1", usd(95)),), "WIRE 7", "why")
NOTE = AddNote(Kind.INVOICE, "i1", "said", TODAY)
REMIND = SendReminder("c1", "friendly", ("i1", "i2"), ("friendly", "upcoming"), usd("95.10"))
DRAFT = Draft("POST", "payment", b'{"a": 1}\x00\xff', before=("a1", "a2"))


def add(deps: Deps, connection_id: int, effect: AnyEffect = APPLY, *, key: str = "k" * 40,
        subject: str = "payment:p1", after_key: str = "") -> bool:  # fmt: skip
    with deps.writing() as tx:
        return intents.add(
            tx, connection_id, effect, key=key, subject=subject, decision_id=1, now=NOW,
            facts={"invoice:i1": "USD 95.00 open c1"}, after_key=after_key,
        )  # fmt: skip


def due(deps: Deps, connection_id: int, later: timedelta = timedelta()) -> list[Intent]:
    with deps.reading() as tx:
        return intents.due(tx, connection_id, NOW + later, 50)


def only(deps: Deps, connection_id: int) -> Intent:
    with deps.reading() as tx:
        (found,) = intents.listed(tx, connection_id, tuple(Step), since=NOW)
    return found


@pytest.mark.parametrize("effect", [APPLY, RECORD, NOTE, REMIND], ids=lambda e: type(e).__name__)
def test_an_effect_comes_back_as_it_was_intended(both: Deps, effect: AnyEffect) -> None:
    connection_id = connect(both)
    assert add(both, connection_id, effect)
    (found,) = due(both, connection_id)
    assert (found.effect, found.state, found.attempts) == (effect, Step.INTENDED, 0)
    assert found.facts == {"invoice:i1": "USD 95.00 open c1"}
    assert found.marker == "[lh:kkkkkkkk]"


def test_eight_who_intend_the_same_intend_it_once(both: Deps) -> None:
    connection_id = connect(both)
    with ThreadPoolExecutor(8) as many:
        added = list(many.map(lambda _: add(both, connection_id), range(16)))
    assert added.count(True) == 1
    assert len(due(both, connection_id)) == 1


def test_the_same_facts_of_another_company_are_another_intent(both: Deps) -> None:
    assert add(both, connect(both, "Ash"))
    assert add(both, connect(both, "Birch"))


def test_a_key_is_the_same_for_the_same_facts_and_another_for_others() -> None:
    key = effects.key_of(1, "cash", "payment:p1", "3")
    assert key == effects.key_of(1, "cash", "payment:p1", "3")
    assert len(key) == 40
    others = {
        effects.key_of(2, "cash", "payment:p1", "3"), effects.key_of(1, "cash", "payment:p1", "4"),
        effects.key_of(1, "cash", "payment:p", "13"), effects.key_of(1, "cashpayment:p1", "3"),
    }  # fmt: skip
    assert len(others | {key}) == 5


def test_cash_goes_out_before_messages_and_messages_before_notes(both: Deps) -> None:
    connection_id = connect(both)
    for number, effect in enumerate((NOTE, REMIND, RECORD, APPLY)):
        add(both, connection_id, effect, key=str(number))
    assert [i.effect for i in due(both, connection_id)] == [RECORD, APPLY, REMIND, NOTE]


def test_a_note_waits_for_its_cash(both: Deps) -> None:
    connection_id = connect(both)
    add(both, connection_id, key="cash")
    add(both, connection_id, NOTE, key="note", after_key="cash", subject="note:i1")
    (cash,) = due(both, connection_id)
    assert cash.effect == APPLY
    with both.writing() as tx:
        intents.confirmed(tx, cash, "7", now=NOW)
    assert [i.effect for i in due(both, connection_id)] == [NOTE]


@pytest.mark.parametrize("state", [Step.REFUSED, Step.PERSON])
def test_a_note_ends_with_its_cash(both: Deps, state: Step) -> None:
    connection_id = connect(both)
    add(both, connection_id, key="cash")
    add(both, connection_id, NOTE, key="note", after_key="cash", subject="note:i1")
    with both.writing() as tx:
        intents.end(tx, due(both, connection_id)[0], state, "period closed", now=NOW)
    assert due(both, connection_id) == []
    with both.reading() as tx:
        (note,) = intents.listed(tx, connection_id, [Step.REFUSED], since=NOW)[:1]
    assert note.error == "not needed: period closed"


def test_the_frozen_bytes_the_tries_and_their_times_are_kept(both: Deps) -> None:
    connection_id = connect(both)
    add(both, connection_id)
    for attempt in (1, 2, 3):
        at = NOW + timedelta(seconds=10 * attempt)
        with both.writing() as tx:
            intents.sending(tx, only(both, connection_id), DRAFT, now=at)
            intents.unknown(tx, only_in(tx, connection_id), "no answer", next_at=at)
        found = only(both, connection_id)
        assert (found.draft, found.attempts) == (DRAFT, attempt)
        assert (found.first_try, found.last_try) == (NOW + timedelta(seconds=10), at)
        assert found.sent_key == f"{'k' * 40}-0"


def only_in(tx: object, connection_id: int) -> Intent:
    (found,) = intents.listed(tx, connection_id, tuple(Step), since=NOW)  # type: ignore[arg-type]
    return found


def test_what_did_not_happen_starts_over_under_a_new_key_and_with_new_bytes(both: Deps) -> None:
    connection_id = connect(both)
    add(both, connection_id)
    with both.writing() as tx:
        intents.sending(tx, only(both, connection_id), DRAFT, now=NOW)
        intents.again(tx, only_in(tx, connection_id), "not found", next_at=NOW)
    found = only(both, connection_id)
    assert (found.state, found.draft, found.first_try) == (Step.INTENDED, None, None)
    assert found.sent_key == f"{'k' * 40}-1"
    assert found.attempts == 1, "how often it was tried is not forgotten"


@pytest.mark.parametrize("state", list(Step))
def test_only_what_is_open_can_still_go_out(both: Deps, state: Step) -> None:
    connection_id = connect(both)
    add(both, connection_id)
    intent = only(both, connection_id)
    with both.writing() as tx:
        if state is Step.SENDING:
            intents.sending(tx, intent, DRAFT, now=NOW)
        elif state is Step.UNKNOWN:
            intents.unknown(tx, intent, "?", next_at=NOW)
        elif state is Step.CONFIRMED:
            intents.confirmed(tx, intent, "7", now=NOW)
        elif state is not Step.INTENDED:
            intents.end(tx, intent, state, "no", now=NOW)
        assert intents.is_open(tx, connection_id, "payment:p1") == (state in OPEN)
        waiting = waiting_work.found(tx, NOW)
        assert waiting[Work.EFFECTS] == ({connection_id} if state in OPEN else set())
        assert waiting[Work.NEWS] == set()
        assert intents.failed(tx, connection_id, "payment:p1") == (
            state in (Step.REFUSED, Step.PERSON, Step.UNDONE, Step.REVERSED, Step.CORRECTED)
        )
    assert bool(due(both, connection_id)) == (state in OPEN)
    assert not add(both, connection_id), "the same facts never lead to a second intent"


def test_what_waits_is_not_due_before_its_time(both: Deps) -> None:
    connection_id = connect(both)
    add(both, connection_id)
    with both.writing() as tx:
        later = NOW + timedelta(minutes=2)
        intents.wait(tx, only(both, connection_id), "later", next_at=later)
        assert intents.next_due(tx, after=NOW, until=later) == later
    assert due(both, connection_id, timedelta(seconds=119)) == []
    assert len(due(both, connection_id, timedelta(minutes=2))) == 1


def test_a_change_of_any_fact_is_told_in_words() -> None:
    decided = {"invoice:i1": "USD 95.00 open c1", "payment:p1": "USD 95.00 open c1"}
    assert effects.difference(decided, {**decided, "invoice:i2": "new"}) == ""
    told = effects.difference(decided, {"invoice:i1": "USD 5.00 open c1"})
    assert told == (
        "invoice:i1 was 'USD 95.00 open c1' and is 'USD 5.00 open c1'; "
        "payment:p1 was 'USD 95.00 open c1' and is 'not there'"
    )


def test_a_stored_effect_of_an_unknown_kind_is_refused() -> None:
    body = effects.dump(replace(APPLY, memo="x"))
    with pytest.raises(KeyError):
        effects.load({**body, "effect": "write_off"})


def test_what_money_brought_is_found_without_reading_every_intent(deps: Deps) -> None:
    connection_id = connect(deps)
    add(deps, connection_id, RECORD)
    with deps.writing() as tx:
        intents.confirmed(tx, only(deps, connection_id), "p77", now=NOW)
    asked: list[str] = []

    def listen(_tx: object, _cursor: object, text: str, *_rest: object) -> None:
        asked.append(text)

    with deps.reading() as tx:
        sa.event.listen(deps.engine, "before_cursor_execute", listen)
        (found,) = intents.brought(tx, connection_id, ["p77", "p78"])
        sa.event.remove(deps.engine, "before_cursor_execute", listen)
        marks = (1,) * asked[0].count("?")
        plan = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}", marks).all()
    assert found.receipt == "p77"
    assert "ix_intent_receipt" in str(plan)


def test_decisions_that_wrote_cash_are_told_the_newest_write_first(both: Deps) -> None:
    connection_id, other = connect(both), connect(both, "Elsewhere")
    with both.writing() as tx:
        for number, (effect, decision) in enumerate(
            ((RECORD, 7), (APPLY, 5), (APPLY, 7), (NOTE, 9), (APPLY, 8))
        ):
            intents.add(
                tx, connection_id, effect, key=f"k{number}", subject="s", decision_id=decision,
                now=NOW,
            )  # fmt: skip
        intents.add(tx, other, APPLY, key="k", subject="s", decision_id=6, now=NOW)
        written = intents.about(tx, connection_id, ["s"])
        for intent in written[:-1]:
            intents.confirmed(tx, intent, "r", now=NOW)
        first, second, third = (intent.id for intent in written[:3])
        assert first < second
        told = [(7, third), (5, second)]
        assert intents.decisions_applied(tx, connection_id, before=None, limit=9) == told
        assert intents.decisions_applied(tx, connection_id, before=third, limit=9) == told[1:]
        assert intents.decisions_applied(tx, connection_id, before=None, limit=1) == told[:1]


def test_a_receipt_in_many_words_is_kept_as_far_as_it_fits(both: Deps) -> None:
    connection_id = connect(both)
    with both.writing() as tx:
        intents.add(tx, connection_id, AddNote(Kind.INVOICE, "i1", "sent", TODAY), key="k",
                    subject="invoice:i1", decision_id=1, now=NOW)  # fmt: skip
        (intent,) = intents.of_keys(tx, connection_id, ["k"])
        intents.confirmed(tx, intent, f"250 {'a' * 300}", now=NOW)
    with both.reading() as tx:
        (kept,) = intents.of_keys(tx, connection_id, ["k"])
    assert (kept.state, kept.receipt) == (Step.CONFIRMED, f"250 {'a' * 196}")
