from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from providers.simulated.world import EVERYWHERE, post_over_http
from providers.simulated.xero.events import WAITS_MINUTES, sign
from tests.providers.simulated.xero.stage import APP, Stage, invoice

Handle = Callable[[bytes, str], int]


def answer_with(stage: Stage, handle: Handle) -> list[dict[str, Any]]:
    """Let the app answer webhooks with `handle(body, signature)`; what it was sent."""
    bodies: list[dict[str, Any]] = []

    def post(_url: str, headers: Any, body: bytes, _seconds: float) -> int:
        document = json.loads(body)
        if document["events"]:
            bodies.append(document)
        return handle(body, headers["x-xero-signature"])

    stage.world.post = post
    return bodies


def honest(body: bytes, signature: str) -> int:
    good = base64.b64encode(hmac.new(b"key-1", body, hashlib.sha256).digest()).decode()
    return 200 if hmac.compare_digest(good, signature) else 401


def events_of(bodies: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(event["eventCategory"], event["eventType"])
            for body in bodies for event in body["events"]]  # fmt: skip


@pytest.fixture
def bodies(stage: Stage) -> list[dict[str, Any]]:
    """An honest receiver that has passed the check."""
    found = answer_with(stage, honest)
    stage.xero.deliveries.pump()
    return found


@pytest.mark.parametrize(
    ("handle", "passes"),
    [
        (honest, True),
        (lambda _body, _signature: 200, False),
        (lambda _body, _signature: 401, False),
        (lambda body, signature: 201 if honest(body, signature) == 200 else 401, False),
        (lambda body, signature: 200 if signature[:8] == sign("key-1", body)[:8] else 401, False),
        (lambda _body, _signature: 0, False),
    ],
)
def test_only_an_honest_receiver_passes_the_check(
    stage: Stage, handle: Handle, passes: bool
) -> None:
    results = []
    for _ in range(3):
        stage.world.register_app(dict(APP))
        bodies = answer_with(stage, handle)
        app = stage.world.apps("xero")[0]
        results.append(stage.xero.intent_to_receive(app))
    assert all(results) is passes
    stage.contact()
    stage.xero.deliveries.pump()
    assert bool(bodies) is results[-1]


def test_before_the_check_no_event_is_kept(stage: Stage) -> None:
    bodies = answer_with(stage, honest)
    stage.contact("Early")
    stage.xero.deliveries.pump()
    assert bodies == []
    stage.contact("Later")
    stage.xero.deliveries.pump()
    assert events_of(bodies) == [("CONTACT", "CREATE")]


def test_an_event_looks_as_on_the_wire(stage: Stage, bodies: list[dict[str, Any]]) -> None:
    contact = stage.contact()
    stage.xero.deliveries.pump()
    event = bodies[0]["events"][0]
    assert event == {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/Contacts/{contact}",
        "resourceId": contact, "tenantId": stage.tenant, "tenantType": "ORGANISATION",
        "eventCategory": "CONTACT", "eventType": "CREATE",
        "eventDateUtc": "2026-11-02T09:30:00.000",
    }  # fmt: skip
    assert (bodies[0]["firstEventSequence"], bodies[0]["lastEventSequence"]) == (1, 1)
    assert len(bodies[0]["entropy"]) == 20


def test_cash_shows_only_as_an_update_of_its_invoice(
    stage: Stage, bodies: list[dict[str, Any]]
) -> None:
    made = stage.invoice()
    contact = {"ContactID": made["Contact"]["ContactID"]}
    stage.xero.deliveries.pump()
    bodies.clear()
    stage.pay(made["InvoiceID"], "40.00")
    stage.xero.deliveries.pump()
    assert events_of(bodies) == [("INVOICE", "UPDATE")]
    bodies.clear()
    received = stage.put(
        "BankTransactions", Type="RECEIVE-OVERPAYMENT", Contact=contact, Date="2026-11-01",
        BankAccount={"Code": "090"}, LineItems=[{"Description": "x", "LineAmount": 5}],
    )  # fmt: skip
    stage.xero.deliveries.pump()
    assert bodies == []
    stage.put(f"Overpayments/{received['OverpaymentID']}/Allocations", Amount=5,
              Date="2026-11-01", Invoice={"InvoiceID": made["InvoiceID"]})  # fmt: skip
    stage.xero.deliveries.pump()
    assert events_of(bodies) == [("INVOICE", "UPDATE")]


def test_a_credit_note_carries_its_type_and_status(
    stage: Stage, bodies: list[dict[str, Any]]
) -> None:
    stage.put("CreditNotes", **invoice(stage.contact(), "5.00", Type="ACCRECCREDIT"))
    stage.xero.deliveries.pump()
    event = bodies[0]["events"][-1]
    assert event["eventCategory"] == "CREDITNOTE"
    assert event["data"] == {"Type": "ACCRECCREDIT", "Status": "AUTHORISED"}


def test_people_who_work_in_xero_are_announced_too(
    stage: Stage, bodies: list[dict[str, Any]]
) -> None:
    stage.xero.act(stage.tenant, "Mia").create("Contacts", {"Name": "Typed in"})
    stage.xero.deliveries.pump()
    assert events_of(bodies) == [("CONTACT", "CREATE")]


def test_what_was_refused_is_not_announced(stage: Stage, bodies: list[dict[str, Any]]) -> None:
    stage.refused("PUT", "Contacts", {"Name": "A", "EmailAddress": "wrong"})
    stage.xero.deliveries.pump()
    assert bodies == []


def test_a_disconnected_organisation_is_silent(stage: Stage, bodies: list[dict[str, Any]]) -> None:
    row = stage.world.store.all(EVERYWHERE, "connection.xero")[0]
    stage.client.post(f"/connected-apps/{stage.tenant}", data={"connection": row["id"]})
    stage.xero.act(stage.tenant, "Mia").create("Contacts", {"Name": "Unseen"})
    stage.xero.deliveries.pump()
    assert bodies == []


def test_events_are_repeated_for_a_day_and_then_the_webhook_is_disabled(stage: Stage) -> None:
    answer_with(stage, honest)
    stage.xero.deliveries.pump()
    stage.contact("Lost")
    bodies = answer_with(stage, lambda _body, _signature: 500)
    stage.xero.deliveries.pump()
    assert len(bodies) == 1
    for wait in WAITS_MINUTES:
        stage.world.clock.advance(timedelta(minutes=wait))
        stage.xero.deliveries.pump()
    assert len(bodies) == 1 + len(WAITS_MINUTES)
    assert sum(WAITS_MINUTES) <= 24 * 60
    assert stage.world.apps("xero")[0]["webhook_disabled"] is True
    _enable_again(stage)


def _enable_again(stage: Stage) -> None:
    """The check must be passed again, and what was lost stays lost."""
    stage.xero.deliveries.pump()
    bodies = answer_with(stage, honest)
    stage.world.register_app(stage.world.apps("xero")[0] | {"webhook_disabled": False})
    stage.xero.deliveries.pump()
    stage.xero.act(stage.tenant).create("Contacts", {"Name": "Fresh"})
    stage.xero.deliveries.pump()
    assert events_of(bodies) == [("CONTACT", "CREATE")]


@contextmanager
def listening(answer: Response) -> Iterator[str]:
    @Request.application
    def app(_request: Request) -> Response:
        return answer

    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/hook"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("body", "cookie", "faults"), [("", "", 0), ("{}", "", 5), ("", "session=1", 5)]
)
def test_an_answer_with_a_body_or_a_cookie_is_noted(
    stage: Stage, body: str, cookie: str, faults: int
) -> None:
    stage.world.post = post_over_http
    answer = Response(body, 200, headers={"Set-Cookie": cookie} if cookie else {})
    with listening(answer) as url:
        stage.xero.intent_to_receive(stage.world.apps("xero")[0] | {"webhook_url": url})
    noted = stage.xero.subscriptions.untidy()
    assert len(noted) == faults
    assert all(row["url"] == url for row in noted)
