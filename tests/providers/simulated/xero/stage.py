"""A simulated Xero with one organisation, one signed-in app and a caller for its API."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.test import Client, TestResponse

from providers.simulated.clock import StillClock
from providers.simulated.gateway import App, Gateway
from providers.simulated.store import Store
from providers.simulated.world import World
from providers.simulated.xero.product import Xero
from tests.signing import give_keys

START = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
BACK = "http://127.0.0.1/back"
SCOPES = (
    "openid profile email offline_access accounting.invoices accounting.payments"
    " accounting.banktransactions accounting.contacts accounting.settings.read"
    " accounting.attachments accounting.reports.aged.read"
)
APP = {
    "product": "xero", "client_id": "app-1", "client_secret": "secret-1", "name": "Helping Hand",
    "redirect_uris": [BACK], "webhook_url": "http://hand.test/xero", "webhook_key": "key-1",
    "launch_url": "", "disconnect_url": "",
}  # fmt: skip


@dataclass
class Posted:
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Stage:
    world: World
    xero: Xero
    client: Client
    tenant: str
    posted: list[Posted]
    tokens: dict[str, Any] = field(default_factory=dict)

    def sign_in(self, *tenants: str, scopes: str = SCOPES, user: str = "mia@books.test",
                client_id: str = "app-1") -> dict[str, Any]:  # fmt: skip
        code = self.consent(*tenants, scopes=scopes, user=user, client_id=client_id)["code"]
        answer = self.token(
            client_id=client_id, grant_type="authorization_code", code=code, redirect_uri=BACK
        )
        assert answer.status_code == 200, answer.text
        self.tokens = json.loads(answer.data)
        return self.tokens

    def consent(self, *tenants: str, scopes: str = SCOPES, user: str = "mia@books.test",
                client_id: str = "app-1", **more: str) -> dict[str, str]:  # fmt: skip
        asked = {"response_type": "code", "client_id": client_id, "redirect_uri": BACK,
                 "scope": scopes, "state": "st", "nonce": "no", **more}  # fmt: skip
        form = {"user": user, "tenant": list(tenants or [self.tenant]), "decision": "allow"}
        answer = self.client.post("/identity/connect/authorize", query_string=asked, data=form)
        assert answer.status_code == 302, answer.text
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: values[0] for name, values in query.items()}

    def token(self, client_id: str = "app-1", **form: str) -> TestResponse:
        return self.client.post("/connect/token", data=form, auth=(client_id, "secret-1"))

    def call(self, method: str, path: str, body: Any = None, *, tenant: str = "",
             headers: Mapping[str, str] | None = None, **query: Any) -> TestResponse:  # fmt: skip
        sent = {
            "Authorization": f"Bearer {self.tokens['access_token']}", "Accept": "application/json",
            "xero-tenant-id": tenant or self.tenant, **(headers or {}),
        }  # fmt: skip
        if body is not None and not isinstance(body, bytes):
            sent.setdefault("Content-Type", "application/json")
            body = json.dumps(body, default=float).encode()
        return self.client.open(
            f"/api.xro/2.0/{path}", method=method, data=body, headers=sent, query_string=query
        )

    def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return rows_of(answer)

    def put(self, path: str, **element: Any) -> dict[str, Any]:
        answer = self.call("PUT", path, wrapped(path, element))
        assert answer.status_code == 200, answer.text
        return rows_of(answer)[0]

    def post(self, path: str, **element: Any) -> dict[str, Any]:
        answer = self.call("POST", path, wrapped(path, element))
        assert answer.status_code == 200, answer.text
        return rows_of(answer)[0]

    def refused(self, method: str, path: str, body: Any) -> list[str]:
        """The sentences of a 400."""
        answer = self.call(method, path, body)
        assert answer.status_code == 400, answer.text
        elements = read(answer)["Elements"]
        return [said["Message"] for element in elements for said in element["ValidationErrors"]]

    def contact(self, name: str = "Alder Ltd", **more: Any) -> str:
        return str(self.put("Contacts", Name=name, **more)["ContactID"])

    def invoice(self, amount: str = "100.00", *, contact: str = "", **more: Any) -> dict[str, Any]:
        contact = contact or self.contact(
            f"Customer {len(self.xero.act(self.tenant).all('Contacts'))}"
        )
        return self.put("Invoices", **invoice(contact, amount, **more))

    def account(self, code: str = "090") -> str:
        rows = self.rows("Accounts", where=f'Code=="{code}"')
        return str(rows[0]["AccountID"])

    def pay(self, invoice_id: str, amount: str, **more: Any) -> dict[str, Any]:
        return self.put("Payments", **payment(invoice_id, amount, **more))


def wrapped(path: str, element: dict[str, Any]) -> dict[str, Any]:
    """The body as Xero describes it: a list under the plural of the endpoint."""
    names = [part for part in path.split("/") if part.endswith("s") and part.isalpha()]
    name = "HistoryRecords" if path.lower().endswith("history") else names[-1]
    bare = name in element or (name == "BatchPayments" and "Status" in element)
    return element if bare else {name: [element]}


def invoice(contact: str, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": contact},
        "Date": "2026-10-01", "DueDate": "2026-10-31", "LineAmountTypes": "NoTax",
        "LineItems": [{"Description": "Work", "Quantity": 1, "UnitAmount": float(amount),
                       "AccountCode": "200"}],
    } | more  # fmt: skip


def payment(invoice_id: str, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "Invoice": {"InvoiceID": invoice_id}, "Account": {"Code": "090"},
        "Date": "2026-11-01", "Amount": float(amount),
    } | more  # fmt: skip


def read(answer: TestResponse) -> Any:
    return json.loads(answer.data, parse_float=Decimal)


def rows_of(answer: TestResponse) -> list[dict[str, Any]]:
    """The elements of an envelope."""
    document = read(answer)
    return next(
        value for key, value in document.items() if isinstance(value, list) and key != "Elements"
    )


def build(wrap: Callable[[App], App] | None = None, status: int = 200) -> Stage:
    """`status` is what the app answers to webhooks."""
    posted: list[Posted] = []

    def post(url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> int:
        posted.append(Posted(url, headers, body))
        return status

    world = World(StillClock(START), Store(), post=post)
    give_keys(world)
    xero = Xero(world)
    tenant = xero.add_company("Alder & Co", "NZD", "NZ", "Pacific/Auckland", multi_currency=True)
    xero.add_user("mia@books.test", "Mia Book", [tenant])
    world.register_app(dict(APP))
    app: App = Gateway(world, xero)
    stage = Stage(world, xero, Client(wrap(app) if wrap else app), tenant, posted)
    stage.sign_in()
    return stage
