from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime, timedelta
from typing import Any

from tests.providers.simulated.quickbooks.place import APP, Place, build, paying


def change_app(place: Place, **more: Any) -> None:
    place.world.register_app({**APP, **more})


def test_a_change_is_announced_as_a_signed_array_of_cloud_events(connected: Place) -> None:
    customer = connected.customer()
    connected.quickbooks.deliveries.pump()
    url, headers, body = connected.posted.posts[0]
    assert url == "https://app.example/webhooks"
    digest = hmac.new(b"verifier", body, hashlib.sha256).digest()
    assert headers["intuit-signature"] == base64.b64encode(digest).decode()
    (event,) = json.loads(body)
    assert event["specversion"] == "1.0"
    assert event["type"] == "qbo.customer.created.v1"
    assert event["source"].startswith("intuit.")
    assert (event["intuitentityid"], event["intuitaccountid"]) == (customer, connected.realm)
    assert re.fullmatch(r"2026-11-20T20:00:00\.\d{9}Z", event["time"])
    assert datetime.fromisoformat(event["time"]).tzinfo


def test_nothing_is_announced_before_someone_connects(place: Place) -> None:
    place.customer()
    assert place.quickbooks.deliveries.waiting() == 0
    place.connect()
    assert place.pumped() == []


def test_a_sign_in_without_a_company_hears_nothing(place: Place) -> None:
    place.connect(scope="openid email")
    place.customer()
    assert place.pumped() == []


def test_after_a_disconnection_nothing_is_announced(connected: Place) -> None:
    connected.client.post(f"/app/{connected.realm}/disconnect", data={"client_id": "app-1"})
    connected.customer()
    assert connected.pumped() == []


def test_our_own_writes_come_back_as_events(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer)
    connected.pumped()
    connected.post("payment", paying(customer, "10", **{f"i{invoice}": "10"}))
    assert connected.pumped() == ["qbo.invoice.updated.v1", "qbo.payment.created.v1"]


def test_every_operation_has_its_own_word(connected: Place) -> None:
    customer = connected.customer()
    invoice, other = connected.invoice(customer), connected.invoice(customer)
    connected.pumped()
    connected.hand.send("Invoice", invoice, "a@b.example")
    connected.hand.void("Invoice", invoice)
    connected.hand.delete("Invoice", other)
    assert connected.pumped() == [
        "qbo.invoice.emailed.v1", "qbo.invoice.void.v1", "qbo.invoice.deleted.v1",
    ]  # fmt: skip


def test_there_are_no_events_for_attachments(connected: Place) -> None:
    invoice = connected.invoice(connected.customer())
    connected.pumped()
    ref = {"EntityRef": {"type": "Invoice", "value": invoice}}
    connected.post("attachable", {"Note": "Hello", "AttachableRef": [ref]})
    assert connected.pumped() == []


def test_a_refused_write_is_not_announced(connected: Place) -> None:
    connected.refused("customer", {"Notes": "nobody"})
    assert connected.pumped() == []


def test_data_comes_empty_or_not_at_all_or_with_other_ids(connected: Place) -> None:
    for number in range(20):
        connected.customer(f"C{number}")
    connected.pumped()
    shapes = {
        json.dumps(sorted(event.get("data", {"none": 1}))) for event in connected.posted.events()
    }
    assert shapes == {"[]", '["none"]', '["alternative_ids"]'}


def test_an_app_can_still_take_the_older_form(connected: Place) -> None:
    change_app(connected, webhook_form="legacy", webhook_content_type="text/plain")
    gone, into = connected.customer("Ann"), connected.customer("Anna")
    connected.hand.merge_customers(gone, into)
    connected.quickbooks.deliveries.pump()
    _, headers, body = connected.posted.posts[0]
    assert headers["Content-Type"] == "text/plain"
    (note,) = json.loads(body)["eventNotifications"]
    assert note["realmId"] == connected.realm
    entities = note["dataChangeEvent"]["entities"]
    assert [(one["name"], one["id"], one["operation"]) for one in entities] == [
        ("Customer", gone, "Create"), ("Customer", into, "Create"), ("Customer", into, "Merge"),
    ]  # fmt: skip
    assert entities[2]["deletedId"] == gone
    assert entities[0]["lastUpdated"] == "2026-11-20T20:00:00.000Z"


def test_companies_can_share_one_post(connected: Place) -> None:
    first = connected.realm
    connected.realm = connected.quickbooks.add_company("Two", "USD", "US", "America/New_York")
    connected.user = connected.quickbooks.add_user(
        "craig@company.example", "Craig", [first, connected.realm]
    )
    connected.connect()
    connected.customer("Ann")
    connected.quickbooks.act(first).create("Customer", {"DisplayName": "Bea"})
    connected.quickbooks.deliveries.pump()
    assert len(connected.posted.posts) == 1
    accounts = {event["intuitaccountid"] for event in connected.posted.events()}
    assert accounts == {first, connected.realm}


def test_an_unanswered_post_comes_again_ever_later_and_holds_up_the_rest() -> None:
    place = build()
    place.connect()
    place.posted.status = 500
    place.customer("Ann")
    place.quickbooks.deliveries.pump()
    first = place.posted.posts[0][2]
    place.customer("Bea")
    waits = (10, 20, 30, 300, 1200, 7200, 14400, 21600, 21600, 21600)
    for number, seconds in enumerate(waits, 1):
        place.clock.advance(timedelta(seconds=seconds - 1))
        assert place.quickbooks.deliveries.pump() == 0
        place.clock.advance(timedelta(seconds=1))
        place.posted.status = 200 if number == len(waits) else 500
        place.quickbooks.deliveries.pump()
        assert place.posted.posts[number][2] == first
    assert [event["intuitentityid"] for event in place.posted.events()][-1] == "2"
    assert place.quickbooks.deliveries.waiting() == 0


def test_an_app_has_three_seconds(place: Place) -> None:
    waited: list[float] = []

    def post(_url: str, _headers: Any, _body: bytes, seconds: float) -> int:
        waited.append(seconds)
        return 200

    place.world.post = post
    place.connect()
    place.customer()
    place.quickbooks.deliveries.pump()
    assert waited == [3.0]
