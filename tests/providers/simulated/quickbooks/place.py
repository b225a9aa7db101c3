"""A simulated QuickBooks with one company, one app, and a client that is connected to it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.test import Client, TestResponse

from providers.simulated.clock import StillClock
from providers.simulated.gateway import Gateway
from providers.simulated.journal import Journal
from providers.simulated.quickbooks.hand import Hand
from providers.simulated.quickbooks.product import QuickBooks
from providers.simulated.store import Store
from providers.simulated.world import World

NOON = datetime(2026, 11, 20, 20, 0, 0, tzinfo=UTC)
CALLBACK = "https://app.example/callback"
ACCOUNTING = "com.intuit.quickbooks.accounting"
APP = {
    "product": "quickbooks", "client_id": "app-1", "client_secret": "secret-1",
    "name": "Ledgerhand", "redirect_uris": [CALLBACK], "webhook_url": "https://app.example/webhooks",
    "webhook_key": "verifier", "launch_url": "https://app.example/launch",
    "disconnect_url": "https://app.example/disconnected",
}  # fmt: skip
BASIC = "Basic " + base64.b64encode(b"app-1:secret-1").decode()


@dataclass
class Posted:
    """The webhooks that were sent; `status` is what the app answers."""

    status: int = 200
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def __call__(self, url: str, headers: Any, body: bytes, _seconds: float) -> int:
        self.posts.append((url, dict(headers), body))
        return self.status

    def events(self) -> list[dict[str, Any]]:
        return [event for _, _, body in self.posts for event in json.loads(body)]

    def types(self) -> list[str]:
        return [event["type"] for event in self.events()]


@dataclass
class Place:
    """Everything that a test needs."""

    world: World
    quickbooks: QuickBooks
    realm: str
    user: dict[str, Any]
    posted: Posted
    client: Client
    token: str = ""

    @property
    def hand(self) -> Hand:
        return self.quickbooks.act(self.realm)

    @property
    def clock(self) -> StillClock:
        assert isinstance(self.world.clock, StillClock)
        return self.world.clock

    def consent(self, *, scope: str = ACCOUNTING, decision: str = "approve") -> dict[str, str]:
        """What the callback is told."""
        answer = self.client.post("/connect/oauth2", data={
            "client_id": "app-1", "response_type": "code", "scope": scope, "state": "s",
            "redirect_uri": CALLBACK, "nonce": "n-1", "user": self.user["sub"],
            "company": self.realm, "decision": decision,
        })  # fmt: skip
        assert answer.status_code == 302, answer.text
        told = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: values[0] for name, values in told.items()}

    def tokens(self, headers: dict[str, str] | None = None, /, **form: str) -> TestResponse:
        sent = {"Authorization": BASIC} | (headers or {})
        return self.client.post("/oauth2/v1/tokens/bearer", data=form, headers=sent)

    def connect(self, *, scope: str = ACCOUNTING) -> dict[str, Any]:
        code = self.consent(scope=scope)["code"]
        answer = self.tokens(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = json.loads(answer.data)
        self.token = tokens["access_token"]
        return tokens

    def call(self, method: str, path: str, body: Any = None, **how: Any) -> TestResponse:
        """`path` is what follows the company; the answer is not looked at."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        data = json.dumps(body, default=float) if isinstance(body, dict) else body
        return self.client.open(
            f"/v3/company/{self.realm}/{path}", method=method, data=data,
            headers=headers | how.pop("headers", {}), **how,
        )  # fmt: skip

    def post(self, path: str, body: Any = None, **how: Any) -> Any:
        """What came of a write that must succeed, without its envelope."""
        answer = self.call("POST", path, body, **how)
        assert answer.status_code == 200, answer.text
        return next(iter(exact(answer).values()))

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return next(iter(exact(answer).values()))

    def query(self, text: str) -> Any:
        return self.get("query?" + "query=" + text.replace("%", "%25").replace("+", "%2B"))

    def refused(self, path: str, body: Any, *, status: int = 400) -> dict[str, Any]:
        """The error of a write that must be refused."""
        answer = self.call("POST", path, body)
        assert answer.status_code == status, answer.text
        error: dict[str, Any] = json.loads(answer.data)["Fault"]["Error"][0]
        return error

    def customer(self, name: str = "Amy's Bird Sanctuary", **more: Any) -> str:
        return str(self.hand.create("Customer", {"DisplayName": name, **more})["Id"])

    def invoice(self, customer: str, amount: str = "100", /, **more: Any) -> str:
        return str(self.hand.create("Invoice", invoice_body(customer, amount) | more)["Id"])

    def void(self, entity: str, id_: str) -> Any:
        return self.hand.void(entity, id_)

    def pumped(self) -> list[str]:
        """The types of the events that go out now."""
        before = len(self.posted.types())
        self.quickbooks.deliveries.pump()
        return self.posted.types()[before:]

    def requests(self) -> list[dict[str, Any]]:
        return Journal(self.world).rows()


def invoice_body(customer: str, amount: str = "100") -> dict[str, Any]:
    return {
        "CustomerRef": {"value": customer},
        "Line": [{
            "Amount": Decimal(amount), "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        }],
    }  # fmt: skip


def paying(customer: str, total: str, **invoices: str) -> dict[str, Any]:
    """A payment of `total` that pays invoices, named i and their id: paying("1", "5", i7="5")."""
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": name[1:], "TxnType": "Invoice"}]}
        for name, amount in invoices.items()
    ]
    return {"CustomerRef": {"value": customer}, "TotalAmt": total, "Line": lines}


def exact(answer: TestResponse) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(answer.data, parse_float=Decimal)
    return read


def build(posted: Posted | None = None, **company: Any) -> Place:
    posted = posted or Posted()
    world = World(StillClock(NOON), Store(), post=posted)
    quickbooks = QuickBooks(world)
    quickbooks.limits_on = False
    world.register_app(dict(APP))
    about = {"currency": "USD", "country": "US", "time_zone": "America/Los_Angeles"} | company
    realm = quickbooks.add_company("Craig's Landscaping", **about)
    user = quickbooks.add_user("craig@company.example", "Craig Carlson", [realm])
    return Place(world, quickbooks, realm, user, posted, Client(Gateway(world, quickbooks)))


def applied(payment: dict[str, Any]) -> dict[str, Any]:
    return {line["LinkedTxn"][0]["TxnId"]: line["Amount"] for line in payment["Line"]}


def refused_unchanged(place: Place, body: dict[str, Any], code: str) -> None:
    before = place.query("select * from Invoice"), place.query("select * from Customer")
    assert place.refused("payment", body)["code"] == code
    assert (place.query("select * from Invoice"), place.query("select * from Customer")) == before
    assert place.query("select count(*) from Payment") == {"totalCount": 0}
