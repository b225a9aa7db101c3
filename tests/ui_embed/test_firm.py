"""The firm's rules by their page: tried on every client, saved for all of them or for none."""

from __future__ import annotations

import json

import pytest
from werkzeug.test import TestResponse

from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.policy import Policy
from tests.simulation.universe import found
from tests.ui_embed.office import Office, Visitor, company_of, path_of

BOOKS = "books@quickbooks.example"


@pytest.fixture
def owner(desk: Office) -> Visitor:
    """Signed in, with a client in each ledger and a consent that was never given."""
    made = desk.visitor()
    ash, birch = company_of(desk, "quickbooks", "Ash Shop"), company_of(desk, "xero", "Birch Shop")
    made.sign_in("quickbooks", BOOKS)
    made.connect("quickbooks", BOOKS, ash)
    made.connect("xero", "books@xero.example", birch)
    made.start("/connect/xero")
    desk.universe.settle()
    return made


def send(owner: Visitor, path: str = "/rules", reason: str = "", **rules: object) -> TestResponse:
    return owner.post(path, on="/rules", document=json.dumps(rules), reason=reason)


def ramp_of(desk: Office, client_id: int) -> int:
    with desk.universe.deps.reading() as tx:
        return policy.current(tx, client_id).policy.dunning.ramp_per_day


def test_a_document_is_tried_on_every_client_and_nothing_is_saved(
    desk: Office, owner: Visitor
) -> None:
    assert "Your firm has set none" in owner.page("/rules")
    before = ramp_of(desk, 1)
    answer = send(owner, "/rules/preview", dunning={"ramp_per_day": 7})
    assert answer.status_code == 200
    assert "changes the rules of\n    2 clients" in answer.text
    assert "dunning.ramp_per_day" in answer.text
    assert "Ash Shop" in answer.text
    assert "New client" not in answer.text
    assert ramp_of(desk, 1) == before


def test_it_holds_for_every_client_that_says_nothing_itself(desk: Office, owner: Visitor) -> None:
    own = Policy.model_validate({"dunning": {"ramp_per_day": 3}})
    allowing.set_policy(desk.universe.deps, 2, own, by="tests")
    saved = send(owner, dunning={"ramp_per_day": 7})
    assert path_of(saved) == "/rules"
    page = owner.page("/rules")
    assert "Version 1 is in force; it changed the rules of 1 client." in page
    assert f"by {BOOKS}" in page
    assert (ramp_of(desk, 1), ramp_of(desk, 2)) == (7, 3)


def test_a_document_with_a_fault_is_shown_again_with_the_fault(
    desk: Office, owner: Visitor
) -> None:
    answer = send(owner, dunning={"ramp_per_day": "many"})
    assert answer.status_code == 422
    assert "Nothing was saved." in answer.text
    assert "ramp_per_day" in answer.text
    assert "&#34;many&#34;" in answer.text, "nothing typed is lost"
    with desk.universe.deps.reading() as tx:
        assert policy.firm_versions(tx, 1) == []


def test_more_without_a_person_asks_for_a_reason(desk: Office, owner: Visitor) -> None:
    freer = {"matching": {"apply_by": ["exact", "amount"]}}
    answer = send(owner, **freer)
    assert answer.status_code == 422
    assert "Ash Shop" in answer.text
    with desk.universe.deps.reading() as tx:
        assert policy.firm_versions(tx, 1) == []
    assert path_of(send(owner, reason="agreed with both", **freer)) == "/rules"
    with desk.universe.deps.reading() as tx:
        assert "amount" in policy.current(tx, 1).policy.matching.apply_by


def test_another_firm_is_not_touched(desk: Office, owner: Visitor) -> None:
    company = found(desk.universe, "xero", name="Cedar Shop", email="eve@xero.example")
    stranger = desk.visitor()
    stranger.sign_in("xero", "eve@xero.example", company)
    stranger.connect("xero", "eve@xero.example", company)
    before = ramp_of(desk, 4)
    send(owner, dunning={"ramp_per_day": 7})
    assert (ramp_of(desk, 1), ramp_of(desk, 4)) == (7, before)
    assert "Your firm has set none" in stranger.page("/rules")
