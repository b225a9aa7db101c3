"""What a client keeps for some days only: gone the night after, not a day before, and told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connector import audit, jobs
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.correspondence import messages
from connector.deps import Deps
from connector.phone import phone_contacts
from connector.redaction import ERASED
from connector.rule_changes.ruling import take_effect
from connector.rules import policy
from connector.rules.policy import Policy
from connector.rules.retention_settings import DAYS_MIN, Retention
from tests.connector.office import clock_of
from tests.connector.remembered import company, everything

ALL = {"messages": 400, "replies": 400, "transcripts": 400, "tracking": 400}


@pytest.fixture
def company_id(both: Deps) -> int:
    return company(both)


def keep_for(deps: Deps, connection_id: int, **days: int) -> Connection:
    with deps.writing() as tx:
        connection = tenants.connection(tx, connection_id)
        rules = Policy(retention=Retention(**days))
        before = policy.current(tx, connection.client_id).policy
        policy.save(tx, connection.client_id, rules, at=deps.now(), by="ann")
        take_effect(tx, connection.client_id, before, by="ann", reason="", now=deps.now())
    return connection


def night(deps: Deps, connection_id: int, *, days: int) -> None:
    clock_of(deps).advance(days=days)
    jobs.run_decide(deps, connection_id)


def told(deps: Deps, connection_id: int) -> list[dict[str, Any]]:
    with deps.reading() as tx:
        assert list(audit.broken_links(tx)) == []
        found = audit.entries(tx, connection_id)
    return [
        {"class": entry.about, **{name: entry.what[name] for name in ("kept_days", "rows")}}
        for entry in found[::-1]
        if entry.event == "words.expired"
    ]


def test_words_are_kept_for_ever_unless_somebody_says_otherwise(
    both: Deps, company_id: int
) -> None:
    keep_for(both, company_id)
    night(both, company_id, days=4000)
    assert told(both, company_id) == []
    with both.reading() as tx:
        assert messages.sent(tx, company_id, customer_id="c1")[0].text == "Dear quokka"


def test_each_class_goes_the_night_after_its_days_and_is_counted(
    both: Deps, company_id: int
) -> None:
    keep_for(both, company_id, **ALL)
    night(both, company_id, days=399)
    assert told(both, company_id) == []
    night(both, company_id, days=2)
    assert told(both, company_id) == [
        {"class": "messages", "kept_days": 400,
         "rows": {"audit": 2, "edit": 2, "intent": 3, "letter": 2, "message": 2}},
        {"class": "replies", "kept_days": 400, "rows": {"reply": 2, "suggestion": 2}},
        {"class": "transcripts", "kept_days": 400, "rows": {"audit": 2, "phone_contact": 2}},
        {"class": "tracking", "kept_days": 400, "rows": {"message_event": 2}},
    ]  # fmt: skip
    with both.reading() as tx:
        (sent,) = messages.sent(tx, company_id, customer_id="c1")
        contact = phone_contacts.of_token(tx, "tokenc1")
    assert (sent.text, sent.recipients, sent.invoice_ids) == (ERASED, [], ["i-c1"])
    assert contact
    assert (contact.transcript, contact.number) == ((), "+14155552671")


def test_the_next_night_has_nothing_to_do(both: Deps, company_id: int) -> None:
    keep_for(both, company_id, **ALL)
    night(both, company_id, days=401)
    before = told(both, company_id), everything(both)["message"]
    night(both, company_id, days=1)
    assert (told(both, company_id), everything(both)["message"]) == before


def test_only_the_class_that_is_named_goes(both: Deps, company_id: int) -> None:
    keep_for(both, company_id, replies=400)
    night(both, company_id, days=401)
    assert [one["class"] for one in told(both, company_id)] == ["replies"]
    with both.reading() as tx:
        assert messages.sent(tx, company_id, customer_id="c1")[0].text == "Dear quokka"


def test_more_rows_than_go_at_once_all_go(
    both: Deps, company_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.privacy.retention.ROWS_AT_ONCE", 1)
    keep_for(both, company_id, replies=400)
    night(both, company_id, days=401)
    assert {row["text"] for row in everything(both)["reply"]} == {ERASED}


@pytest.mark.parametrize("record_class", ALL)
def test_what_decisions_stand_on_cannot_be_let_go(record_class: str) -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 400"):
        Retention(**{record_class: DAYS_MIN - 1})
    assert timedelta(days=DAYS_MIN) > timedelta(days=366)
