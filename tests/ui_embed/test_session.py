"""Closed unless named open, and nothing of anybody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.rules.modes import Mode
from tests.ui_embed.books import busy_shop
from tests.ui_embed.office import CSRF, Office, Visitor, company_of, path_of
from ui_embed.session import PUBLIC

SAMPLE = {"client_id": 1, "connection_id": 1, "decision_id": 1, "approval_id": 1, "letter_id": 1,
          "customer_id": "1", "ledger": "quickbooks", "filename": "x", "token": "x",
          "turn": 0, "step": "friendly", "payer": "reliable", "kind": "deduction", "number": 1,
          "case_id": 1, "dispute_id": 1, "invoice_id": "x", "charge_id": 1, "plan_id": 1,
          "endpoint_id": 1, "act": "drop", "hold_id": 1, "person_id": 1, "step_id": 1,
          "promise_id": 1, "contact_id": 1}  # fmt: skip
WITH_ID = (
    "client_id", "connection_id", "decision_id", "approval_id", "letter_id", "case_id",
    "dispute_id", "charge_id", "plan_id", "endpoint_id", "hold_id", "person_id", "step_id",
    "promise_id", "contact_id",
)  # fmt: skip


def routes(desk: Office) -> list[tuple[str, str, str]]:
    """(endpoint, method, a path) of everything there is."""
    adapter = desk.app.url_map.bind("localhost")
    return [
        (rule.endpoint, method, adapter.build(
            rule.endpoint, {name: SAMPLE[name] for name in rule.arguments}
        ))
        for rule in desk.app.url_map.iter_rules()
        for method in sorted(rule.methods or ())
    ]  # fmt: skip


def test_every_page_is_closed_to_strangers_unless_it_is_named_open(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(desk.app.config, "WTF_CSRF_ENABLED", False)
    closed = [route for route in routes(desk) if route[0] not in PUBLIC]
    assert len(closed) > 15
    for endpoint, method, path in closed:
        answer = desk.visitor().client.open(path, method=method)
        assert (answer.status_code, path_of(answer)) == (303, "/"), endpoint


def test_what_is_named_open_exists(desk: Office) -> None:
    assert {endpoint for endpoint, _, _ in routes(desk)} >= PUBLIC


def test_no_route_answers_a_method_that_it_does_not_name(desk: Office) -> None:
    own = [route for route in routes(desk) if not route[0].endswith("static")]
    methods = {method for _, method, _ in own}
    assert methods == {"GET", "HEAD", "POST"}


def test_every_form_is_refused_without_its_token(desk: Office) -> None:
    shop = busy_shop(desk)
    for endpoint, method, path in routes(desk):
        if method != "POST" or endpoint in PUBLIC:
            continue
        answer = shop.owner.client.post(path, data={"option": "0"})
        assert answer.status_code == 400, endpoint
        assert "open for too long" in answer.text
    assert shop.states() == ["waiting", "live", "off"]


def test_a_token_of_another_session_is_refused(desk: Office) -> None:
    shop = busy_shop(desk)
    token = CSRF.search(shop.stranger().page("/"))
    assert token
    answer = shop.owner.client.post("/disconnect/1", data={"csrf_token": token[1]})
    assert answer.status_code == 400
    assert shop.states() == ["waiting", "live", "off"]


def test_any_id_of_another_reseller_does_not_exist(desk: Office) -> None:
    shop = busy_shop(desk)
    stranger = shop.stranger()
    token = CSRF.search(stranger.page("/"))
    assert token
    tried = 0
    for endpoint, method, path in routes(desk):
        rule = next(r for r in desk.app.url_map.iter_rules() if r.endpoint == endpoint)
        if not set(WITH_ID) & set(rule.arguments):
            continue
        form = {"csrf_token": token[1], "option": "0", "document": "{}", "cash": "autopilot"}
        answer = stranger.client.open(path, method=method, data=form)
        assert answer.status_code == 404, f"{method} {endpoint}"
        tried += 1
    assert tried >= 20
    assert stranger.get("/connect/quickbooks?client=1").status_code == 404
    assert shop.states() == ["waiting", "live", "off"]
    assert shop.mode() is Mode.COPILOT


@pytest.mark.parametrize("number", [0, 99, 2**31, 2**63, 10**30])
def test_an_id_that_nobody_has_does_not_exist(desk: Office, number: int) -> None:
    shop = busy_shop(desk)
    adapter = desk.app.url_map.bind("localhost")
    for rule in desk.app.url_map.iter_rules():
        if not set(WITH_ID) & set(rule.arguments) or "GET" not in (rule.methods or ()):
            continue
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, number))
        assert shop.owner.get(path).status_code == 404, path
    assert shop.owner.get(f"/connect/xero?client={number}").status_code == 404
    for path in ("disconnect", "pause", "resume"):
        assert shop.owner.post(f"/{path}/{number}").status_code == 404
    assert shop.owner.post(f"/approvals/{number}/reject").status_code == 404
    assert shop.states() == ["waiting", "live", "off"]


def test_a_page_names_no_client_of_another_reseller(desk: Office) -> None:
    shop = busy_shop(desk)
    assert "Corner Shop" in shop.owner.page("/")
    assert "Corner Shop" not in shop.stranger().page("/")


def test_a_remembered_path_never_leads_elsewhere(desk: Office) -> None:
    visitor: Visitor = desk.visitor()
    company_of(desk, "quickbooks")
    with visitor.client.session_transaction() as session:
        session["after"] = "//evil.example/"
    answer = visitor.sign_in("quickbooks", "books@quickbooks.example")
    assert path_of(answer) == "/"


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(desk: Office) -> None:
    shop = busy_shop(desk)
    with shop.owner.client.session_transaction() as session:
        copy = dict(session)
    shop.owner.post("/sign-out")
    thief = desk.visitor()
    with thief.client.session_transaction() as session:
        session.update(copy)
    assert path_of(thief.get("/clients/1")) == "/"
    assert "Sign in with Intuit" in thief.page("/")


def test_after_twelve_hours_one_signs_in_again(desk: Office) -> None:
    shop = busy_shop(desk)
    desk.universe.world.clock.advance(timedelta(hours=11, minutes=59))
    assert shop.owner.get("/clients/1").status_code == 200
    desk.universe.world.clock.advance(timedelta(minutes=2))
    assert path_of(shop.owner.get("/clients/1")) == "/"


def test_an_id_that_no_session_has_is_a_strangers(desk: Office) -> None:
    visitor = desk.visitor()
    for value in ("", "x" * 1000, "sté"):
        with visitor.client.session_transaction() as session:
            session["id"] = value
        assert "Sign in with Intuit" in visitor.page("/")
