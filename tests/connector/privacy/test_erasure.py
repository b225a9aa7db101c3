"""Erasing a person: nothing of it is found any more, and all that must stay stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from connector import agenda, audit, schema
from connector.clients import tenants
from connector.correspondence import messages, tracking
from connector.correspondence.tracking import Purpose
from connector.db import across
from connector.decided import approvals, decisions, holds
from connector.deps import Deps
from connector.mirroring import mirror
from connector.outgoing import intents
from connector.outgoing.effects import SendReminder
from connector.privacy import erasure
from connector.privacy.data_map import HOLDINGS
from connector.privacy.erasure import Erased, UnderWay
from connector.proof import conservation
from connector.recipients import consents, contacts, outreach
from connector.redaction import ERASED
from dunning.customer.channels import Channel
from tests.connector.office import connect, customer, usd
from tests.connector.remembered import JANE, OTHER, company, everything, places, send

REASON = "asked by mail on 1 March"
HELLO = SendReminder("c1", "second", ("i-c1",), ("second",), usd(100))


def erase(deps: Deps, connection_id: int, *, keep: bool = True, reason: str = REASON) -> Erased:
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    return erasure.erase(deps, connection, JANE.customer_id, by="ann", reason=reason, keep=keep)


def is_whole(deps: Deps) -> bool:
    with deps.reading() as tx:
        return list(audit.broken_links(tx)) == []


def test_everything_that_the_map_names_is_remembered_first(both: Deps) -> None:
    company(both)
    stored = everything(both)
    untouched = {"charge", "deduction", "payment_plan", "remittance"}
    assert [name for name in HOLDINGS if not stored[name]] == sorted(untouched)
    assert len({place.partition(".")[0] for place in places(both, *JANE.traces)}) > 15


def test_nothing_of_an_erased_person_is_found_outside_the_mirror(both: Deps) -> None:
    connection_id = company(both)
    erase(both, connection_id, reason=f"{JANE.name} asked by mail")
    assert places(both, *JANE.traces) == []
    assert is_whole(both)


def test_another_customer_is_untouched(both: Deps) -> None:
    connection_id = company(both)
    before = places(both, *OTHER.traces)
    erase(both, connection_id)
    assert [place.replace(ERASED, JANE.name) for place in places(both, *OTHER.traces)] == before


def test_a_second_time_changes_nothing(both: Deps) -> None:
    connection_id = company(both)
    assert not erase(both, connection_id).is_nothing
    before = everything(both)
    assert erase(both, connection_id).is_nothing
    assert everything(both) == before


def test_looking_first_changes_nothing_and_counts_the_same(both: Deps) -> None:
    connection_id = company(both)
    before = everything(both)
    shown = erase(both, connection_id, keep=False)
    assert everything(both) == before
    assert shown == erase(both, connection_id)


def test_ids_and_amounts_stay_and_decisions_are_still_proved(both: Deps) -> None:
    connection_id = company(both)
    with both.reading() as tx:
        before = decisions.recent(tx, connection_id, since=both.now())
        owed = conservation.conservation(tx, connection_id)
    erase(both, connection_id)
    with both.reading() as tx:
        after = decisions.recent(tx, connection_id, since=both.now())
        assert conservation.conservation(tx, connection_id) == owed
        proofs = audit.entries(tx, connection_id, last=1)[0].what["decisions"]
    own = [one for one in before if str(one.id) in proofs]
    assert {one.rule for one in own} == {"friendly", "exact"}
    for one in own:
        assert proofs[str(one.id)] == erasure.fingerprint(one.inputs, one.outcome)
    for one, left in zip(before, after, strict=True):
        assert (left.id, left.rule, left.subject, left.action) == (
            one.id, one.rule, one.subject, one.action
        )  # fmt: skip
    (kept,) = [one for one in after if one.subject == "customer:c1/USD"]
    assert kept.inputs["account"]["open"] == kept.outcome["total"] == "100.00"
    assert kept.inputs["account"]["name"] == ERASED


def test_what_is_stored_can_still_be_read(both: Deps) -> None:
    connection_id = company(both)
    erase(both, connection_id)
    with both.reading() as tx:
        subject = "customer:c1/USD"
        assert len(intents.about(tx, connection_id, [subject])) == 2
        (sent,) = messages.sent(tx, connection_id, customer_id=JANE.customer_id)
        assert (sent.recipients, sent.text, sent.invoice_ids) == ([], ERASED, ["i-c1"])
        assert tracking.find(tx, "portalc1", Purpose.PORTAL) is None
        assert tracking.find(tx, "portalc2", Purpose.PORTAL) is not None


def test_whoever_said_no_is_still_not_written_to(both: Deps) -> None:
    connection_id = company(both)
    erase(both, connection_id)
    with both.reading() as tx:
        assert consents.suppressed(tx, connection_id, Channel.EMAIL, JANE.email.upper())
        assert consents.all_suppressed(
            tx, connection_id, Channel.EMAIL, [JANE.email, "new@buyer.example"]
        ) == {JANE.email}
        assert not consents.given(tx, connection_id, Channel.TEXT, JANE.phone, JANE.customer_id)
        assert not consents.suppressed(tx, connection_id, Channel.EMAIL, "new@buyer.example")


def test_a_person_behind_two_customers_keeps_one_budget(both: Deps) -> None:
    connection_id = company(both)
    erase(both, connection_id)
    with both.reading() as tx:
        found = outreach.of_handles(tx, connection_id, [JANE.email], both.now())
    assert [one.customer_id for one in found[JANE.email]] == [JANE.customer_id]


def test_the_customer_is_on_hold_and_looked_at_again(both: Deps) -> None:
    connection_id = company(both)
    with both.reading() as tx:
        marks = {one.customer_id: one.marks for one in agenda.due(tx, connection_id, both.now(), 9)}
    erase(both, connection_id)
    with both.reading() as tx:
        held = holds.in_force(tx, connection_id, both.now() + timedelta(9), [JANE.customer_id])
        after = {one.customer_id: one.marks for one in agenda.due(tx, connection_id, both.now(), 9)}
    assert [(one.by, one.until) for one in held] == [("ann", None)]
    assert after["c1"] > marks["c1"]
    assert after["c2"] == marks["c2"]


def wait_for_an_effect(deps: Deps, connection_id: int) -> None:
    with deps.writing() as tx:
        send(tx, deps, connection_id, HELLO, "open", subject="customer:c1/USD", decision_id=0)
        (intent,) = intents.of_keys(tx, connection_id, ["open"])
        intents.unknown(tx, intent, "lost", next_at=deps.now())


def wait_for_a_person(deps: Deps, connection_id: int) -> None:
    with deps.writing() as tx:
        approvals.ask(tx, connection_id, decision_id=0, capability="cash", subject="bank:new",
                      summary=f"USD 5.00 from {JANE.name}", options=[], at=deps.now())  # fmt: skip


@pytest.mark.parametrize(
    ("wait", "told"), [(wait_for_an_effect, "1 effects"), (wait_for_a_person, "1 questions")]
)
def test_nothing_is_erased_while_something_is_under_way(deps: Deps, wait: Any, told: str) -> None:
    connection_id = company(deps)
    wait(deps, connection_id)
    before = everything(deps)
    with pytest.raises(UnderWay, match=told):
        erase(deps, connection_id)
    assert everything(deps) == before


def test_an_address_that_another_customer_has_too_stays_there(deps: Deps) -> None:
    connection_id = company(deps)
    with deps.writing() as tx:
        consents.give(tx, connection_id, Channel.TEXT, JANE.phone, customer_id="c2",
                      words="the same telephone", by="ann", at=deps.now())  # fmt: skip
    erase(deps, connection_id)
    with deps.reading() as tx:
        assert consents.given(tx, connection_id, Channel.TEXT, JANE.phone, "c2")
    where = {place.partition(":")[0] for place in places(deps, JANE.phone)}
    assert where == {"audit.what", "consent.address"}


def test_who_was_forgotten_by_the_ledger_first_is_found_by_what_was_decided_on(deps: Deps) -> None:
    connection_id = company(deps)
    with deps.writing() as tx:
        renamed = customer(JANE.customer_id, name="Former customer", emails=(), changed=60)
        mirror.store(tx, connection_id, [renamed], read_at=deps.now() + timedelta(minutes=1))
        for one in contacts.of_customers(tx, connection_id, [JANE.customer_id])[JANE.customer_id]:
            contacts.drop(tx, connection_id, one, by="ann", at=deps.now())
    erase(deps, connection_id)
    assert places(deps, *JANE.traces) == []
    assert is_whole(deps)


def test_another_company_that_knows_the_person_is_untouched(deps: Deps) -> None:
    connection_id, elsewhere = company(deps), connect(deps, "Elsewhere")
    with deps.writing() as tx:
        audit.add(tx, elsewhere, at=deps.now(), actor="ann", event="paused", reason=JANE.name)
    erase(deps, connection_id)
    with deps.reading() as tx:
        assert audit.entries(tx, elsewhere)[0].what == {"reason": JANE.name}


@pytest.mark.parametrize("what", ["a word more", "an erasure that is altered"])
def test_an_erased_entry_that_is_altered_later_is_found(deps: Deps, what: str) -> None:
    connection_id = company(deps)
    erase(deps, connection_id)
    table = schema.metadata().tables["audit"]
    event = "consent.given" if what == "a word more" else "customer.erased"
    with deps.writing() as tx:
        row = tx.execute(
            sa.select(table).where(table.c.event == event).limit(1),
            execution_options=across("a test alters what it likes"),
        ).one()
        tx.execute(
            sa.update(table)
            .where(table.c.connection_id == connection_id, table.c.number == row.number)
            .values(what=row.what | {"reason": "another"})
        )
    with deps.reading() as tx:
        broken = list(audit.broken_links(tx))
    assert (connection_id, row.number) in broken
    if event == "customer.erased":
        assert len(broken) == len(row.what["entries"]) + 1


def test_two_erasures_may_touch_the_same_entries(deps: Deps) -> None:
    connection_id = company(deps)
    erase(deps, connection_id, reason=f"together with {OTHER.name}")
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    erasure.erase(deps, connection, OTHER.customer_id, by="ann", reason=REASON, keep=True)
    assert places(deps, *OTHER.traces, *JANE.traces) == []
    assert is_whole(deps)
