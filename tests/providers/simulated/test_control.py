from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from providers.simulated.clock import StillClock
from providers.simulated.control import Control
from providers.simulated.gateway import Gateway
from providers.simulated.inprocess import InProcess
from providers.simulated.simulation import Simulation
from providers.simulated.store import Store
from providers.simulated.world import World
from tests.providers.simulated.toy import simulate

URL = "http://control.test"
TOY = "http://toy.test"
SECRET = "whsec_" + base64.b64encode(b"a key").decode()


@pytest.fixture
def posts() -> list[tuple[str, bytes]]:
    return []


@pytest.fixture
def simulation(posts: list[tuple[str, bytes]]) -> Simulation:
    def post(url: str, _headers: Mapping[str, str], body: bytes, _seconds: float) -> int:
        posts.append((url, body))
        return 200

    clock = StillClock(datetime(2026, 1, 2, 9, tzinfo=UTC))
    return simulate(World(clock, Store(), post=post))


@pytest.fixture
def session(simulation: Simulation) -> requests.Session:
    session = requests.Session()
    session.mount(URL, InProcess(Control(simulation)))
    session.mount(TOY, InProcess(Gateway(simulation.world, simulation.vendors["toy"])))
    return session


def get(session: requests.Session, path: str) -> Any:
    answer = session.get(f"{URL}/control/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(session: requests.Session, path: str, **body: Any) -> Any:
    answer = session.post(f"{URL}/control/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_moving_the_clock_does_what_is_due_before_the_answer(
    simulation: Simulation, session: requests.Session, posts: list[tuple[str, bytes]]
) -> None:
    post(session, "apps", product="toy", client_id="a", webhook_url="http://hook")
    post(session, "faults", faults=[{"fault": "late_commit", "seconds": 60}])
    with pytest.raises(requests.ReadTimeout):
        session.get(f"{TOY}/x")
    simulation.vendors["toy"].deliveries.emit("1", {"changed": "7"})
    assert post(session, "clock", advance_seconds=61)["now"] == "2026-01-02T09:01:01+00:00"
    assert simulation.world.store.get("", "toy", "count") == {"count": 1}
    assert posts == [("http://hook", b'[{"changed": "7"}]')]
    assert post(session, "clock", now="2026-03-01T10:00:00+01:00") == get(session, "clock")
    assert get(session, "clock")["now"] == "2026-03-01T09:00:00+00:00"


def test_faults_are_switched_on_and_count_down(session: requests.Session) -> None:
    post(session, "faults", faults=[{"fault": "429", "on": "toy[.].*", "times": 2}])
    assert session.get(f"{TOY}/x").status_code == 429
    assert get(session, "faults")["faults"] == [
        {"fault": "429", "on": "toy[.].*", "times": 1, "chance": 1.0, "seconds": 0.0}
    ]
    post(session, "faults", faults=[])
    assert session.get(f"{TOY}/x").status_code == 200


def test_requests_are_shown_from_a_number_on(session: requests.Session) -> None:
    for place in range(3):
        session.put(f"{TOY}/x/{place}", headers={"Idempotency-Key": f"k{place}"})
    rows = get(session, "requests?after=2")["requests"]
    assert rows == [
        {
            "number": 3, "time": "2026-01-02T09:00:00+00:00", "product": "toy", "client": "",
            "company": "1", "kind": "toy.thing.write", "method": "PUT", "path": "/x/2",
            "query": "", "status": "200", "idempotency_key": "k2",
        }
    ]  # fmt: skip


def test_a_reply_reaches_the_hook_before_the_answer(
    simulation: Simulation, session: requests.Session, posts: list[tuple[str, bytes]]
) -> None:
    post(session, "mail/hook", url="http://hook/mail", secret=SECRET)
    raw = b"From: s@shop.example\r\nSubject: Due\r\nMessage-ID: <1@shop>\r\n\r\nPay\r\n"
    simulation.mail.take(raw, sender="s@shop.example", recipients=["ann@bakery.example"])
    (message,) = get(session, "mail")["messages"]
    assert get(session, "mail?after=1")["messages"] == []
    told = post(session, "mail/reply", message_id=message["message_id"], text="Tomorrow")
    assert told["status"] == 200
    ((url, body),) = posts
    assert url == "http://hook/mail"
    assert b"Tomorrow" in body
    assert told["message_id"].encode() in body


def test_a_payment_into_the_ledger_is_booked_for_the_customer_of_the_invoice(
    simulation: Simulation, session: requests.Session
) -> None:
    paid = post(
        session, "pay", company="corner shop", invoices=["INV-1"], amount="99.90",
        remittance="inv 1, thanks", date="2026-01-01",
    )  # fmt: skip
    assert (paid["id"], paid["payer"], paid["currency"]) == ("1", "Ann's Bakery", "USD")
    (booked,) = simulation.world.store.all("1", "payment")
    assert booked["customer"] == "c1"
    assert str(booked["amount"]) == "99.90"
    assert booked["reference"] == "inv 1, thanks"


def test_a_payment_into_the_bank_is_a_line_of_the_statement_only(
    simulation: Simulation, session: requests.Session
) -> None:
    post(
        session, "pay", company="1", invoices=["INV-1"], amount=100, into="bank",
        payer="A. Baker", remittance='INV-1, "final"',
    )  # fmt: skip
    answer = session.get(f"{URL}/control/bank?company=Corner Shop")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert list(csv.DictReader(io.StringIO(answer.text))) == [
        {
            "account": "operating-usd", "bank_id": "B000001", "date": "2026-01-02",
            "amount": "100", "currency": "USD", "payer": "A. Baker",
            "reference": 'INV-1, "final"',
        }
    ]  # fmt: skip
    assert simulation.world.store.all("1", "payment") == []


def test_a_second_app_gets_a_token_and_its_webhooks_moved(session: requests.Session) -> None:
    post(session, "apps", product="toy", client_id="b", name="Foreign")
    token = post(session, "token", client_id="b", company="Corner Shop")
    assert token == {"access_token": "b at 1", "company": "1"}
    assert post(session, "webhooks", client_id="b", url="http://deaf", key="k")["passed"] is False
    assert post(session, "webhooks", client_id="b", url="http://b", key="k")["passed"] is True
    (app,) = get(session, "apps")["apps"]
    assert (app["webhook_url"], app["webhook_key"], app["name"]) == ("http://b", "k", "Foreign")
    assert get(session, "companies")["companies"] == [
        {"product": "toy", "id": "1", "name": "Corner Shop", "currency": "USD"}
    ]


PAY = {"company": "1", "invoices": ["INV-1"], "amount": "1"}


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("nothing", {}, "path"),
        ("clock", {}, "body"),
        ("clock", {"now": "tomorrow"}, "now"),
        ("clock", {"now": "2026-01-02T09:00:00"}, "now"),
        ("clock", {"advance_seconds": "1"}, "advance_seconds"),
        ("faults", {"faults": [{"fault": "flood"}]}, "faults[0]"),
        ("faults", {"faults": [{"fault": "429", "on": "("}]}, "faults[0]"),
        ("faults", {"faults": [{"fault": "429", "often": 1}]}, "faults[0]"),
        ("faults", {}, "faults"),
        ("mail/reply", {"message_id": "<x>", "text": "a"}, "message_id"),
        ("mail/hook", {"url": "http://x", "secret": "guess"}, "secret"),
        ("pay", PAY | {"company": "Nobody"}, "company"),
        ("pay", PAY | {"invoices": []}, "invoices"),
        ("pay", PAY | {"invoices": ["INV-1", "INV-9"]}, "invoices"),
        ("pay", PAY | {"amount": "-1"}, "amount"),
        ("pay", PAY | {"amount": True}, "amount"),
        ("pay", PAY | {"amount": "NaN"}, "amount"),
        ("pay", PAY | {"into": "pocket"}, "into"),
        ("pay", PAY | {"date": "1/2/26"}, "date"),
        ("pay", PAY | {"currency": "EUR"}, "body"),
        ("apps", {"product": "sage", "client_id": "b"}, "product"),
        ("apps", {"product": "toy", "client_id": "b", "colour": "red"}, "colour"),
        ("webhooks", {"client_id": "nobody"}, "client_id"),
        ("token", {"client_id": "nobody", "company": "1"}, "client_id"),
    ],
)
def test_bad_input_says_what_where_and_how_and_changes_nothing(
    simulation: Simulation, session: requests.Session, path: str, body: Any, where: str
) -> None:
    answer = session.post(f"{URL}/control/{path}", json=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["where"] == where
    assert error["what"]
    assert error["how"]
    store = simulation.world.store
    assert store.all("1", "payment") == store.all("1", "bank_line") == store.all("", "app") == []
    assert simulation.world.faults.shown() == []
    assert simulation.world.clock.now() == datetime(2026, 1, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("raw", [b"{", b"[]", b'"x"', b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(session: requests.Session, raw: bytes) -> None:
    answer = session.post(f"{URL}/control/clock", data=raw)
    assert answer.status_code == 400
    assert answer.json()["error"]["where"] == "body"
