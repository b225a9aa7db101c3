from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from providers.simulated.clock import StillClock
from providers.simulated.control import Control
from providers.simulated.gateway import Gateway
from providers.simulated.inprocess import InProcess
from providers.simulated.ledgers import Ledgers, ledgers
from providers.simulated.server import Host, open_world
from providers.simulated.store import Store
from providers.simulated.world import World

CONTROL = "http://control.test/control"
HOSTS = {"quickbooks": "http://quickbooks.test", "xero": "http://xero.test"}
KEY = "the webhook key"


@dataclass
class Hooks:
    """An app's own webhook door, which refuses what is not signed."""

    bodies: list[dict[str, Any] | list[Any]] = field(default_factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes, _seconds: float) -> int:
        name = "x-xero-signature" if url.endswith("xero") else "intuit-signature"
        digest = base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()
        if headers[name] != digest:
            return 401
        self.bodies.append(json.loads(body))
        return 200


@pytest.fixture
def hooks() -> Hooks:
    return Hooks()


@pytest.fixture
def sides(hooks: Hooks) -> Ledgers:
    clock = StillClock(datetime(2026, 1, 2, 9, tzinfo=UTC))
    return ledgers(World(clock, Store(), post=hooks))


@pytest.fixture
def session(sides: Ledgers) -> Iterator[requests.Session]:
    world = sides.simulation.world
    with requests.Session() as session:
        session.mount(CONTROL, InProcess(Control(sides.simulation)))
        session.mount(HOSTS["quickbooks"], InProcess(Gateway(world, sides.quickbooks)))
        session.mount(HOSTS["xero"], InProcess(Gateway(world, sides.xero)))
        yield session


def post(session: requests.Session, path: str, **body: Any) -> Any:
    answer = session.post(f"{CONTROL}/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def quickbooks_company(sides: Ledgers) -> str:
    realm = sides.quickbooks.add_company("Corner Shop", "USD", "US", "America/New_York")
    hand = sides.quickbooks.act(realm)
    customer = hand.create("Customer", {"DisplayName": "Ann's Bakery"})
    line = {
        "Amount": Decimal(100),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    hand.create(
        "Invoice",
        {"CustomerRef": {"value": customer["Id"]}, "DocNumber": "A-1", "Line": [line]},
    )
    return realm


def xero_company(sides: Ledgers) -> str:
    tenant = sides.xero.add_company("High Street Ltd", "GBP", "GB", "Europe/London")
    desk = sides.xero.act(tenant)
    desk.create("Invoices", {
        "Type": "ACCREC", "Contact": {"Name": "Bob's Garage"}, "InvoiceNumber": "INV-7",
        "Date": "2026-01-01", "DueDate": "2026-01-31", "Status": "AUTHORISED",
        "LineItems": [{"Description": "Work", "Quantity": 1, "UnitAmount": 250,
                       "AccountCode": "200"}],
    })  # fmt: skip
    return tenant


def test_both_products_companies_are_shown(sides: Ledgers, session: requests.Session) -> None:
    realm, tenant = quickbooks_company(sides), xero_company(sides)
    assert session.get(f"{CONTROL}/companies").json()["companies"] == [
        {"product": "quickbooks", "id": realm, "name": "Corner Shop", "currency": "USD"},
        {"product": "xero", "id": tenant, "name": "High Street Ltd", "currency": "GBP"},
    ]


def test_a_quickbooks_customer_pays_without_saying_for_what(
    sides: Ledgers, session: requests.Session
) -> None:
    realm = quickbooks_company(sides)
    words = "for A-1, with best regards from the bakery"
    paid = post(
        session, "pay", company="Corner Shop", invoices=["A-1"], amount="99.90", remittance=words
    )
    assert (paid["payer"], paid["currency"]) == ("Ann's Bakery", "USD")
    payment = sides.quickbooks.act(realm).get("Payment", paid["id"])
    assert payment["UnappliedAmt"] == Decimal("99.90")
    assert payment["Line"] == []
    assert payment["PrivateNote"] == words
    assert payment["PaymentRefNum"] == "for A-1, with best re"
    assert payment["TxnDate"] == "2026-01-02"


def test_a_xero_customer_pays_without_saying_for_what(
    sides: Ledgers, session: requests.Session
) -> None:
    tenant = xero_company(sides)
    paid = post(
        session, "pay", company="high street ltd", invoices=["INV-7"], amount=100,
        remittance="part of inv 7",
    )  # fmt: skip
    assert (paid["payer"], paid["currency"]) == ("Bob's Garage", "GBP")
    desk = sides.xero.act(tenant)
    (brought,) = desk.all("Overpayments")
    assert brought["RemainingCredit"] == Decimal(100)
    assert desk.get("BankTransactions", paid["id"])["Reference"] == "part of inv 7"


@pytest.mark.parametrize(
    ("company", "number", "currency"),
    [("Corner Shop", "A-1", "EUR"), ("High Street Ltd", "INV-7", "USD")],
)
def test_a_payment_that_the_ledger_refuses_leaves_no_trace(
    sides: Ledgers, session: requests.Session, company: str, number: str, currency: str
) -> None:
    realm, tenant = quickbooks_company(sides), xero_company(sides)
    answer = session.post(
        f"{CONTROL}/pay",
        json={"company": company, "invoices": [number], "amount": 1, "currency": currency},
    )
    assert answer.status_code == 400
    assert "refused" in answer.json()["error"]["what"]
    assert sides.quickbooks.act(realm).find("Payment") == []
    assert sides.xero.act(tenant).all("Overpayments") == []


def register(session: requests.Session, product: str) -> None:
    post(session, "apps", product=product, client_id=f"second-{product}", client_secret="s",
         name="Second", webhook_key=KEY)  # fmt: skip


def test_a_second_app_reads_quickbooks_and_hears_of_changes(
    sides: Ledgers, session: requests.Session, hooks: Hooks
) -> None:
    realm = quickbooks_company(sides)
    (invoice,) = sides.quickbooks.act(realm).find("Invoice")
    register(session, "quickbooks")
    token = post(session, "token", client_id="second-quickbooks", company=realm)["access_token"]
    read = session.get(
        f"{HOSTS['quickbooks']}/v3/company/{realm}/invoice/{invoice['Id']}",
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
    )
    assert read.json()["Invoice"]["DocNumber"] == "A-1"
    (row,) = session.get(f"{CONTROL}/requests").json()["requests"]
    assert (row["client"], row["company"]) == ("second-quickbooks", realm)
    assert row["kind"] == "quickbooks.invoice.read"
    post(session, "webhooks", client_id="second-quickbooks", url="http://app/quickbooks")
    post(session, "pay", company=realm, invoices=["A-1"], amount=1)
    (events,) = hooks.bodies
    assert "qbo.payment.created.v1" in [event["type"] for event in events]


def test_a_second_app_passes_xeros_check_and_hears_of_changes(
    sides: Ledgers, session: requests.Session, hooks: Hooks
) -> None:
    tenant = xero_company(sides)
    register(session, "xero")
    token = post(session, "token", client_id="second-xero", company=tenant)["access_token"]
    read = session.get(
        f"{HOSTS['xero']}/api.xro/2.0/Invoices/INV-7",
        headers={
            "Authorization": f"Bearer {token}", "xero-tenant-id": tenant,
            "Accept": "application/json",
        },
    )  # fmt: skip
    assert read.json()["Invoices"][0]["InvoiceNumber"] == "INV-7"
    assert post(session, "webhooks", client_id="second-xero", url="http://app/xero")["passed"]
    hooks.bodies.clear()
    (invoice,) = sides.xero.act(tenant).all("Invoices")
    sides.xero.act(tenant).update("Invoices", invoice["InvoiceID"], {"Reference": "new"})
    sides.simulation.pump()
    (body,) = hooks.bodies
    assert isinstance(body, dict)
    assert [event["resourceId"] for event in body["events"]] == [invoice["InvoiceID"]]


def test_a_token_outlives_a_restart_of_the_servers(tmp_path: Path) -> None:
    realm, token = "", ""
    for _ in range(2):
        sides = ledgers(open_world(tmp_path))
        realm = realm or quickbooks_company(sides)
        host = Host(tmp_path, sides.simulation)
        host.start()
        with requests.Session() as session:
            session.trust_env = False
            if not token:
                app = {"product": "quickbooks", "client_id": "b", "client_secret": "s"}
                session.post(f"{host.address('control')}/control/apps", json=app).raise_for_status()
                asked = {"client_id": "b", "company": realm}
                told = session.post(f"{host.address('control')}/control/token", json=asked)
                token = told.json()["access_token"]
            read = session.get(
                f"{host.address('quickbooks')}/v3/company/{realm}/companyinfo/{realm}",
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            )
            assert read.json()["CompanyInfo"]["CompanyName"] == "Corner Shop"
            found = session.get(f"{host.address('xero')}/.well-known/openid-configuration")
            assert found.json()["token_endpoint"].startswith(host.address("xero"))
        host.stop()


def test_a_token_is_for_a_company_of_its_own_product(
    sides: Ledgers, session: requests.Session
) -> None:
    tenant = xero_company(sides)
    register(session, "quickbooks")
    answer = session.post(
        f"{CONTROL}/token", json={"client_id": "second-quickbooks", "company": tenant}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["where"] == "company"
